"""The bodies of a partner's responses. Names and types are checked by the converter.

`issues` of a model checks what its types cannot say; the paths are those of the JSON.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, Literal, TypeAlias, get_args

from attrs import frozen

from vercel_marketplace._internal.schema import alternatives
from vercel_marketplace.emulator.api.installations import HREF
from vercel_marketplace.emulator.api.request_parser import MONEY
from vercel_marketplace.emulator.api.secrets import name_issues
from vercel_marketplace.errors import Issue
from vercel_marketplace.models.common import (
    BillingPlanDetail,
    BillingPlanType,
    JSONValue,
    NotificationLevel,
    ResourceStatus,
    Secret,
)
from vercel_marketplace.models.resources import ResourceNotification

PlanScope: TypeAlias = Literal["installation", "resource"]
"""What a billing plan applies to."""

DOT_SEGMENTS: Final = frozenset({".", ".."})
"""The path segments that stand for the path itself, or the one above."""

_MAX_TITLE_CHARS: Final = 100
_AMOUNTS: Final = (
    "initial_charge",
    "minimum_amount",
    "maximum_amount",
    "maximum_amount_auto_purchase_per_period",
)


@frozen(kw_only=True)
class PartnerBillingPlan:
    """A billing plan that the partner offers.

    Attributes:
        id: The partner's id of the plan.
        type: `"prepayment"` or `"subscription"`.
        name: What the customer reads.
        description: What the customer reads below the name.
        scope: `"installation"` or `"resource"`, which it is if left out.
        payment_method_required: Whether the customer has to have a payment method; true if
            left out.
        preauthorization_amount: US dollars with which the payment method is tried.
        initial_charge: What is paid at once in US dollars, a decimal string.
        minimum_amount: The least that is bought at a time, a decimal string.
        maximum_amount: The most that is bought at a time, a decimal string.
        maximum_amount_auto_purchase_per_period: The most that is bought without asking, a
            decimal string.
        cost: What it costs, as the customer reads it.
        details: What it offers, in the long list.
        highlighted_details: What it offers, in the short list.
        effective_date: From when on it applies.
        disabled: Whether it cannot be chosen.
    """

    id: str
    type: BillingPlanType | str
    name: str
    description: str
    scope: PlanScope | str | None = None
    payment_method_required: bool | None = None
    preauthorization_amount: float | None = None
    initial_charge: str | None = None
    minimum_amount: str | None = None
    maximum_amount: str | None = None
    maximum_amount_auto_purchase_per_period: str | None = None
    cost: str | None = None
    details: list[BillingPlanDetail] | None = None
    highlighted_details: list[BillingPlanDetail] | None = None
    effective_date: str | None = None
    disabled: bool | None = None

    def issues(self) -> Iterator[Issue]:
        """Yield what Vercel would not accept."""
        yield from _empty_issues(self, "id", "name", "description")
        yield from _unknown_issues("type", self.type, BillingPlanType)
        yield from _unknown_issues("scope", self.scope, PlanScope)
        for name in _AMOUNTS:
            amount: str | None = getattr(self, name)
            if amount is not None and not MONEY.fullmatch(amount):
                message = 'expected an amount in US dollars as a decimal string, such as "19.90"'
                yield Issue(to_camel_case(name), message)


@frozen(kw_only=True)
class PartnerBillingPlans:
    """The billing plans that a customer may choose from.

    Attributes:
        plans: The plans.
    """

    plans: list[PartnerBillingPlan]

    def issues(self) -> Iterator[Issue]:
        """Yield what Vercel would not accept."""
        ids = [plan.id for plan in self.plans]
        for index, plan in enumerate(self.plans):
            yield from _below(f"plans[{index}]", plan.issues())
            if plan.id in ids[:index]:
                yield Issue(f"plans[{index}].id", "another one has it already")


@frozen(kw_only=True)
class PartnerInstallation:
    """An installation, as the partner describes it.

    Attributes:
        billing_plan: Its billing plan, if installations are billed.
        notification: The notification for the customer.
    """

    billing_plan: PartnerBillingPlan | None = None
    notification: ResourceNotification | None = None

    def issues(self) -> Iterator[Issue]:
        """Yield what Vercel would not accept."""
        yield from _plan_issues(self.billing_plan)
        yield from _notification_issues(self.notification)


@frozen(kw_only=True)
class Uninstallation:
    """The response to an uninstallation.

    Attributes:
        finalized: Whether no final invoices will come, so that the installation is removed at
            once. Otherwise there are 24 hours for them.
    """

    finalized: bool = False


@frozen(kw_only=True)
class PartnerResource:
    """A resource, as the partner describes it.

    Attributes:
        id: The partner's id of it.
        product_id: The product that it is of.
        name: The customer's name for it.
        metadata: What the customer set, by the product's schema.
        status: Its state.
        billing_plan: Its billing plan; left out, it is billed with the installation.
        notification: The notification for the customer.
        protocol_settings: Settings of the protocols that the product supports.
    """

    id: str
    product_id: str
    name: str
    metadata: dict[str, JSONValue]
    status: ResourceStatus | str
    billing_plan: PartnerBillingPlan | None = None
    notification: ResourceNotification | None = None
    protocol_settings: dict[str, JSONValue] | None = None

    def issues(self) -> Iterator[Issue]:
        """Yield what Vercel would not accept."""
        yield from _empty_issues(self, "id", "product_id", "name")
        if self.id in DOT_SEGMENTS:
            yield Issue("id", f'must not be "{self.id}": in a path it would name another one')
        yield from _unknown_issues("status", self.status, ResourceStatus)
        yield from _plan_issues(self.billing_plan)
        yield from _notification_issues(self.notification)


@frozen(kw_only=True)
class ProvisionedResource(PartnerResource):
    """A resource that was just provisioned.

    Attributes:
        secrets: The secrets for the environment of connected projects.
    """

    secrets: list[Secret]

    def issues(self) -> Iterator[Issue]:
        """Yield what Vercel would not accept."""
        yield from PartnerResource.issues(self)
        yield from _secret_issues(self.secrets)


@frozen(kw_only=True)
class RotatedSecrets:
    """The response to a request to rotate secrets.

    Attributes:
        sync: Whether it is done; otherwise the partner sends the secrets later, by
            `update_resource_secrets_by_id`.
        secrets: The new secrets, if it is done.
        partial: Whether secrets that are not listed stay as they are.
    """

    sync: bool
    secrets: list[Secret] | None = None
    partial: bool | None = None

    def issues(self) -> Iterator[Issue]:
        """Yield what Vercel would not accept."""
        if self.sync and self.secrets is None:
            message = 'a required field is missing: with "sync": true the new secrets go here'
            yield Issue("secrets", message)
        if not self.sync and self.secrets is not None:
            message = (
                'not with "sync": false; send them when they are there, by '
                "update_resource_secrets_by_id"
            )
            yield Issue("secrets", message)
        yield from _secret_issues(self.secrets or ())


def to_camel_case(path: str) -> str:
    """Return a path in camel case, as in JSON."""
    return re.sub(r"_([a-z])", lambda match: match[1].upper(), path)


def _plan_issues(plan: PartnerBillingPlan | None) -> Iterator[Issue]:
    return _below("billingPlan", () if plan is None else plan.issues())


def _notification_issues(notification: ResourceNotification | None) -> Iterator[Issue]:
    if notification is None:
        return
    yield from _below("notification", _empty_issues(notification, "title"))
    yield from _unknown_issues("notification.level", notification.level, NotificationLevel)
    if len(notification.title) > _MAX_TITLE_CHARS:
        yield Issue("notification.title", f"longer than {_MAX_TITLE_CHARS} characters")
    if notification.href is not None and not HREF.match(notification.href):
        message = 'expected a link: "https://…", or "sso:…" for one into your dashboard'
        yield Issue("notification.href", message)


def _secret_issues(secrets: Sequence[Secret]) -> Iterator[Issue]:
    yield from name_issues(secrets, "secrets")
    for index, secret in enumerate(secrets):
        yield from _below(f"secrets[{index}]", _empty_issues(secret, "value"))


def _below(path: str, issues: Iterable[Issue]) -> Iterator[Issue]:
    return (Issue(f"{path}.{issue.path}", issue.message) for issue in issues)


def _empty_issues(model: Any, *names: str) -> Iterator[Issue]:
    return (
        Issue(to_camel_case(name), "must not be empty")
        for name in names
        if not getattr(model, name)
    )


def _unknown_issues(path: str, member: str | None, members: Any) -> Iterator[Issue]:
    if member is not None and member not in get_args(members):
        yield Issue(path, f"expected {alternatives(get_args(members))}")
