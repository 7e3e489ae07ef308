"""What the frames of a traceback remember: error reporters send all of it."""

import logging
import traceback
from pathlib import Path

import pytest

from vercel_marketplace import Err, RequestOptions, SyncVercel, VercelCore, VercelError, block_on

TOKEN = "tok-s3cr3t-1"
# What the cases of `operations.py` carry, and the token.
SECRETS = (TOKEN, "s3cr3t-value", "client-s3cr3t", "code-of-tests", "old-token-of-tests")
TESTS = Path(__file__).parent


def chain_of(error):
    """An exception and all that came before it."""
    seen = []
    pending = [error]
    while pending:
        one = pending.pop()
        if one is not None and not any(one is other for other in seen):
            seen.append(one)
            pending += [one.__cause__, one.__context__, *getattr(one, "exceptions", ())]
    return seen


def leaks_of(error):
    """Each local variable, in a frame that is not a test's, whose repr holds a secret."""
    leaks = []
    for one in chain_of(error):
        leaks += [("text", type(one), secret) for secret in SECRETS if secret in repr(one)]
        for frame, line in traceback.walk_tb(one.__traceback__):
            file = frame.f_code.co_filename
            if Path(file).is_relative_to(TESTS):
                continue
            for name, value in frame.f_locals.items():
                shown = repr(value)
                leaks += [(file, line, name, secret) for secret in SECRETS if secret in shown]
    return leaks


@pytest.fixture(params=["refused", "silent", "not HTTP", "400", "503"])
def failing(request, server, refusing_url):
    """The URL of a server that fails, each in its own way."""
    script = {
        "silent": (server.STALL,),
        "not HTTP": (b"nonsense\r\n\r\n", server.CLOSE),
        "400": (server.whole({"error": {"code": "bad", "message": "refused"}}, 400),),
        "503": (server.whole({}, 503),),
    }.get(request.param, ())
    server.otherwise = lambda _: script
    return refusing_url if request.param == "refused" else server.url


@pytest.fixture(autouse=True)
def debug(caplog):
    """Log all there is to log, for what only a log needs may stay in a frame."""
    caplog.set_level(logging.DEBUG)


WITH_SECRETS = [
    *("exchange_sso_token", "update_resource_secrets_by_id", "revoke_installation_credential"),
]


@pytest.mark.parametrize("case", WITH_SECRETS, indirect=True)
def test_no_frame_of_a_failed_call_holds_a_secret(way, failing, case):
    """No local variable on the way of an error may show a token or secret."""
    options = RequestOptions(timeout=0.3, retries=0)
    result = way.result_of(case, options, server_url=failing, bearer_token=TOKEN)
    with pytest.raises(VercelError) as caught:
        result.unwrap()
    assert leaks_of(caught.value) == []


@pytest.mark.parametrize("case", WITH_SECRETS, indirect=True)
def test_no_frame_of_a_failed_method_holds_a_secret(refusing_url, case):
    """The same holds for a method, whose arguments are secrets."""
    options = RequestOptions(retries=0)
    with (
        SyncVercel(TOKEN, server_url=refusing_url) as vercel,
        pytest.raises(VercelError) as caught,
    ):
        case.call_method(vercel, options=options)
    assert leaks_of(caught.value) == []


@pytest.mark.parametrize(
    ("token", "options"),
    [
        (f"{TOKEN}\nx", RequestOptions()),
        (TOKEN, RequestOptions(headers={"x": f"{TOKEN}\n"})),
        (TOKEN, RequestOptions(server_url="nowhere")),
        (lambda _: f"{TOKEN}\nx", RequestOptions()),
    ],
    ids=["token", "header", "server", "function"],
)
def test_no_frame_of_a_refused_call_holds_a_secret(fake, reading, token, options):
    """Nor may what refuses a token or a header remember it."""
    result = block_on(reading(VercelCore.blocking(token, transport=fake), options))
    assert isinstance(result, Err)
    assert result.error.request_sent is False
    assert leaks_of(result.error) == []


def test_nothing_of_the_callers_own_is_cleared(refusing_url, reading):
    """The locals of an exception that the caller is handling must stay."""

    def fail():
        mine = "kept"
        raise LookupError(mine)

    core = VercelCore.blocking("t", server_url=refusing_url, retries=0)
    try:
        fail()
    except LookupError as error:
        assert isinstance(block_on(reading(core)), Err)
        frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
        assert frames[-1].f_locals["mine"] == "kept"
