"""Signatures: only what Vercel signed gets in, and no error says more than it should."""

import copy
import inspect
import json
import pickle
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.webhooks.examples import SECRET, result_of, wire
from vercel_marketplace import Err, Ok
from vercel_marketplace import webhooks as w
from vercel_marketplace.webhooks import errors
from vercel_marketplace.webhooks import signature as signing

BODY = json.dumps(wire(invoiceId="mi-of-the-body")).encode()
SIGNATURE = w.sign(BODY, SECRET)
OLD, NEW = "the-old-secret", "the-new-secret"

FORGERIES = {
    "no header": (BODY, None, w.MissingSignatureError),
    "an empty header": (BODY, "", w.MissingSignatureError),
    "another secret": (BODY, w.sign(BODY, "guessed"), w.SignatureMismatchError),
    "another body": (BODY.replace(b"mi-", b"mI-"), SIGNATURE, w.SignatureMismatchError),
    "a longer body": (BODY + b" ", SIGNATURE, w.SignatureMismatchError),
    "an empty body": (b"", SIGNATURE, w.SignatureMismatchError),
    "another last digit": (
        BODY,
        SIGNATURE[:-1] + f"{int(SIGNATURE[-1], 16) ^ 1:x}",
        w.SignatureMismatchError,
    ),
    "all zeros": (BODY, "0" * 40, w.SignatureMismatchError),
    "cut short": (BODY, SIGNATURE[:-1], w.MalformedSignatureError),
    "cut to one byte": (BODY, SIGNATURE[:2], w.MalformedSignatureError),
    "one digit more": (BODY, SIGNATURE + "0", w.MalformedSignatureError),
    "as long as SHA-256": (BODY, SIGNATURE + "0" * 24, w.MalformedSignatureError),
    "not hexadecimal": (BODY, "g" * 40, w.MalformedSignatureError),
    "a space before": (BODY, " " + SIGNATURE, w.MalformedSignatureError),
    "a line break after": (BODY, SIGNATURE + "\n", w.MalformedSignatureError),
    "spaces between": (BODY, SIGNATURE[:20] + " " + SIGNATURE[20:], w.MalformedSignatureError),
    "a scheme before": (BODY, "sha1=" + SIGNATURE, w.MalformedSignatureError),
    "twice in a header": (BODY, f"{SIGNATURE}, {SIGNATURE}", w.MalformedSignatureError),
    "digits of another script": (
        BODY,
        SIGNATURE.translate({ord(str(d)): 0xFF10 + d for d in range(10)}),
        w.MalformedSignatureError,
    ),
    "letters that are no ASCII": (BODY, "é" * 40, w.MalformedSignatureError),
    "a lone surrogate": (BODY, "\ud800" * 40, w.MalformedSignatureError),
}

UNREADABLE = {
    "empty": (b"", w.InvalidJSONError, "Expecting value at character 0"),
    "no JSON": (b"sesame=1", w.InvalidJSONError, "Expecting value at character 0"),
    "cut short": (
        BODY[:-1],
        w.InvalidJSONError,
        f"Expecting ',' delimiter at character {len(BODY) - 1}",
    ),
    "two bodies": (
        BODY + BODY,
        w.InvalidJSONError,
        f"Extra data at character {len(BODY)}",
    ),
    "a bad escape": (
        b'{"id": "\\q"}',
        w.InvalidJSONError,
        "Invalid \\escape at character 8",
    ),
    "no UTF-8": (b'{"id": "\xff"}', w.InvalidJSONError, "not UTF-8 at byte 8"),
    "UTF-16": (BODY.decode().encode("utf-16"), w.InvalidJSONError, "not UTF-8 at byte 0"),
    "a surrogate in UTF-8": (b'{"id": "\xed\xa0\x80"}', w.InvalidJSONError, "not UTF-8 at byte 8"),
    "NaN": (BODY[:-1] + b', "x": NaN}', w.InvalidJSONError, "NaN and Infinity are not valid JSON"),
    "Infinity": (
        BODY[:-1] + b', "x": -Infinity}',
        w.InvalidJSONError,
        "NaN and Infinity are not valid JSON",
    ),
    "two ids": (
        BODY[:-1] + b', "id": "evt_2"}',
        w.InvalidJSONError,
        "duplicate key in an object",
    ),
    "two names deep inside": (
        BODY[:-1] + b', "x": [{"a": 1, "\\u0061": 2}]}',
        w.InvalidJSONError,
        "duplicate key in an object",
    ),
    "lists too deep": (b"[" * 200_000, w.InvalidJSONError, "nested too deeply"),
    "objects too deep": (b'{"a":' * 200_000, w.InvalidJSONError, "nested too deeply"),
    "a huge integer": (
        BODY[:-1] + b', "x": ' + b"9" * 5000 + b"}",
        w.InvalidJSONError,
        "a number has too many digits",
    ),
    "a huge exponent": (
        BODY[:-1] + b', "x": 1e99999999999999999999}',
        w.InvalidJSONError,
        "a number has too large an exponent",
    ),
    "a list": (b"[]", w.InvalidEventError, "expected an object, got list"),
    "null": (b"null", w.InvalidEventError, "expected an object, got None"),
    "a string": (b'"sesame"', w.InvalidEventError, "expected an object, got str"),
    "an empty object": (b"{}", w.InvalidEventError, "id: a required field is missing"),
    "no id": (wire(envelope={"id": None}), w.InvalidEventError, "id: a required field is missing"),
    "a number as id": (
        wire(envelope={"id": 5}),
        w.InvalidEventError,
        "id: expected a string, got int",
    ),
    "an empty id": (
        wire(envelope={"id": ""}),
        w.InvalidEventError,
        "id: expected text, got an empty string",
    ),
    "an empty type": (
        wire(envelope={"type": ""}),
        w.InvalidEventError,
        "type: expected text, got an empty string",
    ),
    "an object as type": (
        wire(envelope={"type": {"sesame": 1}}),
        w.InvalidEventError,
        "type: expected a string, got dict",
    ),
}


