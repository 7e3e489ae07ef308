"""What is special about the transport over aiohttp; other tests of the wire run over it as well."""

import asyncio
import gc
import signal
import socket
import sys
import threading
import traceback

import anyio
import attrs
import pytest

from tests.conftest import Way
from vercel_marketplace import Hooks, Ok, RetryConfig, SyncVercel, Vercel, VercelCore
from vercel_marketplace._internal.transports.connection_guard import ConnectionGuard
from vercel_marketplace.errors import (
    ConnectionError,  # noqa: A004 (the SDK's)
    InvalidRequestError,
    RequestTimeoutError,
    UnexpectedClientError,
    VercelConflictError,
)

aiohttp = pytest.importorskip("aiohttp", reason="the extra is not installed")
from vercel_marketplace.aiohttp import AiohttpTransport  # noqa: E402 (requires it)

ONCE = RetryConfig("none")


@pytest.fixture
def way():
    """The way over aiohttp."""
    return Way("aiohttp")


# Where it applies ----------------------------------------------------------------------


@pytest.mark.parametrize("make", [SyncVercel, VercelCore.blocking])
def test_a_blocking_client_refuses_it(make):
    """What can only be awaited must be refused when a blocking client is made."""
    with pytest.raises(TypeError, match="AiohttpTransport is async, but this client is blocking"):
        make("token", transport=AiohttpTransport())


def test_trio_is_refused(server, reading):
    """On trio, the error must say that aiohttp requires asyncio, and nothing be sent."""
    core = VercelCore("token", server_url=server.url, transport=AiohttpTransport())
    error = anyio.run(reading, core, backend="trio").error
    assert (type(error), error.request_sent) == (UnexpectedClientError, False)
    assert "aiohttp requires asyncio" in str(error)
    assert server.requests == []


def test_a_missing_aiohttp_says_what_to_install(monkeypatch):
    """Without the extra, the import must name the command that installs it."""
    monkeypatch.setitem(sys.modules, "aiohttp", None)
    monkeypatch.delitem(sys.modules, "vercel_marketplace.aiohttp")
    monkeypatch.delitem(sys.modules, "vercel_marketplace._internal.transports.aiohttp")
    with pytest.raises(ImportError, match=r"pip install .vercel-marketplace\[aiohttp\]"):
        import vercel_marketplace.aiohttp  # noqa: F401


def test_clients_may_share_one(server, reading):
    """Closing one client must leave usable what another sends over the same transport."""
    server.answers(reading.answer, times=2)
    transport = AiohttpTransport()

    async def story():
        for _ in range(2):
            async with Vercel("token", server_url=server.url, transport=transport) as vercel:
                await reading.call_method(vercel)

    asyncio.run(story())
    assert server.connections == [1, 2]


# What is sent --------------------------------------------------------------------------

SAFE_TO_REPEAT_FOR_AIOHTTP = [
    "get_member",
    "update_resource_secrets_by_id",
    "delete_integration_resource",
]


@pytest.mark.parametrize("case", SAFE_TO_REPEAT_FOR_AIOHTTP, indirect=True)
@pytest.mark.parametrize("step", ["CLOSE", "RESET"])
def test_aiohttp_sends_nothing_again_by_itself(way, server, case, step):
    """A GET, PUT or DELETE whose connection breaks must go out once, and the caller be told."""
    server.plays(getattr(server, step), times=2)
    error = way.error_of(case, server_url=server.url, retries=ONCE)
    assert (type(error), error.request_sent, error.attempts) == (ConnectionError, True, 1)
    assert len(server.requests) == 1


