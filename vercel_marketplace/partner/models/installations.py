"""Installations: what Vercel sends of one, and what a partner says of it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from attrs import field, frozen

from vercel_marketplace.errors import Issue
from vercel_marketplace.models._fields import mask
from vercel_marketplace.models.account import Account
from vercel_marketplace.models.common import JSONValue, Notification
from vercel_marketplace.models.unset import UNSET, Unset
from vercel_marketplace.partner.models._checks import find_notification_issues
from vercel_marketplace.partner.models.plans import PartnerBillingPlan

# Requests ----------------------------------------------------------------------------


@frozen(kw_only=True)
class InstallationCredentials:
    """What a partner calls Vercel with, in the name of one installation."""

    _only_from_vercel: ClassVar[bool] = True
    _wire_case: ClassVar[str] = "snake"

    access_token: str = field(repr=mask)
    """The bearer token; it does not expire. Store it, encrypted."""
    token_type: str
    """`"Bearer"`."""


@frozen(kw_only=True)
class UpsertInstallationRequest:
    """A customer installs the integration, or installs it again."""

    _only_from_vercel: ClassVar[bool] = True

    installation_id: str
    """The installation, `icfg_…`."""
    scopes: Sequence[str]
    """What the partner may do in the customer's account."""
    accepted_policies: Mapping[str, JSONValue]
    """When the customer accepted each policy, by the policy's name: timestamps in ISO 8601."""
    credentials: InstallationCredentials
    """What to call Vercel with; newer credentials replace older ones."""
    account: Account
    """The customer. The contact's address need not be that of the user who installs, and is not
    verified: do not sign anybody in by it."""
    metadata: Mapping[str, JSONValue] | None = None
    """What the customer filled in, by the integration's schema; not documented."""
    billing_plan_id: str | None = None
    """The plan that the customer chose; not documented."""
    parent_account: Mapping[str, JSONValue] | None = None
    """The account of a parent organization; not documented."""


@frozen(kw_only=True)
class GetInstallationRequest:
    """Which installation to describe."""

    _only_from_vercel: ClassVar[bool] = True

    installation_id: str
    """The installation, `icfg_…`."""


@frozen(kw_only=True)
class UpdateInstallationRequest:
    """A customer takes another plan of the installation."""

    _only_from_vercel: ClassVar[bool] = True

    installation_id: str
    """The installation, `icfg_…`."""
    billing_plan_id: str | None = None
    """The plan that the customer chose; left out, nothing changes."""


@frozen(kw_only=True)
class DeleteInstallationRequest:
    """A customer uninstalls the integration."""

    _only_from_vercel: ClassVar[bool] = True

    installation_id: str
    """The installation, `icfg_…`."""
    cascade_resource_deletion: bool | None = None
    """Whether its resources are to be deleted too."""
    reason: str | None = None
    """Why; Vercel does not document the values."""


# Responses ---------------------------------------------------------------------------


@frozen(kw_only=True)
class PartnerInstallation:
    """An installation, as the partner describes it."""

    billing_plan: PartnerBillingPlan | None = None
    """Its billing plan, with installation-level billing plans: `scope` is `"installation"` then."""
    notification: Notification | Unset | None = UNSET
    """The notification for the customer: `None` clears it, and left out it stays."""

    def _cross_field_issues(self) -> Iterator[Issue]:
        """Yield what the field types cannot say: what a notification may hold."""
        yield from find_notification_issues(self.notification)


@frozen(kw_only=True)
class Uninstallation:
    """The response to an uninstallation."""

    finalized: bool = False
    """Whether no final invoices will come, so that the installation is removed at once. Otherwise
    there are 24 hours for them."""
