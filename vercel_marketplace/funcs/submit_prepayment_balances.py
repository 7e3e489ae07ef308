"""`submit-prepayment-balances`, as a function."""

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
from vercel_marketplace.models.balances import SubmitPrepaymentBalancesRequest
from vercel_marketplace.result import Result

if TYPE_CHECKING:
    from vercel_marketplace.core import VercelCore
    from vercel_marketplace.options import RequestOptions

SubmitPrepaymentBalancesError: TypeAlias = (
    VercelBadRequestError | VercelForbiddenError | VercelNotFoundError | VercelGoneError | CallError
)
"""What `marketplace_submit_prepayment_balances` can fail with."""

OPERATION = Operation[SubmitPrepaymentBalancesRequest, None, SubmitPrepaymentBalancesError](
    id="submit-prepayment-balances",
    api_page="https://vercel.com/docs/rest-api/marketplace/submit-prepayment-balances",
    method="POST",
    path="/v1/installations/{integration_configuration_id}/billing/balance",
    request=SubmitPrepaymentBalancesRequest,
    body="request_body",
    success=201,
    errors={
        **INSTALLATION_ERRORS,
        400: "a balance is malformed",
        404: "there is no such installation",
    },
    idempotent=True,
)


async def marketplace_submit_prepayment_balances(
    core: "VercelCore",
    request: SubmitPrepaymentBalancesRequest,
    options: "RequestOptions | None" = None,
) -> Result[None, SubmitPrepaymentBalancesError]:
    """Send the balances of what the customer has paid for in advance, ideally once an hour.

    At least once a day. The balances with the newest `timestamp` win, so that a retry with the same
    one changes nothing.

    Args:
        core: Configuration and transport.
        request: The parameters of the operation.
        options: Overrides for this call.

    Returns:
        `Ok(None)`. Or `Err` with one of:

        | error | when |
        | --- | --- |
        | `VercelBadRequestError` | 400: a balance is malformed |
        | `VercelUnauthorizedError` | 401: the token is not for this installation |
        | `VercelForbiddenError` | 403: the token is not for this installation |
        | `VercelNotFoundError` | 404: there is no such installation |
        | `VercelGoneError` | 410: the installation was removed; its token is dead |
        | `CallError` | anything that every call can fail with |

    API page: <https://vercel.com/docs/rest-api/marketplace/submit-prepayment-balances>
    """
    return await check_core(core).call(OPERATION, request, options)
