"""The only cattrs converter: how each kind of value is read from parsed JSON.

Loaded on first use, for importing cattrs costs more than importing this package. Reading is open to
what the API may add: unknown fields are ignored, unknown members of an enum are kept. No message
names a value, for it may be a secret.

A long list of models is read column by column first (see `columns`), since cattrs calls a hook for
each value. Where that finds anything but plain values, the list is read as a short one is.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any, Final, NamedTuple, NoReturn, TypeAlias, Union, cast, get_args

from cattrs import Converter
from cattrs.cols import list_structure_factory
from cattrs.errors import ClassValidationError, IterableValidationError
from cattrs.gen import make_dict_structure_fn, override

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

Read: TypeAlias = Callable[[Any, Any], Any]
Steps: TypeAlias = tuple[str | int, ...]
"""A place in parsed JSON: keys and indices."""


class Reading(NamedTuple):
    """The outcome of reading.

    Attributes:
        value: The model; `None` where the JSON does not match it.
        issues: What does not match.
    """

    value: Any
    issues: tuple[Issue, ...]


def read_strictly(kind: Any, parsed: object) -> Reading:
    """Read a value from parsed JSON; anything that does not match is an issue.

    That includes null where it has no meaning, and a text that is only nearly a timestamp.
    """
    try:
        return Reading(converter(exact=True).structure(parsed, kind), ())
    except (BaseExceptionGroup, ValueError) as error:
        return Reading(None, tuple(problem.in_json() for problem in _find_problems(error)))


def read_leniently(kind: Any, parsed: object, *, wire_names: bool = False) -> Reading:
    """Read a value from parsed JSON; an optional field that does not match is skipped.

    The field is then its default, and the issue holds the value that came. Where a required field
    does not match there is no model.

    Args:
        kind: The class of a model, or another annotation.
        parsed: The JSON.
        wire_names: Whether issues name places in JSON's terms instead of Python's.
    """
    try:
        return Reading(converter().structure(parsed, kind), ())
    except (BaseExceptionGroup, ValueError) as error:
        problems = [*_find_problems(error)]
    skipped = {problem.optional for problem in problems}
    found = [problem.in_json() if wire_names else problem.issue for problem in problems]
    if None in skipped:
        return Reading(None, tuple(found))
    matching: Any = parsed
    # The longest first: a field may be inside another one that is skipped as well.
    for steps in sorted(cast("set[Steps]", skipped), key=len, reverse=True):
        matching = _without(matching, steps)
    issues = tuple(
        Issue(issue.path, issue.message, _at(parsed, problem.optional or ()))
        for issue, problem in zip(found, problems, strict=True)
    )
    return Reading(converter().structure(matching, kind), issues)


# Problems ----------------------------------------------------------------------------


class _Problem(NamedTuple):
    """One thing that does not match.

    Attributes:
        issue: What it is, and where in Python's terms.
        steps: Where it is in JSON.
        optional: The innermost optional field that it is in; `None` where there is none.
    """

    issue: Issue
    steps: Steps
    optional: Steps | None

    def in_json(self) -> Issue:
        """Return the issue with its place in JSON's terms."""
        steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.steps)
        return Issue("".join(steps).removeprefix("."), self.issue.message)


def _find_problems(
    error: BaseException, path: str = "", steps: Steps = (), optional: Steps | None = None
) -> Iterator[_Problem]:
    """Walk the groups of exceptions that cattrs raises."""
    match error:
        case ClassValidationError():
            fields = {field.name: field for field in fields_of(error.cl)}
            for inner, note in error.group_exceptions()[0]:
                field = fields[note.name]
                place = f"{path}.{field.name}" if path else field.name
                way = (*steps, field.wire_name)
                yield from _find_problems(inner, place, way, way if field.optional else optional)
        case IterableValidationError():
            for inner, item in error.group_exceptions()[0]:
                index = item.index
                yield from _find_problems(inner, f"{path}[{index}]", (*steps, index), optional)
        case KeyError():
            yield _Problem(Issue(path, "a required field is missing"), steps, optional)
        case ValueError():
            yield _Problem(Issue(path, str(error)), steps, optional)
        case _:
            raise error  # nothing about the JSON: a signal handler's, for example


def _at(value: Any, steps: Iterable[str | int]) -> Any:
    for step in steps:
        value = value[step]
    return value


def _without(value: Any, steps: Steps) -> Any:
    """Return a copy without what is at a place."""
    step, *further = steps
    copy: Any = [*value] if is_sequence(value) else {**value}
    if further:
        copy[step] = _without(copy[step], tuple(further))
    else:
        del copy[step]
    return copy


# Kinds of values ---------------------------------------------------------------------


def _refuse(expected: str, value: object) -> NoReturn:
    msg = f"expected {expected}, got {describe(value)}"
    raise ValueError(msg)


def _read_str(value: object, _: object) -> str:
    if isinstance(value, str):
        return value
    _refuse("a string", value)


def _read_bool(value: object, _: object) -> bool:
    if isinstance(value, bool):
        return value
    _refuse("a boolean", value)


def _read_number(value: Any, _: object) -> float:
    if is_number(value):
        return cast("float", value)
    _refuse("a finite number", value)


def _read_whole_number(value: object, _: object) -> int:
    # A whole number is what a time in milliseconds is; what is finer is cut, as when written.
    return int(_read_number(value, _))


def _read_json_object(value: Any, _: object) -> Any:
    if isinstance(value, Mapping):
        return cast("Any", value)
    _refuse("an object", value)


