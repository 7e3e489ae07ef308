"""How the partner's own code is run: on an event loop, or without one.

The way of a call is one coroutine for both. `BlockingRuntime` never suspends, so that one step
finishes it.
"""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from inspect import isawaitable, iscoroutinefunction
from typing import Any, Protocol


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
        import anyio.to_thread  # noqa: PLC0415 (only the async side needs it)

        if iscoroutinefunction(function):
            return await function(*args, **named)
        returned: Any = await anyio.to_thread.run_sync(partial(function, *args, **named))
        return await returned if isawaitable(returned) else returned

    async def sleep(self, seconds: float, /) -> None:
        """Wait."""
        import anyio  # noqa: PLC0415 (only the async side needs it)

        await anyio.sleep(seconds)

    def shield(self) -> AbstractContextManager[object]:
        """Return a context manager in which a cancellation waits."""
        import anyio  # noqa: PLC0415 (only the async side needs it)

        return anyio.CancelScope(shield=True)


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
