"""What others decide on: a client of the user's, proxies and certificates of the environment."""

import contextlib
import gc
import socket
import ssl
import sys
import traceback
import types

import anyio
import attrs
import httpx
import pytest
import respx

from tests.conftest import WAYS_OVER_HTTP
from vercel_marketplace import Ok, RequestOptions, RetryConfig, Vercel, VercelCore
from vercel_marketplace._internal.transports import environment, pools
from vercel_marketplace.errors import (
    ConnectionError,  # noqa: A004 (the SDK's)
    InvalidRequestError,
    RequestAbortedError,
    RequestTimeoutError,
    SDKError,
    UnexpectedClientError,
    VercelConflictError,
    VercelNotFoundError,
    VercelRateLimitError,
)

API = "https://api.vercel.com"
ONCE = RetryConfig("none")
# What a client of httpx costs is to load certificates, which no server here has.
TRUSTS_NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

over_aiohttp_too = pytest.mark.parametrize("way", WAYS_OVER_HTTP, indirect=True)


def brought(way, library=httpx, **settings):
    """A client of the user's, of the kind that fits the way."""
    settings = {"verify": TRUSTS_NOBODY, **settings}
    return library.Client(**settings) if way.blocking else library.AsyncClient(**settings)


def tell(way, client, story):
    """Run a story with a client that is closed after it, by its owner."""

    async def whole():
        try:
            return await story(way.core(http_client=client, retries=ONCE))
        finally:
            if way.blocking:
                client.close()
            else:
                await client.aclose()

    return way.run(whole)


def calling(case, url, **settings):
    """A story: one call, sent to a server."""

    async def story(core):
        return await case(core.with_options(server_url=url, **settings))

    return story


# With respx ----------------------------------------------------------------------------


@pytest.mark.parametrize("own_client", [False, True], ids=["short way", "http_client"])
def test_each_operation_can_be_mocked(way, case, own_client):
    """A router of respx must see each operation, with a client of the user's and without."""
    with respx.mock() as router:
        route = router.request(case.method, f"{API}{case.path}").respond(
            case.success, json=case.answer
        )
        result = tell(way, brought(way), case) if own_client else way.result_of(case)
    assert result == Ok(case.value)
    sent = route.calls.last.request
    token = "Bearer token-of-tests" if case.operation.authenticated else None
    assert sent.headers.get("authorization") == token
    media_type = case.operation.media_type if case.has_body else None
    assert sent.headers.get("content-type") == media_type
    assert sent.headers["user-agent"].startswith("vercel-marketplace-python/")


