"""Whether a request keeps to the contract, and where it does not. Pure.

Two passes that judge alike. `conforms` is quick: it looks at lists column by column, so
that 20 000 usage rows cost a few passes in C and not 140 000 calls. `explain` is thorough:
it walks the value and names every place that is wrong, and runs only after a failure.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from itertools import chain
from operator import attrgetter
from typing import Any, TypeAlias, cast, get_args

from attrs import frozen

from vercel_marketplace._internal.shapes import (
    Money,
    arms_of,
    describe,
    fields_of,
    is_list,
    is_literal,
    is_model,
    is_optional,
    name_of,
)
from vercel_marketplace.errors import Issue

Column: TypeAlias = Sequence[Any]
Test: TypeAlias = Callable[[Any], bool]

_LISTS = {list, tuple}


@frozen
class _Leaf:
    """A kind of value that holds no others."""

    expected: str
    own: type
    """The type it has to be of; a value of this type may be wrong all the same."""
    accepts: Test
    quick: Callable[[Column], bool] = lambda _: False
    """Whether a column is certainly fine; where it says no, `accepts` looks at each value."""

    def holds(self, column: Column) -> bool:
        return self.quick(column) or all(map(self.accepts, column))


def is_text(value: object) -> bool:
    """A string that UTF-8 can express, which one with a lone surrogate is not."""
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # an integer that no double can hold
        return False


def _is_moment(value: object) -> bool:
    if not isinstance(value, datetime) or value.utcoffset() is None:
        return False
    try:
        value.astimezone(UTC)
    except OverflowError:
        return False
    return True


def _only(*types: type) -> Callable[[Column], bool]:
    return lambda column: set(map(type, column)).issubset(types)


def _only_finite(column: Column) -> bool:
    return set(map(type, column)) == {float} and all(map(math.isfinite, column))


# A string with a lone surrogate passes the quick look; writing it fails, and `explain`
# then says why.
_LEAVES: dict[object, _Leaf] = {
    str: _Leaf("a string", str, is_text, _only(str)),
    bool: _Leaf("a bool", bool, lambda value: isinstance(value, bool), _only(bool)),
    float: _Leaf("a finite number", float, _is_number, _only_finite),
    datetime: _Leaf("a timezone-aware datetime", datetime, _is_moment),
    Money: _Leaf("an amount as a decimal string, Decimal or int", str, is_text, _only(str)),
}


@cache
def _leaf(kind: Any) -> _Leaf | None:
    """What judges a value that holds no others; `None` for models and lists."""
    if is_literal(kind):
        members = get_args(kind)
        shown = " or ".join(f'"{member}"' for member in members)
        known = frozenset(members)
        return _Leaf(
            shown,
            str,
            lambda value: isinstance(value, str) and value in known,
            lambda column: set(map(type, column)) == {str} and known.issuperset(column),
        )
    return _LEAVES.get(kind)


def conforms(kind: Any, column: Column) -> bool:
    """Whether each value of a column is of a kind (an annotation)."""
    if is_optional(kind):
        column = [value for value in column if value is not None]
    if not column:
        return True
    arms = arms_of(kind)
    leaf = _leaf(arms[0])
    if leaf is not None:
        return leaf.holds(column)
    present = set(map(type, column))
    known: set[Any] = set()
    for arm in arms:
        types = _LISTS if is_list(arm) else {arm}
        known |= types
        mine = column if present <= types else [v for v in column if type(v) in types]
        if is_list(arm):
            if not conforms(get_args(arm)[0], list(chain.from_iterable(mine))):
                return False
        elif not _model_conforms(arm, mine):
            return False
    return present <= known


def _model_conforms(model: Any, instances: Column) -> bool:
    if hasattr(model, "_contract_issues") and any(
        True
        for instance in instances
        for _ in instance._contract_issues()  # noqa: SLF001 (between models and here)
    ):
        return False
    return all(
        conforms(field.kind, list(map(attrgetter(field.name), instances)))
        for field in fields_of(model)
    )


def _shortcoming(leaf: _Leaf, value: Any) -> str:
    """What is wrong with a value whose type may be the right one."""
    if not isinstance(value, leaf.own):
        return describe(value)
    if isinstance(value, datetime):
        return (
            "a naive datetime" if value.utcoffset() is None else "one beyond what UTC can express"
        )
    if isinstance(value, str):
        return "another str" if is_text(value) else "a str with a lone surrogate"
    return repr(value)  # nan or an infinity


def explain(kind: Any, value: Any, path: str) -> Iterator[Issue]:
    """Every place of a value that is not of its kind."""
    if value is None and is_optional(kind):
        return
    arms = arms_of(kind)
    leaf = _leaf(arms[0])
    if leaf is not None:
        if not leaf.accepts(value):
            yield Issue(path, f"expected {leaf.expected}, got {_shortcoming(leaf, value)}")
        return
    for arm in arms:
        if is_list(arm) and type(value) in _LISTS:
            for index, item in enumerate(cast("Column", value)):
                yield from explain(get_args(arm)[0], item, f"{path}[{index}]")
            return
        if type(value) is arm and is_model(arm):
            start = f"{path}." if path else ""
            for field in fields_of(arm):
                yield from explain(field.kind, getattr(value, field.name), start + field.name)
            for issue in getattr(value, "_contract_issues", tuple)():
                yield Issue(start + issue.path, issue.message)
            return
    yield Issue(path, f"expected {' or '.join(map(name_of, arms))}, got {describe(value)}")
