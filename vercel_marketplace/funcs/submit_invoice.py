"""`submit-invoice`, as a function."""

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
from vercel_marketplace.models.invoice_submissions import (
    SubmitInvoiceRequest,
    SubmittedInvoice,
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


OPERATION = Operation[SubmitInvoiceRequest, SubmittedInvoice, SubmitInvoiceError](
    id="submit-invoice",
    api_page="https://vercel.com/docs/rest-api/marketplace/submit-invoice",
    method="POST",
    path="/v1/installations/{integration_configuration_id}/billing/invoices",
    request=SubmitInvoiceRequest,
    body="request_body",
    success=200,
    response=SubmittedInvoice,
    returns=(
        "the outcome: the invoice was accepted if there is an `invoice_id` and no "
        "`validation_errors`"
    ),
    errors={
        **INSTALLATION_ERRORS,
        400: "malformed, or its date is outside the period",
        404: "there is no such installation",
        409: "its `external_id`, or its plan and period, is in use",
    },
    idempotent=_has_external_id,
)


async def marketplace_submit_invoice(
    core: "VercelCore",
    request: SubmitInvoiceRequest,
    options: "RequestOptions | None" = None,
) -> Result[SubmittedInvoice, SubmitInvoiceError]:
    """Submit an invoice for the customer to pay.

    One invoice per resource, period and plan; Vercel adds tax and does not charge a total under
    0.50 US dollars. With an `external_id` the call may be retried, for Vercel refuses a duplicate;
    without one it is retried only when it certainly was not processed. A 409 does not say whose
    invoice is in the way: if `earlier_attempt_may_have_succeeded`, it may be that of this call.

    Args:
        core: Configuration and transport.
        request: The parameters of the operation.
        options: Overrides for this call.

    Returns:
        `Ok` with the outcome: the invoice was accepted if there is an `invoice_id` and no
        `validation_errors`. Or `Err` with one of:

        | error | when |
        | --- | --- |
        | `VercelBadRequestError` | 400: malformed, or its date is outside the period |
        | `VercelUnauthorizedError` | 401: the token is not for this installation |
        | `VercelForbiddenError` | 403: the token is not for this installation |
        | `VercelNotFoundError` | 404: there is no such installation |
        | `VercelConflictError` | 409: its `external_id`, or its plan and period, is in use |
        | `VercelGoneError` | 410: the installation was removed; its token is dead |
        | `CallError` | anything that every call can fail with |

    API page: <https://vercel.com/docs/rest-api/marketplace/submit-invoice>
    """
    return await check_core(core).call(OPERATION, request, options)
