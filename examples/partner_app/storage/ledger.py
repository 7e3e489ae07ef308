"""The time to bill, and what Vercel says of the invoices."""

from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Connection

from .database import to_moment, to_text


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


def is_new_event(db: Connection, event_id: str) -> bool:
    """Record an event, and return whether it is new."""
    done = db.execute(
        "INSERT INTO events (id) VALUES (?) ON CONFLICT DO NOTHING", (event_id,)
    )
    return done.rowcount == 1


def runs(
    db: Connection, installation_id: str, start: datetime, end: datetime
) -> list[Run]:
    """Return all runs that overlap a stretch of time, those of deleted resources too."""
    rows = db.execute(
        """
        SELECT resource_id, resources.name AS resource_name, runs.plan_id, started_at, ended_at
        FROM runs JOIN resources ON resources.id = resource_id
        WHERE runs.installation_id = ? AND started_at < ? AND (ended_at IS NULL OR ended_at > ?)
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


def note_state(
    db: Connection, installation_id: str, external_id: str, *, state: str, at: datetime
) -> None:
    """Record the state of an invoice, unless a newer one is known.

    That an invoice was created is never news: everything else comes after, though its webhook
    may arrive earlier.
    """
    db.execute(
        """
        INSERT INTO payments (installation_id, external_id, state, state_at)
        VALUES (:installation_id, :external_id, :state, :at)
        ON CONFLICT DO UPDATE SET state = :state, state_at = :at
        WHERE state_at <= :at AND :state <> 'created'
        """,
        {
            "installation_id": installation_id,
            "external_id": external_id,
            "state": state,
            "at": to_text(at),
        },
    )


def find_state(db: Connection, installation_id: str, external_id: str) -> str | None:
    """Return the newest state of an invoice: created, paid, notpaid, overdue or refunded."""
    row = db.execute(
        "SELECT state FROM payments WHERE installation_id = ? AND external_id = ?",
        (installation_id, external_id),
    ).fetchone()
    return None if row is None else row["state"]
