"""What cron runs each hour: usage, invoices, and the end of installations.

Every step may be cut short at any place, and run again: billing data replace those before, an
external id is accepted once, and a period counts as billed once Vercel is known to have it.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from sqlite3 import Connection

from vercel_marketplace import (
    VercelConflictError,
    VercelForbiddenError,
    VercelGoneError,
    VercelNotFoundError,
)
from vercel_marketplace.models import (
    Period,
    SubmitBillingDataRequestBody,
    SubmitInvoiceRequestBody,
)

from .metering import HOUR, day_of, lines, month_of, usage
from .partner import Partner
from .storage import installations, ledger
from .storage.installations import Installation

log = logging.getLogger(__name__)

GRACE = timedelta(hours=24)
"""How long a token is good after its installation was removed."""


class InvoiceRefusedError(Exception):
    """Vercel found something wrong with an invoice, and did not take it."""


async def run_hourly(partner: Partner, now: datetime) -> list[str]:
    """Bill all installations; gives those that failed, which the next run tries again."""
    failed: list[str] = []
    for installation in await partner.database.run(installations.unfinished):
        try:
            if installation.uninstalled_at is None:
                try:
                    await _invoice_due(partner, installation, now)
                finally:  # what an invoice waits for is none of the customer's business
                    await _report_usage(partner, installation, now)
            else:
                await _see_off(partner, installation, installation.uninstalled_at, now)
        except Exception:  # whatever it was, the others are to be billed
            log.exception("installation %s was not billed", installation.id)
            failed.append(installation.id)
    return failed


async def _report_usage(partner: Partner, installation: Installation, now: datetime) -> None:
    """Show the customer this month so far; each report takes the place of the day's last.

    It is for the hour that is over, so that the last of a day, or of a month, is in it as well.
    """
    day, period = day_of(now - HOUR), month_of(now - HOUR)
    until = min(now, day.start + 24 * HOUR)
    runs = await partner.database.run(
        lambda db: ledger.runs(db, installation.id, period.start, until)
    )
    if not runs:
        return
    await partner.client.marketplace.submit_billing_data(
        integration_configuration_id=installation.id,
        request_body=SubmitBillingDataRequestBody(
            timestamp=now,
            eod=day.end,
            period=period,
            billing=lines(runs, period.start, until),
            usage=usage(runs, period, day, until),
        ),
    )


async def _see_off(
    partner: Partner, installation: Installation, left_at: datetime, now: datetime
) -> None:
    """Send a team that has left its last invoice, and let go of its token."""
    dead = (VercelForbiddenError, VercelGoneError, VercelNotFoundError)
    try:
        await _invoice_due(partner, installation, now)
    except dead:
        if now - left_at < GRACE:
            raise
        log.exception("installation %s: too late for its last invoice", installation.id)
    else:
        try:
            await partner.client.marketplace.finalize_installation(
                integration_configuration_id=installation.id
            )
        except dead:  # an earlier run did it and did not learn so, or the time is over
            log.info("installation %s was finalized before", installation.id)
    await partner.database.run(lambda db: installations.finish(db, installation.id, now))


# Invoices ------------------------------------------------------------------------------


async def _invoice_due(partner: Partner, installation: Installation, now: datetime) -> None:
    for period in _due(installation, now):
        await _invoice(partner, installation, period, now)


def _due(installation: Installation, now: datetime) -> Iterator[Period]:
    """The months to invoice: those that are over, and of a team that has left the last one."""
    end = installation.uninstalled_at or month_of(now).start
    start = installation.billed_until
    while start < end:
        period = month_of(start)
        yield period
        start = period.end


async def _invoice(
    partner: Partner, installation: Installation, period: Period, now: datetime
) -> None:
    """Submit the invoice for a month, under an id that Vercel takes once."""
    external_id = f"{installation.id}-{period.start:%Y-%m}"
    runs = await partner.database.run(
        lambda db: ledger.runs(db, installation.id, period.start, period.end)
    )
    items = lines(runs, period.start, period.end)
    total = sum(Decimal(item.total) for item in items) or Decimal()
    accepted: tuple[str, Decimal] | None = None
    if items:
        in_doubt = await partner.database.run(
            lambda db: ledger.write_invoice(db, external_id, installation.id, total)
        )
        try:
            answer = await partner.client.marketplace.submit_invoice(
                integration_configuration_id=installation.id,
                request_body=SubmitInvoiceRequestBody(
                    external_id=external_id,
                    invoice_date=min(now, period.end),
                    period=period,
                    items=items,
                    final=None if installation.uninstalled_at is None else True,
                ),
            )
        except VercelConflictError as error:
            if not (in_doubt or error.earlier_attempt_may_have_succeeded):
                # It is another invoice that Vercel has, for the same hours.
                await partner.database.run(lambda db: ledger.refuse_invoice(db, external_id))
                raise
            # Vercel has it, from a submission that did not learn so. Its id comes by webhook.
            log.info("invoice %s was submitted before", external_id)
        else:
            if answer.validation_errors or answer.invoice_id is None:
                msg = f"{external_id}: {answer.validation_errors}"
                raise InvoiceRefusedError(msg)
            accepted = answer.invoice_id, total

    def close_period(db: Connection) -> None:
        ledger.accept_invoice(db, external_id, accepted, now=now)
        installations.set_billed_until(db, installation.id, period.end)

    await partner.database.run(close_period)
