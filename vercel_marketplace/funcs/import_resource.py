"""`import-resource`, as a function."""

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
from vercel_marketplace.models.resources import ImportedResource, ImportResourceRequest
from vercel_marketplace.result import Result

if TYPE_CHECKING:
    from vercel_marketplace.core import VercelCore
    from vercel_marketplace.options import RequestOptions

ImportResourceError: TypeAlias = (
    VercelBadRequestError
    | VercelForbiddenError
    | VercelNotFoundError
    | VercelConflictError
    | VercelGoneError
    | VercelUnprocessableError
    | CallError
)
"""What `marketplace_import_resource` can fail with."""

OPERATION = Operation[ImportResourceRequest, ImportedResource, ImportResourceError](
    id="import-resource",
    api_page="https://vercel.com/docs/rest-api/marketplace/import-resource",
    method="PUT",
    path="/v1/installations/{integration_configuration_id}/resources/{resource_id}",
    request=ImportResourceRequest,
    body="request_body",
    success=200,
    response=ImportedResource,
    returns="the name that the resource has in Vercel",
    errors={
        **INSTALLATION_ERRORS,
        400: "the resource is malformed",
        404: "there is no such installation or product",
        409: "the resource is being changed",
        422: "the resource's state does not allow it",
    },
    idempotent=True,
)


async def marketplace_import_resource(
    core: "VercelCore",
    request: ImportResourceRequest,
    options: "RequestOptions | None" = None,
) -> Result[ImportedResource, ImportResourceError]:
    """Import a resource that was created on the partner's side into an installation.

    A resource that is there already is replaced, so it is safe to retry. If the customer began the
    import at Vercel, call this before you send them back.

    Args:
        core: Configuration and transport.
        request: The parameters of the operation.
        options: Overrides for this call.

    Returns:
        `Ok` with the name that the resource has in Vercel. Or `Err` with one of:

        | error | when |
        | --- | --- |
        | `VercelBadRequestError` | 400: the resource is malformed |
        | `VercelUnauthorizedError` | 401: the token is not for this installation |
        | `VercelForbiddenError` | 403: the token is not for this installation |
        | `VercelNotFoundError` | 404: there is no such installation or product |
        | `VercelConflictError` | 409: the resource is being changed |
        | `VercelGoneError` | 410: the installation was removed; its token is dead |
        | `VercelUnprocessableError` | 422: the resource's state does not allow it |
        | `CallError` | anything that every call can fail with |

    API page: <https://vercel.com/docs/rest-api/marketplace/import-resource>
    """
    return await check_core(core).call(OPERATION, request, options)
