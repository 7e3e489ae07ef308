"""The transport for a client in the same process: no socket, and no waiting."""

import math
from collections.abc import Callable

from attrs import evolve

from vercel_marketplace.emulator.clock import Clock
from vercel_marketplace.emulator.faults.outcome import Outcome
from vercel_marketplace.errors import (
    ConnectionError,  # noqa: A004 (the SDK's)
    RequestTimeoutError,
)
from vercel_marketplace.http import HTTPRequest, HTTPResponse

_OK = 200


class InProcessTransport:
    """Serves async and blocking clients alike, because it never suspends.

    Time passes on the emulator's clock: delays, and the waits between attempts, advance it.
    """

    def __init__(self, deliver: Callable[[HTTPRequest], Outcome], clock: Clock) -> None:
        self._deliver = deliver
        self._clock = clock

    async def send(self, request: HTTPRequest, /) -> HTTPResponse:
        """Return the response, or raise what a real connection would raise."""
        outcome = self._deliver(request)
        if not outcome.connected:
            msg = "no connection: refused by a fault of the emulator"
            raise ConnectionError(msg, request_sent=False)
        limit = math.inf if request.timeout is None else request.timeout
        # Even by 0 seconds this sends the webhooks of the request.
        self._clock.advance(seconds=min(outcome.delay, limit))
        if outcome.delay >= limit:
            msg = f"timed out: no response within {limit} seconds"
            raise RequestTimeoutError(msg, request_sent=True)
        if outcome.error is not None:
            raise outcome.error
        if outcome.response is None:
            msg = "the connection broke: dropped by a fault of the emulator"
            raise ConnectionError(msg, request_sent=True)
        return _truncate(outcome.response, outcome.truncate_at)

    async def sleep(self, seconds: float) -> None:
        """Advance the emulator's clock by the wait between attempts."""
        self._clock.advance(seconds=seconds)


def _truncate(response: HTTPResponse, truncate_at: int | None) -> HTTPResponse:
    if truncate_at is None:
        return response
    if response.status_code == _OK:
        msg = "malformed or truncated HTTP response: cut by a fault of the emulator"
        raise ConnectionError(msg, request_sent=True)
    # The part of an error that arrived is kept: its status counts more than its text.
    return evolve(response, content=response.content[:truncate_at])
