"""What a partner runs: an hourly billing job, an invoice a month, refunds, and a webhook.

What moves money goes through `outbox.py`, which is in the folder above. Nothing here is made for
tests; `test_billing_job.py` runs it on an emulator.
"""

import logging
import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from outbox import Outbox, OutcomeUnknownError, confirm_invoice
from vercel_marketplace import SyncVercel
from vercel_marketplace.models import (
    LineItem,
    Period,
    SubmitBillingDataRequestBody,
    SubmitInvoiceRequestBody,
    Usage,
)
from vercel_marketplace.webhooks import (
    InvoiceCreatedEvent,
    InvoiceNotPaidEvent,
    InvoiceOverdueEvent,
    InvoicePaidEvent,
    InvoiceRefundedEvent,
    UnknownEvent,
    WebhookBodyError,
    WebhookEvent,
    WebhookSignatureError,
    parse_event,
)

log = logging.getLogger("billing")

PRICE = Decimal("0.05")
"""US dollars an hour of compute."""


@dataclass
class Books:
    """What the partner has learned from webhooks; tables in its database.

    Attributes:
        paid: The partner's ids of the invoices that are paid.
        events: The ids of the webhooks whose work is done.
    """

    paid: set[str] = field(default_factory=set[str])
    events: set[str] = field(default_factory=set[str])


def month_of(moment: datetime) -> Period:
    """The billing period that a moment is in."""
    start = datetime(moment.year, moment.month, 1, tzinfo=UTC)
    return Period(start=start, end=(start + timedelta(days=31)).replace(day=1))


def compute(hours: int) -> LineItem:
    """The line for the hours of a month."""
    return LineItem(
        billing_plan_id="pro",
        name="Compute",
        price=PRICE,
        quantity=hours,
        units="hours",
        total=PRICE * hours,
    )


def report_usage(
    vercel: SyncVercel, installation_id: str, *, now: datetime, today: int, month: int
) -> None:
    """Tell Vercel the hours so far; runs every hour, and each report replaces the last.

    A run that fails needs no care: the next one reports all of it.
    """
    vercel.marketplace.submit_billing_data(
        integration_configuration_id=installation_id,
        request_body=SubmitBillingDataRequestBody(
            timestamp=now,
            eod=now.replace(hour=23, minute=59, second=59, microsecond=0),
            period=month_of(now),
            billing=[compute(month)],
            usage=[
                Usage(
                    name="Compute",
                    type="interval",
                    units="hours",
                    day_value=today,
                    period_value=month,
                )
            ],
        ),
    )


def submit_invoice(
    outbox: Outbox, installation_id: str, *, now: datetime, hours: int
) -> str:
    """Submit the invoice of the month of `now`, unless Vercel has it, and return Vercel's id of it.

    Run it every hour with the same values until it returns: only then is the month billed. Keep
    `now` for that, or a run after midnight of the last day bills the next month instead.

    Raises:
        NotSentError: Vercel refused it; somebody has to look.
        OutcomeUnknownError: Vercel may have it, and will say so by webhook.
    """
    return outbox.submit_invoice(
        installation_id,
        SubmitInvoiceRequestBody(
            external_id=f"{installation_id}-{now:%Y-%m}",
            invoice_date=now,
            period=month_of(now),
            items=[compute(hours)],
        ),
    )


def refund(
    outbox: Outbox,
    installation_id: str,
    invoice_id: str,
    *,
    total: Decimal,
    reason: str,
) -> bool:
    """Refund a part of an invoice or all of it, once, and return whether Vercel has it.

    False means that the outcome is unknown: run it again later, with the same values.

    Raises:
        NotSentError: Vercel certainly does not have it.
    """
    try:
        outbox.refund(installation_id, invoice_id, total=total, reason=reason)
    except OutcomeUnknownError as error:
        log.warning("refund of %s: %s", invoice_id, error)
        return False
    return True


def receive_webhook(
    books: Books,
    outbox: Outbox,
    body: bytes,
    signature: str | None,
    *,
    client_secret: str,
) -> int:
    """Process a webhook and return the status to respond with. The same one may come twice."""
    try:
        event = parse_event(body, signature, client_secret)
    except WebhookSignatureError:
        return 401
    except WebhookBodyError as error:
        log.error("%s", error)  # noqa: TRY400 (the text says it all, a traceback adds nothing)
        return 400
    if event.id not in books.events:
        # In a database one transaction: an id without its work would lose the event.
        with outbox.transaction() as db:
            book(books, db, event)
        books.events.add(event.id)
    return 204


def book(books: Books, db: sqlite3.Connection, event: WebhookEvent) -> None:
    """Record what an event says about an invoice."""
    match event:
        case (
            InvoiceCreatedEvent(payload=invoice)
            | InvoicePaidEvent(payload=invoice)
            | InvoiceNotPaidEvent(payload=invoice)
            | InvoiceOverdueEvent(payload=invoice)
            | InvoiceRefundedEvent(payload=invoice)
        ) if invoice.external_invoice_id is not None:
            confirm_invoice(
                db,
                invoice.installation_id,
                invoice.external_invoice_id,
                invoice.invoice_id,
            )
            if isinstance(event, InvoicePaidEvent):
                books.paid.add(invoice.external_invoice_id)
        case UnknownEvent(type=type_, issues=issues) if issues:
            log.error("%s does not match its schema: %s", type_, issues[0])
        case _:
            pass  # an event that the partner does not use
