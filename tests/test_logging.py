"""What is logged under `vercel_marketplace`, and what never is."""

import logging
import os
import re
import subprocess
import sys
import traceback
from contextlib import contextmanager

import attrs
import pytest

from vercel_marketplace import (
    BackoffStrategy,
    Headers,
    Hooks,
    HTTPResponse,
    RetryConfig,
    SyncVercel,
    VercelCore,
    VercelError,
    block_on,
)
from vercel_marketplace._internal.loggers import turn_on
from vercel_marketplace.errors import ConnectionError  # noqa: A004 (the SDK's)

TOKEN = "tok-s3cr3t-1"
# What the examples of `operations.py` carry, and the token.
SECRETS = (
    *(TOKEN, "s3cr3t-value", "client-s3cr3t", "code-of-tests", "id-token-of-tests"),
    *("old-token-of-tests", "new-token-of-tests"),
    *("s3cr3t-development", "s3cr3t-preview", "s3cr3t-production", "s3cr3t-branch"),
    *("oauth code+&=of tests", "oauth-token-of-tests"),
)
# Which no request has.
ANSWERED = {"id-token-of-tests", "new-token-of-tests", "oauth-token-of-tests"}
NO_WAIT = RetryConfig(backoff=BackoffStrategy(initial_interval=0))


@pytest.fixture
def records(caplog):
    """Every record of every logger, from DEBUG on."""
    caplog.set_level(logging.DEBUG)
    return lambda: [r for r in caplog.records if r.name == "vercel_marketplace"]


def shown(record):
    """Everything that a handler could write of a record."""
    parts = [record.getMessage(), repr(record.args), repr(record.__dict__)]
    if record.exc_info:
        parts += traceback.format_exception(*record.exc_info)
    return "\n".join(parts)


def test_a_success_is_logged_at_debug(way, fake, reading, records):
    """A call must be one DEBUG record: operation, attempt, status, time, request id."""
    headers = Headers({"content-type": "application/json", "x-vercel-id": "fra1::abc"})
    fake.answers(HTTPResponse(200, headers=headers, content=reading.response.content))
    way.result_of(reading, transport=fake)
    (record,) = records()
    assert record.levelno == logging.DEBUG
    pattern = r"get-member \(icfg_1\): attempt 1: 200 in \d+\.\d{3} s \(request id fra1::abc\)"
    assert re.fullmatch(pattern, record.getMessage())


def test_a_failure_and_its_repetition_are_logged(way, fake, reading, records):
    """Each failed attempt must be a DEBUG record, each wait an INFO record."""
    broken = ConnectionError("broken", request_sent=True)
    fake.answers(HTTPResponse(503), broken, reading.response)
    way.result_of(reading, transport=fake)
    lines = [(r.levelname, re.sub(r"in \d+\.\d+ s", "in … s", r.getMessage())) for r in records()]
    assert lines == [
        ("DEBUG", "get-member (icfg_1): attempt 1: VercelServerError 503 in … s (request id None)"),
        ("INFO", "get-member (icfg_1): VercelServerError 503, retrying in … s"),
        ("DEBUG", "get-member (icfg_1): attempt 2: ConnectionError in … s (request id None)"),
        ("INFO", "get-member (icfg_1): ConnectionError, retrying in … s"),
        ("DEBUG", "get-member (icfg_1): attempt 3: 200 in … s (request id None)"),
    ]


def test_the_wait_that_is_logged_is_the_wait(way, fake, reading, records):
    """The INFO record must tell the seconds that are slept."""
    fake.answers(HTTPResponse(429, headers=Headers({"retry-after": "7"})), reading.response)
    way.result_of(reading, transport=fake)
    assert [r.getMessage() for r in records() if r.levelno == logging.INFO] == [
        "get-member (icfg_1): VercelRateLimitError 429, retrying in 7.00 s"
    ]
    assert fake.waits == [7.0]


def test_nothing_is_logged_by_default(server, reading, capfd):
    """Without logging set up, a call that fails must print nothing."""
    server.answers(status=503, times=3)
    with (
        SyncVercel(TOKEN, server_url=server.url, retries=NO_WAIT) as vercel,
        pytest.raises(VercelError),
    ):
        reading.call_method(vercel)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("status", [None, 200, 400, 500])