def _read_datetime(value: object, _: object) -> datetime:
    if not isinstance(value, str):
        _refuse("a timestamp", value)
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        msg = "expected an ISO 8601 timestamp"
        raise ValueError(msg) from None
    # Vercel's clock is UTC; a timestamp that does not say so is read as such.
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _read_exact_datetime(value: object, _: object) -> datetime:
    if isinstance(value, str) and not DATE_TIME.fullmatch(value):
        raise ValueError(DATE_TIME_EXPECTED)
    return _read_datetime(value, _)


def _enum_reader(kind: object, _: Converter) -> Read:
    members = get_args(kind)

    def read(value: object, _: object) -> object:
        # Which ones are known is for the check of the whole to say: it names everything else, too.
        if isinstance(value, str):
            return value
        msg = f"expected {alternatives(members)}"
        raise ValueError(msg)

    return read


def _is_open_enum(kind: object) -> bool:
    arms = arms_of(kind)
    return str in arms and any(map(is_literal, arms))


def _arms_reader(kind: object, converter: Converter) -> Read:
    """Return what reads anything but null."""
    arms: Any = Union[arms_of(kind)]  # noqa: UP007 (its arms are only known here)
    read = converter.get_structure_hook(arms)
    return lambda value, _: read(value, arms)


def _optional_reader(kind: object, converter: Converter) -> Read:
    read = _arms_reader(kind, converter)
    return lambda value, _: None if value is None else read(value, _)


def _is_one_of_models(kind: object) -> bool:
    arms = arms_of(kind)
    return len(arms) > 1 and all(map(is_model, arms))


def _one_of_models_reader(kind: object, converter: Converter) -> Read:
    name, models = models_by_tag(arms_of(kind))
    readers = {tag: converter.get_structure_hook(model) for tag, model in models.items()}

    def read(value: Any, _: object) -> Any:
        if not isinstance(value, Mapping):
            _refuse("an object", value)
        tag: object = cast("Mapping[str, object]", value).get(name)
        if not isinstance(tag, str) or tag not in readers:
            msg = f'"{name}" must be {alternatives(readers)}'
            raise ValueError(msg)
        return readers[tag](value, models[tag])

    return read


def _model_reader(model: type, converter: Converter, *, exact: bool) -> Read:
    fields = fields_of(model)
    names: Any = {
        field.name: override(
            rename=field.wire_name,
            struct_hook=_arms_reader(field.kind, converter)
            if exact and not field.may_be_null
            else None,
        )
        for field in fields
    }
    # One that is missing is read as null, which it cannot be.
    tags: dict[Any, Any] = {field.wire_name: None for field in fields if exact and field.is_tag}
    make: Any = make_dict_structure_fn  # typed for one class, not for any
    read_fields: Read = make(model, converter, **names)

    def read(value: Any, kind: object) -> Any:
        if not isinstance(value, Mapping):
            _refuse("an object", value)
        return read_fields({**tags, **value} if tags else value, kind)

    return read


def _list_reader(kind: Any, converter: Converter, *, exact: bool) -> Read:
    make: Any = list_structure_factory  # which accepts whatever can be iterated over
    read_entries: Read = make(kind, converter)
    (item,) = get_args(kind)
    columns = () if exact else _columns_of(item)

    def read(value: Any, kind: object) -> Any:
        if not is_sequence(value):
            _refuse("a list", value)
        entries = [*value]  # once: a sequence may hold something else the next time
        rows = None
        if columns and len(entries) >= _MIN_ROWS_FOR_COLUMNS:
            rows = read_rows(item, columns, entries)
        return read_entries(entries, kind) if rows is None else rows

    return read


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


def _arm_of(kind: Any) -> Any:
    """Return the one arm that a kind has besides null; an enum open to any string is one."""
    arms = arms_of(kind)
    if len(arms) == 1:
        return arms[0]
    return str if str in arms else None


def _column_reader(kind: Any) -> ReadValues:
    arm = _arm_of(kind)
    columns = _columns_of(arm)
    if columns:
        return partial(read_rows_or_none if is_optional(kind) else read_rows, arm, columns)

    def read_values(values: list[Any]) -> list[Any] | None:
        read = converter().get_structure_hook(kind)
        try:
            return [read(value, kind) for value in values]
        except (BaseExceptionGroup, ValueError):
            return None

    return read_values


@cache
def converter(*, exact: bool = False) -> Converter:
    """Return the converter that all reading goes through.

    Args:
        exact: Whether JSON has to be as it is written: without null where `None` leaves a field
            out, with every constant, and with timestamps of one form.
    """
    made = Converter(detailed_validation=True)
    made.register_structure_hook(str, _read_str)
    made.register_structure_hook_func(lambda kind: kind is Money, _read_str)
    made.register_structure_hook(bool, _read_bool)
    made.register_structure_hook(float, _read_number)
    made.register_structure_hook(int, _read_whole_number)
    made.register_structure_hook_func(
        is_datetime, _read_exact_datetime if exact else _read_datetime
    )
    made.register_structure_hook_func(is_mapping, _read_json_object)
    made.register_structure_hook_factory(is_model, partial(_model_reader, exact=exact))
    made.register_structure_hook_factory(is_list, partial(_list_reader, exact=exact))
    made.register_structure_hook_factory(is_literal, _enum_reader)
    made.register_structure_hook_func(_is_open_enum, _read_str)
    made.register_structure_hook_factory(_is_one_of_models, _one_of_models_reader)
    made.register_structure_hook_factory(is_optional, _optional_reader)
    return made
