"""A connectable account's code becomes an access token, once."""

import json
from urllib.parse import urlencode

import pytest

from tests.emulator.builders import INSTALLATION, respond
from vercel_marketplace import (
    Headers,
    HTTPRequest,
    SyncVercel,
    VercelBadRequestError,
    VercelUnauthorizedError,
)
from vercel_marketplace.emulator import Emulator

REDIRECT = "https://acme.example/connected?a=1&b=ü"
CLIENT = {
    "client_id": Emulator.integration.client_id,
    "client_secret": Emulator.integration.client_secret,
}


@pytest.fixture
def code(emulator):
    """A code that was sent to `REDIRECT`."""
    return emulator.tokens.issue_oauth_code(redirect_uri=REDIRECT)


def exchange(marketplace, code, changes=None):
    """What an exchange of the code returns."""
    given = {"code": code, "redirect_uri": REDIRECT, **CLIENT}
    return marketplace.exchange_oauth_code(**given | (changes or {}))


def post(emulator, content, content_type="application/x-www-form-urlencoded"):
    """Post a body as any client might; the status and the body of the response."""
    response = respond(
        emulator,
        HTTPRequest(
            method="POST",
            url="https://api.vercel.com/v2/oauth/access_token",
            headers=Headers({"content-type": content_type}),
            content=content.encode(),
        ),
    )
    return response.status_code, json.loads(response.content)


def test_the_token_is_good_for_its_installation(emulator, marketplace, code):
    """The token works for calls of the installation that the response names."""
    token = exchange(marketplace, code)

    with SyncVercel(token.access_token, transport=emulator.transport()) as vercel:
        vercel.marketplace.get_account_info(integration_configuration_id=token.installation_id)
    assert (token.installation_id, token.user_id) == (INSTALLATION, emulator.team.admin_id)
    assert emulator.tokens.access_tokens == [emulator.token, token.access_token]


def test_the_token_is_that_of_the_member_and_installation_of_the_code(emulator, marketplace):
    """Another installation's code gives that installation's token, for its member."""
    other = emulator.installations.add()
    other.team.add_member("usr_2")
    code = other.tokens.issue_oauth_code(member_id="usr_2")

    token = exchange(marketplace, code)

    assert (token.installation_id, token.user_id) == (other.installation_id, "usr_2")
    assert emulator.tokens.access_tokens == [emulator.token]


def refusal(marketplace, code, changes=None):
    """The error of an exchange."""
    with pytest.raises((VercelBadRequestError, VercelUnauthorizedError)) as caught:
        exchange(marketplace, code, changes)
    return caught.value.status_code, caught.value.code


def test_a_code_works_once(emulator, marketplace, code):
    """A second exchange is refused, and creates no token."""
    exchange(marketplace, code)

    assert refusal(marketplace, code) == (400, "invalid_grant")
    assert len(emulator.tokens.access_tokens) == 2


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"code": "guessed"}, (400, "invalid_grant")),
        ({"redirect_uri": "https://evil.example/"}, (400, "invalid_grant")),
        ({"client_secret": "wrong"}, (401, "invalid_client")),
        ({"client_id": "oac_other"}, (401, "invalid_client")),
    ],
    ids=repr,
)
def test_what_is_refused_leaves_the_code(emulator, marketplace, code, changes, expected):
    """A wrong code, address or client is refused, and the code stays good."""
    assert refusal(marketplace, code, changes) == expected
    assert len(emulator.tokens.access_tokens) == 1
    assert exchange(marketplace, code).installation_id == INSTALLATION


def test_a_code_expires(emulator, marketplace, code):
    """After ten minutes a code is refused."""
    emulator.clock.advance(minutes=10)

    assert refusal(marketplace, code) == (400, "invalid_grant")


def test_a_code_of_a_sign_in_connects_nothing(emulator, marketplace, code):
    """Neither exchange accepts the other's codes."""
    assert refusal(marketplace, emulator.tokens.issue_sso_code()) == (400, "invalid_grant")
    with pytest.raises(VercelBadRequestError):
        marketplace.exchange_sso_token(code=code, **CLIENT)


@pytest.mark.parametrize("method", ["issue_oauth_code", "issue_sso_code"])
def test_a_code_is_not_empty(emulator, method):
    """An empty code is refused when it is issued."""
    with pytest.raises(ValueError, match="code must not be empty"):
        getattr(emulator.tokens, method)(code="")


GOOD = {"code": "chosen", "redirect_uri": REDIRECT, **CLIENT}


@pytest.mark.parametrize(
    ("content", "content_type", "problem"),
    [
        (urlencode({**GOOD, "code": ""}), "", "Code is unknown or was used before"),
        ("", "", "Invalid request: "),
        (json.dumps(GOOD), "application/json", "Invalid request: "),
        (urlencode(GOOD) + "&code=x", "", "Invalid request: `code`: given more than once."),
        ("code=%ff", "", "Invalid request: the body cannot be read as a form."),
        ("code=chosen", "", "Invalid request: `client_id`: a required property is missing."),
    ],
    ids=["empty", "no body", "json", "twice", "not utf-8", "missing"],
)
def test_a_body_that_is_not_the_form_is_refused_in_oauths_words(
    emulator, content, content_type, problem
):
    """Only a form with each parameter once is read; the error has OAuth's form."""
    emulator.tokens.issue_oauth_code(code="chosen")

    status, body = post(emulator, content, content_type)

    assert (status, body.keys()) == (400, {"error", "error_description"})
    assert body["error_description"].startswith(problem)


def test_a_parameter_that_is_not_known_is_ignored(emulator):
    """An OAuth library also sends a `grant_type`, which changes nothing."""
    emulator.tokens.issue_oauth_code(code="chosen")

    status, body = post(emulator, urlencode({**GOOD, "grant_type": "authorization_code"}))

    assert (status, body["installation_id"]) == (200, INSTALLATION)
