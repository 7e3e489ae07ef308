"""What must hold after each call of Vercel's TypeScript SDK: one row for each operation."""

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from attrs import evolve

from vercel_marketplace import Headers, HTTPRequest, block_on
from vercel_marketplace.emulator import Emulator
from vercel_marketplace.models import (
    BillingPlan,
    EnvironmentOverrides,
    ExperimentationItem,
    Notification,
    ResourceUpdatedEvent,
    Secret,
    UpdateInstallationRequestBody,
)

Check: TypeAlias = Callable[[Emulator, Any], tuple[object, object]]
"""Gets the emulator and the value that the SDK returned; returns the actual and the expected."""

NOTHING: Final = None  # what the SDK returns for a response without a body


def _account(_emulator: Emulator, value: Any) -> tuple[object, object]:
    return value["name"], "Acme"


def _member(emulator: Emulator, value: Any) -> tuple[object, object]:
    return (value["id"], value["role"]), (emulator.team.admin_id, "ADMIN")


def _event(emulator: Emulator, value: Any) -> tuple[object, object]:
    event = ResourceUpdatedEvent(
        product_id=emulator.integration.product_id, resource_id=emulator.resource_id
    )
    return (value, emulator.received.events), (NOTHING, [event])


def _billing(emulator: Emulator, value: Any) -> tuple[object, object]:
    (body,) = emulator.received.billing_data
    return (value, [usage.day_value for usage in body.usage]), (NOTHING, [1.5])


def _submitted(emulator: Emulator, value: Any) -> tuple[object, object]:
    ((invoice_id, invoice),) = emulator.invoices.items()
    emulator.invoices.pay(invoice_id)
    return (value["invoiceId"], invoice.external_id), (invoice_id, "interop-1")


def _invoice(emulator: Emulator, value: Any) -> tuple[object, object]:
    (invoice,) = emulator.invoices.values()
    return (value["state"], value["total"]), (invoice.state, "36.00")


def _refund(emulator: Emulator, value: Any) -> tuple[object, object]:
    (invoice,) = emulator.invoices.values()
    return (value, invoice.state, invoice.refund_total), (NOTHING, "refund_requested", "6.00")


def _secrets(emulator: Emulator, value: Any) -> tuple[object, object]:
    return (value, emulator.resources.secrets[emulator.resource_id]), (NOTHING, [_FIRST])


def _more_secrets(emulator: Emulator, value: Any) -> tuple[object, object]:
    return (value, emulator.resources.secrets[emulator.resource_id]), (NOTHING, [_FIRST, _SECOND])


def _tokens(_emulator: Emulator, value: Any) -> tuple[object, object]:
    return (value["tokenType"], value["idToken"].count(".")), ("Bearer", 2)


def _installation(emulator: Emulator, value: Any) -> tuple[object, object]:
    said, hello = (
        emulator.received.installation_update,
        Notification(level="info", title="Hello", href=_PAGE),
    )
    expected = UpdateInstallationRequestBody(status="ready", billing_plan=_PLAN, notification=hello)
    return (value, said), (NOTHING, expected)


def _rotated(emulator: Emulator, value: Any) -> tuple[object, object]:
    tokens = [emulator.token, value["accessToken"]]
    return (emulator.tokens.access_tokens, value["tokenType"]), (tokens, "oauth2-token")


def _revoked(emulator: Emulator, value: Any) -> tuple[object, object]:
    answer = {"revoked": True, "alreadyRevoked": False}
    return (value, emulator.tokens.access_tokens), (answer, [emulator.token])


def _imported(emulator: Emulator, value: Any) -> tuple[object, object]:
    resource = emulator.resources[_OTHER]
    expected = ({"name": "Data"}, "pending", {"region": "iad1"})
    return (value, resource.status, resource.metadata), expected


def _listed(emulator: Emulator, value: Any) -> tuple[object, object]:
    ids = [one["partnerId"] for one in value["resources"]]
    return ids, [emulator.resource_id, _OTHER]


def _changed(emulator: Emulator, value: Any) -> tuple[object, object]:
    resource = emulator.resources[_OTHER]
    full = Notification(level="warn", title="Almost full")
    actual = (value, resource.notification, emulator.resources.environment_variables(_OTHER))
    return actual, ({"name": "Data"}, full, {"FIRST": "1", "SECOND": "2"})


def _read(_emulator: Emulator, value: Any) -> tuple[object, object]:
    return (value["id"], value["status"], value["notification"]["level"]), (_OTHER, "ready", "warn")


