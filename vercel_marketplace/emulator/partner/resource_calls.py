"""The calls about resources."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from vercel_marketplace.emulator import limits
from vercel_marketplace.emulator.limits import keep_newest
from vercel_marketplace.emulator.partner.connection import PartnerCalls, new_key
from vercel_marketplace.emulator.partner.state_changes import (
    apply_deletion,
    apply_provisioned,
    apply_rotation,
    apply_update,
    check_resource,
)
from vercel_marketplace.emulator.state import Installation
from vercel_marketplace.partner import operations
from vercel_marketplace.partner.models.plans import MetadataValue
from vercel_marketplace.partner.models.repl import ReplBlock, ResourceReplRequest
from vercel_marketplace.partner.models.resources import (
    DeleteResourceRequest,
    GetResourceRequest,
    ListResourcesRequest,
    PartnerResource,
    PartnerResources,
    ProvisionedResource,
    ProvisionResourceRequest,
    RequestedProtocolSettings,
    UpdateResourceRequest,
)
from vercel_marketplace.partner.models.secrets import (
    RequestSecretsRotationRequest,
    RotatedSecrets,
)
from vercel_marketplace.tokens.claims import TokenKind


class ResourceCalls(PartnerCalls):
    """Provisions resources, and changes and deletes them."""

    _provisioned: Mapping[str, str]  # resources by the request's idempotency key

    def provision_resource(  # noqa: PLR0913 (one keyword per property)
        self,
        *,
        name: str,
        billing_plan_id: str,
        product_id: str | None = None,
        metadata: Mapping[str, MetadataValue] | None = None,
        external_id: str | None = None,
        protocol_settings: RequestedProtocolSettings | None = None,
        idempotency_key: str | None = None,
    ) -> ProvisionedResource:
        """Provision a resource.

        `POST /v1/installations/{installationId}/resources`

        Args:
            name: The customer's name for it.
            billing_plan_id: The plan that the customer chose.
            product_id: The product; that of the first resource if left out.
            metadata: What the customer filled in, by the product's schema.
            external_id: The id that the partner put into a Deploy Button.
            protocol_settings: What the customer chose for the protocols of the product.
            idempotency_key: The key of the request that this one retries: the partner then
                returns the same resource.
        """
        product_id, key = product_id or self._product, idempotency_key or new_key()
        request = ProvisionResourceRequest(
            installation_id=self._id,
            product_id=product_id,
            name=name,
            metadata=metadata or {},
            billing_plan_id=billing_plan_id,
            external_id=external_id,
            protocol_settings=protocol_settings,
        )

        def change(
            before: Installation, response: ProvisionedResource, _now: datetime
        ) -> Installation:
            # Read and set under the store's lock: an earlier attempt may still be in flight.
            after = apply_provisioned(product_id, self._provisioned.get(key), before, response)
            self._provisioned = keep_newest(
                {**self._provisioned, key: response.id}, limits.MAX_CODES
            )
            return after

        return self._connection.call(
            operations.PROVISION_RESOURCE, request, kind="user", key=key, change=self._own(change)
        ).unwrap()

    def list_resources(self, resource_ids: Sequence[str] | None = None) -> PartnerResources:
        """List resources, in the way that `get_resource` replaced.

        `GET /v1/installations/{installationId}/resources`

        Args:
            resource_ids: Only these, by the partner's ids; all if left out.
        """
        return self._connection.call(
            operations.LIST_RESOURCES,
            ListResourcesRequest(installation_id=self._id, ids=resource_ids),
            kind="system",
        ).unwrap()

    def get_resource(self, resource_id: str, *, take_over: bool = False) -> PartnerResource:
        """Read a resource from the partner.

        `GET /v1/installations/{installationId}/resources/{resourceId}`

        Args:
            resource_id: The resource, by the partner's id.
            take_over: Whether the emulator takes over what the partner says of it, as Vercel
                does after `resource.updated`.
        """
        return self._connection.call(
            operations.GET_RESOURCE,
            GetResourceRequest(installation_id=self._id, resource_id=resource_id),
            kind="system",
            change=self._own(partial(apply_update if take_over else check_resource, resource_id)),
        ).unwrap()

    def update_resource(  # noqa: PLR0913 (one keyword per property)
        self,
        resource_id: str,
        *,
        name: str | None = None,
        metadata: Mapping[str, MetadataValue] | None = None,
        billing_plan_id: str | None = None,
        status: str | None = None,
        protocol_settings: RequestedProtocolSettings | None = None,
        idempotency_key: str | None = None,
    ) -> PartnerResource:
        """Update a resource.

        `PATCH /v1/installations/{installationId}/resources/{resourceId}`

        Args:
            resource_id: The resource, by the partner's id.
            name: The customer's new name for it.
            metadata: What the customer filled in.
            billing_plan_id: The plan that the customer chose.
            status: Its state; deprecated.
            protocol_settings: What the customer chose for the protocols of the product.
            idempotency_key: The key of the request that this one retries.
        """
        request = UpdateResourceRequest(
            installation_id=self._id,
            resource_id=resource_id,
            name=name,
            metadata=metadata,
            billing_plan_id=billing_plan_id,
            status=status,
            protocol_settings=protocol_settings,
        )
        return self._connection.call(
            operations.UPDATE_RESOURCE,
            request,
            kind="user",
            key=idempotency_key,
            change=self._own(partial(apply_update, resource_id)),
        ).unwrap()

    def rotate_secrets(
        self,
        resource_id: str,
        *,
        reason: str | None = None,
        delay_old_secrets_expiration_hours: float | None = None,
        kind: TokenKind = "user",
        idempotency_key: str | None = None,
    ) -> RotatedSecrets:
        """Request new secrets of a resource.

        `POST /v1/installations/{installationId}/resources/{resourceId}/secrets/rotate`

        Args:
            resource_id: The resource, by the partner's id.
            reason: The reason.
            delay_old_secrets_expiration_hours: Hours for which the old ones stay valid.
            kind: Whether a user requests them, or Vercel.
            idempotency_key: The key of the request that this one retries.
        """
        request = RequestSecretsRotationRequest(
            installation_id=self._id,
            resource_id=resource_id,
            reason=reason,
            delay_old_secrets_expiration_hours=delay_old_secrets_expiration_hours,
        )
        return self._connection.call(
            operations.REQUEST_SECRETS_ROTATION,
            request,
            kind=kind,
            key=idempotency_key,
            change=self._own(partial(apply_rotation, resource_id)),
        ).unwrap()

    def run_repl_command(
        self,
        resource_id: str,
        command: str,
        *,
        read_only: bool | None = None,
        idempotency_key: str | None = None,
    ) -> Sequence[ReplBlock]:
        """Run a command that a customer types on the page of a resource.

        `POST /v1/installations/{installationId}/resources/{resourceId}/repl`

        Args:
            resource_id: The resource, by the partner's id.
            command: The command.
            read_only: Whether it may change nothing.
            idempotency_key: The key of the request that this one retries.
        """
        request = ResourceReplRequest(
            installation_id=self._id, resource_id=resource_id, input=command, read_only=read_only
        )
        return self._connection.call(
            operations.RESOURCE_REPL, request, kind="user", key=idempotency_key
        ).unwrap()

    def delete_resource(
        self, resource_id: str, *, kind: TokenKind = "user", idempotency_key: str | None = None
    ) -> None:
        """Delete a resource.

        `DELETE /v1/installations/{installationId}/resources/{resourceId}`

        Args:
            resource_id: The resource, by the partner's id.
            kind: Whether a user deletes it, or Vercel.
            idempotency_key: The key of the request that this one retries.
        """
        self._connection.call(
            operations.DELETE_RESOURCE,
            DeleteResourceRequest(installation_id=self._id, resource_id=resource_id),
            kind=kind,
            key=idempotency_key,
            change=self._own(partial(apply_deletion, resource_id)),
        ).unwrap()
