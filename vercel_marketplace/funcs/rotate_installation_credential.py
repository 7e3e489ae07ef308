"""`rotate-installation-credential`, as a function."""

from typing import TYPE_CHECKING, TypeAlias

from vercel_marketplace._internal.operation import Operation
from vercel_marketplace.errors import (
    VercelBadRequestError,
    VercelConflictError,
    VercelForbiddenError,
    VercelGoneError,
    VercelNotFoundError,
)
from vercel_marketplace.funcs import CallError
from vercel_marketplace.models.credentials import (
    RotateInstallationCredentialRequest,
    RotateInstallationCredentialResponseBody,
)
from vercel_marketplace.result import Result

if TYPE_CHECKING:
    from vercel_marketplace.core import VercelCore
    from vercel_marketplace.options import RequestOptions

RotateInstallationCredentialError: TypeAlias = (
    VercelBadRequestError
    | VercelForbiddenError
    | VercelNotFoundError
    | VercelConflictError
    | VercelGoneError
    | CallError
)
"""What `marketplace_rotate_installation_credential` can fail with."""

OPERATION = Operation[
    RotateInstallationCredentialRequest,
    RotateInstallationCredentialResponseBody,
    RotateInstallationCredentialError,
](
    id="rotate-installation-credential",
    method="POST",
    path="/v1/installations/{integration_configuration_id}/credentials/rotate",
    request=RotateInstallationCredentialRequest,
    body="request_body",
    success=200,
    response=RotateInstallationCredentialResponseBody,
    errors=(400, 401, 403, 404, 409, 410),
    idempotent=False,
)


async def marketplace_rotate_installation_credential(
    core: "VercelCore",
    request: RotateInstallationCredentialRequest,
    options: "RequestOptions | None" = None,
) -> Result[RotateInstallationCredentialResponseBody, RotateInstallationCredentialError]:
    """Get a new access token for an installation, without the customer installing anew.

    The old token proves the call together with the client secret, and keeps working: store the
    new one, then retire the old one with `marketplace_revoke_installation_credential`. Not
    repeated unless it certainly was not processed: every call makes another token.

    Args:
        core: Configuration and transport.
        request: The integration's secret.
        options: What differs for this call.

    Returns:
        `Ok` with the new token. Or `Err` with one of:

        | error | when |
        | --- | --- |
        | `VercelBadRequestError` | 400: the body is malformed |
        | `VercelForbiddenError` | 401, 403: the token or the secret is not the right one |
        | `VercelNotFoundError` | 404: there is no such installation |
        | `VercelConflictError` | 409: the state of the credentials does not allow it |
        | `VercelGoneError` | 410: the installation was removed; its token is dead |
        | `CallError` | anything that every call can fail with |

    API page: <https://vercel.com/docs/rest-api/marketplace/rotate-installation-credential>
    """
    return await core.call(OPERATION, request, options)
