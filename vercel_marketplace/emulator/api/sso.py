"""The SSO token exchange. Pure, except that the first signature generates the key pair."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from http import HTTPStatus
from typing import Final, TypeVar

from attrs import evolve

from vercel_marketplace.emulator import limits
from vercel_marketplace.emulator.api.errors import APIError, oauth
from vercel_marketplace.emulator.api.registry import handles_on_state
from vercel_marketplace.emulator.integration import Code, Integration, SignIn
from vercel_marketplace.emulator.jwt.claims import LIFETIME, build_user_claims
from vercel_marketplace.emulator.jwt.tokens import sign_token_if_possible
from vercel_marketplace.emulator.limits import keep_newest
from vercel_marketplace.emulator.state import State
from vercel_marketplace.funcs.exchange_sso_token import OPERATION as EXCHANGE_SSO_TOKEN
from vercel_marketplace.models.sso import ExchangeSsoTokenRequestBody, SsoTokens

T = TypeVar("T")

_CODE_LIFETIME: Final = timedelta(minutes=10)  # RFC 6749 section 4.1.2 recommends no more


def issue_code(integration: Integration, text: str, code: Code) -> Integration:
    """Issue a code for a member who signs in to the partner's site; it works once."""
    codes = add_code(integration.codes, text, code)
    return evolve(integration, issued=integration.issued + 1, codes=codes)


def add_code(codes: Mapping[str, T], text: str, code: T) -> Mapping[str, T]:
    """Return the codes of one kind with another; too old ones are forgotten."""
    return keep_newest({**codes, text: code}, limits.MAX_CODES)


@handles_on_state(EXCHANGE_SSO_TOKEN)
def exchange_sso_token(
    state: State, request: ExchangeSsoTokenRequestBody, now: datetime
) -> tuple[State, SsoTokens]:
    """Issue tokens for a code, which is then used up, or for a refresh token, which is not."""
    integration = state.integration
    check_client(integration, request.client_id, request.client_secret, status=HTTPStatus.FORBIDDEN)
    number = integration.issued + 1
    if request.grant_type == "refresh_token":
        refresh_token = request.refresh_token or ""
        sign_in = integration.refresh_tokens.get(refresh_token)
        if sign_in is None:
            raise _invalid_grant(description="Refresh token is unknown")
    else:
        given = {"state": request.state, "redirect_uri": request.redirect_uri}
        sign_in = redeem(integration.codes, request.code, now, given)
        refresh_token = f"emulator-refresh-token-{number}-{derive_secret(request.code)}"
    after = evolve(
        integration,
        issued=number,
        codes=without(integration.codes, request.code),
        refresh_tokens=add_code(integration.refresh_tokens, refresh_token, sign_in),
    )
    return evolve(state, integration=after), SsoTokens(
        id_token=sign_token_if_possible(
            build_user_claims(integration, sign_in, now, type_="id_token")
        ),
        access_token=f"emulator-sso-token-{number}",
        token_type="Bearer",  # noqa: S106 (the name of a type)
        expires_in=LIFETIME,
        refresh_token=refresh_token,
    )


def check_client(
    integration: Integration, client_id: str, client_secret: str, *, status: HTTPStatus
) -> None:
    """Refuse a client that is not the integration, with a status.

    Raises:
        APIError: The client id or secret is wrong.
    """
    if (client_id, client_secret) != (integration.client_id, integration.client_secret):
        description = "Client id or secret is wrong"
        raise oauth(status, code="invalid_client", description=description)


def redeem(
    codes: Mapping[str, Code], text: str | None, now: datetime, given: Mapping[str, str | None]
) -> SignIn:
    """Return whom a code is for.

    Args:
        codes: The codes that are not used yet.
        text: The code.
        now: The time.
        given: What the exchange says of the code, by the names of its attributes; it may be left
            out, but must not differ.

    Raises:
        APIError: 400, the code is unknown, used or expired, or was issued with something else.
    """
    code = codes.get(text or "")
    if code is None:
        raise _invalid_grant(description="Code is unknown or was used before")
    if now - code.issued_at >= _CODE_LIFETIME:
        raise _invalid_grant(description="Code expired")
    for name, value in given.items():
        issued = getattr(code, name)
        if None not in {issued, value} and issued != value:
            raise _invalid_grant(description=f"Code was issued with another {name}")
    return code.sign_in


def without(codes: Mapping[str, Code], used: str | None) -> Mapping[str, Code]:
    """Return the codes that are left once one is used."""
    return {text: code for text, code in codes.items() if text != used}


def derive_secret(code: str | None) -> str:
    """Return what nobody can guess who does not know the code; the same for the same code."""
    return sha256((code or "").encode()).hexdigest()[:32]


def _invalid_grant(*, description: str) -> APIError:
    return oauth(HTTPStatus.BAD_REQUEST, code="invalid_grant", description=description)
