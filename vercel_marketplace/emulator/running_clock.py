"""A clock for an emulator that real time passes on."""

from datetime import UTC, datetime

from vercel_marketplace.emulator.clock import Clock


class RunningClock(Clock):
    """A clock that runs, for clients that go by a clock of their own.

    It can be set and advanced as any other, and runs on from there.

    ```python
    from vercel_marketplace.emulator import Emulator, RunningClock

    emulator = Emulator(RunningClock())
    ```

    Args:
        moment: What it shows at first; timezone-aware. The real time if left out.

    Raises:
        ValueError: The moment is naive.
    """

    def __init__(self, moment: datetime | None = None) -> None:
        """Show this moment, and run."""
        super().__init__(datetime.now(UTC) if moment is None else moment)

    def now(self) -> datetime:
        """The time, in UTC."""
        return super().now() + (datetime.now(UTC) - self._since)

    def _show(self, moment: datetime) -> None:
        super()._show(moment)
        self._since = datetime.now(UTC)
