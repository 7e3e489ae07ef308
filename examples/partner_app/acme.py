"""What Vercel calls: installations, plans, databases, purchases, transfers, webhooks."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from secrets import token_hex, token_urlsafe
from sqlite3 import Connection
from typing import Any, Final, get_args

from vercel_marketplace import VercelNotFoundError
from vercel_marketplace.models import ResourceStatus, Secret
from vercel_marketplace.partner import (
    AcceptResourceTransferRequest,
    ConflictError,
    CreateResourceTransferRequest,
    DeleteInstallationRequest,
    DeleteResourceRequest,
    GetInstallationRequest,
    GetResourceRequest,
    InvalidFieldsError,
    ListBillingPlansForInstallationRequest,
    ListBillingPlansForProductRequest,
    ListBillingPlansForResourceRequest,
    NotFoundError,
    Partner,
    PartnerBalance,
    PartnerBillingPlans,
    PartnerCall,
    PartnerInstallation,
    PartnerResource,
    ProvisionedPurchase,
    ProvisionedResource,
    ProvisionPurchaseRequest,
    ProvisionResourceRequest,
    RequestSecretsRotationRequest,
    ResourceTransfer,
    RotatedSecrets,
    UnavailableError,
    Uninstallation,
    UnprocessableError,
    UpdateInstallationRequest,
    UpdateResourceRequest,
    UpsertInstallationRequest,
    VerifiedTransfer,
    VerifyResourceTransferRequest,
)
from vercel_marketplace.webhooks import WebhookEvent

from . import webhooks
from .plans import DEFAULT_TEAM_PLAN, PLANS, PRODUCT, TEAM_PLANS
from .services import Services
from .storage import installations, ledger, purchases, requests, resources, transfers
from .storage.installations import Installation
from .storage.resources import Resource
from .storage.transfers import Transfer

MAX_NAME_CHARS: Final = 200
MAX_DELAY_HOURS: Final = 720
STATUSES: Final[Mapping[str, ResourceStatus]] = {
    one: one for one in get_args(ResourceStatus)
}

_PLANS: Final = PartnerBillingPlans(plans=[plan.shown for plan in PLANS.values()])
_TEAM_PLANS: Final = PartnerBillingPlans(plans=[*TEAM_PLANS.values()])


class Acme(Partner):
    """Acme Postgres, as Vercel sees it.

    The methods are plain ones, so `PartnerAPI` runs them in threads. Each does its work in one
    transaction, which also decides whether the work was done before: a retry after a crash, for
    which `PartnerAPI` has kept no response, changes nothing a second time.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._transaction = services.database.transaction
        self._now = services.clock

    # Installations -----------------------------------------------------------------------

    def upsert_installation(
        self, call: PartnerCall, request: UpsertInstallationRequest
    ) -> PartnerInstallation:
        """Install the product for a team, or keep its new token."""
        _check_plan(request.billing_plan_id, TEAM_PLANS)
        with self._transaction() as db:
            if not installations.install(
                db,
                request.installation_id,
                access_token=request.credentials.access_token,
                account_name=request.account.name,
                accepted_policies=request.accepted_policies,
                plan_id=request.billing_plan_id,
                default_plan_id=DEFAULT_TEAM_PLAN,
                now=self._now(),
            ):
                raise ConflictError("the installation was removed")
            return _show_installation(_find_installation(db, request.installation_id))

    def get_installation(
        self, call: PartnerCall, request: GetInstallationRequest
    ) -> PartnerInstallation:
        """Describe an installation."""
        with self._transaction() as db:
            return _show_installation(_find_installation(db, request.installation_id))

    def update_installation(
        self, call: PartnerCall, request: UpdateInstallationRequest
    ) -> PartnerInstallation:
        """Change the plan of a team. Its databases keep theirs."""
        _check_plan(request.billing_plan_id, TEAM_PLANS)
        with self._transaction() as db:
            before = _find_installation(db, request.installation_id)
            after = replace(before, plan_id=request.billing_plan_id or before.plan_id)
            installations.set_plan(db, after.id, after.plan_id)
            return _show_installation(after)

    def delete_installation(
        self, call: PartnerCall, request: DeleteInstallationRequest
    ) -> Uninstallation | None:
        """Remove a team's databases; `run_hourly` sends its last invoice."""
        with self._transaction() as db:
            was_there = installations.uninstall(
                db, request.installation_id, self._now()
            )
        return Uninstallation(finalized=False) if was_there else None

    # Plans -------------------------------------------------------------------------------

    def list_billing_plans_for_product(
        self, call: PartnerCall, request: ListBillingPlansForProductRequest
    ) -> PartnerBillingPlans:
        """List the plans for a new database."""
        if request.product_id_or_slug != PRODUCT:
            raise NotFoundError("there is no such product")
        return _PLANS

    def list_billing_plans_for_resource(
        self, call: PartnerCall, request: ListBillingPlansForResourceRequest
    ) -> PartnerBillingPlans:
        """List the plans that a database may change to."""
        with self._transaction() as db:
            _find_resource(db, request.installation_id, request.resource_id)
        return _PLANS

    def list_billing_plans_for_installation(
        self, call: PartnerCall, request: ListBillingPlansForInstallationRequest
    ) -> PartnerBillingPlans:
        """List the plans for a team, which may not have installed the product yet."""
        if call.installation_id is not None:
            with self._transaction() as db:
                _find_installation(db, call.installation_id)
        return _TEAM_PLANS

    # Databases ---------------------------------------------------------------------------

    def provision_resource(
        self, call: PartnerCall, request: ProvisionResourceRequest
    ) -> ProvisionedResource:
        """Create a database, once for each request."""
        if request.product_id != PRODUCT:
            raise InvalidFieldsError(
                "no such product", fields={"productId": "is not a product"}
            )
        _check_plan(request.billing_plan_id, PLANS)
        _check_form(request)
        new = Resource(
            id=f"db_{token_hex(10)}",
            installation_id=request.installation_id,
            product_id=request.product_id,
            name=request.name,
            metadata=request.metadata,
            plan_id=request.billing_plan_id,
        )
        with self._transaction() as db:
            _find_installation(db, new.installation_id)
            earlier = requests.claim(
                db, new.installation_id, "provision", _key(call), new.id
            )
            if earlier is None:
                resources.add(db, new, password=token_urlsafe(24), now=self._now())
            resource = _find_resource(db, new.installation_id, earlier or new.id)
            return _show_with_secrets(db, resource)

    def get_resource(
        self, call: PartnerCall, request: GetResourceRequest
    ) -> PartnerResource:
        """Describe a database."""
        with self._transaction() as db:
            return _show_resource(
                _find_resource(db, request.installation_id, request.resource_id)
            )

    def update_resource(
        self, call: PartnerCall, request: UpdateResourceRequest
    ) -> PartnerResource:
        """Rename a database, move it to another plan, or suspend it."""
        _check_plan(request.billing_plan_id, PLANS)
        _check_form(request)
        status = _read_status(request.status)
        with self._transaction() as db:
            before = _find_resource(db, request.installation_id, request.resource_id)
            after = replace(
                before,
                name=request.name or before.name,
                metadata=before.metadata
                if request.metadata is None
                else request.metadata,
                plan_id=request.billing_plan_id or before.plan_id,
                status=status or before.status,
            )
            resources.update(db, after, self._now())
            return _show_resource(after)

    def delete_resource(
        self, call: PartnerCall, request: DeleteResourceRequest
    ) -> None:
        """Delete a database. One that is not there was deleted before."""
        with self._transaction() as db:
            resources.delete(
                db, request.installation_id, request.resource_id, self._now()
            )

    def request_secrets_rotation(
        self, call: PartnerCall, request: RequestSecretsRotationRequest
    ) -> RotatedSecrets:
        """Give a database a new password, once for each request."""
        hours = request.delay_old_secrets_expiration_hours or 0
        if not 0 <= hours <= MAX_DELAY_HOURS:
            message = f"must be from 0 to {MAX_DELAY_HOURS}"
            raise InvalidFieldsError(
                "delay out of bounds",
                fields={"delayOldSecretsExpirationHours": message},
            )
        now = self._now()
        with self._transaction() as db:
            resource = _find_resource(db, request.installation_id, request.resource_id)
            operation = f"rotate {resource.id}"
            if not requests.claim(
                db, resource.installation_id, operation, _key(call), resource.id
            ):
                resources.rotate(
                    db,
                    resource,
                    password=token_urlsafe(24),
                    now=now,
                    old_until=now + timedelta(hours=hours),
                )
            return RotatedSecrets(sync=True, secrets=_list_secrets(db, resource))

    # Purchases ---------------------------------------------------------------------------

    def provision_purchase(
        self, call: PartnerCall, request: ProvisionPurchaseRequest
    ) -> ProvisionedPurchase:
        """Credit what a team has paid in advance, once for each invoice."""
        installation_id, invoice_id = request.installation_id, request.invoice_id
        with self._transaction() as db:
            _find_installation(db, installation_id)
            is_new = not purchases.exists(db, installation_id, invoice_id)
        # Vercel is asked outside of a transaction, for others wait for it.
        cents = self._read_paid_cents(installation_id, invoice_id) if is_new else 0
        now = self._now()
        with self._transaction() as db:
            if is_new:  # unless another request was faster, which the table knows
                purchases.add(db, installation_id, invoice_id, cents=cents, now=now)
            balance = purchases.balance(db, installation_id)
        return ProvisionedPurchase(
            timestamp=now,
            balances=[
                PartnerBalance(name_label="Credits", currency_value_in_cents=balance)
            ],
        )

    def _read_paid_cents(self, installation_id: str, invoice_id: str) -> int:
        try:
            invoice = self._services.blocking_client.marketplace.get_invoice(
                integration_configuration_id=installation_id, invoice_id=invoice_id
            )
        except VercelNotFoundError as error:
            raise UnprocessableError("the installation has no such invoice") from error
        if invoice.external_id is not None:
            raise UnprocessableError("this is an invoice of ours, not a purchase")
        if invoice.state in {"refund_requested", "refunded"}:
            raise UnprocessableError("the invoice was refunded")
        if invoice.state != "paid":  # what is read may be minutes old
            raise UnavailableError(
                "the invoice is not paid as far as can be read; try again"
            )
        return int(Decimal(invoice.total) * 100)

    # Transfers ---------------------------------------------------------------------------

    def create_resource_transfer(
        self, call: PartnerCall, request: CreateResourceTransferRequest
    ) -> ResourceTransfer:
        """Offer databases to another team."""
        transfer = Transfer(
            id=f"claim_{token_hex(16)}",
            installation_id=request.installation_id,
            resource_ids=tuple(request.resource_ids),
            expires_at=datetime.fromtimestamp(request.expires_at / 1000, UTC),
        )
        with self._transaction() as db:
            if not _list_offered(db, transfer):
                raise UnprocessableError("these are not databases of the installation")
            earlier = requests.claim(
                db, transfer.installation_id, "transfer", _key(call), transfer.id
            )
            if earlier is None:
                transfers.add(db, transfer)
        return ResourceTransfer(provider_claim_id=earlier or transfer.id)

    def verify_resource_transfer(
        self, call: PartnerCall, request: VerifyResourceTransferRequest
    ) -> VerifiedTransfer:
        """Check whether a team may claim the databases, which keep their plans."""
        with self._transaction() as db:
            self._find_transfer(db, request.installation_id, request.provider_claim_id)
        return VerifiedTransfer()

    def accept_resource_transfer(
        self, call: PartnerCall, request: AcceptResourceTransferRequest
    ) -> None:
        """Move the databases, once: from now on the team that claims them is billed."""
        installation_id, claim_id = request.installation_id, request.provider_claim_id
        with self._transaction() as db:
            operation = f"accept {claim_id}"
            if requests.claim(db, installation_id, operation, _key(call), claim_id):
                return
            transfer = self._find_transfer(db, installation_id, claim_id)
            for resource in _list_offered(db, transfer):
                resources.update(
                    db, replace(resource, installation_id=installation_id), self._now()
                )
            transfers.accept(db, transfer, installation_id)

    def _find_transfer(
        self, db: Connection, installation_id: str, claim_id: str
    ) -> Transfer:
        """Return a transfer that an installation may accept."""
        _find_installation(db, installation_id)
        transfer = transfers.find(db, claim_id)
        if transfer is None:
            raise NotFoundError("there is no such transfer")
        if transfer.accepted_by is not None:
            raise ConflictError("the databases were claimed already")
        if transfer.installation_id == installation_id:
            raise ConflictError("the team has the databases already")
        if transfer.expires_at <= self._now() or not _list_offered(db, transfer):
            raise NotFoundError("the transfer has ended")
        return transfer

    # Webhooks ----------------------------------------------------------------------------

    def on_webhook(self, event: WebhookEvent) -> None:
        """Handle an event, once: its id is kept together with its work."""
        with self._transaction() as db:
            if ledger.is_new_event(db, event.id):
                webhooks.handle(db, event, event.created_at or self._now())


