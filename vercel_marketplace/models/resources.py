"""Resources: listed, read, imported, changed and deleted."""

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

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
"""The known environments; answers may hold others."""

# Parts of a resource -----------------------------------------------------------------


@frozen(kw_only=True)
class ResourceNotification:
    """What the customer sees of a resource in the Vercel dashboard.

    Attributes:
        title: Its first line.
        level: How urgent it is. Expect more than the known levels.
        message: The text below.
        href: Where it leads.
    """

    title: str
    level: NotificationLevel | str
    message: str | None = None
    href: str | None = None


@frozen(kw_only=True)
class AppUrl:
    """Where an application that uses a resource is reached.

    Attributes:
        url: The address.
        target: The environment. Expect more than the known ones.
    """

    url: str
    target: AppUrlTarget | str


@frozen(kw_only=True)
class AuthenticationSettings:
    """What an authentication product needs to know.

    Attributes:
        app_urls: Where the applications are reached.
    """

    app_urls: list[AppUrl] | None = None


@frozen(kw_only=True)
class ExperimentationSettings:
    """What an experimentation product needs to know.

    Attributes:
        edge_config_id: The Edge Config, by the older name.
        global_config_id: The Global Config.
    """

    edge_config_id: str | None = None
    global_config_id: str | None = None


@frozen(kw_only=True)
class ProtocolSettings:
    """What the protocols of a resource's product need to know.

    Attributes:
        experimentation: For experimentation products.
        authentication: For authentication products.
    """

    experimentation: ExperimentationSettings | None = None
    authentication: AuthenticationSettings | None = None


@frozen(kw_only=True)
class ListedExperimentationSettings:
    """The same in a list, which says more.

    Attributes:
        edge_config_syncing_enabled: Whether the Edge Config is kept in step, by the older name.
        edge_config_id: The Edge Config, by the older name.
        edge_config_token_id: The id of the token for the Edge Config, by the older name.
        global_config_id: The Global Config.
        global_config_syncing_enabled: Whether the customer lets the Global Config be kept in
            step.
    """

    edge_config_syncing_enabled: bool | None = None
    edge_config_id: str | None = None
    edge_config_token_id: str | None = None
    global_config_id: str | None = None
    global_config_syncing_enabled: bool | None = None


@frozen(kw_only=True)
class ListedProtocolSettings:
    """The same in a list, which says more.

    Attributes:
        experimentation: For experimentation products.
        authentication: For authentication products.
    """

    experimentation: ListedExperimentationSettings | None = None
    authentication: AuthenticationSettings | None = None


# Reading -----------------------------------------------------------------------------


@frozen
class GetIntegrationResourcesRequest:
    """Whose resources to list.

    Attributes:
        integration_configuration_id: The installation, `icfg_…`.
    """

    integration_configuration_id: str


@frozen(kw_only=True)
class ListedResource:
    """A resource in a list. Its `resource_id` is the name that one read alone has, too.

    Attributes:
        partner_id: The partner's id of the resource.
        internal_id: Vercel's id of it.
        name: What it is called in Vercel.
        status: Its state. Expect more than the known ones.
        product_id: The product it is of.
        protocol_settings: What the product's protocols need to know.
        notification: What the customer sees, where there is something.
        billing_plan_id: The billing plan, where it has one.
        metadata: What is set of the product's metadata schema: strings, numbers, booleans and
            lists of strings or numbers. Anything else that is there is kept.
    """

    partner_id: str
    internal_id: str
    name: str
    status: ResourceStatus | str | None = None
    product_id: str
    protocol_settings: ListedProtocolSettings | None = None
    notification: ResourceNotification | None = None
    billing_plan_id: str | None = None
    metadata: dict[str, JSONValue] | None = None

    @property
    def resource_id(self) -> str:
        """The partner's id: what the operations on one resource take."""
        return self.partner_id


@frozen(kw_only=True)
class GetIntegrationResourcesResponseBody:
    """The resources of an installation, all of them.

    Attributes:
        resources: The resources.
    """

    resources: list[ListedResource]


@frozen
class GetIntegrationResourceRequest:
    """Which resource to read.

    Attributes:
        integration_configuration_id: The installation, `icfg_…`.
        resource_id: The partner's id of the resource.
    """

    integration_configuration_id: str
    resource_id: str


