"""What is passed where something else belongs is refused where it is passed, by its name."""

import functools
import re
from datetime import date, datetime
from unittest.mock import Mock

import anyio
import httpx
import pytest

from tests.operations import FUNCTIONS, REQUESTS
from vercel_marketplace import (
    BackoffStrategy,
    Hooks,
    HTTPRequest,
    HTTPResponse,
    Marketplace,
    RequestOptions,
    RetryConfig,
    SyncMarketplace,
    SyncVercel,
    Vercel,
    VercelCore,
    block_on,
)
from vercel_marketplace.emulator import Clock, Emulator
from vercel_marketplace.tokens import SyncTokenVerifier, TokenVerifier
from vercel_marketplace.webhooks import parse_event

EMULATOR = Emulator()
SECRET = "s3cr3t"


async def an_async_function(*_):
    """Stand for what cannot be called by blocking code."""


def of_no_argument():
    """Stand for what cannot be called with an argument."""


def of_three(_first, _second, _third):
    """Stand for what requires more arguments."""


# What stands for a value of the wrong type: each is something that a newcomer has at hand.
WRONG = {
    "None": None,
    "the class SyncVercel": SyncVercel,
    "object": object(),
    "bytes": SECRET.encode(),
    "str": SECRET,
    "float": 1.5,
    "int": 3,
    "list": [1.5],
    "dict": {SECRET: SECRET},
    "function": of_no_argument,
}


def request(**fields):
    """Make a request with one field that is not as it must be."""
    return HTTPRequest(**{"method": "GET", "url": "https://h", **fields})


def verifier(**settings):
    """Make a verifier with one setting that is not as it must be."""
    return TokenVerifier(**{"client_id": "oac_1", **settings})


def sync_verifier(**settings):
    """Make a blocking verifier, the same way."""
    return SyncTokenVerifier(**{"client_id": "oac_1", **settings})


def partner(**settings):
    """Make a client that calls a partner, the same way."""
    return EMULATOR.partner(**{"url": "http://partner.test", **settings})


def webhook(**arguments):
    """Parse a webhook, the same way."""
    return parse_event(**{"body": b"", "signature": None, "secret": "k", **arguments})


CLIENTS = (VercelCore, VercelCore.blocking, Vercel, SyncVercel)
VERIFIERS = (verifier, sync_verifier)

# Who is called, the argument, and the names of what it accepts; `None` is left out where it is
# the default.
ARGUMENTS = [
    *((make, "bearer_token", "None str") for make in CLIENTS),
    *((make, "server_url", "str") for make in CLIENTS),
    *((make, "timeout", "float int") for make in CLIENTS),
    *((make, "retries", "None int") for make in CLIENTS),
    *((make, "hooks", "None") for make in CLIENTS),
    *((make, "http_client", "None") for make in CLIENTS),
    *((make, "transport", "None") for make in CLIENTS),
    (RetryConfig, "strategy", ""),
    (RetryConfig, "backoff", ""),
    (RetryConfig, "retry_connection_errors", ""),
    (RetryConfig, "max_retries", "int"),
    (RetryConfig, "retry_codes", ""),
    (RetryConfig, "retry_non_idempotent", ""),
    *((BackoffStrategy, name, "float int") for name in ("initial_interval", "max_interval")),
    *((BackoffStrategy, name, "float int") for name in ("exponent", "max_elapsed_time")),
    (RequestOptions, "bearer_token", "None str"),
    (RequestOptions, "headers", "None dict"),
    (RequestOptions, "timeout", "None float int"),
    (RequestOptions, "retries", "None int"),
    (RequestOptions, "server_url", "None str"),
    *((Hooks, name, "") for name in ("before_request", "after_success", "after_error")),
    *((make, name, "str") for make in VERIFIERS for name in ("client_id", "issuer")),
    *((make, "jwks_url", "") for make in VERIFIERS),
    *((make, name, "float int") for make in VERIFIERS for name in ("leeway", "timeout")),
    *((make, "clock", "None") for make in VERIFIERS),
    *((make, "transport", "None") for make in VERIFIERS),
    *((make, "http_client", "None") for make in VERIFIERS),
    (Emulator, "clock", "None"),
    (Clock, "moment", ""),
    (EMULATOR.clock.set, "moment", ""),
    (EMULATOR.clock.advance, "days", "float int"),
    (EMULATOR.clock.subscribe, "callback", "function"),
    (EMULATOR.webhooks.send_to, "url", ""),
    (EMULATOR.installations.add, "installation_id", "None str"),
    (EMULATOR.installations.add, "account", "None"),
    (partner, "url", ""),
    (partner, "timeout", "float int"),
    (partner, "transport", "None"),
    (request, "content", "None bytes"),
    (request, "headers", "dict list"),
    (Marketplace, "core", ""),
    (SyncMarketplace, "core", ""),
    (block_on, "coroutine", ""),
    (webhook, "body", "bytes"),
    (webhook, "signature", "None str"),
    (webhook, "secret", "str"),
]


