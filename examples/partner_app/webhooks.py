"""What Vercel tells: invoices that were paid or not, projects, the end of an installation."""

import logging
from datetime import datetime
from sqlite3 import Connection
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from outbox import confirm_invoice

from vercel_marketplace.webhooks import (
    SIGNATURE_HEADER,
    ConfigurationRemovedEvent,
    InvoiceCreatedEvent,
    InvoiceNotPaidEvent,
    InvoiceOverdueEvent,
    InvoicePaidEvent,
    InvoiceRefundedEvent,
    MemberChangedEvent,
    ProjectConnectedEvent,
    ProjectDisconnectedEvent,
    UnknownEvent,
    WebhookBodyError,
    WebhookEvent,
    WebhookSignatureError,
    parse_event,
)

from .calls import CurrentPartner
from .storage import installations, ledger, resources, sessions
from .storage.sessions import Session

log = logging.getLogger(__name__)
router = APIRouter()


async def _event(request: Request, partner: CurrentPartner) -> WebhookEvent:
    """What is in the raw body; it is not parsed before its signature is verified."""
    body, signature = await request.body(), request.headers.get(SIGNATURE_HEADER)
    try:
        return parse_event(body, signature, partner.settings.client_secret)
    except WebhookSignatureError as error:
        raise HTTPException(401, "this is not signed by Vercel") from error
    except WebhookBodyError as error:
        log.error("%s", error)  # noqa: TRY400 (the text says it all, a traceback adds nothing)
        raise HTTPException(400, "this cannot be read") from error


@router.post("/webhooks", status_code=204)
def receive(event: Annotated[WebhookEvent, Depends(_event)], partner: CurrentPartner) -> None:
    """Take an event in, once. Its id is kept only if its work is done."""
    with partner.database.transaction() as db:
        if ledger.is_new_event(db, event.id):
            _work(db, event, event.created_at or partner.clock())


def _work(db: Connection, event: WebhookEvent, at: datetime) -> None:
    """What an event means here. It is quick, so it is done before the response."""
    match event:
        case (
            InvoiceCreatedEvent(payload=invoice)
            | InvoicePaidEvent(payload=invoice)
            | InvoiceNotPaidEvent(payload=invoice)
            | InvoiceOverdueEvent(payload=invoice)
            | InvoiceRefundedEvent(payload=invoice)
        ):
            external_id = invoice.external_invoice_id
            if external_id is None or not confirm_invoice(
                db, invoice.installation_id, external_id, invoice.invoice_id
            ):
                log.warning("%s: no such invoice: %s", event.type, invoice.invoice_id)
            else:
                state = event.type.rpartition(".")[2]
                ledger.note_state(db, invoice.installation_id, external_id, state=state, at=at)
        case ProjectConnectedEvent(payload=link) | ProjectDisconnectedEvent(payload=link):
            resources.link_project(
                db,
                link.installation_id,
                link.resource_id,
                link.project_id,
                connected=isinstance(event, ProjectConnectedEvent),
                at=at,
            )
        case MemberChangedEvent(payload=member):
            # Whoever left the team is out at once; whoever has another role signs in again.
            user = Session(installation_id=member.installation_id, user_id=member.member_id)
            sessions.end(db, user)
        case ConfigurationRemovedEvent(payload=removed):
            installations.uninstall(db, removed.installation_id, at)
        case UnknownEvent(type=type_, issues=issues) if issues:
            log.error("%s is not what it was: %s", type_, issues[0])
        case _:
            pass  # one that there is no use for
