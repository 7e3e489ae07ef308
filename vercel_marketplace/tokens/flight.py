"""One piece of work that any number of callers wait for, in any loop or thread.

Nobody carries it out for the others: on the async side it is a task of its own, so that it
comes to its end although whoever began it is cancelled.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine


class Flight:
    """Work that is under way, and who is to be woken when it has ended.

    No lock: a fork while it is held would leave the child waiting forever. What a waiter
    adds and what `land` sees is in order all the same, since each does its part before it
    looks for the other's.
    """

    def __init__(self) -> None:
        """Nobody waits yet."""
        self.has_landed: bool = False
        self._wakers: list[Callable[[], object]] = []
        self._task: object = None  # a loop keeps only a weak reference

    def land(self) -> None:
        """Wake all that wait; twice does no harm."""
        self.has_landed = True
        for wake in tuple(self._wakers):
            with suppress(RuntimeError):  # the loop that it waited in has ended
                wake()

    def start(self, work: Callable[[Flight], Coroutine[Any, Any, None]]) -> None:
        """Let the work go on by itself in the running loop.

        Raises:
            RuntimeError: There is none.
        """
        import sniffio  # noqa: PLC0415 (the async face alone has it)

        if sniffio.current_async_library() == "trio":
            import trio  # noqa: PLC0415 (an optional backend)

            trio.lowlevel.spawn_system_task(work, self)
            return
        import asyncio  # noqa: PLC0415 (the async face alone has it)

        loop = asyncio.get_running_loop()
        self._task = loop.create_task(work(self))

    async def wait(self, limit: float) -> None:
        """Wait until it has landed, at most `limit` seconds."""
        import anyio  # noqa: PLC0415 (the async face alone has it)

        event = anyio.Event()
        self._wakers.append(_in_this_loop(event.set))
        if not self.has_landed:
            with anyio.move_on_after(limit):
                await event.wait()

    def block(self, limit: float) -> None:
        """Wait in a thread until it has landed, at most `limit` seconds."""
        event = threading.Event()
        self._wakers.append(event.set)
        if not self.has_landed:
            event.wait(limit)


def _in_this_loop(function: Callable[[], object]) -> Callable[[], object]:
    """What calls a function in the running loop, from any other."""
    import sniffio  # noqa: PLC0415 (the async face alone has it)

    if sniffio.current_async_library() == "trio":
        import trio  # noqa: PLC0415 (an optional backend)

        return partial(trio.lowlevel.current_trio_token().run_sync_soon, function)
    import asyncio  # noqa: PLC0415 (the async face alone has it)

    return partial(asyncio.get_running_loop().call_soon_threadsafe, function)
