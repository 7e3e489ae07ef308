"""The Global Config of a resource, while the customer lets it be synced. Pure."""

from datetime import datetime

from attrs import evolve

from vercel_marketplace.emulator.api.accounts import find_resource, with_resource
from vercel_marketplace.emulator.api.errors import not_found, precondition_failed
from vercel_marketplace.emulator.ids import json_digest
from vercel_marketplace.emulator.state import Installation
from vercel_marketplace.models.global_config import (
    GetGlobalConfigRequest,
    GlobalConfig,
    HeadGlobalConfigRequest,
    ReplaceGlobalConfigRequest,
)


def get_global_config(
    installation: Installation, request: GetGlobalConfigRequest, _now: datetime
) -> tuple[Installation, GlobalConfig]:
    """Show the data."""
    return installation, _readable(installation, request.resource_id)


def head_global_config(
    installation: Installation, request: HeadGlobalConfigRequest, _now: datetime
) -> tuple[Installation, None]:
    """Tell whether there are data to read."""
    _readable(installation, request.resource_id)
    return installation, None


def replace_global_config(
    installation: Installation, request: ReplaceGlobalConfigRequest, now: datetime
) -> tuple[Installation, GlobalConfig]:
    """Write the data; the same data again change nothing, and neither does no body."""
    resource = find_resource(installation, request.resource_id)
    if not resource.is_synced:
        raise precondition_failed(message="The Global Config is not writable.")
    before = resource.global_config
    if request.request_body is None:
        return installation, before
    data = dict(request.request_body.data)
    digest = json_digest(data)
    if digest == before.digest:
        return installation, before
    moment = int(now.timestamp() * 1000)
    after = evolve(before, items=data, updated_at=moment, digest=digest)
    changed = evolve(resource, global_config=after)
    return with_resource(installation, request.resource_id, changed), after


def _readable(installation: Installation, resource_id: str) -> GlobalConfig:
    resource = find_resource(installation, resource_id)
    if not resource.is_synced:
        raise not_found(what="Global Config")
    return resource.global_config
