"""The wire, over real HTTP on loopback: connections, framing, failures."""

import asyncio
import builtins
import contextvars
import gzip

import anyio
import attrs
import httpx
import pytest

from tests.conftest import WAYS_OVER_HTTP, Way
from vercel_marketplace import Ok, RequestOptions, RetryConfig, VercelCore, block_on
from vercel_marketplace.errors import (
    ConnectionError,  # noqa: A004 (the SDK's)
    RequestAbortedError,
    RequestTimeoutError,
    ResponseValidationError,
    SDKError,
)

ONCE = RetryConfig("none")


@pytest.fixture(params=WAYS_OVER_HTTP)
def way(request):
    """Each way to make a call, and that over aiohttp."""
    return Way(request.param)


# Connections ---------------------------------------------------------------------------


def test_calls_share_one_connection(way, server, reading):
    """Calls one after the other must go over one connection."""
    server.answers(reading.answer, times=3)

    async def story():
        async with way.core(server_url=server.url) as core:
            for _ in range(3):
                assert (await reading(core)).ok

    way.run(story)
    assert server.connections == [1, 1, 1]


def test_a_body_that_is_not_read_as_json_frees_its_connection(way, server, refund):
    """A documented-empty response with a body, and an error, must leave the connection usable."""
    server.answers({"surprise": 1}, 200).answers(b"x" * 70_000, 500).answers(status=204)

    async def story():
        async with way.core(server_url=server.url, retries=ONCE) as core:
            return [(await refund(core)).ok for _ in range(3)]

    assert way.run(story) == [True, False, True]
    assert server.connections == [1, 1, 1]


def test_a_connection_closed_while_idle_is_replaced(way, server, refund):
    """A keep-alive connection that the server has closed meanwhile must not cost a call."""
    server.plays(server.whole(status=204), server.CLOSE).answers(status=204)

    async def story():
        async with way.core(server_url=server.url, retries=ONCE) as core:
            first = await refund(core)
            assert server.awaits_hang_up(1)
            return first.ok, (await refund(core)).ok

    assert way.run(story) == (True, True)
    assert server.connections == [1, 2]


def test_connection_close_is_kept_to(way, server, reading):
    """After a response with `Connection: close` the next call must open another one."""
    server.answers(reading.answer, connection="close").answers(reading.answer)

    async def story():
        async with way.core(server_url=server.url) as core:
            return [(await reading(core)).ok for _ in range(2)]

    assert way.run(story) == [True, True]
    assert server.connections == [1, 2]


def test_closing_ends_the_connections(way, server, reading):
    """A closed core must hold no connection any more."""
    server.answers(reading.answer)
    assert way.result_of(reading, server_url=server.url).ok
    assert server.awaits_hang_up(1)


def test_a_closed_core_says_so(way, server, reading):
    """A call on a closed core must come to an error that tells why, and send nothing."""

    async def story():
        core = way.core(server_url=server.url)
        await core.aclose()
        await core.aclose()
        return await reading(core)

    error = way.run(story).error
    assert isinstance(error, RequestAbortedError)
    assert "closed" in str(error)
    assert error.request_sent is False
    assert server.requests == []


@pytest.mark.anyio
async def test_a_cancelled_call_frees_its_connection(server, reading):
    """Cancellation must pass through, end the connection, and leave the core usable."""
    server.answers(reading.answer).plays(server.STALL).answers(reading.answer)
    async with VercelCore("token", server_url=server.url) as core:
        assert (await reading(core)).ok
        with anyio.fail_after(5):
            async with anyio.create_task_group() as group:
                group.start_soon(reading, core)
                while len(server.requests) < 2:  # noqa: ASYNC110 (the server is a thread)
                    await anyio.sleep(0.01)
                group.cancel_scope.cancel()
        assert await anyio.to_thread.run_sync(server.awaits_hang_up, 1)
        assert (await reading(core)).ok
    assert server.connections == [1, 1, 2]


# Requests ------------------------------------------------------------------------------


def test_each_operation_is_sent_and_read(way, server, case):
    """Each operation must send its method and path and read its documented success."""
    server.answers(case.answer, case.success)
    assert way.result_of(case, server_url=server.url) == Ok(case.value)
    assert (server.request.method, server.request.target) == (case.method, case.path)


def test_framing_headers_are_sent_once(way, server, case):
    """`Host`, `Accept-Encoding` and the length must be sent once and be right."""
    server.answers(case.answer, case.success)
    way.result_of(case, server_url=server.url)
    request = server.request
    assert request.values("host") == [f"127.0.0.1:{server.port}"]
    (encodings,) = request.values("accept-encoding")
    assert "gzip" in encodings
    lengths = [str(len(request.body))] if case.method in {"POST", "PUT", "PATCH"} else []
    assert request.values("content-length") == lengths
    assert request.values("transfer-encoding") == []
    names = [name for name, _ in request.headers]
    assert len(names) == len(set(names))


