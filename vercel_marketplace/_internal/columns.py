"""Reads many JSON objects into models of one class, a field of all of them at a time. Pure.

A few passes in C take the place of a call per value and of one per model: calling a frozen class
with its fields by name alone takes about as long as those passes. Whoever calls this has a general
way for what it refuses.
"""

from collections import deque
from collections.abc import Callable
from itertools import repeat
from types import MemberDescriptorType
from typing import Any, Final, NamedTuple

import attrs

from vercel_marketplace.models._fields import money, optional_money

_ROWS_PER_PASS: Final = 1000  # few enough to stay in the processor's cache from field to field

ReadValues = Callable[[list[Any]], list[Any] | None]
"""Reads the values of a column; `None` where one of them does not match."""


class Column(NamedTuple):
    """A field of many models of one class.

    Attributes:
        key: Its name in JSON.
        default: What stands for one that is missing; `attrs.NOTHING` where none may be.
        set: Sets the field of a model.
        plain: The types of which each value is read as it is.
        read: Reads a column in which there are values of other types.
    """

    key: str
    default: Any
    set: Callable[[Any, Any], object]
    plain: frozenset[type]
    read: ReadValues


def can_be_filled(model: type) -> bool:
    """Whether setting the fields of an empty instance makes what calling the class makes.

    That is so for the SDK's models. A class that a user derived may check or convert its fields.
    """
    return not hasattr(model, "__attrs_post_init__") and all(
        isinstance(getattr(model, a.name, None), MemberDescriptorType)
        and a.validator is None
        and a.converter in {None, money, optional_money}  # which leave a string as it is
        for a in attrs.fields(model)
    )


def read_rows(model: type, columns: tuple[Column, ...], rows: list[Any]) -> list[Any] | None:
    """Return the models that JSON objects stand for; `None` where one of them does not match.

    Args:
        model: The class, for which `can_be_filled` holds.
        columns: All of its fields.
        rows: The objects.
    """
    made: list[Any] = []
    for start in range(0, len(rows), _ROWS_PER_PASS):
        some = _read_pass(model, columns, rows[start : start + _ROWS_PER_PASS])
        if some is None:
            return None
        made += some
    return made


def read_rows_or_none(
    model: type, columns: tuple[Column, ...], values: list[Any]
) -> list[Any] | None:
    """Return the same for values of which any may be null."""
    places = [at for at, value in enumerate(values) if value is not None]
    rows = read_rows(model, columns, [values[at] for at in places])
    if rows is None:
        return None
    for at, row in zip(places, rows, strict=True):
        values[at] = row
    return values


def _read_pass(model: type, columns: tuple[Column, ...], rows: list[Any]) -> list[Any] | None:
    if not {dict}.issuperset(map(type, rows)):
        return None
    made: list[Any] = [*map(object.__new__, repeat(model, len(rows)))]
    for column in columns:
        values = _read_column(column, rows)
        if values is None:
            return None
        deque(map(column.set, made, values), maxlen=0)
    return made


def _read_column(column: Column, rows: list[dict[str, Any]]) -> list[Any] | None:
    key, default = column.key, column.default
    if default is attrs.NOTHING:
        try:
            values = [row[key] for row in rows]
        except KeyError:
            return None
    else:
        values = [row.get(key, default) for row in rows]
    return values if column.plain.issuperset(map(type, values)) else column.read(values)