def test_no_secret_is_logged(way, server, case, status, caplog):
    """Neither a token, nor a secret, nor a body may be in a record, also when it is echoed."""
    caplog.set_level(logging.DEBUG)
    echo = {"error": {"code": "bad", "message": "refused: " + " ".join(SECRETS)}}
    if status is None:
        server.answers(case.answer, case.success)
    else:
        server.answers(echo, status, times=3)
    way.result_of(case, server_url=server.url, bearer_token=TOKEN, retries=NO_WAIT)
    ours = "\n".join(shown(r) for r in caplog.records if r.name == "vercel_marketplace")
    assert ours
    assert [secret for secret in SECRETS if secret in ours] == []
    # httpx and httpcore write what they like, but the token is hidden from them too.
    others = "\n".join(shown(r) for r in caplog.records if r.name != "vercel_marketplace")
    assert "httpcore" in others
    assert TOKEN not in others


@pytest.mark.parametrize("status", [400, 403, 409, 422, 429, 500, 503])
def test_no_secret_is_in_the_text_of_an_error(server, case, status):
    """A response that echoes the request must not bring its secrets into the error's text."""
    sent = [secret for secret in SECRETS if secret not in ANSWERED]
    server.otherwise = lambda request: (
        server.whole({"error": {"code": sent[1], "message": " ".join(sent)}}, status),
    )
    options = {"server_url": server.url, "retries": RetryConfig("none")}
    with SyncVercel(TOKEN, **options) as vercel, pytest.raises(VercelError) as caught:
        case.call_method(vercel)
    own = {
        "exchange_sso_token": ("client-s3cr3t", "code-of-tests"),
        "exchange_oauth_code": ("client-s3cr3t", "oauth code+&=of tests"),
        "update_deployment_action": (TOKEN, "s3cr3t-branch"),
        "update_resource_secrets": (TOKEN, "s3cr3t-value"),
        "update_resource_secrets_by_id": (TOKEN, "s3cr3t-value"),
        "update_resource": (TOKEN, "s3cr3t-value"),
        "rotate_installation_credential": (TOKEN, "client-s3cr3t"),
        "revoke_installation_credential": (TOKEN, "client-s3cr3t", "old-token-of-tests"),
    }.get(case.name, (TOKEN,))
    text = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    assert [secret for secret in own if secret in text] == []
    assert "***" in text or case.method == "HEAD"  # to which nothing is echoed


def test_a_broken_answer_is_not_quoted(way, server, sso):
    """A response that is not HTTP may hold tokens, so the error must not quote it."""
    server.plays(b'{"id_token": "id-token-of-tests"}\r\n\r\n', server.CLOSE)
    error = way.error_of(sso, server_url=server.url)
    assert type(error) is ConnectionError
    assert "id-token-of-tests" not in str(error)
    assert "id-token-of-tests" not in "".join(traceback.format_exception(error))


def test_a_json_response_that_breaks_the_contract_is_not_quoted(fake, sso, way):
    """A success that does not fit may hold tokens, so the error's text must not quote it."""
    headers = Headers({"content-type": "application/json"})
    content = b'{"id_token": {"hidden": "id-token-of-tests"}}'
    fake.answers(HTTPResponse(200, headers=headers, content=content))
    error = way.error_of(sso, transport=fake)
    assert "id_token" in str(error)
    assert "id-token-of-tests" not in "".join(traceback.format_exception(error))
    assert error.raw_value == {"id_token": {"hidden": "id-token-of-tests"}}


def test_a_hook_that_fails_is_logged_with_its_traceback(fake, reading, records):
    """A failing hook must be one ERROR record that names the hook and where it broke."""

    def my_hook(context, response):
        raise LookupError

    hooks = Hooks(after_success=[my_hook])
    fake.answers(reading.response)
    block_on(reading(VercelCore.blocking(TOKEN, transport=fake, hooks=hooks)))
    (record,) = [r for r in records() if r.levelno == logging.ERROR]
    assert "my_hook" in record.getMessage()
    assert record.exc_info[0] is LookupError
    assert TOKEN not in shown(record)


