"""`rotate-installation-credential`, as a function."""

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
)
from vercel_marketplace.models.credentials import (
    RotatedCredential,
    RotateInstallationCredentialRequest,
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
    RotatedCredential,
    RotateInstallationCredentialError,
](
    id="rotate-installation-credential",
    api_page="https://vercel.com/docs/rest-api/marketplace/rotate-installation-credential",
    method="POST",
    path="/v1/installations/{integration_configuration_id}/credentials/rotate",
    request=RotateInstallationCredentialRequest,
    body="request_body",
    success=200,
    response=RotatedCredential,
    returns="the new token",
    errors={
        **INSTALLATION_ERRORS,
        400: "the body is malformed",
        401: "the token or the secret is not the right one",
        403: "the token or the secret is not the right one",
        404: "there is no such installation",
        409: "the state of the credentials does not allow it",
    },
    idempotent=False,
)


async def marketplace_rotate_installation_credential(
    core: "VercelCore",
    request: RotateInstallationCredentialRequest,
    options: "RequestOptions | None" = None,
) -> Result[RotatedCredential, RotateInstallationCredentialError]:
    """Get a new access token for an installation, without a new installation by the customer.

    The old token, together with the client secret, authorizes the call and keeps working: store the
    new one, then revoke the old one with `marketplace_revoke_installation_credential`. Retried only
    when it certainly was not processed: every call creates another token.

    Args:
        core: Configuration and transport.
        request: The parameters of the operation.
        options: Overrides for this call.

    Returns:
        `Ok` with the new token. Or `Err` with one of:

        | error | when |
        | --- | --- |
        | `VercelBadRequestError` | 400: the body is malformed |
        | `VercelUnauthorizedError` | 401: the token or the secret is not the right one |
        | `VercelForbiddenError` | 403: the token or the secret is not the right one |
        | `VercelNotFoundError` | 404: there is no such installation |
        | `VercelConflictError` | 409: the state of the credentials does not allow it |
        | `VercelGoneError` | 410: the installation was removed; its token is dead |
        | `CallError` | anything that every call can fail with |

    API page: <https://vercel.com/docs/rest-api/marketplace/rotate-installation-credential>
    """
    return await check_core(core).call(OPERATION, request, options)
