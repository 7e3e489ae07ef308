"""A partner that provisions databases: what Vercel requires, as six methods."""

from secrets import token_hex

from vercel_marketplace import partner
from vercel_marketplace.models import Secret
from vercel_marketplace.partner import PartnerCall as Call

PRO = partner.PartnerBillingPlan(
    id="pro", type="subscription", name="Pro", description="10 GB"
)

tokens: dict[str, str] = {}  # your tables
databases: dict[tuple[str, str], partner.ProvisionedResource] = {}


class Acme(partner.Partner):
    def upsert_installation(
        self, call: Call, request: partner.UpsertInstallationRequest
    ) -> None:
        tokens[request.installation_id] = request.credentials.access_token

    def delete_installation(
        self, call: Call, request: partner.DeleteInstallationRequest
    ) -> None:
        tokens.pop(request.installation_id, None)

    def list_billing_plans_for_product(
        self, call: Call, request: partner.ListBillingPlansForProductRequest
    ) -> partner.PartnerBillingPlans:
        return partner.PartnerBillingPlans(plans=[PRO])

    def provision_resource(
        self, call: Call, request: partner.ProvisionResourceRequest
    ) -> partner.ProvisionedResource:
        if request.billing_plan_id != PRO.id:
            raise partner.InvalidFieldsError(
                "no such plan", fields={"billingPlanId": "unknown"}
            )
        database = partner.ProvisionedResource(
            id=f"db_{token_hex(8)}",
            product_id=request.product_id,
            name=request.name,
            metadata=request.metadata,
            status="ready",
            billing_plan=PRO,
            secrets=[Secret(name="DATABASE_URL", value="postgresql://…")],
        )
        databases[request.installation_id, database.id] = database
        return database

    def get_resource(
        self, call: Call, request: partner.GetResourceRequest
    ) -> partner.PartnerResource:
        if database := databases.get((request.installation_id, request.resource_id)):
            return database
        raise partner.NotFoundError("there is no such database")

    def delete_resource(
        self, call: Call, request: partner.DeleteResourceRequest
    ) -> None:
        databases.pop((request.installation_id, request.resource_id), None)
