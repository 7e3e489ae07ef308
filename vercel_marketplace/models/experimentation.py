"""Experimentation items: the flags and experiments of a resource."""

from collections.abc import Sequence
from typing import Literal, TypeAlias

from attrs import frozen

ExperimentationCategory: TypeAlias = Literal["experiment", "flag"]
"""What an item is."""


@frozen(kw_only=True)
class ExperimentationItem:
    """A flag or an experiment.

    Attributes:
        id: The partner's id of it.
        slug: Its short name.
        origin: Its page on the partner's side, a URL.
        category: What it is.
        name: What the customer reads.
        description: What the customer reads below the name.
        is_archived: Whether it is out of use.
        created_at: When it was made, in milliseconds since 1970 (UTC).
        updated_at: When it was last changed, in milliseconds since 1970 (UTC).
    """

    id: str
    slug: str
    origin: str
    category: ExperimentationCategory | None = None
    name: str | None = None
    description: str | None = None
    is_archived: bool | None = None
    created_at: int | None = None
    updated_at: int | None = None


@frozen(kw_only=True)
class CreateExperimentationItemsRequestBody:
    """The items to make.

    Attributes:
        items: The items, 50 at most.
    """

    items: Sequence[ExperimentationItem]


@frozen
class CreateExperimentationItemsRequest:
    """Items and the resource they belong to.

    Attributes:
        integration_configuration_id: The installation, `icfg_…`.
        resource_id: The partner's id of the resource.
        request_body: The items; the contract lets them be left out.
    """

    integration_configuration_id: str
    resource_id: str
    request_body: CreateExperimentationItemsRequestBody | None = None


@frozen(kw_only=True)
class UpdateExperimentationItemRequestBody:
    """What an item is to be from now on.

    Attributes:
        slug: Its short name.
        origin: Its page on the partner's side, a URL.
        name: What the customer reads.
        category: What it is.
        description: What the customer reads below the name.
        is_archived: Whether it is out of use.
        created_at: When it was made, in milliseconds since 1970 (UTC).
        updated_at: When it was last changed, in milliseconds since 1970 (UTC).
    """

    slug: str
    origin: str
    name: str | None = None
    category: ExperimentationCategory | None = None
    description: str | None = None
    is_archived: bool | None = None
    created_at: int | None = None
    updated_at: int | None = None


@frozen
class UpdateExperimentationItemRequest:
    """A change and the item it is for.

    Attributes:
        integration_configuration_id: The installation, `icfg_…`.
        resource_id: The partner's id of the resource.
        item_id: The partner's id of the item.
        request_body: The change; the contract lets it be left out.
    """

    integration_configuration_id: str
    resource_id: str
    item_id: str
    request_body: UpdateExperimentationItemRequestBody | None = None


@frozen
class DeleteExperimentationItemRequest:
    """Which item to delete.

    Attributes:
        integration_configuration_id: The installation, `icfg_…`.
        resource_id: The partner's id of the resource.
        item_id: The partner's id of the item.
    """

    integration_configuration_id: str
    resource_id: str
    item_id: str
