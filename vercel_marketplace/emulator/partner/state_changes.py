"""What the partner's responses change in the emulator's state. Pure.

A `StateChange` is a function of the state, the response and the time, and returns the state
afterwards; an `InstallationChange` is one of the installation alone.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeAlias

from attrs import evolve

from vercel_marketplace._internal.redaction import secret_values
from vercel_marketplace.emulator.api.errors import APIError
from vercel_marketplace.emulator.api.secrets import with_secrets
from vercel_marketplace.emulator.api.uninstallation import uninstall
from vercel_marketplace.emulator.state import Installation, State, StoredResource, Transfer
from vercel_marketplace.errors import Issue
from vercel_marketplace.models.balances import Balance, SubmitPrepaymentBalancesRequestBody
from vercel_marketplace.models.common import BillingPlan, Secret
from vercel_marketplace.models.dicts import from_dict, to_dict
from vercel_marketplace.models.resources import ImportResourceRequestBody
from vercel_marketplace.models.secrets import UpdateResourceSecretsRequestBody
from vercel_marketplace.models.unset import UNSET
from vercel_marketplace.partner.models.billing import ProvisionedPurchase
from vercel_marketplace.partner.models.installations import (
    InstallationCredentials,
    PartnerInstallation,
    Uninstallation,
    UpsertInstallationRequest,
)
from vercel_marketplace.partner.models.plans import PartnerBillingPlan
from vercel_marketplace.partner.models.resources import PartnerResource, ProvisionedResource
from vercel_marketplace.partner.models.secrets import RotatedSecrets
from vercel_marketplace.partner.models.transfers import ResourceTransfer

_NOT_IN_RESPONSES: Final = ("ownership", "extras", "custom_claims")

InstallationChange: TypeAlias = Callable[[Installation, Any, datetime], Installation]
"""Applies a response to its installation."""

StateChange: TypeAlias = Callable[[State, Any, datetime], State]
"""Applies a response to the whole state."""


class InconsistentResponse(Exception):  # noqa: N818 (a response, not a failure)
    """A response that contradicts the request, or the state.

    Attributes:
        issue: Where, and what was expected.
    """

    def __init__(self, *, path: str, message: str) -> None:
        super().__init__(path, message)
        self.issue: Issue = Issue(path, message)


def install_request(
    installation: Installation, scopes: Sequence[str], accepted_policies: Mapping[str, str]
) -> UpsertInstallationRequest:
    """Return what the partner is sent of an installation: its newest token, and its team."""
    credentials = InstallationCredentials(
        access_token=installation.tokens[-1],
        token_type="Bearer",  # noqa: S106 (what the token is, not the token)
    )
    return UpsertInstallationRequest(
        installation_id=installation.id,
        scopes=scopes,
        accepted_policies=accepted_policies,
        credentials=credentials,
        account=installation.account,
    )


def call_secrets(installation: Installation) -> Iterator[str]:
    """Yield the installation's secrets that the partner knows, which no text may show."""
    yield from installation.tokens
    for resource in installation.resources.values():
        yield from secret_values([*resource.secrets.values()])


def keep_unchanged(before: State, _response: object, _now: datetime) -> State:
    """Change nothing."""
    return before


def change_installation(
    installation_id: str, change: InstallationChange, before: State, response: object, now: datetime
) -> State:
    """Apply a response to one installation of the state."""
    return before.with_installation(change(before.installations[installation_id], response, now))


def apply_installation(
    before: Installation, response: PartnerInstallation, _now: datetime
) -> Installation:
    """Set the plan and the notification that the partner names; null clears the latter."""
    body = evolve(
        before.body,
        billing_plan=_plan_of(response.billing_plan) or before.body.billing_plan,
        notification=before.body.notification
        if response.notification is UNSET
        else response.notification,
    )
    return evolve(before, body=body)


def apply_uninstallation(
    before: Installation, response: Uninstallation, now: datetime
) -> Installation:
    """Uninstall, unless it is done already."""
    after = before if before.is_uninstalling else uninstall(before, now)
    return evolve(after, finalized=True) if response.finalized else after


def apply_provisioned(
    product_id: str, known_id: str | None, before: Installation, response: ProvisionedResource
) -> Installation:
    """Add the resource, unless the request was a retry.

    Args:
        product_id: The requested product.
        known_id: The resource that an earlier attempt of the request provisioned.
        before: The installation before.
        response: The partner's response.
    """
    if response.product_id != product_id:
        message = f'expected "{product_id}", which was asked for'
        raise InconsistentResponse(path="productId", message=message)
    if known_id is not None:
        if known_id != response.id:
            message = "another one than before, though the Idempotency-Key is the same"
            raise InconsistentResponse(path="id", message=message)
        return before
    if response.id in before.resources:
        message = "there is a resource of this id already, from an earlier request"
        raise InconsistentResponse(path="id", message=message)
    body = evolve(_body_of(response), custom_claims=response.custom_claims)
    resource = StoredResource(body=body)
    return before.with_resource(response.id, _with_secrets(resource, response.secrets))


