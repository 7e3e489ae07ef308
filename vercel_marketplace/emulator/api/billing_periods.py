"""The rules of periods that billing data and invoices share. Pure.

Each gives what it finds wrong instead of raising it: an invoice that is only validated is to
be told all of it.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from vercel_marketplace.emulator.api.errors import APIError, bad_request
from vercel_marketplace.models.charges import Discount, LineItem, Period


def period_errors(period: Period, moment: datetime, name: str) -> Iterator[APIError]:
    """A period that ends before it starts; or else a moment outside of it.

    Args:
        period: The period.
        moment: What has to be inside, its first and last moment included.
        name: The moment's property.
    """
    if period.end < period.start:
        yield bad_request(path="period.end", message="before the start")
    elif not period.start <= moment <= period.end:
        yield bad_request(path=name, message="outside the period")


def span_errors(
    period: Period, entries: Iterable[LineItem | Discount], path: str
) -> Iterator[APIError]:
    """Items or discounts that end before they start; what they leave out is the period's.

    Args:
        period: The period.
        entries: The items or discounts.
        path: The property they are in.
    """
    for index, entry in enumerate(entries):
        if entry.start is None and entry.end is None:
            continue
        if (entry.end or period.end) < (entry.start or period.start):
            named, message = (
                ("start", "after the period's end")
                if entry.end is None
                else ("end", "before the start")
            )
            yield bad_request(path=f"{path}[{index}].{named}", message=message)
