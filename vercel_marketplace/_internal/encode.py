"""A request model becomes an `HTTPRequest`. Pure."""

import json
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any, cast
from urllib.parse import quote, urlsplit

from vercel_marketplace._internal.checking import conforms, explain, is_text
from vercel_marketplace._internal.operation import AnyOperation
from vercel_marketplace._internal.shapes import describe, fields_of
from vercel_marketplace.errors import InvalidRequestError, Issue, SDKValidationError
from vercel_marketplace.http import Headers, HTTPRequest

# What JavaScript's encodeURIComponent leaves alone, beside what `quote` does.
_SAFE_IN_SEGMENT = "!*'()"
_SAFE_IN_BASE = "/%:@!$&'()*+,;=~"
_JSON = "application/json"

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e]*")

# These frame the request; another value would let a second one be smuggled in.
_FRAMING = frozenset(
    {"connection", "content-length", "host", "te", "trailer", "transfer-encoding", "upgrade"}
)


def split_server_url(server_url: object) -> tuple[str, str]:
    """What comes before an operation's path, and the query that comes after it.

    Raises:
        InvalidRequestError: It is not an absolute http(s) URL, or carries a password.
    """
    if not isinstance(server_url, str):
        msg = f"server_url must be a str, not {describe(server_url)}"
        raise InvalidRequestError(msg)
    return _split(server_url)


@lru_cache(maxsize=128)
def _split(server_url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(server_url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        msg = "server_url is not a URL"
        raise InvalidRequestError(msg) from None
    if parts.scheme not in {"http", "https"} or not host:
        msg = "server_url must be an absolute http or https URL, such as https://api.vercel.com"
        raise InvalidRequestError(msg)
    if "@" in parts.netloc or not _HEADER_VALUE.fullmatch(parts.netloc) or " " in parts.netloc:
        msg = "server_url must name a host and, if need be, a port; no user, no password"
        raise InvalidRequestError(msg)
    path = quote(parts.path, safe=_SAFE_IN_BASE).rstrip("/")
    query = quote(parts.query, safe=_SAFE_IN_BASE + "?")
    return f"{parts.scheme}://{parts.netloc}{path}", f"?{query}" if query else ""


@cache
def _template(path: str) -> tuple[tuple[str, str], ...]:
    """A path template as pairs of literal text and the field that follows it."""
    pieces = [piece.partition("}") for piece in path.split("{")]
    names = [name for name, _, _ in pieces[1:]]
    texts = [pieces[0][0], *(text for _, _, text in pieces[1:])]
    return tuple(zip(texts, [*names, ""], strict=True))


def encode_path(operation: AnyOperation, request: object) -> str:
    """The path of a request, each parameter escaped as one segment.

    Raises:
        SDKValidationError: A parameter is not a string, is empty, or would climb (`..`).
    """
    path = ""
    issues: list[Issue] = []
    for text, name in _template(operation.path):
        path += text
        if not name:
            continue
        value = getattr(request, name)
        if not is_text(value):
            issues.append(Issue(name, f"expected a string, got {describe(value)}"))
        elif value in {"", ".", ".."}:
            issues.append(Issue(name, f'must not be "{value}": it would name another path'))
        else:
            path += quote(value, safe=_SAFE_IN_SEGMENT)
    if issues:
        raise _invalid(operation, issues)
    return path


@cache
def _writer_for(model: Any) -> Any:
    from vercel_marketplace._internal import converter  # noqa: PLC0415 (loads cattrs)

    return converter.fast().get_unstructure_hook(model)


def _write(model: Any) -> Any:
    return _writer_for(cast("Any", type(model)))(model)


_encoder = json.JSONEncoder(
    ensure_ascii=False,
    allow_nan=False,
    check_circular=False,
    separators=(",", ":"),
    default=_write,
)


def encode_body(operation: AnyOperation, request: object) -> bytes | None:
    """The body of a request: `None` for a method without, empty where it is left out.

    Raises:
        SDKValidationError: A value is not what the contract asks for.
    """
    if operation.body is None:
        return None
    if operation.body == "*":
        path, kind, value = "", operation.request, request
    else:
        path, kind = operation.body, _kind_of_field(cast("Any", operation.request), operation.body)
        value = getattr(request, path)
    if conforms(kind, [value]):
        if value is None:
            return b""
        try:
            return _encoder.encode(value).encode()
        except UnicodeEncodeError:
            pass  # a lone surrogate; explained below
    raise _invalid(operation, list(explain(kind, value, path)))


@cache
def _kind_of_field(request: Any, name: str) -> Any:
    return next(field.kind for field in fields_of(request) if field.name == name)


def encode(
    operation: AnyOperation,
    request: object,
    *,
    server_url: str,
    user_agent: str,
    timeout: float | None,
) -> HTTPRequest:
    """The request as it goes out, but for its token and the headers of one call.

    Raises:
        SDKValidationError: The request is not what the contract asks for.
        InvalidRequestError: The server URL is none.
    """
    if type(request) is not operation.request:
        expected = f"expected {operation.request.__name__}, got {describe(request)}"
        raise _invalid(operation, [Issue("request", expected)])
    base, query = split_server_url(server_url)
    path = encode_path(operation, request)
    content = encode_body(operation, request)
    headers = {"accept": _JSON if operation.response else "*/*", "user-agent": user_agent}
    if content:
        headers["content-type"] = _JSON
    return HTTPRequest(
        method=operation.method,
        url=f"{base}{path}{query}",
        headers=Headers(headers),
        content=content,
        timeout=timeout,
    )


def authorization(token: object) -> str:
    """The `authorization` header for a token, which may carry its `Bearer ` already.

    Raises:
        InvalidRequestError: There is no token, or one that no header can hold.
    """
    if token is None:
        token = ""
    if not isinstance(token, str):
        msg = f"bearer_token must be a str, not {describe(token)}"
        raise InvalidRequestError(msg)
    token = token.strip()
    if not token:
        msg = "no bearer token: pass bearer_token= or set VERCEL_TOKEN"
        raise InvalidRequestError(msg)
    if not _HEADER_VALUE.fullmatch(token):
        msg = "bearer_token has a character that no header can hold (a line break?)"
        raise InvalidRequestError(msg)
    return token if token[:7].lower() == "bearer " else f"Bearer {token}"


def checked_headers(headers: Mapping[str, str]) -> Headers:
    """The headers a user adds to one call.

    Raises:
        InvalidRequestError: A header can not be sent, or would change the framing.
    """
    if not isinstance(headers, Mapping):
        msg = f"headers must be a mapping of str to str, not {describe(headers)}"
        raise InvalidRequestError(msg)
    for name, value in cast("Mapping[Any, Any]", headers).items():
        if not isinstance(name, str) or not _HEADER_NAME.fullmatch(name):
            msg = f"headers: {name!r} is not the name of a header"
            raise InvalidRequestError(msg)
        if name.lower() in _FRAMING:
            msg = f"headers: {name} frames the request and can not be set"
            raise InvalidRequestError(msg)
        if not isinstance(value, str) or not _HEADER_VALUE.fullmatch(value):
            msg = f"headers: the value of {name} must be a str of printable ASCII"
            raise InvalidRequestError(msg)
    return Headers(headers)


def _invalid(operation: AnyOperation, issues: list[Issue]) -> SDKValidationError:
    more = f" (and {len(issues) - 1} more: see error.issues)" if len(issues) > 1 else ""
    return SDKValidationError(f"{issues[0]}{more}", issues=tuple(issues), operation_id=operation.id)
