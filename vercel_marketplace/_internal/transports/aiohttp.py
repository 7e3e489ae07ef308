"""Sends an `HTTPRequest` over aiohttp and returns an `HTTPResponse`, for `Vercel` on asyncio."""

import asyncio
import io
import math
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import yarl

from vercel_marketplace._internal.tracebacks import find_interrupt
from vercel_marketplace._internal.transports import LoopTransport, connection_pool
from vercel_marketplace._internal.transports.connection_guard import ConnectionGuard
from vercel_marketplace._internal.transports.environment import context_for, name_of_proxy
from vercel_marketplace._internal.transports.httpx import decode
from vercel_marketplace._internal.transports.pools import AsyncPools, current_loop
from vercel_marketplace._internal.transports.progress import Progress
from vercel_marketplace.errors import (
    ConnectionError,  # noqa: A004 (the SDK's)
    HTTPClientError,
    InvalidRequestError,
    RequestTimeoutError,
    UnexpectedClientError,
)
from vercel_marketplace.http import Headers, HTTPRequest, HTTPResponse

_OK = 200
# aiohttp warns of a megabyte, which holds up the loop.
_MAX_BYTES_AT_ONCE = 256 * 1024
_METHODS_WITH_BODY = frozenset({"PATCH", "POST", "PUT"})
# The largest line and header of a response. aiohttp's own limits, of 8 KB, refuse what httpx reads.
_MAX_LINE_BYTES = 64 * 1024
# What aiohttp would add to the headers of the request.
_AUTO_HEADERS = ("Accept", "Content-Type", "User-Agent")
_NO_TIMEOUT = aiohttp.ClientTimeout(total=None, connect=None, sock_connect=None, sock_read=None)


class AiohttpTransport(LoopTransport):
    """Sends over aiohttp, which costs a fraction of the CPU time that httpx does.

    For async clients on asyncio. It keeps what the SDK promises of its default transport, and
    closes with the client that it is given to.

    ```python
    from vercel_marketplace.aiohttp import AiohttpTransport

    async with Vercel(bearer_token=token, transport=AiohttpTransport()) as vercel:
        ...
    ```

    Requires the extra `aiohttp`: `pip install "vercel-marketplace[aiohttp]"`.
    """

    def __init__(self) -> None:
        self._pools = AsyncPools(Session)

    async def send(self, request: HTTPRequest, /) -> HTTPResponse:
        """Send one attempt; `timeout` bounds it as a whole.

        Raises:
            HTTPClientError: There is no response.
        """
        loop = current_loop()
        if not isinstance(loop, asyncio.AbstractEventLoop):
            msg = "aiohttp requires asyncio: on trio, make the client without this transport"
            raise UnexpectedClientError(msg)
        limit = None if request.timeout == math.inf else request.timeout
        timer = asyncio.timeout(limit)
        progress = Progress()
        try:
            async with timer:
                pools = await self._pools.get(loop)
                async with pools.slots:
                    session: Session = pools.get(request.url.partition(":")[0])
                    return await session.send(request, progress)
        except TimeoutError:
            if not timer.expired():
                raise
        msg = f"timed out: no response within {limit} seconds"
        raise RequestTimeoutError(msg, request_sent=progress.may_be_sent)

    async def aclose(self) -> None:
        """Close the connections of the running loop, once the calls in flight have ended."""
        await self._pools.aclose()


class Session:
    """A session of aiohttp, for one scheme in one event loop."""

    def __init__(self, scheme: str) -> None:
        """Make the session; nothing is opened yet."""
        self._proxies = getproxies()
        self._calls_in_flight = 0
        self._is_closing = False
        self._connector = Connector(
            limit=0,
            keepalive_timeout=connection_pool.KEEPALIVE_SECONDS,
            ssl=context_for(scheme),
        )
        self._session = aiohttp.ClientSession(
            connector=self._connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=_NO_TIMEOUT,
            auto_decompress=False,
            skip_auto_headers=_AUTO_HEADERS,
            max_line_size=_MAX_LINE_BYTES,
            max_field_size=_MAX_LINE_BYTES,
        )

    async def send(self, request: HTTPRequest, progress: Progress) -> HTTPResponse:
        """Send one request and return its response, read and decoded.

        Raises:
            HTTPClientError: There is no response.
        """
        self._calls_in_flight += 1
        try:
            return await self._exchange(request, progress)
        except (aiohttp.ClientError, OSError) as error:
            if find_interrupt(error, None) is not None:
                raise
            failure = translate(error, request_sent=progress.may_be_sent)
        finally:
            self._calls_in_flight -= 1
            if self._is_closing and not self._calls_in_flight:
                await self._session.close()
        # Raised out here: `__context__` would hold the token, among the headers of the request.
        raise failure

    async def aclose(self) -> None:
        """Close the connections, or have the last call in flight do it."""
        self._is_closing = True
        if not self._calls_in_flight:
            await self._session.close()

    async def _exchange(self, request: HTTPRequest, progress: Progress) -> HTTPResponse:
        url = parse_url(request.url)
        if url is None:
            msg = "the URL cannot be sent"
            raise InvalidRequestError(msg)
        response = await self._session.request(
            request.method,
            url,
            headers={"accept-encoding": "gzip, deflate", **request.headers},
            data=_to_data(request.content),
            allow_redirects=False,
            proxy=self._proxy_for(request.url),
            middlewares=(self._connector.note_to(progress), send_once),
        )
        raw = list(response.raw_headers)
        content = await _read(response)
        headers = Headers(
            [(name.decode("latin-1"), value.decode("latin-1")) for name, value in raw]
        )
        if "content-encoding" in headers:
            content = decode(raw, content)
        return HTTPResponse(response.status, headers=headers, content=content)

    def _proxy_for(self, url: str) -> yarl.URL | None:
        """Return the proxy that the environment names for a URL.

        Raises:
            InvalidRequestError: aiohttp cannot use it.
        """
        if not self._proxies:
            return None
        parts = urlsplit(url)
        names = [name for name in (parts.scheme, "all") if name in self._proxies]
        if not names or proxy_bypass(parts.netloc):
            return None
        proxy = self._proxies[names[0]]
        parsed = parse_url(proxy if "://" in proxy else f"http://{proxy}")
        if parsed is not None:
            return parsed
        msg = (
            f"{name_of_proxy(names[0])} in the environment cannot be used: "
            "aiohttp requires the http or https URL of a proxy"
        )
        raise InvalidRequestError(msg)