# What is looked up ---------------------------------------------------------------------


def _find_installation(db: Connection, installation_id: str) -> Installation:
    installation = installations.find(db, installation_id)
    if installation is None:
        raise NotFoundError("there is no such installation")
    return installation


def _find_resource(db: Connection, installation_id: str, resource_id: str) -> Resource:
    resource = resources.find(db, installation_id, resource_id)
    if resource is None:
        raise NotFoundError("there is no such resource")
    return resource


def _list_offered(db: Connection, transfer: Transfer) -> list[Resource]:
    """Return the databases of a transfer, or none if the team no longer has all of them."""
    found = [
        resources.find(db, transfer.installation_id, one)
        for one in transfer.resource_ids
    ]
    offered = [resource for resource in found if resource is not None]
    return offered if len(offered) == len(found) else []


def _key(call: PartnerCall) -> str:
    """Return the idempotency key; without one, a retry could not be told from a new request."""
    if call.idempotency_key is None:
        message = "is required"
        raise InvalidFieldsError(
            "no Idempotency-Key", fields={"idempotency-key": message}
        )
    return call.idempotency_key


# What is checked before anything is changed --------------------------------------------


def _check_plan(plan_id: str | None, plans: Collection[str]) -> None:
    if plan_id is not None and plan_id not in plans:
        raise InvalidFieldsError(
            "no such plan", fields={"billingPlanId": "is not a plan"}
        )


