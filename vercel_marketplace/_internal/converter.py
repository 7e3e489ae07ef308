"""The only cattrs converter: how each kind of value is read from parsed JSON.

Loaded on first use, for importing cattrs costs more than importing this package. Reading is open to
what the API may add: unknown fields are ignored, unknown members of an enum are kept. No message
names a value, for it may be a secret.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple, NoReturn, TypeAlias, Union, cast

from cattrs import Converter
from cattrs.cols import list_structure_factory
from cattrs.errors import ClassValidationError, IterableValidationError
from cattrs.gen import make_dict_structure_fn, override

from vercel_marketplace._internal.json import is_number
from vercel_marketplace._internal.schema import (
    arms_of,
    describe,
    fields_of,
    is_datetime,
    is_list,
    is_literal,
    is_mapping,
    is_model,
    is_optional,
    is_sequence,
)
from vercel_marketplace.errors import Issue

Read: TypeAlias = Callable[[Any, Any], Any]
Steps: TypeAlias = tuple[str | int, ...]
"""A place in parsed JSON: keys and indices."""


class Reading(NamedTuple):
    """What reading came to.

    Attributes:
        value: The model; `None` where the JSON does not match it.
        issues: What does not match.
    """

    value: Any
    issues: tuple[Issue, ...]


def read_strictly(model: type, parsed: object) -> Reading:
    """Read a model from parsed JSON; anything that does not match is an issue."""
    try:
        return Reading(converter().structure(parsed, model), ())
    except (BaseExceptionGroup, ValueError) as error:
        return Reading(None, tuple(problem.issue for problem in _find_problems(error)))


def read_leniently(model: type, parsed: object) -> Reading:
    """Read a model from parsed JSON; an optional field that does not match is skipped.

    The field is then its default, and the issue holds the value that came. Where a required field
    does not match there is no model.
    """
    try:
        return Reading(converter().structure(parsed, model), ())
    except (BaseExceptionGroup, ValueError) as error:
        problems = [*_find_problems(error)]
    skipped = {problem.optional for problem in problems}
    if None in skipped:
        return Reading(None, tuple(problem.issue for problem in problems))
    matching: Any = parsed
    # The longest first: a field may be inside another one that is skipped as well.
    for steps in sorted(cast("set[Steps]", skipped), key=len, reverse=True):
        matching = _without(matching, steps)
    issues = tuple(
        Issue(problem.issue.path, problem.issue.message, _at(parsed, problem.optional or ()))
        for problem in problems
    )
    return Reading(converter().structure(matching, model), issues)


# Problems ----------------------------------------------------------------------------


class _Problem(NamedTuple):
    """One thing that does not match.

    Attributes:
        issue: What it is, and where in Python's terms.
        optional: The innermost optional field that it is in; `None` where there is none.
    """

    issue: Issue
    optional: Steps | None


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
            yield _Problem(Issue(path, "a required field is missing"), optional)
        case ValueError():
            yield _Problem(Issue(path, str(error)), optional)
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


def _is_open_enum(kind: object) -> bool:
    arms = arms_of(kind)
    return str in arms and any(map(is_literal, arms))


def _optional_reader(kind: object, converter: Converter) -> Read:
    arms: Any = Union[arms_of(kind)]  # noqa: UP007 (its arms are only known here)
    read_arms = converter.get_structure_hook(arms)
    return lambda value, _: None if value is None else read_arms(value, arms)


def _model_reader(model: type, converter: Converter) -> Read:
    names: Any = {field.name: override(rename=field.wire_name) for field in fields_of(model)}
    make: Any = make_dict_structure_fn  # typed for one class, not for any
    read_fields: Read = make(model, converter, **names)

    def read(value: Any, kind: object) -> Any:
        if not isinstance(value, Mapping):
            _refuse("an object", value)
        return read_fields(value, kind)

    return read


def _list_reader(kind: object, converter: Converter) -> Read:
    make: Any = list_structure_factory  # which accepts whatever can be iterated over
    read_entries: Read = make(kind, converter)

    def read(value: Any, kind: object) -> Any:
        if not is_sequence(value):
            _refuse("a list", value)
        return read_entries(value, kind)

    return read


@cache
def converter() -> Converter:
    """Return the converter that all reading goes through."""
    made = Converter(detailed_validation=True)
    made.register_structure_hook(str, _read_str)
    made.register_structure_hook(bool, _read_bool)
    made.register_structure_hook(float, _read_number)
    made.register_structure_hook(int, _read_whole_number)
    made.register_structure_hook_func(is_datetime, _read_datetime)
    made.register_structure_hook_func(is_mapping, _read_json_object)
    made.register_structure_hook_factory(is_model, _model_reader)
    made.register_structure_hook_factory(is_list, _list_reader)
    made.register_structure_hook_func(_is_open_enum, _read_str)
    made.register_structure_hook_factory(is_optional, _optional_reader)
    return made
