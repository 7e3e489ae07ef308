"""Resources: what Vercel requests, and what a partner says of one."""

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from attrs import frozen

from vercel_marketplace.errors import Issue
from vercel_marketplace.models.common import (
    Notification,
    ResourceStatus,
    Secret,
)
from vercel_marketplace.models.custom_claims import CustomClaims
from vercel_marketplace.partner.models._checks import (
    find_dot_segment,
    find_empty,
    find_metadata_issues,
    find_notification_issues,
    find_secret_issues,
)
from vercel_marketplace.partner.models.plans import MetadataValue, PartnerBillingPlan

# Parts of a resource -----------------------------------------------------------------


@frozen(kw_only=True)
class RequestedExperimentationSettings:
    """What the customer chose for an experimentation product."""

    _only_from_vercel: ClassVar[bool] = True

    edge_config_id: str | None = None
    """The Edge Config (now: Global Config) that the partner is to fill."""


@frozen(kw_only=True)
class RequestedProtocolSettings:
    """What the customer chose for the protocols of a product."""

    _only_from_vercel: ClassVar[bool] = True

    experimentation: RequestedExperimentationSettings | None = None
    """For experimentation products."""


@frozen(kw_only=True)
class PartnerExperimentationSettings:
    """What an experimentation product needs Vercel to know."""

    edge_config_syncing_enabled: bool | None = None
    """Whether the Edge Config is kept in step."""
    edge_config_id: str | None = None
    """The Edge Config (now: Global Config)."""
    edge_config_token_id: str | None = None
    """The id of the token for the Edge Config."""


@frozen(kw_only=True)
class PartnerProtocolSettings:
    """Settings of the protocols that a product supports."""

    experimentation: PartnerExperimentationSettings | None = None
    """For experimentation products."""


# Requests ----------------------------------------------------------------------------


@frozen(kw_only=True)
class ProvisionResourceRequest:
    """A customer creates a resource."""

    _only_from_vercel: ClassVar[bool] = True

    installation_id: str
    """The installation, `icfg_…`."""
    product_id: str
    """The product, by the partner's id or by its slug."""
    name: str
    """The customer's name for it."""
    metadata: Mapping[str, MetadataValue]
    """What the customer filled in, by the product's schema."""
    billing_plan_id: str
    """The plan that the customer chose."""
    external_id: str | None = None
    """The id that the partner put into a Deploy Button."""
    protocol_settings: RequestedProtocolSettings | None = None
    """What the customer chose for the protocols of the product."""


@frozen(kw_only=True)
class ListResourcesRequest:
    """Which resources to list."""

    _only_from_vercel: ClassVar[bool] = True

    installation_id: str
    """The installation, `icfg_…`."""
    ids: Sequence[str] | None = None
    """Only these, by the partner's ids."""


@frozen(kw_only=True)
class GetResourceRequest:
    """Which resource to describe."""

    _only_from_vercel: ClassVar[bool] = True

    installation_id: str
    """The installation, `icfg_…`."""
    resource_id: str
    """The partner's id of the resource."""


@frozen(kw_only=True)
class UpdateResourceRequest:
    """A customer changes a resource; what is left out stays as it is."""

    _only_from_vercel: ClassVar[bool] = True

    installation_id: str
    """The installation, `icfg_…`."""
    resource_id: str
    """The partner's id of the resource."""
    name: str | None = None
    """The customer's new name for it."""
    metadata: Mapping[str, MetadataValue] | None = None
    """What the customer filled in, by the product's schema."""
    billing_plan_id: str | None = None
    """The plan that the customer chose."""
    status: ResourceStatus | str | None = None
    """Deprecated: its state. Expect more than the known ones."""
    protocol_settings: RequestedProtocolSettings | None = None
    """What the customer chose for the protocols of the product."""


@frozen(kw_only=True)
class DeleteResourceRequest:
    """Which resource to delete."""

    _only_from_vercel: ClassVar[bool] = True

    installation_id: str
    """The installation, `icfg_…`."""
    resource_id: str
    """The partner's id of the resource."""


# Responses ---------------------------------------------------------------------------


@frozen(kw_only=True)
class PartnerResource:
    """A resource, as the partner describes it."""

    id: str
    """The partner's id of it."""
    product_id: str
    """The product that it is of: the same as when it was provisioned."""
    name: str
    """The customer's name for it."""
    metadata: Mapping[str, MetadataValue]
    """What the customer filled in, by the product's schema: strings, numbers, booleans and lists
    of strings or of numbers."""
    status: ResourceStatus
    """Its state."""
    billing_plan: PartnerBillingPlan | None = None
    """Its billing plan; left out, it is billed with the installation."""
    notification: Notification | None = None
    """The notification for the customer. `None` leaves it out: Vercel refuses null here."""
    protocol_settings: PartnerProtocolSettings | None = None
    """Settings of the protocols that the product supports."""

    def _cross_field_issues(self) -> Iterator[Issue]:
        """Yield what the field types cannot say: empty texts, and what a customer cannot see."""
        yield from find_empty(self, "id", "product_id", "name")
        yield from find_dot_segment("id", self.id)
        yield from find_metadata_issues(self.metadata)
        yield from find_notification_issues(self.notification)


@frozen(kw_only=True)
class ProvisionedResource(PartnerResource):
    """A resource that was just provisioned.

    Provisioning may end later, with the status `"pending"`: the secrets are required at once.
    """

    secrets: Sequence[Secret]
    """The secrets for the environment of connected projects."""
    custom_claims: CustomClaims | None = None
    """What it adds to its OIDC tokens; not documented here."""

    def _cross_field_issues(self) -> Iterator[Issue]:
        """Yield what the field types cannot say, also of the secrets."""
        yield from super()._cross_field_issues()
        yield from find_secret_issues(self.secrets)


@frozen(kw_only=True)
class PartnerResources:
    """The resources of an installation."""

    resources: Sequence[PartnerResource]
    """The resources."""
