"""Field helpers that several topics' models share."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final, cast

from vercel_marketplace.errors import Issue

# Far beyond any amount of money, far below what would fill the memory when written out.
_MAX_DIGITS: Final = 100

AMOUNT: Final = re.compile(r"[0-9]+(\.[0-9]+)?")
"""An amount, as Vercel documents it."""

EXTRA: Final = {"rest": True}
"""The metadata of the field that holds the properties an open object has besides its own."""


def money(value: str | Decimal | int) -> str:
    """Write an amount as the decimal string that the API requires, without exponent.

    `Decimal("1E+2")` becomes `"100"`, and a negative zero loses its sign. A string stays as
    it is: its pattern is the API's to judge. Anything else, above all a float, also stays, for
    the validation of the request to refuse by name.
    """
    given: object = value  # which may be of any type
    if isinstance(given, Decimal):
        given = Decimal(given)  # a subclass may write itself in another way, with a currency
        if given.is_finite() and abs(given.adjusted()) <= _MAX_DIGITS:
            return format(given or given.copy_abs(), "f")
    if isinstance(given, int) and not isinstance(given, bool) and abs(given) < 10**_MAX_DIGITS:
        return int.__repr__(given)
    return cast("str", value)  # or it is refused when the request is written


def optional_money(value: str | Decimal | int | None) -> str | None:
    """Write an amount that may be left out as `money` does."""
    return None if value is None else money(value)


def mask(value: object) -> str:
    """Return what `repr` shows for a secret; a field with this `repr` counts as one."""
    return "None" if value is None else "'***'"


def find_too_long(path: str, value: object, most: int) -> Iterator[Issue]:
    """Yield an issue for a string of more characters than the API accepts."""
    if isinstance(value, str) and len(value) > most:
        yield Issue(path, f"must have at most {most} characters")
