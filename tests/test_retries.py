"""What is sent again, when, and what never is: over the wire and with a fake transport."""

import itertools
import logging
import time
from email.utils import formatdate

import attrs
import pytest

from vercel_marketplace import (
    BackoffStrategy,
    Headers,
    HTTPResponse,
    Ok,
    RequestOptions,
    RequestTimeoutError,
    RetryConfig,
    SDKError,
    UnexpectedClientError,
    VercelConflictError,
    VercelCore,
    VercelRateLimitError,
    VercelServerError,
    block_on,
)
from vercel_marketplace.errors import ConnectionError  # noqa: A004 (the SDK's)

NO_WAIT = BackoffStrategy(initial_interval=0)


def answer(status, **headers):
    named = {name.replace("_", "-"): str(value) for name, value in headers.items()}
    return HTTPResponse(status, headers=Headers(named))


REFUSED = ConnectionError("refused", request_sent=False)
DROPPED = ConnectionError("dropped", request_sent=True)
NOT_CONNECTED = RequestTimeoutError("no connection in time", request_sent=False)
TOO_SLOW = RequestTimeoutError("no answer in time", request_sent=True)


def attempts_at(fake, case, *outcomes, options=None, **settings):
    """Make a blocking call that meets these outcomes; give its result."""
    fake.answers(*(copy_of(outcome) for outcome in outcomes))
    return block_on(case(VercelCore.blocking("token", transport=fake, **settings), options))


def copy_of(outcome):
    """A new error each time, as a transport raises it."""
    if isinstance(outcome, Exception):
        return lambda request: type(outcome)(outcome.message, request_sent=outcome.request_sent)
    return outcome


# What may be sent twice ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "always"),
    [
        pytest.param(REFUSED, True, id="refused"),
        pytest.param(NOT_CONNECTED, True, id="not connected in time"),
        pytest.param(answer(429), True, id="429"),
        pytest.param(DROPPED, False, id="dropped"),
        pytest.param(TOO_SLOW, False, id="too slow"),
        pytest.param(answer(500), False, id="500"),
        pytest.param(answer(502), False, id="502"),
        pytest.param(answer(503), False, id="503"),
        pytest.param(answer(504), False, id="504"),
    ],
)
def test_only_what_is_safe_is_sent_again(fake, case, outcome, always):
    """An operation that is not idempotent must be sent again only if it was not processed."""
    result = attempts_at(fake, case, outcome)
    attempts = 3 if always or case.idempotent else 1
    assert len(fake.sent) == attempts
    assert result.error.attempts == attempts


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 418, 422, 501, 301])
def test_other_answers_are_final(fake, case, status):
    """A response that a retry would not change must be given back at once."""
    assert attempts_at(fake, case, answer(status)).error.attempts == 1
    assert fake.waits == []


@pytest.mark.parametrize("outcome", [DROPPED, TOO_SLOW, answer(503)], ids=repr)
def test_retry_unsafe_sends_everything_again(fake, case, outcome):
    """`retry_non_idempotent` must retry an operation whatever may have become of it."""
    retries = RetryConfig(retry_non_idempotent=True)
    assert attempts_at(fake, case, outcome, case.response, retries=retries) == Ok(case.value)
    assert len(fake.sent) == 2


def test_an_invoice_with_an_external_id_may_be_sent_again(fake, submission):
    """`submit_invoice` must be retried with an `external_id`, which Vercel accepts only once."""
    body = attrs.evolve(submission.request.request_body, external_id="inv-1")
    request = attrs.evolve(submission.request, request_body=body)
    result = attempts_at(fake, attrs.evolve(submission, request=request), DROPPED)
    assert result.error.attempts == 3


def test_a_repetition_is_the_same_request(fake, case):
    """Every attempt must send the same bytes: a timestamp that changed would be new data."""
    attempts_at(fake, case, answer(429))
    first, *others = fake.sent
    assert others == [first, first]


# The same over a real wire -------------------------------------------------------------


@pytest.mark.parametrize("trouble", ["dropped", "429", "503"])
def test_how_many_requests_arrive(way, server, case, trouble):
    """The server must see a retry only where it is safe."""
    if trouble == "dropped":
        server.plays(server.CLOSE)
    else:
        server.answers(status=int(trouble), retry_after=0)
    server.answers(case.answer, case.success)
    retries = RetryConfig(backoff=NO_WAIT)
    result = way.result_of(case, server_url=server.url, retries=retries)
    repeated = trouble == "429" or case.idempotent
    assert len(server.requests) == (2 if repeated else 1)
    assert result.ok is repeated
    if repeated:
        first, second = (attrs.evolve(request, connection=0) for request in server.requests)
        assert first == second
        assert result == Ok(case.value)


