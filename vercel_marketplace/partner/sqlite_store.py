"""`SQLiteIdempotencyStore`: responses in a file, for all processes of one machine."""

import json
import os
import sqlite3
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final
from uuid import uuid4

from vercel_marketplace._internal.seconds import check_duration, current_time
from vercel_marketplace.http import Headers, HTTPResponse
from vercel_marketplace.partner.idempotency import (
    DEFAULT_KEEP,
    DEFAULT_LEASE,
    Entry,
    Reservation,
    decide,
)

_BUSY_TIMEOUT: Final = 30.0  # seconds that a write of another process may take
_GROUP_AND_OTHERS: Final = 0o077  # their permissions in the mode of a file

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS vercel_idempotency (
    key TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    owner TEXT NOT NULL,
    held_until REAL NOT NULL,
    expires_at REAL NOT NULL,
    status INTEGER,
    headers TEXT,
    content BLOB
);
CREATE INDEX IF NOT EXISTS vercel_idempotency_expiry ON vercel_idempotency (expires_at);
"""


class SQLiteIdempotencyStore:
    """Keeps responses in a SQLite file, for all processes and threads of one machine.

    The file **holds secrets**: those of the resources that were provisioned. It is created so
    that only its owner can read it (mode 0600, which SQLite's temporary files next to it
    inherit), and one that others can read is refused. Keep it off network file systems, whose
    locks SQLite cannot rely on.

    A request that a process began and did not finish, because it crashed, counts as unfinished
    once its lease is over: the next retry is carried out, with `PartnerCall.may_have_run` set.

    Args:
        path: The file; it is created where there is none.
        keep: Seconds for which a response is kept.
        lease: Seconds after which a request that another process began counts as unfinished.
            Longer than the slowest of your methods; until then, retries after a crash get a 503.
        clock: Returns the time in epoch seconds; `time.time` by default.

    Raises:
        TypeError, ValueError: An argument has the wrong type or value.
        PermissionError: Others can read the file.
        OSError, sqlite3.Error: The file cannot be created or used.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        keep: float = DEFAULT_KEEP,
        lease: float = DEFAULT_LEASE,
        clock: Callable[[], float] | None = None,
    ) -> None:
        if os.fspath(path) in {"", ":memory:"}:
            msg = "path must name a file; use InMemoryIdempotencyStore to keep nothing on disk"
            raise ValueError(msg)
        self._path = Path(path)
        self._keep = check_duration("keep", keep)
        self._lease = check_duration("lease", lease)
        self._clock = current_time if clock is None else clock
        _create_private(self._path)
        with closing(self._connect()) as connection:
            connection.executescript(_SCHEMA)

    def reserve(self, key: str, fingerprint: str, /) -> Reservation:
        """Look a request up, and reserve it where it is to be carried out.

        Raises:
            sqlite3.Error: The file cannot be used.
        """
        moment = self._clock()
        new = Entry(
            fingerprint=fingerprint,
            owner=uuid4().hex,
            held_until=moment + self._lease,
            expires_at=moment + self._keep,
        )
        with self._transaction() as db:
            db.execute(
                "DELETE FROM vercel_idempotency "
                "WHERE expires_at <= ?1 AND (status IS NOT NULL OR held_until <= ?1)",
                (moment,),
            )
            reservation = decide(_find(db, key), new, now=moment)
            if reservation.owner:
                db.execute(
                    "INSERT OR REPLACE INTO vercel_idempotency "
                    "(key, fingerprint, owner, held_until, expires_at) VALUES (?, ?, ?, ?, ?)",
                    (key, new.fingerprint, new.owner, new.held_until, new.expires_at),
                )
        return reservation

    def finish(self, key: str, owner: str, response: HTTPResponse, /) -> None:
        """Keep the response, unless another owner has reserved the request since.

        Raises:
            sqlite3.Error: The file cannot be used.
        """
        headers = json.dumps(dict(response.headers))
        with self._transaction() as db:
            db.execute(
                "UPDATE vercel_idempotency SET status = ?, headers = ?, content = ? "
                "WHERE key = ? AND owner = ?",
                (response.status_code, headers, response.content, key, owner),
            )

    def release(self, key: str, owner: str, /, *, unfinished: bool) -> None:
        """Give a reservation up, unless another owner has it since.

        Raises:
            sqlite3.Error: The file cannot be used.
        """
        change = "DELETE FROM vercel_idempotency"
        if unfinished:
            change = "UPDATE vercel_idempotency SET held_until = 0"
        with self._transaction() as db:
            db.execute(f"{change} WHERE key = ? AND owner = ?", (key, owner))

    def __repr__(self) -> str:
        return f"SQLiteIdempotencyStore({str(self._path)!r})"

    def _connect(self) -> sqlite3.Connection:
        """Return a connection of this thread's own; one must not be used after a fork."""
        connection = sqlite3.connect(self._path, timeout=_BUSY_TIMEOUT, isolation_level=None)
        connection.execute("PRAGMA secure_delete = ON")  # what is forgotten held secrets
        return connection

    @contextmanager
    def _transaction(self) -> Generator[sqlite3.Connection]:
        """Lock the file for writing from the start, so that what is read stays true."""
        with closing(self._connect()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            with connection:
                yield connection


def _create_private(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        mode = os.fstat(descriptor).st_mode
    finally:
        os.close(descriptor)
    if os.name == "posix" and mode & _GROUP_AND_OTHERS:
        msg = f"{path} holds secrets, but others can read it; run chmod 600 on it"
        raise PermissionError(msg)


def _find(db: sqlite3.Connection, key: str) -> Entry | None:
    row = db.execute(
        "SELECT fingerprint, owner, held_until, expires_at, status, headers, content "
        "FROM vercel_idempotency WHERE key = ?",
        (key,),
    ).fetchone()
    if row is None:
        return None
    fingerprint, owner, held_until, expires_at, status, headers, content = row
    response = None
    if status is not None:
        response = HTTPResponse(status, headers=Headers(json.loads(headers)), content=content)
    return Entry(
        fingerprint=fingerprint,
        owner=owner,
        held_until=held_until,
        response=response,
        expires_at=expires_at,
    )
