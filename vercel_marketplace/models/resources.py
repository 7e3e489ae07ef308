"""Resources: listed, read, imported, changed and deleted."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Literal, TypeAlias

from attrs import frozen

from vercel_marketplace.models.common import (
    BillingPlan,
    JSONValue,
    Notification,
    NotificationLevel,
    ResourceOwnership,
    ResourceStatus,
    Secret,
    UpdateResourceSecretsRequestBody,
)
from vercel_marketplace.models.custom_claims import CustomClaims
from vercel_marketplace.models.unset import UNSET, Unset

AppUrlTarget: TypeAlias = Literal["development", "preview", "production"]
"""The known environments; responses may hold others."""

# Parts of a resource -----------------------------------------------------------------


@frozen(kw_only=True)
class ResourceNotification:
    """What the customer sees of a resource in the Vercel dashboard."""

    _only_in_responses: ClassVar[bool] = True

    title: str
    """Its first line."""
    level: NotificationLevel | str
    """How urgent it is. Expect more than the known levels."""
    message: str | None = None
    """The text below."""
    href: str | None = None
    """Where it leads."""


@frozen(kw_only=True)
class AppUrl:
    """Where an application that uses a resource is reached."""

    _only_in_responses: ClassVar[bool] = True

    url: str
    """The address."""
    target: AppUrlTarget | str
    """The environment. Expect more than the known ones."""


@frozen(kw_only=True)
class AuthenticationSettings:
    """What an authentication product needs to know."""

    _only_in_responses: ClassVar[bool] = True

    app_urls: list[AppUrl] | None = None
    """Where the applications are reached."""


@frozen(kw_only=True)
class ExperimentationSettings:
    """What an experimentation product needs to know."""

    _only_in_responses: ClassVar[bool] = True

    edge_config_id: str | None = None
    """The Edge Config, by the older name."""
    global_config_id: str | None = None
    """The Global Config."""


@frozen(kw_only=True)
class ProtocolSettings:
    """What the protocols of a resource's product need to know."""

    _only_in_responses: ClassVar[bool] = True

    experimentation: ExperimentationSettings | None = None
    """For experimentation products."""
    authentication: AuthenticationSettings | None = None
    """For authentication products."""


@frozen(kw_only=True)
class ExperimentationSettingsSummary:
    """`ExperimentationSettings`, as a list of resources has them."""

    _only_in_responses: ClassVar[bool] = True

    edge_config_syncing_enabled: bool | None = None
    """Whether the Edge Config is kept in step, by the older name."""
    edge_config_id: str | None = None
    """The Edge Config, by the older name."""
    edge_config_token_id: str | None = None
    """The id of the token for the Edge Config, by the older name."""
    global_config_id: str | None = None
    """The Global Config."""
    global_config_syncing_enabled: bool | None = None
    """Whether the customer lets the Global Config be kept in step."""


@frozen(kw_only=True)
class ProtocolSettingsSummary:
    """`ProtocolSettings`, as a list of resources has them."""

    _only_in_responses: ClassVar[bool] = True

    experimentation: ExperimentationSettingsSummary | None = None
    """For experimentation products."""
    authentication: AuthenticationSettings | None = None
    """For authentication products."""


# Reading -----------------------------------------------------------------------------


@frozen
class GetIntegrationResourcesRequest:
    """Parameters of `get_integration_resources`."""

    integration_configuration_id: str
    """The installation, `icfg_…`."""


@frozen(kw_only=True)
class ResourceSummary:
    """A resource in a list. Its `resource_id` is the name that one read alone has, too."""

    _only_in_responses: ClassVar[bool] = True

    partner_id: str
    """The partner's id of the resource."""
    internal_id: str
    """Vercel's id of it."""
    name: str
    """What it is called in Vercel."""
    status: ResourceStatus | str | None = None
    """Its state. Expect more than the known ones."""
    product_id: str
    """The product it is of."""
    protocol_settings: ProtocolSettingsSummary | None = None
    """What the product's protocols need to know."""
    notification: ResourceNotification | None = None
    """What the customer sees, where there is something."""
    billing_plan_id: str | None = None
    """The billing plan, where it has one."""
    metadata: dict[str, JSONValue] | None = None
    """What is set of the product's metadata schema: strings, numbers, booleans and lists of
    strings or numbers. Anything else that is there is kept."""

    @property
    def resource_id(self) -> str:
        """The partner's id: what the operations on one resource require."""
        return self.partner_id


@frozen(kw_only=True)
class ResourceList:
    """The resources of an installation, all of them."""

    _only_in_responses: ClassVar[bool] = True

    resources: list[ResourceSummary]
    """The resources."""


GetIntegrationResourcesResponseBody: TypeAlias = ResourceList
"""The name of `ResourceList` in Vercel's TypeScript SDK."""


