"""The life of an invoice: `TRANSITIONS` is the table, all else reads it. Pure.

What takes only time is never carried out: `as_of` works it out when somebody looks, from what
was done and when. So a clock may jump, and go back as well.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final, Literal

from attrs import evolve, frozen

from vercel_marketplace.emulator.state import StoredInvoice
from vercel_marketplace.models.invoices import Invoice, InvoiceState

_MAX_DECLINES: Final = 9
_MIN_CHARGED: Final = Decimal("0.50")


@frozen
class Transition:
    """A row of the table: from each of some states to one other.

    Attributes:
        trigger: What happens.
        by: Who does it; `time` for what the clock brings.
        sources: The states before; none for a new invoice.
        target: The state afterwards.
        webhook: The webhook of it, without `marketplace.invoice.`; empty for none.
        after: For what the clock brings, how long after the invoice goes to the customer.
        is_charge: Whether it applies only to an invoice that is charged, from 0.50 on.
    """

    trigger: str
    by: Literal["partner", "Vercel", "customer", "time"]
    sources: frozenset[str]
    target: InvoiceState
    webhook: str = ""
    after: timedelta | None = None
    is_charge: bool = False


_NEW: Final[frozenset[str]] = frozenset()
QUEUED: Final = frozenset({"pending", "scheduled"})
"""The states of an invoice that has yet to go to the customer."""

_OPEN: Final = QUEUED | {"invoiced", "notpaid"}
_UNPAID: Final = _OPEN | {"overdue"}
_REFUNDABLE: Final = _UNPAID | {"paid", "refunded"}
_REQUESTED: Final = frozenset({"refund_requested"})
_NOW: Final = timedelta()
_DUE: Final = timedelta(days=15)

# A test invoice gets the state that its `result` names instead.
SUBMIT: Final = Transition("submit", "partner", _NEW, "pending")
SCHEDULE: Final = Transition("schedule", "Vercel", QUEUED, "scheduled")
# Its webhook is sent once, whatever takes the invoice out of the queue.
SEND: Final = Transition("send", "time", QUEUED, "invoiced", "created", _NOW)
FALL_OVERDUE: Final = Transition(
    "fall overdue", "time", _OPEN, "overdue", "overdue", _DUE, is_charge=True
)
DECLINE: Final = Transition("decline", "customer", _UNPAID, "notpaid", "notpaid", is_charge=True)
PAY: Final = Transition("pay", "customer", _UNPAID, "paid", "paid", is_charge=True)
REQUEST_REFUND: Final = Transition("request refund", "partner", _REFUNDABLE, "refund_requested")
COMPLETE_REFUND: Final = Transition("complete refund", "Vercel", _REQUESTED, "refunded", "refunded")

TRANSITIONS: Final = (
    SUBMIT,
    SCHEDULE,
    SEND,
    FALL_OVERDUE,
    DECLINE,
    PAY,
    REQUEST_REFUND,
    COMPLETE_REFUND,
)
"""All that can happen to an invoice."""


def as_of(invoice: StoredInvoice, now: datetime) -> Invoice:
    """Return the invoice as it stands at a time.

    Args:
        invoice: The invoice after the last thing done to it.
        now: The time.
    """
    body, passed = invoice.body, now - invoice.processing
    if passed <= timedelta():
        return body
    for row in TRANSITIONS:
        if row.after is None or passed < row.after or not _applies(row, body):
            continue
        since = invoice.processing + row.after
        body = evolve(body, state=row.target, updated=max(body.updated, since))
    return body


def is_open(invoice: StoredInvoice, now: datetime) -> bool:
    """Whether money is still to move: a payment, or a refund. None does for a test invoice."""
    body = as_of(invoice, now)
    return not body.test and (_applies(PAY, body) or _applies(COMPLETE_REFUND, body))


def move(invoice: StoredInvoice, row: Transition, now: datetime, **changes: Any) -> StoredInvoice:
    """Move an invoice on.

    Args:
        invoice: The invoice.
        row: What happens to it.
        now: The time.
        changes: Fields of the body to set, in addition to the state.

    Raises:
        ValueError: It does not apply to the invoice as it stands.
    """
    body = as_of(invoice, now)
    if not _applies(row, body):
        reason = body.state
        if reason in row.sources:
            reason = f"not charged, its total is below {_MIN_CHARGED}"
        msg = f"cannot {row.trigger}: invoice {body.invoice_id!r} is {reason}"
        raise ValueError(msg)
    return evolve(invoice, body=evolve(invoice.body, state=row.target, updated=now, **changes))


def schedule(invoice: StoredInvoice, moment: datetime, now: datetime) -> StoredInvoice:
    """Set when an invoice goes to the customer, as billing plans may have it.

    Raises:
        ValueError: It went already.
    """
    return evolve(move(invoice, SCHEDULE, now), processing=moment)


def pay(invoice: StoredInvoice, now: datetime) -> StoredInvoice:
    """Have the customer pay.

    Raises:
        ValueError: There is nothing to pay, or no longer.
    """
    return move(invoice, PAY, now, paid_at=now)


def decline(invoice: StoredInvoice, now: datetime) -> StoredInvoice:
    """Have a payment fail.

    Raises:
        ValueError: There is nothing to pay, or no longer; or it failed 9 times already.
    """
    declined = move(invoice, DECLINE, now)
    if invoice.tries == _MAX_DECLINES:
        msg = f"invoice {invoice.body.invoice_id!r} was declined {_MAX_DECLINES} times already"
        raise ValueError(msg)
    processing = min(invoice.processing, now)  # it went out for this at the latest
    return evolve(declined, processing=processing, tries=invoice.tries + 1)


def complete_refund(invoice: StoredInvoice, now: datetime) -> StoredInvoice:
    """Have the refund that was requested reach the customer.

    Raises:
        ValueError: None was requested.
    """
    return move(invoice, COMPLETE_REFUND, now, refunded_at=now)


def _applies(row: Transition, body: Invoice) -> bool:
    is_charged = Decimal(body.total) >= _MIN_CHARGED
    return body.state in row.sources and (is_charged or not row.is_charge)
