"""Billing data: for display, the newest of each day. Pure."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Final

from attrs import evolve

from vercel_marketplace.emulator import limits
from vercel_marketplace.emulator.api.billing_periods import period_errors, span_errors
from vercel_marketplace.emulator.api.errors import APIError, bad_request
from vercel_marketplace.emulator.api.registry import handles
from vercel_marketplace.emulator.limits import keep_newest
from vercel_marketplace.emulator.state import Installation
from vercel_marketplace.funcs.submit_billing_data import OPERATION as SUBMIT_BILLING_DATA
from vercel_marketplace.models.billing import (
    Billing,
    SubmitBillingDataRequest,
    SubmitBillingDataRequestBody,
)

_MAX_AGE: Final = timedelta(hours=24)


@handles(SUBMIT_BILLING_DATA)
def submit_billing_data(
    installation: Installation, request: SubmitBillingDataRequest, now: datetime
) -> tuple[Installation, None]:
    """Keep a day's data, unless data with a newer timestamp are known."""
    body = request.request_body
    for error in _errors(body, now):
        raise error
    day = _day_number(body.eod)
    known = installation.billing.get(day)
    if known is not None and known.timestamp >= body.timestamp:
        return installation, None
    billing = keep_newest({**installation.billing, day: body}, limits.MAX_BILLED_DAYS)
    return evolve(installation, billing=billing), None


def _errors(body: SubmitBillingDataRequestBody, now: datetime) -> Iterator[APIError]:
    """Yield what breaks a rule. No rule speaks of the future, so a day may be there."""
    yield from period_errors(body.period, body.eod, "eod")
    if now - body.eod > _MAX_AGE:  # a period that ended before that has no other days
        yield bad_request(path="eod", message="more than 24 hours ago")
    if isinstance(body.billing, Billing):
        yield from span_errors(body.period, body.billing.items, "billing.items")
        yield from span_errors(body.period, body.billing.discounts or (), "billing.discounts")
    else:
        yield from span_errors(body.period, body.billing, "billing")


def _day_number(eod: datetime) -> int:
    """Return the number of the day that ends then; midnight ends the day before."""
    return eod.toordinal() - (eod.time() == time.min)
