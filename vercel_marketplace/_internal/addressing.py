"""Where a request goes and in whose name: the server, the token, a user's headers. Pure.

Making a client checks its settings here, so what attrs is needed for comes on first use.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote, urlsplit

from vercel_marketplace._internal.lazy import LazyModule

if TYPE_CHECKING:
    from vercel_marketplace import errors
else:
    errors = LazyModule("vercel_marketplace.errors")

_SAFE_IN_BASE = "/%:@!$&'()*+,;=~"

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
        msg = f"server_url must be a str, not {type(server_url).__name__}"
        raise errors.InvalidRequestError(msg)
    return _split(server_url)


@lru_cache(maxsize=128)
def _split(server_url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(server_url)
        host, _ = parts.hostname, parts.port
        path = quote(parts.path, safe=_SAFE_IN_BASE).rstrip("/")
        query = quote(parts.query, safe=_SAFE_IN_BASE + "?")
    except ValueError:
        msg = "server_url is not a URL"
        raise errors.InvalidRequestError(msg) from None
    if parts.scheme not in {"http", "https"} or not host:
        msg = "server_url must be an absolute http or https URL, such as https://api.vercel.com"
        raise errors.InvalidRequestError(msg)
    if "@" in parts.netloc or not _HEADER_VALUE.fullmatch(parts.netloc) or " " in parts.netloc:
        msg = "server_url must name a host and, if need be, a port; no user, no password"
        raise errors.InvalidRequestError(msg)
    return f"{parts.scheme}://{parts.netloc}{path}", f"?{query}" if query else ""


def authorization(token: object) -> str:
    """The `authorization` header for a token, which may carry its `Bearer ` already.

    Raises:
        InvalidRequestError: There is no token, or one that no header can hold.
    """
    if token is None:
        token = ""
    if not isinstance(token, str):
        msg = f"bearer_token must be a str, not {type(token).__name__}"
        raise errors.InvalidRequestError(msg)
    token = token.strip()
    if not token:
        msg = "no bearer token: pass bearer_token= or set VERCEL_TOKEN"
        raise errors.InvalidRequestError(msg)
    if not _HEADER_VALUE.fullmatch(token):
        msg = "bearer_token has a character that no header can hold (a line break?)"
        raise errors.InvalidRequestError(msg)
    return token if token[:7].lower() == "bearer " else f"Bearer {token}"


def check_headers(headers: Mapping[str, str]) -> None:
    """Refuse headers that a user may not add to a request.

    Raises:
        InvalidRequestError: A header cannot be sent, or would change the framing.
    """
    if not isinstance(headers, Mapping):
        msg = f"headers must be a mapping of str to str, not {type(headers).__name__}"
        raise errors.InvalidRequestError(msg)
    for name, value in cast("Mapping[Any, Any]", headers).items():
        if not isinstance(name, str) or not _HEADER_NAME.fullmatch(name):
            msg = "headers: invalid header name"
            raise errors.InvalidRequestError(msg)
        if name.lower() in _FRAMING:
            msg = f"headers: {name} is set by the transport and cannot be overridden"
            raise errors.InvalidRequestError(msg)
        if not isinstance(value, str) or not _HEADER_VALUE.fullmatch(value):
            msg = f"headers: the value of {name} must be a str of printable ASCII"
            raise errors.InvalidRequestError(msg)
