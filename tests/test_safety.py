"""What must hold when a user, a server or the surroundings misbehave: money and secrets first."""

import importlib
import json
import logging
import pickle
from functools import partial

import anyio
import httpx
import pytest

from vercel_marketplace import (
    Headers,
    Hooks,
    HTTPResponse,
    InvalidRequestError,
    Ok,
    RequestAbortedError,
    RequestOptions,
    RequestTimeoutError,
    ResponseValidationError,
    RetryConfig,
    SDKValidationError,
    SyncVercel,
    Vercel,
    VercelBadRequestError,
    VercelCore,
    VercelNotFoundError,
    VercelServerError,
    block_on,
    errors,
)
from vercel_marketplace.funcs import marketplace_exchange_sso_token
from vercel_marketplace.models import ExchangeSsoTokenRequestBody

SECRET = '-----BEGIN KEY-----\nMII"secret'


# Money ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [errors.ConnectionError, RequestTimeoutError])
def test_a_transport_that_does_not_say_leaves_it_open(fake, refund, kind):
    """A refund must not go out twice because a transport forgot to say what was sent."""
    fake.answers(kind("lost"), HTTPResponse(204))
    error = block_on(refund(VercelCore.blocking("token", transport=fake))).error
    assert (len(fake.sent), error.request_sent) == (1, True)


@pytest.mark.parametrize("hooks", [print, [None], iter([print])], ids=["function", "None", "once"])
def test_hooks_that_are_no_list_of_functions_are_refused(hooks):
    """What could only fail after a refund was accepted must fail when the hooks are made."""
    with pytest.raises(TypeError, match="after_success must be a list of functions"):
        Hooks(after_success=hooks)


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"backoff": None}, "backoff"),
        ({"retry_non_idempotent": "no"}, "retry_non_idempotent"),
        ({"retry_connection_errors": 1}, "retry_connection_errors"),
    ],
)
def test_a_retry_config_of_wrong_types_is_refused(settings, name):
    """A word like "no" must not switch on the retry of refunds."""
    with pytest.raises(TypeError, match=name):
        RetryConfig(**settings)


def test_a_logging_filter_that_raises_changes_no_result(fake, refund):
    """An accepted refund must come back as accepted whatever the user's logging does."""

    def fail(_record):
        raise ZeroDivisionError

    log = logging.getLogger("vercel_marketplace")
    level = log.level
    log.setLevel(logging.DEBUG)
    log.addFilter(fail)
    try:
        fake.answers(HTTPResponse(204))
        assert block_on(refund(VercelCore.blocking("token", transport=fake))) == Ok(None)
    finally:
        log.removeFilter(fail)
        log.setLevel(level)


def test_what_ends_a_repetition_keeps_the_attempt_in_mind(fake, reading):
    """A sleep that fails after a 503 must not make it look as if nothing had been sent."""

    async def broken(_seconds):
        raise ZeroDivisionError

    fake.sleep = broken
    fake.answers(HTTPResponse(503))
    error = block_on(reading(VercelCore.blocking("token", transport=fake))).error
    assert (error.attempts, error.request_sent) == (1, True)


def test_a_client_closed_while_a_hook_waits_sends_nothing(fake, refund):
    """A call that was let go on after the client was closed must not reach the API."""
    core = VercelCore.blocking(
        "token", transport=fake, hooks=Hooks(before_request=[lambda *_: core.close()])
    )
    error = block_on(refund(core)).error
    assert isinstance(error, RequestAbortedError)
    assert fake.sent == []


def test_the_error_of_a_token_provider_says_that_nothing_was_sent(fake, refund):
    """A nested call's error must not lend its attempts to the call that was never made."""

    def provide(_context):
        raise errors.ConnectionError("nested", request_sent=True, attempts=3)

    error = block_on(refund(VercelCore.blocking(provide, transport=fake))).error
    assert (error.attempts, error.request_sent, fake.sent) == (0, False, [])


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
@pytest.mark.parametrize(
    ("status", "expected"),
    [(200, ResponseValidationError), (404, VercelNotFoundError), (503, VercelServerError)],
)
def test_a_broken_encoding_does_not_hide_the_status(
    way, server, reading, encoding, status, expected
):
    """A body that cannot be unpacked must leave the status to tell what happened."""
    server.answers(b"\xff" * 40, status, content_encoding=encoding)
    error = way.error_of(reading, server_url=server.url, retries=RetryConfig("none"))
    assert type(error) is expected
    assert error.status_code == status


def test_a_cut_body_does_not_hide_an_error(way, server, reading):
    """An error whose body breaks off must still be that error, with the text that came."""
    head = server.head(404, content_type="text/plain", content_length=99)
    server.plays(head + b"not found", server.CLOSE)
    error = way.error_of(reading, server_url=server.url)
    assert type(error) is VercelNotFoundError
    assert error.body == "not found"