@frozen(kw_only=True)
class GetIntegrationResourceResponseBody:
    """A resource. Its `resource_id` is the name that a listed one has, too.

    Attributes:
        id: The partner's id of the resource.
        internal_id: Vercel's id of it.
        name: What it is called in Vercel.
        status: Its state. Expect more than the known ones.
        product_id: The product it is of.
        protocol_settings: What the product's protocols need to know.
        notification: What the customer sees, where there is something.
        billing_plan_id: The billing plan, where it has one.
        metadata: What is set of the product's metadata schema: strings, numbers, booleans and
            lists of strings or numbers. Anything else that is there is kept.
        custom_claims: What it adds to its OIDC tokens, where there is something.
    """

    id: str
    internal_id: str
    name: str
    status: ResourceStatus | str | None = None
    product_id: str
    protocol_settings: ProtocolSettings | None = None
    notification: ResourceNotification | None = None
    billing_plan_id: str | None = None
    metadata: dict[str, JSONValue] | None = None
    custom_claims: CustomClaims | None = None

    @property
    def resource_id(self) -> str:
        """The partner's id: what the operations on one resource take."""
        return self.id


# Writing -----------------------------------------------------------------------------


@frozen
class DeleteIntegrationResourceRequest:
    """Which resource to delete.

    Attributes:
        integration_configuration_id: The installation, `icfg_…`.
        resource_id: The partner's id of the resource.
    """

    integration_configuration_id: str
    resource_id: str


@frozen(kw_only=True)
class ImportResourceRequestBody:
    """A resource that was made on the partner's side.

    Attributes:
        ownership: How it belongs to the installation.
        product_id: The product it is of.
        name: What it is called.
        status: Its state.
        metadata: Values for the product's metadata schema: any JSON by its name.
        billing_plan: Its billing plan.
        notification: What the customer is to see.
        extras: What else the product's protocols take: any JSON by its name.
        secrets: Its secrets.
        custom_claims: What it adds to its OIDC tokens.
    """

    ownership: ResourceOwnership | None = None
    product_id: str
    name: str
    status: ResourceStatus
    metadata: Mapping[str, JSONValue] | None = None
    billing_plan: BillingPlan | None = None
    notification: Notification | None = None
    extras: Mapping[str, JSONValue] | None = None
    secrets: Sequence[Secret] | None = None
    custom_claims: CustomClaims | None = None


@frozen
class ImportResourceRequest:
    """A resource and whom it is for.

    Attributes:
        integration_configuration_id: The installation, `icfg_…`.
        resource_id: The partner's id of the resource.
        request_body: The resource; the contract lets it be left out.
    """

    integration_configuration_id: str
    resource_id: str
    request_body: ImportResourceRequestBody | None = None


@frozen(kw_only=True)
class ImportResourceResponseBody:
    """The resource as Vercel has it.

    Attributes:
        name: What it is called, which may be another name than was asked for.
    """

    name: str


@frozen(kw_only=True)
class UpdateResourceRequestBody:
    """What to change of a resource; what is left out stays as it is.

    Attributes:
        ownership: How it belongs to the installation.
        name: What it is called.
        status: Its state.
        metadata: Values for the product's metadata schema: any JSON by its name.
        billing_plan: Its billing plan.
        notification: What the customer is to see: `None` clears it, and left out it stays. The
            contract takes a string, too, and does not say what that means.
        extras: What else the product's protocols take: any JSON by its name.
        secrets: Its secrets: a list replaces all of them; the body of
            `update_resource_secrets_by_id` with `partial` set overwrites only those listed.
        custom_claims: What it adds to its OIDC tokens.
    """

    ownership: ResourceOwnership | None = None
    name: str | None = None
    status: ResourceStatus | None = None
    metadata: Mapping[str, JSONValue] | None = None
    billing_plan: BillingPlan | None = None
    notification: Notification | str | Unset | None = UNSET
    extras: Mapping[str, JSONValue] | None = None
    secrets: Sequence[Secret] | UpdateResourceSecretsRequestBody | None = None
    custom_claims: CustomClaims | None = None


@frozen
class UpdateResourceRequest:
    """A change and the resource it is for.

    Attributes:
        integration_configuration_id: The installation, `icfg_…`.
        resource_id: The partner's id of the resource.
        request_body: The change; may be left out.
    """

    integration_configuration_id: str
    resource_id: str
    request_body: UpdateResourceRequestBody | None = None


@frozen(kw_only=True)
class UpdateResourceResponseBody:
    """The resource as Vercel has it.

    Attributes:
        name: What it is called, which may be another name than was asked for.
    """

    name: str
