"""What is done with an invoice that was submitted: it is refunded."""

from typing import Literal

from attrs import field, frozen

from vercel_marketplace.models._fields import money


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
