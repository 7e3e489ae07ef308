"""What the console shows of an emulator, as JSON values that may hold moments and models. Pure.

Secrets are masked, by their names and by their values; what a client needs to call the emulator,
such as its access token, is shown where it is asked for.
"""

import json
from typing import Any, Final, cast
from urllib.parse import urlsplit

from attrs import evolve

from vercel_marketplace._internal.describe import is_secret_header
from vercel_marketplace._internal.json import find_json_issues, is_deeper, parse
from vercel_marketplace._internal.response import media_type_of
from vercel_marketplace.emulator.api.errors import APIError
from vercel_marketplace.emulator.api.responses import to_json
from vercel_marketplace.emulator.api.router import match
from vercel_marketplace.emulator.console.console import PartnerExchange
from vercel_marketplace.emulator.emulator import Emulator
from vercel_marketplace.emulator.faults.effects import Fault
from vercel_marketplace.emulator.installation import EmulatedInstallation
from vercel_marketplace.emulator.known_secrets import MASKED, MAX_DEPTH, Mask, is_secret_name
from vercel_marketplace.emulator.request_log import LogEntry
from vercel_marketplace.emulator.state import DeploymentAction, ProjectConnection
from vercel_marketplace.emulator.webhooks.deliveries import WebhookDelivery
from vercel_marketplace.http import HTTPRequest
from vercel_marketplace.models.deployment_actions import ResourceSecretsOutcome
from vercel_marketplace.partner.operation import JSON_LINES
from vercel_marketplace.partner.operations import OPERATIONS

# All others come from the query of a base URL, in which some servers want a key.
_PUBLIC_PARAMETERS: Final = frozenset(
    name for operation in OPERATIONS.values() for name in operation.query
)
# In a request it is that of a sign-in. In a response it is that of an error, which tells why.
_CODE: Final = "code"

_PUBLISHED: Final = "/.well-known/"
_MAX_SHOWN_BYTES: Final = 131_072
# What commands name things by: a masked one would name nothing.
_IDS: Final = frozenset(
    {"action", "deploymentId", "id", "installationId", "invoiceId", "projectId", "resourceId"}
)


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


def show_installation(installation: EmulatedInstallation, mask: Mask) -> dict[str, Any]:
    """Return an installation with all that is in it, but for the values of secrets."""
    received, resources = installation.received, installation.resources
    return {
        "installationId": installation.installation_id,
        "accessTokens": installation.tokens.access_tokens,
        "account": mask.hide(installation.team.account),
        "uninstalledAt": installation.team.uninstalled_at,
        "members": [show_model(member, mask) for member in installation.team.members],
        "projects": [
            show_model(show_project(project), mask) for project in installation.team.projects
        ],
        "resources": [
            {
                "id": resource_id,
                "resource": show_model(evolve(resource, secrets=None), mask),
                "secretNames": [secret.name for secret in resources.secrets[resource_id]],
            }
            for resource_id, resource in resources.items()
        ],
        "invoices": [show_model(invoice, mask) for invoice in installation.invoices.values()],
        "deploymentActions": [show_action(one, mask) for one in installation.deployments.actions],
        "billingData": mask.hide(received.billing_data),
        "balances": mask.hide(received.balances),
        "events": mask.hide(received.events),
        "update": mask.hide(received.installation_update),
    }


def summarize_installation(installation: EmulatedInstallation, mask: Mask) -> dict[str, Any]:
    """Return an installation as in a list of all."""
    return {
        "installationId": installation.installation_id,
        "name": mask.hide_text(installation.team.account.name or ""),
        "resourceCount": len(installation.resources),
        "invoiceCount": len(installation.invoices),
        "uninstalledAt": installation.team.uninstalled_at,
    }


