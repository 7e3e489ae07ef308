"""The Global Config of a resource, as long as the customer has its syncing enabled. Pure."""

from datetime import datetime

from attrs import evolve

from vercel_marketplace.emulator.api.errors import not_found, precondition_failed
from vercel_marketplace.emulator.api.registry import handles
from vercel_marketplace.emulator.ids import json_digest
from vercel_marketplace.emulator.state import Installation
from vercel_marketplace.funcs.get_global_config import OPERATION as GET_GLOBAL_CONFIG
from vercel_marketplace.funcs.head_global_config import OPERATION as HEAD_GLOBAL_CONFIG
from vercel_marketplace.funcs.replace_global_config import OPERATION as REPLACE_GLOBAL_CONFIG
from vercel_marketplace.models.global_config import (
    GetGlobalConfigRequest,
    GlobalConfig,
    HeadGlobalConfigRequest,
    ReplaceGlobalConfigRequest,
)


@handles(GET_GLOBAL_CONFIG)
def get_global_config(
    installation: Installation, request: GetGlobalConfigRequest, _now: datetime
) -> tuple[Installation, GlobalConfig]:
    """Return the data."""
    return installation, _readable(installation, request.resource_id)


@handles(HEAD_GLOBAL_CONFIG)
def head_global_config(
    installation: Installation, request: HeadGlobalConfigRequest, _now: datetime
) -> tuple[Installation, None]:
    """Check that there are data to read."""
    _readable(installation, request.resource_id)
    return installation, None


@handles(REPLACE_GLOBAL_CONFIG)
def replace_global_config(
    installation: Installation, request: ReplaceGlobalConfigRequest, now: datetime
) -> tuple[Installation, GlobalConfig]:
    """Replace the data; the same data again, or no body, changes nothing."""
    resource = installation.find_resource(request.resource_id)
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
    return installation.with_resource(request.resource_id, changed), after


def _readable(installation: Installation, resource_id: str) -> GlobalConfig:
    resource = installation.find_resource(resource_id)
    if not resource.is_synced:
        raise not_found(what="Global Config")
    return resource.global_config
