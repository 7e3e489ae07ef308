"""Invoices on their way to the customer."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, TypeAlias

from attrs import frozen

from vercel_marketplace.models.charges import Discount, LineItem, Period

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
