"""`RequestLog`: the newest requests of a kind, such as those that reached an emulator."""

import sys
from collections import deque
from datetime import datetime
from threading import Lock
from typing import Final, Generic, Protocol, TypeVar

from attrs import Attribute, define, field, frozen

from vercel_marketplace.http import HTTPRequest, HTTPResponse

DEFAULT_MAX_REQUESTS: Final = 1000
DEFAULT_MAX_BYTES: Final = 16_000_000  # more than the longest request that the server accepts

# About what CPython adds: the objects around a request, and around each of its headers.
_REQUEST_OVERHEAD: Final = 300
_HEADER_OVERHEAD: Final = 50

_FIRST_ERROR: Final = 400
_MAX_REFUSAL_CHARS: Final = 1000


def _check_limit(_: object, attribute: "Attribute[int]", value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        msg = f"{attribute.name} must be a whole number of at least 0, got {value!r}"
        raise ValueError(msg)


@frozen(kw_only=True)
class LogLimits:
    """What a log keeps at most: the newest requests within both limits.

    Attributes:
        max_logged_requests: The number of requests.
        max_logged_bytes: Bytes of memory, of all requests together. A request that is larger by
            itself is not kept.

    Raises:
        ValueError: A limit is not a whole number of at least 0.
    """

    max_logged_requests: int = field(default=DEFAULT_MAX_REQUESTS, validator=_check_limit)
    max_logged_bytes: int = field(default=DEFAULT_MAX_BYTES, validator=_check_limit)


@define(eq=False)
class LogEntry:
    """A request that reached an emulator, and what became of it.

    Attributes:
        request: The request.
        at: When it arrived, by the clock.
        id: The id of the response, which is in its `x-vercel-id`; `None` if there was none.
        status: The status of the response; `None` if there was none.
        refusal: The body of the response, if that is an error; at most 1,000 characters.
    """

    request: HTTPRequest
    at: datetime
    id: str | None = None
    status: int | None = None
    refusal: str = ""

    @property
    def size(self) -> int:
        """Bytes of memory, about."""
        return size_of(self.request)

    def note(self, response: HTTPResponse | None) -> None:
        """Note what the request was responded with."""
        if response is not None:
            self.id, self.status = response.headers.get("x-vercel-id"), response.status_code
            if response.status_code >= _FIRST_ERROR:
                self.refusal = response.text[:_MAX_REFUSAL_CHARS]


class Sized(Protocol):
    """What a log can keep.

    Attributes:
        size: Bytes of memory, about.
    """

    @property
    def size(self) -> int: ...  # noqa: D102 (see above)


T = TypeVar("T", bound=Sized)


class RequestLog(Generic[T]):
    """Requests, in order."""

    def __init__(self) -> None:
        self._entries: deque[T] = deque()
        self._bytes = 0
        self._lock = Lock()

    def append(self, entry: T, limits: LogLimits | None = None) -> None:
        """Add a request, and drop the oldest ones that are then beyond the limits.

        Args:
            entry: The request.
            limits: The limits; everything is kept if omitted.
        """
        with self._lock:
            self._entries.append(entry)
            self._bytes += entry.size
            while limits and self._entries and self._exceeds(limits):
                self._bytes -= self._entries.popleft().size

    def clear(self) -> None:
        """Forget all requests."""
        with self._lock:
            self._entries.clear()
            self._bytes = 0

    def snapshot(self) -> list[T]:
        """Return the requests that are kept now."""
        with self._lock:
            return list(self._entries)

    def _exceeds(self, limits: LogLimits) -> bool:
        return (
            len(self._entries) > limits.max_logged_requests or self._bytes > limits.max_logged_bytes
        )


def size_of(request: HTTPRequest) -> int:
    """Return how many bytes of memory a request occupies, about."""
    texts = [text for header in request.headers.items() for text in header]
    return (
        sum(map(sys.getsizeof, [request.url, request.content, *texts]))
        + _REQUEST_OVERHEAD
        + _HEADER_OVERHEAD * len(request.headers)
    )
