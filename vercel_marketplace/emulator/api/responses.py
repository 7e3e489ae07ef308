"""Writes responses as the API does: status, headers, body. Pure."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from vercel_marketplace._internal.schema import fields_of
from vercel_marketplace._internal.validation import format_datetime
from vercel_marketplace.http import Headers, HTTPResponse


def json_response(status: int, headers: Mapping[str, str], body: object) -> HTTPResponse:
    """Return a response with a JSON body.

    Args:
        status: The HTTP status.
        headers: The headers, without the content type.
        body: A model, or a JSON value that may hold models.
    """
    typed = {**headers, "content-type": "application/json; charset=utf-8"}
    return HTTPResponse(int(status), headers=Headers(typed), content=to_json(body))


def to_json(body: object) -> bytes:
    """Encode a model, or a JSON value that may hold models."""
    return json.dumps(body, default=_write).encode()


def _write(value: Any) -> object:
    """Write a moment, or a model; its values are as they came, checked or not."""
    if isinstance(value, datetime):
        return format_datetime(value)
    members: dict[str, object] = {}
    for field in fields_of(cast("Any", type(value))):
        held = getattr(value, field.name)
        if field.is_extra:
            members |= held or {}
        elif held is not field.default or not field.optional:
            members[field.wire_name] = held
    return members


def empty_response(status: int, headers: Mapping[str, str]) -> HTTPResponse:
    """Return a response without a body.

    Args:
        status: The HTTP status.
        headers: The headers.
    """
    return HTTPResponse(int(status), headers=Headers(headers))


def error_body(code: str, message: str) -> dict[str, object]:
    """Return the body of an error."""
    return {"error": {"code": code, "message": message}}


def oauth_error_body(code: str, description: str) -> dict[str, object]:
    """Return the body of an error of the token exchange, as in RFC 6749 section 5.2."""
    return {"error": code, "error_description": description}
