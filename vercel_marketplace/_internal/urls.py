"""URLs of servers: checked, and split in two around the path of an operation. Pure."""

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit

from vercel_marketplace._internal.describe import describe
from vercel_marketplace._internal.lazy import LazyModule

if TYPE_CHECKING:
    from vercel_marketplace import errors
else:
    errors = LazyModule("vercel_marketplace.errors")  # attrs comes with it

_SAFE: Final = "/%:@!$&'()*+,;=~"
_UNSAFE: Final = re.compile(r"[\s\\\x00-\x1f\x7f-\x9f]")
_NETLOC: Final = re.compile(r"([A-Za-z0-9._~-]+|\[[0-9A-Za-z:.%]+\])(:[0-9]*)?")
_VERSION: Final = re.compile(r".*/(v[0-9]+)")


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
    if _UNSAFE.search(url):
        msg = "server_url must not contain white space, control characters or backslashes"
        raise errors.InvalidRequestError(msg)
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
        path = quote(parts.path, safe=_SAFE).rstrip("/")
        query = quote(parts.query, safe=_SAFE + "?")
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
