"""Runs a coroutine that never suspends, without an event loop."""

from collections.abc import Coroutine
from typing import Any, TypeVar

from vercel_marketplace._internal.imports import whole_imports

T = TypeVar("T")

# What suspends in the end. Their functions do not tell what the call waits for.
_LOOPS = {"anyio", "asyncio", "trio"}


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
        RuntimeError: The coroutine suspends; the message names what it awaits. The usual
            reason is an async core.
    """
    with whole_imports():
        try:
            awaited = coroutine.send(None)
        except StopIteration as finished:
            return finished.value  # type: ignore[no-any-return]  # StopIteration is not generic
    where = _innermost(coroutine)
    coroutine.close()
    msg = (
        f"{_name(coroutine)} awaits {awaited!r} in {where}, which requires an event loop. "
        "Create the core with VercelCore.blocking(...), and pass hooks and a token function "
        "that are not async."
    )
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