@frozen
class GetIntegrationResourceRequest:
    """Parameters of `get_integration_resource`."""

    integration_configuration_id: str
    """The installation, `icfg_…`."""
    resource_id: str
    """The partner's id of the resource."""


@frozen(kw_only=True)
class Resource:
    """A resource. Its `resource_id` is the name that a listed one has, too."""

    _only_in_responses: ClassVar[bool] = True

    id: str
    """The partner's id of the resource."""
    internal_id: str
    """Vercel's id of it."""
    name: str
    """What it is called in Vercel."""
    status: ResourceStatus | str | None = None
    """Its state. Expect more than the known ones."""
    product_id: str
    """The product it is of."""
    protocol_settings: ProtocolSettings | None = None
    """What the product's protocols need to know."""
    notification: ResourceNotification | None = None
    """What the customer sees, where there is something."""
    billing_plan_id: str | None = None
    """The billing plan, where it has one."""
    metadata: dict[str, JSONValue] | None = None
    """What is set of the product's metadata schema: strings, numbers, booleans and lists of
    strings or numbers. Anything else that is there is kept."""
    custom_claims: CustomClaims | None = None
    """What it adds to its OIDC tokens, where there is something."""

    @property
    def resource_id(self) -> str:
        """The partner's id: what the operations on one resource require."""
        return self.id


# Writing -----------------------------------------------------------------------------


GetIntegrationResourceResponseBody: TypeAlias = Resource
"""The name of `Resource` in Vercel's TypeScript SDK."""


@frozen
class DeleteIntegrationResourceRequest:
    """Parameters of `delete_integration_resource`."""

    integration_configuration_id: str
    """The installation, `icfg_…`."""
    resource_id: str
    """The partner's id of the resource."""


@frozen(kw_only=True)
class ImportResourceRequestBody:
    """A resource that was made on the partner's side."""

    ownership: ResourceOwnership | None = None
    """How it belongs to the installation."""
    product_id: str
    """The product it is of."""
    name: str
    """What it is called."""
    status: ResourceStatus
    """Its state."""
    metadata: Mapping[str, JSONValue] | None = None
    """Values for the product's metadata schema: any JSON by its name."""
    billing_plan: BillingPlan | None = None
    """Its billing plan."""
    notification: Notification | None = None
    """What the customer is to see."""
    extras: Mapping[str, JSONValue] | None = None
    """What else the product's protocols require: any JSON by its name."""
    secrets: Sequence[Secret] | None = None
    """Its secrets."""
    custom_claims: CustomClaims | None = None
    """What it adds to its OIDC tokens."""


@frozen
class ImportResourceRequest:
    """Parameters of `import_resource`."""

    integration_configuration_id: str
    """The installation, `icfg_…`."""
    resource_id: str
    """The partner's id of the resource."""
    request_body: ImportResourceRequestBody | None = None
    """The resource; the contract lets it be left out."""


@frozen(kw_only=True)
class ImportedResource:
    """The resource as Vercel has it."""

    _only_in_responses: ClassVar[bool] = True

    name: str
    """What it is called, which may be another name than was asked for."""


ImportResourceResponseBody: TypeAlias = ImportedResource
"""The name of `ImportedResource` in Vercel's TypeScript SDK."""


@frozen(kw_only=True)
class UpdateResourceRequestBody:
    """What to change of a resource; what is left out stays as it is."""

    ownership: ResourceOwnership | None = None
    """How it belongs to the installation."""
    name: str | None = None
    """What it is called."""
    status: ResourceStatus | None = None
    """Its state."""
    metadata: Mapping[str, JSONValue] | None = None
    """Values for the product's metadata schema: any JSON by its name."""
    billing_plan: BillingPlan | None = None
    """Its billing plan."""
    notification: Notification | str | Unset | None = UNSET
    """What the customer is to see: `None` clears it, and left out it stays. The contract allows a
    string, too, and does not say what that means."""
    extras: Mapping[str, JSONValue] | None = None
    """What else the product's protocols require: any JSON by its name."""
    secrets: Sequence[Secret] | UpdateResourceSecretsRequestBody | None = None
    """Its secrets: a list replaces all of them; the body of `update_resource_secrets_by_id` with
    `partial` set overwrites only those listed."""
    custom_claims: CustomClaims | None = None
    """What it adds to its OIDC tokens."""


@frozen
class UpdateResourceRequest:
    """Parameters of `update_resource`."""

    integration_configuration_id: str
    """The installation, `icfg_…`."""
    resource_id: str
    """The partner's id of the resource."""
    request_body: UpdateResourceRequestBody | None = None
    """The change; may be left out."""


@frozen(kw_only=True)
class UpdatedResource:
    """The resource as Vercel has it."""

    _only_in_responses: ClassVar[bool] = True

    name: str
    """What it is called, which may be another name than was asked for."""


UpdateResourceResponseBody: TypeAlias = UpdatedResource
"""The name of `UpdatedResource` in Vercel's TypeScript SDK."""
