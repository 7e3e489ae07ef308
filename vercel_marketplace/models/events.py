"""What a partner tells Vercel about changes on its side."""

from typing import Literal

from attrs import frozen


@frozen(kw_only=True)
class InstallationUpdatedEvent:
    """The installation changed.

    Attributes:
        type: `"installation.updated"`.
        billing_plan_id: The installation's billing plan, where it has one of its own.
    """

    type: Literal["installation.updated"] = "installation.updated"
    billing_plan_id: str | None = None


@frozen(kw_only=True)
class ResourceUpdatedEvent:
    """A resource changed.

    Attributes:
        type: `"resource.updated"`.
        product_id: The partner's slug or id of the product.
        resource_id: The partner's id of the resource.
    """

    type: Literal["resource.updated"] = "resource.updated"
    product_id: str | None = None
    resource_id: str


@frozen(kw_only=True)
class CreateEventRequestBody:
    """The event to send.

    Attributes:
        event: What changed.
    """

    event: InstallationUpdatedEvent | ResourceUpdatedEvent


@frozen
class CreateEventRequest:
    """An event and where it happened.

    Attributes:
        integration_configuration_id: The installation, `icfg_…`.
        request_body: The event.
    """

    integration_configuration_id: str
    request_body: CreateEventRequestBody
