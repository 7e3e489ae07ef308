"""The only module that imports httpx: sends an `HTTPRequest`, gives an `HTTPResponse`.

Two transports with one face. `AsyncTransport` suspends; `BlockingTransport` has an async
`send` too, which never does, so that the whole path above is written once.

Each has two ways to the wire. The short one builds the request once and hands it to
`httpx.HTTPTransport` or its async twin: cookies, redirects and auth flows, which this API
has none of, are what an httpx client spends its time on. The long one goes through a
client: the user's own, or one of ours where the environment names proxies, which httpx
alone knows how to honour as httpx does.
"""

import asyncio
import math
import os
import re
import ssl
import sys
import time
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Callable,
    Generator,
    Iterable,
    Iterator,
)
from contextlib import contextmanager
from functools import cache, lru_cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from threading import Lock
from types import ModuleType
from typing import Any, cast
from urllib.request import getproxies

import anyio
import httpx
import sniffio

from vercel_marketplace.errors import (
    ConnectionError,  # noqa: A004 (the SDK's)
    HTTPClientError,
    InvalidRequestError,
    RequestTimeoutError,
    UnexpectedClientError,
)
from vercel_marketplace.http import Headers, HTTPRequest, HTTPResponse

# httpcore asks every idle connection whether it still lives, on each call.
_LIMITS = httpx.Limits(max_connections=100, max_keepalive_connections=10)
# On the async side a semaphore keeps the bound: httpcore 1.0.9 loses the place of a call that
# is cancelled while it waits for one, and a deadline is a cancellation.
_ASYNC_LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=10)
_MOST_AT_ONCE = 100
_BODY_METHODS = frozenset({"POST", "PUT", "PATCH"})


# Both ways ---------------------------------------------------------------------------


@cache
def _tls() -> ssl.SSLContext:
    """One context a process: loading the certificates is what making a client costs."""
    return httpx.create_ssl_context()


@cache
def _no_tls() -> ssl.SSLContext:
    """For plain http, where a context is never used: trusts nobody."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _context_for(scheme: str) -> ssl.SSLContext:
    return _tls() if scheme == "https" else _no_tls()


def _no_cookies() -> CookieJar:
    """A jar that takes none: one client serves many installations."""
    return CookieJar(DefaultCookiePolicy(allowed_domains=()))


def _proxies_in_environment() -> bool:
    return not {"http", "https", "all"}.isdisjoint(getproxies())


_parsed_origin = lru_cache(maxsize=128)(httpx.URL)
# Path and query as `encode` leaves them.
_ENCODED = re.compile(r"(/[!$&-;=@-Z_a-z~%]*)(?:\?([!$&-;=?@-Z_a-z~%]*))?")
_LONGEST_URL = 65_536


class _EncodedURL(httpx.URL):
    """An `httpx.URL` whose path is percent-encoded already.

    Parsing it anew, character by character, is the most of what making a request costs.
    """

    def __init__(self, origin: str, path: str, query: str | None) -> None:
        known = _parsed_origin(origin)._uri_reference  # noqa: SLF001 (a test holds that it is there)
        self._uri_reference = known._replace(path=path, query=query)


def _url(url: str) -> httpx.URL:
    scheme, _, rest = url.partition("://")
    netloc, slash, target = rest.partition("/")
    encoded = _ENCODED.fullmatch(slash + target)
    if encoded is None or "/." in target or len(url) > _LONGEST_URL:
        return httpx.URL(url)
    return _EncodedURL(f"{scheme}://{netloc}", encoded[1], encoded[2])


@contextmanager
def _environment_at_fault() -> Generator[None]:
    """Say what is wrong when there is nothing to send with: nothing has been sent."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 (its text stays out: a URL may hold a password)
        kind = type(error).__name__
        msg = f"the proxy or TLS settings of the environment cannot be used ({kind})"
        raise InvalidRequestError(msg) from None


