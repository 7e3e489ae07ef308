"""Experimentation items: the flags and experiments of a resource."""

from collections.abc import Sequence
from typing import Literal, TypeAlias

from attrs import frozen

ExperimentationCategory: TypeAlias = Literal["experiment", "flag"]
"""What an item is."""


@frozen(kw_only=True)
class ExperimentationItem:
    """A flag or an experiment."""

    id: str
    """The partner's id of it."""
    slug: str
    """Its short name."""
    origin: str
    """Its page on the partner's side, a URL."""
    category: ExperimentationCategory | None = None
    """What it is."""
    name: str | None = None
    """What the customer reads."""
    description: str | None = None
    """What the customer reads below the name."""
    is_archived: bool | None = None
    """Whether it is out of use."""
    created_at: int | None = None
    """When it was made, in milliseconds since 1970 (UTC)."""
    updated_at: int | None = None
    """When it was last changed, in milliseconds since 1970 (UTC)."""


@frozen(kw_only=True)
class CreateExperimentationItemsRequestBody:
    """The items to make."""

    items: Sequence[ExperimentationItem]
    """The items, 50 at most."""


@frozen
class CreateExperimentationItemsRequest:
    """Parameters of `create_experimentation_items`."""

    integration_configuration_id: str
    """The installation, `icfg_…`."""
    resource_id: str
    """The partner's id of the resource."""
    request_body: CreateExperimentationItemsRequestBody | None = None
    """The items; the contract lets them be left out."""


@frozen(kw_only=True)
class UpdateExperimentationItemRequestBody:
    """What an item is to be from now on."""

    slug: str
    """Its short name."""
    origin: str
    """Its page on the partner's side, a URL."""
    name: str | None = None
    """What the customer reads."""
    category: ExperimentationCategory | None = None
    """What it is."""
    description: str | None = None
    """What the customer reads below the name."""
    is_archived: bool | None = None
    """Whether it is out of use."""
    created_at: int | None = None
    """When it was made, in milliseconds since 1970 (UTC)."""
    updated_at: int | None = None
    """When it was last changed, in milliseconds since 1970 (UTC)."""


@frozen
class UpdateExperimentationItemRequest:
    """Parameters of `update_experimentation_item`."""

    integration_configuration_id: str
    """The installation, `icfg_…`."""
    resource_id: str
    """The partner's id of the resource."""
    item_id: str
    """The partner's id of the item."""
    request_body: UpdateExperimentationItemRequestBody | None = None
    """The change; the contract lets it be left out."""


@frozen
class DeleteExperimentationItemRequest:
    """Parameters of `delete_experimentation_item`."""

    integration_configuration_id: str
    """The installation, `icfg_…`."""
    resource_id: str
    """The partner's id of the resource."""
    item_id: str
    """The partner's id of the item."""
