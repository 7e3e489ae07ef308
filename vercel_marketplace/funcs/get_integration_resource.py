"""`get-integration-resource`, as a function."""

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
from vercel_marketplace.models.resources import (
    GetIntegrationResourceRequest,
    Resource,
)
from vercel_marketplace.result import Result

if TYPE_CHECKING:
    from vercel_marketplace.core import VercelCore
    from vercel_marketplace.options import RequestOptions

GetIntegrationResourceError: TypeAlias = (
    VercelBadRequestError | VercelForbiddenError | VercelNotFoundError | VercelGoneError | CallError
)
"""What `marketplace_get_integration_resource` can fail with."""

OPERATION = Operation[GetIntegrationResourceRequest, Resource, GetIntegrationResourceError](
    id="get-integration-resource",
    api_page="https://vercel.com/docs/rest-api/marketplace/get-integration-resource",
    method="GET",
    path="/v1/installations/{integration_configuration_id}/resources/{resource_id}",
    request=GetIntegrationResourceRequest,
    success=200,
    response=Resource,
    returns="the resource; its `status` may be newer than this SDK",
    errors={
        **INSTALLATION_ERRORS,
        400: "an id is malformed",
        404: "there is no such resource",
    },
    idempotent=True,
)


async def marketplace_get_integration_resource(
    core: "VercelCore",
    request: GetIntegrationResourceRequest,
    options: "RequestOptions | None" = None,
) -> Result[Resource, GetIntegrationResourceError]:
    """Read a resource.

    Safe to retry.

    Args:
        core: Configuration and transport.
        request: The parameters of the operation.
        options: Overrides for this call.

    Returns:
        `Ok` with the resource; its `status` may be newer than this SDK. Or `Err` with one of:

        | error | when |
        | --- | --- |
        | `VercelBadRequestError` | 400: an id is malformed |
        | `VercelUnauthorizedError` | 401: the token is not for this installation |
        | `VercelForbiddenError` | 403: the token is not for this installation |
        | `VercelNotFoundError` | 404: there is no such resource |
        | `VercelGoneError` | 410: the installation was removed; its token is dead |
        | `CallError` | anything that every call can fail with |

    API page: <https://vercel.com/docs/rest-api/marketplace/get-integration-resource>
    """
    return await check_core(core).call(OPERATION, request, options)
