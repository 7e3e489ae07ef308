"""From runs to what they cost. Pure.

Whole hours are billed: an hour that was only begun is not, for each database and plan.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby

from vercel_marketplace.models import LineItem, Period, Usage

from .plans import PLANS
from .storage.ledger import Run

HOUR = timedelta(hours=1)
CENT = Decimal("0.01")


def month_of(moment: datetime) -> Period:
    """The billing period that a moment is in."""
    moment = moment.astimezone(UTC)
    start = datetime(moment.year, moment.month, 1, tzinfo=UTC)
    return Period(start=start, end=(start + timedelta(days=31)).replace(day=1))


def day_of(moment: datetime) -> Period:
    """The day that a moment is in. It ends a second early: midnight may be another month's."""
    start = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return Period(start=start, end=start + timedelta(days=1, seconds=-1))


def hours(runs: Iterable[Run], start: datetime, end: datetime) -> int:
    """The whole hours of a stretch of time that the runs fill."""
    spans = (min(run.ended_at or end, end) - max(run.started_at, start) for run in runs)
    return sum((max(span, timedelta()) for span in spans), timedelta()) // HOUR


def lines(runs: Iterable[Run], start: datetime, end: datetime) -> list[LineItem]:
    """What a stretch of time costs: a line for each database and plan."""
    items: list[LineItem] = []
    ordered = sorted(runs, key=lambda run: (run.resource_id, run.plan_id))
    for (resource_id, plan_id), found in groupby(
        ordered, key=lambda run: (run.resource_id, run.plan_id)
    ):
        group, plan = list(found), PLANS[plan_id]
        quantity = hours(group, start, end)
        if quantity:
            items.append(
                LineItem(
                    billing_plan_id=plan_id,
                    resource_id=resource_id,
                    name=f"{plan.name}: {group[0].resource_name}",
                    price=plan.hourly,
                    quantity=quantity,
                    units="hours",
                    total=(plan.hourly * quantity).quantize(CENT, ROUND_HALF_UP),
                )
            )
    return items


def usage(
    runs: Iterable[Run], period: Period, day: Period, until: datetime
) -> list[Usage]:
    """How long each database ran until then, on this day and in this period."""
    ordered = sorted(runs, key=lambda run: run.resource_id)
    return [
        Usage(
            resource_id=resource_id,
            name="Compute",
            type="interval",
            units="hours",
            day_value=hours(group, day.start, until),
            period_value=hours(group, period.start, until),
        )
        for resource_id, found in groupby(ordered, key=lambda run: run.resource_id)
        if (group := list(found))
    ]
