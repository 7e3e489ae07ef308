"""Shapes that several topics share."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

from attrs import field, frozen

from vercel_marketplace.errors import Issue
from vercel_marketplace.models._fields import EXTRA, redact

JSONValue: TypeAlias = str | float | bool | Sequence["JSONValue"] | Mapping[str, "JSONValue"] | None
"""Anything that JSON can say, in lists (a request takes tuples, too) and dicts."""

ResourceStatus: TypeAlias = Literal[
    "ready", "pending", "onboarding", "suspended", "resumed", "uninstalled", "error"
]
"""The known states of a resource or an installation; answers may hold others."""

ResourceOwnership: TypeAlias = Literal["owned", "linked", "sandbox"]
"""How a resource belongs to the installation."""

NotificationLevel: TypeAlias = Literal["info", "warn", "error"]
"""How urgent a notification is; answers may hold other levels."""

BillingPlanType: TypeAlias = Literal["prepayment", "subscription"]
"""Whether a plan is paid before or as it is used."""


# Installations and resources ---------------------------------------------------------


@frozen(kw_only=True)
class Notification:
    """What the customer is to see in the Vercel dashboard.

    Attributes:
        level: How urgent it is.
        title: Its first line.
        message: The text below.
        href: Where it leads: `https://…` or `sso:…`.
    """

    level: NotificationLevel
    title: str
    message: str | None = None
    href: str | None = None


@frozen(kw_only=True)
class BillingPlanDetail:
    """One line of what a billing plan offers.

    Attributes:
        label: What it is about.
        value: How much of it.
    """

    label: str
    value: str | None = None


@frozen(kw_only=True)
class BillingPlan:
    """A billing plan, as the customer is shown it.

    Attributes:
        id: The partner's id of the plan.
        type: `"prepayment"` or `"subscription"`.
        name: What the customer reads.
        description: What the customer reads below the name.
        payment_method_required: Whether the customer has to have a payment method.
        cost: What it costs, as the customer reads it.
        details: What it offers, in the long list.
        highlighted_details: What it offers, in the short list.
        effective_date: From when on it applies; a string, of no documented format.
        additional_properties: Properties that Vercel may take beside those above, by their
            names in JSON.
    """

    id: str
    type: BillingPlanType
    name: str
    description: str | None = None
    payment_method_required: bool | None = None
    cost: str | None = None
    details: Sequence[BillingPlanDetail] | None = None
    highlighted_details: Sequence[BillingPlanDetail] | None = None
    effective_date: str | None = None
    additional_properties: Mapping[str, JSONValue] | None = field(default=None, metadata=EXTRA)

    def _cross_field_issues(self) -> Iterator[Issue]:
        """What the field types cannot say: a property is given once."""
        if isinstance(self.additional_properties, Mapping):  # it may be of any type
            for name in _OF_A_BILLING_PLAN.intersection(self.additional_properties):
                yield Issue("additional_properties", f'must not hold "{name}", which has a field')


_OF_A_BILLING_PLAN = frozenset(
    {
        "id",
        "type",
        "name",
        "description",
        "paymentMethodRequired",
        "cost",
        "details",
        "highlightedDetails",
        "effectiveDate",
    }
)


# Secrets -----------------------------------------------------------------------------


@frozen(kw_only=True)
class EnvironmentOverrides:
    """Other values of a secret for some environments.

    Attributes:
        development: For development.
        preview: For preview deployments.
        production: For production.
    """

    development: str | None = field(default=None, repr=redact)
    preview: str | None = field(default=None, repr=redact)
    production: str | None = field(default=None, repr=redact)


@frozen(kw_only=True)
class Secret:
    """One secret. Its values never show in a `repr`.

    Attributes:
        name: The variable's name.
        value: Its value.
        prefix: What the variable's name is to begin with.
        environment_overrides: Other values for some environments.
    """

    name: str
    value: str = field(repr=redact)
    prefix: str | None = None
    environment_overrides: EnvironmentOverrides | None = None


@frozen(kw_only=True)
class UpdateResourceSecretsRequestBody:
    """The secrets to set.

    Attributes:
        secrets: The secrets.
        partial: With `True` only those listed are overwritten; otherwise they replace all.
    """

    secrets: Sequence[Secret]
    partial: bool | None = None