class Connector(aiohttp.TCPConnector):
    """Connections that are used again only if they are silent."""

    def __init__(self, **settings: Any) -> None:
        """Pass the settings on."""
        super().__init__(**settings)  # pyright: ignore[reportUnknownMemberType] (a type of aiohttp's)
        self._progress: dict[aiohttp.ClientRequest, Progress] = {}

    def note_to(self, progress: Progress) -> aiohttp.ClientMiddlewareType:
        """Return a middleware that has the progress of its request noted."""

        async def middleware(
            request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
        ) -> aiohttp.ClientResponse:
            self._progress[request] = progress
            try:
                return await handler(request)
            finally:
                del self._progress[request]

        return middleware

    async def connect(self, req: aiohttp.ClientRequest, *args: Any, **settings: Any) -> Any:
        """Return a connection, idle or new, and note that the request goes out over it."""
        while True:
            connection = await super().connect(req, *args, **settings)
            if ConnectionGuard.begin(connection):
                self._progress[req].note_sending()
                return connection
            connection.close()


async def send_once(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Send a request, and keep aiohttp from sending it again if the connection breaks.

    aiohttp does so with GET, PUT and DELETE. Whether a request is safe to retry is declared by
    its operation, and the SDK counts the attempts.
    """
    if not request.body and request.method not in _METHODS_WITH_BODY:
        request.headers.pop("Content-Length", None)  # aiohttp sends 0 with a DELETE
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        msg = f"the connection broke: {type(error).__name__}"
        raise aiohttp.ClientConnectionError(msg) from error


def parse_url(url: str) -> yarl.URL | None:
    """Return a URL as aiohttp sends it unchanged; `None` if it is no http or https URL."""
    parsed = yarl.URL(url, encoded=True)
    try:
        is_usable = parsed.scheme in {"http", "https"} and parsed.host and parsed.port is not None
    except ValueError:  # its text quotes the URL
        return None
    return parsed if is_usable else None


def translate(error: Exception, *, request_sent: bool) -> HTTPClientError:
    """Return the SDK's error for an exception of aiohttp.

    The exceptions themselves stay out: they hold the request with its token, or the URL of the
    proxy with its password, and the texts of some quote the response.
    """
    name = type(error).__name__
    if isinstance(error, aiohttp.ClientConnectorError):
        # The error of a certificate is one of these, too; older ones have no `os_error`.
        if isinstance(error, aiohttp.ClientConnectorCertificateError):
            reason = error.certificate_error
        else:
            reason = error.os_error
        failure = ConnectionError(f"could not connect: {reason}", request_sent=request_sent)
        failure.__cause__ = reason
        return failure
    if not request_sent:
        message = f"could not connect ({name})"
    elif isinstance(error, aiohttp.ClientResponseError | aiohttp.ClientPayloadError):
        message = f"malformed or truncated HTTP response ({name})"
    else:
        message = f"the connection broke ({name})"
    return ConnectionError(message, request_sent=request_sent)


def _to_data(content: bytes | None) -> bytes | io.BytesIO | None:
    """Return a body as aiohttp takes it: a large one is written in pieces."""
    if content is None or len(content) <= _MAX_BYTES_AT_ONCE:
        return content
    return io.BytesIO(content)


async def _read(response: aiohttp.ClientResponse) -> bytes:
    """Return the body as it came; what there is of it, where it breaks off.

    Only for a 200 does a body that is cut off leave the outcome open. Elsewhere the status
    counts more than the body.
    """
    parts: list[bytes] = []
    try:
        async for part in response.content.iter_any():
            parts.append(part)  # noqa: PERF401 (what came has to stay when it breaks)
    except (aiohttp.ClientError, OSError):
        if response.status == _OK:
            raise
    finally:
        response.close()  # ends the connection, unless the body was read whole
    return b"".join(parts)
