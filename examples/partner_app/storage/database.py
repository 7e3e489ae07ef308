"""The schema, and the transactions in which all else happens."""

import sqlite3
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from anyio import to_thread

T = TypeVar("T")

# Amounts are decimal strings; moments are ISO 8601 in UTC, all of one length, so that they
# compare as text.
SCHEMA = """
CREATE TABLE IF NOT EXISTS installations (
    id TEXT PRIMARY KEY,
    access_token TEXT,               -- gone when the installation is finished
    account_name TEXT,
    accepted_policies TEXT NOT NULL, -- JSON
    plan_id TEXT NOT NULL,
    installed_at TEXT NOT NULL,
    billed_until TEXT NOT NULL,      -- all before has been invoiced
    uninstalled_at TEXT,
    finished_at TEXT                 -- when no more invoices come
) STRICT;
CREATE TABLE IF NOT EXISTS resources (
    id TEXT PRIMARY KEY,
    installation_id TEXT NOT NULL REFERENCES installations,
    product_id TEXT NOT NULL,
    name TEXT NOT NULL,
    metadata TEXT NOT NULL,          -- JSON
    plan_id TEXT NOT NULL,
    status TEXT NOT NULL,
    deleted_at TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS resources_of_installation ON resources (installation_id);
CREATE TABLE IF NOT EXISTS passwords (
    resource_id TEXT NOT NULL REFERENCES resources,
    password TEXT NOT NULL,
    good_until TEXT                  -- NULL: the present one
) STRICT;
CREATE INDEX IF NOT EXISTS passwords_of_resource ON passwords (resource_id);
CREATE TABLE IF NOT EXISTS project_links (
    resource_id TEXT NOT NULL REFERENCES resources,
    project_id TEXT NOT NULL,
    is_connected INTEGER NOT NULL,
    changed_at TEXT NOT NULL,
    PRIMARY KEY (resource_id, project_id)
) STRICT;
CREATE TABLE IF NOT EXISTS runs (    -- the stretches of time that are billed, each at one plan
    resource_id TEXT NOT NULL REFERENCES resources,
    installation_id TEXT NOT NULL REFERENCES installations, -- which is billed for it
    plan_id TEXT NOT NULL,
    started_at TEXT NOT NULL,
    ended_at TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS runs_of_resource ON runs (resource_id);
CREATE INDEX IF NOT EXISTS runs_of_installation ON runs (installation_id);
CREATE TABLE IF NOT EXISTS payments ( -- what webhooks say of invoices; the outbox has the rest
    installation_id TEXT NOT NULL,
    external_id TEXT NOT NULL,
    state TEXT NOT NULL,
    state_at TEXT NOT NULL,
    PRIMARY KEY (installation_id, external_id)
) STRICT;
CREATE TABLE IF NOT EXISTS purchases (
    invoice_id TEXT PRIMARY KEY,     -- so that none is credited twice
    installation_id TEXT NOT NULL REFERENCES installations,
    cents INTEGER NOT NULL,
    credited_at TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS transfers (
    id TEXT PRIMARY KEY,
    installation_id TEXT NOT NULL REFERENCES installations,
    resource_ids TEXT NOT NULL,      -- JSON
    expires_at TEXT NOT NULL,
    accepted_by TEXT REFERENCES installations
) STRICT;
CREATE TABLE IF NOT EXISTS requests ( -- by their Idempotency-Key
    installation_id TEXT NOT NULL,
    operation TEXT NOT NULL,
    key TEXT NOT NULL,
    result TEXT NOT NULL,            -- the id of what was created
    PRIMARY KEY (installation_id, operation, key)
) STRICT;
CREATE TABLE IF NOT EXISTS events (
    id TEXT PRIMARY KEY
) STRICT;
CREATE TABLE IF NOT EXISTS sessions (
    digest TEXT PRIMARY KEY,         -- the SHA-256 of the cookie, which nobody can turn around
    installation_id TEXT NOT NULL REFERENCES installations,
    user_id TEXT NOT NULL,
    expires_at TEXT NOT NULL
) STRICT;
"""


class Database:
    """A file, opened for each transaction, so that any thread and any process may use it."""

    def __init__(self, path: Path) -> None:
        """Create the tables that are missing."""
        path.touch(mode=0o600)  # it holds tokens, so it is the owner's alone
        path.chmod(0o600)  # also where it comes from a backup
        self._path = path
        with closing(self._connect()) as db:
            db.execute("PRAGMA journal_mode = WAL")
            db.executescript(SCHEMA)

    @contextmanager
    def transaction(self) -> Generator[sqlite3.Connection]:
        """Commit all of the work or nothing; several transactions wait for each other.

        It begins as a writer, so that what was read still holds when it is acted upon.
        """
        with closing(self._connect()) as db:
            db.execute("BEGIN IMMEDIATE")
            yield db
            db.commit()  # an exception closes the connection instead, which undoes all

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run a function in a transaction, in a thread, so that the event loop does not wait."""

        def in_transaction() -> T:
            with self.transaction() as db:
                return work(db)

        return await to_thread.run_sync(in_transaction)

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path, timeout=10, isolation_level=None)
        db.row_factory = sqlite3.Row
        db.execute("PRAGMA foreign_keys = ON")
        return db


def to_text(moment: datetime) -> str:
    """Return a moment as the tables have it."""
    if moment.tzinfo is None:
        msg = "a moment must have a time zone"
        raise ValueError(msg)
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def to_moment(text: str) -> datetime:
    """Return a moment of a table."""
    return datetime.fromisoformat(text)
