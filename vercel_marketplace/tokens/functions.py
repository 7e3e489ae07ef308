"""The verifier's methods as functions that return a `Result` and raise nothing."""

from vercel_marketplace.result import Result
from vercel_marketplace.tokens.claims import AnyInstallation, SystemClaims, UserClaims
from vercel_marketplace.tokens.errors import TokenError
from vercel_marketplace.tokens.verifier import SyncTokenVerifier, TokenVerifier


async def verify_user_token(
    verifier: TokenVerifier | SyncTokenVerifier,
    token: str,
    *,
    installation_id: str | AnyInstallation,
) -> Result[UserClaims, TokenError]:
    """Verify an `id_token`; see `TokenVerifier.verify_user`.

    Args:
        verifier: The verifier. With a blocking one, hand the call to `block_on`.
        token: The token.
        installation_id: The installation that it must be for, or `ANY_INSTALLATION`.

    Returns:
        `Ok` with the claims, or `Err` with the reason.
    """
    return await verifier.verification.verify_user(token, installation_id)


async def verify_system_token(
    verifier: TokenVerifier | SyncTokenVerifier,
    token: str,
    *,
    installation_id: str | AnyInstallation,
) -> Result[SystemClaims, TokenError]:
    """Verify a token of Vercel itself; see `TokenVerifier.verify_system`.

    Args:
        verifier: The verifier. With a blocking one, hand the call to `block_on`.
        token: The bearer token of a call.
        installation_id: The installation that it must be for, or `ANY_INSTALLATION`.

    Returns:
        `Ok` with the claims, or `Err` with the reason.
    """
    return await verifier.verification.verify_system(token, installation_id)


async def verify_call(
    verifier: TokenVerifier | SyncTokenVerifier,
    authorization: str | None,
    auth: str | None,
    *,
    installation_id: str | AnyInstallation,
) -> Result[UserClaims, TokenError] | Result[SystemClaims, TokenError]:
    """Verify the token of a call by Vercel; see `TokenVerifier.verify_call`.

    Args:
        verifier: The verifier. With a blocking one, hand the call to `block_on`.
        authorization: The call's header `Authorization`, or `None` without one.
        auth: The call's header `X-Vercel-Auth`, or `None` without one.
        installation_id: The installation that it must be for, or `ANY_INSTALLATION`.

    Returns:
        `Ok` with the claims, or `Err` with the reason.
    """
    return await verifier.verification.verify_call(authorization, auth, installation_id)