class _NoBody(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body without pieces; that of httpx has an empty one, which goes all the way down."""

    def __iter__(self) -> Iterator[bytes]:
        return iter(())

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        raise StopAsyncIteration


_NO_BODY = _NoBody()


def _short_request(request: HTTPRequest, timeout: float | None) -> httpx.Request:
    """An httpx request, with the headers that belong to the connection."""
    try:
        url = _url(request.url)
    except httpx.InvalidURL:
        msg = "the URL cannot be sent (is an id too long?)"
        raise InvalidRequestError(msg) from None
    headers = [
        (b"host", url.netloc),
        (b"accept-encoding", b"gzip, deflate"),
        *((name.encode("ascii"), value.encode("ascii")) for name, value in request.headers.items()),
    ]
    content = request.content or b""
    if content or request.method in _BODY_METHODS:
        headers.append((b"content-length", b"%d" % len(content)))
    return httpx.Request(
        request.method,
        url,
        headers=headers,
        stream=httpx.ByteStream(content) if content else _NO_BODY,
        extensions={"timeout": dict.fromkeys(("connect", "read", "write", "pool"), timeout)},
    )


def _client_request(client: Any, request: HTTPRequest, timeout: float | None) -> Any:
    """A request as the user's client makes it, with no token but the SDK's."""
    built = client.build_request(
        request.method,
        request.url,
        headers=dict(request.headers),
        content=request.content,
        timeout=timeout,
    )
    if "authorization" not in request.headers:
        built.headers.pop("authorization", None)
    return built


def _decoded(response: Any, content: bytes) -> bytes:
    """The body without its content encoding; as it came, where that is broken.

    The status counts more than a body that cannot be read. Undone only once all of it is
    there: on the way, a broken one would leave httpx's async generators half run.
    """
    if "content-encoding" not in response.headers:
        return content
    try:
        return httpx.Response(200, headers=response.headers.raw, content=content).content
    except httpx.DecodingError:
        return content


def _needs_all_of(response: Any) -> bool:
    """Whether a body that is cut off leaves the outcome open: a 200 alone has one to read."""
    return bool(response.status_code == httpx.codes.OK)


def _answer(response: Any, content: bytes) -> HTTPResponse:
    raw = response.headers.raw
    headers = Headers([(name.decode("latin-1"), value.decode("latin-1")) for name, value in raw])
    return HTTPResponse(response.status_code, headers=headers, content=content)


def _family_of(client: object) -> ModuleType:
    """The library a client comes from, whose exceptions it raises (httpx, httpx2, …)."""
    for base in type(client).__mro__:
        module = sys.modules.get(base.__module__.partition(".")[0])
        if module is not None and all(hasattr(module, name) for name in _EXCEPTIONS):
            return module
    return httpx


_MEANINGS: tuple[tuple[tuple[str, ...], type[HTTPClientError], bool, str], ...] = (
    (("ConnectTimeout", "PoolTimeout"), RequestTimeoutError, False, "no connection in time"),
    (("TimeoutException",), RequestTimeoutError, True, "no answer in time"),
    (("ConnectError", "ProxyError"), ConnectionError, False, "no connection"),
    (("InvalidURL", "UnsupportedProtocol"), InvalidRequestError, False, "the URL cannot be sent"),
    (("LocalProtocolError",), InvalidRequestError, False, "the request cannot be sent"),
    (("ProtocolError",), ConnectionError, True, "the answer is not HTTP, or not all of it"),
    (("RequestError",), ConnectionError, True, "the connection broke"),
)
"""A client library's exceptions, what each is here, whether the request may have arrived."""

_EXCEPTIONS = [name for names, *_ in _MEANINGS for name in names]


def _raise_as_ours(error: Exception, family: Any, built: Any) -> None:
    """Raise the SDK's error for one of a client library's; return for a bug.

    Args:
        error: What was raised.
        family: The library.
        built: The request, once a client has it to send. A client may fail at more than that,
            in a hook or over a redirect, when the API has acted already.
    """
    for names, kind, request_sent, text in _MEANINGS:
        if isinstance(error, tuple(getattr(family, name) for name in names)):
            quotes = kind is InvalidRequestError or isinstance(error, family.ProtocolError)
            if request_sent or built is None or _kept_back(error, family, built):
                meaning, is_open = kind, request_sent
            else:
                # The table does not hold for it.
                meaning, is_open, text = ConnectionError, True, "the client failed"  # noqa: PLW2901 (as said)
            if quotes:
                # Its own text quotes the request or the answer, so it goes no further.
                msg = f"{text} ({type(error).__name__})"
                raise meaning(msg, request_sent=is_open) from None
            msg = f"{text}: {str(error) or type(error).__name__}"
            raise meaning(msg, request_sent=is_open) from error


def _kept_back(error: Any, family: Any, built: Any) -> bool:
    """Whether it is for sure this very request that a client failed to send.

    Over HTTP/2 a `LocalProtocolError` is raised for what is received, too.
    """
    try:
        about = error.request
    except (AttributeError, RuntimeError):
        return False
    return about is built and not isinstance(error, family.LocalProtocolError)


# Blocking ----------------------------------------------------------------------------


class BlockingTransport:
    """Sends over an `httpx.Client` or the transport below one, and never suspends."""

    def __init__(self, client: Any = None) -> None:
        """Take the user's client, which stays theirs to close."""
        self._client = client
        self._family = _family_of(client) if client is not None else httpx
        self._senders: dict[str, httpx.HTTPTransport | httpx.Client] = {}
        self._lock = Lock()
        self._pid = os.getpid()

    async def send(self, request: HTTPRequest) -> HTTPResponse:
        """Send one attempt; `timeout` bounds each of its phases."""
        timeout = None if request.timeout == math.inf else request.timeout
        sender = self._sender(request.url) if self._client is None else self._client
        built = None
        try:
            if isinstance(sender, httpx.HTTPTransport):
                response: Any = sender.handle_request(_short_request(request, timeout))
            else:
                built = _client_request(sender, request, timeout)
                response = sender.send(built, auth=None, follow_redirects=False, stream=True)
            if response.is_stream_consumed:  # by a hook of the user's client
                return _answer(response, response.content)
            parts: list[bytes] = []
            try:
                parts.extend(cast("Iterable[bytes]", response.stream))
            except self._family.RequestError:
                if _needs_all_of(response):
                    raise
            finally:
                response.close()
            return _answer(response, _decoded(response, b"".join(parts)))
        except Exception as error:
            _raise_as_ours(error, self._family, built)
            raise

    async def sleep(self, seconds: float) -> None:
        """Wait between attempts."""
        time.sleep(seconds)  # noqa: ASYNC251 (there is no loop to block)

    def close(self) -> None:
        """Close the connections, but not a client of the user's."""
        with self._lock:
            senders, self._senders = self._senders, {}
        for sender in senders.values():
            sender.close()

    def _sender(self, url: str) -> httpx.HTTPTransport | httpx.Client:
        if self._pid != os.getpid():
            self._after_fork()
        scheme = url.partition(":")[0]
        sender = self._senders.get(scheme)
        if sender is None:
            with self._lock:
                sender = self._senders.setdefault(scheme, _blocking_sender(scheme))
        return sender

    def _after_fork(self) -> None:
        # The parent's connections are not to be used, nor closed, from here: kept, unused.
        self._inherited = self._senders
        self._senders, self._lock, self._pid = {}, Lock(), os.getpid()


def _blocking_sender(scheme: str) -> httpx.HTTPTransport | httpx.Client:
    with _environment_at_fault():
        context = _context_for(scheme)
        if _proxies_in_environment():
            return httpx.Client(verify=context, limits=_LIMITS, cookies=_no_cookies())
        return httpx.HTTPTransport(verify=context, limits=_LIMITS)


# Async -------------------------------------------------------------------------------


class AsyncTransport:
    """Sends over an `httpx.AsyncClient` or the transport below one.

    Connections belong to the event loop they were made in: each loop has its own, closed
    with it, so that one client outlives any number of `asyncio.run`.
    """

    def __init__(self, client: Any = None) -> None:
        """Take the user's client, which stays theirs to close."""
        self._client = client
        self._family = _family_of(client) if client is not None else httpx
        self._loops: dict[object, _LoopSenders] = {}
        self._pid = os.getpid()

    async def send(self, request: HTTPRequest) -> HTTPResponse:
        """Send one attempt; `timeout` bounds it as a whole."""
        loop = _current_loop()  # says so where there is none
        senders = await self._senders(loop) if self._client is None else None
        sender = self._client if senders is None else senders.get(request.url.partition(":")[0])
        limit = request.timeout
        has_place = senders is None
        with anyio.move_on_after(None if limit == math.inf else limit):
            if senders is None:
                return await self._exchange(sender, request)
            async with senders.places:
                has_place = True
                return await self._exchange(sender, request)
        # It may have passed while connecting, but nobody can tell from here.
        msg = f"no answer in {limit} seconds"
        raise RequestTimeoutError(msg, request_sent=has_place)

    async def sleep(self, seconds: float) -> None:
        """Wait between attempts."""
        await anyio.sleep(seconds)

    async def aclose(self) -> None:
        """Close this loop's connections, but not a client of the user's.

        Those of other loops are closed when their loops end.
        """
        senders = self._loops.get(_current_loop())
        if senders is not None:
            await senders.aclose()

    async def _exchange(self, sender: Any, request: HTTPRequest) -> HTTPResponse:
        built = None
        try:
            if isinstance(sender, httpx.AsyncHTTPTransport):
                response: Any = await sender.handle_async_request(_short_request(request, None))
            else:
                built = _client_request(sender, request, None)
                response = await sender.send(built, auth=None, follow_redirects=False, stream=True)
            if response.is_stream_consumed:  # by a hook of the user's client
                return _answer(response, response.content)
            parts: list[bytes] = []
            try:
                async for part in cast("AsyncIterable[bytes]", response.stream):
                    parts.append(part)  # noqa: PERF401 (what came has to stay when it breaks)
            except self._family.RequestError:
                if _needs_all_of(response):
                    raise
            finally:
                await response.aclose()
            return _answer(response, _decoded(response, b"".join(parts)))
        except Exception as error:
            _raise_as_ours(error, self._family, built)
            raise

    async def _senders(self, loop: object) -> "_LoopSenders":
        if self._pid != os.getpid():
            # The parent's connections are not to be used, nor closed, from here.
            self._inherited = self._loops
            self._loops, self._pid = {}, os.getpid()
        senders = self._loops.get(loop)
        if senders is None:
            self._forget_closed_loops()
            senders = _LoopSenders(lambda: self._loops.pop(loop, None))
            self._loops[loop] = senders
            await senders.attach()
        return senders

    def _forget_closed_loops(self) -> None:
        """Drop loops that were closed without ending their async generators."""
        for loop in list(self._loops):
            if isinstance(loop, asyncio.AbstractEventLoop) and loop.is_closed():
                self._loops.pop(loop, None)


class _LoopSenders:
    """What sends in one event loop, by scheme."""

    def __init__(self, forget: Callable[[], object]) -> None:
        self._by_scheme: dict[str, httpx.AsyncHTTPTransport | httpx.AsyncClient] = {}
        self._lifetime = self._live(forget)
        self.places = anyio.Semaphore(_MOST_AT_ONCE, fast_acquire=True)

    async def _live(self, forget: Callable[[], object]) -> AsyncGenerator[None]:
        try:
            yield
        finally:
            forget()
            for sender in self._by_scheme.values():
                await sender.aclose()

    async def attach(self) -> None:
        """Tie the connections to the running loop.

        asyncio and trio end the async generators that were begun in a loop before they close
        it. Nothing else tells that a loop ends while its sockets can still be closed.
        """
        await anext(self._lifetime)

    async def aclose(self) -> None:
        await self._lifetime.aclose()

    def get(self, scheme: str) -> httpx.AsyncHTTPTransport | httpx.AsyncClient:
        sender = self._by_scheme.get(scheme)
        if sender is None:
            sender = self._by_scheme[scheme] = _async_sender(scheme)
        return sender


def _async_sender(scheme: str) -> httpx.AsyncHTTPTransport | httpx.AsyncClient:
    with _environment_at_fault():
        context = _context_for(scheme)
        if _proxies_in_environment():
            return httpx.AsyncClient(verify=context, limits=_ASYNC_LIMITS, cookies=_no_cookies())
        return httpx.AsyncHTTPTransport(verify=context, limits=_ASYNC_LIMITS)


def _current_loop() -> object:
    """What stands for the running event loop."""
    try:
        library = sniffio.current_async_library()
    except sniffio.AsyncLibraryNotFoundError:
        msg = "an async core needs a running event loop; VercelCore.blocking(...) needs none"
        raise UnexpectedClientError(msg) from None
    if library == "trio":
        import trio  # noqa: PLC0415 (an optional backend)

        return trio.lowlevel.current_trio_token()
    return asyncio.get_running_loop()
