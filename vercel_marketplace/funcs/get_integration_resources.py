"""`get-integration-resources`, as a function."""

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
    GetIntegrationResourcesRequest,
    ResourceList,
)
from vercel_marketplace.result import Result

if TYPE_CHECKING:
    from vercel_marketplace.core import VercelCore
    from vercel_marketplace.options import RequestOptions

GetIntegrationResourcesError: TypeAlias = (
    VercelBadRequestError | VercelForbiddenError | VercelNotFoundError | VercelGoneError | CallError
)
"""What `marketplace_get_integration_resources` can fail with."""

OPERATION = Operation[
    GetIntegrationResourcesRequest,
    ResourceList,
    GetIntegrationResourcesError,
](
    id="get-integration-resources",
    api_page="https://vercel.com/docs/rest-api/marketplace/get-integration-resources",
    method="GET",
    path="/v1/installations/{integration_configuration_id}/resources",
    request=GetIntegrationResourcesRequest,
    success=200,
    response=ResourceList,
    returns=(
        "the resources, each with a `resource_id` and a `status` that may be newer than this SDK"
    ),
    errors={
        **INSTALLATION_ERRORS,
        400: "the id is malformed",
        404: "there is no such installation",
    },
    idempotent=True,
)


async def marketplace_get_integration_resources(
    core: "VercelCore",
    request: GetIntegrationResourcesRequest,
    options: "RequestOptions | None" = None,
) -> Result[ResourceList, GetIntegrationResourcesError]:
    """List all resources of an installation.

    Safe to retry.

    Args:
        core: Configuration and transport.
        request: The parameters of the operation.
        options: Overrides for this call.

    Returns:
        `Ok` with the resources, each with a `resource_id` and a `status` that may be newer than
        this SDK. Or `Err` with one of:

        | error | when |
        | --- | --- |
        | `VercelBadRequestError` | 400: the id is malformed |
        | `VercelUnauthorizedError` | 401: the token is not for this installation |
        | `VercelForbiddenError` | 403: the token is not for this installation |
        | `VercelNotFoundError` | 404: there is no such installation |
        | `VercelGoneError` | 410: the installation was removed; its token is dead |
        | `CallError` | anything that every call can fail with |

    API page: <https://vercel.com/docs/rest-api/marketplace/get-integration-resources>
    """
    return await check_core(core).call(OPERATION, request, options)
