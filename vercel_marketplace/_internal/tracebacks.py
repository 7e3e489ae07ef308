"""Tracebacks: where an exception came from, and what its frames remember."""

import signal
import sys
import traceback
from collections.abc import Iterator
from types import CodeType
from typing import Any

# What the SDK's own transports run through: their exceptions are the call's.
_LIBRARIES = frozenset(
    {
        *("vercel_marketplace", "httpx", "httpcore", "h11", "h2", "hpack", "hyperframe", "socksio"),
        *("anyio", "trio", "sniffio", "certifi", "idna", "exceptiongroup"),
        *("aiohttp", "aiosignal", "aiohappyeyeballs", "frozenlist", "multidict", "yarl"),
    }
)


def find_interrupt(error: BaseException, ambient: BaseException | None) -> BaseException | None:
    """Return what a signal handler raised, if it is this exception or became it.

    Time limits work that way: Celery's `SoftTimeLimitExceeded` and rq's `JobTimeoutException`
    are raised by a signal handler, at whatever line the program has reached. A library may
    take one for its own: out of a `TimeoutError` httpcore makes a `ReadTimeout`.

    Args:
        error: The exception.
        ambient: What the caller was handling when it made the call, which does not count.
    """
    handlers = set(_signal_handlers())
    for one in _chain(error, ambient):
        if any(frame.f_code in handlers for frame, _ in traceback.walk_tb(one.__traceback__)):
            return one
    return None


def is_of_a_library(error: BaseException) -> bool:
    """Whether Python or a library that the SDK sends with defines the class of an exception.

    Any other class cannot come out of the SDK's own transports: somebody put it in from
    outside, by `PyThreadState_SetAsyncExc` or into a greenlet.
    """
    package = type(error).__module__.partition(".")[0]
    return package in _LIBRARIES or package in sys.stdlib_module_names


def clear_locals(error: BaseException, ambient: BaseException | None) -> None:
    """Clear the local variables of all frames that an exception and its causes came through.

    Error reporters send them, and those of an HTTP library hold the token and the body. Names
    and lines stay.

    Args:
        error: The exception.
        ambient: What the caller was handling when it made the call, which is not touched.
    """
    for one in _chain(error, ambient):
        traceback.clear_frames(one.__traceback__)


def _chain(error: BaseException, ambient: BaseException | None) -> Iterator[BaseException]:
    """Yield an exception and those that led to it, but not what the caller was handling."""
    pending: list[BaseException | None] = [error]
    seen = {id(ambient), id(None)}
    while pending:
        one = pending.pop()
        if one is not None and id(one) not in seen:
            seen.add(id(one))
            yield one
            pending += [one.__cause__, one.__context__, *getattr(one, "exceptions", ())]


def _signal_handlers() -> Iterator[CodeType]:
    """Yield the code of the functions that handle a signal."""
    for number in signal.valid_signals():
        handler: Any = signal.getsignal(number)
        if not callable(handler):  # the default, to ignore it, or none of Python's
            continue
        handler = getattr(handler, "func", handler)  # functools.partial
        code = getattr(handler, "__code__", None)  # a function's, or a method's
        code = code or getattr(type(handler).__call__, "__code__", None)
        if code is not None:
            yield code
