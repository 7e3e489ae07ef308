"""Checks of the functions that a user passes: token functions, hooks, transports, clocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vercel_marketplace._internal.describe import describe
from vercel_marketplace._internal.lazy import LazyModule

if TYPE_CHECKING:
    import inspect
else:
    inspect = LazyModule("inspect")


def check_function(name: str, expected: str, value: object, *, arguments: int) -> None:
    """Refuse what is not a function, or not one of so many arguments.

    A class is refused too: calling one makes an instance, and does nothing else.

    Args:
        name: The setting.
        expected: What it must be.
        value: What it is.
        arguments: How many arguments it is called with.

    Raises:
        TypeError: It is something else.
    """
    if isinstance(value, type) or not callable(value):
        msg = f"{name} must be {expected}, got {describe(value)}"
        raise TypeError(msg)
    try:
        # A wrapper is called, which may pass on other arguments than it is called with.
        inspect.signature(value, follow_wrapped=False).bind(*[None] * arguments)
    except ValueError:  # a builtin's signature is not known
        return
    except TypeError:
        count = f"{arguments} argument{'s' * (arguments != 1)}"
        got = f"the function {name_of(value)}, which cannot be called with {count}"
        msg = f"{name} must be {expected}; got {got}"
        raise TypeError(msg) from None


def is_async_function(function: object) -> bool:
    """Whether calling a function returns something to await."""
    return callable(function) and (
        inspect.iscoroutinefunction(function)
        or inspect.iscoroutinefunction(getattr(function, "__call__", None))  # noqa: B004 (looks into an object's method)
    )


def name_of(function: object) -> str:
    """Return the name of a function, or of an object's class."""
    return getattr(function, "__qualname__", type(function).__name__)
