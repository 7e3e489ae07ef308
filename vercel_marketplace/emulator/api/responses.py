"""Writes answers as the API does: status, content type, body. Pure; the twin of `reading`."""

import json
from collections.abc import Mapping

from vercel_marketplace._internal.converter import fast
from vercel_marketplace.http import Headers, HTTPResponse


def json_response(status: int, headers: Mapping[str, str], body: object) -> HTTPResponse:
    """An answer with a body: models, or what JSON holds.

    Args:
        status: The HTTP status.
        headers: Its headers, but for the content type.
        body: What it says.
    """
    typed = {**headers, "content-type": "application/json; charset=utf-8"}
    return HTTPResponse(int(status), headers=Headers(typed), content=to_json(body))


def to_json(body: object) -> bytes:
    """A body: models, or what JSON holds."""
    return json.dumps(body, default=fast().unstructure).encode()


def empty_response(status: int, headers: Mapping[str, str]) -> HTTPResponse:
    """An answer that says nothing but its status.

    Args:
        status: The HTTP status.
        headers: Its headers.
    """
    return HTTPResponse(int(status), headers=Headers(headers))


def error_body(code: str, message: str) -> dict[str, object]:
    """What the API says of an error."""
    return {"error": {"code": code, "message": message}}


def oauth_error_body(code: str, description: str) -> dict[str, object]:
    """What the token exchange says of one, in the form of RFC 6749 section 5.2."""
    return {"error": code, "error_description": description}