# Secrets -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "echo",
    [
        lambda secret: json.dumps({"value": secret}),
        lambda secret: json.dumps({"value": secret}, ensure_ascii=False),
        lambda secret: httpx.QueryParams(v=secret).get("v"),
    ],
    ids=["JSON", "JSON in Unicode", "plain"],
)
def test_an_escaped_echo_of_a_secret_is_not_shown(fake, echo):
    """A secret that comes back escaped must be starred out like one that comes back plain."""
    body = ExchangeSsoTokenRequestBody(code="c", client_id="oac", client_secret=SECRET)
    text = Headers({"content-type": "text/plain"})
    fake.answers(HTTPResponse(400, headers=text, content=f"bad: {echo(SECRET)}".encode()))
    core = VercelCore.blocking("token", transport=fake)
    error = block_on(marketplace_exchange_sso_token(core, body)).error
    assert isinstance(error, VercelBadRequestError)
    assert "secret" not in error.message
    assert "***" in error.message


@pytest.mark.parametrize("status", [200, 400])
def test_a_request_id_that_echoes_the_token_is_not_shown(fake, reading, status, caplog):
    """Neither the text of an error nor a log line may show a token by way of the request id."""
    caplog.set_level(logging.DEBUG, "vercel_marketplace")
    odd = Headers({"x-vercel-id": "iad1::tok_SECRET", "content-type": "application/json"})
    fake.answers(HTTPResponse(status, headers=odd, content=b"{}"))
    error = block_on(reading(VercelCore.blocking("tok_SECRET", transport=fake))).error
    assert "tok_SECRET" not in f"{error} {error!r} {caplog.text}"


def test_a_header_given_as_a_name_is_not_quoted(fake, reading):
    """A whole header in the place of its name must not show its value."""
    options = RequestOptions(headers={"Authorization: Bearer SECRET": "x"})
    error = block_on(reading(VercelCore.blocking("t", transport=fake), options)).error
    assert isinstance(error, InvalidRequestError)
    assert "SECRET" not in str(error)


def test_a_failing_hook_is_named_without_its_arguments(fake, reading, caplog):
    """The log line of a hook that fails must not show what was bound to it."""

    def rotate(_context, _subject, client_secret):
        raise ZeroDivisionError(len(client_secret))

    fake.answers(reading.response)
    hooks = Hooks(after_success=[partial(rotate, client_secret="CLIENTSECRET")])
    assert block_on(reading(VercelCore.blocking("t", transport=fake, hooks=hooks))).ok
    assert "failed" in caplog.text
    assert "CLIENTSECRET" not in caplog.records[-1].getMessage()


# Surroundings --------------------------------------------------------------------------


@pytest.mark.parametrize("proxy", ["ftp://user:hunter2@host", "http://user:hunter2@host:port"])
def test_a_proxy_that_can_not_be_used_is_named_without_its_password(
    way, reading, monkeypatch, proxy
):
    """Settings of the environment must come to an error before anything is sent."""
    monkeypatch.setenv("ALL_PROXY", proxy)
    error = way.error_of(reading)
    assert isinstance(error, InvalidRequestError)
    assert error.request_sent is False
    assert "hunter2" not in str(error)


