"""What requests are sent through: one pool of connections for each scheme and event loop.

A pool is one of httpx's transports, with a `ConnectionPool` of the SDK's in place of httpcore's:
`_pool` is the one attribute of httpx's that is used without being public. Where the environment
names proxies, it is an httpx client, which alone honours them as httpx does.
"""

import asyncio
import os
from collections.abc import AsyncGenerator, Callable
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Protocol, TypeVar

import anyio
import httpx
import sniffio

from vercel_marketplace._internal.tracebacks import find_interrupt, is_of_a_library
from vercel_marketplace._internal.transports.connection_pool import (
    AsyncConnectionPool,
    ConnectionPool,
)
from vercel_marketplace._internal.transports.environment import context_for, explain, has_proxies
from vercel_marketplace._internal.transports.slots import Slots
from vercel_marketplace.errors import UnexpectedClientError

_MAX_IN_FLIGHT = 100
# For a client that sends through a proxy, and has httpcore's pool. Its bound is kept by slots:
# httpcore 1.0.9 loses the place of a call that is cancelled while it waits for one. And it keeps
# as many idle connections as there are calls: it closes one more while a thread is given it.
_LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=_MAX_IN_FLIGHT)

BlockingPool = httpx.HTTPTransport | httpx.Client
P = TypeVar("P")


class AsyncPool(Protocol):
    """A transport or client of httpx, or a session of aiohttp."""

    async def aclose(self) -> None:
        """Close the connections."""
        ...


class BlockingPools:
    """The pools of a blocking client, by scheme; for any number of threads.

    Attributes:
        slots: One is held by each call in flight.
    """

    def __init__(self) -> None:
        self.slots = Slots(_MAX_IN_FLIGHT)
        self._by_scheme: dict[str, BlockingPool] = {}
        self._pid = os.getpid()

    def get(self, scheme: str) -> BlockingPool:
        """Return the pool for a scheme, and make it if it is the first call's."""
        if self._pid != os.getpid():
            # The parent's connections must not be used, nor closed, from here: kept, unused.
            self._inherited = self._by_scheme
            self.slots = Slots(_MAX_IN_FLIGHT)
            self._by_scheme, self._pid = {}, os.getpid()
        pool = self._by_scheme.get(scheme)
        if pool is None:
            # Of two threads that come first at once one wins; the other's has opened nothing.
            pool = self._by_scheme.setdefault(scheme, _make(_make_blocking_pool, scheme))
        return pool

    def close(self) -> None:
        """Close the connections."""
        pools, self._by_scheme = self._by_scheme, {}
        for pool in pools.values():
            pool.close()


class AsyncPools:
    """The pools of an async client, by event loop.

    Connections belong to the event loop they were made in: each loop has its own, closed
    with it, so that one client outlives any number of `asyncio.run`.
    """

    def __init__(self, make_pool: Callable[[str], AsyncPool] | None = None) -> None:
        """Keep what makes a pool for a scheme, where it is not httpx that sends."""
        self._make_pool = make_pool or _make_async_pool
        self._by_loop: dict[object, LoopPools] = {}
        self._pid = os.getpid()

    async def get(self, loop: object) -> "LoopPools":
        """Return the pools of the running loop, and make them if it is the first call's."""
        if self._pid != os.getpid():
            # The parent's connections must not be used, nor closed, from here: kept, unused.
            self._inherited = self._by_loop
            self._by_loop, self._pid = {}, os.getpid()
        pools = self._by_loop.get(loop)
        if pools is None:
            self._forget_closed_loops()
            pools = self._by_loop[loop] = LoopPools(
                self._make_pool, lambda: self._by_loop.pop(loop, None)
            )
            await pools.attach()
        return pools

    async def aclose(self) -> None:
        """Close the connections of the running loop; those of other loops end with their loop."""
        pools = self._by_loop.get(current_loop())
        if pools is not None:
            await pools.aclose()

    def _forget_closed_loops(self) -> None:
        """Drop loops that were closed without ending their async generators."""
        for loop in list(self._by_loop):
            if isinstance(loop, asyncio.AbstractEventLoop) and loop.is_closed():
                self._by_loop.pop(loop, None)


class LoopPools:
    """The pools of one event loop, by scheme.

    Attributes:
        slots: One is held by each call in flight.
    """

    def __init__(self, make_pool: Callable[[str], AsyncPool], forget: Callable[[], object]) -> None:
        self._make_pool = make_pool
        self.slots = anyio.Semaphore(_MAX_IN_FLIGHT, fast_acquire=True)
        self._by_scheme: dict[str, AsyncPool] = {}
        self._lifetime = self._live(forget)

    async def _live(self, forget: Callable[[], object]) -> AsyncGenerator[None]:
        try:
            yield
        finally:
            forget()
            for pool in self._by_scheme.values():
                await pool.aclose()

    async def attach(self) -> None:
        """Tie the connections to the running loop.

        asyncio and trio end the async generators that were begun in a loop before they close
        it. Nothing else tells that a loop ends while its sockets can still be closed.
        """
        await anext(self._lifetime)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._lifetime.aclose()

    def get(self, scheme: str) -> Any:
        """Return the pool for a scheme, and make it if it is the first call's."""
        pool = self._by_scheme.get(scheme)
        if pool is None:
            pool = self._by_scheme[scheme] = _make(self._make_pool, scheme)
        return pool


def current_loop() -> object:
    """Return what identifies the running event loop.

    Raises:
        UnexpectedClientError: There is none.
    """
    try:
        library = sniffio.current_async_library()
    except sniffio.AsyncLibraryNotFoundError:
        msg = "an async core needs a running event loop; VercelCore.blocking(...) needs none"
        raise UnexpectedClientError(msg) from None
    if library == "trio":
        import trio  # noqa: PLC0415 (an optional backend)

        return trio.lowlevel.current_trio_token()
    return asyncio.get_running_loop()


def _make_blocking_pool(scheme: str) -> BlockingPool:
    context = context_for(scheme)
    if has_proxies():
        return httpx.Client(verify=context, limits=_LIMITS, cookies=_refuse_cookies())
    transport = httpx.HTTPTransport(verify=context)
    transport._pool = ConnectionPool(context)  # type: ignore[assignment]  # noqa: SLF001 (see above)
    return transport


def _make_async_pool(scheme: str) -> httpx.AsyncHTTPTransport | httpx.AsyncClient:
    context = context_for(scheme)
    if has_proxies():
        cookies = _refuse_cookies()
        return httpx.AsyncClient(verify=context, limits=_LIMITS, cookies=cookies)
    transport = httpx.AsyncHTTPTransport(verify=context)
    transport._pool = AsyncConnectionPool(context)  # type: ignore[assignment]  # noqa: SLF001 (see above)
    return transport


def _make(make_pool: Callable[[str], P], scheme: str) -> P:
    """Make a pool, or say which setting of the environment is wrong."""
    try:
        return make_pool(scheme)
    except Exception as error:
        if _is_from_outside(error):
            raise
        failure = explain(error)
    raise failure  # out here, so that `__context__` does not hold a proxy's password


def _is_from_outside(error: Exception) -> bool:
    """Whether a signal handler, or somebody else, put an exception into the call."""
    return find_interrupt(error, error.__context__) is not None or not is_of_a_library(error)


def _refuse_cookies() -> CookieJar:
    """Make a jar that accepts no cookie: one client serves many installations."""
    return CookieJar(DefaultCookiePolicy(allowed_domains=()))
