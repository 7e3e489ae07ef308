"""An outbox for what moves money on the Vercel Marketplace: invoices and refunds.

Copy this file whole; it requires the SDK and nothing else. Vercel has no idempotency
keys, so only your own books can keep a request from being made twice. Each has one of
three outcomes:

- `sent`: Vercel has it.
- `not sent`: Vercel certainly does not have it, so it may be sent again.
- `unknown`: the response was lost. Vercel may have it, or may still receive it.

The rules:

1. The books say `unknown` *before* a request is sent, so a crash leaves the truth
   behind.
2. Every attempt has its own claim and a deadline, and the SDK does not retry it. Claim
   and deadline are checked again at the moment the request leaves.
3. An error that certainly had no effect (`may_have_taken_effect` is false) undoes rule
   1 for this attempt. It does not settle the doubt that an earlier attempt left.
4. An invoice in doubt may be submitted again at once, because Vercel accepts each
   external id once. But a conflict does not prove that it is there: another invoice for
   the same resource, plan and period causes one too. Only an acceptance, or a webhook
   with the external id, does.
5. A refund in doubt is sent again only after two reads have shown exactly what the
   books say without it: the first at least `QUIET` after the attempt, the second
   `QUIET` after the first. One read proves nothing, because it may be minutes old. The
   amounts are compared as well as the reasons, because the API shows only the newest
   reason.
6. While one refund of an invoice is in doubt, no other is sent: it would hide the
   first.

Whatever does not add up, or cannot be read, stays `unknown` for a person, who looks at
the invoice in Vercel's dashboard and calls `settle_refund`.
"""

import sqlite3
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Literal, TypeAlias

from vercel_marketplace import (
    CallContext,
    Err,
    Hooks,
    HTTPRequest,
    Ok,
    RequestAbortedError,
    RetryConfig,
    SyncVercel,
    VercelConflictError,
    VercelError,
    block_on,
)
from vercel_marketplace.funcs import marketplace_get_invoice, marketplace_submit_invoice
from vercel_marketplace.models import (
    GetInvoiceRequest,
    Invoice,
    SubmitInvoiceRequest,
    SubmitInvoiceRequestBody,
    SubmittedInvoice,
    UpdateInvoiceRequestBody,
)

QUIET = timedelta(minutes=15)
"""Longer than a request can be on its way, or a read can be out of date."""

SEND_WITHIN = timedelta(seconds=30)
"""An attempt that has not left this long after its claim is given up."""

TIMEOUT = 30.0
"""Seconds to wait for the response to an attempt."""

INVOICE_ATTEMPTS = 3
"""How often `submit_invoice` tries while the outcome is unknown."""

_ZERO = Decimal()

Kind: TypeAlias = Literal["invoice", "refund"]
State: TypeAlias = Literal["sent", "not sent", "unknown"]
Evidence: TypeAlias = Literal["present", "absent", "stale", "unexplained"]

SCHEMA = """
CREATE TABLE IF NOT EXISTS outbox (
    kind TEXT NOT NULL CHECK (kind IN ('invoice', 'refund')),
    installation_id TEXT NOT NULL,
    invoice TEXT NOT NULL,     -- your external id; for a refund, Vercel's invoice id
    reason TEXT NOT NULL,      -- tells a refund from the others of its invoice
    total TEXT NOT NULL,       -- in US dollars
    state TEXT NOT NULL CHECK (state IN ('sent', 'not sent', 'unknown')),
    attempt INTEGER NOT NULL,  -- the number of the last attempt, and its claim
    unknown_since TEXT,        -- of the attempt in doubt
    absent_since TEXT,         -- of the first read that did not show it
    vercel_id TEXT NOT NULL,   -- Vercel's id of an invoice; '' until it is known
    PRIMARY KEY (kind, installation_id, invoice, reason)
) STRICT
"""


class OutboxError(Exception):
    """A request that did not succeed. `__cause__` is the SDK's error, if any."""


class NotSentError(OutboxError):
    """Vercel certainly does not have it: correct what is wrong, and call again."""


