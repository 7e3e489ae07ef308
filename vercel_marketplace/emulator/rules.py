"""What the operations do to an installation: account, members, events, billing data, secrets.

Pure: each takes an installation, the request and the time, and returns the installation
that comes after and the answer. Invoices have `invoicing`, the token exchange has `sso`.
"""

from datetime import datetime

from attrs import evolve

from vercel_marketplace.emulator.refusal import bad_request, not_found
from vercel_marketplace.emulator.state import Installation, Resource
from vercel_marketplace.models.account import (
    GetAccountInfoRequest,
    GetAccountInfoResponseBody,
    GetMemberRequest,
    GetMemberResponseBody,
)
from vercel_marketplace.models.billing import SubmitBillingDataRequest
from vercel_marketplace.models.common import Period
from vercel_marketplace.models.events import CreateEventRequest, ResourceUpdatedEvent
from vercel_marketplace.models.secrets import (
    UpdateResourceSecretsByIdRequest,
    UpdateResourceSecretsRequest,
    UpdateResourceSecretsRequestBody,
)


def get_account_info(
    installation: Installation, _request: GetAccountInfoRequest, _now: datetime
) -> tuple[Installation, GetAccountInfoResponseBody]:
    """Tell whose installation it is."""
    return installation, installation.account


def get_member(
    installation: Installation, request: GetMemberRequest, _now: datetime
) -> tuple[Installation, GetMemberResponseBody]:
    """Tell who a member is."""
    member = installation.members.get(request.member_id)
    if member is None:
        raise not_found(what="Member")
    return installation, member


def create_event(
    installation: Installation, request: CreateEventRequest, _now: datetime
) -> tuple[Installation, None]:
    """Take note of an event; one of a resource needs that resource."""
    event = request.request_body.event
    if isinstance(event, ResourceUpdatedEvent):
        _resource(installation, event.resource_id)
    return evolve(installation, events=(*installation.events, event)), None


def submit_billing_data(
    installation: Installation, request: SubmitBillingDataRequest, _now: datetime
) -> tuple[Installation, None]:
    """Keep a day's data, unless newer ones are there: of several the newest timestamp wins."""
    body = request.request_body
    check_inside(body.period, body.eod, "eod")
    known = installation.billing.get(body.eod)
    if known is not None and known.timestamp >= body.timestamp:
        return installation, None
    return evolve(installation, billing={**installation.billing, body.eod: body}), None


def check_inside(period: Period, moment: datetime, name: str) -> None:
    """Refuse a period that ends before it starts, and a moment outside of it."""
    if period.end < period.start:
        raise bad_request(place="period.end", problem="before the start")
    if not period.start <= moment <= period.end:
        raise bad_request(place=name, problem="outside the period")


def update_resource_secrets(
    installation: Installation, request: UpdateResourceSecretsRequest, _now: datetime
) -> tuple[Installation, None]:
    """Set the secrets of a resource, which must be of the product named."""
    resource = _resource(installation, request.resource_id)
    if resource.product_id != request.integration_product_id_or_slug:
        raise not_found(what="Product")
    return _with_secrets(installation, request.resource_id, request.request_body), None


def update_resource_secrets_by_id(
    installation: Installation, request: UpdateResourceSecretsByIdRequest, _now: datetime
) -> tuple[Installation, None]:
    """Set the secrets of a resource; without a body there is nothing to set."""
    _resource(installation, request.resource_id)
    if request.request_body is None:
        return installation, None
    return _with_secrets(installation, request.resource_id, request.request_body), None


def _resource(installation: Installation, resource_id: str) -> Resource:
    resource = installation.resources.get(resource_id)
    if resource is None:
        raise not_found(what="Resource")
    return resource


def _with_secrets(
    installation: Installation, resource_id: str, body: UpdateResourceSecretsRequestBody
) -> Installation:
    resource = installation.resources[resource_id]
    listed = {secret.name: secret for secret in body.secrets}
    secrets = {**resource.secrets, **listed} if body.partial else listed
    changed = evolve(resource, secrets=secrets)
    return evolve(installation, resources={**installation.resources, resource_id: changed})
