"""Reads parsed JSON into models. Pure.

Reading is open to what the API may add: unknown fields are ignored, unknown members of an enum are
kept. What does not match becomes problems with their place. No message names a value, for it may
be a secret.

Long lists of models are read column by column first (see `columns`); the part of a list where that
finds anything but plain values is read value by value, like everything else.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any, Final, NamedTuple, TypeAlias, TypeGuard, get_args

from attrs import NOTHING

from vercel_marketplace._internal.columns import (
    Column,
    ReadValues,
    can_be_filled,
    read_rows,
    read_rows_or_none,
)
from vercel_marketplace._internal.describe import describe
from vercel_marketplace._internal.json import is_number
from vercel_marketplace._internal.schema import (
    Field,
    Money,
    alternatives,
    arms_of,
    fields_of,
    is_datetime,
    is_list,
    is_literal,
    is_mapping,
    is_model,
    is_optional,
    is_sequence,
    models_by_tag,
)
from vercel_marketplace.errors import Issue

DATE_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)
"""RFC 3339 section 5.6, which JSON schema's `date-time` stands for."""

DATE_TIME_EXPECTED: Final = "expected an ISO 8601 date and time with its offset"
"""What is said of any other text in its place."""

_MIN_ROWS_FOR_COLUMNS: Final = 100
_ROWS_PER_PART: Final = 1000  # what a processor's cache holds

Place: TypeAlias = "tuple[Place, Field | int] | None"
"""Where a value is: the place of what holds it, and its field or index there."""


class Reading(NamedTuple):
    """What reading came to.

    Attributes:
        value: The model; `None` where the JSON does not match it.
        issues: What does not match.
    """

    value: Any
    issues: tuple[Issue, ...]


def read_strictly(kind: Any, parsed: object) -> Reading:
    """Read a value from parsed JSON; anything that does not match is an issue.

    JSON has to be as it is written: without null where `None` leaves a field out, with every
    constant, and with timestamps of one form. Issues name places in JSON's terms.
    """
    problems: list[_Problem] = []
    value = _reader_of(kind, exact=True)(parsed, None, problems)
    issues = tuple(Issue(problem.place_in_json, problem.message) for problem in problems)
    return Reading(None if issues else value, issues)


def read_leniently(kind: Any, parsed: object, *, wire_names: bool = False) -> Reading:
    """Read a value from parsed JSON; an optional field that does not match is skipped.

    The field is then its default, and the issue holds the value that came. Where a required field
    does not match there is no model.

    Args:
        kind: The class of a model, or another annotation.
        parsed: The JSON.
        wire_names: Whether issues name places in JSON's terms instead of Python's.
    """
    problems: list[_Problem] = []
    value = _reader_of(kind, exact=False)(parsed, None, problems)
    is_read = value is not _FAILED
    issues = tuple(
        Issue(
            problem.place_in_json if wire_names else problem.place_in_python,
            problem.message,
            problem.find_skipped(parsed) if is_read else None,
        )
        for problem in problems
    )
    return Reading(value if is_read else None, issues)


# Problems ----------------------------------------------------------------------------


class _Problem(NamedTuple):
    """One thing that does not match.

    Attributes:
        place: Where it is.
        message: What it is.
    """

    place: Place
    message: str

    @property
    def place_in_python(self) -> str:
        return _join(step if isinstance(step, int) else step.name for step in _steps(self.place))

    @property
    def place_in_json(self) -> str:
        return _join(map(_key_of, _steps(self.place)))

    def find_skipped(self, parsed: Any) -> Any:
        """Return the value of the innermost optional field that it is in."""
        place = self.place
        while place is not None and not (isinstance(place[1], Field) and place[1].optional):
            place = place[0]
        for step in _steps(place):
            parsed = parsed[_key_of(step)]
        return parsed


def _steps(place: Place) -> list[Field | int]:
    steps: list[Field | int] = []
    while place is not None:
        place, step = place
        steps.append(step)
    return steps[::-1]


def _key_of(step: Field | int) -> str | int:
    return step.wire_name if isinstance(step, Field) else step