def forgery(name):
    body, signature, _ = FORGERIES[name]
    return w.try_parse_event(body, signature, SECRET)


@pytest.mark.parametrize("verify", [w.parse_event, w.verify_signature])
def test_no_frame_of_a_refusal_holds_the_secret(verify):
    """Anybody can forge a webhook, and an error reporter then sends the locals of each frame."""
    body, signature, error = FORGERIES["another secret"]
    with pytest.raises(error) as caught:
        verify(body, signature, SECRET)
    (_test, *frames) = [frame for frame, _ in traceback.walk_tb(caught.value.__traceback__)]
    assert frames
    assert [frame for frame in frames if SECRET in repr(frame.f_locals)] == []


# What is Vercel's ----------------------------------------------------------------------


def test_the_signature_is_an_hmac_sha1_in_hexadecimal():
    """It is what OpenSSL makes of the same body and secret."""
    assert w.sign(b'{"id":"evt_1"}', "client-secret") == "ddc9fe8f9a26cfca36612517076fb003a40d539c"


def test_the_header_has_vercels_name():
    """The name is there to be used."""
    assert w.SIGNATURE_HEADER == "x-vercel-signature"


@given(
    body=st.binary(), secret=st.text(min_size=1).filter(lambda text: text and text == text.strip())
)
def test_what_was_signed_is_verified(body, secret):
    """Any body, signed with any secret, is verified with it."""
    assert w.verify_signature(body, w.sign(body, secret), secret) is None


@given(body=st.binary(min_size=1), at=st.integers(min_value=0), bit=st.integers(0, 7))
def test_one_bit_is_enough_to_be_refused(body, at, bit):
    """A body of which one bit differs is not what was signed."""
    other = bytearray(body)
    other[at % len(body)] ^= 1 << bit
    result = w.try_verify_signature(bytes(other), w.sign(body, SECRET), SECRET)
    assert isinstance(result.error, w.SignatureMismatchError)


def test_the_digits_may_be_capital_letters():
    """Hexadecimal digits are the same in either case."""
    assert w.try_verify_signature(BODY, SIGNATURE.upper(), SECRET) == Ok(None)


@pytest.mark.parametrize("secrets", [[OLD, NEW], (NEW, OLD), [NEW]])
def test_during_a_rotation_either_secret_verifies(secrets):
    """A list or tuple of secrets is as good as the one that was used."""
    assert w.try_verify_signature(BODY, w.sign(BODY, NEW), secrets) == Ok(None)


def test_after_a_rotation_the_old_secret_verifies_nothing():
    """A secret that is not in the list is any other."""
    result = w.try_verify_signature(BODY, w.sign(BODY, OLD), [NEW])
    assert isinstance(result.error, w.SignatureMismatchError)