def test_a_refused_connection_is_tried_again(way, refusing_url, case):
    """A connection that was never made must be tried again, whatever the operation."""
    retries = RetryConfig(backoff=NO_WAIT)
    error = way.error_of(case, server_url=refusing_url, retries=retries)
    assert (type(error), error.attempts, error.request_sent) == (ConnectionError, 3, False)


# Waits ---------------------------------------------------------------------------------


@pytest.fixture
def no_luck(monkeypatch):
    """Dice that always draw the longest wait."""
    monkeypatch.setattr("vercel_marketplace._internal.call.random.random", lambda: 1.0)


def test_waits_grow_up_to_their_bound(fake, reading, no_luck):
    """The bound of a wait must grow by the exponent and stop at `max_interval`."""
    backoff = BackoffStrategy(initial_interval=1, exponent=2, max_interval=5)
    attempts_at(fake, reading, answer(503), retries=RetryConfig(backoff=backoff, max_retries=5))
    assert fake.waits == [1, 2, 4, 5, 5]


def test_waits_are_drawn_from_nothing_to_their_bound(fake, reading):
    """Waits must differ from each other, so that clients do not return all at once."""
    backoff = BackoffStrategy(initial_interval=1, exponent=1)
    attempts_at(fake, reading, answer(503), retries=RetryConfig(backoff=backoff, max_retries=30))
    assert len(set(fake.waits)) > 1
    assert all(0 <= wait <= 1 for wait in fake.waits)


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry_after": 3}, 3.0),
        ({"retry_after": "2.5"}, 2.5),
        ({"retry_after_ms": 250}, 0.25),
        ({"retry_after_ms": 250, "retry_after": 9}, 0.25),
        ({"retry_after": 60}, 60.0),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_a_retry_after_is_kept_to(fake, reading, status, headers, wait):
    """The wait must be what the server asks for."""
    assert attempts_at(fake, reading, answer(status, **headers), reading.response).ok
    assert fake.waits == [wait]


def test_a_retry_after_may_be_a_date(fake, reading):
    """An HTTP date must be the wait until then."""
    moment = answer(429, retry_after=formatdate(time.time() + 30, usegmt=True))
    attempts_at(fake, reading, moment, reading.response)
    assert fake.waits == [pytest.approx(29.5, abs=1.5)]


@pytest.mark.parametrize("nonsense", ["soon", "-1", "nan", "1e9", "", "3 s"])
def test_a_retry_after_without_sense_is_passed_over(fake, reading, no_luck, nonsense):
    """What is no time must not be waited for, nor break the call."""
    attempts_at(fake, reading, answer(503, retry_after=nonsense), reading.response)
    assert fake.waits == [0.5]


@pytest.mark.parametrize(("headers", "asked"), [({"retry_after": 61}, 61.0)])
def test_a_retry_after_above_the_cap_comes_back_at_once(fake, case, headers, asked):
    """A wait longer than `max_interval` must be the caller's to decide on."""
    error = attempts_at(fake, case, answer(429, **headers)).error
    assert type(error) is VercelRateLimitError
    assert (error.retry_after, error.attempts, fake.waits) == (asked, 1, [])


def test_max_elapsed_time_ends_it(fake, reading):
    """No attempt may start that would wait beyond `max_elapsed_time`."""
    retries = RetryConfig(backoff=BackoffStrategy(max_elapsed_time=10))
    error = attempts_at(fake, reading, answer(503, retry_after=11), retries=retries).error
    assert error.attempts == 1


def test_a_real_wait_is_slept(way, server, reading):
    """A transport of the SDK's must wait before it sends again, on every way."""
    server.answers(status=503, retry_after_ms=30).answers(reading.answer)
    before = time.monotonic()
    assert way.result_of(reading, server_url=server.url).ok
    assert time.monotonic() - before >= 0.03


def test_a_transport_without_sleep_is_waited_for(way, reading):
    """A transport that has no `sleep` must be retried all the same, and after the wait."""

    class Bare:
        def __init__(self):
            self.left = [answer(503, retry_after_ms=30), reading.response]

        def send(self, request):
            return self.left.pop(0)

    before = time.monotonic()
    assert way.result_of(reading, transport=Bare()) == Ok(reading.value)
    assert time.monotonic() - before >= 0.03


# How often, and for what ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("retries", "attempts"),
    [
        (RetryConfig(), 3),
        (RetryConfig("none"), 1),
        (RetryConfig(max_retries=0), 1),
        (RetryConfig(max_retries=4), 5),
        (RetryConfig(retry_connection_errors=False), 1),
    ],
)
@pytest.mark.parametrize("outcome", [REFUSED, DROPPED, NOT_CONNECTED, TOO_SLOW], ids=str)
def test_the_configuration_says_how_often(fake, reading, retries, attempts, outcome):
    """A connection that fails must be tried as often as the configuration says."""
    assert attempts_at(fake, reading, outcome, retries=retries).error.attempts == attempts


