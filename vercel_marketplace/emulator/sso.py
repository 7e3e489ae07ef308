"""The SSO token exchange. Pure."""

import base64
import hashlib
import json
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from attrs import evolve

from vercel_marketplace.emulator.refusal import oauth
from vercel_marketplace.emulator.state import Integration, SignIn
from vercel_marketplace.models.sso import ExchangeSsoTokenRequestBody, ExchangeSsoTokenResponseBody

_LIFETIME: Final = timedelta(hours=1)
_ISSUER: Final = "https://marketplace.vercel.com"


def issue_code(integration: Integration, sign_in: SignIn) -> tuple[Integration, str]:
    """A code for a member who is about to come to the partner's site; works once."""
    number = integration.issued + 1
    code = f"emulator-sso-code-{number}"
    return evolve(integration, issued=number, codes={**integration.codes, code: sign_in}), code


def exchange_sso_token(
    integration: Integration, request: ExchangeSsoTokenRequestBody, now: datetime
) -> tuple[Integration, ExchangeSsoTokenResponseBody]:
    """Give tokens for a code, which is used up, or for a refresh token, which is not."""
    known = (integration.client_id, integration.client_secret)
    if (request.client_id, request.client_secret) != known:
        description = "Client id or secret is wrong"
        raise oauth(HTTPStatus.FORBIDDEN, code="invalid_client", description=description)
    is_refresh = request.grant_type == "refresh_token"
    grant = (request.refresh_token if is_refresh else request.code) or ""
    sign_in = (integration.refresh_tokens if is_refresh else integration.codes).get(grant)
    if sign_in is None:
        description = "Grant is unknown or was used before"
        raise oauth(HTTPStatus.BAD_REQUEST, code="invalid_grant", description=description)
    number = integration.issued + 1
    refresh_token = grant if is_refresh else f"emulator-refresh-token-{number}"
    after = evolve(
        integration,
        issued=number,
        codes={code: other for code, other in integration.codes.items() if code != grant},
        refresh_tokens={**integration.refresh_tokens, refresh_token: sign_in},
    )
    return after, ExchangeSsoTokenResponseBody(
        id_token=_id_token(integration.client_id, sign_in, now),
        access_token=f"emulator-sso-token-{number}",
        token_type="Bearer",  # noqa: S106 (the name of a type)
        expires_in=int(_LIFETIME.total_seconds()),
        refresh_token=refresh_token,
    )


def _id_token(client_id: str, sign_in: SignIn, now: datetime) -> str:
    """A JWT with the claims of Vercel's. Without a signature: nothing is to trust it."""
    account_id = _hex(sign_in.installation_id)
    claims = {
        "iss": _ISSUER,
        "aud": client_id,
        "sub": f"account:{account_id}:user:{_hex(sign_in.member.id)}",
        "account_id": account_id,
        "installation_id": sign_in.installation_id,
        "user_id": sign_in.member.id,
        "user_role": sign_in.member.role,
        "iat": int(now.timestamp()),
        "exp": int((now + _LIFETIME).timestamp()),
    }
    return f"{_segment({'alg': 'none', 'typ': 'JWT'})}.{_segment(claims)}."


def _hex(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _segment(value: object) -> str:
    text = json.dumps(value, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()
