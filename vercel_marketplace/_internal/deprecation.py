"""Marks deprecated operations for editors, and warns once, at the line that calls one."""

import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from vercel_marketplace._internal.lazy import LazyModule

F = TypeVar("F")

if TYPE_CHECKING:
    import inspect

    # PEP 702 came with Python 3.13. Type checkers bring typing_extensions along; the core
    # install does not, and at runtime only the attribute counts: `warn_once` warns.
    from typing_extensions import deprecated as deprecated  # noqa: PLC0414 (exported)
else:
    inspect = LazyModule("inspect")  # clients are made with this module, and not with that one

    def deprecated(message: str, *, category: None) -> Callable[[F], F]:  # noqa: ARG001 (PEP 702)
        def mark(function: F) -> F:
            function.__deprecated__ = message
            return function

        return mark


_PACKAGE = __name__.partition(".")[0]
_warned: set[str] = set()


def warn_once(operation_id: str, replaced_by: str) -> None:
    """Warn with a `DeprecationWarning`, the first time in a process."""
    if operation_id in _warned:
        return
    _warned.add(operation_id)
    warnings.warn(
        f"{operation_id} is deprecated at Vercel; call {replaced_by} instead",
        DeprecationWarning,
        stacklevel=_first_frame_outside(),
    )


def _first_frame_outside() -> int:
    """Return the `stacklevel` of the user's line, above functions, methods and `block_on`."""
    level = 1  # `warn_once` itself
    frame = inspect.currentframe()
    frame = frame and frame.f_back
    while frame and frame.f_globals.get("__name__", "").partition(".")[0] == _PACKAGE:
        frame, level = frame.f_back, level + 1
    return level
