"""The teams that installed the product, and their access tokens."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Connection, Row

from vercel_marketplace.models import JSONValue

from . import resources, sessions
from .database import to_moment, to_text


@dataclass(frozen=True, kw_only=True)
class Installation:
    """An installation. Its token is not in here, so that no `repr` shows it.

    Attributes:
        id: Its id, `icfg_…`.
        plan_id: The plan of the team.
        billed_until: Everything before that is invoiced.
        uninstalled_at: When the team removed the product.
    """

    id: str
    plan_id: str
    billed_until: datetime
    uninstalled_at: datetime | None


def install(  # noqa: PLR0913 (one keyword for each column)
    db: Connection,
    installation_id: str,
    *,
    access_token: str,
    account_name: str | None,
    accepted_policies: Mapping[str, JSONValue],
    plan_id: str | None,
    default_plan_id: str,
    now: datetime,
) -> bool:
    """Keep an installation, or what is new about it, and return whether it was not removed.

    One that the team has removed stays so: a late request must not bill it again.
    """
    done = db.execute(
        """
        INSERT INTO installations
            (id, access_token, account_name, accepted_policies, plan_id, installed_at, billed_until)
        VALUES (:id, :token, :account, :policies, COALESCE(:plan, :default_plan), :now, :now)
        ON CONFLICT (id) DO UPDATE SET
            access_token = excluded.access_token,
            account_name = excluded.account_name,
            accepted_policies = excluded.accepted_policies,
            plan_id = COALESCE(:plan, plan_id)
        WHERE uninstalled_at IS NULL
        """,
        {
            "id": installation_id,
            "token": access_token,
            "account": account_name,
            "policies": json.dumps(dict(accepted_policies)),
            "plan": plan_id,
            "default_plan": default_plan_id,
            "now": to_text(now),
        },
    )
    return done.rowcount == 1


def find(db: Connection, installation_id: str) -> Installation | None:
    """Return an installation that has not been removed."""
    row = db.execute(
        "SELECT * FROM installations WHERE id = ? AND uninstalled_at IS NULL",
        (installation_id,),
    ).fetchone()
    return None if row is None else _installation(row)


def unfinished(db: Connection) -> list[Installation]:
    """Return the installations that may still be billed, also where the team has left."""
    rows = db.execute(
        "SELECT * FROM installations WHERE finished_at IS NULL ORDER BY id"
    )
    return [_installation(row) for row in rows]


def access_token(db: Connection, installation_id: str | None) -> str:
    """Return the token for calls about an installation.

    Raises:
        LookupError: There is no such installation, or it is finished.
    """
    row = db.execute(
        "SELECT access_token FROM installations WHERE id = ? AND access_token IS NOT NULL",
        (installation_id,),
    ).fetchone()
    if row is None:
        msg = f"no token of installation {installation_id!r}"
        raise LookupError(msg)
    token: str = row["access_token"]
    return token


def set_plan(db: Connection, installation_id: str, plan_id: str) -> None:
    """Keep the plan that the team chose."""
    db.execute(
        "UPDATE installations SET plan_id = ? WHERE id = ?", (plan_id, installation_id)
    )


def uninstall(db: Connection, installation_id: str, at: datetime) -> bool:
    """Remove an installation, and return whether it was there."""
    done = db.execute(
        "UPDATE installations SET uninstalled_at = ? WHERE id = ? AND uninstalled_at IS NULL",
        (to_text(at), installation_id),
    )
    if done.rowcount == 0:
        return False
    for resource in resources.of_installation(db, installation_id):
        resources.delete(db, installation_id, resource.id, at)
    sessions.end_all(db, installation_id)
    return True


def set_billed_until(db: Connection, installation_id: str, until: datetime) -> None:
    """Record that everything before a moment is invoiced."""
    db.execute(
        "UPDATE installations SET billed_until = MAX(billed_until, ?) WHERE id = ?",
        (to_text(until), installation_id),
    )


def finish(db: Connection, installation_id: str, now: datetime) -> None:
    """Forget the token of an installation that receives no more invoices."""
    db.execute(
        "UPDATE installations SET access_token = NULL, finished_at = ? WHERE id = ?",
        (to_text(now), installation_id),
    )


def _installation(row: Row) -> Installation:
    uninstalled_at = row["uninstalled_at"]
    return Installation(
        id=row["id"],
        plan_id=row["plan_id"],
        billed_until=to_moment(row["billed_until"]),
        uninstalled_at=None if uninstalled_at is None else to_moment(uninstalled_at),
    )
