"""What a key set may hold, and what of it is used."""

import json

import pytest

from tests.tokens.signing import USER, key_set, new_key
from vercel_marketplace import (
    HTTPResponse,
    ResponseValidationError,
    SDKError,
    UnexpectedClientError,
    VercelNotFoundError,
    VercelServerError,
)
from vercel_marketplace.errors import ConnectionError  # noqa: A004 (the SDK's)
from vercel_marketplace.tokens import KeysUnavailableError, TokenSignatureError, UnknownKeyError

LARGEST = 262_144


@pytest.fixture(scope="module")
def other_key():
    """A second key of Vercel's."""
    return new_key("key_2")


@pytest.fixture(scope="module")
def weak_key():
    """A key that is too short to be trusted."""
    return new_key("key_1", 1024)


@pytest.fixture
def publish(vercel, fake):
    """Has Vercel respond with something else than its key set."""

    def publish(answer):
        fake._answers[:] = [answer]
        return vercel

    return publish


# Entries --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [{}, {"use": None}, {"alg": None}, {"key_ops": ["verify"]}, {"x5t": "x", "x5c": ["MIIB"]}],
    ids=repr,
)
def test_a_sound_entry_is_used(publish, vercel, changes):
    """A key for RS256 signatures, said to be so or not, must verify."""
    assert publish(key_set(vercel.key.jwk(**changes))).user().ok


UNSOUND = {
    "another family": {"kty": "EC"},
    "no family": {"kty": None},
    "a secret": {"kty": "oct", "k": "c2VjcmV0"},
    "for encryption": {"use": "enc"},
    "for no use": {"use": 5},
    "another algorithm": {"alg": "RS512"},
    "HS256": {"alg": "HS256"},
    "to sign with": {"key_ops": ["sign"]},
    "to do nothing with": {"key_ops": []},
    "no id": {"kid": None},
    "an empty id": {"kid": ""},
    "an id that is no text": {"kid": ["key_1"]},
    "a long id": {"kid": "k" * 257},
    "the private half": {"d": "AQAB"},
    "no modulus": {"n": None},
    "a modulus that is no text": {"n": 5},
    "a modulus with padding": {"n": "AQAB=="},
    "a modulus of 2049 bits that is even": {"n": "AQ" + "A" * 340 + "A"},
    "an exponent of one": {"e": "AQ"},
    "an even exponent": {"e": "AQAA"},
    "an exponent of zero": {"e": "AA"},
    "an exponent of 33 bits": {"e": "AQAAAAE"},
    "no exponent": {"e": None},
}


@pytest.mark.parametrize("changes", UNSOUND.values(), ids=UNSOUND)
def test_an_unsound_entry_is_passed_over(publish, vercel, other_key, changes):
    """An entry that is no key for RS256 must be left out, and the sound one beside it used."""
    publish(key_set(vercel.key.jwk(**changes), other_key))
    assert type(vercel.user().error) is UnknownKeyError
    assert vercel.user(other_key.sign(USER)).ok


@pytest.mark.parametrize("entry", [None, "key_1", 5, ["kty", "RSA"]])
def test_what_is_no_entry_is_passed_over(publish, vercel, entry):
    """A member of the list that is no object must not hide the key beside it."""
    assert publish(key_set(entry, vercel.key)).user().ok


def test_a_weak_key_is_passed_over(publish, vercel, weak_key):
    """A key below 2048 bits must not be trusted, whoever publishes it."""
    publish(key_set(weak_key, vercel.key.jwk(kid="key_2")))
    assert type(vercel.user(weak_key.sign(USER)).error) is UnknownKeyError


def test_a_huge_key_is_passed_over(publish, vercel):
    """A key that would take long to compute with must not be used."""
    huge = vercel.key.jwk(n="f" * 1366 + "8", kid="key_2")  # some 8200 bits, and odd
    publish(key_set(huge, vercel.key))
    assert vercel.user().ok
    assert type(vercel.user(vercel.key.sign(USER, kid="key_2")).error) is UnknownKeyError


def test_two_keys_of_one_id_are_none(publish, vercel, other_key):
    """Where an id stands for two keys, neither must be chosen."""
    publish(key_set(vercel.key, vercel.stranger, other_key))
    assert type(vercel.user().error) is UnknownKeyError
    assert type(vercel.user(vercel.stranger.sign(USER)).error) is UnknownKeyError


def test_a_key_may_be_listed_twice(publish, vercel):
    """The same key under the same id again must do no harm."""
    assert publish(key_set(vercel.key, vercel.key)).user().ok


def test_each_key_is_for_its_own_id(publish, vercel, other_key):
    """A token must be signed with the key that it names, not with any of the set."""
    publish(key_set(vercel.key, other_key))
    token = other_key.sign(USER, kid="key_1")
    assert type(vercel.user(token).error) is TokenSignatureError


# Answers --------------------------------------------------------------------------------


def answer(content, status=200):
    """A response with this body."""
    content = content if isinstance(content, bytes) else json.dumps(content).encode()
    return HTTPResponse(status, content=content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>",
        b"\xff",
        [],
        {},
        {"keys": None},
        {"keys": {}},
        {"keys": []},
        {"keys": [{"kty": "EC", "kid": "key_1"}]},
        b'{"keys": [], "keys": []}',
    ],
    ids=repr,
)
def test_a_set_without_keys_is_an_error(publish, vercel, content):
    """A response that holds no key to use must not count as a set that knows none."""
    error = publish(answer(content)).user().error
    assert type(error) is KeysUnavailableError
    assert type(error.__cause__) is ResponseValidationError


def test_a_set_that_is_too_large_is_an_error(publish, vercel):
    """A body beyond any sensible set must not be parsed, although it is one."""
    content = key_set(vercel.key).content
    error = publish(answer(content.ljust(LARGEST + 1))).user().error
    assert "more than 262144 bytes" in str(error)
    assert publish(answer(content.ljust(LARGEST))).user().ok


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (204, SDKError),
        (302, SDKError),
        (404, VercelNotFoundError),
        (503, VercelServerError),
    ],
)
def test_only_a_success_has_keys(publish, vercel, status, kind):
    """Any other response than a 200 must be an error, even with a key set in it."""
    error = publish(answer(key_set(vercel.key).content, status)).user().error
    assert (type(error), type(error.__cause__)) == (KeysUnavailableError, kind)
    assert str(status) in str(error)


def test_no_connection_means_no_keys(publish):
    """Where there is no response at all, the error must say why."""
    error = publish(ConnectionError("no connection: refused")).user().error
    assert type(error) is KeysUnavailableError
    assert "no connection: refused" in str(error)


def test_a_bug_in_a_transport_keeps_its_text(publish):
    """An exception that is not one of the SDK's must be the cause, and its text not quoted."""
    error = publish(ZeroDivisionError("s3cr3t")).user().error
    assert (type(error), type(error.__cause__)) == (KeysUnavailableError, ZeroDivisionError)
    assert "ZeroDivisionError" in str(error)
    assert error.__cause__.__traceback__ is None  # it is kept until the next fetch
    assert "s3cr3t" not in str(error)


def test_a_transport_has_to_answer(publish):
    """A transport that gives something else must come to an error that says so."""
    error = publish(lambda _request: {"keys": []}).user().error
    assert type(error.__cause__) is UnexpectedClientError
    assert "dict" in str(error)
