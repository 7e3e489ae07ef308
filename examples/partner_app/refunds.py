"""Refunds, for the tools of your support team."""

from decimal import Decimal

from anyio import to_thread

from outbox import NotSentError, find_invoice

from .services import Services


async def refund(
    services: Services,
    installation_id: str,
    external_id: str,
    total: Decimal,
    reason: str,
) -> None:
    """Refund a part of an invoice or all of it, once.

    Call it again with the same values as long as the outcome is unknown: it looks for the refund,
    and sends it again only if it certainly never arrived.

    Args:
        services: What the application shares.
        installation_id: The installation.
        external_id: The partner's id of the invoice.
        total: The amount in US dollars.
        reason: The reason. Each refund of an invoice requires a different one.

    Raises:
        NotSentError: Vercel does not have it, and this call will not change that.
        OutcomeUnknownError: Vercel may have it.
    """
    invoice = await services.database.run(
        lambda db: find_invoice(db, installation_id, external_id)
    )
    if invoice is None or not invoice.vercel_id:
        msg = f"{external_id}: Vercel is not known to have this invoice"
        raise NotSentError(msg)

    def send() -> None:
        services.outbox.refund(
            installation_id, invoice.vercel_id, total=total, reason=reason
        )

    await to_thread.run_sync(send)
