"""Which rule answers which operation: the one table, made of the SDK's own operations."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, TypeAlias, TypeVar
from urllib.parse import unquote, urlsplit

from attrs import evolve, frozen

from vercel_marketplace._internal.operation import AnyOperation, Operation
from vercel_marketplace.emulator.api import accounts as rules
from vercel_marketplace.emulator.api import (
    balances,
    billing,
    credentials,
    experimentation,
    global_configs,
    resources,
    secrets,
    sso,
)
from vercel_marketplace.emulator.api import installations as settings
from vercel_marketplace.emulator.api import invoices as invoicing
from vercel_marketplace.emulator.api import uninstallation as removal
from vercel_marketplace.emulator.api.errors import bad_request, not_found
from vercel_marketplace.emulator.state import Installation, Integration, State
from vercel_marketplace.funcs import (
    create_event,
    create_experimentation_items,
    delete_experimentation_item,
    delete_integration_resource,
    exchange_sso_token,
    finalize_installation,
    get_account_info,
    get_global_config,
    get_integration_resource,
    get_integration_resources,
    get_invoice,
    get_member,
    head_global_config,
    import_resource,
    replace_global_config,
    revoke_installation_credential,
    rotate_installation_credential,
    submit_billing_data,
    submit_invoice,
    submit_prepayment_balances,
    update_experimentation_item,
    update_installation,
    update_invoice,
    update_resource,
    update_resource_secrets,
    update_resource_secrets_by_id,
)

P = TypeVar("P")
Q = TypeVar("Q")
V = TypeVar("V")

Handler: TypeAlias = Callable[[P, Q, datetime], tuple[P, V]]
"""What a request does to a part of the state, and the answer."""


@frozen
class Route:
    """An operation and what carries it out.

    Attributes:
        operation: The SDK's operation.
        rule: What it does to the whole state.
        segments: The parts of its path; a field of the request stands in braces.
    """

    operation: AnyOperation
    handler: Handler[State, Any, Any]
    segments: list[str]

    def parameters_in(self, method: str, segments: list[str]) -> dict[str, str] | None:
        """The path's parameters as they were sent, or `None` where the route is another."""
        if method != self.operation.method or len(segments) != len(self.segments):
            return None
        parameters: dict[str, str] = {}
        for mine, given in zip(self.segments, segments, strict=True):
            if mine.startswith("{"):
                parameters[mine[1:-1]] = given
            elif mine != given:
                return None
        return parameters


def _for_installation(
    operation: Operation[Q, V, Any], handler: Handler[Installation, Q, V]
) -> Route:
    def apply(state: State, request: Any, now: datetime) -> tuple[State, V]:
        before = state.installations[request.integration_configuration_id]
        after, value = handler(before, request, now)
        return evolve(state, installations={**state.installations, before.id: after}), value

    return Route(operation, apply, operation.path.split("/"))


def _for_integration(operation: Operation[Q, V, Any], handler: Handler[Integration, Q, V]) -> Route:
    def apply(state: State, request: Any, now: datetime) -> tuple[State, V]:
        after, value = handler(state.integration, request, now)
        return evolve(state, integration=after), value

    return Route(operation, apply, operation.path.split("/"))


def _for_all(operation: Operation[Q, V, Any], handler: Handler[State, Q, V]) -> Route:
    return Route(operation, handler, operation.path.split("/"))


ROUTES: Final = (
    _for_installation(get_account_info.OPERATION, rules.get_account_info),
    _for_installation(get_member.OPERATION, rules.get_member),
    _for_installation(create_event.OPERATION, rules.create_event),
    _for_installation(submit_billing_data.OPERATION, billing.submit_billing_data),
    _for_installation(submit_invoice.OPERATION, invoicing.submit_invoice),
    _for_installation(get_invoice.OPERATION, invoicing.get_invoice),
    _for_installation(update_invoice.OPERATION, invoicing.update_invoice),
    _for_installation(update_resource_secrets.OPERATION, secrets.update_resource_secrets),
    _for_installation(
        update_resource_secrets_by_id.OPERATION, secrets.update_resource_secrets_by_id
    ),
    _for_integration(exchange_sso_token.OPERATION, sso.exchange_sso_token),
    _for_installation(update_installation.OPERATION, settings.update_installation),
    _for_all(
        rotate_installation_credential.OPERATION,
        credentials.rotate_installation_credential,
    ),
    _for_all(
        revoke_installation_credential.OPERATION,
        credentials.revoke_installation_credential,
    ),
    _for_installation(finalize_installation.OPERATION, removal.finalize_installation),
    _for_installation(get_integration_resources.OPERATION, resources.get_integration_resources),
    _for_installation(get_integration_resource.OPERATION, resources.get_integration_resource),
    _for_installation(delete_integration_resource.OPERATION, resources.delete_integration_resource),
    _for_installation(import_resource.OPERATION, resources.import_resource),
    _for_installation(update_resource.OPERATION, resources.update_resource),
    _for_installation(submit_prepayment_balances.OPERATION, balances.submit_prepayment_balances),
    _for_installation(
        create_experimentation_items.OPERATION,
        experimentation.create_experimentation_items,
    ),
    _for_installation(
        update_experimentation_item.OPERATION,
        experimentation.update_experimentation_item,
    ),
    _for_installation(
        delete_experimentation_item.OPERATION,
        experimentation.delete_experimentation_item,
    ),
    _for_installation(get_global_config.OPERATION, global_configs.get_global_config),
    _for_installation(head_global_config.OPERATION, global_configs.head_global_config),
    _for_installation(replace_global_config.OPERATION, global_configs.replace_global_config),
)


def match(method: str, url: str) -> tuple[Route, dict[str, str]]:
    """The route of a request, and the parameters in its path.

    Raises:
        APIError: 404, there is none; 400, its path is not UTF-8.
    """
    # Split before anything is unescaped: an id may hold a slash.
    segments = _segments_of(url)
    for route in ROUTES:
        sent = route.parameters_in(method, segments)
        if sent is not None:
            return route, {name: _unescaped(value) for name, value in sent.items()}
    raise not_found(what="Endpoint")


def _segments_of(url: str) -> list[str]:
    try:
        return urlsplit(url).path.split("/")
    except ValueError:  # such as half of an IPv6 address
        return []


def _unescaped(segment: str) -> str:
    try:
        return unquote(segment, errors="strict")
    except ValueError:
        raise bad_request(path="", message="the path is not UTF-8") from None
