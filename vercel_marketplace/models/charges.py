"""What bills and invoices consist of."""

from datetime import datetime

from attrs import field, frozen

from vercel_marketplace.models._fields import money


@frozen(kw_only=True)
class Period:
    """A billing period."""

    start: datetime
    """Its first moment; timezone-aware."""
    end: datetime
    """Its last moment; timezone-aware."""


@frozen(kw_only=True)
class LineItem:
    """One line of a bill or an invoice."""

    billing_plan_id: str
    """The partner's id of the billing plan."""
    resource_id: str | None = None
    """The partner's id of the resource; left out, the item is for the whole installation."""
    start: datetime | None = None
    """Only where it differs from the period's start; timezone-aware."""
    end: datetime | None = None
    """Only where it differs from the period's end; timezone-aware."""
    name: str
    """What the customer reads."""
    details: str | None = None
    """What the customer reads below the name."""
    price: str = field(converter=money)
    """Price of one unit in US dollars, a decimal string. `Decimal` and `int` are accepted, too, and
    written as one; never a float."""
    quantity: float
    """How many units."""
    units: str
    """What is counted, such as `"GB"`."""
    total: str = field(converter=money)
    """Price of the line in US dollars, a decimal string like `price`."""


@frozen(kw_only=True)
class Discount:
    """Something taken off a bill or an invoice."""

    billing_plan_id: str
    """The partner's id of the billing plan."""
    resource_id: str | None = None
    """The partner's id of the resource; left out, the discount is for the whole installation."""
    start: datetime | None = None
    """Only where it differs from the period's start; timezone-aware."""
    end: datetime | None = None
    """Only where it differs from the period's end; timezone-aware."""
    name: str
    """What the customer reads."""
    details: str | None = None
    """What the customer reads below the name."""
    amount: str = field(converter=money)
    """What is taken off in US dollars, a decimal string. `Decimal` and `int` are accepted, too, and
    written as one; never a float."""
