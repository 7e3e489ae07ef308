"""`delete-experimentation-item`, as a function."""

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
from vercel_marketplace.models.experimentation import DeleteExperimentationItemRequest
from vercel_marketplace.result import Result

if TYPE_CHECKING:
    from vercel_marketplace.core import VercelCore
    from vercel_marketplace.options import RequestOptions

DeleteExperimentationItemError: TypeAlias = (
    VercelBadRequestError | VercelForbiddenError | VercelNotFoundError | VercelGoneError | CallError
)
"""What `marketplace_delete_experimentation_item` can fail with."""

OPERATION = Operation[DeleteExperimentationItemRequest, None, DeleteExperimentationItemError](
    id="delete-experimentation-item",
    openapi_id="deleteInstallationsByIntegrationConfigurationIdResourcesByResourceIdExperimentationItemsByItemId",
    api_page="https://vercel.com/docs/rest-api/marketplace/delete-an-existing-experimentation-item",
    method="DELETE",
    path="/v1/installations/{integration_configuration_id}/resources/{resource_id}/experimentation/items/{item_id}",
    request=DeleteExperimentationItemRequest,
    success=204,
    errors={
        **INSTALLATION_ERRORS,
        400: "an id is malformed",
        404: "there is no such item, or no longer",
    },
    idempotent=True,
)


async def marketplace_delete_experimentation_item(
    core: "VercelCore",
    request: DeleteExperimentationItemRequest,
    options: "RequestOptions | None" = None,
) -> Result[None, DeleteExperimentationItemError]:
    """Delete a flag or an experiment.

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
        | `VercelNotFoundError` | 404: there is no such item, or no longer |
        | `VercelGoneError` | 410: the installation was removed; its token is dead |
        | `CallError` | anything that every call can fail with |

    API page: <https://vercel.com/docs/rest-api/marketplace/delete-an-existing-experimentation-item>
    """
    return await check_core(core).call(OPERATION, request, options)
