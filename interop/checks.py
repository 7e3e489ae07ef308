"""What has to be true after each call of Vercel's TypeScript SDK: one row for each operation."""

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from vercel_marketplace.emulator import Emulator
from vercel_marketplace.models import EnvironmentOverrides, ResourceUpdatedEvent, Secret

Check: TypeAlias = Callable[[Emulator, Any], tuple[object, object]]
"""Takes the emulator and what the SDK made of the answer; gives what is and what should be."""

NOTHING: Final = None  # what the SDK gives where an answer has no body


def _account(_emulator: Emulator, value: Any) -> tuple[object, object]:
    return value["name"], "Acme"


def _member(emulator: Emulator, value: Any) -> tuple[object, object]:
    return (value["id"], value["role"]), (emulator.member_id, "ADMIN")


def _event(emulator: Emulator, value: Any) -> tuple[object, object]:
    event = ResourceUpdatedEvent(product_id=emulator.product_id, resource_id=emulator.resource_id)
    return (value, emulator.events), (NOTHING, [event])


def _billing(emulator: Emulator, value: Any) -> tuple[object, object]:
    (body,) = emulator.billing
    return (value, [usage.day_value for usage in body.usage]), (NOTHING, [1.5])


def _submitted(emulator: Emulator, value: Any) -> tuple[object, object]:
    ((invoice_id, invoice),) = emulator.invoices.items()
    emulator.pay(invoice_id)
    return (value["invoiceId"], invoice.external_id), (invoice_id, "interop-1")


def _invoice(emulator: Emulator, value: Any) -> tuple[object, object]:
    (invoice,) = emulator.invoices.values()
    return (value["state"], value["total"]), (invoice.state, "36.00")


def _refund(emulator: Emulator, value: Any) -> tuple[object, object]:
    (invoice,) = emulator.invoices.values()
    return (value, invoice.state, invoice.refund_total), (NOTHING, "refund_requested", "6.00")


def _secrets(emulator: Emulator, value: Any) -> tuple[object, object]:
    return (value, emulator.secrets[emulator.resource_id]), (NOTHING, [_FIRST])


def _more_secrets(emulator: Emulator, value: Any) -> tuple[object, object]:
    return (value, emulator.secrets[emulator.resource_id]), (NOTHING, [_FIRST, _SECOND])


def _tokens(_emulator: Emulator, value: Any) -> tuple[object, object]:
    return (value["tokenType"], value["idToken"].count(".")), ("Bearer", 2)


_FIRST = Secret(
    name="FIRST",
    value="1",
    prefix="ACME",
    environment_overrides=EnvironmentOverrides(preview="p"),
)
_SECOND = Secret(name="SECOND", value="2")

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
}