@pytest.mark.parametrize("used", [OLD, NEW, "guessed"])
def test_the_time_taken_does_not_depend_on_the_secret(monkeypatch, used):
    """Each secret's digest is compared, whole, by the function that takes constant time."""
    compared = []

    def recording(one, other):
        compared.append((one, other))
        return one == other

    monkeypatch.setattr(signing, "compare_digest", recording)
    w.try_verify_signature(BODY, w.sign(BODY, used), [OLD, NEW])
    given = bytes.fromhex(w.sign(BODY, used))
    assert compared == [(bytes.fromhex(w.sign(BODY, secret)), given) for secret in (OLD, NEW)]


def test_a_body_of_a_megabyte_is_read():
    """A large event is an event."""
    event = result_of(wire(envelope={"type": "tomorrow", "payload": ["x" * 1_000_000]})).unwrap()
    assert len(event.payload[0]) == 1_000_000


def test_a_byte_order_mark_is_passed_over():
    """It is part of what was signed, but not of the JSON."""
    assert result_of(b"\xef\xbb\xbf" + BODY) == result_of(BODY)


# What is not ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_is_refused(name):
    """Each way to forge a signature is an error of its own class, and no event."""
    result = forgery(name)
    assert isinstance(result, Err)
    assert type(result.error) is FORGERIES[name][2]
    assert isinstance(result.error, w.WebhookSignatureError)


@pytest.mark.parametrize("name", FORGERIES)
@pytest.mark.parametrize("function", [w.verify_signature, w.parse_event])
def test_a_forgery_raises_the_same_error(function, name):
    """The raising forms raise what the others return."""
    body, signature, kind = FORGERIES[name]
    with pytest.raises(w.WebhookSignatureError) as caught:
        function(body, signature, SECRET)
    assert (type(caught.value), str(caught.value)) == (kind, str(forgery(name).error))


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_body_that_nobody_signed_is_not_even_parsed(name):
    """A stranger cannot make the parser work, nor learn from it."""
    body = UNREADABLE[name][0]
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    result = w.try_parse_event(body, SIGNATURE, SECRET)
    assert isinstance(result.error, w.SignatureMismatchError)


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_body_that_is_no_event_is_refused(name):
    """What Vercel signed and nobody can read is an error that says why."""
    body, kind, reason = UNREADABLE[name]
    error = result_of(body).error
    assert type(error) is kind
    assert isinstance(error, w.WebhookBodyError)
    assert str(error).endswith(f": {reason}")


def test_every_issue_of_an_event_is_named():
    """One look finds all that the envelope lacks."""
    error = result_of(b'{"region": 5}').error
    assert [issue.path for issue in error.issues] == ["id", "type"]


@given(body=st.binary())
def test_no_body_is_anything_but_an_event_or_an_error(body):
    """Whatever bytes are signed, the result form raises nothing."""
    assert isinstance(result_of(body), Ok | Err)


# What is a mistake of the caller's -----------------------------------------------------


@pytest.mark.parametrize("function", [w.verify_signature, w.try_verify_signature, w.parse_event])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((BODY.decode(), SIGNATURE, SECRET), "body must be the raw bytes of the request, got str"),
        ((bytearray(BODY), SIGNATURE, SECRET), "body must be .* got bytearray"),
        (({}, SIGNATURE, SECRET), "body must be .* got dict"),
        ((BODY, SIGNATURE.encode(), SECRET), "signature must be a string or None, got bytes"),
        ((BODY, [SIGNATURE], SECRET), "signature must be .* got list"),
        ((BODY, SIGNATURE, None), "secret must be a string or a list of strings, got NoneType"),
        ((BODY, SIGNATURE, {SECRET}), "secret must be .* got set"),
        ((BODY, SIGNATURE, SECRET.encode()), "secret must be .* got one of int"),
        ((BODY, SIGNATURE, [SECRET, None]), "secret must be .* got one of NoneType"),
        ((BODY, SIGNATURE, [[SECRET]]), "secret must be .* got one of list"),
    ],
)
def test_an_argument_of_another_type_is_named(function, arguments, message):
    """A mistake in the code raises at once, in either form."""
    with pytest.raises(TypeError, match=f"^{message}$"):
        function(*arguments)


@pytest.mark.parametrize("signature", [None, "", "0" * 40, SIGNATURE])
@pytest.mark.parametrize("secret", ["", " ", "\n", [], (), [""], [SECRET, ""], ["\t", SECRET]])
def test_an_empty_secret_verifies_nothing(secret, signature):
    """A variable that is not set must not become a key that everybody knows."""
    with pytest.raises(ValueError, match=r"^secret must (not be empty|have at least one string)$"):
        w.try_parse_event(BODY, signature, secret)


