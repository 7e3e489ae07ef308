"""The billing plans that a partner offers."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import ClassVar, Literal, TypeAlias

from attrs import field, frozen

from vercel_marketplace._internal.schema import is_sequence
from vercel_marketplace.errors import Issue
from vercel_marketplace.models._fields import optional_money
from vercel_marketplace.models.common import BillingPlanDetail, BillingPlanType
from vercel_marketplace.partner.models._checks import (
    find_duplicates,
    find_empty,
    find_invalid_amounts,
)

PlanScope: TypeAlias = Literal["installation", "resource"]
"""What a billing plan applies to."""

MetadataValue: TypeAlias = str | float | bool | Sequence[str] | Sequence[float]
"""What a field of a product's form can hold; in a request, expect any JSON."""

# Requests ----------------------------------------------------------------------------


@frozen(kw_only=True)
class ListBillingPlansForProductRequest:
    """Which product's plans to list, for a resource that is about to be created."""

    _only_from_vercel: ClassVar[bool] = True

    product_id_or_slug: str
    """The product, by the partner's id or by its slug."""
    metadata: Mapping[str, MetadataValue] | None = None
    """What the customer has filled in so far, by the product's schema."""


@frozen(kw_only=True)
class ListBillingPlansForResourceRequest:
    """Which resource's plans to list."""

    _only_from_vercel: ClassVar[bool] = True

    installation_id: str
    """The installation, `icfg_…`."""
    resource_id: str
    """The partner's id of the resource."""
    metadata: Mapping[str, MetadataValue] | None = None
    """What the customer has filled in so far, by the product's schema."""


@frozen(kw_only=True)
class ListBillingPlansForInstallationRequest:
    """Which installation's plans to list."""

    _only_from_vercel: ClassVar[bool] = True

    installation_id: str
    """The installation, `icfg_…`, or `"new"` before there is one."""
    metadata: Mapping[str, MetadataValue] | None = None
    """What the customer has filled in so far; not documented for an installation."""


# Responses ---------------------------------------------------------------------------


@frozen(kw_only=True)
class BillingPlanQuote:
    """One line of an offer, in the form that `details` of a plan replaced."""

    line: str
    """What it is about."""
    amount: str
    """What it costs."""


@frozen(kw_only=True)
class PartnerBillingPlan:
    """A billing plan that the partner offers.

    Amounts are in US dollars: decimal strings, `Decimal` or `int`, never floats.
    """

    id: str
    """The partner's id of the plan."""
    type: BillingPlanType
    """`"prepayment"` or `"subscription"`."""
    name: str
    """What the customer reads."""
    description: str
    """What the customer reads below the name."""
    scope: PlanScope | None = None
    """`"installation"` or `"resource"`, which it is if left out."""
    payment_method_required: bool | None = None
    """Whether the customer has to have a payment method; true if left out."""
    preauthorization_amount: float | None = None
    """US dollars with which the payment method is tried; a number, as Vercel documents it."""
    initial_charge: str | None = field(default=None, converter=optional_money)
    """What is invoiced at sign-up."""
    minimum_amount: str | None = field(default=None, converter=optional_money)
    """The least that is bought at a time, with prepayment."""
    maximum_amount: str | None = field(default=None, converter=optional_money)
    """The most that is bought at a time, with prepayment."""
    maximum_amount_auto_purchase_per_period: str | None = field(
        default=None, converter=optional_money
    )
    """The most that automatic purchases may come to in a month, with prepayment."""
    cost: str | None = None
    """What it costs, as the customer reads it."""
    details: Sequence[BillingPlanDetail] | None = None
    """What it offers, in the long list."""
    highlighted_details: Sequence[BillingPlanDetail] | None = None
    """What it offers, in the short list."""
    quote: Sequence[BillingPlanQuote] | None = None
    """Deprecated: use `details`."""
    effective_date: datetime | None = None
    """From when on it applies; timezone-aware."""
    disabled: bool | None = None
    """Whether it cannot be chosen."""

    def _cross_field_issues(self) -> Iterator[Issue]:
        """Yield what the field types cannot say: empty texts, and amounts that are not."""
        yield from find_empty(self, "id", "name", "description")
        yield from find_invalid_amounts(
            self,
            "initial_charge",
            "minimum_amount",
            "maximum_amount",
            "maximum_amount_auto_purchase_per_period",
        )


@frozen(kw_only=True)
class PartnerBillingPlans:
    """The billing plans that a customer may choose from."""

    plans: Sequence[PartnerBillingPlan]
    """The plans, each with an id of its own."""

    def _cross_field_issues(self) -> Iterator[Issue]:
        """Yield what the field types cannot say: an id that two plans have."""
        plans = self.plans if is_sequence(self.plans) else ()
        yield from find_duplicates("plans[{}].id", [getattr(plan, "id", plan) for plan in plans])
