"""What Vercel sends the partner: webhooks, verified and typed.

```python
from vercel_marketplace.webhooks import InvoicePaidEvent, WebhookSignatureError, parse_event

def receive(body: bytes, signature: str | None) -> int:
    try:
        event = parse_event(body, signature, client_secret)
    except WebhookSignatureError:
        return 401
    match event:
        case InvoicePaidEvent(payload=invoice):
            print(invoice.invoice_id, invoice.invoice_total)
        case _:
            pass
    return 204
```

Nothing here makes a request. It requires attrs and the standard library, and not httpx.
"""

from vercel_marketplace.webhooks.errors import (
    InvalidEventError,
    InvalidJSONError,
    MalformedSignatureError,
    MissingSignatureError,
    SignatureMismatchError,
    WebhookBodyError,
    WebhookError,
    WebhookSignatureError,
)
from vercel_marketplace.webhooks.events import (
    ConfigurationPermissionUpgradedEvent,
    ConfigurationRemovedEvent,
    ConfigurationScopeChangeConfirmedEvent,
    ConfigurationTransferredEvent,
    DeploymentActionCancelEvent,
    DeploymentActionCleanupEvent,
    DeploymentActionStartEvent,
    DeploymentEvent,
    DeploymentRollbackEvent,
    Event,
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
from vercel_marketplace.webhooks.parse import ParseEventError, parse_event, try_parse_event
from vercel_marketplace.webhooks.payloads import (
    ChangedMemberRole,
    Check,
    CheckRun,
    CheckRunSource,
    Configuration,
    ConfigurationPayload,
    Deployment,
    DeploymentActionPayload,
    DeploymentLinks,
    DeploymentPayload,
    DeploymentRollbackPayload,
    DeploymentTarget,
    Integration,
    IntegrationResource,
    InvoicePayload,
    MemberPayload,
    Project,
    ProjectChanges,
    ProjectSelection,
    RefundPayload,
    ResourceProjectPayload,
    Team,
    TransferPayload,
    User,
)
from vercel_marketplace.webhooks.signature import (
    SIGNATURE_HEADER,
    VerifySignatureError,
    sign,
    try_verify_signature,
    verify_signature,
)

__all__ = [
    "SIGNATURE_HEADER",
    "ChangedMemberRole",
    "Check",
    "CheckRun",
    "CheckRunSource",
    "Configuration",
    "ConfigurationPayload",
    "ConfigurationPermissionUpgradedEvent",
    "ConfigurationRemovedEvent",
    "ConfigurationScopeChangeConfirmedEvent",
    "ConfigurationTransferredEvent",
    "Deployment",
    "DeploymentActionCancelEvent",
    "DeploymentActionCleanupEvent",
    "DeploymentActionPayload",
    "DeploymentActionStartEvent",
    "DeploymentEvent",
    "DeploymentLinks",
    "DeploymentPayload",
    "DeploymentRollbackEvent",
    "DeploymentRollbackPayload",
    "DeploymentTarget",
    "Event",
    "Integration",
    "IntegrationResource",
    "InvalidEventError",
    "InvalidJSONError",
    "InvoiceCreatedEvent",
    "InvoiceNotPaidEvent",
    "InvoiceOverdueEvent",
    "InvoicePaidEvent",
    "InvoicePayload",
    "InvoiceRefundedEvent",
    "MalformedSignatureError",
    "MemberChangedEvent",
    "MemberPayload",
    "MissingSignatureError",
    "ParseEventError",
    "Project",
    "ProjectChanges",
    "ProjectConnectedEvent",
    "ProjectDisconnectedEvent",
    "ProjectSelection",
    "RefundPayload",
    "ResourceProjectPayload",
    "SignatureMismatchError",
    "Team",
    "TransferPayload",
    "UnknownEvent",
    "User",
    "VerifySignatureError",
    "WebhookBodyError",
    "WebhookError",
    "WebhookEvent",
    "WebhookSignatureError",
    "parse_event",
    "sign",
    "try_parse_event",
    "try_verify_signature",
    "verify_signature",
]
