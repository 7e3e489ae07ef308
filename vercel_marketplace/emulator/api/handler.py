"""An `HTTPRequest` becomes an `HTTPResponse` and the state that comes after. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from vercel_marketplace.emulator.api.errors import APIError, forbidden, gone
from vercel_marketplace.emulator.api.rate_limit import consume
from vercel_marketplace.emulator.api.request_parser import parse_request
from vercel_marketplace.emulator.api.responses import empty_response, json_response
from vercel_marketplace.emulator.api.router import Route, match
from vercel_marketplace.emulator.api.uninstallation import is_removed
from vercel_marketplace.emulator.state import State
from vercel_marketplace.http import Headers, HTTPRequest, HTTPResponse

_NOTHING: Final = object()
_FORM: Final = "application/x-www-form-urlencoded"


def handle(
    state: State, request: HTTPRequest, *, now: datetime, request_id: str
) -> tuple[State, HTTPResponse]:
    """Answer a request, whatever it is.

    Args:
        state: What is known.
        request: What came.
        now: The time.
        request_id: The answer's `x-vercel-id`.
    """
    token = _bearer_token(request.headers)
    state, budget, within_limit = consume(state, token, now)
    headers = {"x-vercel-id": request_id, **budget.headers}
    try:
        if not within_limit:
            raise budget.too_many_requests(now)
        after, route, value = _carry_out(state, request, token, now)
    except APIError as refusal:
        said = _NOTHING if request.method == "HEAD" else refusal.body
        return state, _response(refusal.status, {**headers, **refusal.headers}, said)
    operation = route.operation
    body = _NOTHING if operation.response is None else value
    return after, _response(operation.success, headers, body)


def response_headers(
    state: State, request: HTTPRequest, *, now: datetime, request_id: str
) -> dict[str, str]:
    """What the headers of an answer are, for a request that is not to be counted.

    Args:
        state: What is known.
        request: What came.
        now: The time.
        request_id: The answer's `x-vercel-id`.
    """
    _, budget, _ = consume(state, _bearer_token(request.headers), now)
    return {"x-vercel-id": request_id, **budget.headers}


def _carry_out(
    state: State, request: HTTPRequest, token: str, now: datetime
) -> tuple[State, Route, Any]:
    """Do what a request asks for; in this order, so that a stranger learns nothing."""
    route, parameters = match(request.method, request.url)
    if route.operation.authenticated:
        _authorize(state, parameters["integration_configuration_id"], token, now)
    is_form = _media_type(request.headers) == _FORM
    asked = parse_request(route.operation, parameters, request.content or b"", is_form=is_form)
    after, value = route.handler(state, asked, now)
    return after, route, value


def _authorize(state: State, installation_id: str, token: str, now: datetime) -> None:
    """Refuse a token that is not the installation's; Vercel says 403 to a missing one too."""
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


def _response(status: int, headers: Mapping[str, str], body: object) -> HTTPResponse:
    return (
        empty_response(status, headers)
        if body is _NOTHING
        else json_response(status, headers, body)
    )