@pytest.mark.parametrize(
    ("call", "argument", "wrong"),
    [
        pytest.param(call, argument, wrong, id=f"{call.__qualname__}({argument}={wrong})")
        for call, argument, accepted in ARGUMENTS
        for wrong in WRONG
        if wrong not in accepted.split()
    ],
)
def test_an_argument_of_the_wrong_type_is_refused_by_name(call, argument, wrong):
    """Whatever stands where something else belongs is named when it is passed, not later."""
    with pytest.raises((TypeError, ValueError), match=argument) as caught:
        call(**{argument: WRONG[wrong]})
    assert SECRET not in str(caught.value)
    assert "object has no attribute" not in str(caught.value)


# What is at hand and almost right: the message says what to pass.
ALMOST = [
    (VercelCore, {"transport": EMULATOR.transport}, "such as emulator.transport()"),
    (SyncVercel, {"transport": EMULATOR.transport}, "Emulator.transport, which cannot be called"),
    (partner, {"transport": EMULATOR.transport}, "such as emulator.transport()"),
    (Vercel, {"transport": httpx.AsyncClient()}, "pass AsyncClient as http_client"),
    (Vercel, {"transport": httpx.AsyncHTTPTransport()}, "transport must be a function of an HTTP"),
    (Vercel, {"http_client": EMULATOR.transport()}, "got InProcessTransport"),
    (Vercel, {"bearer_token": of_no_argument}, "of_no_argument, which cannot be called with 1"),
    (Vercel, {"bearer_token": str}, "bearer_token must be a str or a function of the CallContext"),
    (Vercel, {"hooks": Hooks}, "got the class Hooks"),
    (Vercel, {"retries": RetryConfig}, "got the class RetryConfig"),
    (Vercel, {"timeout": httpx.Timeout(5)}, "timeout must be a number of seconds, got Timeout"),
    (Vercel, {"server_url": httpx.URL("https://h")}, "server_url must be a str, got URL"),
    (Vercel, {"server_url": "https://h/#top"}, "server_url must not have a fragment"),
    (Hooks, {"before_request": [of_no_argument]}, "hooks.before_request must be a list of fun"),
    (Hooks, {"after_success": [of_three]}, "of_three, which cannot be called with 2 arguments"),
    (Hooks, {"after_error": [SyncVercel]}, "got the class SyncVercel"),
    (RetryConfig, {"retry_codes": ["2XX"]}, "retry_codes: 2XX is not an error"),
    (RetryConfig, {"retry_codes": [200]}, "retry_codes: 200 is not an error"),
    (RetryConfig, {"retry_codes": ["50X"]}, "retry_codes: 50X is not an error"),
    (RetryConfig, {"retry_codes": [True]}, "got one of bool"),
    (sync_verifier, {"clock": EMULATOR.clock.now}, "such as time.time or emulator.clock.timestamp"),
    (sync_verifier, {"clock": EMULATOR.clock}, "got Clock"),
    (verifier, {"clock": an_async_function}, "got an async function"),
    (verifier, {"jwks_url": "https://h/#keys"}, "without a user, password or fragment"),
    (Emulator, {"clock": datetime(2026, 1, 1)}, "use Emulator(Clock(moment))"),  # noqa: DTZ001 (a naive one)
    (Clock, {"moment": date(2026, 1, 1)}, "must be a timezone-aware datetime, got date"),
    (Marketplace, {"core": Vercel("t")}, "got Vercel; pass its .core instead"),
    (SyncMarketplace, {"core": SyncVercel("t")}, "got SyncVercel; pass its .core instead"),
    (HTTPResponse, {"status_code": "200"}, "status_code must be an int, got str"),
    (HTTPResponse, {"status_code": True}, "status_code must be an int, got bool"),
    (block_on, {"coroutine": an_async_function}, "got function; the methods of SyncVercel"),
]


