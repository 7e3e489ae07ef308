"""An installation's account, its members and its events. Pure."""

from datetime import datetime

from attrs import evolve

from vercel_marketplace.emulator import limits
from vercel_marketplace.emulator.api.registry import handles
from vercel_marketplace.emulator.state import Installation
from vercel_marketplace.funcs.create_event import OPERATION as CREATE_EVENT
from vercel_marketplace.funcs.get_account_info import OPERATION as GET_ACCOUNT_INFO
from vercel_marketplace.funcs.get_member import OPERATION as GET_MEMBER
from vercel_marketplace.models.account import (
    Account,
    GetAccountInfoRequest,
    GetMemberRequest,
    Member,
)
from vercel_marketplace.models.events import CreateEventRequest, ResourceUpdatedEvent


@handles(GET_ACCOUNT_INFO)
def get_account_info(
    installation: Installation, _request: GetAccountInfoRequest, _now: datetime
) -> tuple[Installation, Account]:
    """Return the team behind the installation."""
    return installation, installation.account


@handles(GET_MEMBER)
def get_member(
    installation: Installation, request: GetMemberRequest, _now: datetime
) -> tuple[Installation, Member]:
    """Return a member of the team."""
    return installation, installation.find_member(request.member_id)


@handles(CREATE_EVENT)
def create_event(
    installation: Installation, request: CreateEventRequest, _now: datetime
) -> tuple[Installation, None]:
    """Record an event; one about a resource requires that resource."""
    event = request.request_body.event
    if isinstance(event, ResourceUpdatedEvent):
        installation.find_resource(event.resource_id)
    events = (*installation.events, event)[-limits.MAX_EVENTS :]
    count = installation.event_count + 1
    return evolve(installation, events=events, event_count=count), None
