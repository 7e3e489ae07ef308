"""What becomes of an invoice: by the clock, by the customer, by a refund. Pure.

```
pending, scheduled → invoiced → paid
                              → notpaid → paid         a customer has 9 tries
                              → overdue → paid         15 days after it was invoiced
any of them → refund_requested → refunded
```

The arrows that only need time are not walked: `as_of` works them out whenever somebody looks,
from what was done and when. So a clock may jump, and go back as well.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from attrs import evolve

from vercel_marketplace.emulator.state import Invoice
from vercel_marketplace.models.invoices import GetInvoiceResponseBody

QUEUED: Final = frozenset({"pending", "scheduled"})
"""The states of an invoice that has yet to go to the customer."""

_OVERDUE: Final = timedelta(days=15)
_MAX_DECLINES: Final = 9
_MIN_CHARGED: Final = Decimal("0.50")

_OPEN: Final = QUEUED | {"invoiced", "notpaid"}  # what time goes on with
_PAYABLE: Final = _OPEN | {"overdue"}


def as_of(invoice: Invoice, now: datetime) -> GetInvoiceResponseBody:
    """The invoice as it stands at a time.

    Args:
        invoice: What was done to it.
        now: The time.
    """
    body = invoice.body
    if body.state not in _OPEN or now <= invoice.processing:
        return body
    if now - invoice.processing >= _OVERDUE and _is_charged(body):
        since = invoice.processing + _OVERDUE
        return evolve(body, state="overdue", updated=max(body.updated, since))
    if body.state in QUEUED:
        return evolve(body, state="invoiced", updated=max(body.updated, invoice.processing))
    return body


def schedule(invoice: Invoice, moment: datetime, now: datetime) -> Invoice:
    """Let an invoice wait for a moment, as billing plans may have it.

    Raises:
        ValueError: It is no longer waiting.
    """
    _expect(as_of(invoice, now), QUEUED, "scheduled")
    body = evolve(invoice.body, state="scheduled", updated=now)
    return evolve(invoice, body=body, processing=moment)


def pay(invoice: Invoice, now: datetime) -> Invoice:
    """The customer pays.

    Raises:
        ValueError: There is nothing to pay, or no longer.
    """
    _expect_payable(invoice, now, "paid")
    body = evolve(invoice.body, state="paid", paid_at=now, updated=now)
    return evolve(invoice, body=body)


def decline(invoice: Invoice, now: datetime) -> Invoice:
    """A payment fails.

    Raises:
        ValueError: There is nothing to pay, or no longer; or it failed 9 times already.
    """
    _expect_payable(invoice, now, "declined")
    if invoice.tries == _MAX_DECLINES:
        msg = f"invoice {invoice.body.invoice_id!r} was declined {_MAX_DECLINES} times already"
        raise ValueError(msg)
    body = evolve(invoice.body, state="notpaid", updated=now)
    processing = min(invoice.processing, now)  # it went out for this at the latest
    return evolve(invoice, body=body, processing=processing, tries=invoice.tries + 1)


def complete_refund(invoice: Invoice, now: datetime) -> Invoice:
    """The refund that was requested reaches the customer.

    Raises:
        ValueError: None was requested.
    """
    _expect(as_of(invoice, now), frozenset({"refund_requested"}), "refunded")
    body = evolve(invoice.body, state="refunded", refunded_at=now, updated=now)
    return evolve(invoice, body=body)


def _is_charged(body: GetInvoiceResponseBody) -> bool:
    return Decimal(body.total) >= _MIN_CHARGED


def _expect_payable(invoice: Invoice, now: datetime, done: str) -> None:
    body = as_of(invoice, now)
    _expect(body, _PAYABLE, done)
    if not _is_charged(body):
        msg = f"invoice {body.invoice_id!r} is not charged: its total is below {_MIN_CHARGED}"
        raise ValueError(msg)


def _expect(body: GetInvoiceResponseBody, states: frozenset[str], done: str) -> None:
    if body.state not in states:
        msg = f"invoice {body.invoice_id!r} cannot be {done}: it is {body.state}"
        raise ValueError(msg)
