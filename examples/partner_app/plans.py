"""What Acme Postgres sells, and for how much."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

PRODUCT: Final = "acme-postgres"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A billing plan of a database.

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


PLANS: Final = {
    plan.id: plan
    for plan in (
        Plan(id="pro", name="Pro", description="1 CPU, 4 GB", hourly=Decimal("0.05")),
        Plan(id="scale", name="Scale", description="4 CPUs, 16 GB", hourly=Decimal("0.20")),
    )
}
"""By id. A month is billed at the prices that are here when it ends, so a plan that somebody has
is never changed or taken away: another price is another plan."""
