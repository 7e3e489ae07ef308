"""What an installation is told to the partner as, and what an answer of the partner's does to it.

Pure. An effect takes the installation, the answer and the time, and returns the installation
that comes after.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeAlias

from attrs import asdict, evolve, fields

from vercel_marketplace._internal.redaction import secret_values
from vercel_marketplace.emulator.api import uninstallation
from vercel_marketplace.emulator.api.errors import APIError
from vercel_marketplace.emulator.api.secrets import with_secrets
from vercel_marketplace.emulator.partner.models import (
    PartnerBillingPlan,
    PartnerInstallation,
    PartnerResource,
    ProvisionedResource,
    RotatedSecrets,
    Uninstallation,
    to_camel_case,
)
from vercel_marketplace.emulator.state import Installation, Resource
from vercel_marketplace.errors import Issue
from vercel_marketplace.models.common import BillingPlan, Notification, Secret
from vercel_marketplace.models.resources import ImportResourceRequestBody, ResourceNotification
from vercel_marketplace.models.secrets import UpdateResourceSecretsRequestBody

_OF_BOTH: Final = {one.name for one in fields(BillingPlan)} & {
    one.name for one in fields(PartnerBillingPlan)
}

StateChange: TypeAlias = Callable[[Installation, Any, datetime], Installation]
"""What an answer does to the installation that it is for."""


class InconsistentResponse(Exception):  # noqa: N818 (an answer, not a failure)
    """An answer that does not go with what was asked, or with what is there.

    Attributes:
        issue: Where.
    """

    def __init__(self, *, path: str, message: str) -> None:
        """Say where."""
        super().__init__(path, message)
        self.issue: Issue = Issue(path, message)


def install_body(
    installation: Installation, scopes: Sequence[str], accepted_policies: Mapping[str, str]
) -> dict[str, object]:
    """An installation as the partner is told of it: its newest token, and who is behind it."""
    return {
        "scopes": list(scopes),
        "acceptedPolicies": dict(accepted_policies),
        "credentials": {"access_token": installation.tokens[-1], "token_type": "Bearer"},
        "account": installation.account,
    }


def call_secrets(installation: Installation) -> Iterator[str]:
    """What of an installation the partner has been told or has told, and no text may show."""
    yield from installation.tokens
    for resource in installation.resources.values():
        yield from secret_values([*resource.secrets.values()])


def keep_unchanged(before: Installation, _answer: object, _now: datetime) -> Installation:
    """All stays as it is."""
    return before


def apply_installation(
    before: Installation, answer: PartnerInstallation, _now: datetime
) -> Installation:
    """The plan and the notification of the installation are those that the partner names."""
    body = evolve(
        before.body,
        billing_plan=_plan_of(answer.billing_plan) or before.body.billing_plan,
        notification=_notification_of(answer.notification) or before.body.notification,
    )
    return evolve(before, body=body)


def apply_uninstallation(
    before: Installation, answer: Uninstallation, now: datetime
) -> Installation:
    """The team has removed the product; a repetition finds that done."""
    after = before if before.is_uninstalling else uninstallation.uninstall(before, now)
    return evolve(after, finalized=True) if answer.finalized else after


def apply_provisioned(product_id: str, known_as: str | None) -> StateChange:
    """There is one more resource, unless the request was a repetition.

    Args:
        product_id: The product that was asked for.
        known_as: The resource that the same request brought before.
    """

    def change(before: Installation, answer: ProvisionedResource, _now: datetime) -> Installation:
        if answer.product_id != product_id:
            message = f'expected "{product_id}", which was asked for'
            raise InconsistentResponse(path="productId", message=message)
        if known_as is not None:
            if known_as != answer.id:
                message = "another one than before, though the Idempotency-Key is the same"
                raise InconsistentResponse(path="id", message=message)
            return before
        if answer.id in before.resources:
            message = "there is a resource of this id already, from an earlier request"
            raise InconsistentResponse(path="id", message=message)
        resource = Resource(body=_body_of(answer))
        return before.with_resource(answer.id, _with_secrets(resource, answer.secrets))

    return change


def check_is_same_resource(resource_id: str) -> StateChange:
    """Nothing changes, but it has to be the resource that was asked for."""

    def change(before: Installation, answer: PartnerResource, _now: datetime) -> Installation:
        if answer.id != resource_id:
            message = f'expected "{resource_id}", which was asked for'
            raise InconsistentResponse(path="id", message=message)
        known = before.resources.get(resource_id)
        if known is not None and known.body.product_id != answer.product_id:
            raise InconsistentResponse(
                path="productId", message="expected the product that it is of"
            )
        return before

    return change


def apply_update(resource_id: str) -> StateChange:
    """The resource is as the partner says; what it has no word for stays."""
    is_the_one = check_is_same_resource(resource_id)

    def change(before: Installation, answer: PartnerResource, now: datetime) -> Installation:
        is_the_one(before, answer, now)
        known = before.resources.get(resource_id)
        if known is None:
            return before
        detail, had = _body_of(answer), known.body
        body = evolve(
            detail,
            ownership=had.ownership,
            extras=had.extras,
            custom_claims=had.custom_claims,
        )
        return before.with_resource(resource_id, evolve(known, body=body))

    return change


def apply_rotation(resource_id: str) -> StateChange:
    """The resource has the new secrets, where the partner has sent them."""

    def change(before: Installation, answer: RotatedSecrets, _now: datetime) -> Installation:
        known = before.resources.get(resource_id)
        if known is None or answer.secrets is None:
            return before
        changed = _with_secrets(known, answer.secrets, partial=answer.partial)
        return before.with_resource(resource_id, changed)

    return change


def apply_deletion(resource_id: str) -> StateChange:
    """The resource is gone, and no project has it any more."""

    def change(before: Installation, _answer: None, _now: datetime) -> Installation:
        projects = tuple(one for one in before.projects if one.resource_id != resource_id)
        return evolve(before.without_resource(resource_id), projects=projects)

    return change


def _with_secrets(
    resource: Resource, secrets: list[Secret], *, partial: bool | None = None
) -> Resource:
    try:
        return with_secrets(
            resource, UpdateResourceSecretsRequestBody(secrets=secrets, partial=partial)
        )
    except APIError as refusal:
        raise InconsistentResponse(path="secrets", message=refusal.message) from None


def _body_of(resource: PartnerResource) -> ImportResourceRequestBody:
    detail: Any = resource.status  # one of those that are known: `issues` has seen to it
    return ImportResourceRequestBody(
        ownership="owned",
        product_id=resource.product_id,
        name=resource.name,
        status=detail,
        metadata=resource.metadata,
        billing_plan=_plan_of(resource.billing_plan),
        notification=_notification_of(resource.notification),
    )


def _plan_of(plan: PartnerBillingPlan | None) -> BillingPlan | None:
    if plan is None:
        return None
    given = asdict(plan, recurse=False, filter=lambda _, value: value is not None)
    own = {name: given.pop(name) for name in _OF_BOTH if name in given}
    rest = {to_camel_case(name): value for name, value in given.items()}
    return BillingPlan(**own, additional_properties=rest or None)


def _notification_of(notification: ResourceNotification | None) -> Notification | None:
    return None if notification is None else Notification(**asdict(notification))
