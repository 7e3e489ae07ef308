"""Runs a coroutine that never suspends, without an event loop."""

from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, Final, TypeVar

from vercel_marketplace._internal.describe import describe
from vercel_marketplace._internal.imports import whole_imports
from vercel_marketplace._internal.lazy import LazyModule

if TYPE_CHECKING:
    import inspect
else:
    inspect = LazyModule("inspect")  # takes long to import

T = TypeVar("T")

# What suspends in the end. Their functions do not tell what the call waits for.
_LOOPS = {"anyio", "asyncio", "trio"}

_ADVICE: Final = (
    "Create the core with VercelCore.blocking(...), and pass hooks and a token function that are "
    "not async."
)


def block_on(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a call of a blocking core to its end and return what it returns.

    It needs neither an event loop nor a thread: on a core made by `VercelCore.blocking` the
    standalone functions await nothing that suspends, so one step finishes them. It works in
    scripts, in threads, in a notebook, and inside a running loop (which it blocks).

    ```python
    core = VercelCore.blocking(bearer_token=token)
    result = block_on(marketplace_get_invoice(core, GetInvoiceRequest("icfg_1", "inv_1")))
    ```

    Args:
        coroutine: A call of a standalone function.

    Raises:
        TypeError: It is not a coroutine.
        RuntimeError: The core is async, or the coroutine suspends; the message names what it
            awaits.
    """
    if not isinstance(coroutine, Coroutine):
        msg = (
            f"coroutine must be a call of a standalone function, got {describe(coroutine)}; the "
            "methods of SyncVercel return their value without block_on"
        )
        raise TypeError(msg)
    with whole_imports():
        try:
            awaited = coroutine.send(None)
        except StopIteration as finished:
            return finished.value  # type: ignore[no-any-return]  # StopIteration is not generic
    where = _innermost(coroutine)
    coroutine.close()
    msg = (
        f"{_name(coroutine)} awaits {awaited!r} in {where}, which requires an event loop. {_ADVICE}"
    )
    raise RuntimeError(msg)


def refuse_block_on() -> None:
    """Refuse to run a call of an async core by `block_on`.

    With a transport that happens not to suspend, such as the emulator's, it would succeed in a
    test and fail with the real one.

    Raises:
        RuntimeError: `block_on` runs the caller.
    """
    can_suspend = inspect.CO_COROUTINE | inspect.CO_GENERATOR | inspect.CO_ITERABLE_COROUTINE
    frame = inspect.currentframe()
    frame = frame and frame.f_back
    # A coroutine does not know what runs it: the first caller that is not one itself.
    while frame is not None and frame.f_code.co_flags & can_suspend:
        frame = frame.f_back
    if frame is not None and frame.f_code is block_on.__code__:
        msg = f"an async core requires an event loop, which block_on does not run. {_ADVICE}"
        raise RuntimeError(msg)


def _innermost(coroutine: Any) -> str:
    """Return the name of the innermost function that a coroutine is suspended in."""
    name = _name(coroutine)
    while (coroutine := getattr(coroutine, "cr_await", None)) is not None:
        module = getattr(getattr(coroutine, "cr_frame", None), "f_globals", {}).get("__name__", "")
        if module.partition(".")[0] not in _LOOPS:
            name = _name(coroutine) or name
    return name


def _name(coroutine: object) -> str:
    return getattr(coroutine, "__qualname__", "")
