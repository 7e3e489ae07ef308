"""What the console shows of an emulator, as JSON values that may hold models. Pure.

Texts of requests and responses are shown without secrets; what a client needs to call the
emulator, such as its access token, is shown where it is asked for.
"""

import re
from typing import Any, Final, cast

from vercel_marketplace._internal.json import find_json_issues, is_deeper, parse
from vercel_marketplace.emulator.api.errors import APIError
from vercel_marketplace.emulator.api.router import match
from vercel_marketplace.emulator.console.console import PartnerExchange
from vercel_marketplace.emulator.emulator import Emulator
from vercel_marketplace.emulator.faults.effects import Fault
from vercel_marketplace.emulator.installation import EmulatedInstallation
from vercel_marketplace.emulator.request_log import LogEntry
from vercel_marketplace.emulator.state import DeploymentAction, ProjectConnection
from vercel_marketplace.emulator.webhooks.deliveries import WebhookDelivery
from vercel_marketplace.http import HTTPRequest
from vercel_marketplace.models.deployment_actions import ResourceSecretsOutcome
from vercel_marketplace.partner.operation import IDEMPOTENCY_KEY
from vercel_marketplace.partner.operations import OPERATIONS
from vercel_marketplace.tokens.claims import AUTH_HEADER

MASKED: Final = "…"

# What is secret in the bodies that either side sends, whatever the case of the name. `value` is
# that of a secret, as are the overrides, and of details that nobody misses here.
_SECRET_NAMES: Final = frozenset(
    {
        *("accesstoken", "clientsecret", "code", "idtoken", "refreshtoken", "token"),
        *("environmentoverrides", "value"),
    }
)
_SECRET_HEADERS: Final = re.compile("auth|bypass|cookie|key|password|secret|signature|token")
_PUBLIC_HEADERS: Final = frozenset({IDEMPOTENCY_KEY, AUTH_HEADER})
# All others come from the query of a base URL, in which some servers want a key.
_PUBLIC_PARAMETERS: Final = frozenset(
    name for operation in OPERATIONS.values() for name in operation.query
)

_MAX_DEPTH: Final = 100


def show_emulator(emulator: Emulator) -> dict[str, Any]:
    """Return what an emulator is, and what is in it."""
    integration = emulator.integration
    return {
        "now": emulator.clock.now(),
        "clientId": integration.client_id,
        "clientSecret": integration.client_secret,
        "productId": integration.product_id,
        "installations": [*emulator.installations],
        "faults": [show_fault(fault) for fault in emulator.faults.pending],
    }


def show_installation(installation: EmulatedInstallation) -> dict[str, Any]:
    """Return an installation with all that is in it, but for the values of secrets."""
    received, resources = installation.received, installation.resources
    return {
        "installationId": installation.installation_id,
        "accessTokens": installation.tokens.access_tokens,
        "account": installation.team.account,
        "uninstalledAt": installation.team.uninstalled_at,
        "members": installation.team.members,
        "projects": [show_project(project) for project in installation.team.projects],
        "resources": [
            {
                "id": resource_id,
                "resource": resource,
                "secretNames": [secret.name for secret in resources.secrets[resource_id]],
            }
            for resource_id, resource in resources.items()
        ],
        "invoices": [*installation.invoices.values()],
        "deploymentActions": [show_action(one) for one in installation.deployments.actions],
        "billingData": received.billing_data,
        "balances": received.balances,
        "events": received.events,
        "update": received.installation_update,
    }


def show_project(project: ProjectConnection) -> dict[str, Any]:
    """Return a project that is connected to a resource."""
    return {
        "projectId": project.project_id,
        "name": project.name,
        "resourceId": project.resource_id,
        "targets": [*project.targets],
        "prefix": project.prefix,
    }


def show_action(action: DeploymentAction) -> dict[str, Any]:
    """Return an action of a deployment, without the values of the secrets that it has made."""
    secrets = [one for one in action.outcomes or () if isinstance(one, ResourceSecretsOutcome)]
    return {
        "deploymentId": action.deployment_id,
        "resourceId": action.resource_id,
        "action": action.action,
        "status": "canceled" if action.is_canceled else action.status,
        "statusText": action.status_text,
        "statusUrl": action.status_url,
        "secretNames": [secret.name for one in secrets for secret in one.secrets],
    }


