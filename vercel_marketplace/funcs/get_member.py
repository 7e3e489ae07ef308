"""`get-member`, as a function."""

from typing import TYPE_CHECKING, TypeAlias

from vercel_marketplace._internal.operation import INSTALLATION_ERRORS, Operation
from vercel_marketplace.core import check_core
from vercel_marketplace.errors import (
    CallError,
    VercelBadRequestError,
    VercelForbiddenError,
    VercelGoneError,
    VercelNotFoundError,
)
from vercel_marketplace.models.account import GetMemberRequest, Member
from vercel_marketplace.result import Result

if TYPE_CHECKING:
    from vercel_marketplace.core import VercelCore
    from vercel_marketplace.options import RequestOptions

GetMemberError: TypeAlias = (
    VercelBadRequestError | VercelForbiddenError | VercelNotFoundError | VercelGoneError | CallError
)
"""What `marketplace_get_member` can fail with."""

OPERATION = Operation[GetMemberRequest, Member, GetMemberError](
    id="get-member",
    api_page="https://vercel.com/docs/rest-api/marketplace/get-member-information",
    method="GET",
    path="/v1/installations/{integration_configuration_id}/member/{member_id}",
    request=GetMemberRequest,
    success=200,
    response=Member,
    returns="the member, whose `role` may be newer than this SDK",
    errors={
        **INSTALLATION_ERRORS,
        400: "an id is malformed",
        404: "there is no such installation or member",
    },
    idempotent=True,
)


async def marketplace_get_member(
    core: "VercelCore",
    request: GetMemberRequest,
    options: "RequestOptions | None" = None,
) -> Result[Member, GetMemberError]:
    """Read a member's role.

    The member id is the `user_id` claim of the SSO token. Safe to retry.

    Args:
        core: Configuration and transport.
        request: The parameters of the operation.
        options: Overrides for this call.

    Returns:
        `Ok` with the member, whose `role` may be newer than this SDK. Or `Err` with one of:

        | error | when |
        | --- | --- |
        | `VercelBadRequestError` | 400: an id is malformed |
        | `VercelUnauthorizedError` | 401: the token is not for this installation |
        | `VercelForbiddenError` | 403: the token is not for this installation |
        | `VercelNotFoundError` | 404: there is no such installation or member |
        | `VercelGoneError` | 410: the installation was removed; its token is dead |
        | `CallError` | anything that every call can fail with |

    API page: <https://vercel.com/docs/rest-api/marketplace/get-member-information>
    """
    return await check_core(core).call(OPERATION, request, options)
