"""Submits and reads invoices, and requests refunds. Pure; the rest is `invoice_lifecycle`."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Final, TypeAlias

from vercel_marketplace.emulator.api.billing_periods import period_errors, span_errors
from vercel_marketplace.emulator.api.errors import APIError, bad_request, conflict
from vercel_marketplace.emulator.api.invoice_lifecycle import REQUEST_REFUND, SUBMIT, as_of, move
from vercel_marketplace.emulator.api.money import format_amount, subtract_amounts, sum_amounts
from vercel_marketplace.emulator.api.plan_history import plan_errors
from vercel_marketplace.emulator.api.registry import handles
from vercel_marketplace.emulator.api.uninstallation import is_closed
from vercel_marketplace.emulator.ids import hex_id
from vercel_marketplace.emulator.state import Installation, StoredInvoice
from vercel_marketplace.funcs.get_invoice import OPERATION as GET_INVOICE
from vercel_marketplace.funcs.submit_invoice import OPERATION as SUBMIT_INVOICE
from vercel_marketplace.funcs.update_invoice import OPERATION as UPDATE_INVOICE
from vercel_marketplace.models.charges import LineItem, Period
from vercel_marketplace.models.invoice_actions import UpdateInvoiceRequest
from vercel_marketplace.models.invoice_submissions import (
    SubmitInvoiceRequest,
    SubmitInvoiceRequestBody,
    SubmittedInvoice,
)
from vercel_marketplace.models.invoices import GetInvoiceRequest, Invoice

_Billed: TypeAlias = tuple[str | None, str, Period]
_ZERO: Final = Decimal(0)


@handles(SUBMIT_INVOICE)
def submit_invoice(
    installation: Installation, request: SubmitInvoiceRequest, now: datetime
) -> tuple[Installation, SubmittedInvoice]:
    """Create an invoice, unless it is not valid or only to be validated.

    A test invoice is like any other, but starts in the state that its `result` names.
    """
    body = request.request_body
    errors = [*_errors(installation, body, now)]
    messages = None
    if body.test is not None and body.test.validate:
        messages = [error.message for error in errors]
        if errors or body.test.result is None:
            return installation, SubmittedInvoice(test=True, validation_errors=messages)
    for error in errors:
        raise error
    invoice = _new_invoice(body, _next_id(installation), now)
    response = SubmittedInvoice(
        invoice_id=invoice.invoice_id, test=invoice.test, validation_errors=messages
    )
    return installation.with_invoice(StoredInvoice(body=invoice, processing=now)), response


@handles(GET_INVOICE)
def get_invoice(
    installation: Installation, request: GetInvoiceRequest, now: datetime
) -> tuple[Installation, Invoice]:
    """Return an invoice as it stands."""
    return installation, as_of(installation.find_invoice(request.invoice_id), now)


@handles(UPDATE_INVOICE)
def update_invoice(
    installation: Installation, request: UpdateInvoiceRequest, now: datetime
) -> tuple[Installation, None]:
    """Request a refund, unless one was requested and has not been completed."""
    invoice = installation.find_invoice(request.invoice_id)
    before, refund = invoice.body, request.request_body
    if before.state not in REQUEST_REFUND.sources:
        raise conflict(message="A refund of this invoice has already been requested.")
    if not Decimal(refund.total):
        raise bad_request(path="total", message="expected more than 0")
    refunds = sum_amounts([before.refund_total or "0", refund.total])
    if refunds > Decimal(before.total):
        left = "what is left of the invoice's" if before.refund_total else "the invoice's"
        raise bad_request(path="total", message=f"more than {left} total")
    total = format_amount(refunds)
    after = move(invoice, REQUEST_REFUND, now, refund_reason=refund.reason, refund_total=total)
    return installation.with_invoice(after), None


def _next_id(installation: Installation) -> str:
    """Return Vercel's id of the next invoice, which no other installation uses."""
    count = len(installation.invoices) + 1
    if installation.number == 1:  # whose ids are easy to type
        return f"inv_{count}"
    return f"inv_{hex_id(installation.id, count)}"


def _new_invoice(body: SubmitInvoiceRequestBody, invoice_id: str, now: datetime) -> Invoice:
    chosen = None if body.test is None else body.test.result
    state = chosen or SUBMIT.target
    return Invoice(
        test=True if body.test else None,
        invoice_id=invoice_id,
        external_id=body.external_id,
        state=state,
        invoice_date=body.invoice_date,
        period=body.period,
        paid_at=now if state == "paid" else None,
        memo=body.memo,
        items=list(body.items),
        discounts=None if body.discounts is None else list(body.discounts),
        total=format_amount(max(subtract_amounts(_billed(body), _taken_off(body)), _ZERO)),
        created=now,
        updated=now,
    )


def _errors(
    installation: Installation, body: SubmitInvoiceRequestBody, now: datetime
) -> Iterator[APIError]:
    """Yield all that is wrong with an invoice; of a test invoice, what it is to be checked for."""
    is_checked = body.test is None or body.test.validate is not False
    if is_checked:
        yield from _content_errors(installation, body)
    yield from _removal_errors(installation, body, now)
    if is_checked:
        yield from _duplicate_errors(installation, body)


def _content_errors(
    installation: Installation, body: SubmitInvoiceRequestBody
) -> Iterator[APIError]:
    yield from period_errors(body.period, body.invoice_date, "invoiceDate")
    yield from span_errors(body.period, body.items, "items")
    yield from plan_errors(installation, body.items, body.period)
    yield from span_errors(body.period, body.discounts or (), "discounts")
    if _taken_off(body) > _billed(body):
        yield bad_request(path="discounts", message="more than what is billed")


def _removal_errors(
    installation: Installation, body: SubmitInvoiceRequestBody, now: datetime
) -> Iterator[APIError]:
    if is_closed(installation, now):
        yield bad_request(path="", message="the installation is final: no more invoices may come")
    if installation.is_uninstalling and not body.final:
        yield bad_request(
            path="final", message="only final invoices after the installation is removed"
        )
    if body.final and not installation.is_uninstalling:
        yield bad_request(
            path="final", message="no final invoice before the installation is removed"
        )


def _duplicate_errors(
    installation: Installation, body: SubmitInvoiceRequestBody
) -> Iterator[APIError]:
    invoices = [invoice.body for invoice in installation.invoices.values()]
    if body.external_id is not None and body.external_id in {one.external_id for one in invoices}:
        yield conflict(message="An invoice with this externalId already exists.")
    known = set[_Billed]().union(*(_billed_by(one.items, one.period) for one in invoices))
    if not known.isdisjoint(_billed_by(body.items, body.period)):
        message = "An invoice for this resource, billing plan and period already exists."
        yield conflict(message=message)


def _billed_by(items: Iterable[LineItem], period: Period) -> set[_Billed]:
    """Return what may be billed once: a resource, or the installation, by plan and period."""
    return {(item.resource_id, item.billing_plan_id, period) for item in items}


def _billed(body: SubmitInvoiceRequestBody) -> Decimal:
    return sum_amounts(item.total for item in body.items)


def _taken_off(body: SubmitInvoiceRequestBody) -> Decimal:
    return sum_amounts(discount.amount for discount in body.discounts or ())
