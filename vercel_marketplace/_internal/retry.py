"""Whether to try again, and when. Pure: the clock and the dice are handed in."""

from collections.abc import Callable, Collection
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

DEFAULT_RETRY_CODES: tuple[int | str, ...] = (429, 500, 502, 503, 504)


def wait_before_retry(  # noqa: PLR0913 (each is a fact of its own)
    error: VercelError,
    config: "RetryConfig",
    *,
    attempt: int,
    elapsed: float,
    idempotent: bool,
    retry_codes: Collection[int | str],
    random: Callable[[], float],
) -> float | None:
    """Seconds to wait before the next attempt, or `None` to give the error back.

    Args:
        error: What the attempt came to.
        config: The user's choice.
        attempt: Which attempt failed, from 1.
        elapsed: Seconds since the first attempt began.
        idempotent: Whether the operation may be sent twice (Vercel has no idempotency key).
        retry_codes: Statuses to repeat.
        random: Gives a number from 0 to 1.
    """
    if config.strategy == "none" or attempt > config.max_retries:
        return None
    if not _is_transient(error, config, retry_codes):
        return None
    if not (idempotent or config.retry_non_idempotent or certainly_not_processed(error)):
        return None
    backoff = config.backoff
    if error.retry_after is None:
        wait = random() * _ceiling(backoff, attempt)
    elif error.retry_after > backoff.max_interval:
        return None
    else:
        wait = error.retry_after
    return wait if elapsed + wait <= backoff.max_elapsed_time else None


def certainly_not_processed(error: VercelError) -> bool:
    """Whether the API cannot have acted on the request: never connected, or a 429."""
    if isinstance(error, HTTPClientError):
        return not error.request_sent
    return isinstance(error, VercelRateLimitError)


def _is_transient(
    error: VercelError, config: "RetryConfig", retry_codes: Collection[int | str]
) -> bool:
    if isinstance(error, SDKError):
        status = str(error.status_code)
        return any(str(code).upper() in {status, f"{status[0]}XX"} for code in retry_codes)
    return config.retry_connection_errors and isinstance(
        error, ConnectionError | RequestTimeoutError
    )


def _ceiling(backoff: "BackoffStrategy", attempt: int) -> float:
    try:
        return min(
            backoff.max_interval, backoff.initial_interval * backoff.exponent ** (attempt - 1)
        )
    except OverflowError:
        return backoff.max_interval
