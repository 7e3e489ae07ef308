"""Where a request goes and in whose name: the server, the token, a user's headers. Pure.

Making a client checks its settings here, so what attrs is needed for comes on first use.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import quote, urlsplit

from vercel_marketplace._internal.describe import describe
from vercel_marketplace._internal.lazy import LazyModule

if TYPE_CHECKING:
    from vercel_marketplace import errors
else:
    errors = LazyModule("vercel_marketplace.errors")

_SAFE_IN_URL: Final = "/%:@!$&'()*+,;=~"

_UNSAFE_IN_SERVER_URL: Final = re.compile(r"[\s\\\x00-\x1f\x7f-\x9f]")
_NETLOC: Final = re.compile(r"([A-Za-z0-9._~-]+|\[[0-9A-Za-z:.%]+\])(:[0-9]*)?")
_VERSION: Final = re.compile(r".*/(v[0-9]+)")
_HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE: Final = re.compile(r"([\x21-\x7e]([\t\x20-\x7e]*[\x21-\x7e])?)?")

# The transport sets these; another value would let a second request be smuggled in.
_FRAMING: Final = frozenset(
    {"connection", "content-length", "host", "te", "trailer", "transfer-encoding", "upgrade"}
)


# Server URLs -------------------------------------------------------------------------


def split_server_url(server_url: object) -> tuple[str, str]:
    """Return what comes before an operation's path, and the query that comes after it.

    Raises:
        InvalidRequestError: It is not a valid URL of a server, or ends in a version.
    """
    base, query = split_url(server_url)
    version = _VERSION.fullmatch(base)
    if version is not None:
        msg = (
            f'server_url must not end in "/{version[1]}": each operation adds the version of the '
            "API itself, so leave it out"
        )
        raise errors.InvalidRequestError(msg)
    return base, query


def split_url(url: object) -> tuple[str, str]:
    """Return the part of a URL that comes before a path below it, and its query.

    Nothing is repaired: a URL that another parser could read in another way is refused.

    Raises:
        InvalidRequestError: It is not an absolute http(s) URL, or has a user, password or
            fragment. The message calls it `server_url`.
    """
    if not isinstance(url, str):
        msg = f"server_url must be a str, got {describe(url)}"
        raise errors.InvalidRequestError(msg)
    return _split(url)


@lru_cache(maxsize=128)
def _split(url: str) -> tuple[str, str]:
    if _UNSAFE_IN_SERVER_URL.search(url):
        msg = "server_url must not contain white space, control characters or backslashes"
        raise errors.InvalidRequestError(msg)
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
        path = quote(parts.path, safe=_SAFE_IN_URL).rstrip("/")
        query = quote(parts.query, safe=_SAFE_IN_URL + "?")
    except ValueError:
        msg = "server_url is not a valid URL"
        raise errors.InvalidRequestError(msg) from None
    if parts.scheme not in {"http", "https"} or not host:
        msg = "server_url must be an absolute http or https URL, such as https://api.vercel.com"
        raise errors.InvalidRequestError(msg)
    if not _NETLOC.fullmatch(parts.netloc):
        msg = "server_url must name a host and at most a port: no user, no password"
        raise errors.InvalidRequestError(msg)
    if "#" in url:
        msg = "server_url must not have a fragment (#), which is never sent"
        raise errors.InvalidRequestError(msg)
    return f"{parts.scheme}://{parts.netloc}{path}", f"?{query}" if query else ""


# Headers -----------------------------------------------------------------------------


def make_authorization(token: object) -> str:
    """Return the `authorization` header for a token, which may already start with `Bearer `.

    White space around a token, such as the line break at the end of a file, is not part of it.

    Raises:
        InvalidRequestError: There is no token, or one that no header can hold.
    """
    if token is None:
        token = ""
    if not isinstance(token, str):
        msg = f"bearer_token must be a str, got {describe(token)}"
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
    for name, value in cast("Mapping[Any, Any]", headers).items():
        if not isinstance(name, str) or not _HEADER_NAME.fullmatch(name):
            msg = "headers: invalid header name"
            raise errors.InvalidRequestError(msg)
        if name.lower() in _FRAMING:
            msg = f"headers: {name} is set by the transport and cannot be overridden"
            raise errors.InvalidRequestError(msg)
        if not isinstance(value, str) or not _HEADER_VALUE.fullmatch(value):
            msg = (
                f"headers: the value of {name} must be a str of printable ASCII, without white "
                "space at either end"
            )
            raise errors.InvalidRequestError(msg)
