"""Whether to retry, and when. Pure: the clock and the random numbers are arguments."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from vercel_marketplace.errors import (
    ConnectionError,  # noqa: A004 (the SDK's)
    HTTPClientError,
    RequestTimeoutError,
    SDKError,
    VercelError,
    VercelRateLimitError,
)

if TYPE_CHECKING:
    from vercel_marketplace.options import BackoffStrategy, RetryConfig


def wait_before_retry(  # noqa: PLR0913 (each is a fact of its own)
    error: VercelError,
    config: "RetryConfig",
    *,
    attempt: int,
    elapsed: float,
    idempotent: bool,
    random: Callable[[], float],
) -> float | None:
    """Return the seconds to wait before the next attempt, or `None` for no further attempt.

    Args:
        error: The error of the attempt.
        config: The user's choice.
        attempt: Which attempt failed, from 1.
        elapsed: Seconds since the first attempt began.
        idempotent: Whether the operation may be sent twice (Vercel has no idempotency key).
        random: Returns a number from 0 to 1.
    """
    if config.strategy == "none" or attempt > config.max_retries:
        return None
    if not _is_transient(error, config):
        return None
    if not (idempotent or config.retry_non_idempotent or not may_have_been_processed(error)):
        return None
    backoff = config.backoff
    is_rate_limited = isinstance(error, VercelRateLimitError)
    if error.retry_after is None or (is_rate_limited and not error.retry_after):
        # At once, it would only be refused again: after a 429 from half of the bound on.
        part = (1 + random()) / 2 if is_rate_limited else random()
        wait = part * _max_wait(backoff, attempt)
    elif error.retry_after > backoff.max_interval:
        return None
    else:
        wait = error.retry_after
    return wait if elapsed + wait <= backoff.max_elapsed_time else None


def may_have_been_processed(error: VercelError) -> bool:
    """Whether the API may have acted on the request: not if it never connected, nor at a 429."""
    if isinstance(error, HTTPClientError):
        return error.request_sent
    return not isinstance(error, VercelRateLimitError)


def _is_transient(error: VercelError, config: "RetryConfig") -> bool:
    if isinstance(error, SDKError):
        status = str(error.status_code)
        return any(str(code).upper() in {status, f"{status[0]}XX"} for code in config.retry_codes)
    return config.retry_connection_errors and isinstance(
        error, ConnectionError | RequestTimeoutError
    )


def _max_wait(backoff: "BackoffStrategy", attempt: int) -> float:
    try:
        return min(
            backoff.max_interval, backoff.initial_interval * backoff.exponent ** (attempt - 1)
        )
    except OverflowError:
        return backoff.max_interval