class OutcomeUnknownError(OutboxError):
    """Vercel may have it: call again later with the same values. Nothing happens twice.

    Attributes:
        since: When the doubt began. After more than a day, a person must look.
    """

    def __init__(self, message: str, since: datetime) -> None:
        """Keep the time."""
        super().__init__(message, since)
        self.since = since

    def __str__(self) -> str:
        return f"{self.args[0]} (outcome unknown since {self.since:%Y-%m-%d %H:%M})"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A row of the outbox. `SCHEMA` explains the columns."""

    kind: Kind
    installation_id: str
    invoice: str
    reason: str = ""
    total: Decimal
    state: State = "not sent"
    attempt: int = 0
    unknown_since: datetime | None = None
    absent_since: datetime | None = None
    vercel_id: str = ""


class Outbox:
    """Sends invoices and refunds; threads and processes may share its database.

    Args:
        database: The SQLite file. The outbox adds a table to it.
        vercel: The client. Its hooks are not called for what the outbox sends.
        clock: Returns the time, timezone-aware.
    """

    def __init__(
        self,
        database: str | Path,
        vercel: SyncVercel,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Create the table, unless it exists."""
        self._database, self._vercel, self._clock = database, vercel, clock
        with self.transaction() as db:
            db.execute(SCHEMA)

    # Invoices -------------------------------------------------------------------------

    def submit_invoice(
        self, installation_id: str, body: SubmitInvoiceRequestBody
    ) -> str:
        """Submit an invoice, unless Vercel has it, and return Vercel's id of it.

        Count the period as billed when this returns, and never before.

        Args:
            installation_id: The installation.
            body: The invoice, with an `external_id`.

        Raises:
            NotSentError: Vercel refused it. If `__cause__` is a `VercelConflictError`,
                it has *another* invoice with this external id, or for the same
                resource, plan and period.
            OutcomeUnknownError: Vercel may have it. A later call returns once Vercel
                has accepted it, or once `confirm_invoice` has been called.
            ValueError: The invoice has no external id.
        """
        for _ in range(INVOICE_ATTEMPTS - 1):
            try:
                return self._submit(installation_id, body)
            except OutcomeUnknownError as error:
                if isinstance(error.__cause__, VercelConflictError):
                    raise
        return self._submit(installation_id, body)

    def _submit(self, installation_id: str, body: SubmitInvoiceRequestBody) -> str:
        if not body.external_id:
            msg = "external_id is missing: Vercel would accept the same invoice twice"
            raise ValueError(msg)
        total = sum((Decimal(item.total) for item in body.items), _ZERO)
        total -= sum((Decimal(one.amount) for one in body.discounts or ()), _ZERO)
        new = Entry(
            kind="invoice",
            installation_id=installation_id,
            invoice=body.external_id,
            total=total,
        )
        with self.transaction() as db:
            before = _find(db, new)
            if before.state == "sent":
                return before.vercel_id
            # If it is in doubt, the first total may be Vercel's.
            if before.state == "not sent":
                before = replace(before, total=new.total)
            now = self._clock()
            claimed = _claim(db, before, unknown_since=before.unknown_since or now)
        core = self._client_for(claimed, now).core
        request = SubmitInvoiceRequest(installation_id, body)
        result = block_on(marketplace_submit_invoice(core, request))
        if isinstance(result, Err):
            error = result.error
            return self._settle_failure(
                before,
                claimed,
                str(error),
                certain=not error.may_have_taken_effect,
                cause=error,
            ).vercel_id
        response = result.value
        is_read = not _skipped(result, "invoice_id", "validation_errors")
        if is_read and response.invoice_id and not response.validation_errors:
            accepted = replace(claimed, total=new.total, vercel_id=response.invoice_id)
            return self._settle_success(accepted).vercel_id
        return self._settle_failure(
            before,
            claimed,
            f"{body.external_id} was not accepted: {response.validation_errors}",
            certain=is_read
            and bool(response.validation_errors)
            and not response.invoice_id,
        ).vercel_id

    # Refunds --------------------------------------------------------------------------

    def refund(
        self, installation_id: str, invoice_id: str, *, total: Decimal, reason: str
    ) -> None:
        """Refund a part of an invoice or all of it, unless Vercel has this refund.

        Args:
            installation_id: The installation.
            invoice_id: Vercel's id of the invoice.
            total: The amount in US dollars, in whole cents.
            reason: The reason. Each refund of an invoice requires a different one.

        Raises:
            NotSentError: Vercel refused it, the books do not allow it, or the invoice
                could not be read beforehand.
            OutcomeUnknownError: Vercel may have it. Later calls look for it, and one of
                them sends it again after at least twice `QUIET`, if it certainly did
                not arrive.
        """
        try:
            self._refund(installation_id, invoice_id, total, reason)
        except OutcomeUnknownError as error:
            if error.__cause__ is None:
                raise
            # It may be visible already.
            self._refund(installation_id, invoice_id, total, reason)

    def _refund(
        self, installation_id: str, invoice_id: str, total: Decimal, reason: str
    ) -> None:
        wanted = Entry(
            kind="refund",
            installation_id=installation_id,
            invoice=invoice_id,
            reason=reason,
            total=total,
        )
        if not reason or not total.is_finite() or total <= 0 or total % Decimal("0.01"):
            msg = (
                f"a refund requires a reason and a total above 0 in cents, got {total}"
            )
            raise NotSentError(msg)
        row = self._find(wanted)
        if (row.state, row.total) == ("sent", total):
            return
        # Before the read: what it shows may have been true only then.
        read_at = self._clock()
        request = GetInvoiceRequest(installation_id, invoice_id)
        read = block_on(marketplace_get_invoice(self._vercel.core, request))
        if isinstance(read, Err):
            row = self._find(wanted)
            if row.state != "sent":
                raise _error_for(
                    row, f"the invoice cannot be read: {read.error}"
                ) from read.error
            return
        with self.transaction() as db:
            now = self._clock()
            before = _find(db, wanted)
            claimed = _claim_refund(db, wanted, read, read_at=read_at, now=now)
        if claimed.state == "sent":
            return
        try:
            self._client_for(claimed, now).marketplace.update_invoice(
                integration_configuration_id=installation_id,
                invoice_id=invoice_id,
                request_body=UpdateInvoiceRequestBody(
                    action="refund", reason=reason, total=total
                ),
            )
        except VercelError as error:
            self._settle_failure(
                before,
                claimed,
                str(error),
                certain=not error.may_have_taken_effect,
                cause=error,
            )
        else:
            self._settle_success(claimed)

    def settle_refund(
        self,
        installation_id: str,
        invoice_id: str,
        *,
        total: Decimal,
        reason: str,
        sent: bool,
    ) -> None:
        """Record what a person found out about a refund, wherever it was made.

        Args:
            installation_id: The installation.
            invoice_id: Vercel's id of the invoice.
            total: The amount in US dollars.
            reason: The reason, as the API shows it.
            sent: Whether Vercel has it. If false, the next call of `refund` sends it.
        """
        with self.transaction() as db:
            _save(
                db,
                Entry(
                    kind="refund",
                    installation_id=installation_id,
                    invoice=invoice_id,
                    reason=reason,
                    total=total,
                    state="sent" if sent else "not sent",
                    # This voids the claim of an attempt in progress.
                    attempt=_next_attempt(db),
                ),
            )

    # Attempts -------------------------------------------------------------------------

    def _client_for(self, claimed: Entry, claimed_at: datetime) -> SyncVercel:
        """Return a client for one attempt, which leaves in time and under its claim."""

        def check(_context: CallContext, _request: HTTPRequest) -> None:
            if (
                not _holds(self._find(claimed), claimed)
                or self._clock() - claimed_at > SEND_WITHIN
            ):
                msg = (
                    "the attempt did not leave in time, or somebody else has settled it"
                )
                raise RequestAbortedError(msg)

        return self._vercel.with_options(
            timeout=TIMEOUT,
            retries=RetryConfig("none"),
            hooks=Hooks(before_request=[check]),
        )

    def _settle_success(self, claimed: Entry) -> Entry:
        """Record that Vercel has it, which is a fact whoever holds the claim by now."""
        sent = replace(claimed, state="sent", unknown_since=None, absent_since=None)
        with self.transaction() as db:
            _save(db, sent)
        return sent

    def _settle_failure(
        self,
        before: Entry,
        claimed: Entry,
        message: str,
        *,
        certain: bool,
        cause: VercelError | None = None,
    ) -> Entry:
        """Record a failure and raise it, unless the row was settled as sent meanwhile.

        Args:
            before: The row before this attempt.
            claimed: The row that was written for it.
            message: What happened.
            certain: Whether this attempt certainly had no effect.
            cause: The SDK's error.
        """
        with self.transaction() as db:
            row = _find(db, claimed)
            if certain and _holds(row, claimed):
                row = replace(
                    row,
                    state=before.state,
                    unknown_since=before.unknown_since,
                    absent_since=None,
                )
            # Settled too early, by a person.
            elif not certain and row.state == "not sent":
                row = replace(row, state="unknown", unknown_since=claimed.unknown_since)
            _save(db, row)
        if row.state == "sent":
            return row
        raise _error_for(row, message) from cause

    # The database ---------------------------------------------------------------------

    def _find(self, entry: Entry) -> Entry:
        with self.transaction() as db:
            return _find(db, entry)

    @contextmanager
    def transaction(self) -> Generator[sqlite3.Connection]:
        """Open the database, and commit all of what is done with it or nothing."""
        with closing(
            sqlite3.connect(self._database, timeout=10, isolation_level=None)
        ) as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except OutboxError:  # an outcome, of which a note has been made
                db.commit()
                raise
            db.commit()  # after any other exception, closing undoes everything


