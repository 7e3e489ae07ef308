"""`submit-prepayment-balances`, as a function."""

from typing import TYPE_CHECKING, TypeAlias

from vercel_marketplace._internal.operation import Operation
from vercel_marketplace.errors import (
    VercelBadRequestError,
    VercelForbiddenError,
    VercelGoneError,
    VercelNotFoundError,
)
from vercel_marketplace.funcs import CallError
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
    method="POST",
    path="/v1/installations/{integration_configuration_id}/billing/balance",
    request=SubmitPrepaymentBalancesRequest,
    body="request_body",
    success=201,
    errors=(400, 401, 403, 404, 410),
    idempotent=True,
)


async def marketplace_submit_prepayment_balances(
    core: "VercelCore",
    request: SubmitPrepaymentBalancesRequest,
    options: "RequestOptions | None" = None,
) -> Result[None, SubmitPrepaymentBalancesError]:
    """Send the balances of what the customer has paid for in advance, best once an hour.

    At least once a day. Of several the one with the newest `timestamp` wins, so that a
    repetition with the same one changes nothing.

    Args:
        core: Configuration and transport.
        request: The balances.
        options: What differs for this call.

    Returns:
        `Ok(None)`. Or `Err` with one of:

        | error | when |
        | --- | --- |
        | `VercelBadRequestError` | 400: a balance is malformed |
        | `VercelForbiddenError` | 401, 403: the token is not for this installation |
        | `VercelNotFoundError` | 404: there is no such installation |
        | `VercelGoneError` | 410: the installation was removed; its token is dead |
        | `CallError` | anything that every call can fail with |

    API page: <https://vercel.com/docs/rest-api/marketplace/submit-prepayment-balances>
    """
    return await core.call(OPERATION, request, options)
