"""The claims of Vercel's tokens. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias

from vercel_marketplace.emulator.ids import hex_id
from vercel_marketplace.emulator.integration import Integration, SignIn

LIFETIME: Final = 3600
"""Seconds for which a token is valid."""

TokenType: TypeAlias = Literal["id_token", "access_token"]
"""The purpose of a token: to sign in, or to call the partner."""


def build_user_claims(
    integration: Integration,
    sign_in: SignIn,
    now: datetime,
    *,
    type_: TokenType,
    expires_in: float = LIFETIME,
) -> dict[str, Any]:
    """Return the claims of a user's token.

    Args:
        integration: The integration that it is for.
        sign_in: The user and the installation.
        now: The time.
        type_: The purpose of the token.
        expires_in: Seconds for which it is valid.
    """
    member = sign_in.member
    shared = _shared(integration, sign_in.installation_id, now, expires_in)
    email = {} if member.user_email is None else {"user_email": member.user_email}
    return {
        **shared,
        "sub": f"{shared['sub']}:user:{hex_id(member.id)}",
        "user_id": member.id,
        "user_role": member.role,
        **email,
        "type": type_,
    }


def build_system_claims(
    integration: Integration,
    installation_id: str,
    now: datetime,
    *,
    expires_in: float = LIFETIME,
) -> dict[str, Any]:
    """Return the claims of a token with which Vercel calls for itself.

    Args:
        integration: The integration that it is for.
        installation_id: The installation.
        now: The time.
        expires_in: Seconds for which it is valid.
    """
    return {**_shared(integration, installation_id, now, expires_in), "type": "access_token"}


def _shared(
    integration: Integration, installation_id: str, now: datetime, expires_in: float
) -> Mapping[str, Any]:
    account_id = hex_id(installation_id)
    issued_at = int(now.timestamp())
    return {
        "iss": integration.issuer,
        "aud": integration.client_id,
        "sub": f"account:{account_id}",
        "account_id": account_id,
        "installation_id": installation_id,
        "iat": issued_at,
        "exp": issued_at + expires_in,
    }