def find_invoice(
    db: sqlite3.Connection, installation_id: str, external_id: str
) -> Entry | None:
    """Return what is known of an invoice, if it was ever submitted."""
    key = Entry(
        kind="invoice",
        installation_id=installation_id,
        invoice=external_id,
        total=_ZERO,
    )
    found = _find(db, key)
    return None if found is key else found


def confirm_invoice(
    db: sqlite3.Connection, installation_id: str, external_id: str, invoice_id: str
) -> bool:
    """Record that Vercel has an invoice, and return whether the outbox knows it.

    Call it for every verified webhook about an invoice, in the transaction that keeps
    the event's id.

    Args:
        db: A connection to the outbox's database, in a transaction.
        installation_id: The installation.
        external_id: Your id of the invoice, from the webhook.
        invoice_id: Vercel's id of it, from the webhook.
    """
    found = find_invoice(db, installation_id, external_id)
    if found is None:
        return False
    _save(db, replace(found, state="sent", unknown_since=None, vercel_id=invoice_id))
    return True


# What the books allow -----------------------------------------------------------------


def _claim_refund(
    db: sqlite3.Connection,
    wanted: Entry,
    read: Ok[Invoice],
    *,
    read_at: datetime,
    now: datetime,
) -> Entry:
    """Claim a refund that may be sent, or return it as sent.

    Raises:
        OutboxError: It must not be sent, or not yet.
    """
    row = _find(db, wanted)
    others = [one for one in _find_refunds(db, wanted) if one.reason != wanted.reason]
    if row.state != "not sent" and row.total != wanted.total:
        msg = f"for this reason {row.total} is refunded, not {wanted.total}"
        raise NotSentError(msg)
    if row.state == "sent":
        return row
    if any(one.state == "unknown" for one in others):
        raise _error_for(row, "another refund of this invoice is in doubt")
    sent = [one for one in others if one.state == "sent"]
    evidence = _compare(read, sent, wanted)
    if evidence == "present":
        row = replace(wanted, state="sent", attempt=_next_attempt(db))
        _save(db, row)
        return row
    if row.unknown_since is not None:
        is_absent = evidence == "absent" and read_at >= row.unknown_since + QUIET
        absent_since = (row.absent_since or read_at) if is_absent else None
        if absent_since is None or read_at < absent_since + QUIET:
            _save(db, replace(row, absent_since=absent_since))
            raise OutcomeUnknownError(_DOUBTS[evidence], row.unknown_since)
    elif evidence == "unexplained":
        raise NotSentError(_DOUBTS[evidence])
    left = Decimal(read.value.total) - sum(one.total for one in sent)
    if wanted.total > left:
        raise _error_for(
            row, f"{wanted.total} is more than is left of the invoice, {left}"
        )
    return _claim(db, replace(row, total=wanted.total), unknown_since=now)


