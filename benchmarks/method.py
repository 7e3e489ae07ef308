"""The method that provisions a resource, and nothing around it. `served` is its twin."""

import served

from vercel_marketplace.partner import PartnerCall, ProvisionResourceRequest, SyncPartnerAPI
from vercel_marketplace.tokens import SystemClaims


class Side(served.Side):
    """Makes the same request, and calls the method by itself."""

    def __init__(self, url: str) -> None:
        """Make what the method is given."""
        super().__init__(url)
        now = self._emulator.clock.now()
        self._partner = served.Acme()
        self._claims = SystemClaims(iss="", aud="", exp=now)
        self._request = ProvisionResourceRequest(
            installation_id=self._emulator.installation_id,
            product_id="db",
            name="orders",
            metadata={"region": "iad1"},
            billing_plan_id="pro",
        )

    def provision(self, _client: SyncPartnerAPI, number: int) -> None:
        """Call the method."""
        call = PartnerCall(
            operation_id="provision-resource",
            claims=self._claims,
            installation_id=self._emulator.installation_id,
            idempotency_key=str(number),
            request=self.request(number),
        )
        self._partner.provision_resource(call, self._request)