def test_an_import_that_is_interrupted_spoils_no_later_call(fake, reading, tmp_path, monkeypatch):
    """Ctrl-C in the middle of a call's first import must leave the next call able to import."""
    package = tmp_path / "interrupted_package"
    package.mkdir()
    (package / "__init__.py").write_text(
        "from interrupted_package.first import *\n"
        "from interrupted_package.second import *\n"
        "__all__ = first.__all__ + second.__all__\n"
    )
    (package / "first.py").write_text("__all__ = ['TOKEN']\nTOKEN = 'token'\n")
    (tmp_path / "interrupted_neighbour.py").write_text("")
    (package / "second.py").write_text(
        "import builtins, interrupted_neighbour\n__all__ = []\nbuiltins.interrupt()\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    interrupts = iter([KeyboardInterrupt])

    def interrupt():
        for kind in interrupts:
            raise kind

    monkeypatch.setattr("builtins.interrupt", interrupt, raising=False)
    core = VercelCore.blocking(
        lambda _context: importlib.import_module("interrupted_package").TOKEN, transport=fake
    )
    fake.answers(reading.response)
    with pytest.raises(KeyboardInterrupt):
        block_on(reading(core))
    assert block_on(reading(core)).ok


def test_a_client_class_of_the_users_own_is_understood(refusing_url, reading):
    """Exceptions must be told apart whatever names stand beside the user's subclass."""
    namespace = {"__name__": "json", "httpx": httpx}  # a module that is loaded and no library
    exec("class Mine(httpx.Client): pass", namespace)
    with namespace["Mine"]() as client:
        core = VercelCore.blocking("t", http_client=client, server_url=refusing_url)
        error = block_on(reading(core, RequestOptions(retries=RetryConfig("none")))).error
    assert type(error) is errors.ConnectionError


def test_a_token_is_read_from_the_environment_once(fake, reading, monkeypatch):
    """A copy with other settings must not pick up a token that came into the environment later."""
    core = VercelCore.blocking(transport=fake)
    monkeypatch.setenv("VERCEL_TOKEN", "late")
    error = block_on(reading(core.with_options(timeout=3))).error
    assert "no bearer token" in str(error)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_errors_pickle_in_every_protocol(protocol):
    """An error must cross to another process, whatever protocol is spoken there."""
    error = VercelNotFoundError("gone", status_code=404, headers=Headers({"x-vercel-id": "a"}))
    assert pickle.loads(pickle.dumps(error, protocol)).request_id == "a"


@pytest.mark.parametrize("timeout", [1e10, 10**400, float("nan"), -1])
def test_a_timeout_that_no_clock_can_hold_is_refused(timeout):
    """A number that would overflow on the way must be refused by name."""
    with pytest.raises(ValueError, match="timeout"):
        SyncVercel("t", timeout=timeout)


def test_a_string_that_lies_about_itself_can_not_climb(fake):
    """A subclass of str must not slip `..` past the guard of path parameters."""

    class Liar(str):
        __slots__ = ()

        def __eq__(self, _other):
            return False

        __hash__ = None

    with SyncVercel("t", transport=fake) as vercel, pytest.raises(SDKValidationError):
        vercel.marketplace.get_invoice(integration_configuration_id="icfg", invoice_id=Liar(".."))
    assert fake.sent == []


@pytest.mark.parametrize("grant_type", [["x"], {}, None])
def test_a_grant_type_of_any_type_is_judged(fake, grant_type):
    """A value that cannot even be hashed must come back as one that breaks the contract."""
    body = ExchangeSsoTokenRequestBody(
        code="c", client_id="oac", client_secret="s", grant_type=grant_type
    )
    core = VercelCore.blocking("t", transport=fake)
    assert isinstance(
        block_on(marketplace_exchange_sso_token(core, body)).error, SDKValidationError
    )


def test_a_server_url_that_is_not_unicode_is_refused():
    """A server URL that no request could carry must be refused when the client is made."""
    with pytest.raises(InvalidRequestError, match="server_url"):
        SyncVercel("t", server_url="http://h/\ud800")


def test_deadlines_do_not_use_up_the_places(server, reading):
    """After a storm of calls that ran out of time, the next call must find a connection."""

    async def storm():
        slow = RequestOptions(timeout=0.02, retries=RetryConfig("none"))
        async with Vercel("token", server_url=server.url) as vercel:
            for _ in range(3):
                async with anyio.create_task_group() as group:
                    for _ in range(130):
                        group.start_soon(reading, vercel.core, slow)
            server.otherwise = lambda _request: (server.whole(reading.answer),)
            return await reading(vercel.core)

    server.otherwise = lambda _request: (server.STALL,)
    assert anyio.run(storm) == Ok(reading.value)


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"http_client": object()}, "http_client"),
        ({"http_client": httpx.Client}, "http_client"),
        ({"transport": object()}, "transport"),
        ({"timeout": None}, "timeout"),
    ],
    ids=["no client", "a class", "no transport", "no timeout"],
)
def test_what_can_not_send_is_refused_by_name(settings, name):
    """What could only fail with the first call must fail when the client is made."""
    with pytest.raises(TypeError, match=name):
        VercelCore("t", **settings)


def test_a_token_provider_has_to_give_a_string(fake, reading):
    """A provider that gives something else must come to an error that says so."""
    error = block_on(reading(VercelCore.blocking(lambda _: 5, transport=fake))).error
    assert isinstance(error, InvalidRequestError)
    assert "bearer_token must be a str, got int" in str(error)


def test_options_take_a_retry_config_only(fake):
    """A word in the place of a configuration must be refused when the options are made."""
    with pytest.raises(TypeError, match="retries must be a RetryConfig or an int, got str"):
        RequestOptions(retries="none")


def test_headers_can_be_counted():
    """A mapping must have a length."""
    assert len(Headers({"a": "1", "A": "2", "b": "3"})) == 2


def test_a_status_without_a_name_has_a_message(fake, reading):
    """An error that says nothing, with a status that nobody has named, must still read well."""
    fake.answers(HTTPResponse(599))
    core = VercelCore.blocking("t", transport=fake)
    assert "599: an error without a message" in str(block_on(reading(core)).error)
