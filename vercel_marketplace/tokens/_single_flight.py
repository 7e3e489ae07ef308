"""One piece of work that any number of callers wait for, in any loop or thread.

No caller carries it out for the others. The work is a task or a thread of its own, so that it
ends although the caller that began it is cancelled, and so that no caller waits for it longer
than it wants to.
"""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from vercel_marketplace._internal.blocking import block_on

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine


class SingleFlight:
    """Work that is under way, and the callers to wake when it has ended.

    There is no lock: a fork while it is held would leave the child waiting forever. The order of
    a waiter that joins and of `finish` is right all the same, since each does its own part before
    it looks for the other's.
    """

    def __init__(self) -> None:
        self.done: bool = False
        self.started_at = time.monotonic()
        self._wakers: list[Callable[[], object]] = []
        self._task: object = None  # a loop keeps only a weak reference

    def finish(self) -> None:
        """Wake all waiters; calling it twice does no harm."""
        self.done = True
        for wake in tuple(self._wakers):
            with suppress(RuntimeError):  # the loop of this waiter has ended
                wake()

    def seconds_left(self, limit: float) -> float:
        """Return how much of a limit, counted from the start of the work, is left; at least 0."""
        return max(0.0, self.started_at + limit - time.monotonic())

    def start_task(self, work: Callable[[SingleFlight], Coroutine[Any, Any, None]]) -> None:
        """Run the work as a task of the running loop.

        Raises:
            RuntimeError: No loop is running.
        """
        import sniffio  # noqa: PLC0415 (only the async side needs it)

        if sniffio.current_async_library() == "trio":
            import trio  # noqa: PLC0415 (an optional backend)

            trio.lowlevel.spawn_system_task(work, self)
            return
        import asyncio  # noqa: PLC0415 (only the async side needs it)

        loop = asyncio.get_running_loop()
        self._task = loop.create_task(work(self))

    def start_thread(
        self, work: Callable[[SingleFlight], Coroutine[Any, Any, None]]
    ) -> threading.Thread:
        """Run work that never suspends in a daemon thread, and return the thread."""
        thread = threading.Thread(
            target=lambda: block_on(work(self)), name="vercel-marketplace-keys", daemon=True
        )
        thread.start()
        return thread

    async def wait(self, seconds: float) -> None:
        """Wait until the work has ended, at most for so many seconds."""
        import anyio  # noqa: PLC0415 (only the async side needs it)

        event = anyio.Event()
        self._wakers.append(_in_this_loop(event.set))
        if not self.done:
            with anyio.move_on_after(seconds):
                await event.wait()

    def block(self, seconds: float) -> None:
        """Block this thread until the work has ended, at most for so many seconds."""
        event = threading.Event()
        self._wakers.append(event.set)
        if not self.done:
            event.wait(seconds)


def _in_this_loop(function: Callable[[], object]) -> Callable[[], object]:
    """Return what calls a function in the running loop, from any other."""
    import sniffio  # noqa: PLC0415 (only the async side needs it)

    if sniffio.current_async_library() == "trio":
        import trio  # noqa: PLC0415 (an optional backend)

        return partial(trio.lowlevel.current_trio_token().run_sync_soon, function)
    import asyncio  # noqa: PLC0415 (only the async side needs it)

    return partial(asyncio.get_running_loop().call_soon_threadsafe, function)
