"""Events that Vercel sends: of invoices, projects, members, and removed installations."""

import logging
from datetime import datetime
from sqlite3 import Connection

from outbox import confirm_invoice
from vercel_marketplace.webhooks import (
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
    WebhookEvent,
)

from .storage import installations, ledger, resources, sessions
from .storage.sessions import Session

log = logging.getLogger(__name__)


def handle(db: Connection, event: WebhookEvent, at: datetime) -> None:
    """Record what an event says. It is quick, so Vercel waits for it."""
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
                ledger.note_state(
                    db, invoice.installation_id, external_id, state=state, at=at
                )
        case (
            ProjectConnectedEvent(payload=link) | ProjectDisconnectedEvent(payload=link)
        ):
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
            user = Session(
                installation_id=member.installation_id, user_id=member.member_id
            )
            sessions.end(db, user)
        case ConfigurationRemovedEvent(payload=removed):
            installations.uninstall(db, removed.installation_id, at)
        case UnknownEvent(type=type_, issues=issues) if issues:
            log.error("%s has an unexpected form: %s", type_, issues[0])
        case _:
            pass  # an event that is not needed
