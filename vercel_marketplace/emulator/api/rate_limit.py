"""The rate limit: each token has so many requests in a span of time. Pure."""

from datetime import datetime
from math import ceil
from typing import Final

from attrs import evolve, frozen

from vercel_marketplace.emulator.api.errors import APIError, rate_limited
from vercel_marketplace.emulator.state import Limit, State, Window

_MAX_SECONDS: Final = 366 * 86_400.0
# What answers show while no limit is set: enough to let a client that watches them go on.
_NOMINAL: Final = Limit(total=1000, per=60.0)


@frozen(kw_only=True)
class Budget:
    """What is left to a caller.

    Attributes:
        limit: The limit.
        remaining: The requests left.
        reset: When it starts anew, in seconds since 1970.
    """

    limit: Limit
    remaining: int
    reset: float

    @property
    def headers(self) -> dict[str, str]:
        """What every answer says of it."""
        return {
            "x-ratelimit-limit": str(self.limit.total),
            "x-ratelimit-remaining": str(self.remaining),
            "x-ratelimit-reset": str(ceil(self.reset)),
        }

    def too_many_requests(self, now: datetime) -> APIError:
        """The 429 of a caller who has nothing left."""
        shown = {
            "remaining": self.remaining,
            "reset": ceil(self.reset),
            "resetMs": ceil(self.reset * 1000),
            "total": self.limit.total,
        }
        return rate_limited(limit=shown, retry_after=ceil(self.reset - now.timestamp()))


def make_limit(total: int | None, per: float) -> Limit | None:
    """A limit as a test sets it.

    Raises:
        ValueError: It could not be kept.
    """
    if total is None:
        return None
    if total < 0 or not 0 < per <= _MAX_SECONDS:
        msg = "a rate limit has a total of at least 0, and a span of up to a year in seconds"
        raise ValueError(msg)
    return Limit(total=total, per=per)


def consume(state: State, token: str, now: datetime) -> tuple[State, Budget, bool]:
    """Count a request.

    Args:
        state: What is known.
        token: The bearer token that came with it, if any.
        now: The time.

    Returns:
        The state after, what is left, and whether the request was within the limit. One that
        was not is not counted either.
    """
    limit = state.limit
    if limit is None:
        reset = now.timestamp() + _NOMINAL.per
        return state, Budget(limit=_NOMINAL, remaining=_NOMINAL.total - 1, reset=reset), True
    caller = token if any(token in one.tokens for one in state.installations.values()) else ""
    window = state.windows.get(caller)
    # A clock that was set back is before the window; that starts another one, too.
    if window is None or not 0 <= (now - window.start).total_seconds() < limit.per:
        window = Window(start=now, used=0)
    within = window.used < limit.total
    if within:
        window = evolve(window, used=window.used + 1)
        state = evolve(state, windows={**state.windows, caller: window})
    reset = window.start.timestamp() + limit.per
    return state, Budget(limit=limit, remaining=limit.total - window.used, reset=reset), within
