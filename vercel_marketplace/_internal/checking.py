"""Whether a request keeps to the contract, and where it does not. Pure.

Two passes that judge alike. `conforms` is quick: it looks at lists column by column, so
that 20 000 usage rows cost a few passes in C and not 140 000 calls. `explain` is thorough:
it walks the value and names every place that is wrong, and runs only after a failure.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from itertools import chain
from operator import attrgetter
from typing import Any, TypeAlias, Union, cast, get_args

from attrs import frozen

from vercel_marketplace._internal.json_values import faults_in, is_number, is_plainly_json, is_text
from vercel_marketplace._internal.shapes import (
    Money,
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

_LISTS = {list, tuple}


@frozen(eq=False, repr=False)
class _Leaf:
    """A kind of value that holds no others.

    Attributes:
        expected: What a message calls it.
        own: The type it has to be of; a value of this type may be wrong all the same.
        accepts: Whether a value is of the kind.
        quick: Whether a column of values that are exactly of type `own` certainly is; without
            it, it is. Where it says no, `accepts` looks at each value.
    """

    expected: str
    own: type
    accepts: Test
    quick: Judge | None = None

    def judge(self, column: Column) -> bool:
        """Whether all values of a column are of the kind."""
        if {self.own}.issuperset(map(type, column)) and (self.quick is None or self.quick(column)):
            return True
        return all(map(self.accepts, column))

    def judge_optional(self, column: Column) -> bool:
        """The same, where there may be `None` among them."""
        if self.quick is None and {self.own, type(None)}.issuperset(map(type, column)):
            return True
        return self.judge([value for value in column if value is not None])


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


def _is_whole_number(value: object) -> bool:
    return isinstance(value, int) and is_number(value)


def _are_numbers(column: Column) -> bool:
    return all(map(is_number, column))


def _are_utc(column: Column) -> bool:
    return all(value.tzinfo is UTC for value in column)


# A string with a lone surrogate and a number that is not finite pass the quick look; writing
# them fails, and `explain` then says why.
_LEAVES: dict[object, _Leaf] = {
    str: _Leaf("a string", str, is_text),
    bool: _Leaf("a bool", bool, lambda value: isinstance(value, bool)),
    float: _Leaf("a finite number", float, is_number),
    int: _Leaf("a whole number", int, _is_whole_number, _are_numbers),
    datetime: _Leaf("a timezone-aware datetime", datetime, _is_moment, _are_utc),
    Money: _Leaf("an amount as a decimal string, Decimal or int", str, is_text),
}
_JSON_OBJECT = _Leaf("a dict of JSON values", dict, _is_json_object, _are_plainly_json)


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
            known.issuperset,
        )
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
    if leaf is not None:
        return leaf.judge_optional if is_optional(kind) else leaf.judge
    judge = _judge_of_arms(arms)
    if not is_optional(kind):
        return judge
    return lambda column: judge([value for value in column if value is not None])


def _judge_of_arms(arms: Sequence[Any]) -> Judge:
    by_type: dict[type, Judge] = {}
    for arm in arms:
        leaf = _leaf(arm)
        if is_list(arm):
            by_type |= dict.fromkeys(_LISTS, _judge_of_lists(get_args(arm)[0]))
        elif leaf is not None:
            by_type[leaf.own] = leaf.judge
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
    fields = [(attrgetter(field.name), _judge_of(field.kind)) for field in fields_of(model)]
    rules = getattr(model, "_contract_issues", None)

    def judge(instances: Column) -> bool:
        if rules is not None and any(True for instance in instances for _ in rules(instance)):
            return False
        return all(judge([*map(get, instances)]) for get, judge in fields)

    return judge


def _shortcoming(leaf: _Leaf, value: Any) -> str:
    """What is wrong with a value whose type may be the right one."""
    if not isinstance(value, leaf.own) or isinstance(value, int):
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
    if (value is None and is_optional(kind)) or (value is UNSET and may_be_unset(kind)):
        return
    arms = arms_of(kind)
    for arm in arms:
        leaf = _leaf(arm)
        if leaf is not None and (len(arms) == 1 or type(value) is leaf.own):
            yield from _explain_leaf(leaf, value, path)
            return
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
    expected = " or ".join(leaf.expected if (leaf := _leaf(arm)) else name_of(arm) for arm in arms)
    yield Issue(path, f"expected {expected}, got {describe(value)}")


def _explain_leaf(leaf: _Leaf, value: Any, path: str) -> Iterator[Issue]:
    if leaf is _JSON_OBJECT and isinstance(value, dict):
        yield from faults_in(cast("Any", value), path)
    elif not leaf.accepts(value):
        yield Issue(path, f"expected {leaf.expected}, got {_shortcoming(leaf, value)}")
