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
    plan_id TEXT,
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
    plan_id TEXT NOT NULL,
    started_at TEXT NOT NULL,
    ended_at TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS runs_of_resource ON runs (resource_id);
CREATE TABLE IF NOT EXISTS payments ( -- what webhooks say of invoices; the outbox has the rest
    installation_id TEXT NOT NULL,
    external_id TEXT NOT NULL,
    state TEXT NOT NULL,
    state_at TEXT NOT NULL,
    PRIMARY KEY (installation_id, external_id)
) STRICT;
CREATE TABLE IF NOT EXISTS requests ( -- by their Idempotency-Key
    installation_id TEXT NOT NULL,
    operation TEXT NOT NULL,
    key TEXT NOT NULL,
    resource_id TEXT NOT NULL,
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
    """A file, opened anew for each transaction: so any thread and any process may use it."""

    def __init__(self, path: Path) -> None:
        """Make the tables that are not there yet."""
        path.touch(mode=0o600)  # it holds tokens, so it is the owner's alone
        path.chmod(0o600)  # also where it comes from a backup
        self._path = path
        with closing(self._connect()) as db:
            db.execute("PRAGMA journal_mode = WAL")
            db.executescript(SCHEMA)

    @contextmanager
    def transaction(self) -> Generator[sqlite3.Connection]:
        """All of it or nothing; of several that write, one after another.

        It begins as a writer, for what was read must still hold when it is acted upon.
        """
        with closing(self._connect()) as db:
            db.execute("BEGIN IMMEDIATE")
            yield db
            db.commit()  # an exception closes the connection instead, which undoes all

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do some work in a transaction, in a thread, so that the event loop does not wait."""

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
    """A moment as the tables have it."""
    if moment.tzinfo is None:
        msg = "a moment must have a time zone"
        raise ValueError(msg)
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def to_moment(text: str) -> datetime:
    """A moment that a table has."""
    return datetime.fromisoformat(text)
