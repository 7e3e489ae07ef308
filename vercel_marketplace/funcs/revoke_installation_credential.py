"""`revoke-installation-credential`, as a function."""

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
    RevokedCredential,
    RevokeInstallationCredentialRequest,
)
from vercel_marketplace.result import Result

if TYPE_CHECKING:
    from vercel_marketplace.core import VercelCore
    from vercel_marketplace.options import RequestOptions

RevokeInstallationCredentialError: TypeAlias = (
    VercelBadRequestError
    | VercelForbiddenError
    | VercelNotFoundError
    | VercelConflictError
    | VercelGoneError
    | CallError
)
"""What `marketplace_revoke_installation_credential` can fail with."""

OPERATION = Operation[
    RevokeInstallationCredentialRequest,
    RevokedCredential,
    RevokeInstallationCredentialError,
](
    id="revoke-installation-credential",
    api_page="https://vercel.com/docs/rest-api/marketplace/revoke-installation-credential",
    method="POST",
    path="/v1/installations/{integration_configuration_id}/credentials/revoke",
    request=RevokeInstallationCredentialRequest,
    body="request_body",
    success=200,
    response=RevokedCredential,
    returns="whether the token was revoked, now or before",
    errors={
        **INSTALLATION_ERRORS,
        400: "the body is malformed",
        401: "the token or the secret is not the right one",
        403: "the token or the secret is not the right one",
        404: "there is no such installation or token",
        409: "it is the last token, or is being changed",
    },
    idempotent=False,
)


async def marketplace_revoke_installation_credential(
    core: "VercelCore",
    request: RevokeInstallationCredentialRequest,
    options: "RequestOptions | None" = None,
) -> Result[RevokedCredential, RevokeInstallationCredentialError]:
    """Revoke an access token that was replaced.

    Authorize the call with a token that still works, such as the one of a rotation, and name the
    one to revoke. Vercel does not revoke the last one. Retried only when it certainly was not
    processed; you may call it again, `already_revoked` then says that the first call arrived.

    Args:
        core: Configuration and transport.
        request: The parameters of the operation.
        options: Overrides for this call.

    Returns:
        `Ok` with whether the token was revoked, now or before. Or `Err` with one of:

        | error | when |
        | --- | --- |
        | `VercelBadRequestError` | 400: the body is malformed |
        | `VercelUnauthorizedError` | 401: the token or the secret is not the right one |
        | `VercelForbiddenError` | 403: the token or the secret is not the right one |
        | `VercelNotFoundError` | 404: there is no such installation or token |
        | `VercelConflictError` | 409: it is the last token, or is being changed |
        | `VercelGoneError` | 410: the installation was removed; its token is dead |
        | `CallError` | anything that every call can fail with |

    API page: <https://vercel.com/docs/rest-api/marketplace/revoke-installation-credential>
    """
    return await check_core(core).call(OPERATION, request, options)
