"""`update-resource-secrets`, as a function."""

from typing import TYPE_CHECKING, TypeAlias

from vercel_marketplace._internal.deprecation import deprecated
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
from vercel_marketplace.models.secrets import UpdateResourceSecretsRequest
from vercel_marketplace.result import Result

if TYPE_CHECKING:
    from vercel_marketplace.core import VercelCore
    from vercel_marketplace.options import RequestOptions

UpdateResourceSecretsError: TypeAlias = (
    VercelBadRequestError
    | VercelForbiddenError
    | VercelNotFoundError
    | VercelConflictError
    | VercelGoneError
    | VercelUnprocessableError
    | CallError
)
"""What `marketplace_update_resource_secrets` can fail with."""

OPERATION = Operation[UpdateResourceSecretsRequest, None, UpdateResourceSecretsError](
    id="update-resource-secrets",
    api_page="https://vercel.com/docs/rest-api/marketplace",
    method="PUT",
    path="/v1/installations/{integration_configuration_id}/products/{integration_product_id_or_slug}"
    "/resources/{resource_id}/secrets",
    request=UpdateResourceSecretsRequest,
    body="request_body",
    success=201,
    errors={
        **INSTALLATION_ERRORS,
        400: "a secret is malformed",
        404: "there is no such product or resource",
        409: "the resource is being changed",
        422: "the resource's state does not allow it",
    },
    idempotent=True,
    replaced_by="marketplace_update_resource_secrets_by_id",
)


@deprecated("call marketplace_update_resource_secrets_by_id instead", category=None)
async def marketplace_update_resource_secrets(
    core: "VercelCore",
    request: UpdateResourceSecretsRequest,
    options: "RequestOptions | None" = None,
) -> Result[None, UpdateResourceSecretsError]:
    """Set the secrets of a resource that is found by its product. Deprecated.

    Use `marketplace_update_resource_secrets_by_id`, which does the same without the product. The
    first call in a process warns with a `DeprecationWarning`. Safe to retry.

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
        | `VercelNotFoundError` | 404: there is no such product or resource |
        | `VercelConflictError` | 409: the resource is being changed |
        | `VercelGoneError` | 410: the installation was removed; its token is dead |
        | `VercelUnprocessableError` | 422: the resource's state does not allow it |
        | `CallError` | anything that every call can fail with |

    API page: <https://vercel.com/docs/rest-api/marketplace>
    """
    return await check_core(core).call(OPERATION, request, options)
