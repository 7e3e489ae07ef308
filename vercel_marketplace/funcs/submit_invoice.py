"""`submit-invoice`, as a function."""

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
from vercel_marketplace.models.invoice_submissions import (
    SubmitInvoiceRequest,
    SubmitInvoiceResponseBody,
)
from vercel_marketplace.result import Result

if TYPE_CHECKING:
    from vercel_marketplace.core import VercelCore
    from vercel_marketplace.options import RequestOptions

SubmitInvoiceError: TypeAlias = (
    VercelBadRequestError
    | VercelForbiddenError
    | VercelNotFoundError
    | VercelConflictError
    | VercelGoneError
    | CallError
)
"""What `marketplace_submit_invoice` can fail with."""


def _has_external_id(request: SubmitInvoiceRequest) -> bool:
    # An externalId is unique in its installation: Vercel refuses a second invoice with it.
    return bool(request.request_body.external_id)


OPERATION = Operation[SubmitInvoiceRequest, SubmitInvoiceResponseBody, SubmitInvoiceError](
    id="submit-invoice",
    method="POST",
    path="/v1/installations/{integration_configuration_id}/billing/invoices",
    request=SubmitInvoiceRequest,
    body="request_body",
    success=200,
    response=SubmitInvoiceResponseBody,
    errors=(400, 401, 403, 404, 409, 410),
    idempotent=_has_external_id,
)


async def marketplace_submit_invoice(
    core: "VercelCore",
    request: SubmitInvoiceRequest,
    options: "RequestOptions | None" = None,
) -> Result[SubmitInvoiceResponseBody, SubmitInvoiceError]:
    """Submit an invoice for the customer to pay.

    One invoice per resource, period and plan; Vercel adds tax and does not charge a total under
    0.50 US dollars. With an `external_id` the call may be repeated, for Vercel refuses a
    duplicate; without one it is repeated only when it certainly was not processed.

    Args:
        core: Configuration and transport.
        request: The invoice.
        options: What differs for this call.

    Returns:
        `Ok` with what became of it: accepted when it has an `invoice_id` and no
        `validation_errors`. Or `Err` with one of:

        | error | when |
        | --- | --- |
        | `VercelBadRequestError` | 400: malformed, or the date is outside the period |
        | `VercelForbiddenError` | 401, 403: the token is not for this installation |
        | `VercelNotFoundError` | 404: there is no such installation |
        | `VercelConflictError` | 409: submitted before; if `attempts` > 1, maybe by this call |
        | `VercelGoneError` | 410: the installation was removed; its token is dead |
        | `CallError` | anything that every call can fail with |

    API page: <https://vercel.com/docs/rest-api/marketplace/submit-invoice>
    """
    return await core.call(OPERATION, request, options)
