"""The SSO token exchange. Pure, but that signing makes a key pair when there is none yet."""

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from attrs import evolve

from vercel_marketplace.emulator.api.errors import APIError, oauth
from vercel_marketplace.emulator.jwt.claims import LIFETIME, build_user_claims
from vercel_marketplace.emulator.jwt.tokens import sign_token_if_possible
from vercel_marketplace.emulator.state import Code, Integration, SignIn
from vercel_marketplace.models.sso import ExchangeSsoTokenRequestBody, ExchangeSsoTokenResponseBody

_CODE_LIFETIME: Final = timedelta(minutes=10)  # RFC 6749 section 4.1.2 recommends no more


def issue_code(integration: Integration, code: Code) -> tuple[Integration, str]:
    """A code for a member who is about to come to the partner's site; works once."""
    number = integration.issued + 1
    text = f"emulator-sso-code-{number}"
    return evolve(integration, issued=number, codes={**integration.codes, text: code}), text


def exchange_sso_token(
    integration: Integration, request: ExchangeSsoTokenRequestBody, now: datetime
) -> tuple[Integration, ExchangeSsoTokenResponseBody]:
    """Give tokens for a code, which is used up, or for a refresh token, which is not."""
    known = (integration.client_id, integration.client_secret)
    if (request.client_id, request.client_secret) != known:
        description = "Client id or secret is wrong"
        raise oauth(HTTPStatus.FORBIDDEN, code="invalid_client", description=description)
    number = integration.issued + 1
    if request.grant_type == "refresh_token":
        refresh_token = request.refresh_token or ""
        sign_in = integration.refresh_tokens.get(refresh_token)
        if sign_in is None:
            raise _invalid_grant(description="Refresh token is unknown")
    else:
        sign_in = _signed_in(integration, request, now)
        refresh_token = f"emulator-refresh-token-{number}"
    after = evolve(
        integration,
        issued=number,
        codes={text: code for text, code in integration.codes.items() if text != request.code},
        refresh_tokens={**integration.refresh_tokens, refresh_token: sign_in},
    )
    return after, ExchangeSsoTokenResponseBody(
        id_token=sign_token_if_possible(
            build_user_claims(integration.client_id, sign_in, now, type_="id_token")
        ),
        access_token=f"emulator-sso-token-{number}",
        token_type="Bearer",  # noqa: S106 (the name of a type)
        expires_in=LIFETIME,
        refresh_token=refresh_token,
    )


def _signed_in(
    integration: Integration, request: ExchangeSsoTokenRequestBody, now: datetime
) -> SignIn:
    """Who a code is for. What was issued with it need not be repeated, but must not differ."""
    code = integration.codes.get(request.code or "")
    if code is None:
        raise _invalid_grant(description="Code is unknown or was used before")
    if now - code.issued_at >= _CODE_LIFETIME:
        raise _invalid_grant(description="Code expired")
    for name in ("state", "redirect_uri"):
        issued, given = getattr(code, name), getattr(request, name)
        if None not in {issued, given} and issued != given:
            raise _invalid_grant(description=f"Code was issued with another {name}")
    return code.sign_in


def _invalid_grant(*, description: str) -> APIError:
    return oauth(HTTPStatus.BAD_REQUEST, code="invalid_grant", description=description)
