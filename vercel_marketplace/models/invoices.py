"""Invoices as they stand."""

from datetime import datetime
from typing import ClassVar, Literal, TypeAlias

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
"""The known states; responses may hold others."""


@frozen
class GetInvoiceRequest:
    """Parameters of `get_invoice`."""

    integration_configuration_id: str
    """The installation, `icfg_…`."""
    invoice_id: str
    """Vercel's id of the invoice."""


@frozen(kw_only=True)
class Invoice:
    """An invoice and its state.

    Amounts are decimal strings in US dollars, times are timezone-aware.
    """

    _only_in_responses: ClassVar[bool] = True

    test: bool | None = None
    """Whether it is in test mode."""
    invoice_id: str
    """Vercel's id of the invoice."""
    external_id: str | None = None
    """The partner's id of the invoice."""
    state: InvoiceState | str
    """Where it stands. Expect more states than the known ones."""
    invoice_number: str | None = None
    """The number that the customer reads."""
    invoice_date: datetime
    """The date on the invoice."""
    period: Period
    """The billing period."""
    paid_at: datetime | None = None
    """When it was paid."""
    refunded_at: datetime | None = None
    """When it was last refunded."""
    memo: str | None = None
    """The note to the customer."""
    items: list[LineItem]
    """What is billed."""
    discounts: list[Discount] | None = None
    """What is taken off."""
    total: str
    """What is to be paid."""
    refund_reason: str | None = None
    """Why it is refunded."""
    refund_total: str | None = None
    """What is refunded."""
    created: datetime
    """When Vercel made it."""
    updated: datetime
    """When Vercel last changed it."""


GetInvoiceResponseBody: TypeAlias = Invoice
"""The name of `Invoice` in Vercel's TypeScript SDK."""
