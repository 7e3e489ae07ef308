"""The clock of an emulator: it moves when a test says so, or with real time."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Final

from vercel_marketplace._internal.describe import describe
from vercel_marketplace._internal.functions import check_function

START: Final = datetime(2026, 1, 15, 12, tzinfo=UTC)
"""The time on a new clock. In the past, so that nothing billed today is too old for it."""


_OUT_OF_RANGE: Final = "moment must be between the years 1 and 9999 in UTC"
_LAST: Final = datetime.max.replace(tzinfo=UTC)


def in_utc(moment: datetime) -> datetime:
    """Return the same moment in UTC.

    Args:
        moment: The moment; timezone-aware.

    Raises:
        TypeError: It is not a datetime.
        ValueError: The moment is naive, or not between the years 1 and 9999.
    """
    if not isinstance(moment, datetime):
        msg = f"moment must be a timezone-aware datetime, got {describe(moment)}"
        raise TypeError(msg)
    if moment.utcoffset() is None:
        msg = f"moment must be timezone-aware, such as datetime.now(UTC), not {moment!r}"
        raise ValueError(msg)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError(_OUT_OF_RANGE) from None


class Clock:
    """A clock that stands still until it is set or advanced.

    ```python
    emulator.clock.advance(days=16)
    ```

    Args:
        moment: The time it starts at; timezone-aware.

    Raises:
        ValueError: The moment is naive.
    """

    _now: datetime

    def __init__(self, moment: datetime = START) -> None:
        self._lock = Lock()
        self._callbacks: tuple[Callable[[], None], ...] = ()
        self.set(moment)

    def now(self) -> datetime:
        """The time, in UTC."""
        return self._now

    def timestamp(self) -> float:
        """The time in seconds since 1970; pass this method to a `TokenVerifier` as its `clock`."""
        return self.now().timestamp()

    def set(self, moment: datetime) -> None:
        """Set the time, to an earlier or a later one.

        Args:
            moment: The time; timezone-aware.

        Raises:
            TypeError: It is not a datetime.
            ValueError: The moment is naive, or not between the years 1 and 9999.
        """
        self._set(in_utc(moment))
        self._notify()

    def advance(
        self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0
    ) -> None:
        """Move the time forward, by the sum of the arguments.

        Args:
            days: Days.
            hours: Hours.
            minutes: Minutes.
            seconds: Seconds.

        Raises:
            TypeError: One of them is not a number.
            ValueError: The time would not be between the years 1 and 9999.
        """
        parts = {"days": days, "hours": hours, "minutes": minutes, "seconds": seconds}
        for name, number in parts.items():
            if not isinstance(number, int | float):
                msg = f"{name} must be a number, got {describe(number)}"
                raise TypeError(msg)
        with self._lock:  # threads that wait at the same time add up
            try:
                self._now += timedelta(**parts)
            except OverflowError:
                raise ValueError(_OUT_OF_RANGE) from None
        self._notify()

    def subscribe(self, callback: Callable[[], None]) -> None:
        """Call a function whenever the clock has been set or advanced.

        Args:
            callback: The function.

        Raises:
            TypeError: It is not a function without arguments.
        """
        check_function("callback", "a function without arguments", callback, arguments=0)
        self._callbacks = (*self._callbacks, callback)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.now().isoformat()}>"

    def _set(self, moment: datetime) -> None:
        self._now = moment

    def _notify(self) -> None:
        for callback in self._callbacks:
            callback()


class RunningClock(Clock):
    """A clock that runs with real time, for clients that read a clock of their own.

    It can be set and advanced like any other, and runs on from there.

    ```python
    from vercel_marketplace.emulator import Emulator, RunningClock

    emulator = Emulator(RunningClock())
    ```

    Args:
        moment: The time it starts at; timezone-aware. The real time if omitted.

    Raises:
        ValueError: The moment is naive.
    """

    def __init__(self, moment: datetime | None = None) -> None:
        super().__init__(datetime.now(UTC) if moment is None else moment)

    def now(self) -> datetime:
        """The time, in UTC."""
        try:
            return super().now() + (datetime.now(UTC) - self._since)
        except OverflowError:
            return _LAST

    def _set(self, moment: datetime) -> None:
        super()._set(moment)
        self._since = datetime.now(UTC)