def test_no_password_file_is_read(way, server, sso, monkeypatch, tmp_path):
    """What a netrc file knows of the host must not go out with a call that has no token."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login user password hunter2")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    server.answers(sso.answer)
    assert way.result_of(sso, server_url=server.url).ok
    assert server.request.values("authorization") == []


@pytest.mark.parametrize("path", ["/a/../b", "/%7Euser", "/a%2Fb?c=%2B", "//double"])
def test_a_url_is_sent_as_it_is(way, server, reading, path):
    """Nothing in a URL may be normalised: what looks like another path is an id."""
    server.answers(reading.answer)
    hooks = Hooks(before_request=[lambda _, request: attrs.evolve(request, url=server.url + path)])
    assert way.result_of(reading, server_url=server.url, hooks=hooks).ok
    assert server.request.target == path


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:port/secret", "http:///secret", "ftp://127.0.0.1/secret"]
)
def test_a_url_that_cannot_be_sent_is_refused(way, reading, url):
    """A URL that a hook has spoilt must be an error that does not quote it."""
    hooks = Hooks(before_request=[lambda _, request: attrs.evolve(request, url=url)])
    error = way.error_of(reading, hooks=hooks)
    assert (type(error), error.request_sent) == (InvalidRequestError, False)
    assert "the URL cannot be sent" in str(error)
    assert "secret" not in str(error)


def test_a_large_body_is_sent(way, server, secrets_update):
    """A request that does not fit into the buffers of a socket must be sent whole."""
    server.answers(status=201)
    content = b"x" * 8_000_000
    hooks = Hooks(before_request=[lambda _, request: attrs.evolve(request, content=content)])
    assert way.result_of(secrets_update, server_url=server.url, hooks=hooks).ok
    assert server.request.body == content
    assert server.request.values("content-length") == ["8000000"]
    assert server.request.values("content-type") == ["application/json"]


# What comes back -----------------------------------------------------------------------


def test_what_comes_while_the_loop_runs_ends_an_idle_connection(way, server, refund):
    """What the loop has read before the next request must not become its response, either."""
    idle, sent = threading.Barrier(2), threading.Barrier(2)
    server.plays(server.whole(status=204), idle, server.whole(status=204), sent)
    server.answers({"error": {"code": "conflict", "message": "No"}}, 409)

    async def story():
        async with way.core(server_url=server.url, retries=ONCE) as core:
            await refund(core)
            for step in (idle, sent):
                await anyio.to_thread.run_sync(step.wait)
            return await refund(core)

    assert type(way.run(story).error) is VercelConflictError
    assert server.connections == [1, 2]


def test_what_comes_over_tls_with_a_response_is_no_response(way, tls_server, refund):
    """What was encrypted together with a response must not be the next response."""
    tls_server.plays(tls_server.whole({}) + tls_server.whole(status=204))
    tls_server.answers({"error": {"code": "conflict", "message": "No"}}, 409)

    async def story():
        async with way.core(server_url=tls_server.url, retries=ONCE) as core:
            await refund(core)
            return await refund(core)

    assert type(way.run(story).error) is VercelConflictError
    assert tls_server.connections == [1, 2]


def test_a_response_with_a_large_header_is_read(way, server, reading):
    """A header beyond the limits of aiohttp must not spoil a response."""
    server.answers(reading.answer, x_large="x" * 20_000)
    assert way.result_of(reading, server_url=server.url) == Ok(reading.value)


def test_a_body_larger_than_the_buffers_is_read(way, server, reading):
    """A response that aiohttp pauses to read must be read whole."""
    server.answers(reading.answer | {"userEmail": "x" * 3_000_000})
    assert len(way.result_of(reading, server_url=server.url).value.user_email) == 3_000_000


def test_an_error_whose_body_is_cut_off_keeps_its_status(way, server, refund):
    """A conflict must stay one although its body breaks off."""
    server.plays(server.head(409, content_length=99) + b"{", server.CLOSE)
    error = way.error_of(refund, server_url=server.url, retries=ONCE)
    assert type(error) is VercelConflictError


# Failures ------------------------------------------------------------------------------


def test_a_handshake_that_never_ends_has_sent_nothing(way, refund):
    """A refund must not count as possibly sent while TLS is not there to send it over."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}"
        error = way.error_of(refund, server_url=url, retries=ONCE, timeout=0.3)
    gc.collect()  # a socket left behind warns here, which fails the test
    assert (type(error), error.request_sent) == (RequestTimeoutError, False)


