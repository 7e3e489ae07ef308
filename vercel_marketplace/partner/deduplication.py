"""Carries a request out once, however often it is sent.

A retry that comes while the first attempt is under way waits for its response. It does not get
a 409: in this API that is a final word (the installation stays, the resource is not created),
while the first attempt may succeed. What has waited too long gets a 503.
"""

import json
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

from vercel_marketplace._internal.loggers import get_logger
from vercel_marketplace.http import HTTPResponse
from vercel_marketplace.partner.errors import ConflictError, PartnerAPIError, UnavailableError
from vercel_marketplace.partner.idempotency import (
    IdempotencyStore,
    InMemoryIdempotencyStore,
    Reservation,
)
from vercel_marketplace.partner.runtime import Runtime

_MIN_DELAY: Final = 0.01
_MAX_DELAY: Final = 0.5
_SERVER_ERROR: Final = 500

_log = get_logger("partner")


def make_key(*parts: str) -> str:
    """Return the key of a request in a store, which no other parts have."""
    return json.dumps(parts)


class Deduplication:
    """Carries requests out, and returns the first response to their retries.

    Args:
        store: Where the responses are kept.
        runtime: How the store is called.
        max_wait: Seconds that a retry waits for an attempt that is under way.
    """

    def __init__(self, store: IdempotencyStore, runtime: Runtime, *, max_wait: float) -> None:
        self._store = store
        self._runtime = runtime
        self._max_wait = max_wait
        # What this process carries out. It is not carried out again, even after its lease.
        self._under_way: set[str] = set()

    async def run(
        self,
        key: str,
        fingerprint: str,
        carry_out: Callable[[bool], Awaitable[HTTPResponse]],
    ) -> HTTPResponse:
        """Return the response to a request, which is carried out unless it was before.

        A refusal is not kept: nothing was done, and a retry is judged anew. After a failure it
        is not known what was done, and the retry is told.

        Args:
            key: The request's key, which is unique over all of the store.
            fingerprint: A digest of what it asks for.
            carry_out: Carries it out, given whether an earlier attempt may have taken effect.

        Raises:
            ConflictError: The key belongs to another request.
            UnavailableError: Another attempt is under way, or the store cannot be used.
            PartnerAPIError: `carry_out` refused, or failed.
        """
        reservation = await self._reserve(key, fingerprint)
        if reservation.response is not None:
            return reservation.response
        may_have_run = reservation.state != "new"
        self._under_way.add(key)
        try:
            response = await carry_out(may_have_run)
        except BaseException as error:
            was_refused = isinstance(error, PartnerAPIError) and error.status_code < _SERVER_ERROR
            unfinished = may_have_run or not was_refused
            with self._runtime.shield():
                await self._update("release", key, reservation.owner, unfinished=unfinished)
            raise
        else:
            with self._runtime.shield():
                await self._update("finish", key, reservation.owner, response)
            return response
        finally:
            self._under_way.discard(key)

    async def _reserve(self, key: str, fingerprint: str) -> Reservation:
        deadline, delay = time.monotonic() + self._max_wait, _MIN_DELAY
        while True:
            if key not in self._under_way:
                reservation = await self._try_to_reserve(key, fingerprint)
                if reservation.state == "mismatch":
                    msg = "The Idempotency-Key belongs to another request; use a new one"
                    raise ConflictError(msg)
                if reservation.state != "in_progress":
                    return reservation
            left = deadline - time.monotonic()
            if left <= 0:
                msg = "The same request is still being carried out; try again"
                raise UnavailableError(msg)
            await self._runtime.sleep(min(delay, left))
            delay = min(2 * delay, _MAX_DELAY)

    async def _try_to_reserve(self, key: str, fingerprint: str) -> Reservation:
        try:
            reservation: Reservation = await self._call("reserve", key, fingerprint)
        except Exception as error:
            _log.exception("the idempotency store cannot be used: nothing was done")
            msg = "The request cannot be recorded, so it was not carried out; try again"
            raise UnavailableError(msg) from error
        return reservation

    async def _update(self, method: str, key: str, *args: object, **named: object) -> None:
        """Record how a request ended. The caller gets the response even if that fails."""
        try:
            await self._call(method, key, *args, **named)
        except Exception:  # noqa: BLE001 (the store is the user's)
            _log.exception("the idempotency store does not know how a request ended")

    async def _call(self, method: str, *args: object, **named: object) -> Any:
        function: Callable[..., Any] = getattr(self._store, method)
        if isinstance(self._store, InMemoryIdempotencyStore):  # which does not block
            return function(*args, **named)
        return await self._runtime.run(function, *args, **named)
