"""`update-resource-secrets-by-id`, as a function."""

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
from vercel_marketplace.models.secrets import UpdateResourceSecretsByIdRequest
from vercel_marketplace.result import Result

if TYPE_CHECKING:
    from vercel_marketplace.core import VercelCore
    from vercel_marketplace.options import RequestOptions

UpdateResourceSecretsByIdError: TypeAlias = (
    VercelBadRequestError
    | VercelForbiddenError
    | VercelNotFoundError
    | VercelConflictError
    | VercelGoneError
    | VercelUnprocessableError
    | CallError
)
"""What `marketplace_update_resource_secrets_by_id` can fail with."""

OPERATION = Operation[UpdateResourceSecretsByIdRequest, None, UpdateResourceSecretsByIdError](
    id="update-resource-secrets-by-id",
    api_page="https://vercel.com/docs/rest-api/marketplace/update-resource-secrets",
    method="PUT",
    path="/v1/installations/{integration_configuration_id}/resources/{resource_id}/secrets",
    request=UpdateResourceSecretsByIdRequest,
    body="request_body",
    success=201,
    errors={
        **INSTALLATION_ERRORS,
        400: "a secret is malformed",
        404: "there is no such resource",
        409: "the resource is being changed",
        422: "the resource's state does not allow it",
    },
    idempotent=True,
)


async def marketplace_update_resource_secrets_by_id(
    core: "VercelCore",
    request: UpdateResourceSecretsByIdRequest,
    options: "RequestOptions | None" = None,
) -> Result[None, UpdateResourceSecretsByIdError]:
    """Set the secrets of a resource.

    They replace all, unless `partial` is set. Connected projects get the new values with their next
    deployment, so keep the old ones working until then. Safe to retry.

    Args:
        core: Configuration and transport.
        request: The parameters of the operation.
        options: Overrides for this call.

    Returns:
        `Ok(None)`. Or `Err` with one of:

        | error | when |
        | --- | --- |
        | `VercelBadRequestError` | 400: a secret is malformed |
        | `VercelUnauthorizedError` | 401: the token is not for this installation |
        | `VercelForbiddenError` | 403: the token is not for this installation |
        | `VercelNotFoundError` | 404: there is no such resource |
        | `VercelConflictError` | 409: the resource is being changed |
        | `VercelGoneError` | 410: the installation was removed; its token is dead |
        | `VercelUnprocessableError` | 422: the resource's state does not allow it |
        | `CallError` | anything that every call can fail with |

    API page: <https://vercel.com/docs/rest-api/marketplace/update-resource-secrets>
    """
    return await check_core(core).call(OPERATION, request, options)
