"""Invoices: submitted, read, refunded. Pure; what time does to them is in `lifecycle`."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias

from attrs import evolve

from vercel_marketplace.emulator.api.billing_periods import period_errors, span_errors
from vercel_marketplace.emulator.api.errors import APIError, bad_request, conflict, not_found
from vercel_marketplace.emulator.api.invoice_lifecycle import as_of
from vercel_marketplace.emulator.api.money import format_amount, subtract_amounts, sum_amounts
from vercel_marketplace.emulator.api.uninstallation import is_uninstalling
from vercel_marketplace.emulator.state import Installation, Invoice
from vercel_marketplace.models.charges import LineItem, Period
from vercel_marketplace.models.invoice_actions import UpdateInvoiceRequest
from vercel_marketplace.models.invoice_submissions import (
    SubmitInvoiceRequest,
    SubmitInvoiceRequestBody,
    SubmitInvoiceResponseBody,
)
from vercel_marketplace.models.invoices import GetInvoiceRequest, GetInvoiceResponseBody

_Billed: TypeAlias = tuple[str | None, str, Period]


def submit_invoice(
    installation: Installation, request: SubmitInvoiceRequest, now: datetime
) -> tuple[Installation, SubmitInvoiceResponseBody]:
    """Make an invoice, unless something is wrong with it or it is only to be validated.

    A test invoice is one like any other, but that it is at once what its `result` says.
    """
    body = request.request_body
    found = _wrong_with(installation, body)
    if body.test is not None and body.test.validate:
        errors = [refusal.message for refusal in found]
        return installation, SubmitInvoiceResponseBody(test=True, validation_errors=errors)
    for refusal in found:
        raise refusal
    invoice = _made_of(body, _next_id(installation), now)
    answer = SubmitInvoiceResponseBody(invoice_id=invoice.invoice_id, test=invoice.test)
    return with_invoice(installation, Invoice(body=invoice, processing=now)), answer


def get_invoice(
    installation: Installation, request: GetInvoiceRequest, now: datetime
) -> tuple[Installation, GetInvoiceResponseBody]:
    """Show an invoice as it stands."""
    return installation, as_of(_find(installation, request.invoice_id), now)


def update_invoice(
    installation: Installation, request: UpdateInvoiceRequest, now: datetime
) -> tuple[Installation, None]:
    """Ask for a refund; of all states only a refund that is under way is in its way."""
    invoice = _find(installation, request.invoice_id)
    before, asked = invoice.body, request.request_body
    if before.state == "refund_requested":
        raise conflict(message="A refund of this invoice has already been requested.")
    if not Decimal(asked.total):
        raise bad_request(path="total", message="expected more than 0")
    refunds = sum_amounts([before.refund_total or "0", asked.total])
    if refunds > Decimal(before.total):
        left = "what is left of the invoice's" if before.refund_total else "the invoice's"
        raise bad_request(path="total", message=f"more than {left} total")
    after = evolve(
        before,
        state="refund_requested",
        refund_reason=asked.reason,
        refund_total=format_amount(refunds),
        updated=now,
    )
    return with_invoice(installation, evolve(invoice, body=after)), None


def with_invoice(installation: Installation, invoice: Invoice) -> Installation:
    """The installation with an invoice that is new or has changed."""
    invoices = {**installation.invoices, invoice.body.invoice_id: invoice}
    return evolve(installation, invoices=invoices)


def _find(installation: Installation, invoice_id: str) -> Invoice:
    invoice = installation.invoices.get(invoice_id)
    if invoice is None:
        raise not_found(what="Invoice")
    return invoice


def _next_id(installation: Installation) -> str:
    """Vercel's id of the next invoice: another in each installation."""
    count = len(installation.invoices) + 1
    return f"inv_{count}" if installation.number == 1 else f"inv_{installation.number}_{count}"


def _made_of(
    body: SubmitInvoiceRequestBody, invoice_id: str, now: datetime
) -> GetInvoiceResponseBody:
    state = (body.test and body.test.result) or "pending"
    return GetInvoiceResponseBody(
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
        total=format_amount(subtract_amounts(_billed(body), _taken_off(body))),
        created=now,
        updated=now,
    )


def _wrong_with(installation: Installation, body: SubmitInvoiceRequestBody) -> Iterator[APIError]:
    """All that speaks against an invoice."""
    yield from period_errors(body.period, body.invoice_date, "invoiceDate")
    yield from span_errors(body.period, body.items, "items")
    yield from span_errors(body.period, body.discounts or (), "discounts")
    if _taken_off(body) > _billed(body):
        yield bad_request(path="discounts", message="more than what is billed")
    if bool(body.final) != is_uninstalling(installation):
        only = "only final invoices" if is_uninstalling(installation) else "no final invoice"
        when = "after" if is_uninstalling(installation) else "before"
        yield bad_request(path="final", message=f"{only} {when} the installation is removed")
    invoices = [invoice.body for invoice in installation.invoices.values()]
    if body.external_id is not None and body.external_id in {one.external_id for one in invoices}:
        yield conflict(message="An invoice with this externalId already exists.")
    known = set[_Billed]().union(*(_billed_by(one.items, one.period) for one in invoices))
    if not known.isdisjoint(_billed_by(body.items, body.period)):
        message = "An invoice for this resource, billing plan and period already exists."
        yield conflict(message=message)


def _billed_by(items: Iterable[LineItem], period: Period) -> set[_Billed]:
    """What may be billed once: a resource, or the whole installation, by plan and period."""
    return {(item.resource_id, item.billing_plan_id, period) for item in items}


def _billed(body: SubmitInvoiceRequestBody) -> Decimal:
    return sum_amounts(item.total for item in body.items)


def _taken_off(body: SubmitInvoiceRequestBody) -> Decimal:
    return sum_amounts(discount.amount for discount in body.discounts or ())
