"""The calls about billing plans, and purchases of credits."""

from collections.abc import Mapping

from vercel_marketplace.emulator.partner.connection import PartnerCalls
from vercel_marketplace.emulator.partner.state_changes import apply_purchase
from vercel_marketplace.partner import operations
from vercel_marketplace.partner.models.billing import ProvisionedPurchase, ProvisionPurchaseRequest
from vercel_marketplace.partner.models.plans import (
    ListBillingPlansForInstallationRequest,
    ListBillingPlansForProductRequest,
    ListBillingPlansForResourceRequest,
    MetadataValue,
    PartnerBillingPlans,
)
from vercel_marketplace.tokens.claims import TokenKind


class PlanCalls(PartnerCalls):
    """Lists billing plans, and purchases credits."""

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
        return self._connection.call(
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
        return self._connection.call(
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
        return self._connection.call(
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
        return self._connection.call(
            operations.PROVISION_PURCHASE,
            ProvisionPurchaseRequest(installation_id=self._id, invoice_id=invoice_id),
            kind=kind,
            key=idempotency_key,
            change=self._own(apply_purchase),
        ).unwrap()
