"""Runs a coroutine that never suspends, without an event loop."""

from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

_LOOPS = {"anyio", "asyncio", "trio"}  # what suspends in the end, and tells nothing


def block_on(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a call of a blocking core to its end and return what it returns.

    No event loop and no thread is involved: on a core made by `VercelCore.blocking` the
    standalone functions await nothing that suspends, so that one step finishes them. Works
    in scripts, in threads, in a notebook, and inside a running loop (which it blocks).

    ```python
    core = VercelCore.blocking(bearer_token=token)
    result = block_on(marketplace_get_invoice(core, GetInvoiceRequest("icfg_1", "inv_1")))
    ```

    Args:
        coroutine: A call of a standalone function.

    Raises:
        RuntimeError: The coroutine suspends; the message names what it waits for. A core
            that is async is the usual reason.
    """
    try:
        awaited = coroutine.send(None)
    except StopIteration as finished:
        return finished.value  # type: ignore[no-any-return]  # StopIteration is not generic
    where = _innermost(coroutine)
    coroutine.close()
    msg = (
        f"{_name(coroutine)} waits for {awaited!r} in {where}, which takes an event "
        "loop. Make the core with VercelCore.blocking(...), and give it hooks and a token "
        "provider that are not async."
    )
    raise RuntimeError(msg)


def _innermost(coroutine: Any) -> str:
    """Name the innermost function that a suspended coroutine stands in."""
    name = _name(coroutine)
    while (coroutine := getattr(coroutine, "cr_await", None)) is not None:
        module = getattr(getattr(coroutine, "cr_frame", None), "f_globals", {}).get("__name__", "")
        if module.partition(".")[0] not in _LOOPS:
            name = _name(coroutine) or name
    return name


def _name(coroutine: object) -> str:
    return getattr(coroutine, "__qualname__", "")
