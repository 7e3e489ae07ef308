"""Field helpers that several topics' models share."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from vercel_marketplace.errors import Issue

if TYPE_CHECKING:
    from decimal import Decimal

# Far beyond any amount of money, far below what would fill the memory when written out.
_MOST_DIGITS: Final = 100

EXTRA: Final = {"rest": True}
"""The metadata of the field that holds what an open object has beside its own properties."""


def money(value: "str | Decimal | int") -> str:
    """Write an amount as the decimal string that the API takes, without exponent.

    `Decimal("1E+2")` becomes `"100"`, and a negative zero loses its sign. A string stays as
    it is: its pattern is the API's to judge. Anything else, a float above all, stays too, for
    the request's validation to refuse by name.
    """
    if isinstance(value, str):
        return value
    from decimal import Decimal  # noqa: PLC0415 (answers and most requests have strings)

    if isinstance(value, Decimal):
        if not value.is_finite() or abs(value.adjusted()) > _MOST_DIGITS:
            return value  # type: ignore[return-value]  # refused when the request is written
        return format(value or value.copy_abs(), "f")
    if type(value) is int and abs(value) < 10**_MOST_DIGITS:
        return str(value)
    return value  # type: ignore[return-value]  # refused when the request is written


def redact(value: object) -> str:
    """What `repr` shows for a secret; also what marks a field as one."""
    return "None" if value is None else "'***'"


def find_too_long(path: str, value: object, most: int) -> Iterator[Issue]:
    """Yield an issue for a string of more characters than the API takes."""
    if isinstance(value, str) and len(value) > most:
        yield Issue(path, f"must have at most {most} characters")