@pytest.mark.parametrize(
    "echo",
    [
        "ab/cd+ef==&'<x>",
        "ab%2Fcd%2Bef%3D%3D%26%27%3Cx%3E",
        "ab%2fcd%2bef%3d%3d%26%27%3cx%3e",
        "ab/cd%2Bef%3D%3D%26%27%3Cx%3E",
        "ab%2Fcd%2Bef%3D%3D%26'%3Cx%3E",
        r"ab\/cd+ef==&'<x>",
        "ab/cd+ef==&amp;&#x27;&lt;x&gt;",
        "ab/cd+ef==&amp;'&lt;x&gt;",
    ],
)
def test_an_escaped_secret_is_hidden_too(fake, sso, way, echo):
    """A code that comes back as a URL, JSON or HTML writes it must not come into a text."""
    request = attrs.evolve(sso.request, code="ab/cd+ef==&'<x>")
    headers = Headers({"content-type": "text/plain"})
    content = f"Code {echo} is unknown".encode()
    fake.answers(HTTPResponse(400, headers=headers, content=content))
    error = way.error_of(attrs.evolve(sso, request=request), transport=fake)
    assert "Code *** is unknown" in str(error)


# The environment variable -------------------------------------------------------------------


@pytest.fixture
def turned_on(monkeypatch):
    """Turns logging on, in a program that sets up none: pytest does while a test runs."""
    log = logging.getLogger("vercel_marketplace")
    level, handlers = log.level, list(log.handlers)

    @contextmanager
    def turn_on_for(variable):
        with monkeypatch.context() as patch:
            patch.setattr(logging.getLogger(), "handlers", [])
            turn_on(variable)
            yield

    yield turn_on_for
    log.setLevel(level)
    log.handlers[:] = handlers


@pytest.mark.parametrize(
    ("level", "levels"), [("debug", ["DEBUG", "INFO", "DEBUG"]), ("INFO", ["INFO"])]
)
def test_the_variable_turns_logging_on(fake, reading, turned_on, capsys, level, levels):
    """What happens must be written to stderr from the level on that the variable names."""
    fake.answers(HTTPResponse(503), reading.response)
    with turned_on(level):
        block_on(reading(VercelCore.blocking("t", transport=fake)))
    lines = capsys.readouterr().err.splitlines()
    assert [line.split()[2] for line in lines] == levels
    assert "vercel_marketplace: get-member (icfg_1): VercelServerError 503, retry" in "".join(lines)


@pytest.mark.parametrize("logger", ["", "vercel_marketplace"], ids=["root", "own"])
def test_the_logging_of_the_application_comes_first(fake, reading, turned_on, capsys, logger):
    """An application that has a handler must get each record once, by that handler."""
    records = []
    handler = logging.Handler()
    handler.emit = records.append
    fake.answers(reading.response)
    with turned_on("debug"):
        logging.getLogger(logger).addHandler(handler)
        block_on(reading(VercelCore.blocking("t", transport=fake)))
    assert len(records) == 1
    assert capsys.readouterr().err == ""


def test_an_unknown_level_is_ignored(caplog):
    """A typo in the variable must be reported, without its value, and turn nothing on."""
    log = logging.getLogger("vercel_marketplace")
    before = log.level, list(log.handlers)
    turn_on("s3cr3t")
    assert caplog.messages == ["VERCEL_MARKETPLACE_LOG must be debug or info; it is ignored"]
    assert (log.level, log.handlers) == before


@pytest.mark.subprocess
def test_the_variable_is_read_from_the_environment():
    """A program must need nothing but the variable to log its calls."""
    code = (
        "from vercel_marketplace.testing import fresh_emulator\n"
        "from vercel_marketplace import SyncVercel\n"
        "with fresh_emulator() as m:\n"
        "    vercel = SyncVercel(m.token, transport=m.transport())\n"
        "    vercel.marketplace.get_account_info("
        "integration_configuration_id=m.installation_id)"
    )
    variables = os.environ | {"VERCEL_MARKETPLACE_LOG": "debug"}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=True)
    assert " DEBUG vercel_marketplace: get-account-info (icfg_emulator): attempt 1" in done.stderr