@pytest.mark.parametrize("proxy", ["socks5://{0}", "ftp://{0}", "http://{0}:port"])
def test_a_proxy_that_cannot_be_used_is_named(way, monkeypatch, reading, proxy):
    """A proxy that aiohttp does not know how to use must be named, without its password."""
    monkeypatch.setenv("HTTPS_PROXY", proxy.format("user:hunter2@proxy.example.test"))
    error = way.error_of(reading)
    assert (type(error), error.request_sent) == (InvalidRequestError, False)
    assert "HTTPS_PROXY in the environment cannot be used" in str(error)
    assert "hunter2" not in "".join(traceback.format_exception(error))


@pytest.mark.parametrize("proxy", ["{0}", "http://{0}"])
def test_a_proxy_gets_its_password(way, server, monkeypatch, reading, proxy):
    """User and password of a proxy must go to the proxy, with or without a scheme."""
    monkeypatch.setenv("HTTP_PROXY", proxy.format(f"user:hunter2@127.0.0.1:{server.port}"))
    server.answers(reading.answer)
    assert way.result_of(reading, server_url="http://api.example.test").ok
    assert server.request.values("proxy-authorization") == ["Basic dXNlcjpodW50ZXIy"]
    assert server.request.values("authorization") == ["Bearer token-of-tests"]


def test_a_tunnel_that_a_proxy_refuses_has_sent_nothing(way, server, monkeypatch, refund):
    """A proxy that refuses the tunnel must leave the refund unsent."""
    monkeypatch.setenv("HTTPS_PROXY", server.url)
    server.answers(status=403)
    error = way.error_of(refund, server_url="https://api.example.test", retries=ONCE)
    assert (type(error), error.request_sent) == (ConnectionError, False)


FAILURES = {
    "closed": lambda server: server.plays(server.CLOSE),
    "garbage": lambda server: server.plays(b"SSH-2.0 secret-of-the-response\r\n", server.CLOSE),
    "cut off": lambda server: server.plays(server.head(200, content_length=99), server.CLOSE),
    "refused": lambda server: None,
}


@pytest.mark.parametrize("failure", FAILURES)
def test_an_error_holds_neither_token_nor_password(
    way, server, refusing_url, monkeypatch, reading, failure
):
    """No error, nor one that it came from, may hold the token, the password or the response."""
    proxy = refusing_url if failure == "refused" else server.url
    monkeypatch.setenv("HTTP_PROXY", proxy.replace("//", "//user:hunter2@"))
    FAILURES[failure](server)
    error = way.error_of(reading, server_url="http://api.example.test", retries=ONCE)
    assert type(error) is ConnectionError
    shown = []
    while error is not None:
        shown += [repr(error), repr(vars(error)), str(error)]
        shown += [repr(frame.f_locals) for frame, _ in traceback.walk_tb(error.__traceback__)]
        error = error.__cause__ or error.__context__
    for secret in ("token-of-tests", "hunter2", "secret-of-the-response"):
        assert secret not in "".join(shown)


@pytest.mark.parametrize("base", [OSError, TimeoutError])
def test_what_a_signal_handler_raises_is_no_failure_of_the_call(way, reading, monkeypatch, base):
    """An exception of a signal handler must leave the call unchanged, whatever its class."""

    class TimeIsUpError(base):
        pass

    def handle(*_):
        raise TimeIsUpError

    async def interrupted(*_, **__):
        signal.raise_signal(signal.SIGUSR1)

    monkeypatch.setattr(aiohttp.ClientSession, "request", interrupted)
    before = signal.signal(signal.SIGUSR1, handle)
    try:
        with pytest.raises(TimeIsUpError):
            way.error_of(reading)
    finally:
        signal.signal(signal.SIGUSR1, before)


def test_a_full_socket_holds_the_writer_back():
    """Whatever asyncio tells of its buffer reaches aiohttp: it pauses, and goes on."""

    class Protocol(asyncio.Protocol):
        def __init__(self):
            self.told = []

        def pause_writing(self):
            self.told.append("pause")

        def resume_writing(self):
            self.told.append("resume")

    class Transport:
        def get_extra_info(self, name):
            return None

        def set_protocol(self, protocol):
            self.protocol = protocol

    async def story():
        transport, protocol = Transport(), Protocol()
        ConnectionGuard(transport, protocol)
        transport.protocol.pause_writing()
        transport.protocol.resume_writing()
        return protocol.told

    assert asyncio.run(story()) == ["pause", "resume"]
