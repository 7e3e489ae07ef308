"""The flags and experiments of a resource. Pure."""

from datetime import datetime
from typing import Final

from attrs import asdict, evolve

from vercel_marketplace.emulator.api.errors import bad_request
from vercel_marketplace.emulator.api.registry import handles
from vercel_marketplace.emulator.state import Installation
from vercel_marketplace.funcs.create_experimentation_items import (
    OPERATION as CREATE_EXPERIMENTATION_ITEMS,
)
from vercel_marketplace.funcs.delete_experimentation_item import (
    OPERATION as DELETE_EXPERIMENTATION_ITEM,
)
from vercel_marketplace.funcs.update_experimentation_item import (
    OPERATION as UPDATE_EXPERIMENTATION_ITEM,
)
from vercel_marketplace.models.experimentation import (
    CreateExperimentationItemsRequest,
    DeleteExperimentationItemRequest,
    ExperimentationItem,
    UpdateExperimentationItemRequest,
    UpdateExperimentationItemRequestBody,
)

_MAX_ITEMS: Final = 50
_MAX_CHARS: Final = {"id": 1024, "slug": 1024, "origin": 2048, "name": 1024, "description": 1024}


@handles(CREATE_EXPERIMENTATION_ITEMS)
def create_experimentation_items(
    installation: Installation, request: CreateExperimentationItemsRequest, _now: datetime
) -> tuple[Installation, None]:
    """Create all of the items, or none if one of them is invalid or there is no body."""
    resource = installation.find_resource(request.resource_id)
    new = request.request_body.items if request.request_body else ()
    if len(new) > _MAX_ITEMS:
        raise bad_request(path="items", message=f"more than {_MAX_ITEMS}")
    items = dict(resource.items)
    for index, item in enumerate(new):
        _check(item, f"items[{index}].")
        if item.id in items:
            raise bad_request(path=f"items[{index}].id", message="exists already")
        items[item.id] = item
    return installation.with_resource(request.resource_id, evolve(resource, items=items)), None


@handles(UPDATE_EXPERIMENTATION_ITEM)
def update_experimentation_item(
    installation: Installation, request: UpdateExperimentationItemRequest, _now: datetime
) -> tuple[Installation, None]:
    """Change the given properties of an item; without a body nothing changes."""
    resource = installation.find_resource(request.resource_id)
    before = resource.find_item(request.item_id)
    if request.request_body is None:
        return installation, None
    _check(request.request_body, "")
    after = evolve(before, **asdict(request.request_body, filter=lambda _, it: it is not None))
    changed = evolve(resource, items={**resource.items, before.id: after})
    return installation.with_resource(request.resource_id, changed), None


@handles(DELETE_EXPERIMENTATION_ITEM)
def delete_experimentation_item(
    installation: Installation, request: DeleteExperimentationItemRequest, _now: datetime
) -> tuple[Installation, None]:
    """Delete an item."""
    resource = installation.find_resource(request.resource_id)
    resource.find_item(request.item_id)
    left = {name: item for name, item in resource.items.items() if name != request.item_id}
    return installation.with_resource(request.resource_id, evolve(resource, items=left)), None


def _check(item: ExperimentationItem | UpdateExperimentationItemRequestBody, path: str) -> None:
    """Refuse a text that is longer than Vercel accepts."""
    for name, limit in _MAX_CHARS.items():
        if len(getattr(item, name, None) or "") > limit:
            raise bad_request(path=path + name, message=f"more than {limit} characters")