def show_model(thing: object, mask: Mask) -> dict[str, Any]:
    """Return a thing with the secrets in it masked, but for the ids that name it.

    Args:
        thing: The thing, as a model or as JSON.
        mask: What masks secrets.
    """
    shown = cast("dict[str, object]", json.loads(to_json(thing)))
    return {
        name: held if name in _IDS else mask.hide(held, names=name == "metadata")
        for name, held in shown.items()
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


def show_action(action: DeploymentAction, mask: Mask) -> dict[str, Any]:
    """Return an action of a deployment, without the values of the secrets that it has made."""
    secrets = [one for one in action.outcomes or () if isinstance(one, ResourceSecretsOutcome)]
    shown = {
        "deploymentId": action.deployment_id,
        "resourceId": action.resource_id,
        "action": action.action,
        "status": "canceled" if action.is_canceled else action.status,
        "statusText": action.status_text,
        "statusUrl": action.status_url,
        "secretNames": [secret.name for one in secrets for secret in one.secrets],
    }
    return show_model(shown, mask)


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


def show_delivery(delivery: WebhookDelivery, mask: Mask) -> dict[str, Any]:
    """Return the delivery of a webhook, with its attempts."""
    return {
        "eventId": delivery.event_id,
        "type": delivery.event_type,
        "createdAt": delivery.created_at,
        "url": mask.hide_text(show_url(delivery.request.url)),
        "body": _show_body(delivery.request.content, mask),
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


def show_entry(entry: LogEntry, mask: Mask) -> dict[str, Any]:
    """Return a request that reached the emulator, and what it was responded with."""
    request = entry.request
    operation = _operation_of(request)
    return {
        "id": entry.id,
        "at": entry.at,
        "operation": operation and mask.hide_text(operation),  # a path that anybody may have chosen
        **_show_request(request, mask),
        "status": entry.status,
        "refusal": mask.hide_text(_explain_refusal(entry.refusal)),
    }


def show_exchange(exchange: PartnerExchange, mask: Mask) -> dict[str, Any]:
    """Return a call to the partner: what was sent, the response, and what was wrong with it."""
    error, response = exchange.error, exchange.response
    issues = () if error is None else error.issues
    return {
        "at": exchange.at,
        "installationId": exchange.installation_id,
        "operation": exchange.operation,
        "succeeded": error is None,
        "error": None if error is None else mask.hide_text(str(error)),
        "issues": [
            {"path": mask.hide_text(issue.path), "message": mask.hide_text(issue.message)}
            for issue in issues
        ],
        "request": None if exchange.request is None else _show_request(exchange.request, mask),
        "response": None
        if response is None
        else {
            "status": response.status_code,
            "body": _show_body(
                response.content,
                mask,
                has_codes=False,
                as_lines=media_type_of(response.headers) == JSON_LINES,
            ),
        },
    }


def _explain_refusal(body: str) -> str:
    """Return the code and the message of an error of either kind, or a body that has none."""
    try:
        parsed = json.loads(body)
        error, message = parsed["error"], parsed.get("error_description")
        code, message = (error, message) if message else (error["code"], error["message"])
    except (ValueError, TypeError, KeyError):
        return body
    return f"{code}: {message}"


def _show_request(request: HTTPRequest, mask: Mask) -> dict[str, Any]:
    """Return a request, without the secrets in its URL, its headers and its body."""
    headers = {
        name: MASKED if is_secret_header(name) else value for name, value in request.headers.items()
    }
    return {
        "method": request.method,
        "url": mask.hide_text(show_url(request.url)),
        "headers": mask.hide(headers, names=True),
        "body": _show_body(request.content, mask),
    }


def _show_body(
    content: bytes | None, mask: Mask, *, has_codes: bool = True, as_lines: bool = False
) -> Any:
    """Return the JSON of a body with its secrets masked; of any other body, how long it is."""
    if not content:
        return None
    if len(content) > _MAX_SHOWN_BYTES:
        return f"{len(content)} bytes, which are too many to be shown"
    try:
        parsed = [*map(parse, content.splitlines())] if as_lines else parse(content, bom=True)
    except (ValueError, RecursionError):
        return f"{len(content)} bytes that are not JSON"
    if is_deeper([parsed], MAX_DEPTH) or any(find_json_issues([parsed])):
        return f"{len(content)} bytes that cannot be shown"
    return mask.hide(_mask_named(parsed, has_codes=has_codes), names=True)


def show_url(url: str) -> str:
    """Return a URL without the keys that its query may have."""
    base, mark, query = url.partition("?")
    return base + mark + "&".join(map(_show_parameter, query.split("&"))) if mark else url


def _show_parameter(parameter: str) -> str:
    name, equals, _ = parameter.partition("=")
    if name in _PUBLIC_PARAMETERS:
        return parameter
    return f"{name}={MASKED}" if equals else MASKED


def _mask_named(value: Any, *, has_codes: bool) -> Any:
    if isinstance(value, list):
        return [_mask_named(one, has_codes=has_codes) for one in cast("list[object]", value)]
    if isinstance(value, dict):
        return {
            name: MASKED
            if held is not None and (is_secret_name(name) or (has_codes and name.lower() == _CODE))
            else _mask_named(held, has_codes=has_codes)
            for name, held in cast("dict[str, object]", value).items()
        }
    return value


def _operation_of(request: HTTPRequest) -> str | None:
    path = urlsplit(request.url).path
    if path.startswith(_PUBLISHED):
        return path.removeprefix(_PUBLISHED)
    try:
        return match(request.method, request.url)[0].operation.id
    except APIError:
        return None
