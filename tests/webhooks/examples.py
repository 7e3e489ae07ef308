"""An example of each event, as it comes and as it is read; bodies and their signatures."""

import json
from datetime import UTC, datetime

from vercel_marketplace import webhooks as w
from vercel_marketplace.models import Period

SECRET = "client-secret-of-tests"  # so that a text that holds it is easy to find
CREATED = datetime(2026, 1, 1, tzinfo=UTC)
ENVELOPE = {"id": "evt_1", "createdAt": 1767225600000, "region": "sfo1"}

_PERIOD = Period(start=datetime(2025, 12, 1, tzinfo=UTC), end=datetime(2026, 1, 1, tzinfo=UTC))
_PERIOD_ON_WIRE = {"start": "2025-12-01T00:00:00.000Z", "end": "2026-01-01T00:00:00Z"}
_INSTALLATION_ON_WIRE = {"configuration": {"id": "icfg_1"}, "installationId": "icfg_1"}
_INSTALLATION = {"configuration": w.Configuration(id="icfg_1"), "installation_id": "icfg_1"}
_WHO_ON_WIRE = {"team": {"id": "team_1"}, "user": {"id": "user_1"}}
_WHO = {"team": w.Team(id="team_1"), "user": w.User(id="user_1")}

_INVOICE_ON_WIRE = _INSTALLATION_ON_WIRE | {
    "invoiceId": "mi_1",
    "externalInvoiceId": "acme-2025-12",
    "period": _PERIOD_ON_WIRE,
    "invoiceDate": "2025-12-31T12:00:00Z",
    "invoiceTotal": "36.00",
}
_INVOICE = w.InvoicePayload(
    **_INSTALLATION,
    invoice_id="mi_1",
    external_invoice_id="acme-2025-12",
    period=_PERIOD,
    invoice_date=datetime(2025, 12, 31, 12, tzinfo=UTC),
    invoice_total="36.00",
)
_REFUND_ON_WIRE = _INSTALLATION_ON_WIRE | {
    "invoiceId": "mi_1",
    "externalInvoiceId": None,
    "period": _PERIOD_ON_WIRE,
    "amount": "6.05",
    "reason": "Outage",
}
_REFUND = w.RefundPayload(
    **_INSTALLATION, invoice_id="mi_1", period=_PERIOD, amount="6.05", reason="Outage"
)
_MEMBER_ON_WIRE = _INSTALLATION_ON_WIRE | {
    "memberId": "mem_1",
    "role": "NONE",
    "globalUserId": "user_1",
    "userEmail": "ada@example.com",
}
_MEMBER = w.MemberPayload(
    **_INSTALLATION,
    member_id="mem_1",
    role="NONE",
    global_user_id="user_1",
    user_email="ada@example.com",
)
_CONNECTION_ON_WIRE = _INSTALLATION_ON_WIRE | {
    "resourceId": "db_1",
    "project": {"id": "prj_1", "name": "shop"},
    "projectId": "prj_1",
    "targets": ["production", "preview"],
}
_CONNECTION = w.ResourceProjectPayload(
    **_INSTALLATION,
    resource_id="db_1",
    project=w.Project(id="prj_1", name="shop"),
    project_id="prj_1",
    targets=["production", "preview"],
)
_REMOVED_ON_WIRE = _WHO_ON_WIRE | {
    "configuration": {"id": "icfg_1", "projectSelection": "selected", "projects": ["prj_1"]}
}
_REMOVED = w.ConfigurationPayload(
    configuration=w.Configuration(id="icfg_1", project_selection="selected", projects=["prj_1"]),
    installation_id="icfg_1",
    **_WHO,
)
_UPGRADED_ON_WIRE = _WHO_ON_WIRE | {
    "configuration": {"id": "icfg_1", "projectSelection": "all", "projects": []},
    "projects": {"added": ["prj_1"], "removed": []},
}
_UPGRADED = w.ConfigurationPayload(
    configuration=w.Configuration(id="icfg_1", project_selection="all", projects=[]),
    installation_id="icfg_1",
    projects=w.ProjectChanges(added=["prj_1"], removed=[]),
    **_WHO,
)
_SCOPES_ON_WIRE = {
    "configuration": {"id": "icfg_1", "scopes": ["read:project"]},
    "team": {"id": None},
    "user": {"id": "user_1"},
}
_SCOPES = w.ConfigurationPayload(
    configuration=w.Configuration(id="icfg_1", scopes=["read:project"]),
    installation_id="icfg_1",
    team=w.Team(),
    user=w.User(id="user_1"),
)
_TRANSFER_ON_WIRE = _INSTALLATION_ON_WIRE | {
    "previousTeamId": "team_1",
    "previousAccountId": "acc_1",
    "newTeamId": "team_2",
    "newAccountId": "acc_2",
}
_TRANSFER = w.TransferPayload(
    **_INSTALLATION,
    previous_team_id="team_1",
    previous_account_id="acc_1",
    new_team_id="team_2",
    new_account_id="acc_2",
)
_ACTION_ON_WIRE = _INSTALLATION_ON_WIRE | {
    "resourceId": "db_1",
    "action": "branch",
    "deployment": {"id": "dpl_1"},
}
_ACTION = w.DeploymentActionPayload(
    **_INSTALLATION, resource_id="db_1", action="branch", deployment=w.Deployment(id="dpl_1")
)
_ROLLBACK_ON_WIRE = _WHO_ON_WIRE | {
    "project": {"id": "prj_1"},
    "fromDeploymentId": "dpl_2",
    "toDeploymentId": "dpl_1",
}
_ROLLBACK = w.DeploymentRollbackPayload(
    from_deployment_id="dpl_2", to_deployment_id="dpl_1", project=w.Project(id="prj_1"), **_WHO
)
_DEPLOYMENT_ON_WIRE = _WHO_ON_WIRE | {
    "alias": ["shop.example.com"],
    "deployment": {
        "id": "dpl_1",
        "name": "shop",
        "url": "shop-1.vercel.app",
        "meta": {"githubCommitRef": "main"},
    },
    "links": {"deployment": "https://vercel.com/d", "project": "https://vercel.com/p"},
    "plan": "pro",
    "project": {"id": "prj_1"},
    "regions": ["sfo1"],
    "target": "production",
}
_DEPLOYMENT = w.DeploymentPayload(
    alias=["shop.example.com"],
    deployment=w.Deployment(
        id="dpl_1", name="shop", url="shop-1.vercel.app", meta={"githubCommitRef": "main"}
    ),
    links=w.DeploymentLinks(deployment="https://vercel.com/d", project="https://vercel.com/p"),
    plan="pro",
    project=w.Project(id="prj_1"),
    regions=["sfo1"],
    target="production",
    **_WHO,
)
_BARE_DEPLOYMENT_ON_WIRE = {"deployment": {"id": "dpl_1"}, "target": None}
_BARE_DEPLOYMENT = w.DeploymentPayload(deployment=w.Deployment(id="dpl_1"))