def _check_form(request: ProvisionResourceRequest | UpdateResourceRequest) -> None:
    """Refuse what no response could show: a database that nobody sees would be billed."""
    if request.name is not None and not 0 < len(request.name) <= MAX_NAME_CHARS:
        message = f"must have 1 to {MAX_NAME_CHARS} characters"
        raise InvalidFieldsError("not a valid name", fields={"name": message})
    values = (request.metadata or {}).values()
    if not all(isinstance(value, str | int | float) for value in values):
        message = "must be texts, numbers and switches"
        raise InvalidFieldsError("not a valid form", fields={"metadata": message})


def _read_status(status: str | None) -> ResourceStatus | None:
    known = STATUSES.get(status or "")
    if known is None and status is not None:
        raise InvalidFieldsError("no such status", fields={"status": "is not a status"})
    return known


# What is shown -------------------------------------------------------------------------


def _show_installation(installation: Installation) -> PartnerInstallation:
    return PartnerInstallation(billing_plan=TEAM_PLANS[installation.plan_id])


def _show_resource(resource: Resource) -> PartnerResource:
    return PartnerResource(**_describe(resource))


def _show_with_secrets(db: Connection, resource: Resource) -> ProvisionedResource:
    return ProvisionedResource(
        **_describe(resource), secrets=_list_secrets(db, resource)
    )


def _describe(resource: Resource) -> dict[str, Any]:
    return {
        "id": resource.id,
        "product_id": resource.product_id,
        "name": resource.name,
        "metadata": resource.metadata,
        "status": resource.status,
        "billing_plan": PLANS[resource.plan_id].shown,
    }


def _list_secrets(db: Connection, resource: Resource) -> list[Secret]:
    password = resources.password(db, resource)
    url = f"postgresql://acme:{password}@{resource.id}.postgres.acme.example/main"
    return [Secret(name="DATABASE_URL", value=url)]
