"""What cron runs each hour: usage, invoices, and the end of installations.

Every step may be cut short anywhere and run again: newer billing data replace older, the outbox
submits an invoice once, and a period counts as billed only when Vercel is known to have it.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from anyio import to_thread

from outbox import OutboxError, OutcomeUnknownError
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
from .services import Services
from .storage import installations, ledger
from .storage.installations import Installation

log = logging.getLogger(__name__)

DEAD = (VercelForbiddenError, VercelGoneError, VercelNotFoundError)
"""What calls end in when the token of an installation no longer works."""

GRACE = timedelta(hours=24)
"""How long a token is good after its installation was removed."""

WEBHOOKS_TAKE = timedelta(hours=24)
"""How long Vercel tries to deliver a webhook. After that a person must look."""


async def run_hourly(services: Services, now: datetime) -> list[str]:
    """Bill all installations, and return those that failed; the next run tries them again."""
    failed: list[str] = []
    for installation in await services.database.run(installations.unfinished):
        try:
            if installation.uninstalled_at is None:
                try:
                    await _invoice_due(services, installation, now)
                finally:  # usage does not wait for an invoice
                    await _report_usage(services, installation, now)
            else:
                await _see_off(services, installation, installation.uninstalled_at, now)
        except Exception:  # whatever it was, the others are to be billed
            log.exception("installation %s was not billed", installation.id)
            failed.append(installation.id)
    return failed


async def _report_usage(
    services: Services, installation: Installation, now: datetime
) -> None:
    """Show the customer this month so far; each report takes the place of the day's last.

    It is for the hour that is over, so that the last of a day, or of a month, is in it as well.
    """
    day, period = day_of(now - HOUR), month_of(now - HOUR)
    until = min(now, day.start + 24 * HOUR)
    runs = await services.database.run(
        lambda db: ledger.runs(db, installation.id, period.start, until)
    )
    if not runs:
        return
    await services.client.marketplace.submit_billing_data(
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
    services: Services, installation: Installation, left_at: datetime, now: datetime
) -> None:
    """Send a team that has left its last invoice, and let go of its token."""
    try:
        if not await _invoice_due(services, installation, now):
            return  # the token is still needed
    except OutboxError as error:
        if now - left_at < GRACE or not isinstance(error.__cause__, DEAD):
            raise
        log.exception("installation %s: too late for its last invoice", installation.id)
    else:
        try:
            await services.client.marketplace.finalize_installation(
                integration_configuration_id=installation.id
            )
        except DEAD:  # an earlier run did it and did not learn so, or the time is over
            log.info("installation %s was finalized before", installation.id)
    await services.database.run(
        lambda db: installations.finish(db, installation.id, now)
    )


# Invoices ------------------------------------------------------------------------------


async def _invoice_due(
    services: Services, installation: Installation, now: datetime
) -> bool:
    """Invoice the months that are due, and return whether Vercel is known to have all of them."""
    for period in _due(installation, now):
        if not await _invoice(services, installation, period, now):
            return False
    return True


def _due(installation: Installation, now: datetime) -> Iterator[Period]:
    """Return the months to invoice: those that are over, and the last one of a team that left."""
    end = installation.uninstalled_at or month_of(now).start
    start = installation.billed_until
    while start < end:
        period = month_of(start)
        yield period
        start = period.end


async def _invoice(
    services: Services, installation: Installation, period: Period, now: datetime
) -> bool:
    """Close a month once Vercel is known to have the invoice for it, and return whether it is."""
    runs = await services.database.run(
        lambda db: ledger.runs(db, installation.id, period.start, period.end)
    )
    items = lines(runs, period.start, period.end)
    if items:
        body = SubmitInvoiceRequestBody(
            external_id=f"{installation.id}-{period.start:%Y-%m}",
            invoice_date=min(now, period.end),
            period=period,
            items=items,
            final=None if installation.uninstalled_at is None else True,
        )
        try:
            await to_thread.run_sync(
                services.outbox.submit_invoice, installation.id, body
            )
        except OutcomeUnknownError as error:
            # A webhook will settle a conflict that is one with an earlier submission.
            is_conflict = isinstance(error.__cause__, VercelConflictError)
            if not is_conflict or now - error.since > WEBHOOKS_TAKE:
                raise
            log.info("invoice %s: waiting for the webhook: %s", body.external_id, error)
            return False
    await services.database.run(
        lambda db: installations.set_billed_until(db, installation.id, period.end)
    )
    return True