@pytest.mark.parametrize("own_client", [False, True], ids=["short way", "http_client"])
@pytest.mark.parametrize(
    ("raised", "expected", "request_sent"),
    [
        (httpx.ConnectError, ConnectionError, False),
        (httpx.ProxyError, ConnectionError, False),
        (httpx.ConnectTimeout, RequestTimeoutError, False),
        (httpx.PoolTimeout, RequestTimeoutError, False),
        (httpx.ReadTimeout, RequestTimeoutError, True),
        (httpx.WriteTimeout, RequestTimeoutError, True),
        (httpx.ReadError, ConnectionError, True),
        (httpx.WriteError, ConnectionError, True),
        (httpx.CloseError, ConnectionError, True),
        (httpx.RemoteProtocolError, ConnectionError, True),
        (httpx.DecodingError, ConnectionError, True),
        (httpx.TooManyRedirects, ConnectionError, True),
        (httpx.LocalProtocolError, InvalidRequestError, False),
        (httpx.UnsupportedProtocol, InvalidRequestError, False),
        (ZeroDivisionError, UnexpectedClientError, True),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_each_failure_of_the_client_has_its_error(
    way, reading, own_client, raised, expected, request_sent
):
    """Each exception of httpx must become the error that says what is certain."""
    if own_client and raised is httpx.LocalProtocolError:
        # Over HTTP/2 it is raised for a broken response, too.
        expected, request_sent = ConnectionError, True
    with respx.mock() as router:
        router.get(f"{API}{reading.path}").mock(side_effect=raised("text of the library"))
        if own_client:
            error = tell(way, brought(way), reading).error
        else:
            error = way.error_of(reading, retries=ONCE)
    assert type(error) is expected
    assert error.request_sent is request_sent
    # What these say quotes the request or the response.
    hidden = expected is InvalidRequestError or issubclass(raised, httpx.ProtocolError)
    assert (error.__cause__ is None) is hidden
    if hidden:
        assert "text of the library" not in str(error)


@pytest.mark.parametrize(
    "raised", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.InvalidURL]
)
def test_a_client_that_fails_after_the_answer_has_sent_the_refund(way, refund, raised):
    """What a client's own hook raises must not make an accepted refund look like none."""
    with respx.mock() as router:
        route = router.post(f"{API}{refund.path}").respond(204)

        def collect(_):
            raise raised("the collector is down")

        async def collect_async(_):
            collect(_)

        hook = collect if way.blocking else collect_async
        client = brought(way, event_hooks={"response": [hook]})
        error = tell(way, client, refund).error
    assert (type(error), error.request_sent, route.call_count) == (ConnectionError, True, 1)


@pytest.mark.parametrize(
    "raised",
    [
        ConnectionError("refused", request_sent=False),
        VercelRateLimitError("too many", status_code=429),
        VercelNotFoundError("no such thing", status_code=404),
        InvalidRequestError("no token"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_of_a_hooks_own_call_is_not_the_refunds(way, server, refund, raised):
    """A hook that calls the API after the refund must not make it look unsent."""
    server.answers(status=204, times=3)

    def call(_):
        raise raised

    async def call_async(_):
        raise raised

    client = brought(way, event_hooks={"response": [call if way.blocking else call_async]})
    error = tell(way, client, calling(refund, server.url, retries=2)).error
    assert (type(error), error.may_have_taken_effect) == (UnexpectedClientError, True)
    assert error.__cause__ is raised
    assert len(server.requests) == 1


@pytest.mark.parametrize("location", ["mailto:x", "data:,"])
def test_an_odd_redirect_leaves_a_refund_open(way, server, refund, location):
    """A client that chokes on where a redirect leads has sent the request all the same."""
    server.answers(status=307, location=location)
    error = tell(way, brought(way), calling(refund, server.url)).error
    assert getattr(error, "request_sent", True) is True
    assert len(server.requests) == 1


@pytest.mark.parametrize("is_read", [False, True], ids=["unread", "read"])
def test_a_hook_that_raises_for_status_hides_no_response(way, server, submission, is_read):
    """A 409 must stay one under `raise_for_status` in a hook, with its code where it was read."""
    server.answers({"error": {"code": "invoice_exists", "message": "exists"}}, 409)

    def check(response):
        if is_read:
            response.read()
        response.raise_for_status()

    async def check_async(response):
        if is_read:
            await response.aread()
        response.raise_for_status()

    client = brought(way, event_hooks={"response": [check if way.blocking else check_async]})
    error = tell(way, client, calling(submission, server.url)).error
    assert type(error) is VercelConflictError
    assert error.code == ("invoice_exists" if is_read else None)


def test_a_hook_may_not_pass_off_another_response(way, server, submission):
    """The status of a request of the hook's own must not become that of the call."""
    server.answers({}, 200)
    other = httpx.Request("GET", "http://collector.example.test")

    def collect(_):
        httpx.Response(409, request=other).raise_for_status()

    async def collect_async(_):
        collect(_)

    client = brought(way, event_hooks={"response": [collect if way.blocking else collect_async]})
    error = tell(way, client, calling(submission, server.url)).error
    assert (type(error), error.request_sent) == (UnexpectedClientError, True)


# Never sent ----------------------------------------------------------------------------


@pytest.fixture
def silent_url():
    """An https server that accepts connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"https://127.0.0.1:{listener.getsockname()[1]}"


# httpcore leaves the socket to the garbage collector when it is cancelled in a handshake, as
# happens where the machine is so slow that the attempt's deadline comes first.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.usefixtures("may_block")  # httpx2 looks for certificates on disk in a handshake
@pytest.mark.parametrize("library", [None, "httpx", "httpx2"])
def test_a_handshake_that_never_ends_has_sent_nothing(way, silent_url, refund, library):
    """A refund must not count as possibly sent while TLS is not there to send it over."""
    if library is None:
        error = way.error_of(refund, server_url=silent_url, retries=ONCE, timeout=0.8)
    else:
        client = brought(way, pytest.importorskip(library), verify=True)
        error = tell(way, client, calling(refund, silent_url, timeout=0.8)).error
    gc.collect()
    assert type(error) is RequestTimeoutError
    assert error.request_sent is False


@over_aiohttp_too
def test_a_tunnel_that_never_opens_has_sent_nothing(way, server, monkeypatch, refund):
    """A proxy that does not respond to CONNECT must leave the refund unsent."""
    monkeypatch.setenv("HTTPS_PROXY", server.url)
    server.plays(server.STALL)
    error = way.error_of(refund, server_url="https://api.example.test", retries=ONCE, timeout=0.6)
    assert type(error) is RequestTimeoutError
    assert error.request_sent is False
    assert server.request.target == "api.example.test:443"


@pytest.mark.anyio
@pytest.mark.parametrize("own_client", [False, True], ids=["short way", "http_client"])
async def test_a_call_that_waits_for_a_connection_has_sent_nothing(
    server, refund, monkeypatch, own_client
):
    """A call whose time runs out while all connections are in use must count as unsent."""
    monkeypatch.setattr(pools, "_MAX_IN_FLIGHT", 1)
    server.plays(server.STALL)
    async with (
        httpx.AsyncClient(limits=httpx.Limits(max_connections=1)) as client,
        VercelCore(
            "token",
            server_url=server.url,
            retries=ONCE,
            http_client=client if own_client else None,
        ) as core,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(refund, core)
        assert await anyio.to_thread.run_sync(server.awaits_requests, 1)
        error = (await refund(core, RequestOptions(timeout=1.5))).error
        tasks.cancel_scope.cancel()
    assert type(error) is RequestTimeoutError
    assert error.request_sent is False
    assert len(server.requests) == 1


@pytest.mark.parametrize("own_client", [False, True], ids=["short way", "http_client"])
def test_an_error_holds_no_token_in_its_frames(way, reading, own_client):
    """What reports errors with local variables must find no token in those of httpx."""

    def send(request):
        wire = request.headers["authorization"].encode()
        raise httpx.WriteTimeout(str(len(wire)))

    with respx.mock() as router:
        router.get(f"{API}{reading.path}").mock(side_effect=send)
        if own_client:
            error = tell(way, brought(way), reading).error
        else:
            error = way.error_of(reading, retries=ONCE)
    names, seen = set(), set()
    error = error.__cause__
    while error is not None and error not in seen:
        seen.add(error)
        for frame, _ in traceback.walk_tb(error.__traceback__):
            names |= {frame.f_code.co_name}
            assert "wire" not in frame.f_locals
            assert "token-of-tests" not in repr(frame.f_locals.get("self"))
        error = error.__cause__ or error.__context__
    assert {"exchange", "send"} <= names


def with_fallback(way):
    """A transport that has another library send what it cannot, which never gets a response."""
    kind = httpx.HTTPTransport if way.blocking else httpx.AsyncHTTPTransport
    first = kind(verify=TRUSTS_NOBODY)

    def send(request):
        try:
            return first.handle_request(request)
        except httpx.ConnectError:
            raise httpx.ReadTimeout("no response", request=request) from None

    async def send_async(request):
        try:
            return await first.handle_async_request(request)
        except httpx.ConnectError:
            raise httpx.ReadTimeout("no response", request=request) from None

    return httpx.MockTransport(send if way.blocking else send_async)


def test_a_client_that_falls_back_to_another_transport_may_have_sent(way, refusing_url, refund):
    """A connection that failed says nothing of what a client did after that."""
    client = brought(way, transport=with_fallback(way))
    error = tell(way, client, calling(refund, refusing_url)).unwrap_err()
    assert error.request_sent


def test_a_client_that_retries_by_itself_does_not_hide_what_it_sent(way, server, refund):
    """A failure to connect must not make unsent what the client's transport sent before it."""

    class Retrying(httpx.HTTPTransport):
        def handle_request(self, request):
            with contextlib.suppress(httpx.TransportError):
                return super().handle_request(request)
            raise httpx.ConnectError("the second attempt")

    class AsyncRetrying(httpx.AsyncHTTPTransport):
        async def handle_async_request(self, request):
            with contextlib.suppress(httpx.TransportError):
                return await super().handle_async_request(request)
            raise httpx.ConnectError("the second attempt")

    server.plays(server.CLOSE)
    client = brought(way, transport=Retrying() if way.blocking else AsyncRetrying())
    error = tell(way, client, calling(refund, server.url)).error
    assert (type(error), error.request_sent) == (ConnectionError, True)
    assert len(server.requests) == 1


# A client of the user's over a real wire -----------------------------------------------


def test_a_client_that_follows_redirects_is_told_not_to(way, server, refund):
    """`follow_redirects=True` on the user's client must not apply to these calls."""
    server.answers(status=303, location=f"{server.url}/elsewhere")
    client = brought(way, follow_redirects=True)
    error = tell(way, client, calling(refund, server.url)).error
    assert (type(error), error.status_code) == (SDKError, 303)
    assert server.request.target == refund.path


@pytest.mark.parametrize(
    "settings",
    [
        {"auth": ("user", "leaked")},
        {"headers": {"Authorization": "Bearer leaked"}},
        {"auth": lambda request: request.headers.update(authorization="leaked") or request},
    ],
    ids=["auth", "header", "function"],
)
def test_a_clients_own_authorization_is_left_out(way, server, sso, reading, settings):
    """No credentials of the user's client must go out: the SDK's token, or none."""
    server.answers(sso.answer).answers(reading.answer)

    async def story(core):
        core = core.with_options(server_url=server.url)
        return [(await sso(core)).ok, (await reading(core)).ok]

    assert tell(way, brought(way, **settings), story) == [True, True]
    first, second = server.requests
    assert first.values("authorization") == []
    assert second.values("authorization") == ["Bearer token-of-tests"]


def test_a_clients_default_headers_are_sent(way, server, reading):
    """What else the user's client adds must go out, but for what the SDK sets itself."""
    server.answers(reading.answer)
    client = brought(way, headers={"x-team": "billing", "user-agent": "mine", "accept": "no"})
    assert tell(way, client, calling(reading, server.url)).ok
    assert server.request.values("x-team") == ["billing"]
    assert server.request.values("accept") == ["application/json"]
    assert server.request.values("user-agent") != ["mine"]


def test_a_brought_client_stays_open(way, server, reading):
    """Closing the core must leave the user's client open and usable."""
    server.answers(reading.answer).answers({}, 200)
    client = brought(way)

    async def story(core):
        async with core:
            await reading(core.with_options(server_url=server.url))
        assert not client.is_closed
        answer = client.get(server.url)
        return answer if way.blocking else await answer

    assert tell(way, client, story).status_code == 200
    assert server.connections == [1, 1]


def test_a_closed_brought_client_is_an_error(way, reading):
    """A client that its owner has closed must come to an error, not to an exception."""
    client = brought(way)

    async def story(core):
        if way.blocking:
            client.close()
        else:
            await client.aclose()
        return await reading(core)

    error = tell(way, client, story).error
    assert isinstance(error, RequestAbortedError)
    assert error.request_sent is False
    assert "closed" in str(error)


@pytest.mark.parametrize("make", [Vercel, VercelCore])
def test_a_blocking_client_is_refused_by_what_is_async(make):
    """An `httpx.Client` must make nothing blocking by itself: the error says what does."""
    with httpx.Client() as client, pytest.raises(TypeError, match=r"or VercelCore\.blocking"):
        make("token", http_client=client)


class Wrapped:
    """A client of no known library, which has one of httpx inside."""

    def __init__(self, client):
        self._client = client
        self.build_request, self.send = client.build_request, client.send
        if isinstance(client, httpx.AsyncClient):
            self.aclose = client.aclose
        else:
            self.close = client.close


def test_a_client_is_taken_by_its_shape(way, server, reading):
    """Whatever has `build_request`, `send` and a way to close must do as a client."""
    server.answers(reading.answer).plays(server.CLOSE)

    async def story(core):
        core = core.with_options(server_url=server.url)
        return [await reading(core), await reading(core)]

    first, second = tell(way, Wrapped(brought(way)), story)
    assert first == Ok(reading.value)
    assert type(second.error) is ConnectionError


@pytest.mark.parametrize("own_client", [False, True], ids=["short way", "http_client"])
def test_an_id_that_no_url_can_hold_is_refused(way, server, reading, own_client):
    """An id that is too long for httpx in a URL must be an error that says so, and nothing sent."""
    request = attrs.evolve(reading.request, member_id="x" * 70_000)
    case = attrs.evolve(reading, request=request)
    if own_client:
        error = tell(way, brought(way), calling(case, server.url)).error
    else:
        error = way.error_of(case, server_url=server.url)
    assert type(error) is InvalidRequestError
    assert "the URL cannot be sent" in str(error)
    assert server.requests == []


def test_a_body_is_decoded_by_the_library_that_sent_it(way, server, reading, monkeypatch):
    """An encoding that the client's library asked for must be decoded by that library."""

    class Response(httpx.Response):
        @property
        def content(self):
            return bytes.fromhex(super().content.decode())

    class MadeAfterHttpx(types.ModuleType):
        def __getattr__(self, name):
            return getattr(httpx, name)

    library = MadeAfterHttpx("made_after_httpx")
    library.Response = Response
    Response.__module__ = library.__name__
    monkeypatch.setitem(sys.modules, library.__name__, library)
    client = brought(way, headers={"accept-encoding": "hex"})

    def as_library(response):
        response.__class__ = Response

    async def as_library_async(response):
        as_library(response)

    client.event_hooks = {"response": [as_library if way.blocking else as_library_async]}
    body = b'{"id": "user_1", "role": "ADMIN"}'.hex().encode()
    server.answers(body, content_encoding="hex")
    assert tell(way, client, calling(reading, server.url)) == Ok(reading.value)


# httpx2 --------------------------------------------------------------------------------


def test_httpx2_is_taken_by_its_shape(way, server, case):
    """A client of httpx2 must do for each operation."""
    httpx2 = pytest.importorskip("httpx2", reason="httpx2 is not installed")
    server.answers(case.answer, case.success)
    result = tell(way, brought(way, httpx2), calling(case, server.url))
    assert result == Ok(case.value)
    assert server.request.target == case.path


@pytest.mark.parametrize("step", ["RESET", "CLOSE"])
def test_the_failures_of_httpx2_have_their_errors(way, server, reading, step):
    """A break under httpx2 must be the same `ConnectionError` as under httpx."""
    httpx2 = pytest.importorskip("httpx2", reason="httpx2 is not installed")
    server.plays(getattr(server, step))
    error = tell(way, brought(way, httpx2), calling(reading, server.url)).error
    assert type(error) is ConnectionError
    assert error.request_sent is True


def test_a_refused_connection_of_httpx2_was_not_sent(way, refusing_url, reading):
    """A refused port under httpx2 must say that nothing was sent."""
    httpx2 = pytest.importorskip("httpx2", reason="httpx2 is not installed")

    error = tell(way, brought(way, httpx2), calling(reading, refusing_url)).error
    assert type(error) is ConnectionError
    assert error.request_sent is False


def test_a_slow_httpx2_is_a_timeout(way, server, reading):
    """The limit must hold with a client of httpx2 too."""
    httpx2 = pytest.importorskip("httpx2", reason="httpx2 is not installed")
    server.plays(server.STALL)
    story = calling(reading, server.url, timeout=0.05)
    assert type(tell(way, brought(way, httpx2), story).error) is RequestTimeoutError


# Proxies of the environment ------------------------------------------------------------


@over_aiohttp_too
@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_a_proxy_of_the_environment_is_used(way, server, monkeypatch, reading, variable):
    """A call must go to the proxy, in absolute form, and not keep its cookies."""
    monkeypatch.setenv(variable, server.url)
    server.answers(reading.answer, times=2, set_cookie="session=abc; Path=/")

    async def story():
        async with way.core(server_url="http://api.example.test") as core:
            return [(await reading(core)).ok for _ in range(2)]

    assert way.run(story) == [True, True]
    for request in server.requests:
        assert request.target == f"http://api.example.test{reading.path}"
        assert request.values("host") == ["api.example.test"]
        assert request.values("authorization") == ["Bearer token-of-tests"]
        assert request.values("cookie") == []
    assert server.connections == [1, 1]


@over_aiohttp_too
def test_no_proxy_is_kept_to(way, server, new_server, monkeypatch, reading):
    """A host that `NO_PROXY` names must be reached directly."""
    proxy = new_server()
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server.answers(reading.answer)
    assert way.result_of(reading, server_url=server.url).ok
    assert server.request.target == reading.path
    assert proxy.requests == []


@over_aiohttp_too
def test_a_redirect_through_a_proxy_is_not_followed(way, server, monkeypatch, refund):
    """Under a proxy, too, a redirect must come back after one request."""
    monkeypatch.setenv("HTTP_PROXY", server.url)
    server.answers(status=307, location="http://other.example.test/")
    error = way.error_of(refund, server_url="http://api.example.test")
    assert error.status_code == 307
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ALL_PROXY", "socks://user:hunter2@proxy.example.test"),
        ("https_proxy", "ftp://user:hunter2@proxy.example.test"),
        ("HTTP_PROXY", "http://user:hunter2@proxy.example.test:port"),
        ("NO_PROXY", "localhost,[::1]"),
        ("no_proxy", "fd00::/8"),
    ],
)
def test_a_variable_that_cannot_be_used_is_named(way, monkeypatch, reading, variable, value):
    """A setting of a proxy that httpx refuses must be named, without the password in it."""
    monkeypatch.setenv("HTTPS_PROXY", "http://user:hunter2@127.0.0.1:1")
    monkeypatch.setenv(variable, value)
    error = way.error_of(reading)
    assert type(error) is InvalidRequestError
    assert error.request_sent is False
    assert f"{variable} in the environment cannot be used" in str(error)
    assert "hunter2" not in "".join(traceback.format_exception(error))
    assert error.__context__ is None


@over_aiohttp_too
def test_a_certificate_file_that_is_not_there_is_named(way, monkeypatch, reading, forgotten_tls):
    """A file of certificates that cannot be read must be named by its variable."""
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/certificates.pem")
    error = way.error_of(reading)
    assert type(error) is InvalidRequestError
    assert "SSL_CERT_FILE in the environment cannot be used" in str(error)


@pytest.mark.parametrize("bug", [ZeroDivisionError, OSError])
def test_a_failure_that_no_variable_explains_keeps_its_cause(way, monkeypatch, reading, bug):
    """What else goes wrong while a transport is made must not be blamed on the environment."""

    def fail(*_):
        raise bug("no reason")

    monkeypatch.setattr(pools, "context_for", fail)
    error = way.error_of(reading)
    assert (type(error), error.request_sent) == (UnexpectedClientError, False)
    assert type(error.__cause__) is bug
    assert "environment" not in str(error)


def test_a_transport_that_cannot_be_loaded_has_sent_nothing(way, monkeypatch, reading):
    """A broken installation of httpx must be an error with its cause, and nothing sent."""
    name = "vercel_marketplace._internal.transports.httpx"
    monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.delattr("vercel_marketplace._internal.transports.httpx", raising=False)
    error = way.error_of(reading)
    assert (type(error), error.request_sent) == (UnexpectedClientError, False)
    assert isinstance(error.__cause__, ImportError)


# Certificates of the environment---------------------------------------------------------------


@over_aiohttp_too
def test_https_shares_one_context(way, tls_server, reading, forgotten_tls):
    """Two cores must reach an https server with one TLS context, made by the first call."""
    tls_server.answers(reading.answer, times=2)
    way.core(server_url=tls_server.url)
    assert environment.tls_context.cache_info().currsize == 0
    for _ in range(2):
        assert way.result_of(reading, server_url=tls_server.url) == Ok(reading.value)
    assert environment.tls_context.cache_info().misses == 1


@over_aiohttp_too
def test_a_certificate_that_is_not_trusted_is_refused(way, tls_server, monkeypatch, reading):
    """Without trust in the certificate, nothing must be sent."""
    monkeypatch.delenv("SSL_CERT_FILE")
    error = way.error_of(reading, server_url=tls_server.url, retries=ONCE)
    assert type(error) is ConnectionError
    assert error.request_sent is False
    assert tls_server.requests == []
