"""`get-account-info`, as a function."""

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
from vercel_marketplace.models.account import Account, GetAccountInfoRequest
from vercel_marketplace.result import Result

if TYPE_CHECKING:
    from vercel_marketplace.core import VercelCore
    from vercel_marketplace.options import RequestOptions

GetAccountInfoError: TypeAlias = (
    VercelBadRequestError | VercelForbiddenError | VercelNotFoundError | VercelGoneError | CallError
)
"""What `marketplace_get_account_info` can fail with."""

OPERATION = Operation[GetAccountInfoRequest, Account, GetAccountInfoError](
    id="get-account-info",
    api_page="https://vercel.com/docs/rest-api/marketplace/get-account-information",
    method="GET",
    path="/v1/installations/{integration_configuration_id}/account",
    request=GetAccountInfoRequest,
    success=200,
    response=Account,
    returns="the account",
    errors={
        **INSTALLATION_ERRORS,
        400: "an id is malformed",
        404: "there is no such installation",
    },
    idempotent=True,
)


async def marketplace_get_account_info(
    core: "VercelCore",
    request: GetAccountInfoRequest,
    options: "RequestOptions | None" = None,
) -> Result[Account, GetAccountInfoError]:
    """Read the account behind an installation: its name, page and best contact.

    Safe to retry.

    Args:
        core: Configuration and transport.
        request: The parameters of the operation.
        options: Overrides for this call.

    Returns:
        `Ok` with the account. Or `Err` with one of:

        | error | when |
        | --- | --- |
        | `VercelBadRequestError` | 400: an id is malformed |
        | `VercelUnauthorizedError` | 401: the token is not for this installation |
        | `VercelForbiddenError` | 403: the token is not for this installation |
        | `VercelNotFoundError` | 404: there is no such installation |
        | `VercelGoneError` | 410: the installation was removed; its token is dead |
        | `CallError` | anything that every call can fail with |

    API page: <https://vercel.com/docs/rest-api/marketplace/get-account-information>
    """
    return await check_core(core).call(OPERATION, request, options)
