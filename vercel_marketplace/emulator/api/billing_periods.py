"""The rules of periods that billing data and invoices share. Pure.

Each yields errors instead of raising one: the response to an invoice that is only validated
lists all of them.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from vercel_marketplace.emulator.api.errors import APIError, bad_request
from vercel_marketplace.models.charges import Discount, LineItem, Period


def period_errors(period: Period, moment: datetime, name: str) -> Iterator[APIError]:
    """Yield an error for a period that ends before it starts, or a moment outside of it.

    Args:
        period: The period.
        moment: Must be inside, the first and the last moment included.
        name: The moment's property.
    """
    if period.end < period.start:
        yield bad_request(path="period.end", message="before the start")
    elif not period.start <= moment <= period.end:
        yield bad_request(path=name, message="outside the period")


def span_errors(
    period: Period, entries: Iterable[LineItem | Discount], path: str
) -> Iterator[APIError]:
    """Yield an error for each item or discount that ends before it starts.

    Args:
        period: The period, whose start and end stand in for those that are left out.
        entries: The items or discounts.
        path: The property they are in.
    """
    for index, entry in enumerate(entries):
        if entry.start is None and entry.end is None:
            continue
        if (entry.end or period.end) < (entry.start or period.start):
            name, message = (
                ("start", "after the period's end")
                if entry.end is None
                else ("end", "before the start")
            )
            yield bad_request(path=f"{path}[{index}].{name}", message=message)
