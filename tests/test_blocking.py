"""Blocking calls: the same functions, without an event loop or a thread."""

import asyncio
import gc
import threading
import warnings

import anyio
import anyio.lowlevel
import httpx
import pytest

from vercel_marketplace import (
    Err,
    Hooks,
    HTTPResponse,
    Ok,
    RequestOptions,
    SyncVercel,
    UnexpectedClientError,
    Vercel,
    VercelCore,
    VercelNotFoundError,
    block_on,
)


def in_a_plain_thread(function):
    """Run a function in a thread that has no event loop; give what it returns."""
    outcome = []
    thread = threading.Thread(target=lambda: outcome.append(function()))
    thread.start()
    thread.join()
    (value,) = outcome
    return value


# Each operation ------------------------------------------------------------------------


def test_each_function_runs_in_a_plain_thread(server, case):
    """Each function must finish under `block_on` in a thread without a loop."""
    server.answers(case.answer, case.success)

    def call():
        with VercelCore.blocking("token", server_url=server.url) as core:
            return block_on(case(core))

    assert in_a_plain_thread(call) == Ok(case.value)


def test_each_method_runs_in_a_plain_thread(server, case):
    """Each method of `SyncVercel` must finish in a thread without a loop."""
    server.answers(case.answer, case.success)

    def call():
        with SyncVercel("token", server_url=server.url) as vercel:
            return case.call_method(vercel)

    assert in_a_plain_thread(call) == case.value
    assert server.request.target == case.path


@pytest.mark.anyio
async def test_each_method_runs_inside_a_running_loop(server, case, may_block):
    """A blocking call must work in a coroutine too, as in a notebook, and block it."""
    server.answers(case.answer, case.success)
    with SyncVercel("token", server_url=server.url) as vercel:
        assert case.call_method(vercel) == case.value


@pytest.mark.anyio
async def test_each_method_of_the_async_client_gives_its_value(server, case):
    """Each method of `Vercel` must give what its function reads."""
    server.answers(case.answer, case.success)
    async with Vercel("token", server_url=server.url) as vercel:
        assert await case.call_method(vercel) == case.value


def test_methods_raise_the_error(server, case):
    """A method must raise the error that its function returns."""
    server.answers({"error": {"code": "not_found", "message": "Gone fishing"}}, 404)
    said = "Not Found" if case.method == "HEAD" else "Gone fishing"  # HEAD brings no body
    with (
        SyncVercel("token", server_url=server.url) as vercel,
        pytest.raises(VercelNotFoundError, match=said) as caught,
    ):
        case.call_method(vercel)
    assert caught.value.operation_id == case.name.replace("_", "-")


def test_methods_take_options(server, case):
    """A method must hand its options on."""
    server.answers(case.answer, case.success)
    with SyncVercel("token", server_url="http://127.0.0.1:9") as vercel:
        options = RequestOptions(server_url=server.url, headers={"x-trace": "1"})
        assert case.call_method(vercel, options=options) == case.value
    assert server.request.values("x-trace") == ["1"]


def test_a_sync_client_starts_neither_thread_nor_loop(server, case, monkeypatch):
    """`SyncVercel` must work without a thread of its own and without an event loop."""
    here, start = threading.current_thread(), threading.Thread.start

    def refuse_here(thread):
        assert threading.current_thread() is not here, "a thread was started"
        start(thread)

    def refuse(*_):
        raise AssertionError

    monkeypatch.setattr(threading.Thread, "start", refuse_here)
    monkeypatch.setattr(asyncio, "new_event_loop", refuse)
    monkeypatch.setattr(asyncio.events, "_set_running_loop", refuse)
    server.answers(case.answer, case.success)
    with SyncVercel("token", server_url=server.url) as vercel:
        assert case.call_method(vercel) == case.value


# What cannot be awaited ---------------------------------------------------------------


async def an_async_function(*_):
    """Stand for a hook or a token provider."""


class AsyncCallable:
    """An object whose call is async."""

    async def __call__(self, *_):
        """Stand for a hook or a token provider."""


@pytest.mark.parametrize("function", [an_async_function, AsyncCallable()])
@pytest.mark.parametrize("make", [SyncVercel, VercelCore.blocking])
def test_what_is_async_is_refused_when_the_client_is_made(make, function):
    """An async hook or token provider must be a `TypeError` that names it."""
    with pytest.raises(TypeError, match="bearer_token is async"):
        make(function)
    for kind in ("before_request", "after_success", "after_error"):
        with pytest.raises(TypeError, match=rf"hooks\.{kind} is async"):
            make("token", hooks=Hooks(**{kind: [print, function]}))


@pytest.mark.parametrize("function", [an_async_function, AsyncCallable()])
def test_what_is_async_is_refused_in_a_copy(function):
    """`with_options` of a blocking client must refuse what making it would have refused."""
    core, vercel = VercelCore.blocking("token"), SyncVercel("token")
    for client in (core, vercel):
        with pytest.raises(TypeError, match="bearer_token is async"):
            client.with_options(bearer_token=function)
        with pytest.raises(TypeError, match="before_request is async"):
            client.with_options(hooks=Hooks(before_request=[function]))