@pytest.mark.parametrize("secret", [f"{SECRET}\n", f" {SECRET}", [SECRET, f"{SECRET}\r\n"]])
def test_a_secret_with_outer_white_space_is_named(secret):
    """A line break at the end of a file must not turn every webhook away without a reason."""
    with pytest.raises(ValueError, match=r"^secret begins or ends with white space") as caught:
        w.try_parse_event(BODY, SIGNATURE, secret)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("prefix", ["sha1=", "SHA1="])
def test_a_prefix_of_the_signature_is_named(prefix):
    """Another service's form of a signature must be told from a forged one."""
    error = w.try_parse_event(BODY, prefix + SIGNATURE, SECRET).error
    assert type(error) is w.MalformedSignatureError
    assert 'it has a prefix "sha1="' in str(error)


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [(("text", SECRET), TypeError), ((BODY, ""), ValueError), ((BODY, b"secret"), TypeError)],
)
def test_signing_is_as_strict(arguments, kind):
    """What could not be verified cannot be signed either."""
    with pytest.raises(kind):
        w.sign(*arguments)


def test_a_secret_that_is_no_text_is_not_shown():
    """A secret that UTF-8 cannot hold verifies nothing, rather than failing with itself."""
    result = w.try_verify_signature(BODY, SIGNATURE, "\ud800" + SECRET)
    assert isinstance(result.error, w.SignatureMismatchError)


# What errors say -----------------------------------------------------------------------


def caught_from(function, *arguments):
    try:
        function(*arguments)
    except (w.WebhookError, TypeError, ValueError) as error:
        return error
    raise AssertionError


REFUSED = {
    **{name: (body, signature, SECRET) for name, (body, signature, _) in FORGERIES.items()},
    **{
        f"body: {name}": (body, w.sign(body, SECRET), SECRET)
        for name, (body, _, _) in UNREADABLE.items()
        if isinstance(body, bytes)
    },
    "text": (BODY.decode(), SIGNATURE, SECRET),
    "bytes as signature": (BODY, SIGNATURE.encode(), SECRET),
    "an empty secret": (BODY, SIGNATURE, [SECRET, ""]),
    "bytes as secret": (BODY, SIGNATURE, SECRET.encode()),
    "a dict as secret": (BODY, SIGNATURE, {"a": SECRET}),
}


@pytest.mark.parametrize("name", REFUSED)
def test_an_error_holds_nothing_of_what_came(name):
    """Secret, signature and body are in no text, attribute, cause or context of an error."""
    error = caught_from(w.parse_event, *REFUSED[name])
    assert (error.__cause__, error.__context__) == (None, None)
    held = f"{error} {error!r} {error.args} {vars(error)}"
    held += "".join(traceback.format_exception(error))
    for kept in (SECRET, SIGNATURE, "mi-of-the-body", "sesame"):
        assert kept not in held


TREE = {
    "WebhookError": Exception,
    "WebhookSignatureError": w.WebhookError,
    "MissingSignatureError": w.WebhookSignatureError,
    "MalformedSignatureError": w.WebhookSignatureError,
    "SignatureMismatchError": w.WebhookSignatureError,
    "WebhookBodyError": w.WebhookError,
    "InvalidJSONError": w.WebhookBodyError,
    "InvalidEventError": w.WebhookBodyError,
}


def test_the_tree_is_complete():
    """Every exception class of the module is in the tree, below what it draws it below."""
    classes = inspect.getmembers(errors, lambda v: inspect.isclass(v) and issubclass(v, Exception))
    assert {name: kind.__base__ for name, kind in classes} == TREE


@pytest.mark.parametrize("again", [copy.copy, lambda e: pickle.loads(pickle.dumps(e))])
@pytest.mark.parametrize("name", ["no header", "cut short", "all zeros"])
def test_an_error_of_a_signature_copies_and_pickles(name, again):
    """A copy is of the same class, with its text."""
    error = forgery(name).error
    copied = again(error)
    assert (type(copied), str(copied), copied.message) == (type(error), str(error), error.message)


@pytest.mark.parametrize("again", [copy.copy, lambda e: pickle.loads(pickle.dumps(e))])
@pytest.mark.parametrize("body", [b"", b"{}"])
def test_an_error_of_a_body_copies_and_pickles(body, again):
    """A copy is of the same class, with its text and issues."""
    error = result_of(body).error
    copied = again(error)
    assert (type(copied), str(copied), vars(copied)) == (type(error), str(error), vars(error))
