"""Pools of httpcore's connections, put where httpx's transports keep theirs.

A connection is in one pair of hands at a time: taken out of its pool for a call, and put back
once the response was read whole. So no call looks at the connections of all others, as in
httpcore's own pool, and no thread closes a connection that another is about to use.

A pool has no bound of its own. It opens a connection to a server only where none is idle, so
there are never more of them than calls were in flight at once.
"""

import ssl
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any, Generic, TypeVar

import anyio
import httpcore

from vercel_marketplace._internal.transports.progress import Progress
from vercel_marketplace._internal.transports.streams import AsyncBackend, Backend

# Servers end idle connections, Node.js and uvicorn after 5 seconds, most others later. Ours end
# first: the outcome of a request that crosses the end of its connection is unknown.
KEEPALIVE_SECONDS = 4.0

PROGRESS = "vercel_marketplace.progress"
"""The extension of a request that has its `Progress`."""

C = TypeVar("C", "Connection", "AsyncConnection")


class Connection(httpcore.HTTPConnection):
    """A blocking connection that notes how far its request has got."""

    def __init__(self, origin: httpcore.Origin, context: ssl.SSLContext) -> None:
        """Keep where it goes; it is opened for its first request."""
        self._backend = Backend()
        super().__init__(
            origin,
            ssl_context=context,
            keepalive_expiry=KEEPALIVE_SECONDS,
            network_backend=self._backend,
        )

    def handle_request(self, request: httpcore.Request) -> httpcore.Response:
        """Send a request."""
        self._backend.progress = _progress_of(request)
        return super().handle_request(request)


class AsyncConnection(httpcore.AsyncHTTPConnection):
    """An async connection that notes how far its request has got."""

    def __init__(self, origin: httpcore.Origin, context: ssl.SSLContext) -> None:
        """Keep where it goes; it is opened for its first request."""
        self._backend = AsyncBackend()
        super().__init__(
            origin,
            ssl_context=context,
            keepalive_expiry=KEEPALIVE_SECONDS,
            network_backend=self._backend,
        )

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        """Send a request."""
        self._backend.progress = _progress_of(request)
        return await super().handle_async_request(request)


class ConnectionPool:
    """A last-in-first-out pool of blocking connections, for any number of threads."""

    def __init__(self, context: ssl.SSLContext) -> None:
        """Keep the TLS context; nothing is opened yet."""
        self._context = context
        self._idle = _IdleConnections[Connection]()
        self._is_closed = False

    def handle_request(self, request: httpcore.Request) -> httpcore.Response:
        """Send a request over the connection that was used last, or over a new one."""
        origin = request.url.origin
        while True:
            while expired := self._idle.pop_expired():
                expired.close()
            connection = self._idle.pop(origin) or Connection(origin, self._context)
            try:
                response = connection.handle_request(request)
            except httpcore.ConnectionNotAvailable:
                continue  # it was not silent, and nothing has been sent over it
            except BaseException:
                connection.close()
                raise
            finish = partial(self._finish, origin, connection, response.stream)
            response.stream = _Body(response.stream, finish)
            return response

    def close(self) -> None:
        """Close the idle connections now, and those in use when their responses are."""
        self._is_closed = True
        while connection := self._idle.pop_any():
            connection.close()

    def _finish(self, origin: httpcore.Origin, connection: Connection, stream: Any) -> None:
        """End a response, and keep its connection if it can be used again."""
        try:
            stream.close()
        except BaseException:
            connection.close()
            raise
        if connection.is_idle() and not connection.has_expired():
            self._idle.add(origin, connection)
        else:
            connection.close()
        if self._is_closed:
            self.close()


class AsyncConnectionPool:
    """A last-in-first-out pool of async connections, for one event loop."""

    def __init__(self, context: ssl.SSLContext) -> None:
        """Keep the TLS context; nothing is opened yet."""
        self._context = context
        self._idle = _IdleConnections[AsyncConnection]()
        self._is_closed = False

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        """Send a request over the connection that was used last, or over a new one."""
        origin = request.url.origin
        while True:
            while expired := self._idle.pop_expired():
                await expired.aclose()
            connection = self._idle.pop(origin) or AsyncConnection(origin, self._context)
            try:
                response = await connection.handle_async_request(request)
            except httpcore.ConnectionNotAvailable:
                continue  # it was not silent, and nothing has been sent over it
            except BaseException:
                with anyio.CancelScope(shield=True):
                    await connection.aclose()
                raise
            finish = partial(self._finish, origin, connection, response.stream)
            response.stream = _AsyncBody(response.stream, finish)
            return response

    async def aclose(self) -> None:
        """Close the idle connections now, and those in use when their responses are."""
        self._is_closed = True
        while connection := self._idle.pop_any():
            await connection.aclose()

    async def _finish(
        self, origin: httpcore.Origin, connection: AsyncConnection, stream: Any
    ) -> None:
        """End a response, and keep its connection if it can be used again."""
        with anyio.CancelScope(shield=True):
            try:
                await stream.aclose()
            except BaseException:
                await connection.aclose()
                raise
            if connection.is_idle() and not connection.has_expired():
                self._idle.add(origin, connection)
            else:
                await connection.aclose()
            if self._is_closed:
                await self.aclose()


def _progress_of(request: Any) -> Progress:
    """Return where to note what happens to a request, which may be nowhere."""
    return request.extensions.get(PROGRESS) or Progress()


class _IdleConnections(Generic[C]):
    """The idle connections of a pool, by server: the oldest on the left, the newest on the right.

    Threads share them without a lock, which a signal handler that raises could leave taken
    forever. Each step is atomic, and whoever gets a connection out is the only one to have it. At
    worst an interrupt loses a connection, which the garbage collector then closes.
    """

    def __init__(self) -> None:
        self._by_origin: dict[str, deque[C]] = {}

    def add(self, origin: httpcore.Origin, connection: C) -> None:
        """Add a connection that was used just now."""
        self._by_origin.setdefault(str(origin), deque()).append(connection)

    def pop(self, origin: httpcore.Origin) -> C | None:
        """Take out the connection to a server that was used last."""
        with suppress(KeyError, IndexError):
            return self._by_origin[str(origin)].pop()
        return None

    def pop_expired(self) -> C | None:
        """Take out a connection of which the time is up."""
        for idle in list(self._by_origin.values()):
            with suppress(IndexError, ValueError):  # there is none, another thread has taken it
                oldest = idle[0]
                if oldest.has_expired():
                    idle.remove(oldest)
                    return oldest
        return None

    def pop_any(self) -> C | None:
        """Take out a connection."""
        for idle in list(self._by_origin.values()):
            with suppress(IndexError):
                return idle.pop()
        return None


class _Body:
    """The body of a response."""

    def __init__(self, stream: Any, finish: Callable[[], None]) -> None:
        self._stream = stream
        self._finish: Callable[[], None] | None = finish

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._stream)

    def close(self) -> None:
        """Give the connection back, once."""
        finish, self._finish = self._finish, None
        if finish is not None:
            finish()


class _AsyncBody:
    """The body of a response."""

    def __init__(self, stream: Any, finish: Callable[[], Awaitable[None]]) -> None:
        self._stream = stream
        self._finish: Callable[[], Awaitable[None]] | None = finish

    def __aiter__(self) -> AsyncIterator[bytes]:
        return aiter(self._stream)

    async def aclose(self) -> None:
        """Give the connection back, once."""
        finish, self._finish = self._finish, None
        if finish is not None:
            await finish()
