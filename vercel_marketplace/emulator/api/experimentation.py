"""The flags and experiments of a resource. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from attrs import asdict, evolve

from vercel_marketplace.emulator.api.accounts import find_resource, with_resource
from vercel_marketplace.emulator.api.errors import bad_request, not_found
from vercel_marketplace.emulator.state import Installation
from vercel_marketplace.models.experimentation import (
    CreateExperimentationItemsRequest,
    DeleteExperimentationItemRequest,
    ExperimentationItem,
    UpdateExperimentationItemRequest,
    UpdateExperimentationItemRequestBody,
)

_MAX_ITEMS: Final = 50
_MAX_CHARS: Final = {"id": 1024, "slug": 1024, "origin": 2048, "name": 1024, "description": 1024}


def create_experimentation_items(
    installation: Installation, request: CreateExperimentationItemsRequest, _now: datetime
) -> tuple[Installation, None]:
    """Make all of the items, or none if one of them is wrong; without a body there are none."""
    resource = find_resource(installation, request.resource_id)
    items = request.request_body.items if request.request_body else ()
    if len(items) > _MAX_ITEMS:
        raise bad_request(path="items", message=f"more than {_MAX_ITEMS}")
    made = dict(resource.items)
    for index, item in enumerate(items):
        _check(item, f"items[{index}].")
        if item.id in made:
            raise bad_request(path=f"items[{index}].id", message="exists already")
        made[item.id] = item
    return with_resource(installation, request.resource_id, evolve(resource, items=made)), None


def update_experimentation_item(
    installation: Installation, request: UpdateExperimentationItemRequest, _now: datetime
) -> tuple[Installation, None]:
    """Change what is given of an item, and nothing without a body."""
    resource = find_resource(installation, request.resource_id)
    before = _find(resource.items, request.item_id)
    if request.request_body is None:
        return installation, None
    _check(request.request_body, "")
    after = evolve(before, **asdict(request.request_body, filter=lambda _, it: it is not None))
    changed = evolve(resource, items={**resource.items, before.id: after})
    return with_resource(installation, request.resource_id, changed), None


def delete_experimentation_item(
    installation: Installation, request: DeleteExperimentationItemRequest, _now: datetime
) -> tuple[Installation, None]:
    """Forget an item."""
    resource = find_resource(installation, request.resource_id)
    _find(resource.items, request.item_id)
    left = {name: item for name, item in resource.items.items() if name != request.item_id}
    return with_resource(installation, request.resource_id, evolve(resource, items=left)), None


def _find(items: Mapping[str, ExperimentationItem], item_id: str) -> ExperimentationItem:
    item = items.get(item_id)
    if item is None:
        raise not_found(what="Item")
    return item


def _check(item: ExperimentationItem | UpdateExperimentationItemRequestBody, path: str) -> None:
    """Refuse a text that is longer than Vercel takes."""
    for name, most in _MAX_CHARS.items():
        if len(getattr(item, name, None) or "") > most:
            raise bad_request(path=path + name, message=f"more than {most} characters")
