"""Which billing plans a resource has had, and when. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from attrs import evolve

from vercel_marketplace.emulator import limits
from vercel_marketplace.emulator.api.errors import APIError, bad_request
from vercel_marketplace.emulator.state import Installation, PlanPeriod, State, StoredResource
from vercel_marketplace.models.charges import LineItem, Period

_PREPAYMENT: Final = "prepayment"


def record_plans(before: State, after: State, now: datetime) -> State:
    """Return the state afterwards, in which each resource knows since when it has its plan.

    Args:
        before: The state before.
        after: The state afterwards.
        now: The time.
    """
    for name, installation in after.installations.items():
        known = before.installations.get(name)
        resources: Mapping[str, StoredResource] = {} if known is None else known.resources
        if resources is installation.resources:
            continue
        recorded = {
            id_: _record_plan(resource, now, is_new=id_ not in resources)
            for id_, resource in installation.resources.items()
        }
        after = after.with_installation(evolve(installation, resources=recorded))
    return after


def plan_errors(
    installation: Installation, items: Sequence[LineItem], period: Period
) -> Iterator[APIError]:
    """Yield an error for each item of a plan that no invoice may have.

    Args:
        installation: The installation.
        items: The items of the invoice.
        period: The invoice's period.
    """
    prepaid = _find_prepaid(installation)
    for index, item in enumerate(items):
        path, resource = f"items[{index}].billingPlanId", None
        if item.resource_id is not None:
            resource = installation.resources.get(item.resource_id)
        if item.billing_plan_id in prepaid:
            yield bad_request(path=path, message="a prepayment plan, which has no invoices")
        elif resource is not None and not _may_have(
            installation, resource, item.billing_plan_id, period
        ):
            yield bad_request(path=path, message="not a plan of the resource in the period")


def _record_plan(resource: StoredResource, now: datetime, *, is_new: bool) -> StoredResource:
    plan = resource.body.billing_plan
    current = PlanPeriod() if plan is None else PlanPeriod(plan_id=plan.id, type=plan.type)
    last = resource.plans[-1] if resource.plans else PlanPeriod()
    if evolve(last, since=None) == current:
        return resource
    # Of an older resource it is not known which plan it had before.
    past = resource.plans or (() if is_new else (PlanPeriod(),))
    plans = (*past, evolve(current, since=now))
    if len(plans) > limits.MAX_PLAN_PERIODS:  # then it is not known what the oldest plan was
        plans = (PlanPeriod(), *plans[2:])
    return evolve(resource, plans=plans)


def _find_prepaid(installation: Installation) -> set[str | None]:
    plan = installation.body.billing_plan
    periods = [one for resource in installation.resources.values() for one in resource.plans]
    found = {one.plan_id for one in periods if one.type == _PREPAYMENT}
    return found | {plan.id} if plan is not None and plan.type == _PREPAYMENT else found


def _may_have(
    installation: Installation, resource: StoredResource, plan_id: str, period: Period
) -> bool:
    """Whether the resource had the plan in the period, or may have had it."""
    own = installation.body.billing_plan
    if not resource.plans or (own is not None and own.id == plan_id):
        return True
    ends = [*(one.since for one in resource.plans[1:]), None]
    return any(
        one.plan_id in {plan_id, None}
        and (one.since is None or one.since <= period.end)
        and (end is None or end >= period.start)
        for one, end in zip(resource.plans, ends, strict=True)
    )
