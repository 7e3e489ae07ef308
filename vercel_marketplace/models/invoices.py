"""Invoices: submitted, read and refunded."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, TypeAlias

from attrs import field, frozen

from vercel_marketplace.models._fields import money
from vercel_marketplace.models.common import Discount, LineItem, Period

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

TestResult: TypeAlias = Literal["paid", "notpaid", "overdue"]
"""How a test invoice is to end."""


@frozen(kw_only=True)
class InvoiceTest:
    """Test mode: no money moves.

    Attributes:
        validate: Only check dates, items, discounts and duplicates.
        result: How the test invoice is to end.
    """

    validate: bool | None = None
    result: TestResult | None = None


@frozen(kw_only=True)
class SubmitInvoiceRequestBody:
    """An invoice to submit.

    Attributes:
        external_id: The partner's id of the invoice, unique in the installation. With one,
            a repeated submission is refused and never billed twice; without one it is not
            repeated by the SDK.
        invoice_date: The date on the invoice; timezone-aware, inside the period.
        memo: A note to the customer.
        period: The billing period.
        items: What is billed.
        discounts: What is taken off.
        final: The last invoice of an installation that is being removed.
        test: Test mode.
    """

    external_id: str | None = None
    invoice_date: datetime
    memo: str | None = None
    period: Period
    items: Sequence[LineItem]
    discounts: Sequence[Discount] | None = None
    final: bool | None = None
    test: InvoiceTest | None = None


@frozen
class SubmitInvoiceRequest:
    """An invoice and whom it is for.

    Attributes:
        integration_configuration_id: The installation, `icfg_…`.
        request_body: The invoice.
    """

    integration_configuration_id: str
    request_body: SubmitInvoiceRequestBody


@frozen(kw_only=True)
class SubmitInvoiceResponseBody:
    """What became of a submitted invoice.

    It is accepted when there is an `invoice_id` and no validation error.

    Attributes:
        invoice_id: Vercel's id of the invoice.
        test: Whether it is in test mode.
        validation_errors: What is wrong with it, in Vercel's words.
    """

    invoice_id: str | None = None
    test: bool | None = None
    validation_errors: list[str] | None = None


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


@frozen(kw_only=True)
class UpdateInvoiceRequestBody:
    """What to do with an invoice.

    Attributes:
        action: `"refund"`, the only one.
        reason: Why, for the records.
        total: What to refund in US dollars, at most the invoice's total; a decimal string.
            `Decimal` and `int` are taken too and written as one; never a float.
    """

    action: Literal["refund"]
    reason: str
    total: str = field(converter=money)


@frozen
class UpdateInvoiceRequest:
    """An action and the invoice it is for.

    Attributes:
        integration_configuration_id: The installation, `icfg_…`.
        invoice_id: Vercel's id of the invoice.
        request_body: The action.
    """

    integration_configuration_id: str
    invoice_id: str
    request_body: UpdateInvoiceRequestBody
