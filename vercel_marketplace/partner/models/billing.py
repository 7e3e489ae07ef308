"""Purchases of prepaid credits."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from attrs import frozen


@frozen(kw_only=True)
class ProvisionPurchaseRequest:
    """A customer has paid an invoice for credits."""

    _only_from_vercel: ClassVar[bool] = True

    installation_id: str
    """The installation, `icfg_…`."""
    invoice_id: str
    """Vercel's id of the invoice, `inv_…`: credit each one once."""


@frozen(kw_only=True)
class PartnerBalance:
    """The balance of one kind of credit, after a purchase."""

    resource_id: str | None = None
    """The partner's id of the resource; left out for the whole installation."""
    credit: str | None = None
    """The credits in words, such as `"2,000 Tokens"`."""
    name_label: str | None = None
    """What the credits are called, such as `"Tokens"`."""
    currency_value_in_cents: float
    """What they are worth in US cents. Of a decimal amount in dollars, take whole cents by
    `Decimal`: `int(float("19.99") * 100)` is 1998."""


@frozen(kw_only=True)
class ProvisionedPurchase:
    """The balances with the purchased credits in them."""

    timestamp: datetime
    """The partner's clock when this was put together; timezone-aware."""
    balances: Sequence[PartnerBalance]
    """The balances."""
