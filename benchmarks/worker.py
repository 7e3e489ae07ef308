"""A process of one side: measures what the standard input asks for, line by line.

Started as `python worker.py SIDE`. A line is the URL of a server, the name of a measurement and how
many calls to take the mean of; the answer is that mean, in seconds of CPU time or in bytes.
"""

import asyncio
import gc
import importlib
import itertools
import sys
import time
import tracemalloc
from collections.abc import Awaitable, Callable
from functools import cache, partial
from typing import Any

IN_FLIGHT = 64
ROWS = 20_000


class Worker:
    """The measurements, on clients that stay open from one to the next."""

    def __init__(self, side: Any, run: Callable[..., Any]) -> None:
        """Open the clients."""
        self._side = side
        self._run = run
        self._numbers = itertools.count(1)
        self._blocking = side.open_blocking()
        self._async = side.open_async()
        self._body: Any = None

    def measure(self, kind: str, operation: str, calls: int) -> float:
        """Measure once."""
        if kind == "memory":
            return _peak_memory(self._blocking_call(operation))
        if kind == "async":
            return float(self._run(_timed_async(self._async_call(operation), calls)))
        return _timed(self._blocking_call(operation), calls)

    def _blocking_call(self, operation: str) -> Callable[[], object]:
        if operation == "submit_usage":
            return self._submit_usage
        if operation == "get_resources":
            return partial(self._side.get_resources, self._blocking)
        if operation == "once":
            return self._open_and_close
        call = partial(getattr(self._side, operation), self._blocking)
        return lambda: call(next(self._numbers))

    def _async_call(self, operation: str) -> Callable[[], Awaitable[object]]:
        if operation == "flight":
            return self._fly
        if operation == "once":
            return self._open_and_close_async
        call = partial(getattr(self._side, f"{operation}_async"), self._async)
        return lambda: call(next(self._numbers))

    def _submit_usage(self) -> None:
        if self._body is None:
            self._body = self._side.usage(ROWS)
        self._side.submit_usage(self._blocking, self._body)

    def _open_and_close(self) -> None:
        with self._side.open_blocking() as client:
            self._side.get_invoice(client, next(self._numbers))

    async def _open_and_close_async(self) -> None:
        async with self._side.open_async() as client:
            await self._side.get_invoice_async(client, next(self._numbers))

    async def _fly(self) -> None:
        get = self._side.get_invoice_async
        await asyncio.gather(*(get(self._async, next(self._numbers)) for _ in range(IN_FLIGHT)))


def _timed(call: Callable[[], object], calls: int) -> float:
    # The first call is not counted: it opens a connection, should the last one have gone.
    call()
    gc.collect()
    start = time.process_time()
    for _ in range(calls):
        call()
    return (time.process_time() - start) / calls


async def _timed_async(call: Callable[[], Awaitable[object]], calls: int) -> float:
    await call()
    gc.collect()
    start = time.process_time()
    for _ in range(calls):
        await call()
    return (time.process_time() - start) / calls


def _peak_memory(call: Callable[[], object]) -> float:
    call()
    gc.collect()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        call()
        return float(tracemalloc.get_traced_memory()[1] - before)
    finally:
        tracemalloc.stop()


def main() -> None:
    """Answer until the standard input ends."""
    side = importlib.import_module(sys.argv[1]).Side
    with asyncio.Runner() as runner:
        worker_for = cache(lambda url: Worker(side(url), runner.run))
        for line in sys.stdin:
            url, kind, operation, calls = line.split()
            print(worker_for(url).measure(kind, operation, int(calls)), flush=True)


if __name__ == "__main__":
    main()
