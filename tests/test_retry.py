"""Whether a failed attempt is retried, and after how long."""

import math

import attrs
import pytest

from tests.operations import INVOICE, OPERATIONS, REQUESTS
from vercel_marketplace import BackoffStrategy, RequestOptions, RetryConfig, errors
from vercel_marketplace._internal.retry import wait_before_retry
from vercel_marketplace.models import SubmitInvoiceRequest

STEADY = RetryConfig(backoff=BackoffStrategy(initial_interval=1, exponent=2, max_interval=60))


def status(code, retry_after=None):
    return errors.error_class_for(code)("failed", status_code=code, retry_after=retry_after)


NEVER_SENT = errors.ConnectionError("no connection", request_sent=False)
BROKEN_OFF = errors.ConnectionError("the connection broke", request_sent=True)
TIMED_OUT = errors.RequestTimeoutError("no answer in time", request_sent=True)
NEVER_CONNECTED = errors.RequestTimeoutError("no connection in time", request_sent=False)


def wait(error, config=STEADY, **changed):
    facts = {
        "attempt": 1,
        "elapsed": 0.0,
        "idempotent": True,
        "random": lambda: 1.0,
    }
    return wait_before_retry(error, config, **facts | changed)


def is_repeated(error, config=STEADY, **changed):
    return wait(error, config, **changed) is not None


# What may be sent twice --------------------------------------------------------------

WITH_EXTERNAL_ID = SubmitInvoiceRequest("icfg_1", attrs.evolve(INVOICE, external_id="2026-10"))
WITH_EMPTY_EXTERNAL_ID = SubmitInvoiceRequest("icfg_1", attrs.evolve(INVOICE, external_id=""))


@pytest.mark.parametrize(
    ("operation_id", "request_", "may"),
    [
        ("get-account-info", None, True),
        ("get-member", None, True),
        ("create-event", None, False),
        ("submit-billing-data", None, True),
        ("submit-invoice", None, False),
        ("submit-invoice", WITH_EXTERNAL_ID, True),
        ("submit-invoice", WITH_EMPTY_EXTERNAL_ID, False),
        ("get-invoice", None, True),
        ("update-invoice", None, False),
        ("update-resource-secrets", None, True),
        ("update-resource-secrets-by-id", None, True),
        ("exchange-sso-token", None, False),
        ("update-installation", None, True),
        ("rotate-installation-credential", None, False),
        ("revoke-installation-credential", None, False),
        ("finalize-installation", None, False),
        ("get-integration-resources", None, True),
        ("get-integration-resource", None, True),
        ("delete-integration-resource", None, True),
        ("import-resource", None, True),
        ("update-resource", None, True),
        ("submit-prepayment-balances", None, True),
        ("create-experimentation-items", None, False),
        ("update-experimentation-item", None, False),
        ("delete-experimentation-item", None, True),
        ("get-global-config", None, True),
        ("head-global-config", None, True),
        ("replace-global-config", None, True),
    ],
)
def test_an_operation_says_whether_it_may_be_sent_twice(operation_id, request_, may):
    """What moves money or uses up a code is never retried by itself; reading and setting is."""
    request = request_ or REQUESTS[operation_id]
    assert OPERATIONS[operation_id].is_idempotent(request) is may


@pytest.mark.parametrize(
    ("error", "safe", "unsafe"),
    [
        (NEVER_SENT, True, True),
        (NEVER_CONNECTED, True, True),
        (status(429), True, True),
        (BROKEN_OFF, True, False),
        (TIMED_OUT, True, False),
        (status(500), True, False),
        (status(502), True, False),
        (status(503), True, False),
        (status(504), True, False),
        (status(400), False, False),
        (status(404), False, False),
        (status(409), False, False),
        (status(302), False, False),
        (status(501), False, False),
        (errors.ResponseValidationError("broken", status_code=200), False, False),
        (errors.SDKValidationError("refused"), False, False),
        (errors.InvalidRequestError("refused"), False, False),
        (errors.RequestAbortedError("closed"), False, False),
        (errors.UnexpectedClientError("a bug"), False, False),
    ],
    ids=repr,
)
def test_what_was_perhaps_processed_is_repeated_only_where_safe(error, safe, unsafe):
    """A passing failure is retried where that is safe, else only if nothing was processed."""
    assert is_repeated(error, idempotent=True) is safe
    assert is_repeated(error, idempotent=False) is unsafe


def test_retry_unsafe_is_the_users_word():
    """With it an operation that may happen twice is retried like any other."""
    config = RetryConfig(retry_non_idempotent=True)
    assert is_repeated(TIMED_OUT, config, idempotent=False)
    assert is_repeated(status(503), config, idempotent=False)


def test_retry_unsafe_does_not_repeat_what_will_not_pass():
    """A refusal stays one."""
    assert not is_repeated(status(409), RetryConfig(retry_non_idempotent=True), idempotent=False)


# The user's choice -------------------------------------------------------------------


@pytest.mark.parametrize("error", [NEVER_SENT, TIMED_OUT, status(503), status(429)], ids=repr)
def test_strategy_none_tries_once(error):
    """Nothing is retried with the strategy `"none"`."""
    assert not is_repeated(error, RetryConfig("none"))


