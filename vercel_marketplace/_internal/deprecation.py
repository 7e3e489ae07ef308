"""Marks deprecated operations for editors, and warns once, at the line that calls one."""

import inspect
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

F = TypeVar("F")

if TYPE_CHECKING:
    # PEP 702 came with Python 3.13. Type checkers bring typing_extensions along; the core
    # install does not, and at runtime only the attribute counts: `warn_once` warns.
    from typing_extensions import deprecated as deprecated  # noqa: PLC0414 (exported)
else:

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
    """The `stacklevel` of the user's line, through functions, methods and `block_on`."""
    level = 1  # as `warn_once` counts: itself
    frame = inspect.currentframe()
    frame = frame and frame.f_back
    while frame and frame.f_globals.get("__name__", "").partition(".")[0] == _PACKAGE:
        frame, level = frame.f_back, level + 1
    return level
