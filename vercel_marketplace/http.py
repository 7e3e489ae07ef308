"""The SDK's own request and response, and what may send the one and return the other.

Requests and responses are plain values without I/O, so that neither httpx nor any other client
leaks into hooks, results and errors.
"""

import re
from collections.abc import Awaitable, Callable, ItemsView, Iterable, Iterator, Mapping
from typing import Any, Protocol, TypeAlias, cast

from attrs import field, frozen

from vercel_marketplace._internal.describe import describe, is_secret_header, repr_url
from vercel_marketplace._internal.seconds import parse_date


class Headers(Mapping[str, str]):
    """HTTP headers: an immutable mapping that ignores the case of names.

    Names are kept in lower case. A name that occurs several times has its values
    joined by a comma, as RFC 9110 section 5.3 allows.

    ```python
    headers = Headers({"X-Vercel-Id": "iad1::abc"})
    headers["x-vercel-id"]  # "iad1::abc"
    headers | {"traceparent": "00-…"}  # a copy with one more
    ```
    """

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[str, str] | Iterable[tuple[str, str]] = ()) -> None:
        merged: dict[str, str] = {}
        for name, value in _pairs(items):
            key = name.lower()
            merged[key] = f"{merged[key]}, {value}" if key in merged else value
        self._items = merged

    # Two that Mapping has already, by way of exceptions.

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._items

    def items(self) -> ItemsView[str, str]:
        """Return the names, in lower case, and the values."""
        return self._items.items()

    def __getitem__(self, name: str) -> str:
        return self._items[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __or__(self, other: Mapping[str, str]) -> "Headers":
        """Return a copy in which the headers of `other` replace those of the same name."""
        merged = Headers()
        merged._items.update(self._items)
        merged._items.update((name.lower(), value) for name, value in other.items())
        return merged

    def __eq__(self, other: object) -> bool:
        """Whether the names, in any case, and values of another mapping are the same."""
        if isinstance(other, Headers):
            return self._items == other._items
        if not isinstance(other, Mapping):
            return NotImplemented
        items = cast("Any", other).items()
        return self._items == {str(name).lower(): value for name, value in items}

    def __hash__(self) -> int:
        return hash(frozenset(self._items.items()))

    def __reduce__(self) -> tuple[type["Headers"], tuple[dict[str, str]]]:
        return Headers, (self._items,)

    def __repr__(self) -> str:
        shown = {k: "***" if is_secret_header(k) else v for k, v in self._items.items()}
        return f"Headers({shown})"


def _pairs(items: Any) -> Iterable[tuple[str, str]]:
    if type(items) is not list and isinstance(items, Mapping):  # a response has a list
        return cast("Mapping[str, str]", items).items()
    if isinstance(items, str | bytes) or not isinstance(items, Iterable):
        msg = f"headers must be a mapping or a list of pairs, got {describe(items)}"
        raise TypeError(msg)
    return cast("Iterable[tuple[str, str]]", items)


def _as_headers(headers: Mapping[str, str]) -> Headers:
    return headers if isinstance(headers, Headers) else Headers(headers)


def _check_content(_instance: object, _attribute: object, value: Any) -> None:
    if not (value is None or isinstance(value, bytes)):
        msg = f"content must be bytes, got {describe(value)}"
        raise TypeError(msg)


def _check_status_code(_instance: object, _attribute: object, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        msg = f"status_code must be an int, got {describe(value)}"
        raise TypeError(msg)


@frozen(kw_only=True)
class HTTPRequest:
    """One request as it goes to a transport.

    Attributes:
        method: The HTTP method, in capitals.
        url: The absolute URL, percent-encoded. `repr` hides its query, which may be a key.
        headers: What is sent in addition to the framing (`host`, `content-length`,
            `accept-encoding`), which belongs to the transport. The `authorization`
            header is in here; `repr` hides it.
        content: The body; `None` for a method that has none. Left out of `repr`,
            for it may hold secrets.
        timeout: Seconds that this attempt may take; `math.inf` or `None` for no limit.
    """

    method: str
    url: str = field(repr=repr_url)
    headers: Headers = field(factory=Headers, converter=_as_headers)
    content: bytes | None = field(default=None, repr=False, validator=_check_content)
    timeout: float | None = None

    @property
    def host(self) -> str:
        """Where the request goes: the host of the URL, with a port if there is one."""
        return re.split(r"[/?#]", self.url.partition("://")[2])[0].rpartition("@")[2]


@frozen
class HTTPResponse:
    """One response as it comes from a transport.

    Attributes:
        status_code: The HTTP status; 0 without a response (an `Ok` made by hand).
        headers: The response headers.
        content: The body, with any content encoding undone. Left out of `repr`,
            for it may hold tokens.
    """

    status_code: int = field(validator=_check_status_code)
    headers: Headers = field(factory=Headers, converter=_as_headers, kw_only=True)
    content: bytes = field(default=b"", repr=False, kw_only=True, validator=_check_content)

    @property
    def request_id(self) -> str | None:
        """`X-Vercel-Id`: what Vercel's support asks for."""
        return self.headers.get("x-vercel-id")

    @property
    def date(self) -> float | None:
        """`Date`, the time by the server's clock, in epoch seconds; `None` if there is none."""
        return parse_date(self.headers.get("date"))

    @property
    def text(self) -> str:
        """The body as text; what is not UTF-8 in it becomes U+FFFD."""
        return self.content.decode("utf-8-sig", errors="replace")


class Transport(Protocol):
    """Anything that returns an `HTTPResponse` for an `HTTPRequest`.

    `send` may be an async function or a plain one. It raises
    `vercel_marketplace.errors.ConnectionError` or `RequestTimeoutError` when there is no
    response: those two are what the SDK may retry. A transport may also have an async
    `sleep(seconds)`, which is called for the waits between attempts.
    """

    def send(self, request: HTTPRequest, /) -> HTTPResponse | Awaitable[HTTPResponse]:
        """Send the request and return the response."""
        ...


TransportFunction: TypeAlias = Callable[[HTTPRequest], HTTPResponse | Awaitable[HTTPResponse]]
"""A transport that is a function: the `send` of one."""


class _HTTPClient(Protocol):
    def build_request(
        self, method: str, url: str, *, content: Any, headers: Any, timeout: Any
    ) -> Any:
        """Build a request of the client's own."""
        ...

    def send(self, request: Any, *, stream: bool, auth: Any, follow_redirects: bool) -> Any:
        """Send such a request and return the response, or an awaitable of it."""
        ...


class SyncHTTPClient(_HTTPClient, Protocol):
    """An `httpx.Client`, or a client of another library that has its methods."""

    def close(self) -> None:
        """Close the connections; the SDK never does."""
        ...


class AsyncHTTPClient(_HTTPClient, Protocol):
    """An `httpx.AsyncClient`, or a client of another library that has its methods."""

    async def aclose(self) -> None:
        """Close the connections; the SDK never does."""
        ...
