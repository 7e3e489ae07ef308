"""What a partner tells Vercel about changes on its side."""

from typing import Literal

from attrs import frozen


@frozen(kw_only=True)
class InstallationUpdatedEvent:
    """The installation changed."""

    type: Literal["installation.updated"] = "installation.updated"
    """`"installation.updated"`."""
    billing_plan_id: str | None = None
    """The installation's billing plan, where it has one of its own."""


@frozen(kw_only=True)
class ResourceUpdatedEvent:
    """A resource changed."""

    type: Literal["resource.updated"] = "resource.updated"
    """`"resource.updated"`."""
    product_id: str | None = None
    """The partner's slug or id of the product."""
    resource_id: str
    """The partner's id of the resource."""


@frozen(kw_only=True)
class CreateEventRequestBody:
    """The event to send."""

    event: InstallationUpdatedEvent | ResourceUpdatedEvent
    """What changed."""


@frozen
class CreateEventRequest:
    """Parameters of `create_event`."""

    integration_configuration_id: str
    """The installation, `icfg_…`."""
    request_body: CreateEventRequestBody
    """The event."""
