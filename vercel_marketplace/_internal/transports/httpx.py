"""Sends an `HTTPRequest` over httpx and returns an `HTTPResponse`.

`exchange` is the only way to the wire. It awaits an adapter: that of `AsyncTransport`
suspends, that of `BlockingTransport` never does, so that everything above is written once.

A request goes to one of httpx's transports, since redirects, cookies and auth flows, of
which this API has none, are what an httpx client spends its time on. It goes through a
client where the user passed one, or where the environment names proxies.
"""

import math
import time
from typing import Any, Protocol

import anyio
import httpx

from vercel_marketplace._internal.transports.connection_pool import PROGRESS
from vercel_marketplace._internal.transports.exceptions import (
    library_of,
    response_in,
    translate,
)
from vercel_marketplace._internal.transports.pools import AsyncPools, BlockingPools, current_loop
from vercel_marketplace._internal.transports.progress import Progress
from vercel_marketplace.errors import InvalidRequestError, RequestTimeoutError
from vercel_marketplace.http import Headers, HTTPRequest, HTTPResponse

Timeouts = tuple[float | None, float | None, float | None, float | None]
"""Seconds to connect, for each read, for each write, and to wait for a connection."""

# The share of an async attempt's time within which it must have a connection. After a timeout of
# its own, httpcore closes the connection that it was opening; when it is cancelled, it does not.
_CONNECT_SHARE = 0.9


class BlockingTransport:
    """Sends over an `httpx.Client`, or over `httpx.HTTPTransport`, and never suspends."""

    def __init__(self, client: Any = None) -> None:
        self._client = client
        self._pools = BlockingPools()

    async def send(self, request: HTTPRequest) -> HTTPResponse:
        """Send one attempt; `timeout` bounds each of its phases."""
        timeout = None if request.timeout == math.inf else request.timeout
        timeouts = (timeout, timeout, timeout, timeout)
        if self._client is not None:
            return await exchange(_BlockingAdapter(self._client), request, timeouts, Progress())
        pool = self._pools.get(_scheme(request))
        with self._pools.slots.hold(timeout):
            return await exchange(_BlockingAdapter(pool), request, timeouts, Progress())

    async def sleep(self, seconds: float) -> None:
        """Wait between attempts."""
        time.sleep(seconds)  # noqa: ASYNC251 (there is no loop to block)

    def close(self) -> None:
        """Close the connections, but not the user's client."""
        self._pools.close()


class AsyncTransport:
    """Sends over an `httpx.AsyncClient`, or over `httpx.AsyncHTTPTransport`."""

    def __init__(self, client: Any = None) -> None:
        self._client = client
        self._pools = AsyncPools()

    async def send(self, request: HTTPRequest) -> HTTPResponse:
        """Send one attempt; `timeout` bounds it as a whole."""
        loop = current_loop()
        limit = None if request.timeout == math.inf else request.timeout
        connect = None if limit is None else limit * _CONNECT_SHARE
        timeouts = (connect, None, None, connect)
        progress = Progress()
        with anyio.move_on_after(limit):
            if self._client is not None:
                return await exchange(_AsyncAdapter(self._client), request, timeouts, progress)
            pools = await self._pools.get(loop)
            async with pools.slots:
                adapter = _AsyncAdapter(pools.get(_scheme(request)))
                return await exchange(adapter, request, timeouts, progress)
        msg = f"timed out: no response within {limit} seconds"
        raise RequestTimeoutError(msg, request_sent=progress.may_be_sent)

    async def sleep(self, seconds: float) -> None:
        """Wait between attempts."""
        await anyio.sleep(seconds)

    async def aclose(self) -> None:
        """Close the connections of the running loop, but not the user's client."""
        await self._pools.aclose()


# Adapters ------------------------------------------------------------------------------


class _Adapter(Protocol):
    """A transport of httpx, or a client of httpx or a similar library.

    Attributes:
        pool: The transport or client.
        is_client: Whether it is a client.
    """

    pool: Any
    is_client: bool

    def report_to(self, progress: Progress) -> tuple[str, object]:
        """Return the extension of a request that has its progress reported."""
        ...

    async def send(self, request: Any) -> Any:
        """Send a request and return the response, of which the body is not read."""

    async def read(self, response: Any, parts: list[bytes]) -> None:
        """Append the parts of the body, as they come, to a list."""

    async def close(self, response: Any) -> None:
        """Give the connection back."""


class _BlockingAdapter:
    def __init__(self, pool: Any) -> None:
        self.pool = pool
        self.is_client = not isinstance(pool, httpx.HTTPTransport)

    def report_to(self, progress: Progress) -> tuple[str, object]:
        return ("trace", progress.note) if self.is_client else (PROGRESS, progress)

    async def send(self, request: Any) -> Any:
        if self.is_client:
            return self.pool.send(request, auth=None, follow_redirects=False, stream=True)
        return self.pool.handle_request(request)

    async def read(self, response: Any, parts: list[bytes]) -> None:
        for part in response.stream:
            parts.append(part)  # noqa: PERF402 (what came has to stay when it breaks)

    async def close(self, response: Any) -> None:
        response.close()