@pytest.mark.parametrize(("call", "arguments", "message"), ALMOST)
def test_what_is_almost_right_is_refused_with_what_to_pass(call, arguments, message):
    """A mistake that newcomers make is explained where they make it."""
    with pytest.raises((TypeError, ValueError), match=re.escape(message)):
        call(**arguments)


@pytest.mark.parametrize(
    ("core", "got"),
    [
        (Vercel("t"), "Vercel; pass its .core instead"),
        (SyncVercel("t"), "SyncVercel; pass its .core instead"),
        (VercelCore, "the class VercelCore"),
        (Vercel("t").marketplace, "Marketplace"),
        (None, "None"),
    ],
)
@pytest.mark.parametrize("operation_id", FUNCTIONS)
def test_a_function_is_called_with_a_core(operation_id, core, got):
    """What else is passed as a core is a `TypeError` that says what to pass."""
    with pytest.raises(TypeError, match=rf"^core must be a VercelCore, got {got}$"):
        block_on(FUNCTIONS[operation_id](core, REQUESTS[operation_id]))


# What is accepted ------------------------------------------------------------------------


def a_wrapped_token_function(function):
    """Pass on more arguments than it is called with, as dependency injection does."""

    @functools.wraps(function)
    def wrapper(context):
        return function(context, "a", "b")

    return wrapper


@pytest.mark.parametrize(
    "function",
    [
        vars,  # a builtin, whose signature is not known
        print,
        functools.partial(of_three, 1, 2),
        a_wrapped_token_function(of_three),
        Mock(),
        lambda context, more=None: "t",
        lambda *_: "t",
    ],
)
def test_what_can_be_called_with_the_context_is_a_token_function(function):
    """Only what certainly cannot be called is refused."""
    assert VercelCore(function).is_blocking is False


def test_a_mock_is_a_transport():
    """A mock that has every attribute must not be taken for an HTTP client."""
    transport = Mock()
    transport.send.return_value = HTTPResponse(404)
    core = VercelCore.blocking("t", transport=transport)
    result = block_on(FUNCTIONS["get-invoice"](core, REQUESTS["get-invoice"]))
    assert result.error.status_code == 404


# An async core without a loop --------------------------------------------------------------


@pytest.mark.parametrize("inside_a_loop", [False, True])
@pytest.mark.parametrize("transport", [None, EMULATOR.transport()], ids=["http", "emulator"])
def test_block_on_refuses_an_async_core(transport, inside_a_loop, may_block):
    """It must fail alike with the emulator and with the API, or a test would hide the mistake."""

    def call():
        core = VercelCore("t", transport=transport)
        with pytest.raises(RuntimeError, match=r"requires an event loop.*VercelCore\.blocking"):
            block_on(FUNCTIONS["get-invoice"](core, REQUESTS["get-invoice"]))

    async def story():
        call()

    if inside_a_loop:
        anyio.run(story)
    else:
        call()


def test_a_hook_may_run_a_loop_of_its_own():
    """A blocking call may lead to an async one that has an event loop."""

    async def read():
        core = VercelCore(EMULATOR.token, transport=EMULATOR.transport())
        return await FUNCTIONS["get-invoice"](core, REQUESTS["get-invoice"])

    hooks = Hooks(before_request=[lambda context, request: seen.append(anyio.run(read))])
    seen = []
    core = VercelCore.blocking(EMULATOR.token, transport=EMULATOR.transport(), hooks=hooks)
    block_on(FUNCTIONS["get-invoice"](core, REQUESTS["get-invoice"]))
    assert seen[0].error.status_code == 403  # of another installation, but with a loop