def test_an_empty_body_is_sent_as_one(way, server, secrets_update):
    """A body that is left out must go out as one of no bytes, without a content type."""
    server.answers(status=201)
    case = attrs.evolve(
        secrets_update, request=attrs.evolve(secrets_update.request, request_body=None)
    )
    assert way.result_of(case, server_url=server.url).ok
    assert server.request.values("content-length") == ["0"]
    assert server.request.values("content-type") == []


# Answers -------------------------------------------------------------------------------


def test_gzip_is_undone(way, server, reading):
    """A compressed response must be read like a plain one."""
    body = gzip.compress(b'{"id": "user_1", "role": "ADMIN"}')
    server.answers(body, content_encoding="gzip")
    assert way.result_of(reading, server_url=server.url) == Ok(reading.value)


def test_a_chunked_answer_is_read(way, server, reading):
    """A response in chunks, some of them late, must be read whole."""
    head = server.head(200, content_type="application/json", transfer_encoding="chunked")
    server.plays(
        head + b'8\r\n{"id": "\r\n', 0.01, b'1A\r\nuser_1", "role": "ADMIN" }\r\n0\r\n\r\n'
    )
    assert way.result_of(reading, server_url=server.url) == Ok(reading.value)


def test_an_interim_answer_is_passed_over(way, server, refund):
    """A `100 Continue` before the response must not be taken for it."""
    server.plays(b"HTTP/1.1 100 Continue\r\n\r\n", server.whole(status=204))
    assert way.result_of(refund, server_url=server.url).ok


@pytest.mark.parametrize("body", [b"", b"{}", b"<html>"])
@pytest.mark.parametrize("case", ["create_event", "update_invoice"], indirect=True)
def test_a_body_where_none_is_documented_is_passed_over(way, server, case, body):
    """A 201 or 204 that brings a body all the same must be the success that it says it is."""
    server.plays(server.whole(status=case.success) + body, server.CLOSE)
    assert way.result_of(case, server_url=server.url, retries=ONCE) == Ok(None)


@pytest.mark.parametrize("content_type", ["text/html; charset=utf-8", "application/json5", ""])
def test_a_success_that_is_not_json_is_an_error_with_its_text(way, server, reading, content_type):
    """A 200 of another content type must come to an `SDKError` that holds the body."""
    server.answers(b"<h1>Hello</h1>", content_type=content_type)
    error = way.error_of(reading, server_url=server.url)
    assert type(error) is SDKError
    assert (error.status_code, error.body) == (200, "<h1>Hello</h1>")


def test_a_success_whose_json_is_cut_short_is_a_validation_error(way, server, reading):
    """A 200 with half a JSON document must come to a `ResponseValidationError`, and no retry."""
    server.answers(b'{"id": "user_1", "ro')
    error = way.error_of(reading, server_url=server.url)
    assert isinstance(error, ResponseValidationError)
    assert error.raw_value == '{"id": "user_1", "ro'
    assert error.attempts == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("elsewhere", [False, True], ids=["same origin", "another"])
def test_redirects_are_never_followed(way, server, new_server, refund, status, elsewhere):
    """A redirect must come back as an error after exactly one request."""
    other = new_server() if elsewhere else server
    server.answers(status=status, location=f"{other.url}/elsewhere")
    error = way.error_of(refund, server_url=server.url)
    assert (type(error), error.status_code) == (SDKError, status)
    assert error.headers["location"] == f"{other.url}/elsewhere"
    assert server.request.target == refund.path
    assert other is server or other.requests == []


def test_cookies_are_never_sent_back(way, server, reading):
    """A cookie that the server sets must not go out with the next call."""
    server.answers(reading.answer, times=2, set_cookie="session=abc; Path=/")

    async def story():
        async with way.core(server_url=server.url) as core:
            return [await reading(core) for _ in range(2)]

    first, _ = way.run(story)
    assert first.response.headers["set-cookie"] == "session=abc; Path=/"
    assert [request.values("cookie") for request in server.requests] == [[], []]


# Failures ------------------------------------------------------------------------------

HALF = b'{"id": "use'


def break_reset(server):
    server.plays(server.RESET)


def break_close(server):
    server.plays(server.CLOSE)


def break_close_in_the_headers(server):
    server.plays(b"HTTP/1.1 200 OK\r\ncontent-ty", server.CLOSE)


def break_close_in_the_body(server):
    head = server.head(200, content_type="application/json", content_length=99)
    server.plays(head + HALF, server.CLOSE)


