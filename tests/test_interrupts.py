"""Exceptions that come into a call from outside: time limits, raised by signal handlers."""

import functools
import gc
import logging
import signal
import socket
import time
import warnings
from importlib import import_module

import httpx
import pytest

from vercel_marketplace import (
    Err,
    Hooks,
    HTTPResponse,
    RequestOptions,
    RequestTimeoutError,
    SyncVercel,
    UnexpectedClientError,
    VercelCore,
    block_on,
)

# A signal in a handshake leaves httpcore's socket to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

# An import that is interrupted would be another story.
import_module("vercel_marketplace._internal.call")
import_module("vercel_marketplace._internal.transports.httpx")


class SoftTimeLimitExceeded(Exception):  # noqa: N818 (Celery's name)
    """Stands for Celery's, which is an `Exception`, as rq's `JobTimeoutException` is."""


def raise_limit(_number, _frame):
    """Handle a signal as Celery does."""
    raise SoftTimeLimitExceeded


class Penalty:
    """Handles a signal by a method, as rq does, or by being called."""

    def handle(self, number, frame):
        raise_limit(number, frame)

    __call__ = handle


HANDLERS = [
    pytest.param(raise_limit, id="function"),
    pytest.param(Penalty().handle, id="method"),
    pytest.param(Penalty(), id="object"),
    pytest.param(functools.partial(raise_limit), id="partial"),
]


@pytest.fixture
def limit():
    """Sets a time limit of 0.3 seconds, in place of the one that guards the tests."""
    guard = signal.getsignal(signal.SIGALRM)
    left = signal.setitimer(signal.ITIMER_REAL, 0)

    def set_limit(handler=raise_limit):
        signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, 0.3)

    yield set_limit
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, guard)
    signal.setitimer(signal.ITIMER_REAL, *left)
    with warnings.catch_warnings():
        # A library that is interrupted leaves its socket to the garbage collector.
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def wait_long(*_):
    """Stand for a function of the user's that takes long."""
    time.sleep(10)


@pytest.fixture
def silent_url():
    """A server that takes a connection and never says a word: TLS is never agreed on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"https://127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture(
    params=["connect", "read", "retry", "token", "before", "success", "error", "client", "fake"]
)
def stuck(request, server, silent_url, reading):
    """The settings of a client whose call takes longer than the limit, wherever that is."""
    server.otherwise = lambda _: (server.STALL,)
    ours = {"server_url": server.url}
    match request.param:
        case "connect":
            yield {"server_url": silent_url}
        case "read":
            yield ours
        case "retry":
            server.otherwise = lambda _: (server.whole(b"", 503, retry_after="30"),)
            yield ours
        case "token":
            yield ours | {"bearer_token": wait_long}
        case "before":
            yield ours | {"hooks": Hooks(before_request=[wait_long])}
        case "success":
            hooks = Hooks(after_success=[wait_long])
            yield {"transport": lambda _: reading.response, "hooks": hooks}
        case "error":
            hooks = Hooks(after_error=[wait_long])
            yield {"transport": lambda _: HTTPResponse(404), "hooks": hooks}
        case "client":
            with httpx.Client() as client:
                yield ours | {"http_client": client}
        case _:
            yield {"transport": wait_long}


def test_a_time_limit_leaves_a_function(stuck, limit, reading):
    """What a signal handler raises must come out of a function as it is, wherever it hits."""
    with VercelCore.blocking(**{"bearer_token": "t"} | stuck) as core:
        limit()
        with pytest.raises(SoftTimeLimitExceeded):
            block_on(reading(core))


@pytest.fixture
def reach_limit(limit):
    """A function of the user's in which the time limit is reached."""
    signal.signal(signal.SIGALRM, raise_limit)
    return lambda *_: signal.raise_signal(signal.SIGALRM)


def test_a_time_limit_is_what_after_call_sees(reach_limit, reading, caplog):
    """`after_call` must see the limit, and not stop it by failing itself."""
    outcomes = []

    def fail(_context, outcome):
        outcomes.append(type(outcome))
        raise ZeroDivisionError

    core = VercelCore.blocking("t", transport=reach_limit, hooks=Hooks(after_call=[fail]))
    with pytest.raises(SoftTimeLimitExceeded):
        block_on(reading(core))
    assert outcomes == [SoftTimeLimitExceeded]
    assert [record.exc_info[0] for record in caplog.records] == [ZeroDivisionError]


@pytest.mark.parametrize("kind", ["before_call", "after_call"])
def test_a_time_limit_leaves_the_hooks_of_a_call(reach_limit, reading, fake, kind):
    """A limit in a hook must leave the call, and every other hook must still be called."""
    fake.answers(reading.response)
    closed = []
    hooks = Hooks(after_call=[lambda context, _: closed.append(context.operation_id)])
    core = VercelCore.blocking("t", transport=fake, hooks=hooks + Hooks(**{kind: [reach_limit]}))
    with pytest.raises(SoftTimeLimitExceeded):
        block_on(reading(core))
    assert closed == ["get-member"]