_DOUBTS = {
    "absent": "Vercel does not show it, but it may still arrive",
    "stale": "Vercel shows an earlier state",
    "unexplained": "Vercel shows a refund that is not in the books, or a wrong amount",
}


def _compare(read: Ok[Invoice], sent: Sequence[Entry], wanted: Entry) -> Evidence:
    """Compare the refunds that a read shows with those in the books.

    A read shows the newest reason only. Whether the amount is that of the newest refund
    or the sum of all is not documented, so both count.

    Args:
        read: The invoice.
        sent: The other refunds that Vercel has, the newest at the end.
        wanted: The refund to look for.
    """
    invoice = read.value
    reason, shown = invoice.refund_reason, _parse_amount(invoice.refund_total or "0")
    is_read = not _skipped(read, "refund_reason", "refund_total")
    if not is_read or shown is None or _parse_amount(invoice.total) is None:
        return "unexplained"
    booked = sum((one.total for one in sent), _ZERO)
    if reason == wanted.reason and shown in {wanted.total, booked + wanted.total}:
        return "present"
    reasons = {one.reason for one in sent}
    if (
        reason is None
        and invoice.state not in {"refund_requested", "refunded"}
        and shown == 0
    ):
        return "stale" if sent else "absent"
    if reason in reasons:
        newest = sent[-1]
        if shown == booked or (reason, shown) == (newest.reason, newest.total):
            return "absent"
        if shown < booked:
            return "stale"
    return "unexplained"


