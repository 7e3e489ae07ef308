"""What can be set for a client or for one call: retries, timeout, token, headers.

All durations are seconds.
"""

import re
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any, Final, Literal, TypeAlias

from attrs import field, frozen

from vercel_marketplace._internal.config import check_bearer_token, check_retries
from vercel_marketplace._internal.describe import describe, repr_url
from vercel_marketplace._internal.seconds import check_number, check_timeout
from vercel_marketplace.context import CallContext

TokenProvider: TypeAlias = Callable[[CallContext], str | Awaitable[str]]
"""Returns the bearer token for a call; may be async on an async client."""

BearerToken: TypeAlias = str | TokenProvider
"""A bearer token, or a function that returns one."""


_ERROR_STATUS: Final = re.compile(r"[45]([0-9]{2}|[Xx]{2})")


def _if_given(check: Callable[[object], object]) -> Callable[[Any, Any, Any], None]:
    """Make a validator of attrs that leaves `None` alone."""

    def validate(_instance: object, _attribute: object, value: object) -> None:
        if value is not None:
            check(value)

    return validate


def _check_seconds(_instance: object, attribute: object, value: float) -> None:
    if not check_number(_name(attribute), value) >= 0:
        msg = f"{_name(attribute)} must be 0 or more"
        raise ValueError(msg)


def _check_bool(_instance: object, attribute: object, value: object) -> None:
    if not isinstance(value, bool):
        msg = f"{_name(attribute)} must be a bool, got {describe(value)}"
        raise TypeError(msg)


def _check_backoff(_instance: object, _attribute: object, value: object) -> None:
    if not isinstance(value, BackoffStrategy):
        msg = f"backoff must be a BackoffStrategy, got {describe(value)}"
        raise TypeError(msg)


def _check_strategy(_instance: object, _attribute: object, value: object) -> None:
    if not isinstance(value, str) or value not in {"backoff", "none"}:
        msg = (
            'strategy must be "backoff" or "none"; for a number of retries, use '
            "RetryConfig(max_retries=3)"
        )
        raise ValueError(msg)


def _check_count(_instance: object, attribute: object, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        msg = f"{_name(attribute)} must be a whole number, 0 or more, got {describe(value)}"
        raise ValueError(msg)


def _to_codes(value: Any) -> tuple[int | str, ...]:
    if not _is_list(value):
        msg = f'retry_codes must be a list, such as [429, "5XX"], got {describe(value)}'
        raise TypeError(msg)
    codes: tuple[Any, ...] = tuple(value)
    for code in codes:
        if isinstance(code, bool) or not isinstance(code, int | str):
            msg = f"retry_codes must be a list of int and str, got one of {describe(code)}"
            raise TypeError(msg)
        if not _ERROR_STATUS.fullmatch(str(code)):
            msg = (
                f"retry_codes: {code} is not an error; use statuses from 400 to 599, "
                '"4XX" and "5XX"'
            )
            raise ValueError(msg)
    return codes


def _is_list(value: object) -> bool:
    return isinstance(value, Collection) and not isinstance(value, str | bytes | Mapping)


def _check_headers(value: object) -> None:
    if not isinstance(value, Mapping):
        msg = f"headers must be a mapping of str to str, got {describe(value)}"
        raise TypeError(msg)


def _check_server_url(value: object) -> None:
    if not isinstance(value, str):
        msg = f"server_url must be a str, got {describe(value)}"
        raise TypeError(msg)


def _name(attribute: object) -> str:
    return getattr(attribute, "name", "")


@frozen
class BackoffStrategy:
    """How long to wait between attempts.

    The wait before retry *n* is drawn evenly from 0 to
    `min(max_interval, initial_interval * exponent ** (n - 1))` seconds (full jitter); after a
    429, from half of that bound on.

    Attributes:
        initial_interval: Upper bound of the first wait, in seconds.
        max_interval: Upper bound of any wait, in seconds. A `Retry-After` up to it is
            honored; a longer one ends the call at once, with `error.retry_after` set.
        exponent: Multiplier of the bound from one wait to the next.
        max_elapsed_time: Seconds after which no further attempt is started, counted from
            the first.
    """

    initial_interval: float = field(default=0.5, validator=_check_seconds)
    max_interval: float = field(default=60.0, validator=_check_seconds)
    exponent: float = field(default=1.5, validator=_check_seconds)
    max_elapsed_time: float = field(default=3600.0, validator=_check_seconds)


@frozen
class RetryConfig:
    """Whether and how often a failed attempt is retried.

    Attributes:
        strategy: `"backoff"`, or `"none"` to try once.
        backoff: The waits.
        retry_connection_errors: Also retry after a connection that failed or timed out.
        max_retries: Maximum number of retries; 0 disables them.
        retry_codes: The statuses to retry: numbers from 400 to 599, or `"4XX"` and `"5XX"`.
        retry_non_idempotent: Retry **every** operation, also those that may then happen twice:
            a refund, an invoice without `external_id`, an SSO code. Without it, those are
            retried only when the request certainly was not processed.
    """

    strategy: Literal["backoff", "none"] = field(default="backoff", validator=_check_strategy)
    backoff: BackoffStrategy = field(factory=BackoffStrategy, validator=_check_backoff)
    retry_connection_errors: bool = field(default=True, validator=_check_bool)
    max_retries: int = field(default=2, kw_only=True, validator=_check_count)
    retry_codes: Collection[int | str] = field(
        default=(429, 500, 502, 503, 504), kw_only=True, converter=_to_codes
    )
    retry_non_idempotent: bool = field(default=False, kw_only=True, validator=_check_bool)


@frozen(kw_only=True)
class RequestOptions:
    """What differs for one call; what is left out stays as the client has it.

    Attributes:
        bearer_token: A token for this call, or a function that returns one.
        headers: Headers to add or replace. Those that frame the request (`host`,
            `content-length`, `transfer-encoding`, …) cannot be set.
        timeout: Seconds for one attempt; `math.inf` for no limit.
        retries: Another retry configuration, or a number of retries.
        server_url: Another server. `repr` hides its query, which may be a key.
    """

    bearer_token: BearerToken | None = field(
        default=None, repr=False, validator=_if_given(check_bearer_token)
    )
    headers: Mapping[str, str] | None = field(
        default=None, repr=False, validator=_if_given(_check_headers)
    )
    timeout: float | None = field(default=None, validator=_if_given(check_timeout))
    retries: RetryConfig | int | None = field(default=None, validator=_if_given(check_retries))
    server_url: str | None = field(
        default=None, repr=repr_url, validator=_if_given(_check_server_url)
    )
