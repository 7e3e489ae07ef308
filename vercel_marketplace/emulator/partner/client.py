"""`PartnerClient`: calls a partner's server, and keeps the emulator's state in step."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Final

from vercel_marketplace.emulator.clock import in_utc
from vercel_marketplace.emulator.partner.connection import PartnerConnection, TokenIssuer, new_key
from vercel_marketplace.emulator.partner.errors import PartnerError, PartnerUnreachableError
from vercel_marketplace.emulator.partner.forged_tokens import forged_tokens
from vercel_marketplace.emulator.partner.state_changes import (
    apply_deletion,
    apply_installation,
    apply_provisioned,
    apply_purchase,
    apply_rotation,
    apply_uninstallation,
    apply_update,
    check_resource,
    install_request,
)
from vercel_marketplace.emulator.partner.validation import REJECTED_TOKEN_STATUSES, contract_error
from vercel_marketplace.emulator.state import Installation
from vercel_marketplace.emulator.store import Store
from vercel_marketplace.errors import Issue
from vercel_marketplace.http import Transport
from vercel_marketplace.partner import operations
from vercel_marketplace.partner.models.billing import ProvisionedPurchase, ProvisionPurchaseRequest
from vercel_marketplace.partner.models.installations import (
    DeleteInstallationRequest,
    GetInstallationRequest,
    PartnerInstallation,
    Uninstallation,
    UpdateInstallationRequest,
)
from vercel_marketplace.partner.models.plans import (
    ListBillingPlansForInstallationRequest,
    ListBillingPlansForProductRequest,
    ListBillingPlansForResourceRequest,
    MetadataValue,
    PartnerBillingPlans,
)
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
from vercel_marketplace.partner.models.transfers import (
    AcceptResourceTransferRequest,
    CreateResourceTransferRequest,
    ResourceTransfer,
    VerifiedTransfer,
    VerifyResourceTransferRequest,
)
from vercel_marketplace.result import Err, Ok, Result
from vercel_marketplace.tokens.claims import TokenKind

DEFAULT_SCOPES: Final = ("read-write:integration-resource", "read-write:marketplace-billing")
"""The scopes that `install` sends."""


class PartnerClient:
    """Calls a partner's server as Vercel does; `partner` of an emulator creates one.

    Each call carries a token that the emulator signs, and returns the partner's response. Each
    raises a `PartnerError`, whose text says what is wrong, if there is no response or it is not
    as Vercel expects it. The emulator's state follows the responses: a resource that the partner
    provisioned has its secrets in `environment_variables`, one that it deleted is gone.

    A call blocks until the partner has responded. An id that is not a valid path segment (`""`,
    `"."`, `".."`) is a `ValueError`, and nothing is sent.
    """

    def __init__(  # noqa: PLR0913 (keywords, and each is a part of the connection)
        self,
        store: Store,
        issuer: TokenIssuer,
        *,
        installation_id: str,
        product_id: str,
        url: str,
        timeout: float,
        transport: Transport | None = None,
    ) -> None:
        self._connection = PartnerConnection(
            store,
            issuer,
            installation_id=installation_id,
            url=url,
            timeout=timeout,
            transport=transport,
        )
        self._call = self._connection.call
        self._issuer = issuer
        self._id = installation_id
        self._product = product_id
        self._terms: tuple[Sequence[str], Mapping[str, str]] = (DEFAULT_SCOPES, {})
        self._provisioned: dict[str, str] = {}  # resources by the request's idempotency key

    # The installation ------------------------------------------------------------------

    def install(
        self,
        *,
        scopes: Sequence[str] = DEFAULT_SCOPES,
        accepted_policies: Mapping[str, str] | None = None,
        idempotency_key: str | None = None,
    ) -> PartnerInstallation:
        """Send the installation and its access token to the partner; again to update it.

        `PUT /v1/installations/{installationId}`

        Args:
            scopes: What the partner may do.
            accepted_policies: When the customer accepted each policy, by the policy's name.
            idempotency_key: The key of the request that this one retries.
        """
        self._terms = scopes, accepted_policies or {}
        return self._call(
            operations.UPSERT_INSTALLATION,
            install_request(self._connection.installation, *self._terms),
            kind="user",
            key=idempotency_key,
            change=apply_installation,
        ).unwrap()

    def get_installation(self) -> PartnerInstallation:
        """Read the installation from the partner.

        `GET /v1/installations/{installationId}`
        """
        return self._call(
            operations.GET_INSTALLATION,
            GetInstallationRequest(installation_id=self._id),
            kind="system",
            change=apply_installation,
        ).unwrap()

    def update_installation(
        self, *, billing_plan_id: str | None = None, idempotency_key: str | None = None
    ) -> PartnerInstallation:
        """Change the plan of the installation.

        `PATCH /v1/installations/{installationId}`

        Args:
            billing_plan_id: The plan that the customer chose.
            idempotency_key: The key of the request that this one retries.
        """
        return self._call(
            operations.UPDATE_INSTALLATION,
            UpdateInstallationRequest(installation_id=self._id, billing_plan_id=billing_plan_id),
            kind="user",
            key=idempotency_key,
            change=apply_installation,
        ).unwrap()

    def uninstall(
        self,
        *,
        cascade_resource_deletion: bool | None = None,
        reason: str | None = None,
        kind: TokenKind = "user",
        idempotency_key: str | None = None,
    ) -> Uninstallation:
        """Uninstall the product, as the team would.

        Then it is uninstalled in the emulator too, and removed at once if the partner responds
        that it is finalized.

        `DELETE /v1/installations/{installationId}`

        Args:
            cascade_resource_deletion: Whether its resources are deleted too.
            reason: The reason.
            kind: Whether a user uninstalls it, or Vercel.
            idempotency_key: The key of the request that this one retries.
        """
        request = DeleteInstallationRequest(
            installation_id=self._id,
            cascade_resource_deletion=cascade_resource_deletion,
            reason=reason,
        )
        return self._call(
            operations.DELETE_INSTALLATION,
            request,
            kind=kind,
            key=idempotency_key,
            change=apply_uninstallation,
        ).unwrap()

    # Plans and purchases ---------------------------------------------------------------

    def list_plans(
        self,
        product_id: str | None = None,
        *,
        metadata: Mapping[str, MetadataValue] | None = None,
        kind: TokenKind = "system",
        before_installation: bool = False,
    ) -> PartnerBillingPlans:
        """List the billing plans that a customer may choose from.

        `GET /v1/products/{productIdOrSlug}/plans`

        Args:
            product_id: The product; that of the first resource if left out.
            metadata: What the customer has filled in, by the product's schema.
            kind: Whether the call is a user's or Vercel's own.
            before_installation: Whether Vercel's own token names no account and no installation,
                as when a customer has not installed the product yet.
        """
        request = ListBillingPlansForProductRequest(
            product_id_or_slug=product_id or self._product, metadata=metadata
        )
        return self._call(
            operations.LIST_BILLING_PLANS_FOR_PRODUCT,
            request,
            kind=kind,
            before_installation=before_installation,
        ).unwrap()

    def list_resource_plans(
        self, resource_id: str, *, metadata: Mapping[str, MetadataValue] | None = None
    ) -> PartnerBillingPlans:
        """List the billing plans for a resource that there is.

        `GET /v1/installations/{installationId}/resources/{resourceId}/plans`

        Args:
            resource_id: The resource, by the partner's id.
            metadata: What the customer has filled in, by the product's schema.
        """
        request = ListBillingPlansForResourceRequest(
            installation_id=self._id, resource_id=resource_id, metadata=metadata
        )
        return self._call(
            operations.LIST_BILLING_PLANS_FOR_RESOURCE, request, kind="system"
        ).unwrap()

    def list_installation_plans(
        self,
        *,
        metadata: Mapping[str, MetadataValue] | None = None,
        kind: TokenKind = "system",
        before_installation: bool = False,
    ) -> PartnerBillingPlans:
        """List the billing plans for the installation.

        `GET /v1/installations/{installationId}/plans`

        Args:
            metadata: What the customer has filled in.
            kind: Whether the call is a user's or Vercel's own.
            before_installation: Whether there is none yet: the id is `new`, and Vercel's own
                token names no account and no installation.
        """
        request = ListBillingPlansForInstallationRequest(
            installation_id="new" if before_installation else self._id, metadata=metadata
        )
        return self._call(
            operations.LIST_BILLING_PLANS_FOR_INSTALLATION,
            request,
            kind=kind,
            before_installation=before_installation,
        ).unwrap()

    def provision_purchase(
        self, invoice_id: str, *, kind: TokenKind = "user", idempotency_key: str | None = None
    ) -> ProvisionedPurchase:
        """Tell the partner that an invoice for credits was paid.

        The balances of the response are the newest then, unless the partner has sent newer ones.

        `POST /v1/installations/{installationId}/billing/provision`

        Args:
            invoice_id: The invoice.
            kind: Whether a user purchased, or Vercel did so automatically.
            idempotency_key: The key of the request that this one retries.
        """
        return self._call(
            operations.PROVISION_PURCHASE,
            ProvisionPurchaseRequest(installation_id=self._id, invoice_id=invoice_id),
            kind=kind,
            key=idempotency_key,
            change=apply_purchase,
        ).unwrap()

    # Resources -------------------------------------------------------------------------

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
            self._provisioned[key] = response.id
            return after

        return self._call(
            operations.PROVISION_RESOURCE, request, kind="user", key=key, change=change
        ).unwrap()

    def list_resources(self, resource_ids: Sequence[str] | None = None) -> PartnerResources:
        """List resources, in the way that `get_resource` replaced.

        `GET /v1/installations/{installationId}/resources`

        Args:
            resource_ids: Only these, by the partner's ids; all if left out.
        """
        return self._call(
            operations.LIST_RESOURCES,
            ListResourcesRequest(installation_id=self._id, ids=resource_ids),
            kind="system",
        ).unwrap()

    def get_resource(self, resource_id: str) -> PartnerResource:
        """Read a resource from the partner.

        `GET /v1/installations/{installationId}/resources/{resourceId}`

        Args:
            resource_id: The resource, by the partner's id.
        """
        return self._call(
            operations.GET_RESOURCE,
            GetResourceRequest(installation_id=self._id, resource_id=resource_id),
            kind="system",
            change=partial(check_resource, resource_id),
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
        return self._call(
            operations.UPDATE_RESOURCE,
            request,
            kind="user",
            key=idempotency_key,
            change=partial(apply_update, resource_id),
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
        return self._call(
            operations.REQUEST_SECRETS_ROTATION,
            request,
            kind=kind,
            key=idempotency_key,
            change=partial(apply_rotation, resource_id),
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
        return self._call(
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
        self._call(
            operations.DELETE_RESOURCE,
            DeleteResourceRequest(installation_id=self._id, resource_id=resource_id),
            kind=kind,
            key=idempotency_key,
            change=partial(apply_deletion, resource_id),
        ).unwrap()

    # Transfers -------------------------------------------------------------------------

    def create_resource_transfer(
        self,
        resource_ids: Sequence[str],
        *,
        expires_at: datetime,
        idempotency_key: str | None = None,
    ) -> ResourceTransfer:
        """Offer resources of this installation to another team.

        `POST /v1/installations/{installationId}/resource-transfer-requests`

        Args:
            resource_ids: The resources, by the partner's ids.
            expires_at: Until when they can be claimed; timezone-aware.
            idempotency_key: The key of the request that this one retries.
        """
        request = CreateResourceTransferRequest(
            installation_id=self._id,
            resource_ids=resource_ids,
            expires_at=int(in_utc(expires_at).timestamp() * 1000),
        )
        return self._call(
            operations.CREATE_RESOURCE_TRANSFER, request, kind="system", key=idempotency_key
        ).unwrap()

    def verify_resource_transfer(self, provider_claim_id: str) -> VerifiedTransfer:
        """Ask the partner whether this installation may claim the resources of a transfer.

        `GET /v1/installations/{installationId}/resource-transfer-requests/{claimId}/verify`

        Args:
            provider_claim_id: The transfer, by the partner's id.
        """
        request = VerifyResourceTransferRequest(
            installation_id=self._id, provider_claim_id=provider_claim_id
        )
        return self._call(operations.VERIFY_RESOURCE_TRANSFER, request, kind="system").unwrap()

    def accept_resource_transfer(
        self,
        provider_claim_id: str,
        *,
        target_installation_id: str | None = None,
        target_team_id: str | None = None,
        idempotency_key: str | None = None,
    ) -> None:
        """Claim the resources of a transfer for this installation.

        `POST /v1/installations/{installationId}/resource-transfer-requests/{claimId}/accept`

        Args:
            provider_claim_id: The transfer, by the partner's id.
            target_installation_id: What the body says of the installation; left out by default.
            target_team_id: What the body says of the team; left out by default.
            idempotency_key: The key of the request that this one retries.
        """
        request = AcceptResourceTransferRequest(
            installation_id=self._id,
            provider_claim_id=provider_claim_id,
            target_installation_id=target_installation_id,
            target_team_id=target_team_id,
        )
        self._call(
            operations.ACCEPT_RESOURCE_TRANSFER, request, kind="system", key=idempotency_key
        ).unwrap()

    # Forged tokens ---------------------------------------------------------------------

    def check_forged_tokens_are_rejected(self) -> None:
        """Check that the partner rejects requests without a token, or with a forged one.

        Each request repeats what `install` last sent, so that one that is let in does no harm.
        All of them must be refused with a 401 or 403; those that are not are the issues of the
        error.

        Raises:
            PartnerContractError: The partner accepted some of them.
            PartnerUnreachableError: There was no response to one of them.
        """
        self._check_forged_tokens_are_rejected().unwrap()

    def _check_forged_tokens_are_rejected(self) -> Result[None, PartnerError]:
        repeated = install_request(self._connection.installation, *self._terms)
        issues: list[Issue] = []
        request, response = None, None
        for forged in forged_tokens(self._issuer):
            sent = self._connection.build_request(
                operations.UPSERT_INSTALLATION, repeated, token=forged.token, kind="user"
            )
            received = self._connection.send(sent)
            if isinstance(received, PartnerUnreachableError):
                detail = f"{received.detail} (sent with {forged.what})"
                return Err(PartnerUnreachableError(sent, None, detail=detail))
            if received.status_code not in REJECTED_TOKEN_STATUSES:
                request, response = sent, received
                message = f"expected status 401 or 403, got {received.status_code}"
                issues.append(Issue(forged.what, message))
        if request is None or response is None:
            return Ok(None)
        return contract_error(request, response, *issues)
