"""`Partner`: what Vercel calls, as methods that a partner overrides."""

from collections.abc import Awaitable, Sequence
from typing import TypeAlias, TypeVar

from vercel_marketplace.partner.call import PartnerCall
from vercel_marketplace.partner.models import (
    AcceptResourceTransferRequest,
    CreateResourceTransferRequest,
    DeleteInstallationRequest,
    DeleteResourceRequest,
    GetInstallationRequest,
    GetResourceRequest,
    ListBillingPlansForInstallationRequest,
    ListBillingPlansForProductRequest,
    ListBillingPlansForResourceRequest,
    ListResourcesRequest,
    PartnerBillingPlans,
    PartnerInstallation,
    PartnerResource,
    PartnerResources,
    ProvisionedPurchase,
    ProvisionedResource,
    ProvisionPurchaseRequest,
    ProvisionResourceRequest,
    ReplBlock,
    RequestSecretsRotationRequest,
    ResourceReplRequest,
    ResourceTransfer,
    RotatedSecrets,
    Uninstallation,
    UpdateInstallationRequest,
    UpdateResourceRequest,
    UpsertInstallationRequest,
    VerifiedTransfer,
    VerifyResourceTransferRequest,
)
from vercel_marketplace.webhooks import WebhookEvent

ValueT = TypeVar("ValueT")

MaybeAwaitable: TypeAlias = ValueT | Awaitable[ValueT]
"""What a method returns: the value from a plain one, an awaitable of it from an async one."""


