"""`create-experimentation-items`, as a function."""

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
from vercel_marketplace.models.experimentation import CreateExperimentationItemsRequest
from vercel_marketplace.result import Result

if TYPE_CHECKING:
    from vercel_marketplace.core import VercelCore
    from vercel_marketplace.options import RequestOptions

CreateExperimentationItemsError: TypeAlias = (
    VercelBadRequestError | VercelForbiddenError | VercelNotFoundError | VercelGoneError | CallError
)
"""What `marketplace_create_experimentation_items` can fail with."""

OPERATION = Operation[CreateExperimentationItemsRequest, None, CreateExperimentationItemsError](
    id="create-experimentation-items",
    openapi_id="createInstallationsByIntegrationConfigurationIdResourcesByResourceIdExperimentationItems",
    api_page="https://vercel.com/docs/rest-api/marketplace/create-one-or-multiple-experimentation-items",
    method="POST",
    path="/v1/installations/{integration_configuration_id}/resources/{resource_id}/experimentation/items",
    request=CreateExperimentationItemsRequest,
    body="request_body",
    success=204,
    errors={
        **INSTALLATION_ERRORS,
        400: "an item is malformed, or there are too many",
        404: "there is no such resource",
    },
    idempotent=False,
)


async def marketplace_create_experimentation_items(
    core: "VercelCore",
    request: CreateExperimentationItemsRequest,
    options: "RequestOptions | None" = None,
) -> Result[None, CreateExperimentationItemsError]:
    """Create flags or experiments of a resource, at most 50.

    Retried only when it certainly was not processed.

    Args:
        core: Configuration and transport.
        request: The parameters of the operation.
        options: Overrides for this call.

    Returns:
        `Ok(None)`. Or `Err` with one of:

        | error | when |
        | --- | --- |
        | `VercelBadRequestError` | 400: an item is malformed, or there are too many |
        | `VercelUnauthorizedError` | 401: the token is not for this installation |
        | `VercelForbiddenError` | 403: the token is not for this installation |
        | `VercelNotFoundError` | 404: there is no such resource |
        | `VercelGoneError` | 410: the installation was removed; its token is dead |
        | `CallError` | anything that every call can fail with |

    API page: <https://vercel.com/docs/rest-api/marketplace/create-one-or-multiple-experimentation-items>
    """
    return await check_core(core).call(OPERATION, request, options)
