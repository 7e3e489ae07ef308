"""Secrets that overlap are starred out whole, wherever a text echoes them."""

import attrs
import pytest

from tests.fakes import json_response
from tests.operations import REQUESTS, SECRETS, exchange


def message_of(echo, *secrets):
    """The message of the error when the API echoes a text of a call with these secrets."""
    body = attrs.evolve(
        SECRETS,
        secrets=[attrs.evolve(SECRETS.secrets[0], name="A", value=value) for value in secrets],
    )
    request = attrs.evolve(REQUESTS["update-resource-secrets-by-id"], request_body=body)
    answer = json_response({"error": {"code": "bad_request", "message": f"not {echo}!"}}, 400)
    return exchange("update-resource-secrets-by-id", answer, request=request)[0].error.message


@pytest.mark.parametrize(
    "secrets",
    [("sesame", "sesame-7f3a"), ("sesame-7f3a", "sesame")],
    ids=["shorter first", "longer first"],
)
def test_no_tail_of_a_secret_stays(secrets):
    """A secret that begins with another one is starred out to its end."""
    assert message_of("sesame-7f3a", *secrets) == "not ***!"


def test_no_tail_of_an_escaped_secret_stays():
    """A secret that is the beginning of its own escaped form is starred out with the rest."""
    assert message_of("100%2525", "100%25") == "not ***!"


def test_a_secret_in_the_escaped_form_of_another_leaves_nothing():
    """Of a longer secret that ends inside the escaped form of a shorter one nothing stays."""
    assert message_of("a%20key", "a key", "a%20ke") == "not ***!"


def test_secrets_that_overlap_leave_nothing():
    """Where one secret ends with the beginning of another, both are starred out."""
    assert message_of("open-sesame-now", "open-sesame", "sesame-now") == "not ***!"


def test_a_secret_inside_another_leaves_nothing():
    """A secret that another one holds in its middle does not end what is starred out."""
    assert message_of("open-sesame-now", "open-sesame-now", "sesame") == "not ***!"


def test_what_is_between_secrets_stays():
    """The text before, between and after secrets is kept."""
    assert message_of("sesame and sesame", "sesame") == "not *** and ***!"
