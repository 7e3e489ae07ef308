"""`update-experimentation-item`, as a function."""

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
from vercel_marketplace.models.experimentation import UpdateExperimentationItemRequest
from vercel_marketplace.result import Result

if TYPE_CHECKING:
    from vercel_marketplace.core import VercelCore
    from vercel_marketplace.options import RequestOptions

UpdateExperimentationItemError: TypeAlias = (
    VercelBadRequestError | VercelForbiddenError | VercelNotFoundError | VercelGoneError | CallError
)
"""What `marketplace_update_experimentation_item` can fail with."""

OPERATION = Operation[UpdateExperimentationItemRequest, None, UpdateExperimentationItemError](
    id="update-experimentation-item",
    openapi_id="updateInstallationsByIntegrationConfigurationIdResourcesByResourceIdExperimentationItemsByItemId",
    api_page="https://vercel.com/docs/rest-api/marketplace/patch-an-existing-experimentation-item",
    method="PATCH",
    path="/v1/installations/{integration_configuration_id}/resources/{resource_id}/experimentation/items/{item_id}",
    request=UpdateExperimentationItemRequest,
    body="request_body",
    success=204,
    errors={
        **INSTALLATION_ERRORS,
        400: "the change is malformed",
        404: "there is no such item",
    },
    idempotent=False,
)


async def marketplace_update_experimentation_item(
    core: "VercelCore",
    request: UpdateExperimentationItemRequest,
    options: "RequestOptions | None" = None,
) -> Result[None, UpdateExperimentationItemError]:
    """Change a flag or an experiment.

    Retried only when it certainly was not processed; you may call it again, the item is the same
    afterwards.

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
        | `VercelNotFoundError` | 404: there is no such item |
        | `VercelGoneError` | 410: the installation was removed; its token is dead |
        | `CallError` | anything that every call can fail with |

    API page: <https://vercel.com/docs/rest-api/marketplace/patch-an-existing-experimentation-item>
    """
    return await check_core(core).call(OPERATION, request, options)