def check_resource(
    resource_id: str, before: Installation, response: PartnerResource, _now: datetime
) -> Installation:
    """Check that the response is about the requested resource, and change nothing."""
    if response.id != resource_id:
        message = f'expected "{resource_id}", which was asked for'
        raise InconsistentResponse(path="id", message=message)
    known = before.resources.get(resource_id)
    if known is not None and known.body.product_id != response.product_id:
        message = "expected the product that it is of"
        raise InconsistentResponse(path="productId", message=message)
    return before


def apply_update(
    resource_id: str, before: Installation, response: PartnerResource, now: datetime
) -> Installation:
    """Set what the partner says of the resource; what the response cannot hold stays."""
    check_resource(resource_id, before, response, now)
    known = before.resources.get(resource_id)
    if known is None:
        return before
    kept = {name: getattr(known.body, name) for name in _NOT_IN_RESPONSES}
    body = evolve(_body_of(response), **kept)
    return before.with_resource(resource_id, evolve(known, body=body))


def apply_rotation(
    resource_id: str, before: Installation, response: RotatedSecrets, _now: datetime
) -> Installation:
    """Set the new secrets, if the partner has sent them."""
    known = before.resources.get(resource_id)
    if known is None or response.secrets is None:
        return before
    changed = _with_secrets(known, response.secrets, partial=response.partial)
    return before.with_resource(resource_id, changed)


def apply_purchase(
    before: Installation, response: ProvisionedPurchase, _now: datetime
) -> Installation:
    """Keep the balances, unless newer ones are known; of a cent, a fraction is cut."""
    known = before.balances
    if known is not None and known.timestamp >= response.timestamp:
        return before
    balances = [
        Balance(
            resource_id=balance.resource_id,
            credit=balance.credit,
            name_label=balance.name_label,
            currency_value_in_cents=int(balance.currency_value_in_cents),
        )
        for balance in response.balances
    ]
    body = SubmitPrepaymentBalancesRequestBody(timestamp=response.timestamp, balances=balances)
    return evolve(before, balances=body)


def apply_deletion(
    resource_id: str, before: Installation, _response: None, _now: datetime
) -> Installation:
    """Remove the resource, and its connections to projects."""
    projects = tuple(one for one in before.projects if one.resource_id != resource_id)
    return evolve(before.without_resource(resource_id), projects=projects)


def apply_transfer(
    transfer: Transfer, before: State, response: ResourceTransfer, _now: datetime
) -> State:
    """Remember what is offered to another team."""
    return before.with_transfer(response.provider_claim_id, transfer)


def apply_acceptance(
    claim_id: str, installation_id: str, before: State, _response: None, _now: datetime
) -> State:
    """Move the resources of a transfer, and their connections to projects, to an installation."""
    transfer = before.transfers.get(claim_id)
    if transfer is None:
        return before
    after = before.without_transfer(claim_id)
    source = before.installations[transfer.installation_id]
    ids = [id_ for id_ in transfer.resource_ids if id_ in source.resources]
    moved = {id_: source.resources[id_] for id_ in ids}
    projects = tuple(one for one in source.projects if one.resource_id in moved)
    for id_ in ids:
        source = source.without_resource(id_)
    left = tuple(one for one in source.projects if one not in projects)
    after = after.with_installation(evolve(source, projects=left))
    target = after.installations[installation_id]
    return after.with_installation(
        evolve(
            target,
            resources={**target.resources, **moved},
            projects=(*target.projects, *projects),
        )
    )


def _with_secrets(
    resource: StoredResource, secrets: Sequence[Secret], *, partial: bool | None = None
) -> StoredResource:
    try:
        return with_secrets(
            resource, UpdateResourceSecretsRequestBody(secrets=secrets, partial=partial)
        )
    except APIError as error:
        raise InconsistentResponse(path="secrets", message=error.message) from None


def _body_of(resource: PartnerResource) -> ImportResourceRequestBody:
    return ImportResourceRequestBody(
        ownership="owned",
        product_id=resource.product_id,
        name=resource.name,
        status=resource.status,
        metadata=resource.metadata,
        billing_plan=_plan_of(resource.billing_plan),
        notification=resource.notification,
    )


def _plan_of(plan: PartnerBillingPlan | None) -> BillingPlan | None:
    return None if plan is None else from_dict(BillingPlan, to_dict(plan))