@pytest.mark.parametrize("codes", [[404], ["4XX"], ["404"]])
def test_other_statuses_may_be_chosen(fake, reading, refund, codes):
    """`retry_codes` must choose what is retried, but not make an operation idempotent."""
    options = RequestOptions(retries=RetryConfig(retry_codes=codes))
    assert attempts_at(fake, reading, answer(404), options=options).error.attempts == 3
    assert attempts_at(fake, refund, options=options).error.attempts == 1


def test_the_last_error_is_the_one_that_comes_back(fake, reading):
    """The error must be that of the last attempt, with the number of attempts."""
    result = attempts_at(fake, reading, DROPPED, answer(503), answer(404))
    assert (result.error.status_code, result.error.attempts) == (404, 3)


@pytest.mark.parametrize("earlier", [DROPPED, TOO_SLOW, answer(503)], ids=repr)
def test_what_was_sent_once_was_sent(fake, reading, earlier):
    """An attempt that never connected must not hide that an earlier one went out."""
    error = attempts_at(fake, reading, earlier, REFUSED).error
    assert (type(error), error.attempts) == (ConnectionError, 3)
    assert error.request_sent is True


def test_a_failure_to_judge_an_error_does_not_hide_that_it_was_sent(fake, reading):
    """An error that a transport made badly must not pass for a request that never left."""

    def fail(_):
        raise VercelServerError("busy", status_code=503, retry_after="soon")

    error = attempts_at(fake, reading, fail).error
    assert type(error) is UnexpectedClientError
    assert (error.request_sent, error.may_have_taken_effect) == (True, True)
    assert len(fake.sent) == 1


@pytest.mark.parametrize("earlier", [0, 1])
def test_a_conflict_after_a_repetition_has_a_note(fake, secrets_update, earlier):
    """A 409 to a retry must say that the first attempt may have done it."""
    outcomes = itertools.chain([DROPPED] * earlier, [answer(409)])
    error = attempts_at(fake, secrets_update, *outcomes).error
    assert type(error) is VercelConflictError
    notes = getattr(error, "__notes__", [])
    assert [("earlier attempt" in note) for note in notes] == [True] * earlier
    assert error.earlier_attempt_may_have_succeeded is error.may_have_taken_effect is bool(earlier)


def test_a_bug_is_not_repeated(fake, case):
    """An exception that is no failure of the connection must not be sent into twice."""
    fake.answers(RuntimeError("bug"))
    result = block_on(case(VercelCore.blocking("token", transport=fake)))
    assert result.error.attempts == 1
    assert len(fake.sent) == 1


def test_a_broken_success_is_not_repeated(fake, reading):
    """A success that cannot be read was carried out, so that it must not be sent again."""
    broken = HTTPResponse(200, headers=Headers({"content-type": "application/json"}))
    assert attempts_at(fake, reading, broken).error.attempts == 1
    assert type(attempts_at(fake, reading, answer(200)).error) is not SDKError


def test_repetitions_can_be_stopped_by_closing(way, fake, reading, caplog):
    """A core that is closed while a call waits must not send again."""
    fake.answers(answer(503))
    caplog.set_level(logging.INFO)

    async def story():
        core = way.core(transport=fake)

        async def sleep(seconds):
            await core.aclose()

        fake.sleep = sleep
        return await reading(core)

    error = way.run(story).error
    assert "closed" in str(error)
    assert len(fake.sent) == 1
    assert type(error) is not VercelServerError


# Clocks --------------------------------------------------------------------------------


@pytest.mark.parametrize("skew", [-3600, -60, 60, 3600])
def test_the_wait_for_a_reset_counts_by_the_servers_clock(fake, reading, skew):
    """A clock that is wrong must neither retry at once nor give up: `Date` says what time it is."""
    there = time.time() + skew
    limited = answer(429, date=formatdate(there, usegmt=True), x_ratelimit_reset=int(there) + 20)
    fake.answers(limited, reading.response)
    assert block_on(reading(VercelCore.blocking("t", transport=fake))).ok
    assert fake.waits == [pytest.approx(20, abs=2)]


@pytest.mark.parametrize("date", [None, "yesterday", "Mon, 32 Jan 2026 00:00:00 GMT"])
def test_a_reset_that_is_over_is_waited_for_all_the_same(fake, reading, date):
    """After a 429 the next attempt must not follow at once, whatever the clocks say."""
    headers = {"x_ratelimit_reset": int(time.time()) - 60} | ({"date": date} if date else {})
    fake.answers(answer(429, **headers), reading.response)
    assert block_on(reading(VercelCore.blocking("t", transport=fake))).ok
    (wait,) = fake.waits
    assert 0.25 <= wait <= 0.5


def test_a_connection_error_names_the_host(fake, reading):
    """Who reads a log must learn which server could not be reached."""
    error = attempts_at(fake, reading, REFUSED).error
    assert error.host == "api.vercel.com"
    assert str(error) == "get-member (icfg_1): refused (api.vercel.com, 3 attempts)"