def test_a_client_of_the_other_kind_is_refused():
    """An async client in a blocking core must be a `TypeError` that names it."""
    for make in (SyncVercel, VercelCore.blocking):
        with pytest.raises(TypeError, match="http_client is async"):
            make("token", http_client=httpx.AsyncClient())
    with httpx.Client() as client, pytest.raises(TypeError, match="http_client is blocking"):
        Vercel("token", http_client=client)


def test_an_async_token_provider_for_one_call_is_an_error(fake, reading):
    """An async provider in the options of a blocking call must come to an `Err`."""
    core = VercelCore.blocking(transport=fake)
    result = block_on(reading(core, RequestOptions(bearer_token=an_async_function)))
    assert "bearer_token is async" in str(result.error)
    assert fake.sent == []


def test_a_client_of_the_wrong_kind_of_with_says_so():
    """`with` on an async core, and closing one, must say what to write instead."""
    with pytest.raises(TypeError, match="async with"), VercelCore("token"):
        pass
    with pytest.raises(TypeError, match="async with"):
        VercelCore("token").close()


class SuspendingTransport:
    """Waits for something that only an event loop can bring."""

    async def send(self, request):
        """Wait."""
        await anyio.sleep(10)
        return HTTPResponse(200)


class OpenTransport:
    """Suspends by hand, so that no loop is needed to see it."""

    def send(self, request):
        """Give something to await."""
        return self

    def __await__(self):
        yield "a sign from above"


def test_block_on_names_what_suspends(reading):
    """`block_on` of a call that suspends must say what it waits for, and where."""
    core = VercelCore.blocking("token", transport=OpenTransport())
    with pytest.raises(RuntimeError, match=r"get_member awaits .a sign from above. in OpenTransp"):
        block_on(reading.function(core, reading.request))


def test_block_on_ends_what_suspends():
    """A coroutine that suspends must be closed at once, its `finally` run."""
    ended = []

    async def story():
        try:
            await OpenTransport()
        finally:
            ended.append(True)

    coroutine = story()
    with pytest.raises(RuntimeError, match="a sign from above"):
        block_on(coroutine)
    assert ended == [True]


@pytest.mark.anyio
async def test_block_on_of_an_async_core_in_a_loop_is_an_error(server, reading, may_block):
    """Inside a loop, `block_on` of an async call must raise and leave nothing behind."""
    server.plays(server.STALL)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        core = VercelCore("token", server_url=server.url)
        with pytest.raises(RuntimeError, match=r"VercelCore\.blocking"):
            block_on(reading(core))
        await anyio.lowlevel.checkpoint()
        await core.aclose()
        gc.collect()


@pytest.mark.anyio
async def test_block_on_of_a_transport_that_suspends_is_an_error(reading, may_block):
    """An async transport in a blocking core must be an error, and leave no warning."""
    core = VercelCore.blocking("token", transport=SuspendingTransport())
    with pytest.raises(RuntimeError, match="requires an event loop"):
        block_on(reading(core))


def test_block_on_passes_errors_of_the_coroutine_on():
    """`block_on` must raise what the coroutine raises, and return what it returns."""

    async def fails():
        raise LookupError

    async def gives():
        return 7

    assert block_on(gives()) == 7
    with pytest.raises(LookupError):
        block_on(fails())


# What passes through -------------------------------------------------------------------


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, asyncio.CancelledError])
def test_what_is_no_error_passes_through(fake, reading, kind):
    """An interrupt in the transport must leave the call as it is."""
    fake.answers(kind())
    with pytest.raises(kind):
        block_on(reading(VercelCore.blocking("token", transport=fake)))
    assert len(fake.sent) == 1


def test_a_transport_that_raises_is_an_error(fake, reading):
    """A bug in a transport must come back as an `Err` with its cause, and without a retry."""
    fake.answers(ZeroDivisionError("a secret in a text"))
    result = block_on(reading(VercelCore.blocking("token", transport=fake)))
    assert isinstance(result, Err)
    assert isinstance(result.error, UnexpectedClientError)
    assert isinstance(result.error.__cause__, ZeroDivisionError)
    assert "a secret in a text" not in str(result.error)
    assert (result.error.request_sent, result.error.attempts) == (True, 1)
    assert len(fake.sent) == 1


class AnsweringTransport:
    """Answers with what it is given, plain or to be awaited."""

    def __init__(self, answer, *, is_async):
        self._answer = answer
        self.send = self._send_async if is_async else self._send

    def _send(self, request):
        return self._answer

    async def _send_async(self, request):
        return self._answer


@pytest.mark.parametrize("is_async", [False, True])
def test_a_transport_may_be_plain_or_async(way, reading, is_async):
    """What a transport's `send` returns must be taken as it is, or awaited."""
    transport = AnsweringTransport(reading.response, is_async=is_async)
    assert way.result_of(reading, transport=transport) == Ok(reading.value)


@pytest.mark.parametrize("is_async", [False, True])
@pytest.mark.parametrize("answer", [None, "s3cr3t", httpx.Response(200)], ids=type)
def test_a_transport_that_answers_something_else_is_an_error(way, reading, is_async, answer):
    """A response that is no `HTTPResponse` must be an `Err` that may have been processed."""
    error = way.error_of(reading, transport=AnsweringTransport(answer, is_async=is_async))
    assert type(error) is UnexpectedClientError
    assert (error.request_sent, error.attempts) == (True, 1)
    assert "s3cr3t" not in str(error)