def _join(steps: Iterable[str | int]) -> str:
    written = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return "".join(written).removeprefix(".")


Read: TypeAlias = Callable[[Any, Place, list[_Problem]], Any]
"""Reads a value that is at a place; `_FAILED`, and problems, where it does not match."""

_FAILED: Final = object()


def _fail(place: Place, problems: list[_Problem], message: str) -> object:
    problems.append(_Problem(place, message))
    return _FAILED


def _refuse(expected: str, value: object, place: Place, problems: list[_Problem]) -> object:
    return _fail(place, problems, f"expected {expected}, got {describe(value)}")


# Kinds of values ---------------------------------------------------------------------


@cache
def _reader_of(kind: Any, *, exact: bool) -> Read:
    read = _arms_reader(kind, exact=exact)
    if not is_optional(kind):
        return read

    def read_optional(value: Any, place: Place, problems: list[_Problem]) -> Any:
        return None if value is None else read(value, place, problems)

    return read_optional


@cache
def _arms_reader(kind: Any, *, exact: bool) -> Read:
    """Return what reads anything but null."""
    arm = _arm_of(kind)
    if arm is None:
        return _one_of_models_reader(arms_of(kind), exact=exact)
    if is_model(arm):
        return _model_reader(arm, exact=exact)
    if is_list(arm):
        return _list_reader(get_args(arm)[0], exact=exact)
    return _leaf_reader(arm, exact=exact)


def _leaf_reader(kind: Any, *, exact: bool) -> Read:
    if is_mapping(kind):
        return _read_json_object
    if is_literal(kind):
        return _enum_reader(get_args(kind))
    if is_datetime(kind):
        return _read_exact_datetime if exact else _read_datetime
    return _LEAVES[kind]


def _arm_of(kind: Any) -> Any:
    """Return the one arm that a kind has besides null; `None` for a union of models.

    An enum that is open to any string is a string.
    """
    arms = arms_of(kind)
    if len(arms) == 1:
        return arms[0]
    return str if str in arms else None


def _read_str(value: object, place: Place, problems: list[_Problem]) -> object:
    return value if isinstance(value, str) else _refuse("a string", value, place, problems)


def _read_bool(value: object, place: Place, problems: list[_Problem]) -> object:
    return value if isinstance(value, bool) else _refuse("a boolean", value, place, problems)


def _read_number(value: object, place: Place, problems: list[_Problem]) -> object:
    return value if is_number(value) else _refuse("a finite number", value, place, problems)


def _read_whole_number(value: Any, place: Place, problems: list[_Problem]) -> object:
    # A whole number is what a time in milliseconds is; what is finer is cut, as when written.
    return int(value) if is_number(value) else _read_number(value, place, problems)


def _read_json_object(value: object, place: Place, problems: list[_Problem]) -> object:
    return value if isinstance(value, Mapping) else _refuse("an object", value, place, problems)


def _read_datetime(value: object, place: Place, problems: list[_Problem]) -> object:
    if not isinstance(value, str):
        return _refuse("a timestamp", value, place, problems)
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return _fail(place, problems, "expected an ISO 8601 timestamp")
    # Vercel's clock is UTC; a timestamp that does not say so is read as such.
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _read_exact_datetime(value: object, place: Place, problems: list[_Problem]) -> object:
    if isinstance(value, str) and not DATE_TIME.fullmatch(value):
        return _fail(place, problems, DATE_TIME_EXPECTED)
    return _read_datetime(value, place, problems)


_LEAVES: Final[dict[Any, Read]] = {
    str: _read_str,
    Money: _read_str,
    bool: _read_bool,
    float: _read_number,
    int: _read_whole_number,
}


def _enum_reader(members: tuple[str, ...]) -> Read:
    def read_member(value: object, place: Place, problems: list[_Problem]) -> object:
        # Which ones are known is for the check of the whole to say: it names everything else, too.
        if isinstance(value, str):
            return value
        return _fail(place, problems, f"expected {alternatives(members)}")

    return read_member