def show_fault(fault: Fault) -> dict[str, Any]:
    """Return a fault, without the values that an altered response has."""
    kind = type(fault.effect).__name__.lower()
    return {
        "operation": fault.operation,
        "installationId": fault.installation_id,
        "kind": kind,
        "description": str(fault.effect),
        "remaining": fault.remaining,
        "hits": fault.hits,
    }


def show_delivery(delivery: WebhookDelivery) -> dict[str, Any]:
    """Return the delivery of a webhook, with its attempts."""
    return {
        "eventId": delivery.event_id,
        "type": delivery.event_type,
        "createdAt": delivery.created_at,
        "url": _show_url(delivery.request.url),
        "body": show_body(delivery.request.content),
        "delivered": delivery.delivered,
        "nextAttempt": delivery.next_attempt,
        "attempts": [
            {
                "at": attempt.at,
                "status": attempt.status,
                "error": None if attempt.error is None else type(attempt.error).__name__,
            }
            for attempt in delivery.attempts
        ],
    }


def show_entry(entry: LogEntry) -> dict[str, Any]:
    """Return a request that reached the emulator, and what it was responded with."""
    request = entry.request
    return {
        "at": entry.at,
        "operation": _operation_of(request),
        **show_request(request),
        "status": entry.status,
        "refusal": entry.refusal,
    }


def show_exchange(exchange: PartnerExchange) -> dict[str, Any]:
    """Return a call to the partner: what was sent, the response, and what was wrong with it."""
    error, response = exchange.error, exchange.response
    return {
        "at": exchange.at,
        "installationId": exchange.installation_id,
        "operation": exchange.operation,
        "succeeded": error is None,
        "error": None if error is None else str(error),
        "issues": [
            {"path": issue.path, "message": issue.message}
            for issue in (() if error is None else error.issues)
        ],
        "request": None if exchange.request is None else show_request(exchange.request),
        "response": None
        if response is None
        else {"status": response.status_code, "body": show_body(response.content)},
    }


def show_request(request: HTTPRequest) -> dict[str, Any]:
    """Return a request, without the secrets in its URL, its headers and its body."""
    return {
        "method": request.method,
        "url": _show_url(request.url),
        "headers": {
            name: MASKED if _is_secret_header(name) else value
            for name, value in request.headers.items()
        },
        "body": show_body(request.content),
    }


def show_body(content: bytes | None) -> Any:
    """Return the JSON of a body with its secrets masked; of any other body, how long it is."""
    if not content:
        return None
    try:
        parsed = parse(content, bom=True)
    except (ValueError, RecursionError):
        return f"{len(content)} bytes that are not JSON"
    if is_deeper([parsed], _MAX_DEPTH) or any(find_json_issues([parsed])):
        return f"{len(content)} bytes that cannot be shown"
    return _mask(parsed)


def _show_url(url: str) -> str:
    base, mark, query = url.partition("?")
    return base + mark + "&".join(map(_show_parameter, query.split("&"))) if mark else url


def _show_parameter(parameter: str) -> str:
    name, equals, _ = parameter.partition("=")
    if name in _PUBLIC_PARAMETERS:
        return parameter
    return f"{name}={MASKED}" if equals else MASKED


def _is_secret_header(name: str) -> bool:
    return name not in _PUBLIC_HEADERS and _SECRET_HEADERS.search(name) is not None


def _mask(value: Any) -> Any:
    if isinstance(value, list):
        return [_mask(one) for one in cast("list[object]", value)]
    if isinstance(value, dict):
        return {
            name: MASKED if _is_secret(name, held) else _mask(held)
            for name, held in cast("dict[str, object]", value).items()
        }
    return value


def _is_secret(name: str, value: object) -> bool:
    return value is not None and name.lower().replace("_", "") in _SECRET_NAMES


def _operation_of(request: HTTPRequest) -> str | None:
    try:
        return match(request.method, request.url)[0].operation.id
    except APIError:
        return None
