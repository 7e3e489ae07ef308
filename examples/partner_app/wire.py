"""The bodies of Vercel's calls and of the responses, as they are on the wire."""

import json
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, SecretStr
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from .plans import PLANS, Plan
from .storage.resources import Resource as StoredResource


def _sold(plan_id: str) -> str:
    if plan_id not in PLANS:
        raise PydanticCustomError("plan", "there is no such plan")  # noqa: EM101 (its type)
    return plan_id


def _writable(value: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """Refuse what Python reads from JSON and cannot write: NaN, half of a surrogate pair."""
    try:
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except ValueError:
        raise PydanticCustomError("json", "this is not JSON") from None  # noqa: EM101 (its type)
    return value


Metadata = Annotated[dict[str, JsonValue], AfterValidator(_writable)]
"""Any JSON, nested no deeper than what pydantic can write."""
Name = Annotated[str, Field(min_length=1, max_length=200)]
PlanId = Annotated[str, AfterValidator(_sold)]
Status = Literal["ready", "pending", "onboarding", "suspended", "resumed", "uninstalled", "error"]


class Body(BaseModel):
    """What all bodies have in common; properties that Vercel adds are passed over."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        str_max_length=10_000,  # and with a limit, pydantic sees to it that text is Unicode
    )


# What comes ----------------------------------------------------------------------------


class Credentials(Body):
    """What calls for the installation are authorized with."""

    access_token: SecretStr = Field(alias="access_token", min_length=1)


class Account(Body):
    """The team."""

    name: str | None = None


class Install(Body):
    """A team installs the product. What is not needed is neither asked for nor kept."""

    accepted_policies: dict[str, datetime]
    credentials: Credentials
    account: Account


class ChangeInstallation(Body):
    """What a team changes of its installation."""

    billing_plan_id: PlanId | None = None


class Provision(Body):
    """A team wants a database."""

    product_id: str
    name: Name
    metadata: Metadata
    billing_plan_id: PlanId


class ChangeResource(Body):
    """What a team changes of a database; what is left out stays as it is."""

    name: Name | None = None
    metadata: Metadata | None = None
    billing_plan_id: PlanId | None = None
    status: Status | None = None


class Rotate(Body):
    """New secrets are wanted, and the old ones for a while."""

    delay_old_secrets_expiration_hours: float = Field(default=0, ge=0, le=720)


# Responses ------------------------------------------------------------------------------


class Detail(Body):
    """One line of what a plan offers."""

    label: str
    value: str


class BillingPlan(Body):
    """A plan, as the customer is shown it."""

    id: str
    type: Literal["subscription"] = "subscription"
    name: str
    description: str
    scope: Literal["resource"] = "resource"
    payment_method_required: bool = True
    cost: str
    details: list[Detail]

    @classmethod
    def of(cls, plan: Plan) -> "BillingPlan":
        """Show a plan."""
        return cls(
            id=plan.id,
            name=plan.name,
            description=plan.description,
            cost=f"${plan.hourly} an hour",
            details=[Detail(label="Size", value=plan.description)],
        )


class Plans(Body):
    """All plans that can be had."""

    plans: list[BillingPlan]


class Installation(Body):
    """An installation."""

    billing_plan: BillingPlan | None = None


class Secret(Body):
    """An environment variable for the projects that the database is connected to."""

    name: str
    value: str = Field(repr=False)


class Resource(Body):
    """A database."""

    id: str
    product_id: str
    name: str
    metadata: dict[str, Any]
    status: str
    billing_plan: BillingPlan

    @classmethod
    def of(cls, resource: StoredResource) -> "Resource":
        """Show a database."""
        return cls(**_shown(resource))


class ProvisionedResource(Resource):
    """A database that is new, with the way in."""

    secrets: list[Secret]

    @classmethod
    def with_secrets(cls, resource: StoredResource, secrets: list[Secret]) -> "ProvisionedResource":
        """Show a database and its secrets."""
        return cls(**_shown(resource), secrets=secrets)


class Rotated(Body):
    """The new secrets, which count from now on."""

    sync: Literal[True] = True
    secrets: list[Secret]


def _shown(resource: StoredResource) -> dict[str, Any]:
    return {
        "id": resource.id,
        "product_id": resource.product_id,
        "name": resource.name,
        "metadata": resource.metadata,
        "status": resource.status,
        "billing_plan": BillingPlan.of(PLANS[resource.plan_id]),
    }
