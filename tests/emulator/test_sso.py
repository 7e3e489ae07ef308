"""The token exchange."""

import base64
import json

import pytest

from vercel_marketplace import (
    VercelBadRequestError,
    VercelForbiddenError,
)


def test_a_code_is_exchanged_for_tokens(emulator, marketplace, client):
    """The tokens live an hour, and the id token names the member, integration and installation."""
    tokens = marketplace.exchange_sso_token(code=emulator.issue_sso_code(), **client)

    assert tokens.access_token
    assert (tokens.token_type, tokens.expires_in) == ("Bearer", 3600)
    _, payload, _ = tokens.id_token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert claims["user_id"] == emulator.member_id
    assert claims["user_role"] == "ADMIN"
    assert claims["aud"] == emulator.client_id
    assert claims["installation_id"] == emulator.installation_id
    assert claims["iat"] == emulator.clock.now().timestamp()
    assert claims["exp"] == claims["iat"] + 3600


def oauth_error(marketplace, **arguments):
    """The status and code with which the exchange is refused."""
    with pytest.raises((VercelBadRequestError, VercelForbiddenError)) as caught:
        marketplace.exchange_sso_token(**arguments)
    assert json.loads(caught.value.body).keys() == {"error", "error_description"}
    return caught.value.status_code, caught.value.code


def test_a_code_works_once(emulator, marketplace, client):
    """A code that was exchanged is refused in OAuth's form; another code still works."""
    first, second = emulator.issue_sso_code(), emulator.issue_sso_code()
    marketplace.exchange_sso_token(code=first, **client)

    assert oauth_error(marketplace, code=first, **client) == (400, "invalid_grant")
    assert marketplace.exchange_sso_token(code=second, **client).id_token


def test_a_refresh_token_works_again_and_again(emulator, marketplace, client):
    """A refresh token gives new tokens more than once, whatever else was issued since."""
    refresh_token, _ = (
        marketplace.exchange_sso_token(code=emulator.issue_sso_code(), **client).refresh_token
        for _ in range(2)
    )

    grants = [
        marketplace.exchange_sso_token(
            grant_type="refresh_token", refresh_token=refresh_token, **client
        )
        for _ in range(2)
    ]

    assert grants[0].id_token
    assert grants[0].access_token != grants[1].access_token


def test_an_unknown_grant_is_refused(marketplace, client):
    """A code or refresh token that was never issued is an `invalid_grant`."""
    refresh = {"grant_type": "refresh_token", "refresh_token": "unknown"}

    assert oauth_error(marketplace, code="unknown", **client) == (400, "invalid_grant")
    assert oauth_error(marketplace, **refresh, **client) == (400, "invalid_grant")


@pytest.mark.parametrize("wrong", ["client_id", "client_secret"])
def test_a_wrong_client_is_refused_and_the_code_stays(emulator, marketplace, client, wrong):
    """A wrong client id or secret is a 403, and does not use up the code."""
    code = emulator.issue_sso_code()

    assert oauth_error(marketplace, code=code, **client | {wrong: "x"}) == (403, "invalid_client")
    assert marketplace.exchange_sso_token(code=code, **client).id_token
