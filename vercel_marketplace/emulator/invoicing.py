"""Invoices: submitted, read, paid, refunded. Pure, and every amount a Decimal."""

from collections.abc import Iterable
from datetime import datetime
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal, Inexact, localcontext
from typing import Final

from attrs import evolve

from vercel_marketplace.emulator.refusal import bad_request, conflict, not_found
from vercel_marketplace.emulator.rules import check_inside
from vercel_marketplace.emulator.state import Installation
from vercel_marketplace.models.invoices import (
    GetInvoiceRequest,
    GetInvoiceResponseBody,
    SubmitInvoiceRequest,
    SubmitInvoiceRequestBody,
    SubmitInvoiceResponseBody,
    UpdateInvoiceRequest,
)

# The default context rounds to 28 digits; money is never rounded.
_EXACT: Final = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[Inexact])

_PAYABLE: Final = frozenset({"pending", "scheduled", "invoiced", "notpaid", "overdue"})


def submit_invoice(
    installation: Installation, request: SubmitInvoiceRequest, now: datetime
) -> tuple[Installation, SubmitInvoiceResponseBody]:
    """Make an invoice, once for each external id.

    A test invoice is one like any other, but that it is at once what its `result` says.
    """
    body = request.request_body
    check_inside(body.period, body.invoice_date, "invoiceDate")
    total = _total_of(body)
    known = {invoice.external_id for invoice in installation.invoices.values()}
    if body.external_id is not None and body.external_id in known:
        raise conflict(message="An invoice with this externalId already exists.")
    state = (body.test and body.test.result) or "pending"
    invoice = GetInvoiceResponseBody(
        test=True if body.test else None,
        invoice_id=f"inv_{len(installation.invoices) + 1}",
        external_id=body.external_id,
        state=state,
        invoice_date=body.invoice_date,
        period=body.period,
        paid_at=now if state == "paid" else None,
        memo=body.memo,
        items=list(body.items),
        discounts=None if body.discounts is None else list(body.discounts),
        total=format(total, "f"),
        created=now,
        updated=now,
    )
    answer = SubmitInvoiceResponseBody(invoice_id=invoice.invoice_id, test=invoice.test)
    return _with(installation, invoice), answer


def get_invoice(
    installation: Installation, request: GetInvoiceRequest, _now: datetime
) -> tuple[Installation, GetInvoiceResponseBody]:
    """Show an invoice as it stands."""
    return installation, _invoice(installation, request.invoice_id)


def update_invoice(
    installation: Installation, request: UpdateInvoiceRequest, now: datetime
) -> tuple[Installation, None]:
    """Ask for a refund; of all states only a refund that is under way is in its way."""
    invoice = _invoice(installation, request.invoice_id)
    body = request.request_body
    if invoice.state == "refund_requested":
        raise conflict(message="A refund of this invoice has already been requested.")
    if Decimal(body.total) > Decimal(invoice.total):
        raise bad_request(place="total", problem="more than the invoice's total")
    changed = evolve(
        invoice,
        state="refund_requested",
        refund_reason=body.reason,
        refund_total=body.total,
        updated=now,
    )
    return _with(installation, changed), None


def pay(installation: Installation, invoice_id: str, now: datetime) -> Installation:
    """The customer pays an invoice.

    Raises:
        LookupError: There is no such invoice.
        ValueError: It is not in a state in which it can be paid.
    """
    invoice = installation.invoices.get(invoice_id)
    if invoice is None:
        msg = f"no invoice {invoice_id!r}"
        raise LookupError(msg)
    if invoice.state not in _PAYABLE:
        msg = f"invoice {invoice_id!r} can not be paid: it is {invoice.state}"
        raise ValueError(msg)
    return _with(installation, evolve(invoice, state="paid", paid_at=now, updated=now))


def _invoice(installation: Installation, invoice_id: str) -> GetInvoiceResponseBody:
    invoice = installation.invoices.get(invoice_id)
    if invoice is None:
        raise not_found(what="Invoice")
    return invoice


def _with(installation: Installation, invoice: GetInvoiceResponseBody) -> Installation:
    return evolve(installation, invoices={**installation.invoices, invoice.invoice_id: invoice})


def _total_of(body: SubmitInvoiceRequestBody) -> Decimal:
    billed = _sum(item.total for item in body.items)
    off = _sum(discount.amount for discount in body.discounts or ())
    if off > billed:
        raise bad_request(place="discounts", problem="more than what is billed")
    with localcontext(_EXACT):
        return billed - off


def _sum(amounts: Iterable[str]) -> Decimal:
    with localcontext(_EXACT):
        return sum(map(Decimal, amounts), Decimal(0))
