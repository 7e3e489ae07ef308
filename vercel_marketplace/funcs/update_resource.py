"""`update-resource`, as a function."""

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
    VercelUnprocessableError,
)
from vercel_marketplace.models.resources import UpdatedResource, UpdateResourceRequest
from vercel_marketplace.result import Result

if TYPE_CHECKING:
    from vercel_marketplace.core import VercelCore
    from vercel_marketplace.options import RequestOptions

UpdateResourceError: TypeAlias = (
    VercelBadRequestError
    | VercelForbiddenError
    | VercelNotFoundError
    | VercelConflictError
    | VercelGoneError
    | VercelUnprocessableError
    | CallError
)
"""What `marketplace_update_resource` can fail with."""

OPERATION = Operation[UpdateResourceRequest, UpdatedResource, UpdateResourceError](
    id="update-resource",
    api_page="https://vercel.com/docs/rest-api/marketplace/update-resource",
    method="PATCH",
    path="/v1/installations/{integration_configuration_id}/resources/{resource_id}",
    request=UpdateResourceRequest,
    body="request_body",
    success=200,
    response=UpdatedResource,
    returns="the name that the resource has in Vercel",
    errors={
        **INSTALLATION_ERRORS,
        400: "the change is malformed",
        404: "there is no such resource",
        409: "the resource is being changed",
        422: "the resource's state does not allow it",
    },
    idempotent=True,
)


async def marketplace_update_resource(
    core: "VercelCore",
    request: UpdateResourceRequest,
    options: "RequestOptions | None" = None,
) -> Result[UpdatedResource, UpdateResourceError]:
    """Change a resource's name, state, plan, secrets or notification.

    What is left out stays as it is; `notification=None` clears the notification. Safe to retry: the
    end state is the same.

    Args:
        core: Configuration and transport.
        request: The parameters of the operation.
        options: Overrides for this call.

    Returns:
        `Ok` with the name that the resource has in Vercel. Or `Err` with one of:

        | error | when |
        | --- | --- |
        | `VercelBadRequestError` | 400: the change is malformed |
        | `VercelUnauthorizedError` | 401: the token is not for this installation |
        | `VercelForbiddenError` | 403: the token is not for this installation |
        | `VercelNotFoundError` | 404: there is no such resource |
        | `VercelConflictError` | 409: the resource is being changed |
        | `VercelGoneError` | 410: the installation was removed; its token is dead |
        | `VercelUnprocessableError` | 422: the resource's state does not allow it |
        | `CallError` | anything that every call can fail with |

    API page: <https://vercel.com/docs/rest-api/marketplace/update-resource>
    """
    return await check_core(core).call(OPERATION, request, options)
