"""`update-installation`, as a function."""

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
from vercel_marketplace.models.installations import UpdateInstallationRequest
from vercel_marketplace.result import Result

if TYPE_CHECKING:
    from vercel_marketplace.core import VercelCore
    from vercel_marketplace.options import RequestOptions

UpdateInstallationError: TypeAlias = (
    VercelBadRequestError | VercelForbiddenError | VercelNotFoundError | VercelGoneError | CallError
)
"""What `marketplace_update_installation` can fail with."""

OPERATION = Operation[UpdateInstallationRequest, None, UpdateInstallationError](
    id="update-installation",
    api_page="https://vercel.com/docs/rest-api/marketplace/update-installation",
    method="PATCH",
    path="/v1/installations/{integration_configuration_id}",
    request=UpdateInstallationRequest,
    body="request_body",
    success=204,
    errors={
        **INSTALLATION_ERRORS,
        400: "the change is malformed",
        404: "there is no such installation",
    },
    idempotent=True,
)


async def marketplace_update_installation(
    core: "VercelCore",
    request: UpdateInstallationRequest,
    options: "RequestOptions | None" = None,
) -> Result[None, UpdateInstallationError]:
    """Change an installation's state, plan or notification.

    What is left out stays as it is; `notification=None` clears the notification. Safe to retry: the
    end state is the same.

    Args:
        core: Configuration and transport.
        request: The parameters of the operation.
        options: Overrides for this call.

    Returns:
        `Ok(None)`. Or `Err` with one of:

        | error | when |
        | --- | --- |
        | `VercelBadRequestError` | 400: the change is malformed |
        | `VercelUnauthorizedError` | 401: the token is not for this installation |
        | `VercelForbiddenError` | 403: the token is not for this installation |
        | `VercelNotFoundError` | 404: there is no such installation |
        | `VercelGoneError` | 410: the installation was removed; its token is dead |
        | `CallError` | anything that every call can fail with |

    API page: <https://vercel.com/docs/rest-api/marketplace/update-installation>
    """
    return await check_core(core).call(OPERATION, request, options)