class Partner:
    """The partner API: override what you offer, with async methods or plain ones.

    ```python
    from vercel_marketplace.partner import (
        GetResourceRequest, NotFoundError, Partner, PartnerCall, PartnerResource
    )


    class Acme(Partner):
        async def get_resource(
            self, call: PartnerCall, request: GetResourceRequest
        ) -> PartnerResource:
            resource = await find_resource(call.installation_id, request.resource_id)
            if resource is None:
                raise NotFoundError("there is no such resource")
            return resource
    ```

    Each method is called with a verified `call`, bound to the installation in the path, and a
    request that was read and checked. What it returns is checked before it is sent. It refuses
    with an error of `vercel_marketplace.partner.errors`; any other exception is a 500, logged.

    Required are `upsert_installation`, `delete_installation`, `provision_resource`,
    `get_resource`, `delete_resource` and `list_billing_plans_for_product`: creating a
    `PartnerAPI` without one of them is an error. Any other operation that you leave out is a
    404, which Vercel takes for not offered.

    A resource belongs to an installation: look it up by both ids, never by `resource_id` alone.
    """

    def upsert_installation(
        self, call: PartnerCall, request: UpsertInstallationRequest
    ) -> MaybeAwaitable[PartnerInstallation | None]:
        """Install the integration for a team, or update the installation.

        `PUT /v1/installations/{installationId}`

        Required. Called when a team installs the integration, installs it again, or when Vercel
        has a new token for it. Store `request.credentials.access_token`, encrypted: it is what
        you call Vercel with, and it does not expire.

        Returns:
            `None` where there is nothing to say; a `PartnerInstallation` with the plan that the
            installation starts on, where installations have billing plans.

        Raises:
            ConflictError: The installation cannot be made now.
        """
        raise NotImplementedError

    def get_installation(
        self, call: PartnerCall, request: GetInstallationRequest
    ) -> MaybeAwaitable[PartnerInstallation]:
        """Describe an installation.

        `GET /v1/installations/{installationId}`

        Optional. Called when Vercel shows it, and after your event `installation.updated`. Needed
        where installations have billing plans.

        Returns:
            Its billing plan and notification. A `notification` of `None` clears the one that is
            shown; left out, it stays.

        Raises:
            NotFoundError: There is none, or none any more.
        """
        raise NotImplementedError

    def update_installation(
        self, call: PartnerCall, request: UpdateInstallationRequest
    ) -> MaybeAwaitable[PartnerInstallation | None]:
        """Change the billing plan of an installation.

        `PATCH /v1/installations/{installationId}`

        Optional. Called when a customer takes another plan, where installations have billing
        plans. A plan without `scope="installation"` counts as one of a resource: Vercel then
        calls `update_resource`.

        Returns:
            `None`, or the installation as it is now.

        Raises:
            InvalidFieldsError: There is no such plan.
            ConflictError: Not now, such as while an invoice is open.
        """
        raise NotImplementedError

    def delete_installation(
        self, call: PartnerCall, request: DeleteInstallationRequest
    ) -> MaybeAwaitable[Uninstallation | None]:
        """Uninstall the integration, with all resources.

        `DELETE /v1/installations/{installationId}`

        Required. Called when a customer uninstalls it, or Vercel does. `delete_resource` is not
        called for its resources. One that is gone already was deleted before: return `None`.

        Returns:
            `None` for 24 hours in which the last invoices can be sent;
            `Uninstallation(finalized=True)` to remove the installation at once, where none will
            come.

        Raises:
            ConflictError: It cannot be removed now, and Vercel keeps it.
        """
        raise NotImplementedError

    def provision_resource(
        self, call: PartnerCall, request: ProvisionResourceRequest
    ) -> MaybeAwaitable[ProvisionedResource]:
        """Provision a resource.

        `POST /v1/installations/{installationId}/resources`

        Required. Called when a customer creates one. It may take a while after you have returned:
        use the status `"pending"`, and send the event `resource.updated` when it is ready. The
        secrets are required at once.

        Returns:
            The resource with its secrets. `product_id` is that of the request. Without a
            `billing_plan`, it is billed with the installation.

        Raises:
            InvalidFieldsError: A value of the form, or the plan, cannot be accepted.
            ConflictError: Not in the present state, such as over a limit.
        """
        raise NotImplementedError

    def list_resources(
        self, call: PartnerCall, request: ListResourcesRequest
    ) -> MaybeAwaitable[PartnerResources]:
        """List the resources of an installation.

        `GET /v1/installations/{installationId}/resources`

        Deprecated. Not called any more, as far as is known: `get_resource` took its place.

        Returns:
            The resources; with `request.ids`, only those.
        """
        raise NotImplementedError

    def get_resource(
        self, call: PartnerCall, request: GetResourceRequest
    ) -> MaybeAwaitable[PartnerResource]:
        """Describe a resource.

        `GET /v1/installations/{installationId}/resources/{resourceId}`

        Required. Called after it was provisioned, when its page is opened, and after your event
        `resource.updated`. Vercel takes over its name, status, plan and notification.

        Returns:
            The resource. Its id is that of the request.

        Raises:
            NotFoundError: The installation has no such resource.
        """
        raise NotImplementedError

    def update_resource(
        self, call: PartnerCall, request: UpdateResourceRequest
    ) -> MaybeAwaitable[PartnerResource]:
        """Change a resource; what the request leaves out stays as it is.

        `PATCH /v1/installations/{installationId}/resources/{resourceId}`

        Optional. Called when a customer changes its name, its form or its plan.

        Returns:
            The resource as it is now.

        Raises:
            NotFoundError: The installation has no such resource.
            InvalidFieldsError: A value of the form, or the plan, cannot be accepted.
            ConflictError: Not in the present state.
        """
        raise NotImplementedError

    def delete_resource(
        self, call: PartnerCall, request: DeleteResourceRequest
    ) -> MaybeAwaitable[None]:
        """Delete a resource.

        `DELETE /v1/installations/{installationId}/resources/{resourceId}`

        Required. Called when a customer deletes it; not when the whole installation goes, nor for
        a linked resource. One that is gone already was deleted before: return.

        Raises:
            ConflictError: It cannot be deleted now.
        """
        raise NotImplementedError

    def request_secrets_rotation(
        self, call: PartnerCall, request: RequestSecretsRotationRequest
    ) -> MaybeAwaitable[RotatedSecrets]:
        """Rotate the secrets of a resource.

        `POST /v1/installations/{installationId}/resources/{resourceId}/secrets/rotate`

        Optional. Called when a customer, or Vercel, requests new ones, where Vercel has switched
        it on for the integration. The old ones stay valid for
        `request.delay_old_secrets_expiration_hours`.

        Returns:
            `RotatedSecrets(sync=True, secrets=…)` with the new ones; or
            `RotatedSecrets(sync=False)`, and you send them later by
            `update_resource_secrets_by_id`.

        Raises:
            NotFoundError: The installation has no such resource.
        """
        raise NotImplementedError

    def resource_repl(
        self, call: PartnerCall, request: ResourceReplRequest
    ) -> MaybeAwaitable[Sequence[ReplBlock]]:
        """Run a command on a resource.

        `POST /v1/installations/{installationId}/resources/{resourceId}/repl`

        Optional. Called when a customer types one on the resource's page. With
        `request.read_only` it must change nothing.

        Returns:
            What is shown.

        Raises:
            InvalidFieldsError: The command is wrong; its message is shown in place of the output.
        """
        raise NotImplementedError

    def list_billing_plans_for_product(
        self, call: PartnerCall, request: ListBillingPlansForProductRequest
    ) -> MaybeAwaitable[PartnerBillingPlans]:
        """List the billing plans for a new resource of a product.

        `GET /v1/products/{productIdOrSlug}/plans`

        Required. Called when a customer is about to create one, also before anything is
        installed, and again whenever the form changes. `call.installation_id` is `None`; the
        claims may name an installation.

        Returns:
            The plans. One that is `disabled` is shown, but cannot be chosen.

        Raises:
            NotFoundError: There is no such product.
        """
        raise NotImplementedError

    def list_billing_plans_for_resource(
        self, call: PartnerCall, request: ListBillingPlansForResourceRequest
    ) -> MaybeAwaitable[PartnerBillingPlans]:
        """List the billing plans that a resource may change to.

        `GET /v1/installations/{installationId}/resources/{resourceId}/plans`

        Optional. Called when a customer looks at them.

        Returns:
            The plans.

        Raises:
            NotFoundError: The installation has no such resource.
        """
        raise NotImplementedError

    def list_billing_plans_for_installation(
        self, call: PartnerCall, request: ListBillingPlansForInstallationRequest
    ) -> MaybeAwaitable[PartnerBillingPlans]:
        """List the billing plans of an installation, or for a new one.

        `GET /v1/installations/{installationId}/plans`

        Optional. Called where installations have billing plans. Before there is an installation
        its id is `"new"`, and `call.installation_id` is `None`: to refuse that stops all
        installations.

        Returns:
            The plans, with `scope="installation"`.

        Raises:
            NotFoundError: There is no such installation.
        """
        raise NotImplementedError

    def provision_purchase(
        self, call: PartnerCall, request: ProvisionPurchaseRequest
    ) -> MaybeAwaitable[ProvisionedPurchase]:
        """Credit what a customer has bought, with prepayment.

        `POST /v1/installations/{installationId}/billing/provision`

        Optional. Called when an invoice for credits was paid. Credit each invoice **once**: under
        a unique constraint on `request.invoice_id`, for another request may name it, too. What
        was bought is in the invoice, which you read by `get_invoice` with the installation's
        token.

        Returns:
            The balances with the credits in them.

        Raises:
            UnprocessableError: The invoice is not one of the installation, or is not paid.
        """
        raise NotImplementedError

    def create_resource_transfer(
        self, call: PartnerCall, request: CreateResourceTransferRequest
    ) -> MaybeAwaitable[ResourceTransfer]:
        """Make a transfer of resources that another team can claim.

        `POST /v1/installations/{installationId}/resource-transfer-requests`

        Optional. Called when a user makes a link for that. The installation is the one that has
        the resources.

        Returns:
            Your id of the transfer, which is in the paths of the two that follow.

        Raises:
            UnprocessableError: A resource cannot be transferred.
        """
        raise NotImplementedError

    def verify_resource_transfer(
        self, call: PartnerCall, request: VerifyResourceTransferRequest
    ) -> MaybeAwaitable[VerifiedTransfer]:
        """Check whether a team may claim the resources.

        `GET …/{installationId}/resource-transfer-requests/{providerClaimId}/verify`

        Optional. Called when one is about to; maybe several times, and for several teams. The
        installation is the one that would get the resources.

        Returns:
            That it may; with the plan that its installation would have to take, if any.

        Raises:
            NotFoundError: There is no such transfer, or it has ended.
            ConflictError: It was accepted already.
        """
        raise NotImplementedError

    def accept_resource_transfer(
        self, call: PartnerCall, request: AcceptResourceTransferRequest
    ) -> MaybeAwaitable[None]:
        """Move the resources to the team that claims them.

        `POST …/{installationId}/resource-transfer-requests/{providerClaimId}/accept`

        Optional. Called once the team has decided. The installation is the one that gets the
        resources; afterwards none of the transfer's requests succeeds. The resources keep their
        ids.

        Raises:
            NotFoundError: There is no such transfer, or it has ended.
            ConflictError: It was accepted already.
        """
        raise NotImplementedError

    # Webhooks ----------------------------------------------------------------------------

    def on_webhook(self, event: WebhookEvent) -> MaybeAwaitable[None]:
        """Handle a webhook, whose signature is verified.

        Vercel gets its response when this returns, so that an event is not lost: after an
        exception it is sent again, for up to a day. Return within 30 seconds, and leave to a
        queue of your own what may take longer. An event that was handled is not handed over
        again, as long as the idempotency store remembers it; that a crash does not repeat its
        work, only your own transaction can ensure: store `event.id` in it.

        Args:
            event: The event; match on its class, and ignore the ones that you do not know.
        """
