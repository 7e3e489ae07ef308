"""Amounts of money, exact to the last digit however many there are."""

from collections.abc import Iterable
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal, Inexact, localcontext
from typing import Final

# The default context rounds to 28 digits; money is never rounded.
_EXACT: Final = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[Inexact])


def sum_amounts(amounts: Iterable[str]) -> Decimal:
    """Return the sum.

    The shortest are added first, so that an amount of a million digits is read once, and not
    once for each of the others.
    """
    with localcontext(_EXACT):
        return sum(map(Decimal, sorted(amounts, key=len)), Decimal(0))


def subtract_amounts(amount: Decimal, other: Decimal) -> Decimal:
    """Return the difference."""
    with localcontext(_EXACT):
        return amount - other


def format_amount(amount: Decimal) -> str:
    """Return the amount as the API writes it: without an exponent."""
    return format(amount, "f")
