"""Refunds: asked for once, whatever happens on the way.

Nothing tells Vercel that two requests are the same refund, so this side must not send a second
one while the first may still arrive. Each is written down before it is sent:

```
asked ──→ sent       Vercel has it
      ├─→ refused    it certainly has not, so it may be asked for again
      └─→ unknown    the answer is lost; an `asked` that a crash left behind is the same
```
"""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from sqlite3 import Connection

from vercel_marketplace import VercelConflictError, VercelError
from vercel_marketplace.models import UpdateInvoiceRequestBody

from .metering import CENT
from .partner import Partner
from .storage import ledger
from .storage.ledger import Invoice, Refund, RefundState

SETTLED = timedelta(minutes=5)
"""After that a request that was sent has arrived, or never will."""


class RefundRefusedError(Exception):
    """The books do not allow this refund. Nothing was sent."""


class RefundInDoubtError(Exception):
    """Whether Vercel has the refund is not known. Ask for the same one again, later."""


async def refund(
    partner: Partner, external_id: str, total: Decimal, reason: str, now: datetime
) -> None:
    """Give a customer money back.

    The reason tells a refund from the invoice's others, so it must be one of its own. The same
    one again does nothing where it is done, and else finishes what is in doubt.

    Args:
        partner: The application.
        external_id: The partner's id of the invoice.
        total: How much, in US dollars: at most what is left of the invoice's total.
        reason: Why.
        now: The time.

    Raises:
        RefundRefusedError: The books do not allow it.
        RefundInDoubtError: Its outcome is unknown, or that of another of the same invoice.
        VercelError: Vercel certainly does not have it.
    """
    wanted = Refund(
        external_id=external_id, reason=reason, total=total, state="asked", asked_at=now
    )
    invoice, earlier = await partner.database.run(lambda db: _begin(db, wanted))
    if earlier is not None:
        if earlier.state == "sent" or await _arrived(partner, invoice, earlier):
            return
        if now - earlier.asked_at < SETTLED:
            msg = f"{external_id}: it may still arrive"
            raise RefundInDoubtError(msg)
        if not await partner.database.run(lambda db: ledger.move_refund(db, earlier, wanted)):
            msg = f"{external_id}: somebody else is about to send it"
            raise RefundInDoubtError(msg)
    await _send(partner, invoice, wanted)


def _begin(db: Connection, wanted: Refund) -> tuple[Invoice, Refund | None]:
    """Write a refund down, or find the same one, which was asked for before."""
    invoice = ledger.find_invoice(db, wanted.external_id)
    if invoice is None or invoice.vercel_id is None:
        msg = f"{wanted.external_id}: Vercel is not known to have such an invoice"
        raise RefundRefusedError(msg)
    known = ledger.refunds(db, wanted.external_id)
    same = next((one for one in known if one.reason == wanted.reason), None)
    if same is not None and same.state != "refused":
        if same.total != wanted.total:
            msg = f"{wanted.external_id}: {same.total} is being refunded for the same reason"
            raise RefundRefusedError(msg)
        return invoice, same
    if any(one.state in {"asked", "unknown"} for one in known):
        msg = f"{wanted.external_id}: another refund of it is in doubt"
        raise RefundInDoubtError(msg)
    left = invoice.total - sum(one.total for one in known if one.state == "sent")
    total = wanted.total
    if not (total.is_finite() and 0 < total <= left and total % CENT == 0):
        msg = f"{wanted.external_id}: {total} is not above 0, at most {left}, and in whole cents"
        raise RefundRefusedError(msg)
    if same is None:
        ledger.add_refund(db, wanted)
    else:
        ledger.move_refund(db, same, wanted)
    return invoice, None


async def _send(partner: Partner, invoice: Invoice, asked: Refund) -> None:
    assert invoice.vercel_id is not None
    try:
        await partner.client.marketplace.update_invoice(
            integration_configuration_id=invoice.installation_id,
            invoice_id=invoice.vercel_id,
            request_body=UpdateInvoiceRequestBody(
                action="refund", reason=asked.reason, total=asked.total
            ),
        )
    except VercelConflictError:  # perhaps with this very refund, which was sent before
        if not await _arrived(partner, invoice, asked):
            await _move(partner, asked, "refused")
            raise
    except VercelError as error:
        if not error.may_have_taken_effect:
            await _move(partner, asked, "refused")
            raise
        unknown = await _move(partner, asked, "unknown")
        if not await _arrived(partner, invoice, unknown):
            msg = f"{asked.external_id}: its answer is lost"
            raise RefundInDoubtError(msg) from error
    else:
        await _move(partner, asked, "sent")


async def _arrived(partner: Partner, invoice: Invoice, doubtful: Refund) -> bool:
    """Whether Vercel has a refund by now; that it has not does not mean it never will.

    One that is not in the books may be this one, its reason written another way.
    """
    assert invoice.vercel_id is not None
    try:
        found = await partner.client.marketplace.get_invoice(
            integration_configuration_id=invoice.installation_id, invoice_id=invoice.vercel_id
        )
    except VercelError as error:
        msg = f"{invoice.external_id}: Vercel cannot be asked"
        raise RefundInDoubtError(msg) from error
    if found.refund_reason != doubtful.reason:
        known = await partner.database.run(lambda db: ledger.refunds(db, invoice.external_id))
        if found.refund_reason not in {None, *(one.reason for one in known)}:
            msg = f"{invoice.external_id}: Vercel has a refund that is not in the books"
            raise RefundInDoubtError(msg)
        return False
    await _move(partner, doubtful, "sent")
    return True


async def _move(partner: Partner, before: Refund, state: RefundState) -> Refund:
    after = replace(before, state=state)
    await partner.database.run(lambda db: ledger.move_refund(db, before, after))
    return after
