"""The only cattrs converter: how each kind of value is written and read.

Built on first use, for importing cattrs costs more than importing this package. What is
written has been checked before (`checking`); what is read is judged here, open to what the
API may add: unknown fields are passed over, unknown enum members kept. No message names a
value, for it may be a secret.
"""

import math
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any, NoReturn, TypeAlias, cast, get_args

from cattrs import Converter
from cattrs.cols import list_structure_factory
from cattrs.fns import identity
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from vercel_marketplace._internal.schema import (
    arms_of,
    describe,
    fields_of,
    is_list,
    is_literal,
    is_mapping,
    is_model,
    is_optional,
)

Read: TypeAlias = Callable[[Any, Any], Any]
Write: TypeAlias = Callable[[Any], Any]


def _refuse(expected: str, value: object) -> NoReturn:
    msg = f"expected {expected}, got {describe(value)}"
    raise ValueError(msg)


def write_datetime(value: datetime) -> str:
    """The API's form of a moment: UTC, milliseconds (what is finer is cut), `Z`."""
    in_utc = value.astimezone(UTC).replace(tzinfo=None)  # an offset costs more than the rest
    return in_utc.isoformat(timespec="milliseconds") + "Z"


def _read_str(value: object, _: object) -> str:
    if isinstance(value, str):
        return value
    _refuse("a string", value)


def _read_bool(value: object, _: object) -> bool:
    if isinstance(value, bool):
        return value
    _refuse("a boolean", value)


def _read_number(value: object, _: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return value
    _refuse("a finite number", value)


def _read_whole_number(value: object, _: object) -> int:
    # A whole number is what a time in milliseconds is; what is finer is cut, as when written.
    return int(_read_number(value, _))


def _read_json_object(value: Any, _: object) -> Any:
    if isinstance(value, dict):
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


def _is_optional_one(kind: object) -> bool:
    return is_optional(kind) and len(arms_of(kind)) == 1


def _reader_of_optional(kind: object, converter: Converter) -> Read:
    (arm,) = arms_of(kind)
    read_arm = converter.get_structure_hook(arm)
    return lambda value, _: None if value is None else read_arm(value, arm)


def _reader_of_model(model: type, converter: Converter) -> Read:
    names: Any = {field.name: override(rename=field.wire_name) for field in fields_of(model)}
    make: Any = make_dict_structure_fn  # typed for one class, not for any
    read_fields: Read = make(model, converter, **names)

    def read(value: Any, kind: object) -> Any:
        if type(value) is not dict:
            _refuse("an object", value)
        return read_fields(value, kind)

    return read


def _reader_of_list(kind: object, converter: Converter) -> Read:
    (item,) = get_args(kind)
    # Looked up when there is one to read: an answer rarely has all of its lists.
    hook_of = cache(converter.get_structure_hook)

    def read(value: Any, _: object) -> Any:
        entries: list[Any] = value
        if type(value) is not list:
            _refuse("a list", value)
        read_item: Any = hook_of(item) if entries else None
        # In place: a long list's parsed objects are let go one by one.
        for index, entry in enumerate(entries):
            entries[index] = read_item(entry, item)
        return entries

    return read


def _explainer_of_list(kind: object, converter: Converter) -> Read:
    make: Any = list_structure_factory  # which takes whatever can be iterated over
    read_entries: Read = make(kind, converter)

    def read(value: Any, kind: object) -> Any:
        if type(value) is not list:
            _refuse("a list", value)
        return read_entries(value, kind)

    return read


def _writer_of_model(model: type, converter: Converter) -> Write:
    # Shallow: the JSON encoder asks for nested models one by one, so that a long list is
    # never held twice.
    fields: Any = {
        field.name: override(
            rename=field.wire_name,
            omit=field.is_extra,
            omit_if_default=field.optional,
            unstruct_hook=write_datetime if datetime in arms_of(field.kind) else identity,
        )
        for field in fields_of(model)
    }
    write_fields: Callable[[Any], dict[str, Any]] = make_dict_unstructure_fn(
        model, converter, **fields
    )
    rest = next((field.name for field in fields_of(model) if field.is_extra), None)
    if rest is None:
        return write_fields

    def write(value: Any) -> dict[str, Any]:
        return write_fields(value) | (getattr(value, rest) or {})

    return write


def build(*, detailed: bool) -> Converter:
    """Make the converter; `detailed` collects every problem with its path, slowly."""
    converter = Converter(detailed_validation=detailed)
    converter.register_structure_hook(str, _read_str)
    converter.register_structure_hook(bool, _read_bool)
    converter.register_structure_hook(float, _read_number)
    converter.register_structure_hook(int, _read_whole_number)
    converter.register_structure_hook(datetime, _read_datetime)
    converter.register_structure_hook_func(_is_open_enum, _read_str)
    converter.register_structure_hook_func(is_mapping, _read_json_object)
    converter.register_structure_hook_factory(_is_optional_one, _reader_of_optional)
    converter.register_structure_hook_factory(is_model, _reader_of_model)
    converter.register_unstructure_hook_factory(is_model, _writer_of_model)
    read_list = _explainer_of_list if detailed else _reader_of_list
    converter.register_structure_hook_factory(is_list, read_list)
    return converter


@cache
def fast() -> Converter:
    """The converter that calls go through."""
    return build(detailed=False)


@cache
def thorough() -> Converter:
    """The converter that explains a failure."""
    return build(detailed=True)
