"""The pool of connections: what is kept, what is closed, and whose response a response is."""

import itertools
import logging
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import anyio
import httpcore
import httpx
import pytest

from tests.conftest import WAYS, WAYS_OVER_HTTP, Way
from vercel_marketplace import RequestOptions, RetryConfig, SyncVercel, VercelCore, block_on
from vercel_marketplace._internal.transports import connection_pool, pools, slots, streams
from vercel_marketplace._internal.transports import httpx as transport_module
from vercel_marketplace.errors import RequestTimeoutError, VercelConflictError

ONCE = RetryConfig("none")


@pytest.fixture(params=WAYS_OVER_HTTP)
def way(request):
    """Each way to make a call, and that over aiohttp."""
    return Way(request.param)


# About the SDK's own pool and streams. aiohttp has others: they use the connection that has been
# idle for longest, and read what comes as it comes.
of_our_pool = pytest.mark.parametrize("way", WAYS, indirect=True)


def head(status, **headers):
    """A status line and headers, written with `_` for `-`."""
    lines = [f"HTTP/1.1 {status} X", *(f"{n.replace('_', '-')}: {v}" for n, v in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode()


async def wait(way, function, *args):
    """Call a function that waits for another thread."""
    return function(*args) if way.blocking else await anyio.to_thread.run_sync(function, *args)


# Surplus bytes -------------------------------------------------------------------------

ACCEPTED = head(204)

RESPONSES = {
    "a length": head(200, content_length=2) + b"{}",
    "a length of zero": head(200, content_length=0),
    "a length, of one byte": head(200, content_length=1) + b"1",
    "no body": head(204),
    "chunks": head(200, transfer_encoding="chunked") + b"1\r\n{\r\n1\r\n}\r\n0\r\n\r\n",
    "trailers": head(200, transfer_encoding="chunked") + b"2\r\n{}\r\n0\r\nx-sum: 1\r\n\r\n",
    "early hints": head(103, link="x") + head(200, content_length=2) + b"{}",
    "an error": head(404, content_length=2) + b"{}",
}

SURPLUS = {
    "a response": ACCEPTED,
    "half a response": b"HTTP/1.1 204 X\r\nx-half: ",
    "a byte": b"\n",
    "an empty line": b"\r\n",
    "a doubled response": RESPONSES["a length"],
    "a doubled response in chunks": RESPONSES["chunks"],
}


def refund_twice(way, server, refund, *script, between=()):
    """Make a refund that gets a script, wait, and make one that is refused with a conflict."""
    server.plays(*script).answers({"error": {"code": "conflict", "message": "No"}}, 409)

    async def story():
        async with way.core(server_url=server.url, retries=ONCE) as core:
            await refund(core)
            for step in between:
                step.wait()
            return await refund(core)

    return way.run(story)


@pytest.mark.parametrize("response", RESPONSES.values(), ids=RESPONSES)
def test_a_response_that_ends_cleanly_leaves_its_connection_open(way, server, refund, response):
    """However its end is told, a connection must be used again when there is nothing beyond it."""
    result = refund_twice(way, server, refund, response)
    assert type(result.error) is VercelConflictError
    assert server.connections == [1, 1]


@pytest.mark.parametrize("response", RESPONSES.values(), ids=RESPONSES)
def test_what_comes_with_a_response_is_no_response(way, server, refund, response):
    """A refund that is refused must not succeed by what came with the response before."""
    result = refund_twice(way, server, refund, response + ACCEPTED)
    assert type(result.error) is VercelConflictError
    assert server.connections == [1, 2]


@pytest.mark.parametrize("surplus", SURPLUS.values(), ids=SURPLUS)
def test_anything_beyond_a_response_ends_the_connection(way, server, refund, surplus):
    """Whatever comes with a response, the connection must be closed and not be used again."""
    result = refund_twice(way, server, refund, RESPONSES["a length"] + surplus)
    assert type(result.error) is VercelConflictError
    assert server.connections == [1, 2]
    assert server.awaits_hang_up(1)


@pytest.mark.parametrize("surplus", SURPLUS.values(), ids=SURPLUS)
def test_what_comes_while_a_connection_is_idle_ends_it(way, server, refund, surplus):
    """What comes after a response, before the next request, must not become its response."""
    idle, sent = threading.Barrier(2), threading.Barrier(2)
    script = RESPONSES["a length"], idle, surplus, sent
    result = refund_twice(way, server, refund, *script, between=[idle, sent])
    assert type(result.error) is VercelConflictError
    assert server.connections == [1, 2]


@pytest.fixture
def blind_pool(monkeypatch):
    """A pool that does not notice what comes over an idle connection, as if it came too late."""
    for kind in (httpcore.HTTPConnection, httpcore.AsyncHTTPConnection):
        monkeypatch.setattr(kind, "has_expired", lambda _: False)


@of_our_pool
@pytest.mark.usefixtures("blind_pool")
def test_what_comes_after_the_pool_has_looked_ends_the_connection(way, server, refund):
    """A request must not be sent over a connection that something has come over meanwhile."""
    idle, sent = threading.Barrier(2), threading.Barrier(2)
    script = RESPONSES["a length"], idle, ACCEPTED, sent
    result = refund_twice(way, server, refund, *script, between=[idle, sent])
    assert type(result.error) is VercelConflictError
    assert server.connections == [1, 2]


@of_our_pool
@pytest.mark.usefixtures("blind_pool")
def test_a_connection_that_ends_after_the_pool_has_looked_costs_no_call(way, server, refund):
    """A refund must be sent over another connection, once."""
    server.plays(server.whole(status=204), server.CLOSE).answers(status=204)

    async def story():
        async with way.core(server_url=server.url, retries=ONCE) as core:
            await refund(core)
            assert server.awaits_hang_up(1)
            return await refund(core)

    assert way.run(story).ok
    assert server.connections == [1, 2]


@pytest.mark.anyio
@pytest.mark.usefixtures("blind_pool")
async def test_a_request_that_no_connection_took_is_unsent(server, refund, monkeypatch):
    """A refund must not count as sent if the one connection had ended and no other was made."""
    server.plays(server.whole(status=204), server.CLOSE)
    async with VercelCore("token", server_url=server.url, retries=ONCE) as core:
        await refund(core)
        assert server.awaits_hang_up(1)

        async def wait_for_ever(*_, **__):
            await anyio.sleep_forever()

        monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", wait_for_ever)
        error = (await refund(core, RequestOptions(timeout=0.05))).error
    assert type(error) is RequestTimeoutError
    assert error.request_sent is False
    assert len(server.requests) == 1


@pytest.fixture
def delayed_read(monkeypatch):
    """Has streams wait before they first read, until the server has played its script."""
    played, waits = threading.Barrier(2), iter([True])
    read, read_async = streams.Stream.read, streams.AsyncStream.read

    def wait_and_read(self, *args, **settings):
        if next(waits, False):
            played.wait()
        return read(self, *args, **settings)

    async def wait_and_read_async(self, *args, **settings):
        if next(waits, False):
            await anyio.to_thread.run_sync(played.wait)
        return await read_async(self, *args, **settings)

    monkeypatch.setattr(streams.Stream, "read", wait_and_read)
    monkeypatch.setattr(streams.AsyncStream, "read", wait_and_read_async)
    return played


@of_our_pool
def test_what_was_read_ahead_is_no_response(way, server, refund, monkeypatch, delayed_read):
    """What asyncio has taken from the socket, but nobody from asyncio, must not be a response."""
    response = RESPONSES["a length"]
    for kind in (httpcore.HTTP11Connection, httpcore.AsyncHTTP11Connection):
        monkeypatch.setattr(kind, "READ_NUM_BYTES", len(response))
    result = refund_twice(way, server, refund, response + ACCEPTED, delayed_read)
    assert type(result.error) is VercelConflictError
    assert server.connections == [1, 2]


@of_our_pool
def test_what_tls_has_read_ahead_is_no_response(way, tls_server, refund, delayed_read):
    """A TLS record that came with that of a response must not be the next response."""
    script = RESPONSES["a length"], ACCEPTED, delayed_read
    result = refund_twice(way, tls_server, refund, *script)
    assert type(result.error) is VercelConflictError
    assert tls_server.connections == [1, 2]


def test_a_response_in_two_records_leaves_its_connection_open(way, tls_server, refund):
    """A response that TLS delivers in pieces must end cleanly all the same."""
    response = RESPONSES["a length"]
    result = refund_twice(way, tls_server, refund, response[:-1], response[-1:])
    assert type(result.error) is VercelConflictError
    assert tls_server.connections == [1, 1]


def test_a_connection_is_looked_at_where_there_is_no_poll(way, server, refund, monkeypatch):
    """Where the system has `select` alone, the end of a connection must be noticed, too."""
    monkeypatch.delattr("select.poll")
    idle, sent = threading.Barrier(2), threading.Barrier(2)
    script = RESPONSES["a length"], idle, ACCEPTED, sent
    result = refund_twice(way, server, refund, *script, between=[idle, sent])
    assert type(result.error) is VercelConflictError
    assert server.connections == [1, 2]


# Idle connections ----------------------------------------------------------------------


@of_our_pool
def test_the_connection_used_last_is_used_next(way, server, refund):
    """After a burst, calls in turn must go over one connection, which was the last to be used."""
    server.plays(threading.Barrier(3), server.whole(status=204), times=3).answers(times=4)

    async def story():
        async with way.core(server_url=server.url, retries=ONCE) as core:
            await way.call_at_once(*[lambda: refund(core)] * 3)
            for _ in range(4):
                await refund(core)

    way.run(story)
    assert len(set(server.connections)) == 3
    assert len(set(server.connections[3:])) == 1


def test_connections_that_were_idle_for_long_are_closed(way, server, refund, monkeypatch):
    """A call must close the connections that were not used in time, to whichever server."""
    monkeypatch.setattr(connection_pool, "KEEPALIVE_SECONDS", 0.05)
    server.plays(threading.Barrier(3), server.whole(status=204), times=3).answers()

    async def story():
        async with way.core(server_url=server.url, retries=ONCE) as core:
            await way.call_at_once(*[lambda: refund(core)] * 3)
            await wait(way, time.sleep, 0.06)
            await refund(core)
            return await wait(way, server.awaits_hang_up, 1, 2, 3)

    assert way.run(story)
    assert server.connections[3] == 4


def test_each_server_has_connections_of_its_own(way, new_server, refund):
    """A call to one server must not go over a connection to another."""
    servers = [new_server().answers(times=2) for _ in range(2)]

    async def story():
        async with way.core(retries=ONCE) as core:
            for server in servers * 2:
                await refund(core, RequestOptions(server_url=server.url))

    way.run(story)
    assert [server.connections for server in servers] == [[1, 1], [1, 1]]


def test_threads_do_not_spoil_one_anothers_connections(server, refund):
    """However many threads share a client, each must have a connection, and none be closed."""
    threads, calls = 32, 10
    server.otherwise = lambda _: (server.whole(status=204),)
    with VercelCore.blocking("token", server_url=server.url, retries=ONCE) as core:

        def work(_):
            return [block_on(refund(core)).ok for _ in range(calls)]

        with ThreadPoolExecutor(threads) as pool:
            assert list(pool.map(work, range(threads))) == [[True] * calls] * threads
    assert len(server.requests) == threads * calls
    assert len(set(server.connections)) <= threads


def test_closing_lets_a_call_in_flight_end(way, server, refund):
    """A refund that is on its way must get its response, and its connection be closed then."""
    closed = threading.Barrier(2)
    server.plays(closed, server.whole(status=204))
    core = way.core(server_url=server.url, retries=ONCE)

    async def call():
        return (await refund(core)).ok

    async def close():
        assert await wait(way, server.awaits_requests, 1)
        await core.aclose()
        await wait(way, closed.wait)
        return True

    assert way.run(lambda: way.call_at_once(call, close)) == [True, True]
    assert server.awaits_hang_up(1)


@of_our_pool
def test_a_response_that_is_closed_again_ends_no_other(way, server):
    """What closes the stream of a response twice must not end the connection of the next call."""
    large = b"second" * 50_000  # more than is read at once
    server.answers(b"first").answers(large)
    kind = transport_module._BlockingAdapter if way.blocking else transport_module._AsyncAdapter
    make_pool = pools._make_blocking_pool if way.blocking else pools._make_async_pool

    async def story():
        adapter, parts = kind(make_pool("http")), []
        first = await adapter.send(httpx.Request("GET", server.url))
        await adapter.read(first, parts)
        await adapter.close(first)
        second = await adapter.send(httpx.Request("GET", server.url))
        first.stream.close() if way.blocking else await first.stream.aclose()
        await adapter.read(second, parts)
        await adapter.close(second)
        adapter.pool.close() if way.blocking else await adapter.pool.aclose()
        return b"".join(parts)

    assert way.run(story) == b"first" + large
    assert server.connections == [1, 1]


# Interrupts ----------------------------------------------------------------------------

OURS = {module.__file__ for module in (connection_pool, slots, streams)}


class Interrupt(BaseException):
    """Stands for `KeyboardInterrupt`."""


@of_our_pool
def test_an_interrupt_while_a_response_is_closed_ends_the_connection(way, server, reading, caplog):
    """A connection of which nobody knows whether its response has ended must be closed."""
    caplog.set_level(logging.DEBUG, "httpcore.http11")

    def interrupt(record):
        if record.getMessage().startswith("response_closed.started"):
            raise Interrupt
        return True

    server.answers(reading.answer)

    async def story():
        async with way.core(server_url=server.url, retries=ONCE) as core:
            with pytest.raises(Interrupt), caplog.filtering(interrupt):
                await reading(core)
            return await wait(way, server.awaits_hang_up, 1)

    assert way.run(story)


@contextmanager
def interrupt_at(number):
    """Raise between two bytecodes of the pool: before the one with a number."""
    passed = 0

    def trace(frame, event, _):
        nonlocal passed
        if frame.f_code.co_filename not in OURS:
            return None
        frame.f_trace_opcodes = True
        if event == "opcode":
            passed += 1
            if passed == number:
                raise Interrupt
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(before)


# An interrupt leaves a connection to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_interrupt_costs_a_connection_at_most(server, reading, monkeypatch):
    """Wherever an interrupt hits the pool, the next call must find a slot, and its own response."""
    monkeypatch.setattr(pools, "_MAX_IN_FLIGHT", 1)
    server.otherwise = lambda request: (server.whole({"id": request.target[-9:], "role": "USER"}),)
    with SyncVercel("token", server_url=server.url, retries=ONCE, timeout=1) as vercel:

        def call(name):
            return vercel.marketplace.get_member(
                integration_configuration_id="icfg_1", member_id=name
            ).id

        with interrupt_at(0):  # Python 3.12 traces opcodes from the second time on
            call("user_0000")
        for number in itertools.count(1, 5):
            try:
                with interrupt_at(number):
                    call("user_lost")
            except Interrupt:
                pass
            else:
                break
            assert call(f"user_{number:04}") == f"user_{number:04}"
    assert number > 100
