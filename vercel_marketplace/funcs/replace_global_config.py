"""`replace-global-config`, as a function."""

from typing import TYPE_CHECKING, TypeAlias

from vercel_marketplace._internal.operation import INSTALLATION_ERRORS, Operation
from vercel_marketplace.core import check_core
from vercel_marketplace.errors import (
    CallError,
    VercelBadRequestError,
    VercelConflictError,
    VercelForbiddenError,
    VercelGoneError,
    VercelNotFoundError,
    VercelPreconditionFailedError,
)
from vercel_marketplace.models.global_config import (
    ReplaceGlobalConfigRequest,
    ReplaceGlobalConfigResponseBody,
)
from vercel_marketplace.result import Result

if TYPE_CHECKING:
    from vercel_marketplace.core import VercelCore
    from vercel_marketplace.options import RequestOptions

ReplaceGlobalConfigError: TypeAlias = (
    VercelBadRequestError
    | VercelForbiddenError
    | VercelNotFoundError
    | VercelConflictError
    | VercelGoneError
    | VercelPreconditionFailedError
    | CallError
)
"""What `marketplace_replace_global_config` can fail with."""

OPERATION = Operation[
    ReplaceGlobalConfigRequest, ReplaceGlobalConfigResponseBody, ReplaceGlobalConfigError
](
    id="replace-global-config",
    openapi_id="replaceInstallationsByIntegrationConfigurationIdResourcesByResourceIdExperimentationGlobalConfig",
    api_page="https://vercel.com/docs/rest-api/marketplace/push-data-into-a-user-provided-global-config",
    method="PUT",
    path="/v1/installations/{integration_configuration_id}/resources/{resource_id}/experimentation/global-config",
    request=ReplaceGlobalConfigRequest,
    body="request_body",
    success=200,
    response=ReplaceGlobalConfigResponseBody,
    returns="the Global Config as it is now",
    errors={
        **INSTALLATION_ERRORS,
        400: "the data are malformed",
        404: "there is no such resource, or no Global Config",
        409: "it is being changed",
        412: "it is not open for writing",
    },
    idempotent=True,
)


async def marketplace_replace_global_config(
    core: "VercelCore",
    request: ReplaceGlobalConfigRequest,
    options: "RequestOptions | None" = None,
) -> Result[ReplaceGlobalConfigResponseBody, ReplaceGlobalConfigError]:
    """Write the Global Config of a resource, where the customer has enabled its syncing.

    Safe to retry: the data are the same afterwards.

    Args:
        core: Configuration and transport.
        request: The parameters of the operation.
        options: Overrides for this call.

    Returns:
        `Ok` with the Global Config as it is now. Or `Err` with one of:

        | error | when |
        | --- | --- |
        | `VercelBadRequestError` | 400: the data are malformed |
        | `VercelUnauthorizedError` | 401: the token is not for this installation |
        | `VercelForbiddenError` | 403: the token is not for this installation |
        | `VercelNotFoundError` | 404: there is no such resource, or no Global Config |
        | `VercelConflictError` | 409: it is being changed |
        | `VercelGoneError` | 410: the installation was removed; its token is dead |
        | `VercelPreconditionFailedError` | 412: it is not open for writing |
        | `CallError` | anything that every call can fail with |

    API page: <https://vercel.com/docs/rest-api/marketplace/push-data-into-a-user-provided-global-config>
    """
    return await check_core(core).call(OPERATION, request, options)
