"""What a partner runs: an hourly billing job, an invoice a month, refunds, and a webhook.

The code knows nothing of tests. `test_billing_job.py` beside it runs it on an emulator.
"""

import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from vercel_marketplace import SyncVercel, VercelConflictError
from vercel_marketplace.models import (
    LineItem,
    Period,
    SubmitBillingDataRequestBody,
    SubmitInvoiceRequestBody,
    UpdateInvoiceRequestBody,
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
    """What the partner knows of its invoices; a table in its database.

    Attributes:
        submitted: The partner's ids of invoices that Vercel may have; written before they are sent.
        vercel_ids: Vercel's id of each invoice, by the partner's own.
        paid: The partner's ids of those that are paid.
        events: The ids of the webhooks whose work is done.
    """

    submitted: set[str] = field(default_factory=set[str])
    vercel_ids: dict[str, str] = field(default_factory=dict[str, str])
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
    vercel: SyncVercel, installation_id: str, books: Books, *, now: datetime, hours: int
) -> str:
    """Submit the invoice of this month and give the partner's id of it; twice does no harm.

    Vercel takes each external id once. Where it may have been sent before, by an earlier run or
    an attempt whose answer was lost, a conflict says that it arrived; its id then comes by
    webhook. Otherwise the conflict is with another invoice, and this one is not submitted.
    """
    external_id = f"{installation_id}-{now:%Y-%m}"
    in_doubt = external_id in books.submitted
    books.submitted.add(external_id)
    try:
        answer = vercel.marketplace.submit_invoice(
            integration_configuration_id=installation_id,
            request_body=SubmitInvoiceRequestBody(
                external_id=external_id,
                invoice_date=now,
                period=month_of(now),
                items=[compute(hours)],
            ),
        )
    except VercelConflictError as error:
        if in_doubt or error.earlier_attempt_may_have_succeeded:
            return external_id
        raise
    if answer.validation_errors or answer.invoice_id is None:
        msg = f"{external_id} was not accepted: {answer.validation_errors}"
        raise ValueError(msg)
    books.vercel_ids[external_id] = answer.invoice_id
    return external_id


def refund(
    vercel: SyncVercel, installation_id: str, invoice_id: str, *, total: Decimal, reason: str
) -> None:
    """Ask for a refund, unless Vercel has it.

    An error that leaves it open (`may_have_taken_effect`) is for a later run, which looks first:
    at once, a request that got lost may still be on its way. The reason tells this refund from
    others, so it must be one of its own.
    """
    found = vercel.marketplace.get_invoice(
        integration_configuration_id=installation_id, invoice_id=invoice_id
    )
    if found.refund_reason == reason:
        return
    vercel.marketplace.update_invoice(
        integration_configuration_id=installation_id,
        invoice_id=invoice_id,
        request_body=UpdateInvoiceRequestBody(action="refund", reason=reason, total=total),
    )


def receive_webhook(books: Books, body: bytes, signature: str | None, *, client_secret: str) -> int:
    """Take a webhook in and give the status to answer with. The same one may come twice."""
    try:
        event = parse_event(body, signature, client_secret)
    except WebhookSignatureError:
        return 401
    except WebhookBodyError as error:
        log.error("%s", error)  # noqa: TRY400 (the text says it all, a traceback adds nothing)
        return 400
    if event.id not in books.events:
        # In a database one transaction: an id without its work would lose the event.
        book(books, event)
        books.events.add(event.id)
    return 204


def book(books: Books, event: WebhookEvent) -> None:
    """Write down what an event says of an invoice."""
    match event:
        case (
            InvoiceCreatedEvent(payload=invoice)
            | InvoicePaidEvent(payload=invoice)
            | InvoiceNotPaidEvent(payload=invoice)
            | InvoiceOverdueEvent(payload=invoice)
            | InvoiceRefundedEvent(payload=invoice)
        ) if invoice.external_invoice_id is not None:
            books.vercel_ids[invoice.external_invoice_id] = invoice.invoice_id
            if isinstance(event, InvoicePaidEvent):
                books.paid.add(invoice.external_invoice_id)
        case UnknownEvent(issues=issues) if issues:
            log.error("%s is not what it was: %s", event.type, issues[0])
        case _:
            pass  # one that the partner has no use for
