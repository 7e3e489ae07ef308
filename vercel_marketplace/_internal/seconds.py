"""Durations and times of day, in seconds."""

import math
import time
from datetime import UTC
from typing import TYPE_CHECKING, Final

from vercel_marketplace._internal.describe import describe
from vercel_marketplace._internal.lazy import LazyModule

if TYPE_CHECKING:
    import email.utils as email_utils
else:
    email_utils = LazyModule("email.utils")

_MAX_SECONDS: Final = 1e9  # some thirty years; clocks overflow further on


def check_timeout(value: object) -> None:
    """Refuse what is not a positive number of seconds.

    Raises:
        TypeError: It is not a number.
        ValueError: It is zero, negative, NaN or too large.
    """
    seconds = check_number("timeout", value)
    if not (0 < seconds < _MAX_SECONDS or seconds == math.inf):
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


def check_duration(name: str, value: object, *, zero: bool = False) -> float:
    """Return a number of seconds that has an end, and refuse anything else.

    Args:
        name: The setting.
        value: Its value.
        zero: Whether it may be 0.

    Raises:
        TypeError: It is not a number.
        ValueError: It is negative, NaN or too large; or 0 where it may not be.
    """
    seconds = check_number(name, value)
    if not (0 < seconds < _MAX_SECONDS or (zero and seconds == 0)):
        least = "0 or more" if zero else "above zero"
        msg = f"{name} must be {least} and below 1e9 seconds, got {value!r}"
        raise ValueError(msg)
    return seconds


def current_time() -> float:
    """Return the time in epoch seconds."""
    return time.time()  # looked up when it is read: freezegun and time-machine replace it


def parse_date(text: str | None) -> float | None:
    """Return the epoch seconds of an HTTP date; `None` for any other text, and without one."""
    if text is None:
        return None
    try:
        date = email_utils.parsedate_to_datetime(text)
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
