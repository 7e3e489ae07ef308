"""Durations: numbers of seconds."""


def check_timeout(value: object) -> None:
    """Refuse what is not a positive number of seconds.

    Raises:
        TypeError: It is not a number.
        ValueError: It is zero, negative or not a number.
    """
    if not check_number("timeout", value) > 0:
        msg = "timeout must be above zero; use math.inf for no limit"
        raise ValueError(msg)


def check_number(name: str, value: object) -> float:
    """Give a number back, and refuse anything else.

    Raises:
        TypeError: It is not a number.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        msg = f"{name} must be a number of seconds, not {type(value).__name__}"
        raise TypeError(msg)
    return value
