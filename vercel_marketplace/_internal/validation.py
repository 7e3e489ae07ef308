"""Whether a request keeps to the contract, and where it does not. Pure.

Two passes that judge alike. `conforms` is quick: it looks at lists column by column, so
that 20 000 usage rows cost a few passes in C and not 140 000 calls. `explain` is thorough:
it walks the value and names every place that is wrong, and runs only after a failure.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from itertools import chain
from operator import attrgetter
from typing import Any, NamedTuple, TypeAlias, Union, cast, get_args

from vercel_marketplace._internal.json import faults_in, is_number, is_plainly_json, is_text
from vercel_marketplace._internal.schema import (
    LISTS,
    Money,
    alternatives,
    arms_of,
    describe,
    fields_of,
    is_list,
    is_literal,
    is_mapping,
    is_model,
    is_optional,
    may_be_unset,
    name_of,
)
from vercel_marketplace.errors import Issue
from vercel_marketplace.models.unset import UNSET, Unset

Column: TypeAlias = Sequence[Any]
Test: TypeAlias = Callable[[Any], bool]
Judge: TypeAlias = Callable[[Column], bool]

# Of up to so many instances all fields of one kind are looked at together; of more, C gets
# through them quicker field by field.
_FEW = 16


class _Leaf(NamedTuple):
    """A kind of value that holds no others.

    Attributes:
        expected: What a message calls it.
        own: The types it has to be of; a value of one may be wrong all the same.
        accepts: Whether a value is of the kind.
        quick: Whether a column of values that are exactly of types in `own` certainly is;
            without it, it is. Where it says no, `accepts` looks at each value.
    """

    expected: str
    own: frozenset[type]
    accepts: Test
    quick: Judge | None = None


def _is_bool(value: object) -> bool:
    return isinstance(value, bool)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and is_number(value)


def _is_moment(value: object) -> bool:
    if not isinstance(value, datetime) or value.utcoffset() is None:
        return False
    try:
        value.astimezone(UTC)
    except OverflowError:
        return False
    return True


def _is_json_object(value: object) -> bool:
    return isinstance(value, dict) and next(faults_in(cast("Any", value)), None) is None


def _are_plainly_json(column: Column) -> bool:
    return all(map(is_plainly_json, column))


def _are_utc(column: Column) -> bool:
    return all(value.tzinfo is UTC for value in column)


def _are_finite(column: Column) -> bool:
    try:
        return all(map(math.isfinite, column))
    except OverflowError:
        return False


_STR = frozenset({str})

# A string with a lone surrogate passes the quick look; writing it fails, and `explain` then
# says why.
_LEAVES: dict[object, _Leaf] = {
    str: _Leaf("a string", _STR, is_text),
    bool: _Leaf("a bool", frozenset({bool}), _is_bool),
    float: _Leaf("a finite number", frozenset({float, int}), is_number, _are_finite),
    int: _Leaf("a whole number", frozenset({int}), _is_whole, _are_finite),
    datetime: _Leaf("a timezone-aware datetime", frozenset({datetime}), _is_moment, _are_utc),
    Money: _Leaf("an amount as a decimal string, Decimal or int", _STR, is_text),
}
# What has not become a string, though it is of a type that does.
_NO_AMOUNTS = {
    "Decimal": "a Decimal that is not finite, or has too many digits",
    "int": "too large an int",
}
_JSON_OBJECT = _Leaf("a dict of JSON values", frozenset({dict}), _is_json_object, _are_plainly_json)


@cache
def _leaf(kind: Any) -> _Leaf | None:
    """What judges a value that holds no others; `None` for models and lists."""
    if is_literal(kind):
        members = get_args(kind)
        known = frozenset(members)

        def is_member(value: object) -> bool:
            return isinstance(value, str) and value in known

        return _Leaf(alternatives(members), _STR, is_member, known.issuperset)
    return _JSON_OBJECT if is_mapping(kind) else _LEAVES.get(kind)


def conforms(kind: Any, column: Column) -> bool:
    """Whether each value of a column is of a kind (an annotation)."""
    return _judge_of(kind)(column)


@cache
def _judge_of(kind: Any) -> Judge:
    """What looks at a column of a kind: worked out once a kind, for most bodies are small."""
    if may_be_unset(kind):
        others = tuple(arm for arm in get_args(kind) if arm is not Unset)
        judge = _judge_of(Union[others])  # noqa: UP007 (its arms are only known here)
        return lambda column: judge([value for value in column if value is not UNSET])
    arms = arms_of(kind)
    leaf = _leaf(arms[0]) if len(arms) == 1 else None
    if leaf is not None and leaf.quick is None and is_optional(kind):
        return _judge_of_leaf(leaf, {type(None)})
    judge = _judge_of_arms(arms) if leaf is None else _judge_of_leaf(leaf)
    if not is_optional(kind):
        return judge

    def judge_optional(column: Column) -> bool:
        given = _given(column)
        return not given or judge(given)

    return judge_optional


def _given(column: Column) -> Column:
    return [value for value in column if value is not None]


def _judge_of_leaf(leaf: _Leaf, others: Iterable[type] = ()) -> Judge:
    _, own, accepts, quick = leaf
    usual = own.union(others)

    def judge(column: Column) -> bool:
        if usual.issuperset(map(type, column)) and (quick is None or quick(column)):
            return True
        return all(map(accepts, _given(column) if others else column))

    return judge


def _judge_of_arms(arms: Sequence[Any]) -> Judge:
    by_type: dict[type, Judge] = {}
    for arm in arms:
        leaf = _leaf(arm)
        if is_list(arm):
            by_type |= dict.fromkeys(LISTS, _judge_of_lists(get_args(arm)[0]))
        elif leaf is not None:
            by_type |= dict.fromkeys(leaf.own, _judge_of_leaf(leaf))
        else:
            by_type[arm] = _judge_of_model(arm)

    def judge(column: Column) -> bool:
        types = set(map(type, column))
        if not types <= by_type.keys():
            return False
        if len(types) == 1:
            return by_type[types.pop()](column)
        return all(by_type[t]([value for value in column if type(value) is t]) for t in types)

    return judge


def _judge_of_lists(item: Any) -> Judge:
    judge = _judge_of(item)
    return lambda lists: judge(lists[0] if len(lists) == 1 else [*chain.from_iterable(lists)])


def _judge_of_model(model: Any) -> Judge:
    names_by_kind: dict[Any, list[str]] = {}
    for field in fields_of(model):
        kind = str if field.kind is Money else field.kind  # an amount is looked at as a string is
        names_by_kind.setdefault(kind, []).append(field.name)
    by_kind = [
        (attrgetter(*names), len(names) > 1, _judge_of(kind))
        for kind, names in names_by_kind.items()
    ]
    by_field = [
        (attrgetter(field.name), False, _judge_of(field.kind)) for field in fields_of(model)
    ]
    rules = getattr(model, "_cross_field_issues", None)

    def judge(instances: Column) -> bool:
        if rules is not None and any(True for instance in instances for _ in rules(instance)):
            return False
        for get, several, judge in by_kind if len(instances) <= _FEW else by_field:
            column = [*map(get, instances)]
            if not judge([*chain.from_iterable(column)] if several else column):
                return False
        return True

    return judge


def _shortcoming(leaf: _Leaf, value: Any) -> str:
    """What is wrong with a value whose type may be the right one."""
    if leaf is _LEAVES[Money] and type(value).__name__ in _NO_AMOUNTS:
        return _NO_AMOUNTS[type(value).__name__]
    if isinstance(value, bool) or not isinstance(value, tuple(leaf.own)):
        return describe(value)
    if isinstance(value, datetime):
        return (
            "a naive datetime" if value.utcoffset() is None else "one beyond what UTC can express"
        )
    if isinstance(value, str):
        return "another str" if is_text(value) else "a str with a lone surrogate"
    return "too large an int" if isinstance(value, int) else repr(value)  # nan, inf


def explain(kind: Any, value: Any, path: str) -> Iterator[Issue]:
    """Every place of a value that is not of its kind."""
    if (value is None and is_optional(kind)) or (value is UNSET and may_be_unset(kind)):
        return
    arms = arms_of(kind)
    for arm in arms:
        leaf = _leaf(arm)
        if leaf is not None and (len(arms) == 1 or type(value) in leaf.own):
            yield from _explain_leaf(leaf, value, path)
            return
        if is_list(arm) and type(value) in LISTS:
            for index, item in enumerate(cast("Column", value)):
                yield from explain(get_args(arm)[0], item, f"{path}[{index}]")
            return
        if type(value) is arm and is_model(arm):
            start = f"{path}." if path else ""
            for field in fields_of(arm):
                yield from explain(field.kind, getattr(value, field.name), start + field.name)
            for issue in getattr(value, "_cross_field_issues", tuple)():
                yield Issue(start + issue.path, issue.message)
            return
    expected = " or ".join(leaf.expected if (leaf := _leaf(arm)) else name_of(arm) for arm in arms)
    yield Issue(path, f"expected {expected}, got {describe(value)}")


def _explain_leaf(leaf: _Leaf, value: Any, path: str) -> Iterator[Issue]:
    if leaf is _JSON_OBJECT and isinstance(value, dict):
        yield from faults_in(cast("Any", value), path)
    elif not leaf.accepts(value):
        yield Issue(path, f"expected {leaf.expected}, got {_shortcoming(leaf, value)}")
