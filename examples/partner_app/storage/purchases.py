"""Credits that teams have paid in advance, in US cents."""

from datetime import datetime
from sqlite3 import Connection

from .database import to_text


def exists(db: Connection, installation_id: str, invoice_id: str) -> bool:
    """Whether an invoice was credited."""
    row = db.execute(
        "SELECT 1 FROM purchases WHERE installation_id = ? AND invoice_id = ?",
        (installation_id, invoice_id),
    ).fetchone()
    return row is not None


def add(
    db: Connection, installation_id: str, invoice_id: str, *, cents: int, now: datetime
) -> None:
    """Credit an invoice, unless it was credited before."""
    db.execute(
        """
        INSERT INTO purchases (invoice_id, installation_id, cents, credited_at)
        VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING
        """,
        (invoice_id, installation_id, cents, to_text(now)),
    )


def balance(db: Connection, installation_id: str) -> int:
    """Return the credits of an installation."""
    total = "SELECT COALESCE(SUM(cents), 0) FROM purchases WHERE installation_id = ?"
    (cents,) = db.execute(total, (installation_id,)).fetchone()
    return int(cents)