def _deleted(emulator: Emulator, value: Any) -> tuple[object, object]:
    return (value, list(emulator.resources)), (NOTHING, [emulator.resource_id])


def _balances(emulator: Emulator, value: Any) -> tuple[object, object]:
    (balance,) = emulator.received.balances
    return (value, balance.currency_value_in_cents), (NOTHING, 1050)


def _created(emulator: Emulator, value: Any) -> tuple[object, object]:
    return (value, emulator.resources.experimentation_items[emulator.resource_id]), (
        NOTHING,
        [_FLAG],
    )


def _archived(emulator: Emulator, value: Any) -> tuple[object, object]:
    archived = evolve(_FLAG, is_archived=True)
    return (value, emulator.resources.experimentation_items[emulator.resource_id]), (
        NOTHING,
        [archived],
    )


def _no_items(emulator: Emulator, value: Any) -> tuple[object, object]:
    return (value, emulator.resources.experimentation_items[emulator.resource_id]), (NOTHING, [])


def _config(emulator: Emulator, value: Any) -> tuple[object, object]:
    kept = emulator.resources.global_configs[emulator.resource_id]
    actual = (value["items"], value["digest"], value["updatedAt"])
    return (actual, kept.items), ((_DATA, kept.digest, kept.updated_at), _DATA)


def _head(emulator: Emulator, _value: Any) -> tuple[object, object]:
    emulator.invoices.complete_refund("inv_1")  # for the next one, as is the removal
    emulator.team.uninstall()
    return emulator.requests[-1].method, "HEAD"


def _finalized(emulator: Emulator, value: Any) -> tuple[object, object]:
    path = f"/v1/installations/{emulator.installation_id}/account"
    headers = Headers({"authorization": f"Bearer {emulator.token}"})
    asked = HTTPRequest(method="GET", url=path, headers=headers)
    return (value, block_on(emulator.transport(for_setup=True).send(asked)).status_code), (
        NOTHING,
        410,
    )


_PAGE = "https://acme.example/"
_PLAN = BillingPlan(id="pro", type="subscription", name="Pro")
_OTHER = "db/2"
_FLAG = ExperimentationItem(
    id="flag_1", slug="dark", origin="https://acme.example/flags/1", category="flag"
)
_DATA = {"dark": [True, None]}
_FIRST = Secret(
    name="FIRST",
    value="1",
    prefix="ACME",
    environment_overrides=EnvironmentOverrides(preview="p"),
)
_SECOND = Secret(name="SECOND", value="2")

_INVOICE_EVENTS = [
    f"marketplace.invoice.{name}" for name in ("created", "notpaid", "overdue", "paid", "refunded")
]
_EVENTS = ["integration-resource.project-connected", *_INVOICE_EVENTS]

MONTH: Final = {
    "installed": True,
    "provisioned": True,
    "variables": {"DATABASE_URL": "postgres://orders"},
    "states": ["pending", "invoiced", "notpaid", "overdue", "paid", "refunded"],
    "webhooks": _EVENTS,
    "delivered": True,
    "received": [*_EVENTS, "integration-configuration.removed"],
    "resource": "ready",
    "afterwards": 410,
}
"""What `month.mjs` must have seen."""

CHECKS: Final[dict[str, Check]] = {
    "get-account-info": _account,
    "get-member": _member,
    "create-event": _event,
    "submit-billing-data": _billing,
    "submit-invoice": _submitted,
    "get-invoice": _invoice,
    "update-invoice": _refund,
    "update-resource-secrets": _secrets,
    "update-resource-secrets-by-id": _more_secrets,
    "exchange-sso-token": _tokens,
    "update-installation": _installation,
    "rotate-installation-credential": _rotated,
    "revoke-installation-credential": _revoked,
    "import-resource": _imported,
    "get-integration-resources": _listed,
    "update-resource": _changed,
    "get-integration-resource": _read,
    "delete-integration-resource": _deleted,
    "submit-prepayment-balances": _balances,
    "create-experimentation-items": _created,
    "update-experimentation-item": _archived,
    "delete-experimentation-item": _no_items,
    "replace-global-config": _config,
    "get-global-config": _config,
    "head-global-config": _head,
    "finalize-installation": _finalized,
}

KNOWN_FAILURES: Final = frozenset({"head-global-config"})
"""Calls that fail on any server: their SDK reads a body, which a response to HEAD never has."""
