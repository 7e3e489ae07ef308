"""A request to provision a resource, as `SyncPartnerAPI` serves it. `method` is its twin."""

import json

from vercel_marketplace import HTTPRequest
from vercel_marketplace.emulator import Emulator
from vercel_marketplace.models import Secret
from vercel_marketplace.partner import (
    DeleteInstallationRequest,
    DeleteResourceRequest,
    GetResourceRequest,
    ListBillingPlansForProductRequest,
    Partner,
    PartnerBillingPlan,
    PartnerBillingPlans,
    PartnerCall,
    PartnerResource,
    ProvisionedResource,
    ProvisionResourceRequest,
    SyncPartnerAPI,
    UpsertInstallationRequest,
)
from vercel_marketplace.tokens import SyncTokenVerifier

_PLAN = PartnerBillingPlan(id="pro", type="subscription", name="Pro", description="10 GB")
_BODY = json.dumps(
    {"productId": "db", "name": "orders", "metadata": {"region": "iad1"}, "billingPlanId": "pro"}
).encode()


class Acme(Partner):
    """A partner that keeps nothing."""

    def provision_resource(
        self, call: PartnerCall, request: ProvisionResourceRequest
    ) -> ProvisionedResource:
        """Make a resource of the request."""
        return ProvisionedResource(
            id=f"db_{call.idempotency_key}",
            product_id=request.product_id,
            name=request.name,
            metadata=request.metadata,
            status="ready",
            billing_plan=_PLAN,
            secrets=[Secret(name="DATABASE_URL", value="postgresql://db.example/main")],
        )

    # Required, and not called.

    def upsert_installation(self, call: PartnerCall, request: UpsertInstallationRequest) -> None:
        """Keep nothing."""

    def delete_installation(self, call: PartnerCall, request: DeleteInstallationRequest) -> None:
        """Keep nothing."""

    def get_resource(self, call: PartnerCall, request: GetResourceRequest) -> PartnerResource:
        """Know nothing."""
        raise NotImplementedError

    def delete_resource(self, call: PartnerCall, request: DeleteResourceRequest) -> None:
        """Keep nothing."""

    def list_billing_plans_for_product(
        self, call: PartnerCall, request: ListBillingPlansForProductRequest
    ) -> PartnerBillingPlans:
        """Offer nothing."""
        raise NotImplementedError


class Side:
    """Provisions a resource per call: with a verified token and a key of its own."""

    def __init__(self, _url: str) -> None:
        """Make a token."""
        self._emulator = Emulator()
        self._headers = {
            "authorization": f"Bearer {self._emulator.tokens.user_token()}",
            "x-vercel-auth": "user",
            "content-type": "application/json",
        }

    def open_blocking(self) -> SyncPartnerAPI:
        """What is called."""
        verifier = SyncTokenVerifier(
            self._emulator.integration.client_id,
            transport=self._emulator.transport(),
            clock=self._emulator.clock.timestamp,
        )
        return SyncPartnerAPI(Acme(), verifier=verifier)

    open_async = open_blocking

    def request(self, number: int) -> HTTPRequest:
        """A request as Vercel sends it."""
        return HTTPRequest(
            method="POST",
            url=f"http://acme.example/v1/installations/{self._emulator.installation_id}/resources",
            headers={**self._headers, "idempotency-key": str(number)},
            content=_BODY,
        )

    def provision(self, client: SyncPartnerAPI, number: int) -> None:
        """Serve a request."""
        assert client.respond(self.request(number)).status_code == 200
