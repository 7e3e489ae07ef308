"""An installation: its state, its plan, and its end."""

from typing import TypeAlias

from attrs import frozen

from vercel_marketplace.models.common import BillingPlan, Notification, ResourceStatus
from vercel_marketplace.models.unset import UNSET, Unset

InstallationStatus: TypeAlias = ResourceStatus
"""The states of an installation are those of a resource."""


@frozen(kw_only=True)
class UpdateInstallationRequestBody:
    """What to change of an installation; what is left out stays as it is.

    Attributes:
        status: Its new state.
        external_id: The partner's id of it.
        billing_plan: Its billing plan, where it has one of its own.
        notification: What the customer is to see: `None` clears it, and left out it stays. The
            contract takes a string, too, and does not say what that means.
    """

    status: InstallationStatus | None = None
    external_id: str | None = None
    billing_plan: BillingPlan | None = None
    notification: Notification | str | Unset | None = UNSET


@frozen
class UpdateInstallationRequest:
    """A change and the installation it is for.

    Attributes:
        integration_configuration_id: The installation, `icfg_…`.
        request_body: The change; may be left out.
    """

    integration_configuration_id: str
    request_body: UpdateInstallationRequestBody | None = None


@frozen
class FinalizeInstallationRequest:
    """Which installation gets no further invoices.

    Attributes:
        integration_configuration_id: The installation, `icfg_…`.
    """

    integration_configuration_id: str