class _AsyncAdapter:
    def __init__(self, pool: Any) -> None:
        self.pool = pool
        self.is_client = not isinstance(pool, httpx.AsyncHTTPTransport)

    def report_to(self, progress: Progress) -> tuple[str, object]:
        return ("trace", progress.note_async) if self.is_client else (PROGRESS, progress)

    async def send(self, request: Any) -> Any:
        if self.is_client:
            return await self.pool.send(request, auth=None, follow_redirects=False, stream=True)
        return await self.pool.handle_async_request(request)

    async def read(self, response: Any, parts: list[bytes]) -> None:
        async for part in response.stream:
            parts.append(part)  # noqa: PERF401 (what came has to stay when it breaks)

    async def close(self, response: Any) -> None:
        await response.aclose()


# The exchange --------------------------------------------------------------------------


async def exchange(
    adapter: _Adapter, request: HTTPRequest, timeouts: Timeouts, progress: Progress
) -> HTTPResponse:
    """Send one request and return its response, read and decoded.

    Args:
        adapter: What to send over.
        request: The request.
        timeouts: The limits of its phases.
        progress: Where to note how far the request gets.

    Raises:
        HTTPClientError: There is no response.
    """
    outgoing: Any = None
    try:
        outgoing = _build_request(adapter, request, timeouts)
        name, value = adapter.report_to(progress)
        outgoing.extensions[name] = value
        progress.hand_over()
        response = await _send(adapter, outgoing)
        if response.is_closed or response.is_stream_consumed:
            return _to_response(response, _content_left_by_hook(response))
        content = await _read(adapter, response)
    except Exception as error:
        failure = translate(error, progress, outgoing if adapter.is_client else None)
        if failure is None:
            raise
    else:
        return _to_response(response, _decode(response, content))
    # Raised out here, so that `__context__` does not hold what `translate` left out.
    raise failure


async def _send(adapter: _Adapter, outgoing: Any) -> Any:
    try:
        return await adapter.send(outgoing)
    except Exception as error:
        response = response_in(error, outgoing)
        if response is None:
            raise
        return response


def _content_left_by_hook(response: Any) -> bytes:
    """Return the body, which an event hook of the user's client has read or thrown away."""
    try:
        content: bytes = response.content
    except RuntimeError:  # `ResponseNotRead` of each of the libraries
        return b""
    return content


async def _read(adapter: _Adapter, response: Any) -> bytes:
    """Return the body as it came; what there is of it, where it breaks off.

    Only for a 200 does a body that is cut off leave the outcome open. Elsewhere the status
    counts more than the body.
    """
    parts: list[bytes] = []
    try:
        await adapter.read(response, parts)
    except Exception as error:
        library: Any = library_of(error)
        is_cut_off = library is not None and isinstance(error, library.RequestError)
        if response.status_code == httpx.codes.OK or not is_cut_off:
            raise
    finally:
        await adapter.close(response)
    return b"".join(parts)


def _build_request(adapter: _Adapter, request: HTTPRequest, timeouts: Timeouts) -> Any:
    """Build the request for a transport, or have the client build it."""
    if adapter.is_client:
        built = adapter.pool.build_request(
            request.method,
            request.url,
            headers=dict(request.headers),
            content=request.content,
            timeout=timeouts,
        )
        if "authorization" not in request.headers:
            built.headers.pop("authorization", None)  # a token of the client's own
        return built
    try:
        return httpx.Request(
            request.method,
            request.url,
            headers={"accept-encoding": "gzip, deflate", **request.headers},
            content=request.content,
            extensions={"timeout": httpx.Timeout(timeouts).as_dict()},
        )
    except httpx.InvalidURL:
        pass
    msg = "the URL cannot be sent (is an id too long?)"
    raise InvalidRequestError(msg)


def _to_response(response: Any, content: bytes) -> HTTPResponse:
    raw = response.headers.raw
    headers = Headers([(name.decode("latin-1"), value.decode("latin-1")) for name, value in raw])
    return HTTPResponse(response.status_code, headers=headers, content=content)


def _decode(response: Any, content: bytes) -> bytes:
    """Return the body decoded by the library that sent the request."""
    if "content-encoding" not in response.headers:
        return content
    return decode(response.headers.raw, content, library_of(response) or httpx)


def decode(headers: list[tuple[bytes, bytes]], content: bytes, library: Any = httpx) -> bytes:
    """Return a body decoded; as it came, where broken.

    The status counts more than a body that cannot be read. Decoded only once all of it is
    there: on the way, a broken one would leave httpx's async generators half run.
    """
    try:
        whole = library.Response(200, headers=headers, content=content)
        decoded: bytes = whole.content
    except library.DecodingError:
        return content
    return decoded


def _scheme(request: HTTPRequest) -> str:
    return request.url.partition(":")[0]
