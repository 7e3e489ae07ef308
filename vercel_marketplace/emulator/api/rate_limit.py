"""The rate limit: each token has a number of requests per span of time. Pure."""

from datetime import datetime
from math import ceil
from typing import Final

from attrs import evolve, frozen

from vercel_marketplace.emulator.api.errors import APIError, rate_limited
from vercel_marketplace.emulator.state import Limit, State, Window

_MAX_SECONDS: Final = 366 * 86_400.0
# What responses show while no limit is set: enough for a client that watches it to go on.
_NOMINAL: Final = Limit(total=1000, per=60.0)


@frozen(kw_only=True)
class Budget:
    """What is left of a caller's limit.

    Attributes:
        limit: The limit.
        remaining: The requests left.
        reset: When the next window starts, in seconds since 1970.
    """

    limit: Limit
    remaining: int
    reset: float

    @property
    def headers(self) -> dict[str, str]:
        """The headers of every response."""
        return {
            "x-ratelimit-limit": str(self.limit.total),
            "x-ratelimit-remaining": str(self.remaining),
            "x-ratelimit-reset": str(ceil(self.reset)),
        }

    def too_many_requests(self, now: datetime) -> APIError:
        """Return the 429 for a caller with no requests left."""
        shown = {
            "remaining": self.remaining,
            "reset": ceil(self.reset),
            "resetMs": ceil(self.reset * 1000),
            "total": self.limit.total,
        }
        return rate_limited(limit=shown, retry_after=ceil(self.reset - now.timestamp()))


def make_limit(total: int | None, per: float) -> Limit | None:
    """Return the limit that a test sets, if any.

    Raises:
        ValueError: The total or the span is not valid.
    """
    if total is None:
        return None
    if total < 0 or not 0 < per <= _MAX_SECONDS:
        msg = "total must be at least 0, and per above 0 and at most 366 days, in seconds"
        raise ValueError(msg)
    return Limit(total=total, per=per)


def consume(state: State, token: str, now: datetime) -> tuple[State, Budget, bool]:
    """Count a request.

    Args:
        state: The state before.
        token: The request's bearer token, or an empty string.
        now: The time.

    Returns:
        The state afterwards, what is left, and whether the request was within the limit; one
        that was not does not count.
    """
    limit = state.limit
    if limit is None:
        reset = now.timestamp() + _NOMINAL.per
        return state, Budget(limit=_NOMINAL, remaining=_NOMINAL.total - 1, reset=reset), True
    caller = token if any(token in one.tokens for one in state.installations.values()) else ""
    window = state.windows.get(caller)
    # A clock that was set back is before the window, which starts another one too.
    if window is None or not 0 <= (now - window.start).total_seconds() < limit.per:
        window = Window(start=now, used=0)
    within = window.used < limit.total
    if within:
        window = evolve(window, used=window.used + 1)
        state = evolve(state, windows={**state.windows, caller: window})
    reset = window.start.timestamp() + limit.per
    return state, Budget(limit=limit, remaining=limit.total - window.used, reset=reset), within
