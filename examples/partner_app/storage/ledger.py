"""What there is to bill, what was billed, and what was given back."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from sqlite3 import Connection
from typing import Literal, TypeAlias

from .database import to_moment, to_text

RefundState: TypeAlias = Literal["asked", "sent", "unknown", "refused"]
"""`asked` is written before the request goes out, so that no crash can hide it."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """A stretch of time in which a resource ran at a plan.

    Attributes:
        resource_id: The resource.
        resource_name: The customer's name for it.
        plan_id: The plan.
        started_at: When it began.
        ended_at: When it ended; `None` while it goes on.
    """

    resource_id: str
    resource_name: str
    plan_id: str
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Invoice:
    """An invoice.

    Attributes:
        external_id: The partner's id of it.
        installation_id: The installation.
        total: What it bills, in US dollars.
        vercel_id: Vercel's id of it, once it is known.
        state: What became of it: created, paid, notpaid, overdue or refunded, by webhook;
            refused where Vercel certainly does not have it.
    """

    external_id: str
    installation_id: str
    total: Decimal
    vercel_id: str | None
    state: str | None


@dataclass(frozen=True, kw_only=True)
class Refund:
    """A refund. Its reason tells it from the invoice's others.

    Attributes:
        external_id: The partner's id of the invoice.
        reason: Why.
        total: How much, in US dollars.
        state: How far it got.
        asked_at: When it was last about to be sent.
    """

    external_id: str
    reason: str
    total: Decimal
    state: RefundState
    asked_at: datetime


def is_new_event(db: Connection, event_id: str) -> bool:
    """Take note of an event; whether it was not there before."""
    done = db.execute("INSERT INTO events (id) VALUES (?) ON CONFLICT DO NOTHING", (event_id,))
    return done.rowcount == 1


def runs(db: Connection, installation_id: str, start: datetime, end: datetime) -> list[Run]:
    """All runs that a stretch of time has a part of, those of deleted resources too."""
    rows = db.execute(
        """
        SELECT resource_id, resources.name AS resource_name, runs.plan_id, started_at, ended_at
        FROM runs JOIN resources ON resources.id = resource_id
        WHERE installation_id = ? AND started_at < ? AND (ended_at IS NULL OR ended_at > ?)
        ORDER BY resource_id, started_at
        """,
        (installation_id, to_text(end), to_text(start)),
    )
    return [
        Run(
            resource_id=row["resource_id"],
            resource_name=row["resource_name"],
            plan_id=row["plan_id"],
            started_at=to_moment(row["started_at"]),
            ended_at=None if row["ended_at"] is None else to_moment(row["ended_at"]),
        )
        for row in rows
    ]


# Invoices ------------------------------------------------------------------------------


def write_invoice(db: Connection, external_id: str, installation_id: str, total: Decimal) -> bool:
    """Write down an invoice that is about to be submitted; whether Vercel may have it already.

    It may unless this is the first submission, or all before were refused. Until Vercel says
    otherwise the total is that of the submission which may have arrived.
    """
    known = find_invoice(db, external_id)
    db.execute(
        """
        INSERT INTO invoices (external_id, installation_id, total) VALUES (?, ?, ?)
        ON CONFLICT (external_id) DO UPDATE SET total = excluded.total, state = NULL
        WHERE state = 'refused'
        """,
        (external_id, installation_id, str(total)),
    )
    return known is not None and known.state != "refused"


def refuse_invoice(db: Connection, external_id: str) -> None:
    """Take note that Vercel certainly does not have an invoice, unless it was told of it since."""
    db.execute(
        """
        UPDATE invoices SET state = 'refused'
        WHERE external_id = ? AND submitted_at IS NULL AND vercel_id IS NULL
        """,
        (external_id,),
    )


def accept_invoice(
    db: Connection, external_id: str, accepted: tuple[str, Decimal] | None, *, now: datetime
) -> None:
    """Take note that Vercel has an invoice.

    Args:
        db: The connection.
        external_id: The partner's id of it.
        accepted: Vercel's id of it, and the total; `None` where an earlier submission arrived.
        now: The time.
    """
    vercel_id, total = accepted or (None, None)
    db.execute(
        """
        UPDATE invoices SET
            submitted_at = ?, vercel_id = COALESCE(?, vercel_id), total = COALESCE(?, total),
            state = NULLIF(state, 'refused')
        WHERE external_id = ?
        """,
        (to_text(now), vercel_id, None if total is None else str(total), external_id),
    )


def note_state(  # noqa: PLR0913 (what an event says)
    db: Connection,
    external_id: str | None,
    installation_id: str,
    *,
    vercel_id: str,
    state: str,
    at: datetime,
) -> bool:
    """Take note of what became of an invoice, unless newer is known; whether there is one.

    That it was created is never news: all else comes after, though it may be told before.
    """
    known = db.execute(
        "UPDATE invoices SET vercel_id = ? WHERE external_id = ? AND installation_id = ?",
        (vercel_id, external_id, installation_id),
    )
    if known.rowcount == 0:
        return False
    db.execute(
        """
        UPDATE invoices SET state = :state, state_at = :at
        WHERE external_id = :external_id
            AND (state_at IS NULL OR (state_at <= :at AND :state <> 'created'))
        """,
        {"state": state, "at": to_text(at), "external_id": external_id},
    )
    return True


def find_invoice(db: Connection, external_id: str) -> Invoice | None:
    """An invoice by the partner's id of it."""
    row = db.execute("SELECT * FROM invoices WHERE external_id = ?", (external_id,)).fetchone()
    if row is None:
        return None
    return Invoice(
        external_id=row["external_id"],
        installation_id=row["installation_id"],
        total=Decimal(row["total"]),
        vercel_id=row["vercel_id"],
        state=row["state"],
    )


# Refunds -------------------------------------------------------------------------------


def refunds(db: Connection, external_id: str) -> list[Refund]:
    """The refunds of an invoice, those that were refused too."""
    rows = db.execute("SELECT * FROM refunds WHERE external_id = ? ORDER BY rowid", (external_id,))
    return [
        Refund(
            external_id=row["external_id"],
            reason=row["reason"],
            total=Decimal(row["total"]),
            state=row["state"],
            asked_at=to_moment(row["asked_at"]),
        )
        for row in rows
    ]


def add_refund(db: Connection, refund: Refund) -> None:
    """Write down a refund that is about to be sent."""
    db.execute(
        "INSERT INTO refunds (external_id, reason, total, state, asked_at) VALUES (?, ?, ?, ?, ?)",
        (
            refund.external_id,
            refund.reason,
            str(refund.total),
            refund.state,
            to_text(refund.asked_at),
        ),
    )


def move_refund(db: Connection, before: Refund, after: Refund) -> bool:
    """Write down how far a refund got; whether nobody else has moved it meanwhile."""
    done = db.execute(
        """
        UPDATE refunds SET total = ?, state = ?, asked_at = ?
        WHERE external_id = ? AND reason = ? AND state = ? AND asked_at = ?
        """,
        (
            str(after.total),
            after.state,
            to_text(after.asked_at),
            before.external_id,
            before.reason,
            before.state,
            to_text(before.asked_at),
        ),
    )
    return done.rowcount == 1
