"""The events: one class for each documented type, `UnknownEvent` for all others."""

from datetime import datetime
from typing import Any, Literal, TypeAlias

from attrs import field, frozen

from vercel_marketplace.errors import Issue
from vercel_marketplace.webhooks.payloads import (
    ConfigurationPayload,
    DeploymentActionPayload,
    DeploymentPayload,
    DeploymentRollbackPayload,
    InvoicePayload,
    MemberPayload,
    RefundPayload,
    ResourceProjectPayload,
    TransferPayload,
)


@frozen(kw_only=True)
class Event:
    """What every event has.

    Attributes:
        id: The id of the event. A retry has the same one.
        created_at: When it happened, timezone-aware; `None` where Vercel does not say, as in
            the invoice events that its guide prints.
        region: Where it happened, such as `"sfo1"`, if known.
        installation_ids: The installations that the event names, `icfg_…`, wherever it does. A
            deployment can concern several. Not compared.
        issues: Where the event departs from what Vercel documents for its type.
        raw: The whole event as parsed JSON, with the fields that have no attribute here.
            Numbers with a fraction are `Decimal`. Neither shown nor compared.
    """

    id: str
    created_at: datetime | None = None
    region: str | None = None
    installation_ids: tuple[str, ...] = field(default=(), eq=False)
    issues: tuple[Issue, ...] = ()
    raw: dict[str, Any] = field(factory=dict[str, Any], repr=False, eq=False)

    @property
    def installation_id(self) -> str | None:
        """The first of `installation_ids`; `None` where the event names none."""
        return next(iter(self.installation_ids), None)


@frozen(kw_only=True)
class _InvoiceEvent(Event):
    payload: InvoicePayload


@frozen(kw_only=True)
class InvoiceCreatedEvent(_InvoiceEvent):
    """An invoice was created and sent to the customer."""

    type: Literal["marketplace.invoice.created"] = "marketplace.invoice.created"


@frozen(kw_only=True)
class InvoicePaidEvent(_InvoiceEvent):
    """An invoice was paid."""

    type: Literal["marketplace.invoice.paid"] = "marketplace.invoice.paid"


@frozen(kw_only=True)
class InvoiceNotPaidEvent(_InvoiceEvent):
    """A payment failed. Vercel tries up to nine times, with an event for each attempt."""

    type: Literal["marketplace.invoice.notpaid"] = "marketplace.invoice.notpaid"


@frozen(kw_only=True)
class InvoiceOverdueEvent(_InvoiceEvent):
    """An invoice was not paid in time. It can still be paid."""

    type: Literal["marketplace.invoice.overdue"] = "marketplace.invoice.overdue"


@frozen(kw_only=True)
class InvoiceRefundedEvent(Event):
    """An invoice was refunded, whole or in part."""

    type: Literal["marketplace.invoice.refunded"] = "marketplace.invoice.refunded"
    payload: RefundPayload


@frozen(kw_only=True)
class MemberChangedEvent(Event):
    """A member was added or removed, or has another role."""

    type: Literal["marketplace.member.changed"] = "marketplace.member.changed"
    payload: MemberPayload


@frozen(kw_only=True)
class ProjectConnectedEvent(Event):
    """A resource was connected to a project."""

    type: Literal["integration-resource.project-connected"] = (
        "integration-resource.project-connected"
    )
    payload: ResourceProjectPayload


@frozen(kw_only=True)
class ProjectDisconnectedEvent(Event):
    """A resource was disconnected from a project."""

    type: Literal["integration-resource.project-disconnected"] = (
        "integration-resource.project-disconnected"
    )
    payload: ResourceProjectPayload


@frozen(kw_only=True)
class ConfigurationRemovedEvent(Event):
    """The integration was uninstalled. There are 24 hours for the final invoices."""

    type: Literal["integration-configuration.removed"] = "integration-configuration.removed"
    payload: ConfigurationPayload


@frozen(kw_only=True)
class ConfigurationPermissionUpgradedEvent(Event):
    """The installation may see other projects than before."""

    type: Literal["integration-configuration.permission-upgraded"] = (
        "integration-configuration.permission-upgraded"
    )
    payload: ConfigurationPayload


@frozen(kw_only=True)
class ConfigurationScopeChangeConfirmedEvent(Event):
    """The customer agreed to new scopes."""

    type: Literal["integration-configuration.scope-change-confirmed"] = (
        "integration-configuration.scope-change-confirmed"
    )
    payload: ConfigurationPayload


@frozen(kw_only=True)
class ConfigurationTransferredEvent(Event):
    """The installation was transferred to another team."""

    type: Literal["integration-configuration.transferred"] = "integration-configuration.transferred"
    payload: TransferPayload


@frozen(kw_only=True)
class DeploymentActionStartEvent(Event):
    """A deployment waits for one of the integration's actions."""

    type: Literal["deployment.integration.action.start"] = "deployment.integration.action.start"
    payload: DeploymentActionPayload


@frozen(kw_only=True)
class DeploymentActionCancelEvent(Event):
    """An action, or the whole deployment, was cancelled."""

    type: Literal["deployment.integration.action.cancel"] = "deployment.integration.action.cancel"
    payload: DeploymentActionPayload


@frozen(kw_only=True)
class DeploymentActionCleanupEvent(Event):
    """A deployment in which an action ran was deleted for good."""

    type: Literal["deployment.integration.action.cleanup"] = "deployment.integration.action.cleanup"
    payload: DeploymentActionPayload


@frozen(kw_only=True)
class DeploymentRollbackEvent(Event):
    """Production went back to an older deployment."""

    type: Literal["deployment.rollback"] = "deployment.rollback"
    payload: DeploymentRollbackPayload


@frozen(kw_only=True)
class DeploymentEvent(Event):
    """Any other `deployment.…`: created, succeeded, ready, error, canceled, promoted, and more.

    Attributes:
        type: The type, such as `"deployment.succeeded"`.
        payload: The deployment.
    """

    type: str
    payload: DeploymentPayload


@frozen(kw_only=True)
class UnknownEvent(Event):
    """An event that has no class in this version, or does not fit its class.

    Acknowledge it like any other event. Its content is in `payload`, and `issues` says where it
    does not fit; without any in `payload`, its type is unknown.

    Attributes:
        type: The type that it states.
        payload: The payload as parsed JSON. Not shown.
    """

    type: str
    payload: Any = field(default=None, repr=False)


WebhookEvent: TypeAlias = (
    InvoiceCreatedEvent
    | InvoicePaidEvent
    | InvoiceNotPaidEvent
    | InvoiceOverdueEvent
    | InvoiceRefundedEvent
    | MemberChangedEvent
    | ProjectConnectedEvent
    | ProjectDisconnectedEvent
    | ConfigurationRemovedEvent
    | ConfigurationPermissionUpgradedEvent
    | ConfigurationScopeChangeConfirmedEvent
    | ConfigurationTransferredEvent
    | DeploymentActionStartEvent
    | DeploymentActionCancelEvent
    | DeploymentActionCleanupEvent
    | DeploymentRollbackEvent
    | DeploymentEvent
    | UnknownEvent
)
"""Any event."""
