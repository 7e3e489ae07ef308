"""`get-global-config`, as a function."""

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
from vercel_marketplace.models.global_config import (
    GetGlobalConfigRequest,
    GetGlobalConfigResponseBody,
)
from vercel_marketplace.result import Result

if TYPE_CHECKING:
    from vercel_marketplace.core import VercelCore
    from vercel_marketplace.options import RequestOptions

GetGlobalConfigError: TypeAlias = (
    VercelBadRequestError | VercelForbiddenError | VercelNotFoundError | VercelGoneError | CallError
)
"""What `marketplace_get_global_config` can fail with."""

OPERATION = Operation[
    GetGlobalConfigRequest, GetGlobalConfigResponseBody | None, GetGlobalConfigError
](
    id="get-global-config",
    openapi_id="getInstallationsByIntegrationConfigurationIdResourcesByResourceIdExperimentationGlobalConfig",
    api_page="https://vercel.com/docs/rest-api/marketplace/get-the-data-of-a-user-provided-global-config",
    method="GET",
    path="/v1/installations/{integration_configuration_id}/resources/{resource_id}/experimentation/global-config",
    request=GetGlobalConfigRequest,
    success=200,
    response=GetGlobalConfigResponseBody,
    empty_success=(304,),
    returns=(
        "the Global Config, or `None` for a 304 (unchanged), which no documented request asks for"
    ),
    errors={
        **INSTALLATION_ERRORS,
        400: "an id is malformed",
        404: "there is no such resource, or no Global Config",
    },
    idempotent=True,
)


async def marketplace_get_global_config(
    core: "VercelCore",
    request: GetGlobalConfigRequest,
    options: "RequestOptions | None" = None,
) -> Result[GetGlobalConfigResponseBody | None, GetGlobalConfigError]:
    """Read the Global Config of a resource, where the customer has enabled its syncing.

    Safe to retry.

    Args:
        core: Configuration and transport.
        request: The parameters of the operation.
        options: Overrides for this call.

    Returns:
        `Ok` with the Global Config, or `None` for a 304 (unchanged), which no documented
        request asks for. Or `Err` with one of:

        | error | when |
        | --- | --- |
        | `VercelBadRequestError` | 400: an id is malformed |
        | `VercelUnauthorizedError` | 401: the token is not for this installation |
        | `VercelForbiddenError` | 403: the token is not for this installation |
        | `VercelNotFoundError` | 404: there is no such resource, or no Global Config |
        | `VercelGoneError` | 410: the installation was removed; its token is dead |
        | `CallError` | anything that every call can fail with |

    API page: <https://vercel.com/docs/rest-api/marketplace/get-the-data-of-a-user-provided-global-config>
    """
    return await check_core(core).call(OPERATION, request, options)
