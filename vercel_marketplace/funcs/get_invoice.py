"""`get-invoice`, as a function."""

from typing import TYPE_CHECKING, TypeAlias

from vercel_marketplace._internal.operation import Operation
from vercel_marketplace.errors import (
    VercelBadRequestError,
    VercelForbiddenError,
    VercelGoneError,
    VercelNotFoundError,
    VercelRateLimitError,
)
from vercel_marketplace.funcs import CallError
from vercel_marketplace.models.invoices import GetInvoiceRequest, GetInvoiceResponseBody
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

OPERATION = Operation[GetInvoiceRequest, GetInvoiceResponseBody, GetInvoiceError](
    id="get-invoice",
    method="GET",
    path="/v1/installations/{integration_configuration_id}/billing/invoices/{invoice_id}",
    request=GetInvoiceRequest,
    success=200,
    response=GetInvoiceResponseBody,
    errors=(400, 401, 403, 404, 410, 429),
    idempotent=True,
)


async def marketplace_get_invoice(
    core: "VercelCore",
    request: GetInvoiceRequest,
    options: "RequestOptions | None" = None,
) -> Result[GetInvoiceResponseBody, GetInvoiceError]:
    """Read an invoice and its state.

    Vercel also sends a webhook when the state changes. Safe to repeat.

    Args:
        core: Configuration and transport.
        request: Which invoice.
        options: What differs for this call.

    Returns:
        `Ok` with the invoice: amounts as decimal strings in US dollars, times as aware
        datetimes, and a `state` that may be newer than this SDK. Or `Err` with one of:

        | error | when |
        | --- | --- |
        | `VercelBadRequestError` | 400: an id is malformed |
        | `VercelForbiddenError` | 401, 403: the token is not for this installation |
        | `VercelNotFoundError` | 404: there is no such invoice |
        | `VercelGoneError` | 410: the installation was removed; its token is dead |
        | `VercelRateLimitError` | 429: wait `retry_after` seconds |
        | `CallError` | anything that every call can fail with |

    API page: <https://vercel.com/docs/rest-api/marketplace/get-invoice>
    """
    return await core.call(OPERATION, request, options)
