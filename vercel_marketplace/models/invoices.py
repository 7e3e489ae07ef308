"""Invoices as they stand."""

from datetime import datetime
from typing import Literal, TypeAlias

from attrs import frozen

from vercel_marketplace.models.charges import Discount, LineItem, Period

InvoiceState: TypeAlias = Literal[
    "draft",
    "pending",
    "scheduled",
    "invoiced",
    "paid",
    "notpaid",
    "overdue",
    "refund_requested",
    "refunded",
]
"""The known states; answers may hold others."""


@frozen
class GetInvoiceRequest:
    """Which invoice to read.

    Attributes:
        integration_configuration_id: The installation, `icfg_…`.
        invoice_id: Vercel's id of the invoice.
    """

    integration_configuration_id: str
    invoice_id: str


@frozen(kw_only=True)
class GetInvoiceResponseBody:
    """An invoice and its state.

    Amounts are decimal strings in US dollars, times are timezone-aware.

    Attributes:
        test: Whether it is in test mode.
        invoice_id: Vercel's id of the invoice.
        external_id: The partner's id of the invoice.
        state: Where it stands. Expect more states than the known ones.
        invoice_number: The number that the customer reads.
        invoice_date: The date on the invoice.
        period: The billing period.
        paid_at: When it was paid.
        refunded_at: When it was last refunded.
        memo: The note to the customer.
        items: What is billed.
        discounts: What is taken off.
        total: What is to be paid.
        refund_reason: Why it is refunded.
        refund_total: What is refunded.
        created: When Vercel made it.
        updated: When Vercel last changed it.
    """

    test: bool | None = None
    invoice_id: str
    external_id: str | None = None
    state: InvoiceState | str
    invoice_number: str | None = None
    invoice_date: datetime
    period: Period
    paid_at: datetime | None = None
    refunded_at: datetime | None = None
    memo: str | None = None
    items: list[LineItem]
    discounts: list[Discount] | None = None
    total: str
    refund_reason: str | None = None
    refund_total: str | None = None
    created: datetime
    updated: datetime