@pytest.mark.parametrize(
    ("error", "repeated"), [(NEVER_SENT, False), (status(503), True)], ids=repr
)
def test_connection_errors_can_be_left_out(error, repeated):
    """Without `retry_connection_errors` only responses are retried."""
    assert is_repeated(error, RetryConfig(retry_connection_errors=False)) is repeated


@pytest.mark.parametrize(
    ("max_retries", "attempt", "repeated"),
    [(0, 1, False), (1, 1, True), (1, 2, False), (2, 2, True), (2, 3, False), (9, 9, True)],
)
def test_there_are_max_retries_repetitions(max_retries, attempt, repeated):
    """The attempt after the last retry is not made."""
    config = RetryConfig(max_retries=max_retries)
    assert is_repeated(status(503), config, attempt=attempt) is repeated


@pytest.mark.parametrize(
    ("codes", "code", "repeated"),
    [
        ([503], 503, True),
        (["503"], 503, True),
        ([503], 502, False),
        (["5XX"], 501, True),
        (["5xx"], 599, True),
        (["5XX"], 429, False),
        (["4XX"], 404, True),
        ([429, "5XX"], 429, True),
        ([], 503, False),
    ],
)
def test_retry_codes_name_statuses_and_classes(codes, code, repeated):
    """A number, its text or a class such as `"5XX"` names a status."""
    assert is_repeated(status(code), RetryConfig(retry_codes=codes)) is repeated


# How long ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attempt", "dice", "seconds"),
    [(1, 1.0, 1), (2, 1.0, 2), (3, 1.0, 4), (3, 0.25, 1), (3, 0.0, 0), (7, 1.0, 60), (20, 1.0, 60)],
)
def test_the_wait_is_drawn_below_a_growing_bound(attempt, dice, seconds):
    """Full jitter: a part, drawn at random, of a bound that grows up to the longest wait."""
    config = attrs.evolve(STEADY, max_retries=100)
    assert wait(status(503), config, attempt=attempt, random=lambda: dice) == seconds


@pytest.mark.parametrize("exponent", [1.5, 10, 1e300])
def test_a_bound_too_large_for_a_number_is_the_longest_wait(exponent):
    """However often an operation is retried, the wait is at most the longest."""
    config = RetryConfig(
        backoff=BackoffStrategy(exponent=exponent, max_interval=7), max_retries=10**6
    )
    assert wait(status(503), config, attempt=10**5) == 7


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [(0.001, 0.001), (2.5, 2.5), (60.0, 60), (60.1, None), (86400.0, None)],
)
def test_what_the_api_asks_for_is_kept_to(retry_after, seconds):
    """`Retry-After` replaces the drawn wait; above the longest wait the error comes back."""
    assert wait(status(429, retry_after)) == seconds


@pytest.mark.parametrize("retry_after", [None, 0.0])
@pytest.mark.parametrize(("dice", "seconds"), [(0.0, 0.5), (0.5, 0.75), (1.0, 1)])
def test_the_wait_after_a_429_is_never_nothing(retry_after, dice, seconds):
    """Where the API names no wait, or one that is over, at least half of the bound is waited."""
    assert wait(status(429, retry_after), random=lambda: dice) == seconds


def test_a_503_that_asks_for_no_wait_is_retried_at_once():
    """Only a 429 says that the next request will be refused as well."""
    assert wait(status(503, 0.0)) == 0


@pytest.mark.parametrize(("elapsed", "repeated"), [(0, True), (8, True), (8.1, False), (99, False)])
def test_no_attempt_starts_after_max_elapsed_time(elapsed, repeated):
    """The wait counts: an attempt that would start too late is not made."""
    config = RetryConfig(backoff=BackoffStrategy(max_elapsed_time=10))
    assert is_repeated(status(503, retry_after=2.0), config, elapsed=elapsed) is repeated


# Configuration -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("build", "error", "text"),
    [
        (lambda: RetryConfig("often"), ValueError, "strategy"),
        (lambda: RetryConfig(max_retries=-1), ValueError, "max_retries"),
        (lambda: RetryConfig(max_retries=1.5), ValueError, "max_retries"),
        (lambda: RetryConfig(max_retries=True), ValueError, "max_retries"),
        (lambda: BackoffStrategy(initial_interval=-1), ValueError, "initial_interval"),
        (lambda: BackoffStrategy(max_interval="60"), TypeError, "max_interval"),
        (lambda: BackoffStrategy(exponent=math.nan), ValueError, "exponent"),
        (lambda: BackoffStrategy(max_elapsed_time=True), TypeError, "max_elapsed_time"),
        (lambda: RequestOptions(timeout=0), ValueError, "timeout"),
        (lambda: RequestOptions(timeout=-1.0), ValueError, "timeout"),
        (lambda: RequestOptions(timeout=math.nan), ValueError, "timeout"),
        (lambda: RequestOptions(timeout="5"), TypeError, "timeout"),
        (lambda: RetryConfig(retry_codes="5XX"), TypeError, "retry_codes"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused_by_name(build, error, text):
    """A wrong setting fails where it is written, and the message names it."""
    with pytest.raises(error, match=text):
        build()


@pytest.mark.parametrize("timeout", [None, 0.1, 30, math.inf])
def test_a_timeout_is_any_number_above_zero(timeout):
    """Whole numbers, fractions and infinity are taken; `None` leaves it to the client."""
    assert RequestOptions(timeout=timeout).timeout == timeout
