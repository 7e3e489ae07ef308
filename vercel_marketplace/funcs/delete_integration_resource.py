"""`delete-integration-resource`, as a function."""

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
from vercel_marketplace.models.resources import DeleteIntegrationResourceRequest
from vercel_marketplace.result import Result

if TYPE_CHECKING:
    from vercel_marketplace.core import VercelCore
    from vercel_marketplace.options import RequestOptions

DeleteIntegrationResourceError: TypeAlias = (
    VercelBadRequestError | VercelForbiddenError | VercelNotFoundError | VercelGoneError | CallError
)
"""What `marketplace_delete_integration_resource` can fail with."""

OPERATION = Operation[DeleteIntegrationResourceRequest, None, DeleteIntegrationResourceError](
    id="delete-integration-resource",
    api_page="https://vercel.com/docs/rest-api/marketplace/delete-integration-resource",
    method="DELETE",
    path="/v1/installations/{integration_configuration_id}/resources/{resource_id}",
    request=DeleteIntegrationResourceRequest,
    success=204,
    errors={
        **INSTALLATION_ERRORS,
        400: "an id is malformed",
        404: "there is no such resource, or no longer",
    },
    idempotent=True,
)


async def marketplace_delete_integration_resource(
    core: "VercelCore",
    request: DeleteIntegrationResourceRequest,
    options: "RequestOptions | None" = None,
) -> Result[None, DeleteIntegrationResourceError]:
    """Delete a resource.

    Safe to retry: it is gone afterwards. If the response to an earlier attempt was lost, the last
    one may be a `VercelNotFoundError`.

    Args:
        core: Configuration and transport.
        request: The parameters of the operation.
        options: Overrides for this call.

    Returns:
        `Ok(None)`. Or `Err` with one of:

        | error | when |
        | --- | --- |
        | `VercelBadRequestError` | 400: an id is malformed |
        | `VercelUnauthorizedError` | 401: the token is not for this installation |
        | `VercelForbiddenError` | 403: the token is not for this installation |
        | `VercelNotFoundError` | 404: there is no such resource, or no longer |
        | `VercelGoneError` | 410: the installation was removed; its token is dead |
        | `CallError` | anything that every call can fail with |

    API page: <https://vercel.com/docs/rest-api/marketplace/delete-integration-resource>
    """
    return await check_core(core).call(OPERATION, request, options)
