"""Says once that an operation is deprecated, at the line that calls it."""

import inspect
import warnings

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
