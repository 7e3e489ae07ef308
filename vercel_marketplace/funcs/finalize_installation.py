"""`finalize-installation`, as a function."""

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
from vercel_marketplace.models.installations import FinalizeInstallationRequest
from vercel_marketplace.result import Result

if TYPE_CHECKING:
    from vercel_marketplace.core import VercelCore
    from vercel_marketplace.options import RequestOptions

FinalizeInstallationError: TypeAlias = (
    VercelBadRequestError | VercelForbiddenError | VercelNotFoundError | VercelGoneError | CallError
)
"""What `marketplace_finalize_installation` can fail with."""

OPERATION = Operation[FinalizeInstallationRequest, None, FinalizeInstallationError](
    id="finalize-installation",
    api_page="https://vercel.com/docs/rest-api/marketplace/finalize-installation",
    method="POST",
    path="/v1/installations/{integration_configuration_id}/billing/finalize",
    request=FinalizeInstallationRequest,
    success=204,
    errors={
        **INSTALLATION_ERRORS,
        400: "the id is malformed, or it is not being removed",
        404: "there is no such installation",
    },
    idempotent=False,
)


async def marketplace_finalize_installation(
    core: "VercelCore",
    request: FinalizeInstallationRequest,
    options: "RequestOptions | None" = None,
) -> Result[None, FinalizeInstallationError]:
    """Declare that there are no further invoices for an installation that is being removed.

    Call it within 24 hours of the customer's request, after the last invoice (`final`). Vercel
    removes the installation when all invoices are paid; from then on the token is dead. Retried
    only when it certainly was not processed.

    Args:
        core: Configuration and transport.
        request: The parameters of the operation.
        options: Overrides for this call.

    Returns:
        `Ok(None)`. Or `Err` with one of:

        | error | when |
        | --- | --- |
        | `VercelBadRequestError` | 400: the id is malformed, or it is not being removed |
        | `VercelUnauthorizedError` | 401: the token is not for this installation |
        | `VercelForbiddenError` | 403: the token is not for this installation |
        | `VercelNotFoundError` | 404: there is no such installation |
        | `VercelGoneError` | 410: the installation was removed; its token is dead |
        | `CallError` | anything that every call can fail with |

    API page: <https://vercel.com/docs/rest-api/marketplace/finalize-installation>
    """
    return await check_core(core).call(OPERATION, request, options)
