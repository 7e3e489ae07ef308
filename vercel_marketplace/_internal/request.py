"""A request model becomes a URL, headers and a body. Pure."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final, cast
from urllib.parse import quote, urlencode

from vercel_marketplace._internal.describe import describe
from vercel_marketplace._internal.json import parse
from vercel_marketplace._internal.operation import AnyOperation, MediaType
from vercel_marketplace._internal.schema import fields_by_name
from vercel_marketplace._internal.urls import split_server_url
from vercel_marketplace._internal.validation import find_segment_issues, validation_error, write
from vercel_marketplace.errors import Issue

_JSON: Final = "application/json"

_SAFE_IN_SEGMENT: Final = "!*'()"  # what encodeURIComponent leaves alone, unlike `quote`


def encode(
    operation: AnyOperation, request: object, *, server_url: str
) -> tuple[str, dict[str, str], bytes | None]:
    """Return the URL, the headers and the body of a request, but not its token.

    Raises:
        SDKValidationError: The request is not what the API requires.
        InvalidRequestError: The server URL is not valid.
    """
    if not isinstance(request, operation.request):
        expected = f"expected {operation.request.__name__}, got {describe(request)}"
        raise validation_error([Issue("request", expected)], operation_id=operation.id)
    base, query = split_server_url(server_url)
    path = encode_path(operation, request)
    content = encode_body(operation, request)
    headers = {"accept": _JSON if operation.response else "*/*"}
    if content:
        headers["content-type"] = operation.media_type
    return f"{base}{path}{query}", headers, content


def encode_path(operation: AnyOperation, request: object) -> str:
    """Return the path of a request, with its parameters percent-encoded.

    Raises:
        SDKValidationError: A parameter is not a string, is empty, or would climb (`..`).
    """
    path = ""
    issues: list[Issue] = []
    for text, name in _template(operation.path):
        path += text
        if name:
            path += _encode_segment(name, getattr(request, name), issues)
    if issues:
        raise validation_error(issues, operation_id=operation.id)
    return path


def encode_body(operation: AnyOperation, request: object) -> bytes | None:
    """Return the body of a request: `None` for a method without, empty where it is left out.

    Raises:
        SDKValidationError: A value is not what the API requires.
    """
    if operation.body is None:
        return None
    if operation.body == "*":
        path, kind, value = "", operation.request, request
    else:
        path = operation.body
        kind = fields_by_name(cast("Any", operation.request))[path].kind
        value = getattr(request, path)
    output = write(kind, value, path)
    if output.issues:
        raise validation_error(output.issues, operation_id=operation.id)
    if value is None:
        return b""
    return _WRITERS[operation.media_type](output.to_bytes())


def _to_form(content: bytes) -> bytes:
    """Return a JSON object of strings as a form."""
    return urlencode(parse(content)).encode()


_WRITERS: Final[Mapping[MediaType, Callable[[bytes], bytes]]] = {
    "application/json": bytes,
    "application/x-www-form-urlencoded": _to_form,
}


@cache
def _template(path: str) -> tuple[tuple[str, str], ...]:
    """Return a path template as pairs of literal text and the field that follows it."""
    pieces = [piece.partition("}") for piece in path.split("{")]
    names = [name for name, _, _ in pieces[1:]]
    texts = [pieces[0][0], *(text for _, _, text in pieces[1:])]
    return tuple(zip(texts, [*names, ""], strict=True))


def _encode_segment(name: str, value: object, issues: list[Issue]) -> str:
    found = [*find_segment_issues(name, value)]
    issues += found
    return "" if found else quote(str.__str__(cast("str", value)), safe=_SAFE_IN_SEGMENT)
