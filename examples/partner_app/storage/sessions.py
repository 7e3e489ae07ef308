"""Who is signed in."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Connection

from .database import to_text


@dataclass(frozen=True, kw_only=True)
class Session:
    """Somebody who signed in.

    Attributes:
        installation_id: The installation that the user came from.
        user_id: The user.
    """

    installation_id: str
    user_id: str


def begin(
    db: Connection, session: Session, *, cookie: str, now: datetime, until: datetime
) -> None:
    """Let a cookie stand for a user. What has expired is forgotten on the way."""
    db.execute("DELETE FROM sessions WHERE expires_at <= ?", (to_text(now),))
    db.execute(
        "INSERT INTO sessions (digest, installation_id, user_id, expires_at) VALUES (?, ?, ?, ?)",
        (_digest(cookie), session.installation_id, session.user_id, to_text(until)),
    )


def find(db: Connection, cookie: str, now: datetime) -> Session | None:
    """Whom a cookie stands for."""
    row = db.execute(
        "SELECT installation_id, user_id FROM sessions WHERE digest = ? AND expires_at > ?",
        (_digest(cookie), to_text(now)),
    ).fetchone()
    return None if row is None else Session(**dict(row))


def end(db: Connection, session: Session) -> None:
    """Sign a user out everywhere."""
    db.execute(
        "DELETE FROM sessions WHERE installation_id = ? AND user_id = ?",
        (session.installation_id, session.user_id),
    )


def end_all(db: Connection, installation_id: str) -> None:
    """Sign everybody out who came from an installation."""
    db.execute("DELETE FROM sessions WHERE installation_id = ?", (installation_id,))


def _digest(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()
