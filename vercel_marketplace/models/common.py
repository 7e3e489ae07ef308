"""Shapes that several topics share."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

from attrs import field, frozen

from vercel_marketplace._internal.schema import fields_of
from vercel_marketplace.errors import Issue
from vercel_marketplace.models._fields import EXTRA, mask

JSONValue: TypeAlias = str | float | bool | Sequence["JSONValue"] | Mapping[str, "JSONValue"] | None
"""Anything that JSON can say, in lists (a request accepts tuples, too) and dicts."""

ResourceStatus: TypeAlias = Literal[
    "ready", "pending", "onboarding", "suspended", "resumed", "uninstalled", "error"
]
"""The known states of a resource or an installation; responses may hold others."""

ResourceOwnership: TypeAlias = Literal["owned", "linked", "sandbox"]
"""How a resource belongs to the installation."""

NotificationLevel: TypeAlias = Literal["info", "warn", "error"]
"""How urgent a notification is; responses may hold other levels."""

BillingPlanType: TypeAlias = Literal["prepayment", "subscription"]
"""Whether a plan is paid before or as it is used."""


# Installations and resources ---------------------------------------------------------


@frozen(kw_only=True)
class Notification:
    """What the customer is to see in the Vercel dashboard."""

    level: NotificationLevel
    """How urgent it is."""
    title: str
    """Its first line."""
    message: str | None = None
    """The text below."""
    href: str | None = None
    """Where it leads: `https://…` or `sso:…`."""


@frozen(kw_only=True)
class BillingPlanDetail:
    """One line of what a billing plan offers."""

    label: str
    """What it is about."""
    value: str | None = None
    """How much of it."""


@frozen(kw_only=True)
class BillingPlan:
    """A billing plan, as the customer is shown it."""

    id: str
    """The partner's id of the plan."""
    type: BillingPlanType
    """`"prepayment"` or `"subscription"`."""
    name: str
    """What the customer reads."""
    description: str | None = None
    """What the customer reads below the name."""
    payment_method_required: bool | None = None
    """Whether the customer has to have a payment method."""
    cost: str | None = None
    """What it costs, as the customer reads it."""
    details: Sequence[BillingPlanDetail] | None = None
    """What it offers, in the long list."""
    highlighted_details: Sequence[BillingPlanDetail] | None = None
    """What it offers, in the short list."""
    effective_date: str | None = None
    """When the plan takes effect; Vercel does not document the format."""
    additional_properties: Mapping[str, JSONValue] | None = field(default=None, metadata=EXTRA)
    """Properties that Vercel may accept in addition to those above, by their names in JSON."""

    def _cross_field_issues(self) -> Iterator[Issue]:
        """Yield what the field types cannot say: a property is given once."""
        if isinstance(self.additional_properties, Mapping):  # it may be of any type
            own = {field.wire_name for field in fields_of(BillingPlan) if not field.is_extra}
            for name in own.intersection(self.additional_properties):
                yield Issue("additional_properties", f'must not hold "{name}", which has a field')


# Secrets -----------------------------------------------------------------------------


@frozen(kw_only=True)
class EnvironmentOverrides:
    """Other values of a secret for some environments."""

    development: str | None = field(default=None, repr=mask)
    """For development."""
    preview: str | None = field(default=None, repr=mask)
    """For preview deployments."""
    production: str | None = field(default=None, repr=mask)
    """For production."""


@frozen(kw_only=True)
class Secret:
    """One secret. Its values never show in a `repr`."""

    name: str
    """The variable's name."""
    value: str = field(repr=mask)
    """Its value."""
    prefix: str | None = None
    """What the variable's name is to begin with."""
    environment_overrides: EnvironmentOverrides | None = None
    """Other values for some environments."""


@frozen(kw_only=True)
class UpdateResourceSecretsRequestBody:
    """The secrets to set."""

    secrets: Sequence[Secret]
    """The secrets."""
    partial: bool | None = None
    """With `True` only those listed are overwritten; otherwise they replace all."""
