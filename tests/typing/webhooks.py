"""What type checkers read off webhooks; never run."""

from datetime import datetime
from typing import Any, Literal, assert_never, assert_type

from vercel_marketplace import Err, Ok
from vercel_marketplace import webhooks as w
from vercel_marketplace.errors import Issue
from vercel_marketplace.models import Period


def verifying(body: bytes) -> None:
    """One secret, a list or a tuple of them; the header may be missing."""
    w.verify_signature(body, None, "secret")
    w.verify_signature(body, "0" * 40, ["new", "old"])
    w.verify_signature(body, "0" * 40, ("new", "old"))
    assert_type(w.sign(body, "secret"), str)
    assert_type(w.SIGNATURE_HEADER, Literal["x-vercel-signature"])


def reading(body: bytes, signature: str | None) -> None:
    """The raising form gives the event, the other one a result with the exact errors."""
    assert_type(w.parse_event(body, signature, "secret"), w.WebhookEvent)
    assert_type(
        w.try_verify_signature(body, signature, "secret"), Ok[None] | Err[w.VerifySignatureError]
    )
    match w.try_parse_event(body, signature, ["new", "old"]):
        case Ok(event):
            assert_type(event, w.WebhookEvent)
        case Err(w.WebhookSignatureError() as error):
            assert_type(  # ty: ignore[type-assertion-failure] (a class may inherit from two of them)
                error,
                w.MissingSignatureError | w.MalformedSignatureError | w.SignatureMismatchError,
            )
        case Err(error):
            assert_type(error, w.ParseEventError)


def what_all_have(event: w.WebhookEvent) -> None:
    """The envelope needs no narrowing."""
    base: w.Event = event
    assert_type(base.id, str)
    assert_type(event.id, str)
    assert_type(event.created_at, datetime | None)
    assert_type(event.installation_id, str | None)
    assert_type(event.installation_ids, tuple[str, ...])
    assert_type(event.issues, tuple[Issue, ...])
    assert_type(event.region, str | None)
    assert_type(event.raw, dict[str, Any])
    type_: str = event.type
    assert type_


def matching(event: w.WebhookEvent) -> str | None:  # noqa: C901, PLR0911 (a case for each)
    """A match over all classes is exhaustive, and each has its payload."""
    match event:
        case (
            w.InvoiceCreatedEvent()
            | w.InvoicePaidEvent()
            | w.InvoiceNotPaidEvent()
            | w.InvoiceOverdueEvent()
        ):
            assert_type(event.payload, w.InvoicePayload)
            assert_type(event.payload.external_invoice_id, str | None)
            assert_type(event.payload.period, Period)
            assert_type(event.payload.invoice_date, datetime)
            return event.payload.invoice_total
        case w.InvoiceRefundedEvent(payload=refund):
            assert_type(refund.reason, str)
            return refund.amount
        case w.MemberChangedEvent(payload=member):
            role: str = member.role
            return role
        case w.ProjectConnectedEvent() | w.ProjectDisconnectedEvent():
            assert_type(event.payload.targets, list[str] | None)
            return event.payload.project.id
        case w.ConfigurationRemovedEvent(payload=removed):
            return removed.installation_id
        case w.ConfigurationPermissionUpgradedEvent(payload=upgraded):
            assert_type(upgraded.projects, w.ProjectChanges | None)
            return upgraded.configuration.id
        case w.ConfigurationScopeChangeConfirmedEvent(payload=changed):
            assert_type(changed.configuration.scopes, list[str] | None)
            return changed.configuration.id
        case w.ConfigurationTransferredEvent(payload=transfer):
            return transfer.new_team_id
        case (
            w.DeploymentActionStartEvent()
            | w.DeploymentActionCancelEvent()
            | w.DeploymentActionCleanupEvent()
        ):
            return event.payload.action
        case w.DeploymentRollbackEvent(payload=rollback):
            return rollback.to_deployment_id
        case w.DeploymentEvent(payload=deployed):
            assert_type(deployed.deployment.meta, dict[str, Any] | None)
            return deployed.deployment.url
        case w.UnknownEvent():
            assert_type(event.issues, tuple[Issue, ...])
            return event.type
    assert_never(event)


def made_by_hand(now: datetime) -> None:
    """A test of a handler needs no body."""
    member = w.MemberPayload(
        configuration=w.Configuration(id="icfg_1"),
        installation_id="icfg_1",
        member_id="mem_1",
        role="NONE",
    )
    event = w.MemberChangedEvent(id="evt_1", created_at=now, payload=member)
    assert_type(event.type, Literal["marketplace.member.changed"])
    handled(event)


def handled(event: w.WebhookEvent) -> None:
    """A handler accepts any of them."""


def errors(error: w.WebhookError, unread: w.InvalidEventError) -> None:
    """What they say."""
    assert_type(error.message, str)
    assert_type(unread.issues, tuple[Issue, ...])


def enums(role: w.ChangedMemberRole, target: w.DeploymentTarget, chosen: w.ProjectSelection) -> str:
    """The known members are types of their own."""
    assert_type(role, Literal["ADMIN", "USER", "NONE"])
    return role + target + chosen
