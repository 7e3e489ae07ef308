"""Who calls: what the routes depend on."""

from typing import Annotated, TypeAlias

from fastapi import Depends, Header, HTTPException, Request

from vercel_marketplace.tokens import (
    ANY_INSTALLATION,
    AnyInstallation,
    KeysUnavailableError,
    SystemClaims,
    TokenError,
    UserClaims,
)

from .partner import Partner

Claims: TypeAlias = UserClaims | SystemClaims


async def _partner(request: Request) -> Partner:
    partner: Partner = request.app.state.partner
    return partner


CurrentPartner: TypeAlias = Annotated[Partner, Depends(_partner)]
Authorization: TypeAlias = Annotated[str | None, Header()]
VercelAuth: TypeAlias = Annotated[str | None, Header(alias="X-Vercel-Auth")]
IdempotencyKey: TypeAlias = Annotated[str, Header(min_length=1, max_length=255)]
"""The same where Vercel retries a request."""


def refused(error: TokenError) -> HTTPException:
    """The response to a token that is not to be trusted; it says which check failed, not more."""
    if isinstance(error, KeysUnavailableError):
        return HTTPException(503, "Vercel's keys are not available")
    return HTTPException(
        401, f"the token is not accepted: {error.check}", headers={"www-authenticate": "Bearer"}
    )


async def _verified(
    partner: Partner,
    authorization: str | None,
    auth: str | None,
    installation_id: str | AnyInstallation,
) -> Claims:
    try:
        return await partner.verifier.verify_call(
            authorization, auth, installation_id=installation_id
        )
    except TokenError as error:
        raise refused(error) from error


async def _caller(
    partner: CurrentPartner,
    installation_id: str,
    authorization: Authorization = None,
    auth: VercelAuth = None,
) -> Claims:
    return await _verified(partner, authorization, auth, installation_id)


async def _customer(
    partner: CurrentPartner, authorization: Authorization = None, auth: VercelAuth = None
) -> Claims:
    return await _verified(partner, authorization, auth, ANY_INSTALLATION)


Caller: TypeAlias = Annotated[Claims, Depends(_caller)]
"""Vercel, or a user of the path's installation."""

AnyCaller: TypeAlias = Annotated[Claims, Depends(_customer)]
"""The same where the path names no installation."""


async def _writer(caller: Caller) -> Claims:
    match caller:
        case UserClaims(user_role="ADMIN") | SystemClaims():
            return caller
        case _:
            raise HTTPException(403, "only an admin may change anything")


Writer: TypeAlias = Annotated[Claims, Depends(_writer)]
"""Vercel, or an admin: anybody else may only look."""
