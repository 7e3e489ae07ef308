"""Prepayment balances: what is left of what the customer has paid for."""

from collections.abc import Sequence
from datetime import datetime

from attrs import frozen


@frozen(kw_only=True)
class Balance:
    """The balance of one kind of credit."""

    resource_id: str | None = None
    """The partner's id of the resource; left out for the whole installation."""
    credit: str | None = None
    """The credits in words, such as `"2,000 Tokens"`."""
    name_label: str | None = None
    """What the credits are called, such as `"Tokens"`."""
    currency_value_in_cents: int
    """What they are worth, in whole US cents; never a float. Vercel buys more when it falls below
    what the customer has chosen."""


@frozen(kw_only=True)
class SubmitPrepaymentBalancesRequestBody:
    """The balances at a moment."""

    timestamp: datetime
    """The partner's clock when this was put together; timezone-aware. Of several submissions the
    newest wins, so keep it when sending the same data again."""
    balances: Sequence[Balance]
    """The balances."""


@frozen
class SubmitPrepaymentBalancesRequest:
    """Parameters of `submit_prepayment_balances`."""

    integration_configuration_id: str
    """The installation, `icfg_…`."""
    request_body: SubmitPrepaymentBalancesRequestBody | None = None
    """The balances; the contract lets them be left out."""
