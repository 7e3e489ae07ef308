"""What bills and invoices consist of."""

from datetime import datetime

from attrs import field, frozen

from vercel_marketplace.models._fields import money


@frozen(kw_only=True)
class Period:
    """A billing period.

    Attributes:
        start: Its first moment; timezone-aware.
        end: Its last moment; timezone-aware.
    """

    start: datetime
    end: datetime


@frozen(kw_only=True)
class LineItem:
    """One line of a bill or an invoice.

    Attributes:
        billing_plan_id: The partner's id of the billing plan.
        resource_id: The partner's id of the resource; left out, the item is for the whole
            installation.
        start: Only where it differs from the period's start; timezone-aware.
        end: Only where it differs from the period's end; timezone-aware.
        name: What the customer reads.
        details: What the customer reads below the name.
        price: Price of one unit in US dollars, a decimal string. `Decimal` and `int` are
            taken too and written as one; never a float.
        quantity: How many units.
        units: What is counted, such as `"GB"`.
        total: Price of the line in US dollars, a decimal string like `price`.
    """

    billing_plan_id: str
    resource_id: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    name: str
    details: str | None = None
    price: str = field(converter=money)
    quantity: float
    units: str
    total: str = field(converter=money)


@frozen(kw_only=True)
class Discount:
    """Something taken off a bill or an invoice.

    Attributes:
        billing_plan_id: The partner's id of the billing plan.
        resource_id: The partner's id of the resource; left out, the discount is for the
            whole installation.
        start: Only where it differs from the period's start; timezone-aware.
        end: Only where it differs from the period's end; timezone-aware.
        name: What the customer reads.
        details: What the customer reads below the name.
        amount: What is taken off in US dollars, a decimal string. `Decimal` and `int` are
            taken too and written as one; never a float.
    """

    billing_plan_id: str
    resource_id: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    name: str
    details: str | None = None
    amount: str = field(converter=money)
