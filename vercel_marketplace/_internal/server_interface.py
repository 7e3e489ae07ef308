"""What the two server interfaces, ASGI and WSGI, have in common. Pure."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Final
from urllib.parse import quote, unquote

from vercel_marketplace.http import HTTPResponse

FRAMING: Final = frozenset(
    {"accept-encoding", "connection", "content-length", "host", "transfer-encoding"}
)
"""Headers that the connection sets; an `HTTPRequest` has none of them."""

_BODILESS: Final = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})


def body_to_send(response: HTTPResponse, method: str) -> bytes:
    """Return the body of a response; that to HEAD has none, nor has a 204 or 304."""
    return b"" if method == "HEAD" or response.status_code in _BODILESS else response.content


def headers_to_send(response: HTTPResponse, method: str) -> Mapping[str, str]:
    """Return the headers of a response, with the length of its body."""
    # An empty response to HEAD does not say how long that to GET would be.
    if response.status_code in _BODILESS or not (response.content or method != "HEAD"):
        return response.headers
    return response.headers | {"content-length": str(len(response.content))}


def choose_path(raw: str | None, path: str, *, mount: str) -> str:
    """Return the path of a request below where the application is mounted, percent-encoded.

    An id may hold a slash, so it is the path as it was sent that counts, where the server passes
    it on. Some frameworks take the mount off the decoded path alone, and say no more of it.

    Args:
        raw: The path as it was sent; `None` where that is not known.
        path: The decoded path.
        mount: The decoded path that the application is mounted at; empty for the root.
    """
    chosen = quote(path) if raw is None else raw.partition("?")[0]
    if not chosen.startswith("/"):  # the absolute form of RFC 9112 section 3.2.2, or `*`
        chosen = f"/{chosen.partition('://')[2].partition('/')[2] or chosen}"
    for below in _suffixes(chosen):
        if unquote(below).rstrip("/") == path.rstrip("/"):  # Litestar adds a slash to the path
            chosen = below
            break
    return _without_mount(chosen, mount.rstrip("/"))


def _suffixes(path: str) -> Iterator[str]:
    """Yield the parts of a path that begin with a slash, the longest first."""
    start = 0
    while start != -1:
        yield path[start:]
        start = path.find("/", start + 1)


def _without_mount(path: str, mount: str) -> str:
    """Return a path without the one that it begins with, whatever the escapes of that."""
    for below in (*_suffixes(path), ""):
        if unquote(path.removesuffix(below)) == mount:
            return below or "/"
    return path
