"""Who calls, and whether they may: the token is verified and bound to what the path names."""

from typing import TYPE_CHECKING, Final

from vercel_marketplace.http import Headers
from vercel_marketplace.partner.call import Claims
from vercel_marketplace.partner.errors import (
    ForbiddenError,
    PartnerAPIError,
    UnauthorizedError,
    UnavailableError,
)
from vercel_marketplace.partner.routes import Route
from vercel_marketplace.result import Err
from vercel_marketplace.tokens.claims import (
    ANY_INSTALLATION,
    AUTH_HEADER,
    UserClaims,
)
from vercel_marketplace.tokens.errors import (
    KeysUnavailableError,
    TokenError,
    WrongInstallationError,
    WrongTokenKindError,
)

if TYPE_CHECKING:
    from vercel_marketplace.tokens.verification import Verification

_ADMIN: Final = "ADMIN"


async def authorize(route: Route, headers: Headers, verification: "Verification") -> Claims:
    """Return the claims of a call that is allowed.

    The path's installation must be the token's: anybody who has installed the integration has a
    valid token. Where the path names none (the plans of a product, and `new/plans`), a token for
    any installation will do, or for none.

    Args:
        route: What is called.
        headers: The headers of the call.
        verification: Verifies tokens.

    Raises:
        UnauthorizedError: The token is not to be trusted.
        ForbiddenError: It is, but not for this.
        UnavailableError: Vercel's keys cannot be fetched, so nothing is known about it.
    """
    authorization, auth = headers.get("authorization"), headers.get(AUTH_HEADER)
    expected = route.installation_id or ANY_INSTALLATION
    result = await verification.verify_call(authorization, auth, expected)
    if isinstance(result, Err):
        raise _refusal(result.error)
    claims: Claims = result.value
    is_user = isinstance(claims, UserClaims)
    if ("user" if is_user else "system") not in route.operation.tokens:
        msg = f"{route.operation.id} is not for the token of {'a user' if is_user else 'Vercel'}"
        raise ForbiddenError(msg)
    if route.operation.writes and isinstance(claims, UserClaims) and claims.user_role != _ADMIN:
        msg = f"{route.operation.id} requires a user with the role {_ADMIN}"
        raise ForbiddenError(msg, user_message="Only an admin of the team may do this.")
    return claims


def _refusal(error: TokenError) -> PartnerAPIError:
    if isinstance(error, KeysUnavailableError):
        return UnavailableError("Vercel's keys cannot be fetched; try again")
    if isinstance(error, WrongInstallationError | WrongTokenKindError):
        return ForbiddenError(f"The token is not for this: {error.message}")
    return UnauthorizedError(f"The token is not accepted: {error.message}")