def _one_of_models_reader(arms: Sequence[type], *, exact: bool) -> Read:
    name, models = models_by_tag(arms)
    readers = {tag: _model_reader(model, exact=exact) for tag, model in models.items()}

    def read_one(value: Any, place: Place, problems: list[_Problem]) -> Any:
        if not _is_mapping(value):
            return _refuse("an object", value, place, problems)
        tag = value.get(name)
        if isinstance(tag, str) and tag in readers:
            return readers[tag](value, place, problems)
        return _fail(place, problems, f'"{name}" must be {alternatives(readers)}')

    return read_one


def _is_mapping(value: object) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(value, Mapping)


# Values that hold others -------------------------------------------------------------


@cache
def _model_reader(model: type, *, exact: bool) -> Read:
    make: Any = model
    fields = [
        (field, field.wire_name, _default_of(field, exact=exact), _field_reader(field, exact=exact))
        for field in fields_of(model)
    ]

    def read_model(value: Any, place: Place, problems: list[_Problem]) -> Any:
        if not _is_mapping(value):
            return _refuse("an object", value, place, problems)
        held: dict[str, Any] = {}
        failed = False
        for field, key, default, read in fields:
            given = value.get(key, default)
            if given is not NOTHING:
                one = read(given, (place, field), problems)
                if one is not _FAILED:
                    held[field.name] = one
                    continue
            elif field.required:
                _fail((place, field), problems, "a required field is missing")
            else:
                continue
            failed = failed or not field.optional
        return _FAILED if failed else make(**held)

    return read_model


def _default_of(field: Field, *, exact: bool) -> Any:
    """Return what stands for a field that is missing: in exact JSON a constant never is."""
    return None if exact and field.is_tag else NOTHING


def _field_reader(field: Field, *, exact: bool) -> Read:
    if exact and not field.may_be_null:
        return _arms_reader(field.kind, exact=True)
    return _reader_of(field.kind, exact=exact)


def _list_reader(item: Any, *, exact: bool) -> Read:
    read_item = _reader_of(item, exact=exact)
    columns = () if exact else _columns_of(item)

    def read_list(values: Any, place: Place, problems: list[_Problem]) -> Any:
        if not is_sequence(values):
            return _refuse("a list", values, place, problems)
        entries = [*values]  # once: a sequence may hold something else the next time
        long = columns and len(entries) >= _MIN_ROWS_FOR_COLUMNS
        held: list[Any] = []
        failed = False
        for start in range(0, len(entries), _ROWS_PER_PART):
            some = entries[start : start + _ROWS_PER_PART]
            rows = read_rows(item, columns, some) if long else None
            if rows is None:
                rows = [read_item(one, (place, at), problems) for at, one in enumerate(some, start)]
                failed = failed or any(row is _FAILED for row in rows)
            held += rows
        return _FAILED if failed else held

    return read_list


# Columns -----------------------------------------------------------------------------

_PLAIN: Final[dict[Any, type]] = {str: str, Money: str, bool: bool}
"""The type of which every value of a kind is read as it is."""


@cache
def _columns_of(model: Any) -> tuple[Column, ...]:
    """Return the columns of a model; none for what is not read by columns."""
    if not is_model(model) or not can_be_filled(model):
        return ()
    return tuple(
        Column(
            field.wire_name,
            field.default,
            getattr(model, field.name).__set__,
            _plain_types(field.kind),
            _column_reader(field.kind),
        )
        for field in fields_of(model)
    )


def _plain_types(kind: Any) -> frozenset[type]:
    arm = _arm_of(kind)
    plain = dict if is_mapping(arm) else _PLAIN.get(str if is_literal(arm) else arm)
    null = type(None) if is_optional(kind) else None
    return frozenset(filter(None, (plain, null)))


def _column_reader(kind: Any) -> ReadValues:
    arm = _arm_of(kind)
    columns = _columns_of(arm)
    if columns:
        return partial(read_rows_or_none, arm, columns)
    read = _reader_of(kind, exact=False)

    def read_values(values: list[Any]) -> list[Any] | None:
        problems: list[_Problem] = []
        held = [read(value, None, problems) for value in values]
        return None if problems else held

    return read_values
