"""Lists, reads, imports, updates and deletes resources. Pure."""

from datetime import datetime

from attrs import asdict, evolve

from vercel_marketplace.emulator.api.errors import bad_request, conflict
from vercel_marketplace.emulator.api.installations import changed_fields, check_notification
from vercel_marketplace.emulator.api.registry import handles
from vercel_marketplace.emulator.api.secrets import with_secrets
from vercel_marketplace.emulator.ids import stable_id
from vercel_marketplace.emulator.state import Installation, StoredResource
from vercel_marketplace.funcs.delete_integration_resource import (
    OPERATION as DELETE_INTEGRATION_RESOURCE,
)
from vercel_marketplace.funcs.get_integration_resource import OPERATION as GET_INTEGRATION_RESOURCE
from vercel_marketplace.funcs.get_integration_resources import (
    OPERATION as GET_INTEGRATION_RESOURCES,
)
from vercel_marketplace.funcs.import_resource import OPERATION as IMPORT_RESOURCE
from vercel_marketplace.funcs.update_resource import OPERATION as UPDATE_RESOURCE
from vercel_marketplace.models.common import Notification, UpdateResourceSecretsRequestBody
from vercel_marketplace.models.custom_claims import CustomClaims
from vercel_marketplace.models.resources import (
    DeleteIntegrationResourceRequest,
    ExperimentationSettings,
    ExperimentationSettingsSummary,
    GetIntegrationResourceRequest,
    GetIntegrationResourcesRequest,
    ImportedResource,
    ImportResourceRequest,
    ImportResourceRequestBody,
    ProtocolSettings,
    ProtocolSettingsSummary,
    Resource,
    ResourceList,
    ResourceNotification,
    ResourceSummary,
    UpdatedResource,
    UpdateResourceRequest,
)


@handles(GET_INTEGRATION_RESOURCES)
def get_integration_resources(
    installation: Installation, _request: GetIntegrationResourcesRequest, _now: datetime
) -> tuple[Installation, ResourceList]:
    """List the resources, oldest first."""
    listed = [_list_item(installation, *one) for one in installation.resources.items()]
    return installation, ResourceList(resources=listed)


@handles(GET_INTEGRATION_RESOURCE)
def get_integration_resource(
    installation: Installation, request: GetIntegrationResourceRequest, _now: datetime
) -> tuple[Installation, Resource]:
    """Return a resource, with less about its Global Config than the list has."""
    resource = installation.find_resource(request.resource_id)
    listed = _list_item(installation, request.resource_id, resource)
    settings = ExperimentationSettings(
        global_config_id=_global_config_id(installation, request.resource_id)
    )
    return installation, Resource(
        id=listed.partner_id,
        internal_id=listed.internal_id,
        name=listed.name,
        status=listed.status,
        product_id=listed.product_id,
        protocol_settings=ProtocolSettings(experimentation=settings),
        notification=listed.notification,
        billing_plan_id=listed.billing_plan_id,
        metadata=listed.metadata,
        custom_claims=resource.body.custom_claims,
    )


@handles(DELETE_INTEGRATION_RESOURCE)
def delete_integration_resource(
    installation: Installation, request: DeleteIntegrationResourceRequest, _now: datetime
) -> tuple[Installation, None]:
    """Delete a resource and all that belongs to it; its invoices stay."""
    installation.find_resource(request.resource_id)
    return installation.without_resource(request.resource_id), None


@handles(IMPORT_RESOURCE)
def import_resource(
    installation: Installation, request: ImportResourceRequest, _now: datetime
) -> tuple[Installation, ImportedResource]:
    """Import a resource, or replace one of the same product.

    A replaced resource keeps its secrets if none are given.
    """
    body, known = request.request_body, installation.resources.get(request.resource_id)
    if body is None:
        raise bad_request(path="productId", message="a required property is missing")
    check_notification(body.notification)
    _check_custom_claims(body.custom_claims)
    if known is not None and known.body.product_id != body.product_id:
        raise conflict(message="The resource is of another product.")
    plain = evolve(body, secrets=None)
    resource = StoredResource(body=plain) if known is None else evolve(known, body=plain)
    if body.secrets is not None:
        resource = with_secrets(resource, UpdateResourceSecretsRequestBody(secrets=body.secrets))
    after = installation.with_resource(request.resource_id, resource)
    return after, ImportedResource(name=body.name)


@handles(UPDATE_RESOURCE)
def update_resource(
    installation: Installation, request: UpdateResourceRequest, _now: datetime
) -> tuple[Installation, UpdatedResource]:
    """Change the given properties; without a body nothing changes."""
    resource, body = installation.find_resource(request.resource_id), request.request_body
    if body is not None:
        _check_custom_claims(body.custom_claims)
        given = {**changed_fields(body), "secrets": None}
        if isinstance(body.secrets, UpdateResourceSecretsRequestBody):
            resource = with_secrets(resource, body.secrets, "secrets.secrets")
        elif body.secrets is not None:
            replaced = UpdateResourceSecretsRequestBody(secrets=body.secrets)
            resource = with_secrets(resource, replaced)
        resource = evolve(resource, body=evolve(resource.body, **given))
    after = installation.with_resource(request.resource_id, resource)
    return after, UpdatedResource(name=resource.body.name)


def to_import_body(resource: StoredResource) -> ImportResourceRequestBody:
    """Return a resource with its secrets, as one call could import it."""
    return evolve(resource.body, secrets=list(resource.secrets.values()))


def _list_item(
    installation: Installation, resource_id: str, resource: StoredResource
) -> ResourceSummary:
    body = resource.body
    settings = ExperimentationSettingsSummary(
        global_config_id=_global_config_id(installation, resource_id),
        global_config_syncing_enabled=resource.is_synced,
    )
    return ResourceSummary(
        partner_id=resource_id,
        internal_id=stable_id("store", installation.id, resource_id),
        name=body.name,
        status=body.status,
        product_id=body.product_id,
        protocol_settings=ProtocolSettingsSummary(experimentation=settings),
        notification=_listed_notification(body.notification),
        billing_plan_id=None if body.billing_plan is None else body.billing_plan.id,
        metadata=None if body.metadata is None else dict(body.metadata),
    )


def _check_custom_claims(claims: CustomClaims | None) -> None:
    """Refuse roles among which no default role is, as Vercel's pages say."""
    if claims is not None and claims.roles and claims.default_role not in claims.roles:
        raise bad_request(
            path="customClaims.defaultRole", message="expected one of the roles, which need one"
        )


def _global_config_id(installation: Installation, resource_id: str) -> str:
    return stable_id("gcfg", installation.id, resource_id)


def _listed_notification(notification: Notification | None) -> ResourceNotification | None:
    return None if notification is None else ResourceNotification(**asdict(notification))
