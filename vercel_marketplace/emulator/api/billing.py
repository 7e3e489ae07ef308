"""Billing data: for display, the newest of each day. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import Final

from attrs import evolve

from vercel_marketplace.emulator.api.billing_periods import period_errors, span_errors
from vercel_marketplace.emulator.api.errors import APIError, bad_request
from vercel_marketplace.emulator.state import Installation
from vercel_marketplace.models.billing import (
    Billing,
    SubmitBillingDataRequest,
    SubmitBillingDataRequestBody,
)
from vercel_marketplace.models.charges import Discount, LineItem

_MAX_AGE: Final = timedelta(hours=24)


def submit_billing_data(
    installation: Installation, request: SubmitBillingDataRequest, now: datetime
) -> tuple[Installation, None]:
    """Keep a day's data, unless newer ones are there: of several the newest timestamp wins."""
    body = request.request_body
    for refusal in _wrong_with(body, now):
        raise refusal
    day = _day_of(body.eod)
    known = installation.billing.get(day)
    if known is not None and known.timestamp >= body.timestamp:
        return installation, None
    return evolve(installation, billing={**installation.billing, day: body}), None


def _wrong_with(body: SubmitBillingDataRequestBody, now: datetime) -> Iterator[APIError]:
    """What breaks a rule. No rule speaks of the future, so that is where a day may be."""
    yield from period_errors(body.period, body.eod, "eod")
    if now - body.eod > _MAX_AGE:  # a period that ended before that has no other days
        yield bad_request(path="eod", message="more than 24 hours ago")
    items, discounts, at = _parts_of(body.billing)
    yield from span_errors(body.period, items, at)
    yield from span_errors(body.period, discounts, "billing.discounts")


def _parts_of(
    billing: Sequence[LineItem] | Billing,
) -> tuple[Sequence[LineItem], Sequence[Discount], str]:
    """The items, the discounts, and where the items are."""
    if isinstance(billing, Billing):
        return billing.items, billing.discounts or (), "billing.items"
    return billing, (), "billing"


def _day_of(eod: datetime) -> int:
    """The number of the day that ends then; midnight ends the day before."""
    return eod.toordinal() - (eod.time() == time.min)
