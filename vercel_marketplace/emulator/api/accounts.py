"""What the operations do to an installation: its account, its members, its events.

Pure: each takes an installation, the request and the time, and returns the installation
that comes after and the answer. The larger topics have modules of their own.
"""

from datetime import datetime

from attrs import evolve

from vercel_marketplace.emulator.api.errors import not_found
from vercel_marketplace.emulator.state import Installation, Resource
from vercel_marketplace.models.account import (
    GetAccountInfoRequest,
    GetAccountInfoResponseBody,
    GetMemberRequest,
    GetMemberResponseBody,
)
from vercel_marketplace.models.events import CreateEventRequest, ResourceUpdatedEvent


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
        find_resource(installation, event.resource_id)
    return evolve(installation, events=(*installation.events, event)), None


def find_resource(installation: Installation, resource_id: str) -> Resource:
    """A resource by the partner's id.

    Raises:
        APIError: 404, there is none.
    """
    resource = installation.resources.get(resource_id)
    if resource is None:
        raise not_found(what="Resource")
    return resource


def with_resource(installation: Installation, resource_id: str, resource: Resource) -> Installation:
    """The installation with a resource that is new or has changed."""
    return evolve(installation, resources={**installation.resources, resource_id: resource})


def without_resource(installation: Installation, resource_id: str) -> Installation:
    """The installation without a resource, should it have it."""
    left = {name: one for name, one in installation.resources.items() if name != resource_id}
    return evolve(installation, resources=left)
