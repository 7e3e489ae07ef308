"""What Acme Postgres sells, and for how much."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from vercel_marketplace.models import BillingPlanDetail
from vercel_marketplace.partner import PartnerBillingPlan

PRODUCT: Final = "acme-postgres"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A plan of a database, which is billed by the hour.

    Attributes:
        id: Its id, which Vercel sends back.
        name: What the customer reads.
        description: What the customer reads below the name.
        hourly: US dollars for an hour.
    """

    id: str
    name: str
    description: str
    hourly: Decimal

    @property
    def shown(self) -> PartnerBillingPlan:
        """The plan as Vercel shows it."""
        return PartnerBillingPlan(
            id=self.id,
            type="subscription",
            scope="resource",
            name=self.name,
            description=self.description,
            cost=f"${self.hourly} an hour",
            details=[BillingPlanDetail(label="Size", value=self.description)],
        )


PLANS: Final = {
    plan.id: plan
    for plan in (
        Plan(id="pro", name="Pro", description="1 CPU, 4 GB", hourly=Decimal("0.05")),
        Plan(
            id="scale",
            name="Scale",
            description="4 CPUs, 16 GB",
            hourly=Decimal("0.20"),
        ),
    )
}
"""By id. A month is billed at the prices that are here when it ends, so a plan that a database has
is never changed or removed: another price is another plan."""

DEFAULT_TEAM_PLAN: Final = "metered"

TEAM_PLANS: Final = {
    plan.id: plan
    for plan in (
        PartnerBillingPlan(
            id=DEFAULT_TEAM_PLAN,
            type="subscription",
            scope="installation",
            name="Pay as you go",
            description="Databases by the hour",
        ),
        PartnerBillingPlan(
            id="prepaid",
            type="prepayment",
            scope="installation",
            name="Credits",
            description="Databases by the hour, and credits for exports",
            minimum_amount=Decimal(10),
        ),
    )
}
"""The plans of an installation, by id: with `prepaid`, a team may buy credits."""
