"""The requests that Vercel sends to a partner. Pure."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote, urlencode

from vercel_marketplace._internal.schema import arms_of, fields_of, is_list
from vercel_marketplace._internal.validation import find_segment_issues
from vercel_marketplace.http import Headers, HTTPRequest
from vercel_marketplace.models.dicts import to_dict
from vercel_marketplace.partner.operation import IDEMPOTENCY_KEY, JSON, AnyPartnerOperation
from vercel_marketplace.tokens.claims import AUTH_HEADER, TokenKind

_PARAMETER: Final = re.compile(r"{(\w+)}")


def build_request(  # noqa: PLR0913 (keywords, and each is a part of the request)
    operation: AnyPartnerOperation,
    request: Any,
    server: tuple[str, str],
    *,
    token: str | None,
    kind: TokenKind,
    idempotency_key: str,
    timeout: float,
) -> HTTPRequest:
    """Return the HTTP request of an operation.

    Args:
        operation: The operation.
        request: The request, of the operation's class.
        server: The base URL, and the query after the path.
        token: The bearer token; `None` for a request without one.
        kind: Whether the token is a user's or Vercel's own.
        idempotency_key: Identifies retries of a request that changes something.
        timeout: Seconds that it may take.

    Raises:
        SDKValidationError: A value is not of its field's type.
        ValueError: A path parameter is not a valid path segment.
    """
    path = _PARAMETER.sub(lambda match: _segment(match[1], request), operation.path)
    properties = to_dict(request)
    headers = {"accept": ", ".join(operation.media_types), AUTH_HEADER: kind}
    if token is not None:
        headers["authorization"] = f"Bearer {token}"
    if operation.writes:
        headers[IDEMPOTENCY_KEY] = idempotency_key
    content = None
    if operation.body:
        headers["content-type"] = JSON
        names = {field.wire_name for field in operation.body}
        body = {name: value for name, value in properties.items() if name in names}
        content = json.dumps(body).encode()
    base, base_query = server
    query = urlencode([*_parameters(operation, properties)])
    separator = "&" if base_query else "?"
    return HTTPRequest(
        method=operation.method,
        url=f"{base}{path}{base_query}{separator + query if query else ''}",
        headers=Headers(headers),
        content=content,
        timeout=timeout,
    )


def _segment(name: str, request: object) -> str:
    value = getattr(request, name)
    if any(find_segment_issues(name, value)):
        msg = f"{name} must not be {value!r}: not a valid path segment"
        raise ValueError(msg)
    return quote(value, safe="")


def _parameters(
    operation: AnyPartnerOperation, properties: dict[str, Any]
) -> Iterator[tuple[str, str]]:
    """Yield the parameters of the query: one per entry of a list, and anything else as JSON."""
    request: Any = operation.request
    for field in fields_of(request):
        value = properties.get(field.wire_name)
        if field.name not in operation.query or value is None:
            continue
        is_repeated = any(map(is_list, arms_of(field.kind)))
        values = value if is_repeated else [json.dumps(value)]
        yield from ((field.wire_name, one) for one in values)
