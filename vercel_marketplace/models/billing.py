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
    """The bill so far.

    Attributes:
        items: Its lines.
        discounts: What is taken off.
    """

    items: Sequence[LineItem]
    discounts: Sequence[Discount] | None = None


@frozen(kw_only=True)
class Usage:
    """How much of one metric was used.

    Attributes:
        resource_id: The partner's id of the resource; left out for the whole installation.
        name: The metric's name.
        type: `"total"` for a level such as a database's size, `"interval"` for what adds up
            over the period such as queries, `"rate"` for queries a second and the like.
        units: What is counted, such as `"GB"`.
        day_value: The day's value, final or so far.
        period_value: The billing period's value, final or so far.
        plan_value: The plan's limit for a billing period, where it has one.
    """

    resource_id: str | None = None
    name: str
    type: UsageType
    units: str
    day_value: float
    period_value: float
    plan_value: float | None = None


@frozen(kw_only=True)
class SubmitBillingDataRequestBody:
    """Billing and usage of one day and its period.

    Attributes:
        timestamp: The partner's clock when this was put together; timezone-aware. Of
            several submissions the newest wins, so keep it when sending the same data again.
        eod: End of the billing day, which says which day this is; timezone-aware, inside
            the period, at most 24 hours old. Midnight ends the day before it: take 23:59:59
            of the day, or 00:00 of the next. Under a wrong day the data replace that day's.
        period: The billing period.
        billing: The bill so far: its items, or a `Billing` that has discounts too.
        usage: The metrics.
    """

    timestamp: datetime
    eod: datetime
    period: Period
    billing: Sequence[LineItem] | Billing
    usage: Sequence[Usage]


@frozen
class SubmitBillingDataRequest:
    """Billing data and whom it is about.

    Attributes:
        integration_configuration_id: The installation, `icfg_…`.
        request_body: The data.
    """

    integration_configuration_id: str
    request_body: SubmitBillingDataRequestBody
