"""`Slots`: how many blocking calls may be in flight at once."""

import time
import weakref
from collections.abc import Generator
from contextlib import contextmanager

from vercel_marketplace.errors import RequestTimeoutError

# More threads than slots are rare. Polling is simpler than a notification, which an interrupt
# could prevent.
_WAIT_SECONDS = 0.01


class Slots:
    """Slots for calls in flight, for any number of threads.

    What a lock or a counter has taken may never be given back, since a signal handler may raise
    between any two steps. So a call has its slot by being there: the first so many that live,
    in the order in which they came, have one.
    """

    def __init__(self, count: int) -> None:
        """Set how many there are."""
        self._count = count
        self._calls: dict[weakref.ref[_Call], None] = {}

    @contextmanager
    def hold(self, timeout: float | None) -> Generator[None]:
        """Hold a slot.

        Args:
            timeout: How long to wait for one, in seconds.

        Raises:
            RequestTimeoutError: There was none in time.
        """
        call = _Call()
        place = weakref.ref(call)
        self._calls[place] = None
        try:
            waited = 0.0
            while len(self._calls) > self._count and not self._has_turn(place):
                if timeout is not None and waited >= timeout:
                    msg = f"no connection in time: {self._count} calls are in flight"
                    raise RequestTimeoutError(msg, request_sent=False)
                time.sleep(_WAIT_SECONDS)
                waited += _WAIT_SECONDS
            yield
        finally:
            self._calls.pop(place, None)

    def _has_turn(self, place: "weakref.ref[_Call]") -> bool:
        """Whether a call is among the first, once those that have ended are forgotten."""
        for other in list(self._calls):
            if other() is None:
                self._calls.pop(other, None)
        return place in list(self._calls)[: self._count]


class _Call:
    """Lives as long as a call."""
