"""`get-invoice`, as a function."""

from typing import TYPE_CHECKING, TypeAlias

from vercel_marketplace._internal.operation import INSTALLATION_ERRORS, Operation
from vercel_marketplace.core import check_core
from vercel_marketplace.errors import (
    CallError,
    VercelBadRequestError,
    VercelForbiddenError,
    VercelGoneError,
    VercelNotFoundError,
    VercelRateLimitError,
)
from vercel_marketplace.models.invoices import GetInvoiceRequest, Invoice
from vercel_marketplace.result import Result

if TYPE_CHECKING:
    from vercel_marketplace.core import VercelCore
    from vercel_marketplace.options import RequestOptions

GetInvoiceError: TypeAlias = (
    VercelBadRequestError
    | VercelForbiddenError
    | VercelNotFoundError
    | VercelGoneError
    | VercelRateLimitError
    | CallError
)
"""What `marketplace_get_invoice` can fail with."""

OPERATION = Operation[GetInvoiceRequest, Invoice, GetInvoiceError](
    id="get-invoice",
    api_page="https://vercel.com/docs/rest-api/marketplace/get-invoice",
    method="GET",
    path="/v1/installations/{integration_configuration_id}/billing/invoices/{invoice_id}",
    request=GetInvoiceRequest,
    success=200,
    response=Invoice,
    returns=(
        "the invoice: amounts as decimal strings in US dollars, times as aware datetimes, and "
        "a `state` that may be newer than this SDK"
    ),
    errors={
        **INSTALLATION_ERRORS,
        400: "an id is malformed",
        404: "there is no such invoice",
        429: "wait `retry_after` seconds",
    },
    idempotent=True,
)


async def marketplace_get_invoice(
    core: "VercelCore",
    request: GetInvoiceRequest,
    options: "RequestOptions | None" = None,
) -> Result[Invoice, GetInvoiceError]:
    """Read an invoice and its state.

    Vercel also sends a webhook when the state changes. Safe to retry.

    Args:
        core: Configuration and transport.
        request: The parameters of the operation.
        options: Overrides for this call.

    Returns:
        `Ok` with the invoice: amounts as decimal strings in US dollars, times as aware
        datetimes, and a `state` that may be newer than this SDK. Or `Err` with one of:

        | error | when |
        | --- | --- |
        | `VercelBadRequestError` | 400: an id is malformed |
        | `VercelUnauthorizedError` | 401: the token is not for this installation |
        | `VercelForbiddenError` | 403: the token is not for this installation |
        | `VercelNotFoundError` | 404: there is no such invoice |
        | `VercelGoneError` | 410: the installation was removed; its token is dead |
        | `VercelRateLimitError` | 429: wait `retry_after` seconds |
        | `CallError` | anything that every call can fail with |

    API page: <https://vercel.com/docs/rest-api/marketplace/get-invoice>
    """
    return await check_core(core).call(OPERATION, request, options)