def _skipped(result: Ok[Invoice] | Ok[SubmittedInvoice], *fields: str) -> bool:
    """Whether one of these fields came with a wrong type, and so is `None`."""
    return any(issue.path.startswith(fields) for issue in result.issues)


def _parse_amount(text: str) -> Decimal | None:
    """Return an amount, or `None` if it is not one."""
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def _error_for(row: Entry, message: str) -> OutboxError:
    if row.unknown_since is None:
        return NotSentError(message)
    return OutcomeUnknownError(message, row.unknown_since)


# Rows ---------------------------------------------------------------------------------


def _claim(db: sqlite3.Connection, entry: Entry, *, unknown_since: datetime) -> Entry:
    """Write down that an attempt is about to be sent; its number is the claim."""
    claimed = replace(
        entry,
        state="unknown",
        attempt=_next_attempt(db),
        unknown_since=unknown_since,
        absent_since=None,
    )
    _save(db, claimed)
    return claimed


def _holds(row: Entry, claimed: Entry) -> bool:
    """Whether nobody has settled a row or taken it over since it was claimed."""
    return (row.state, row.attempt) == (claimed.state, claimed.attempt)


def _next_attempt(db: sqlite3.Connection) -> int:
    (newest,) = db.execute("SELECT COALESCE(MAX(attempt), 0) FROM outbox").fetchone()
    return int(newest) + 1


def _find(db: sqlite3.Connection, key: Entry) -> Entry:
    """Return the row with the key of an entry, or the entry itself if there is none."""
    found = _select(
        db,
        "SELECT * FROM outbox WHERE kind = :kind AND installation_id = :installation_id"
        " AND invoice = :invoice AND reason = :reason",
        key,
    )
    return found[0] if found else key


def _find_refunds(db: sqlite3.Connection, key: Entry) -> list[Entry]:
    """Return all refunds of an invoice, the one that was last sent at the end."""
    return _select(
        db,
        "SELECT * FROM outbox WHERE kind = 'refund' AND invoice = :invoice"
        " AND installation_id = :installation_id ORDER BY attempt",
        key,
    )


def _select(db: sqlite3.Connection, query: str, key: Entry) -> list[Entry]:
    rows = db.execute(query, _values_of(key))
    names = [column[0] for column in rows.description]
    return [_entry_of(dict(zip(names, row, strict=True))) for row in rows]


def _entry_of(values: dict[str, Any]) -> Entry:
    for name in ("unknown_since", "absent_since"):
        if values[name] is not None:
            values[name] = datetime.fromisoformat(values[name])
    values["total"] = Decimal(values["total"])
    return Entry(**values)


def _save(db: sqlite3.Connection, entry: Entry) -> None:
    db.execute(
        "INSERT OR REPLACE INTO outbox VALUES"
        " (:kind, :installation_id, :invoice, :reason, :total,"
        " :state, :attempt, :unknown_since, :absent_since, :vercel_id)",
        _values_of(entry),
    )


def _values_of(entry: Entry) -> dict[str, str | int | None]:
    return {
        name: value if value is None or isinstance(value, int) else str(value)
        for name, value in asdict(entry).items()
    }
