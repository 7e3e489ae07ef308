"""Invoices on their way to the customer."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Literal, TypeAlias

from attrs import frozen

from vercel_marketplace.models.charges import Discount, LineItem, Period

TestResult: TypeAlias = Literal["paid", "notpaid", "overdue"]
"""How a test invoice is to end."""


@frozen(kw_only=True)
class InvoiceTest:
    """Test mode: no money moves."""

    validate: bool | None = None
    """Only check dates, items, discounts and duplicates."""
    result: TestResult | None = None
    """How the test invoice is to end."""


@frozen(kw_only=True)
class SubmitInvoiceRequestBody:
    """An invoice to submit."""

    external_id: str | None = None
    """The partner's id of the invoice, unique in the installation. With one, a repeated submission
    is refused and never billed twice; without one the SDK does not retry it."""
    invoice_date: datetime
    """The date on the invoice; timezone-aware, inside the period."""
    memo: str | None = None
    """A note to the customer."""
    period: Period
    """The billing period."""
    items: Sequence[LineItem]
    """What is billed."""
    discounts: Sequence[Discount] | None = None
    """What is taken off."""
    final: bool | None = None
    """The last invoice of an installation that is being removed."""
    test: InvoiceTest | None = None
    """Test mode."""


@frozen
class SubmitInvoiceRequest:
    """Parameters of `submit_invoice`."""

    integration_configuration_id: str
    """The installation, `icfg_…`."""
    request_body: SubmitInvoiceRequestBody
    """The invoice."""


@frozen(kw_only=True)
class SubmittedInvoice:
    """The outcome of a submission.

    It is accepted when there is an `invoice_id` and no validation error.
    """

    _only_in_responses: ClassVar[bool] = True

    invoice_id: str | None = None
    """Vercel's id of the invoice."""
    test: bool | None = None
    """Whether it is in test mode."""
    validation_errors: list[str] | None = None
    """What is wrong with it, in Vercel's words."""


SubmitInvoiceResponseBody: TypeAlias = SubmittedInvoice
"""The name of `SubmittedInvoice` in Vercel's TypeScript SDK."""
