"""The time on an emulator, which moves only when it is told to."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Final

START: Final = datetime(2026, 1, 15, 12, tzinfo=UTC)
"""What a new clock shows. In the past, so that nothing billed today is too old for it."""


def in_utc(moment: datetime) -> datetime:
    """The same moment in UTC.

    Args:
        moment: The moment; timezone-aware.

    Raises:
        ValueError: It is naive.
    """
    if moment.utcoffset() is None:
        msg = "the emulator takes timezone-aware datetimes, such as datetime.now(UTC)"
        raise ValueError(msg)
    return moment.astimezone(UTC)


class Clock:
    """A clock that stands still until it is set or advanced.

    ```python
    emulator.clock.advance(days=16)
    ```

    Args:
        moment: What it shows at first; timezone-aware.

    Raises:
        ValueError: The moment is naive.
    """

    def __init__(self, moment: datetime = START) -> None:
        """Show this moment."""
        self._lock = Lock()
        self._watchers: tuple[Callable[[], None], ...] = ()
        self.set(moment)

    def now(self) -> datetime:
        """The time, in UTC."""
        return self._now

    def timestamp(self) -> float:
        """The time in seconds since 1970: what a `TokenVerifier` takes as its `clock`."""
        return self.now().timestamp()

    def set(self, moment: datetime) -> None:
        """Show another moment, earlier or later.

        Args:
            moment: The time; timezone-aware.

        Raises:
            ValueError: It is naive.
        """
        self._show(in_utc(moment))
        self._tell()

    def advance(
        self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0
    ) -> None:
        """Let time pass.

        Args:
            days: Days to pass.
            hours: Hours to pass beside them.
            minutes: Minutes to pass beside them.
            seconds: Seconds to pass beside them.
        """
        passed = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        with self._lock:  # of several threads each is to find its own wait in it
            self._now += passed
        self._tell()

    def watch(self, look: Callable[[], None]) -> None:
        """Have a function called whenever the clock was set or advanced.

        Args:
            look: The function.
        """
        self._watchers = (*self._watchers, look)

    def _show(self, moment: datetime) -> None:
        self._now = moment

    def _tell(self) -> None:
        for look in self._watchers:
            look()
