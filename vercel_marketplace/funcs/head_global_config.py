"""`head-global-config`, as a function."""

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
from vercel_marketplace.models.global_config import HeadGlobalConfigRequest
from vercel_marketplace.result import Result

if TYPE_CHECKING:
    from vercel_marketplace.core import VercelCore
    from vercel_marketplace.options import RequestOptions

HeadGlobalConfigError: TypeAlias = (
    VercelBadRequestError | VercelForbiddenError | VercelNotFoundError | VercelGoneError | CallError
)
"""What `marketplace_head_global_config` can fail with."""

OPERATION = Operation[HeadGlobalConfigRequest, None, HeadGlobalConfigError](
    id="head-global-config",
    openapi_id="headInstallationsByIntegrationConfigurationIdResourcesByResourceIdExperimentationGlobalConfig",
    api_page="https://vercel.com/docs/rest-api/marketplace/get-the-data-of-a-user-provided-global-config",
    method="HEAD",
    path="/v1/installations/{integration_configuration_id}/resources/{resource_id}/experimentation/global-config",
    request=HeadGlobalConfigRequest,
    success=200,
    empty_success=(304,),
    errors={
        **INSTALLATION_ERRORS,
        400: "an id is malformed",
        404: "there is no such resource, or no Global Config",
    },
    idempotent=True,
)


async def marketplace_head_global_config(
    core: "VercelCore",
    request: HeadGlobalConfigRequest,
    options: "RequestOptions | None" = None,
) -> Result[None, HeadGlobalConfigError]:
    """Ask whether there is a Global Config to read, without reading it.

    The status (200, or 304 for unchanged) and the headers are in the `response` of a standalone
    function's result. An error response has no body, so that only its status says what went
    wrong. Safe to retry.

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
        | `VercelNotFoundError` | 404: there is no such resource, or no Global Config |
        | `VercelGoneError` | 410: the installation was removed; its token is dead |
        | `CallError` | anything that every call can fail with |

    API page: <https://vercel.com/docs/rest-api/marketplace/get-the-data-of-a-user-provided-global-config>
    """
    return await check_core(core).call(OPERATION, request, options)