def break_reset_in_the_body(server):
    head = server.head(200, content_type="application/json", content_length=99)
    server.plays(head + HALF, 0.01, server.RESET)


def break_close_in_a_chunk(server):
    head = server.head(200, content_type="application/json", transfer_encoding="chunked")
    server.plays(head + b"63\r\n" + HALF, server.CLOSE)


def break_garbage(server):
    server.plays(b"SSH-2.0-OpenSSH_9.9\r\n", server.CLOSE)


BREAKS = [value for name, value in list(globals().items()) if name.startswith("break_")]


@pytest.mark.parametrize("breaks", BREAKS)
def test_a_broken_connection_is_a_connection_error(way, server, reading, breaks):
    """Whatever breaks before the whole response is there must say that the request went out."""
    breaks(server)
    error = way.error_of(reading, server_url=server.url, retries=ONCE)
    assert type(error) is ConnectionError
    assert isinstance(error, builtins.ConnectionError)
    assert error.request_sent is True
    assert error.attempts == 1
    assert error.status_code is None
    assert error.operation_id == "get-member"


@pytest.mark.parametrize("breaks", BREAKS)
def test_a_broken_connection_is_not_used_again(way, server, reading, breaks):
    """After a break, the next call must succeed over another connection."""
    breaks(server)
    server.answers(reading.answer)

    async def story():
        async with way.core(server_url=server.url, retries=ONCE) as core:
            return [(await reading(core)).ok for _ in range(2)]

    assert way.run(story) == [False, True]


def test_a_connection_that_is_reset_at_once_is_a_connection_error(way, server, reading):
    """A reset before anything was read must be a `ConnectionError`, whoever notices it first."""
    server.greets(server.RESET)
    error = way.error_of(reading, server_url=server.url, retries=ONCE)
    assert type(error) is ConnectionError
    assert server.requests == []


def test_a_refused_connection_says_that_nothing_was_sent(way, refusing_url, reading):
    """A port that refuses must come to a `ConnectionError` whose `request_sent` is false."""
    error = way.error_of(reading, server_url=refusing_url, retries=ONCE)
    assert type(error) is ConnectionError
    assert error.request_sent is False


@pytest.mark.parametrize("name", ["asyncio", "aiohttp"])
def test_calls_in_one_context_do_not_mix_up_what_was_sent(name, server, reading):
    """Of two calls whose tasks share a context, each must say that it was sent itself."""
    for _ in range(2):
        server.plays(server.CLOSE)
    context = contextvars.copy_context()

    async def story():
        loop = asyncio.get_running_loop()
        async with Way(name).core(server_url=server.url, retries=ONCE) as core:
            tasks = [loop.create_task(reading(core), context=context) for _ in range(2)]
            return [(await task).error.request_sent for task in tasks]

    assert asyncio.run(story()) == [True, True]


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\ncontent-ty", "body"])
def test_a_slow_answer_is_a_timeout(way, server, reading, start):
    """No response, half the headers or half the body in time must be a `RequestTimeoutError`."""
    if start == "body":
        start = server.head(200, content_type="application/json", content_length=99) + HALF
    server.plays(start, server.STALL)
    error = way.error_of(reading, server_url=server.url, retries=ONCE, timeout=0.3)
    assert type(error) is RequestTimeoutError
    assert isinstance(error, TimeoutError)
    assert error.request_sent is True
    assert server.awaits_hang_up(1)


@pytest.mark.anyio
async def test_the_async_timeout_bounds_the_whole_attempt(server, reading):
    """A response that trickles, each piece in time, must time out as a whole."""
    drops = [part for _ in range(200) for part in (b" ", 0.02)]
    head = server.head(200, content_type="application/json", content_length=1000)
    server.plays(head, *drops, server.STALL)
    async with VercelCore("token", server_url=server.url, retries=ONCE, timeout=0.08) as core:
        result = await reading(core)
    assert type(result.error) is RequestTimeoutError


def test_the_blocking_timeout_bounds_each_phase(reading):
    """A blocking call must hand its limit to every phase, and none for `math.inf`."""
    seen = []

    def answer(request):
        seen.append(request.extensions["timeout"])
        return httpx.Response(200, json=reading.answer)

    with httpx.Client(transport=httpx.MockTransport(answer)) as client:
        core = VercelCore.blocking("token", http_client=client, timeout=2.5)
        block_on(reading(core))
        block_on(reading(core, RequestOptions(timeout=float("inf"))))
    phases = ("connect", "read", "write", "pool")
    assert seen == [dict.fromkeys(phases, 2.5), dict.fromkeys(phases)]


def test_no_limit_is_no_limit(way, server, reading):
    """`math.inf` must be taken on every way."""
    server.answers(reading.answer)
    assert way.result_of(reading, server_url=server.url, timeout=float("inf")).ok
