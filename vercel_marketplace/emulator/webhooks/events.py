"""What there is to tell the partner, by comparing two states. Pure.

What somebody does is told when it is done, each time: a payment, a member's new role. What time
does is told of what stands, and only once: an invoice goes to the customer, or falls overdue.
So nobody has to look at the very moment, and a clock that goes back and forth repeats nothing.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from attrs import frozen

from vercel_marketplace._internal.converter import fast
from vercel_marketplace.emulator.api.invoice_lifecycle import (
    FALL_OVERDUE,
    QUEUED,
    SEND,
    TRANSITIONS,
    as_of,
)
from vercel_marketplace.emulator.state import Installation, Invoice, ProjectConnection, State
from vercel_marketplace.emulator.webhooks.requests import installation_fields, invoice_payload
from vercel_marketplace.models.account import GetMemberResponseBody
from vercel_marketplace.models.invoices import GetInvoiceResponseBody

_WEBHOOKS: Final = {
    row.target: row.webhook for row in TRANSITIONS if row.webhook and row.by != "time"
}
"""The webhooks of what is done to an invoice, by the state that it leads to."""


@frozen(kw_only=True)
class MarketplaceEvent:
    """Something that Vercel tells of.

    Attributes:
        type: What, as webhooks name it.
        payload: What there is to say of it.
        at: When it happened.
        dedup_key: What tells it from all else that is told only once; `None` where it may recur.
    """

    type: str
    payload: Mapping[str, Any]
    at: datetime
    dedup_key: str | None = None


def events_between(before: State, after: State, now: datetime) -> Iterator[MarketplaceEvent]:
    """What happened until now, in order: by the time that passed, then by what was done.

    What happens once is given again and again; it is for the caller to keep count.

    Args:
        before: The state until now.
        after: The state from now on.
        now: The time.
    """
    passed = [
        event
        for installation in before.installations.values()
        for invoice in installation.invoices.values()
        for event in _as_it_stands(installation.id, invoice, now)
    ]
    yield from sorted(passed, key=lambda event: event.at)
    for installation in after.installations.values():
        known = before.installations.get(installation.id)
        if known is not installation:
            yield from _invoices(known, installation, now)
        if known is not None and known is not installation:
            yield from _members(known, installation, now)
            yield from _projects(known, installation, now)
            yield from _removal(known, installation)


def _as_it_stands(
    installation_id: str, invoice: Invoice, now: datetime
) -> Iterator[MarketplaceEvent]:
    body = as_of(invoice, now)
    if body.state not in QUEUED:
        yield _of_invoice(
            SEND.webhook, installation_id, body, min(now, invoice.processing), dedup_key=True
        )
    if body.state == FALL_OVERDUE.target:
        yield _of_invoice(FALL_OVERDUE.webhook, installation_id, body, body.updated, dedup_key=True)


def _invoices(
    known: Installation | None, installation: Installation, now: datetime
) -> Iterator[MarketplaceEvent]:
    before: Mapping[str, Invoice] = {} if known is None else known.invoices
    for name, invoice in installation.invoices.items():
        was = before.get(name)
        if was is invoice:
            continue
        yield from _as_it_stands(installation.id, invoice, now)
        state = invoice.body.state
        is_news = was is None or (was.body.state, was.tries) != (state, invoice.tries)
        if is_news and state in _WEBHOOKS:
            yield _of_invoice(_WEBHOOKS[state], installation.id, invoice.body, now)


def _of_invoice(
    event: str,
    installation_id: str,
    body: GetInvoiceResponseBody,
    at: datetime,
    *,
    dedup_key: bool = False,
) -> MarketplaceEvent:
    on_the_wire = json.loads(json.dumps(body, default=fast().unstructure))
    return MarketplaceEvent(
        type=f"marketplace.invoice.{event}",
        payload=invoice_payload(event, installation_id, on_the_wire),
        at=at,
        dedup_key=f"{installation_id} {body.invoice_id} {event}" if dedup_key else None,
    )


def _members(
    known: Installation, installation: Installation, now: datetime
) -> Iterator[MarketplaceEvent]:
    before, after = known.members, installation.members
    for name, member in after.items():
        if before.get(name) != member:
            yield _of_member(installation.id, member, member.role, now)
    for name, member in before.items():
        if name not in after:
            yield _of_member(installation.id, member, "NONE", now)


def _of_member(
    installation_id: str, member: GetMemberResponseBody, role: str, now: datetime
) -> MarketplaceEvent:
    known = {"globalUserId": member.global_user_id, "userEmail": member.user_email}
    payload = {
        **installation_fields(installation_id),
        "memberId": member.id,
        "role": role,
        **{name: value for name, value in known.items() if value is not None},
    }
    return MarketplaceEvent(type="marketplace.member.changed", payload=payload, at=now)


def _projects(
    known: Installation, installation: Installation, now: datetime
) -> Iterator[MarketplaceEvent]:
    before, after = known.projects, installation.projects
    yield from _of_projects("connected", installation.id, _beyond(before, after), now)
    yield from _of_projects("disconnected", installation.id, _beyond(after, before), now)


def _beyond(
    these: tuple[ProjectConnection, ...], those: tuple[ProjectConnection, ...]
) -> list[ProjectConnection]:
    return [one for one in those if one not in these]


def _of_projects(
    event: str, installation_id: str, connections: Iterable[ProjectConnection], now: datetime
) -> Iterator[MarketplaceEvent]:
    for one in connections:
        named = {"name": one.name} if event == "connected" else {}
        payload = {
            **installation_fields(installation_id),
            "resourceId": one.resource_id,
            "project": {"id": one.project_id, **named},
            "projectId": one.project_id,
            "targets": list(one.targets),
        }
        yield MarketplaceEvent(
            type=f"integration-resource.project-{event}", payload=payload, at=now
        )


def _removal(known: Installation, installation: Installation) -> Iterator[MarketplaceEvent]:
    at = installation.uninstalled_at
    if known.uninstalled_at is None and at is not None:
        projects = sorted({one.project_id for one in installation.projects})
        configuration = {
            "id": installation.id,
            "projectSelection": "selected",
            "projects": projects,
        }
        yield MarketplaceEvent(
            type="integration-configuration.removed",
            payload={"configuration": configuration},
            at=at,
        )
