"""What is done with an invoice that was submitted: it is refunded."""

from typing import Literal

from attrs import field, frozen

from vercel_marketplace.models._fields import money


@frozen(kw_only=True)
class UpdateInvoiceRequestBody:
    """What to do with an invoice."""

    action: Literal["refund"]
    """`"refund"`, the only one."""
    reason: str
    """Why, for the records."""
    total: str = field(converter=money)
    """What to refund in US dollars, at most the invoice's total; a decimal string. `Decimal` and
    `int` are accepted, too, and written as one; never a float."""


@frozen
class UpdateInvoiceRequest:
    """Parameters of `update_invoice`."""

    integration_configuration_id: str
    """The installation, `icfg_…`."""
    invoice_id: str
    """Vercel's id of the invoice."""
    request_body: UpdateInvoiceRequestBody
    """The action."""
