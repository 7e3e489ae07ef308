"""Durations: numbers of seconds."""

import math
from typing import Final

from vercel_marketplace._internal.describe import describe

_MAX_TIMEOUT_SECONDS: Final = 1e9  # some thirty years; clocks below overflow further on


def check_timeout(value: object) -> None:
    """Refuse what is not a positive number of seconds.

    Raises:
        TypeError: It is not a number.
        ValueError: It is zero, negative, NaN or too large.
    """
    seconds = check_number("timeout", value)
    if not (0 < seconds < _MAX_TIMEOUT_SECONDS or seconds == math.inf):
        msg = "timeout must be above zero and below 1e9; use math.inf for no limit"
        raise ValueError(msg)


def check_number(name: str, value: object) -> float:
    """Return a number of seconds, and refuse anything else.

    Raises:
        TypeError: It is not a number.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        msg = f"{name} must be a number of seconds, got {describe(value)}"
        raise TypeError(msg)
    return value
