"""Transfers of resources to another team's installation."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from attrs import frozen

from vercel_marketplace.errors import Issue
from vercel_marketplace.partner.models._checks import find_dot_segment, find_empty
from vercel_marketplace.partner.models.plans import PartnerBillingPlan

# Requests ----------------------------------------------------------------------------


@frozen(kw_only=True)
class CreateResourceTransferRequest:
    """A user makes a link with which another team can claim resources."""

    _only_from_vercel: ClassVar[bool] = True

    installation_id: str
    """The installation that has the resources, `icfg_…`."""
    resource_ids: Sequence[str]
    """The resources, by the partner's ids."""
    expires_at: float
    """Until when they can be claimed, in milliseconds since 1970."""


@frozen(kw_only=True)
class VerifyResourceTransferRequest:
    """A team is about to claim resources."""

    _only_from_vercel: ClassVar[bool] = True

    installation_id: str
    """The installation that is to get the resources, `icfg_…`; not the one that has them."""
    provider_claim_id: str
    """The partner's id of the transfer."""


@frozen(kw_only=True)
class AcceptResourceTransferRequest:
    """A team claims resources."""

    _only_from_vercel: ClassVar[bool] = True

    installation_id: str
    """The installation that gets the resources, `icfg_…`; not the one that has them."""
    provider_claim_id: str
    """The partner's id of the transfer."""
    target_installation_id: str | None = None
    """The installation that gets the resources, again; Vercel may leave it out. Do not trust it:
    the token is bound to `installation_id`."""
    target_team_id: str | None = None
    """The team that gets them; Vercel may leave it out."""


# Responses ---------------------------------------------------------------------------


@frozen(kw_only=True)
class ResourceTransfer:
    """A transfer that can be claimed."""

    provider_claim_id: str
    """The partner's id of the transfer, which is in the paths of what follows."""

    def _cross_field_issues(self) -> Iterator[Issue]:
        """Yield what the field types cannot say: an id that no path can hold."""
        yield from find_empty(self, "provider_claim_id")
        yield from find_dot_segment("provider_claim_id", self.provider_claim_id)


@frozen(kw_only=True)
class VerifiedTransfer:
    """A transfer that the team may claim."""

    new_billing_plan: PartnerBillingPlan | None = None
    """The plan that the installation would have to take."""