def test_a_time_limit_leaves_a_method(stuck, limit, reading):
    """The same out of a method."""
    with SyncVercel(**{"bearer_token": "t"} | stuck) as vercel:
        limit()
        with pytest.raises(SoftTimeLimitExceeded):
            reading.call_method(vercel)


def test_a_time_limit_in_the_users_logging_leaves_the_call(limit, reading, caplog):
    """What else a logging filter raises is ignored; a time limit must not be."""
    caplog.set_level(logging.DEBUG, "vercel_marketplace")
    log = logging.getLogger("vercel_marketplace")
    log.addFilter(wait_long)
    try:
        core = VercelCore.blocking("t", transport=lambda _: reading.response)
        limit()
        with pytest.raises(SoftTimeLimitExceeded):
            block_on(reading(core))
    finally:
        log.removeFilter(wait_long)


@pytest.mark.parametrize("handler", HANDLERS)
def test_any_kind_of_handler_is_known(limit, reading, handler):
    """A handler may be a function, a method, an object or partly applied."""
    core = VercelCore.blocking("t", transport=wait_long)
    limit(handler)
    with pytest.raises(SoftTimeLimitExceeded):
        block_on(reading(core))


@pytest.mark.parametrize(
    "handler",
    [signal.SIG_DFL, signal.SIG_IGN, signal.default_int_handler],
    ids=["default", "ignored", "Python's"],
)
def test_an_error_of_an_enum_is_no_time_limit(reading, limit, handler):
    """An enum that refuses a value must come to an `Err`, for the default handler is one too."""
    signal.signal(signal.SIGALRM, handler)
    hooks = Hooks(before_request=[lambda *_: signal.Handlers(99)])
    core = VercelCore.blocking("t", transport=lambda _: reading.response, hooks=hooks)
    result = block_on(reading(core))
    assert isinstance(result, Err)
    assert isinstance(result.error.__cause__, ValueError)


def test_a_time_limit_that_looks_like_a_timeout_is_none(server, limit, reading):
    """A `TimeoutError` out of a handler must not pass for one of the connection, and be retried."""

    def raise_timeout(_number, _frame):
        raise TimeoutError

    server.otherwise = lambda _: (server.STALL,)
    with VercelCore.blocking("t", server_url=server.url) as core:
        limit(raise_timeout)
        with pytest.raises(TimeoutError) as caught:
            block_on(reading(core))
    assert type(caught.value) is TimeoutError
    assert len(server.requests) == 1


def test_a_call_while_a_time_limit_is_handled_is_a_call(limit, reading, fake):
    """What is cleaned up after a limit must not be ended by that limit again."""
    fake.answers(RequestTimeoutError("too slow", request_sent=False))
    core = VercelCore.blocking("t", transport=fake, retries=0)
    limit()
    try:
        wait_long()
    except SoftTimeLimitExceeded:
        result = block_on(reading(core))
    assert isinstance(result, Err)
    assert type(result.error) is RequestTimeoutError


class InjectedError(Exception):
    """Stands for what a library raises in a thread or greenlet of another's."""


@pytest.mark.parametrize(
    "at", ["httpx.HTTPTransport.__init__", "httpx.HTTPTransport.handle_request", "time.sleep"]
)
def test_what_no_library_of_ours_defines_passes(server, reading, monkeypatch, at):
    """An exception that the SDK's own transport cannot raise must come from outside."""

    def inject(*_, **__):
        raise InjectedError

    server.otherwise = lambda _: (server.whole(b"", 503),)
    monkeypatch.setattr(at, inject)
    with (
        VercelCore.blocking("t", server_url=server.url) as core,
        pytest.raises(InjectedError),
    ):
        block_on(reading(core))


@pytest.mark.parametrize("at", ["httpx.HTTPTransport.handle_request", "time.sleep"])
@pytest.mark.parametrize("kind", [RuntimeError, KeyError, OSError, UnicodeError])
def test_what_a_library_of_ours_leaks_is_an_error(server, reading, monkeypatch, at, kind):
    """An exception that an HTTP library fails to translate must still come to an `Err`."""

    def leak(*_):
        raise kind

    server.otherwise = lambda _: (server.whole(b"", 503),)
    monkeypatch.setattr(at, leak)
    with VercelCore.blocking("t", server_url=server.url) as core:
        result = block_on(reading(core))
    assert isinstance(result, Err)
    assert type(result.error) is UnexpectedClientError
    assert result.error.request_sent is True


def test_a_bug_in_a_client_of_the_users_is_an_error(reading):
    """What an event hook of the user's client raises must come to an `Err`, with its cause."""

    def fail(_request):
        raise InjectedError

    with httpx.Client(event_hooks={"request": [fail]}) as client:
        core = VercelCore.blocking("t", http_client=client)
        result = block_on(reading(core, RequestOptions(retries=0)))
    assert isinstance(result, Err)
    assert isinstance(result.error.__cause__, InjectedError)
