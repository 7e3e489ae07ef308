"""`update-invoice`, as a function."""

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
from vercel_marketplace.models.invoice_actions import UpdateInvoiceRequest
from vercel_marketplace.result import Result

if TYPE_CHECKING:
    from vercel_marketplace.core import VercelCore
    from vercel_marketplace.options import RequestOptions

UpdateInvoiceError: TypeAlias = (
    VercelBadRequestError
    | VercelForbiddenError
    | VercelNotFoundError
    | VercelConflictError
    | VercelGoneError
    | CallError
)
"""What `marketplace_update_invoice` can fail with."""

OPERATION = Operation[UpdateInvoiceRequest, None, UpdateInvoiceError](
    id="update-invoice",
    api_page="https://vercel.com/docs/rest-api/marketplace/invoice-actions",
    method="POST",
    path="/v1/installations/{integration_configuration_id}/billing/invoices/{invoice_id}/actions",
    request=UpdateInvoiceRequest,
    body="request_body",
    success=204,
    errors={
        **INSTALLATION_ERRORS,
        400: "the refund is malformed, or above the invoice's total",
        404: "there is no such invoice",
        409: "a refund is under way already",
    },
    idempotent=False,
)


async def marketplace_update_invoice(
    core: "VercelCore",
    request: UpdateInvoiceRequest,
    options: "RequestOptions | None" = None,
) -> Result[None, UpdateInvoiceError]:
    """Request a refund of an invoice, in full or in part.

    Retried only when it certainly was not processed: a second request may be a second refund. After
    an error with an unknown outcome (a timeout, a 5xx), read the invoice's state with
    `marketplace_get_invoice` before you request it again.

    Args:
        core: Configuration and transport.
        request: The parameters of the operation.
        options: Overrides for this call.

    Returns:
        `Ok(None)`. Or `Err` with one of:

        | error | when |
        | --- | --- |
        | `VercelBadRequestError` | 400: the refund is malformed, or above the invoice's total |
        | `VercelUnauthorizedError` | 401: the token is not for this installation |
        | `VercelForbiddenError` | 403: the token is not for this installation |
        | `VercelNotFoundError` | 404: there is no such invoice |
        | `VercelConflictError` | 409: a refund is under way already |
        | `VercelGoneError` | 410: the installation was removed; its token is dead |
        | `CallError` | anything that every call can fail with |

    API page: <https://vercel.com/docs/rest-api/marketplace/invoice-actions>
    """
    return await check_core(core).call(OPERATION, request, options)
