"""An installation: its state, its plan, and its end."""

from typing import TypeAlias

from attrs import frozen

from vercel_marketplace.models.common import BillingPlan, Notification, ResourceStatus
from vercel_marketplace.models.unset import UNSET, Unset

InstallationStatus: TypeAlias = ResourceStatus
"""The states of an installation are those of a resource."""


@frozen(kw_only=True)
class UpdateInstallationRequestBody:
    """What to change of an installation; what is left out stays as it is."""

    status: InstallationStatus | None = None
    """Its new state."""
    external_id: str | None = None
    """The partner's id of it."""
    billing_plan: BillingPlan | None = None
    """Its billing plan, where it has one of its own."""
    notification: Notification | str | Unset | None = UNSET
    """What the customer is to see: `None` clears it, and left out it stays. The contract allows a
    string, too, and does not say what that means."""


@frozen
class UpdateInstallationRequest:
    """Parameters of `update_installation`."""

    integration_configuration_id: str
    """The installation, `icfg_…`."""
    request_body: UpdateInstallationRequestBody | None = None
    """The change; may be left out."""


@frozen
class FinalizeInstallationRequest:
    """Parameters of `finalize_installation`."""

    integration_configuration_id: str
    """The installation, `icfg_…`."""
