"""How the partner's own code is run: on an event loop, or without one.

The way of a call is one coroutine for both. `BlockingRuntime` never suspends, so that one step
finishes it.
"""

import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from inspect import isawaitable
from typing import Any, Protocol

from vercel_marketplace._internal.functions import is_async_function


class Runtime(Protocol):
    """Runs functions of the partner's, and waits."""

    async def run(self, function: Callable[..., Any], /, *args: object, **named: object) -> Any:
        """Run a function, async or plain, and return what it returns."""
        ...

    async def sleep(self, seconds: float, /) -> None:
        """Wait."""
        ...

    def shield(self) -> AbstractContextManager[object]:
        """Return a context manager in which a cancellation waits."""
        ...


class AsyncRuntime:
    """Runs async functions as they are, and plain ones in a worker thread."""

    async def run(self, function: Callable[..., Any], /, *args: object, **named: object) -> Any:
        """Run a function, async or plain, and return what it returns."""
        if is_async_function(function):
            return await function(*args, **named)
        returned = await _run_in_thread(partial(function, *args, **named))
        return await returned if isawaitable(returned) else returned

    async def sleep(self, seconds: float, /) -> None:
        """Wait."""
        import anyio  # noqa: PLC0415 (only the async side needs it)

        await anyio.sleep(seconds)

    def shield(self) -> AbstractContextManager[object]:
        """Return a context manager in which a cancellation waits."""
        import anyio  # noqa: PLC0415 (only the async side needs it)

        return anyio.CancelScope(shield=True)


async def _run_in_thread(function: Callable[[], Any]) -> Any:
    """Run a plain function in a worker thread, and wait until it has ended, whatever happens.

    A thread cannot be stopped. anyio waits for it when a scope is cancelled, but not when asyncio
    cancels the task, as `asyncio.wait_for` does: the request would count as ended, and a retry
    would be carried out at the same time. So a task of its own waits, which is not cancelled.
    """
    import anyio.to_thread  # noqa: PLC0415 (only the async side needs it)

    ended: Future[Any] = Future()  # trio accepts no bare coroutine from a thread

    def call() -> None:
        try:
            ended.set_result(function())
        except BaseException as error:  # noqa: BLE001 (it is raised where the function is awaited)
            ended.set_exception(error)

    await anyio.lowlevel.checkpoint_if_cancelled()
    with anyio.CancelScope(shield=True):
        async with anyio.create_task_group() as group:
            group.start_soon(anyio.to_thread.run_sync, call)
    return ended.result()


class BlockingRuntime:
    """Runs plain functions, in the calling thread."""

    async def run(self, function: Callable[..., Any], /, *args: object, **named: object) -> Any:
        """Run a plain function and return what it returns."""
        return function(*args, **named)

    async def sleep(self, seconds: float, /) -> None:
        """Wait."""
        time.sleep(seconds)  # noqa: ASYNC251 (no loop is running here)

    def shield(self) -> AbstractContextManager[object]:
        """Return a context manager that does nothing: nothing is cancelled here."""
        return nullcontext()
