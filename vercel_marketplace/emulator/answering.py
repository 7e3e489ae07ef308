"""An `HTTPRequest` becomes an `HTTPResponse` and the state that comes after. Pure."""

import json
from datetime import datetime
from typing import Final

from vercel_marketplace._internal.converter import fast
from vercel_marketplace.emulator.reading import read_request
from vercel_marketplace.emulator.refusal import Refusal, forbidden
from vercel_marketplace.emulator.routes import find
from vercel_marketplace.emulator.state import State
from vercel_marketplace.http import Headers, HTTPRequest, HTTPResponse

_NOTHING: Final = object()


def answer(
    state: State, request: HTTPRequest, *, now: datetime, request_id: str
) -> tuple[State, HTTPResponse]:
    """Answer a request.

    Args:
        state: What is known.
        request: What came.
        now: The time.
        request_id: The answer's `x-vercel-id`.
    """
    try:
        route, parameters = find(request.method, request.url)
        operation = route.operation
        if operation.authenticated:
            _authorize(state, parameters["integration_configuration_id"], request.headers)
        asked = read_request(operation, parameters, request.content or b"")
        after, value = route.rule(state, asked, now)
    except Refusal as refusal:
        return state, _response(refusal.status, request_id, refusal.body)
    body = _NOTHING if operation.response is None else value
    return after, _response(operation.success, request_id, body)


def _authorize(state: State, installation_id: str, headers: Headers) -> None:
    """Refuse a token that is not the installation's; Vercel says 403 to a missing one too."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    installation = state.installations.get(installation_id)
    if installation is None or scheme.lower() != "bearer" or token != installation.token:
        raise forbidden()


def _response(status: int, request_id: str, body: object) -> HTTPResponse:
    headers = {"x-vercel-id": request_id}
    if body is _NOTHING:
        return HTTPResponse(int(status), headers=Headers(headers))
    headers["content-type"] = "application/json; charset=utf-8"
    content = json.dumps(body, default=fast().unstructure).encode()
    return HTTPResponse(int(status), headers=Headers(headers), content=content)
