"""Turns an `HTTPRequest` into an `HTTPResponse` and the state that comes after it. Pure."""

from datetime import datetime
from typing import Any

from vercel_marketplace.emulator.api.errors import APIError, forbidden, gone, not_found
from vercel_marketplace.emulator.api.rate_limit import consume
from vercel_marketplace.emulator.api.registry import Route
from vercel_marketplace.emulator.api.request_parser import FORM, parse_request
from vercel_marketplace.emulator.api.responses import empty_response, json_response
from vercel_marketplace.emulator.api.router import match
from vercel_marketplace.emulator.api.uninstallation import is_removed
from vercel_marketplace.emulator.state import NotFoundError, State
from vercel_marketplace.http import Headers, HTTPRequest, HTTPResponse


def handle(
    state: State, request: HTTPRequest, *, now: datetime, request_id: str
) -> tuple[State, HTTPResponse]:
    """Handle any request; one that is refused changes only what is left of the rate limit.

    Args:
        state: The state before.
        request: The request.
        now: The time.
        request_id: The response's `x-vercel-id`.

    Returns:
        The state afterwards, and the response.
    """
    token = _bearer_token(request.headers)
    state, budget, within_limit = consume(state, token, now)
    headers = {"x-vercel-id": request_id, **budget.headers}
    try:
        if not within_limit:
            raise budget.too_many_requests(now)
        after, route, value = _carry_out(state, request, token, now)
    except APIError as error:
        headers |= error.headers
        if request.method == "HEAD":
            return state, empty_response(error.status, headers)
        return state, json_response(error.status, headers, error.body)
    operation = route.operation
    if operation.response is None:
        return after, empty_response(operation.success, headers)
    return after, json_response(operation.success, headers, value)


def response_headers(
    state: State, request: HTTPRequest, *, now: datetime, request_id: str
) -> dict[str, str]:
    """Return the headers of a response to a request that does not count.

    Args:
        state: The state.
        request: The request.
        now: The time.
        request_id: The response's `x-vercel-id`.
    """
    _, budget, _ = consume(state, _bearer_token(request.headers), now)
    return {"x-vercel-id": request_id, **budget.headers}


def _carry_out(
    state: State, request: HTTPRequest, token: str, now: datetime
) -> tuple[State, Route, Any]:
    """Carry out a request; its token is checked first, so that a stranger learns nothing."""
    route, parameters = match(request.method, request.url)
    if route.operation.authenticated:
        _authorize(state, parameters["integration_configuration_id"], token, now)
    is_form = _media_type(request.headers) == FORM
    parsed = parse_request(route.operation, parameters, request.content or b"", is_form=is_form)
    try:
        after, value = route.handler(state, parsed, now)
    except NotFoundError as error:
        raise not_found(what=error.what.capitalize()) from None
    return after, route, value


def _authorize(state: State, installation_id: str, token: str, now: datetime) -> None:
    """Refuse a token that is not the installation's; Vercel answers 403 to a missing one too."""
    installation = state.installations.get(installation_id)
    if installation is None or token not in installation.tokens:
        raise forbidden()
    if is_removed(installation, now):
        raise gone()


def _bearer_token(headers: Headers) -> str:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else ""


def _media_type(headers: Headers) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()
