"""The way in for a client in the same process: no socket, and nobody waits."""

import math
from typing import TYPE_CHECKING

from attrs import evolve

from vercel_marketplace.errors import (
    ConnectionError,  # noqa: A004 (the SDK's)
    RequestTimeoutError,
)
from vercel_marketplace.http import HTTPRequest, HTTPResponse

if TYPE_CHECKING:
    from vercel_marketplace.emulator.emulator import Emulator

_OK = 200


class InProcessTransport:
    """Serves async and blocking clients alike, for it never suspends.

    Time passes on the emulator's clock: what takes long, and the waits between attempts,
    advance it.
    """

    def __init__(self, emulator: "Emulator") -> None:
        """Take the emulator to ask."""
        self._emulator = emulator

    async def send(self, request: HTTPRequest, /) -> HTTPResponse:
        """Answer, or fail in the words and the classes of a real connection."""
        delivery = self._emulator.deliver(request)
        if not delivery.connected:
            msg = "no connection: refused by a fault of the emulator"
            raise ConnectionError(msg, request_sent=False)
        limit = math.inf if request.timeout is None else request.timeout
        # Moves the clock if only by nothing, at which the webhooks of this request go out.
        self._emulator.clock.advance(seconds=min(delivery.delay, limit))
        if delivery.delay >= limit:
            msg = f"no answer in {limit} seconds"
            raise RequestTimeoutError(msg, request_sent=True)
        if delivery.error is not None:
            raise delivery.error
        if delivery.response is None:
            msg = "the connection broke: dropped by a fault of the emulator"
            raise ConnectionError(msg, request_sent=True)
        return _what_arrives(delivery.response, delivery.truncate_at)

    async def sleep(self, seconds: float) -> None:
        """Let the time between attempts pass, on the emulator's clock alone."""
        self._emulator.clock.advance(seconds=seconds)


def _what_arrives(response: HTTPResponse, truncate_at: int | None) -> HTTPResponse:
    if truncate_at is None:
        return response
    if response.status_code == _OK:
        msg = "the answer is not HTTP, or not all of it: cut by a fault of the emulator"
        raise ConnectionError(msg, request_sent=True)
    # What came of an error is kept: its status counts more than its text.
    return evolve(response, content=response.content[:truncate_at])
