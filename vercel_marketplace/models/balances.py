"""Prepayment balances: what is left of what the customer has paid for."""

from collections.abc import Sequence
from datetime import datetime

from attrs import frozen


@frozen(kw_only=True)
class Balance:
    """The balance of one kind of credit.

    Attributes:
        resource_id: The partner's id of the resource; left out for the whole installation.
        credit: The credits in words, such as `"2,000 Tokens"`.
        name_label: What the credits are called, such as `"Tokens"`.
        currency_value_in_cents: What they are worth, in whole US cents; never a float. Vercel
            buys more when it falls below what the customer has chosen.
    """

    resource_id: str | None = None
    credit: str | None = None
    name_label: str | None = None
    currency_value_in_cents: int


@frozen(kw_only=True)
class SubmitPrepaymentBalancesRequestBody:
    """The balances at a moment.

    Attributes:
        timestamp: The partner's clock when this was put together; timezone-aware. Of
            several submissions the newest wins, so keep it when sending the same data again.
        balances: The balances.
    """

    timestamp: datetime
    balances: Sequence[Balance]


@frozen
class SubmitPrepaymentBalancesRequest:
    """Balances and whose they are.

    Attributes:
        integration_configuration_id: The installation, `icfg_…`.
        request_body: The balances; the contract lets them be left out.
    """

    integration_configuration_id: str
    request_body: SubmitPrepaymentBalancesRequestBody | None = None
