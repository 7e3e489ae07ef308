"""Derives webhook events from two consecutive states. Pure.

What somebody does is an event each time: a payment, a member's new role. What time does follows
from the state alone and is an event only once: an invoice goes to the customer, or falls overdue.
So nobody must look at the right moment, and a clock that goes back and forth repeats nothing.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from attrs import frozen

from vercel_marketplace.emulator.api.invoice_lifecycle import (
    FALL_OVERDUE,
    QUEUED,
    SEND,
    TRANSITIONS,
    as_of,
)
from vercel_marketplace.emulator.api.responses import to_json
from vercel_marketplace.emulator.ids import stable_id
from vercel_marketplace.emulator.state import (
    DeploymentAction,
    Installation,
    ProjectConnection,
    State,
    StoredInvoice,
)
from vercel_marketplace.emulator.webhooks.requests import installation_fields, invoice_payload
from vercel_marketplace.models.account import Member
from vercel_marketplace.models.invoices import Invoice

_WEBHOOKS: Final = {
    row.target: row.webhook for row in TRANSITIONS if row.webhook and row.by != "time"
}
"""The webhooks of what is done to an invoice, by the state that it leads to."""


@frozen(kw_only=True)
class MarketplaceEvent:
    """Something that happened, of which Vercel sends a webhook.

    Attributes:
        type: The event's type.
        payload: The event's payload.
        at: When it happened.
        dedup_key: Identifies an event that is sent only once; `None` for one that may recur.
    """

    type: str
    payload: Mapping[str, Any]
    at: datetime
    dedup_key: str | None = None


def events_between(before: State, after: State, now: datetime) -> Iterator[MarketplaceEvent]:
    """Yield what happened, in order: what time did, then what was done.

    An event that is sent only once is yielded each time; the caller drops repetitions.

    Args:
        before: The state before.
        after: The state afterwards.
        now: The time.
    """
    passed = [
        event
        for installation in before.installations.values()
        for invoice in installation.invoices.values()
        for event in _timed_events(installation.id, invoice, now)
    ]
    yield from sorted(passed, key=lambda event: event.at)
    for installation in after.installations.values():
        known = before.installations.get(installation.id)
        if known is installation:
            continue
        yield from _invoice_events(known, installation, now)
        if known is not None:
            yield from _member_events(known, installation, now)
            yield from _project_events(known, installation, now)
            yield from _action_events(known, installation, now)
            yield from _removal_events(known, installation)


def _timed_events(
    installation_id: str, invoice: StoredInvoice, now: datetime
) -> Iterator[MarketplaceEvent]:
    body = as_of(invoice, now)
    if body.state not in QUEUED:
        yield _invoice_event(
            SEND.webhook, installation_id, body, min(now, invoice.processing), once=True
        )
    if body.state == FALL_OVERDUE.target:
        yield _invoice_event(FALL_OVERDUE.webhook, installation_id, body, body.updated, once=True)


def _invoice_events(
    known: Installation | None, installation: Installation, now: datetime
) -> Iterator[MarketplaceEvent]:
    before: Mapping[str, StoredInvoice] = {} if known is None else known.invoices
    for name, invoice in installation.invoices.items():
        was = before.get(name)
        if was is invoice:
            continue
        yield from _timed_events(installation.id, invoice, now)
        state = invoice.body.state
        is_news = was is None or (was.body.state, was.tries) != (state, invoice.tries)
        if is_news and state in _WEBHOOKS:
            yield _invoice_event(_WEBHOOKS[state], installation.id, invoice.body, now)


def _invoice_event(
    event: str,
    installation_id: str,
    body: Invoice,
    at: datetime,
    *,
    once: bool = False,
) -> MarketplaceEvent:
    on_the_wire = json.loads(to_json(body))
    return MarketplaceEvent(
        type=f"marketplace.invoice.{event}",
        payload=invoice_payload(event, installation_id, on_the_wire),
        at=at,
        dedup_key=f"{installation_id} {body.invoice_id} {event}" if once else None,
    )


def _member_events(
    known: Installation, installation: Installation, now: datetime
) -> Iterator[MarketplaceEvent]:
    before, after = known.members, installation.members
    for name, member in after.items():
        if before.get(name) != member:
            yield _member_event(installation.id, member, member.role, now)
    for name, member in before.items():
        if name not in after:
            yield _member_event(installation.id, member, "NONE", now)


def _member_event(
    installation_id: str, member: Member, role: str, now: datetime
) -> MarketplaceEvent:
    known = {"globalUserId": member.global_user_id, "userEmail": member.user_email}
    payload = {
        **installation_fields(installation_id),
        "memberId": member.id,
        "role": role,
        **{name: value for name, value in known.items() if value is not None},
    }
    return MarketplaceEvent(type="marketplace.member.changed", payload=payload, at=now)


def _project_events(
    known: Installation, installation: Installation, now: datetime
) -> Iterator[MarketplaceEvent]:
    before, after = known.projects, installation.projects
    for one in after:
        if one not in before:
            yield _project_event("connected", installation.id, one, now, name=one.name)
    for one in before:
        if one not in after:
            yield _project_event("disconnected", installation.id, one, now)


def _project_event(
    event: str, installation_id: str, connection: ProjectConnection, now: datetime, **project: str
) -> MarketplaceEvent:
    payload = {
        **installation_fields(installation_id),
        "resourceId": connection.resource_id,
        "project": {"id": connection.project_id, **project},
        "projectId": connection.project_id,
        "targets": list(connection.targets),
    }
    return MarketplaceEvent(type=f"integration-resource.project-{event}", payload=payload, at=now)


def _action_events(
    known: Installation, installation: Installation, now: datetime
) -> Iterator[MarketplaceEvent]:
    before, after = known.actions, installation.actions
    for key, one in after.items():
        if key not in before:
            yield _action_event("start", installation.id, one, now)
        elif one.is_canceled and not before[key].is_canceled:
            yield _action_event("cancel", installation.id, one, now)
    for key, one in before.items():
        if key not in after:
            yield _action_event("cleanup", installation.id, one, now)


def _action_event(
    event: str, installation_id: str, action: DeploymentAction, now: datetime
) -> MarketplaceEvent:
    payload = {
        **installation_fields(installation_id),
        "integrations": _integrations(installation_id, [action.resource_id]),
        "resourceId": action.resource_id,
        "action": action.action,
        "deployment": {"id": action.deployment_id},
    }
    return MarketplaceEvent(type=f"deployment.integration.action.{event}", payload=payload, at=now)


def _removal_events(known: Installation, installation: Installation) -> Iterator[MarketplaceEvent]:
    at = installation.uninstalled_at
    if known.uninstalled_at is None and at is not None:
        projects = sorted({one.project_id for one in installation.projects})
        configuration = {
            "id": installation.id,
            "projectSelection": "selected",
            "projects": projects,
        }
        payload = {
            "team": {"id": stable_id("team", installation.id)},
            "user": {"id": next(iter(installation.members), None)},
            "configuration": configuration,
            "installationIds": [installation.id],
            "integrations": _integrations(installation.id, installation.resources),
        }
        yield MarketplaceEvent(type="integration-configuration.removed", payload=payload, at=at)


def _integrations(installation_id: str, resource_ids: Iterable[str]) -> list[dict[str, object]]:
    resources = [{"externalResourceId": name} for name in resource_ids]
    return [{"installationId": installation_id, "resources": resources}]
