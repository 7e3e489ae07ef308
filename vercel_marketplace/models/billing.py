"""Interim billing and usage data: for display, the latest wins."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, TypeAlias

from attrs import frozen

from vercel_marketplace.models.charges import Discount, LineItem, Period

UsageType: TypeAlias = Literal["total", "interval", "rate"]
"""How a metric is measured: a level, a sum over the period, or a rate."""


@frozen(kw_only=True)
class Billing:
    """The bill so far."""

    items: Sequence[LineItem]
    """Its lines."""
    discounts: Sequence[Discount] | None = None
    """What is taken off."""


@frozen(kw_only=True)
class Usage:
    """How much of one metric was used."""

    resource_id: str | None = None
    """The partner's id of the resource; left out for the whole installation."""
    name: str
    """The metric's name."""
    type: UsageType
    """`"total"` for a level such as a database's size, `"interval"` for what adds up over the
    period such as queries, `"rate"` for queries a second and the like."""
    units: str
    """What is counted, such as `"GB"`."""
    day_value: float
    """The day's value, final or so far."""
    period_value: float
    """The billing period's value, final or so far."""
    plan_value: float | None = None
    """The plan's limit for a billing period, where it has one."""


@frozen(kw_only=True)
class SubmitBillingDataRequestBody:
    """Billing and usage of one day and its period."""

    timestamp: datetime
    """The partner's clock when this was put together; timezone-aware. Of several submissions the
    newest wins, so keep it when sending the same data again."""
    eod: datetime
    """End of the billing day, which says which day this is; timezone-aware, inside the period, at
    most 24 hours old. Midnight ends the day before it: take 23:59:59 of the day, or 00:00 of
    the next. Under a wrong day the data replace that day's."""
    period: Period
    """The billing period."""
    billing: Sequence[LineItem] | Billing
    """The bill so far: its items, or a `Billing` that has discounts too."""
    usage: Sequence[Usage]
    """The metrics."""


@frozen
class SubmitBillingDataRequest:
    """Parameters of `submit_billing_data`."""

    integration_configuration_id: str
    """The installation, `icfg_…`."""
    request_body: SubmitBillingDataRequestBody
    """The data."""
