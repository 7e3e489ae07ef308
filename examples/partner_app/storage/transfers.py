"""Databases that a team offers to another."""

import json
from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Connection

from .database import to_moment, to_text


@dataclass(frozen=True, kw_only=True)
class Transfer:
    """An offer. Whoever knows its id may accept it.

    Attributes:
        id: Its id.
        installation_id: The installation that has the resources.
        resource_ids: The resources.
        expires_at: Until when it can be accepted.
        accepted_by: The installation that has accepted it.
    """

    id: str
    installation_id: str
    resource_ids: tuple[str, ...]
    expires_at: datetime
    accepted_by: str | None = None


def add(db: Connection, transfer: Transfer) -> None:
    """Offer resources."""
    db.execute(
        "INSERT INTO transfers (id, installation_id, resource_ids, expires_at) VALUES (?, ?, ?, ?)",
        (
            transfer.id,
            transfer.installation_id,
            json.dumps(transfer.resource_ids),
            to_text(transfer.expires_at),
        ),
    )


def find(db: Connection, transfer_id: str) -> Transfer | None:
    """Return an offer."""
    row = db.execute("SELECT * FROM transfers WHERE id = ?", (transfer_id,)).fetchone()
    if row is None:
        return None
    return Transfer(
        id=row["id"],
        installation_id=row["installation_id"],
        resource_ids=tuple(json.loads(row["resource_ids"])),
        expires_at=to_moment(row["expires_at"]),
        accepted_by=row["accepted_by"],
    )


def accept(db: Connection, transfer: Transfer, installation_id: str) -> None:
    """Record which installation has accepted an offer."""
    db.execute(
        "UPDATE transfers SET accepted_by = ? WHERE id = ?",
        (installation_id, transfer.id),
    )