# By type: the payload as it comes, the class, the payload as it is read.
EXAMPLES = {
    "marketplace.invoice.created": (_INVOICE_ON_WIRE, w.InvoiceCreatedEvent, _INVOICE),
    "marketplace.invoice.paid": (_INVOICE_ON_WIRE, w.InvoicePaidEvent, _INVOICE),
    "marketplace.invoice.notpaid": (_INVOICE_ON_WIRE, w.InvoiceNotPaidEvent, _INVOICE),
    "marketplace.invoice.overdue": (_INVOICE_ON_WIRE, w.InvoiceOverdueEvent, _INVOICE),
    "marketplace.invoice.refunded": (_REFUND_ON_WIRE, w.InvoiceRefundedEvent, _REFUND),
    "marketplace.member.changed": (_MEMBER_ON_WIRE, w.MemberChangedEvent, _MEMBER),
    "integration-resource.project-connected": (
        _CONNECTION_ON_WIRE,
        w.ProjectConnectedEvent,
        _CONNECTION,
    ),
    "integration-resource.project-disconnected": (
        _CONNECTION_ON_WIRE,
        w.ProjectDisconnectedEvent,
        _CONNECTION,
    ),
    "integration-configuration.removed": (_REMOVED_ON_WIRE, w.ConfigurationRemovedEvent, _REMOVED),
    "integration-configuration.permission-upgraded": (
        _UPGRADED_ON_WIRE,
        w.ConfigurationPermissionUpgradedEvent,
        _UPGRADED,
    ),
    "integration-configuration.scope-change-confirmed": (
        _SCOPES_ON_WIRE,
        w.ConfigurationScopeChangeConfirmedEvent,
        _SCOPES,
    ),
    "integration-configuration.transferred": (
        _TRANSFER_ON_WIRE,
        w.ConfigurationTransferredEvent,
        _TRANSFER,
    ),
    "deployment.integration.action.start": (_ACTION_ON_WIRE, w.DeploymentActionStartEvent, _ACTION),
    "deployment.integration.action.cancel": (
        _ACTION_ON_WIRE,
        w.DeploymentActionCancelEvent,
        _ACTION,
    ),
    "deployment.integration.action.cleanup": (
        _ACTION_ON_WIRE,
        w.DeploymentActionCleanupEvent,
        _ACTION,
    ),
    "deployment.rollback": (_ROLLBACK_ON_WIRE, w.DeploymentRollbackEvent, _ROLLBACK),
    "deployment.succeeded": (_DEPLOYMENT_ON_WIRE, w.DeploymentEvent, _DEPLOYMENT),
    "deployment.of-tomorrow": (_BARE_DEPLOYMENT_ON_WIRE, w.DeploymentEvent, _BARE_DEPLOYMENT),
}


def wire(type_="marketplace.invoice.paid", *, envelope=None, **payload):
    """An event's JSON as a dict, with other fields in its payload where they are given."""
    return ENVELOPE | {"type": type_, "payload": EXAMPLES[type_][0] | payload} | (envelope or {})


def without(example, *path):
    """A copy of an example that lacks one field."""
    copied = json.loads(json.dumps(example))
    held = copied
    for name in path[:-1]:
        held = held[name]
    del held[path[-1]]
    return copied


def result_of(body):
    """What a body comes to that Vercel signed; a dict is written as JSON first."""
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    return w.try_parse_event(body, w.sign(body, SECRET), SECRET)


def read(body):
    """The event in such a body."""
    return result_of(body).unwrap()
