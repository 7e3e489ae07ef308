"""`submit-billing-data`, as a function."""

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
from vercel_marketplace.models.billing import SubmitBillingDataRequest
from vercel_marketplace.result import Result

if TYPE_CHECKING:
    from vercel_marketplace.core import VercelCore
    from vercel_marketplace.options import RequestOptions

SubmitBillingDataError: TypeAlias = (
    VercelBadRequestError | VercelForbiddenError | VercelNotFoundError | VercelGoneError | CallError
)
"""What `marketplace_submit_billing_data` can fail with."""

OPERATION = Operation[SubmitBillingDataRequest, None, SubmitBillingDataError](
    id="submit-billing-data",
    api_page="https://vercel.com/docs/rest-api/marketplace/submit-billing-data",
    method="POST",
    path="/v1/installations/{integration_configuration_id}/billing",
    request=SubmitBillingDataRequest,
    body="request_body",
    success=201,
    errors={
        **INSTALLATION_ERRORS,
        400: "malformed, or `eod` or the period does not fit",
        404: "there is no such installation",
    },
    idempotent=True,
)


async def marketplace_submit_billing_data(
    core: "VercelCore",
    request: SubmitBillingDataRequest,
    options: "RequestOptions | None" = None,
) -> Result[None, SubmitBillingDataError]:
    """Send the billing and usage data so far, once a day or better once an hour.

    For display only: invoices are what is paid. The data are running totals, of which the newest
    `timestamp` wins, so that a retry with the same one changes nothing.

    Args:
        core: Configuration and transport.
        request: The parameters of the operation.
        options: Overrides for this call.

    Returns:
        `Ok(None)`. Or `Err` with one of:

        | error | when |
        | --- | --- |
        | `VercelBadRequestError` | 400: malformed, or `eod` or the period does not fit |
        | `VercelUnauthorizedError` | 401: the token is not for this installation |
        | `VercelForbiddenError` | 403: the token is not for this installation |
        | `VercelNotFoundError` | 404: there is no such installation |
        | `VercelGoneError` | 410: the installation was removed; its token is dead |
        | `CallError` | anything that every call can fail with |

    API page: <https://vercel.com/docs/rest-api/marketplace/submit-billing-data>
    """
    return await check_core(core).call(OPERATION, request, options)
