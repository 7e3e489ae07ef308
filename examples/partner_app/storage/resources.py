"""The databases that teams provisioned, their passwords, and the time that they ran.

A resource is always looked up together with its installation: an id alone, which anybody may
send, gives access to nothing.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Connection, Row
from typing import Any, Final

from vercel_marketplace.models import ResourceStatus

from .database import to_text

SUSPENDED: Final = "suspended"


@dataclass(frozen=True, kw_only=True)
class Resource:
    """A database. Its password is not in here, so that no `repr` shows it.

    Attributes:
        id: Its id.
        installation_id: The installation that has it.
        product_id: The product, as Vercel names it.
        name: The customer's name for it.
        metadata: What the customer filled in.
        plan_id: The plan that it is billed by.
        status: Its state, as Vercel names them.
    """

    id: str
    installation_id: str
    product_id: str
    name: str
    metadata: Mapping[str, Any]
    plan_id: str
    status: ResourceStatus = "ready"


def add(db: Connection, resource: Resource, *, password: str, now: datetime) -> None:
    """Provision a resource."""
    db.execute(
        """
        INSERT INTO resources (id, installation_id, product_id, name, metadata, plan_id, status)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
        (
            resource.id,
            resource.installation_id,
            resource.product_id,
            resource.name,
            json.dumps(resource.metadata),
            resource.plan_id,
            resource.status,
        ),
    )
    db.execute(
        "INSERT INTO passwords (resource_id, password) VALUES (?, ?)",
        (resource.id, password),
    )
    _meter(db, resource, now)


def find(db: Connection, installation_id: str, resource_id: str) -> Resource | None:
    """Return a resource of an installation."""
    row = db.execute(
        "SELECT * FROM resources WHERE installation_id = ? AND id = ? AND deleted_at IS NULL",
        (installation_id, resource_id),
    ).fetchone()
    return None if row is None else _resource(row)


def of_installation(db: Connection, installation_id: str) -> list[Resource]:
    """Return all resources of an installation."""
    rows = db.execute(
        "SELECT * FROM resources WHERE installation_id = ? AND deleted_at IS NULL ORDER BY id",
        (installation_id,),
    )
    return [_resource(row) for row in rows]


def update(db: Connection, resource: Resource, now: datetime) -> None:
    """Keep what has changed of a resource: from now on, it is billed by that."""
    db.execute(
        """
        UPDATE resources SET installation_id = ?, name = ?, metadata = ?, plan_id = ?, status = ?
        WHERE id = ?
        """,
        (
            resource.installation_id,
            resource.name,
            json.dumps(resource.metadata),
            resource.plan_id,
            resource.status,
            resource.id,
        ),
    )
    _meter(db, resource, now)


def delete(
    db: Connection, installation_id: str, resource_id: str, now: datetime
) -> None:
    """Delete a resource, if there is one. The time that it ran is still to be billed."""
    if find(db, installation_id, resource_id) is None:
        return
    at = to_text(now)
    db.execute("UPDATE resources SET deleted_at = ? WHERE id = ?", (at, resource_id))
    db.execute("DELETE FROM passwords WHERE resource_id = ?", (resource_id,))
    _end_run(db, resource_id, at)


# Passwords -----------------------------------------------------------------------------


def password(db: Connection, resource: Resource) -> str:
    """Return the present password of a resource."""
    row = db.execute(
        "SELECT password FROM passwords WHERE resource_id = ? AND good_until IS NULL",
        (resource.id,),
    ).fetchone()
    present: str = row["password"]
    return present


def rotate(
    db: Connection,
    resource: Resource,
    *,
    password: str,
    now: datetime,
    old_until: datetime,
) -> None:
    """Give a resource a new password. No old one is valid for longer than `old_until`."""
    db.execute("DELETE FROM passwords WHERE good_until <= ?", (to_text(now),))
    db.execute(
        """
        UPDATE passwords SET good_until = MIN(COALESCE(good_until, :until), :until)
        WHERE resource_id = :resource_id
        """,
        {"until": to_text(old_until), "resource_id": resource.id},
    )
    db.execute(
        "INSERT INTO passwords (resource_id, password) VALUES (?, ?)",
        (resource.id, password),
    )


def good_passwords(db: Connection, resource: Resource, now: datetime) -> list[str]:
    """Return all passwords that the database server accepts, the newest first."""
    rows = db.execute(
        """
        SELECT password FROM passwords
        WHERE resource_id = ? AND (good_until IS NULL OR good_until > ?)
        ORDER BY rowid DESC
        """,
        (resource.id, to_text(now)),
    )
    return [row["password"] for row in rows]


# Projects ------------------------------------------------------------------------------


def link_project(  # noqa: PLR0913 (one for each column, and the installation)
    db: Connection,
    installation_id: str,
    resource_id: str,
    project_id: str,
    *,
    connected: bool,
    at: datetime,
) -> None:
    """Record that a project was connected or disconnected, unless something newer is known."""
    db.execute(
        """
        INSERT INTO project_links (resource_id, project_id, is_connected, changed_at)
        SELECT id, ?, ?, ? FROM resources WHERE installation_id = ? AND id = ?
        ON CONFLICT (resource_id, project_id) DO UPDATE SET
            is_connected = excluded.is_connected, changed_at = excluded.changed_at
        WHERE excluded.changed_at >= changed_at
        """,
        (project_id, connected, to_text(at), installation_id, resource_id),
    )


def projects(db: Connection, resource: Resource) -> list[str]:
    """Return the projects that are connected to a resource."""
    rows = db.execute(
        "SELECT project_id FROM project_links WHERE resource_id = ? AND is_connected ORDER BY 1",
        (resource.id,),
    )
    return [row["project_id"] for row in rows]


# The time that is billed ---------------------------------------------------------------


def _meter(db: Connection, resource: Resource, now: datetime) -> None:
    """Bill the time from now on by what the resource is now; suspended, it costs nothing."""
    metered = "SELECT MAX(MAX(started_at, COALESCE(ended_at, ''))) FROM runs WHERE resource_id = ?"
    (until,) = db.execute(metered, (resource.id,)).fetchone()
    at = max(to_text(now), until or "")  # a clock that went back meters nothing twice
    _end_run(db, resource.id, at)
    if resource.status != SUSPENDED:
        db.execute(
            "INSERT INTO runs (resource_id, installation_id, plan_id, started_at) "
            "VALUES (?, ?, ?, ?)",
            (resource.id, resource.installation_id, resource.plan_id, at),
        )


def _end_run(db: Connection, resource_id: str, at: str) -> None:
    db.execute(
        "UPDATE runs SET ended_at = ? WHERE resource_id = ? AND ended_at IS NULL",
        (at, resource_id),
    )


def _resource(row: Row) -> Resource:
    return Resource(
        id=row["id"],
        installation_id=row["installation_id"],
        product_id=row["product_id"],
        name=row["name"],
        metadata=json.loads(row["metadata"]),
        plan_id=row["plan_id"],
        status=row["status"],
    )
