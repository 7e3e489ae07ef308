"""Writes responses: what a partner returns, and why a request is refused. Pure."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from vercel_marketplace._internal.describe import describe
from vercel_marketplace.errors import Issue
from vercel_marketplace.http import Headers, HTTPResponse
from vercel_marketplace.partner.bodies import write_body
from vercel_marketplace.partner.errors import PartnerAPIError
from vercel_marketplace.partner.models.repl import ReplParagraph, ReplText
from vercel_marketplace.partner.operation import JSON, AnyPartnerOperation

# Secrets are in some of them, and none is the same for two callers.
_EMPTY: Final = Headers({"cache-control": "no-store"})
_JSON: Final = _EMPTY | {"content-type": f"{JSON}; charset=utf-8"}
_HEADERS: Final[Mapping[int, Mapping[str, str]]] = {
    HTTPStatus.UNAUTHORIZED: {"www-authenticate": "Bearer"},
    HTTPStatus.SERVICE_UNAVAILABLE: {"retry-after": "5"},
}

# Its name depends on the version of Python.
_CODES: Final = {HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "payload_too_large"}


class InvalidResponseError(Exception):
    """A value that does not match what Vercel accepts.

    Attributes:
        issues: What is wrong, and where.
    """

    def __init__(self, issues: tuple[Issue, ...]) -> None:
        super().__init__("; ".join(map(str, issues)))
        self.issues = issues


def write_response(operation: AnyPartnerOperation, value: object) -> HTTPResponse:
    """Return the response that a partner's value stands for, checked.

    Args:
        operation: The operation.
        value: What the partner's method returned; `None` for a response without a body.

    Raises:
        InvalidResponseError: Vercel would refuse it.
    """
    bodies = {status: kind for status, kind in operation.responses.items() if kind is not None}
    empty = operation.responses.keys() - bodies.keys()
    if value is None and empty:
        return empty_response(max(empty))  # the usual one: 204
    if not bodies:
        raise InvalidResponseError((Issue("", f"expected None, got {describe(value)}"),))
    # `ScheduledRotation` has a status of its own; it is a `RotatedSecrets`, too.
    own = [status for status, kind in bodies.items() if kind is type(value)]
    status = own[0] if own else next(iter(bodies))
    content, issues = write_body(bodies[status], value)
    if issues:
        raise InvalidResponseError(issues)
    return HTTPResponse(status, headers=_JSON, content=content)


def empty_response(status: int) -> HTTPResponse:
    """Return a response without a body."""
    return HTTPResponse(status, headers=_EMPTY)


def write_error(
    error: PartnerAPIError, operation: AnyPartnerOperation | None = None
) -> HTTPResponse:
    """Return the response that an error stands for, in Vercel's form.

    Args:
        error: The error.
        operation: The operation, where one was found.
    """
    body: Any = {"error": _error_object(error)}
    if operation is not None and operation.error_bodies.get(error.status_code) is not None:
        # To a command, what is wrong with it is shown as its output would be.
        text = ReplText(text=_text(error.user_message or error.message))
        content, _ = write_body(list[ReplParagraph], [ReplParagraph(children=[text])])
    else:
        content = json.dumps(body).encode()
    headers = _JSON | _HEADERS.get(error.status_code, {})
    return HTTPResponse(error.status_code, headers=headers, content=content)


def refuse(
    status: HTTPStatus, message: str, headers: Mapping[str, str] | None = None
) -> HTTPResponse:
    """Return an error in Vercel's form for a request that reaches no operation."""
    code = _CODES.get(status) or status.name.lower()
    body = {"error": {"code": code, "message": message}}
    content = json.dumps(body).encode()
    return HTTPResponse(int(status), headers=_JSON | (headers or {}), content=content)


def _error_object(error: PartnerAPIError) -> dict[str, Any]:
    body: dict[str, Any] = {"code": _text(error.code), "message": _text(error.message)}
    user = {"message": error.user_message, "url": error.user_url}
    shown = {name: _text(text) for name, text in user.items() if text is not None}
    if shown:
        body["user"] = shown
    if error.fields:
        body["fields"] = [
            {"key": _text(key), "message": _text(text)} for key, text in error.fields.items()
        ]
    return body


def _text(value: object) -> str:
    """Return a text that UTF-8 can express."""
    return str(value).encode(errors="replace").decode()
