"""The meaning of a model's annotations: read once per class, shared by all that walk models.

Types are compared by `isinstance` and `issubclass`, never by identity: a user's subclass is what
it derives from, and a library that replaces `datetime` while tests run is understood, too.
"""

import re
import types
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Literal, NamedTuple, NewType, TypeGuard, Union, get_args, get_origin

import attrs

from vercel_marketplace.models._fields import EXTRA, mask, money, optional_money
from vercel_marketplace.models.unset import UNSET, Unset

Money = NewType("Money", str)
"""The kind of a field that holds an amount; annotated as the `str` that it is."""

_STEP_END = re.compile(r"[.\[]")
_NOTHING = {type(None), Unset}
_NOT_LISTS = (str, bytes, bytearray, memoryview)  # sequences that JSON has no list for


class Field(NamedTuple):
    """A field of a model.

    Attributes:
        name: Its name in Python.
        wire_name: Its name in JSON.
        kind: What it holds: its annotation, or `Money`.
        default: Its default; `attrs.NOTHING` where it has none.
        optional: Whether it is left out of the JSON when it is its default, `None` or `UNSET`.
        required: Whether a model cannot be made without it.
        is_secret: Whether its value must not be shown.
        is_extra: Whether it holds further properties, which are written next to the other fields.
    """

    name: str
    wire_name: str
    kind: Any
    default: Any
    optional: bool
    required: bool
    is_secret: bool
    is_extra: bool

    @property
    def may_be_null(self) -> bool:
        """Whether null has a meaning; it has none where `None` leaves the field out."""
        return is_optional(self.kind) and (may_be_unset(self.kind) or not self.optional)

    @property
    def is_tag(self) -> bool:
        """Whether it tells models apart: a constant that JSON always has."""
        return is_literal(self.kind) and self.default in get_args(self.kind)


@cache
def fields_of(model: Any) -> tuple[Field, ...]:
    """Return the fields of a model, in the order of the API schema."""
    return tuple(
        Field(
            name=a.name,
            wire_name=_wire_name(model, a.name),
            kind=_kind_of(a),
            default=a.default,
            optional=a.default is UNSET or (is_optional(a.type) and a.default is None),
            required=a.default is attrs.NOTHING,
            is_secret=a.repr is mask,
            is_extra=a.metadata == EXTRA,
        )
        for a in attrs.fields(model)
    )


def _kind_of(attribute: Any) -> Any:
    if attribute.converter is money:
        return Money
    return Money | None if attribute.converter is optional_money else attribute.type


def _wire_name(model: Any, name: str) -> str:
    """Return the name in camelCase, or unchanged for the models of the SSO endpoint."""
    if getattr(model, "_wire_case", "camel") == "snake":
        return name
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))


@cache
def fields_by_name(model: Any) -> Mapping[str, Field]:
    """Return the fields of a model by their names in Python."""
    return {field.name: field for field in fields_of(model)}


def to_wire_path(model: Any, path: str) -> str:
    """Return a path that begins with a field of a model as JSON has it."""
    name = _STEP_END.split(path, maxsplit=1)[0]
    return fields_by_name(model)[name].wire_name + path.removeprefix(name)


def is_only_from_vercel(model: type) -> bool:
    """Whether Vercel alone writes a model, so that the API may add to it at any time.

    That are responses of the Marketplace API, and requests of the partner API.
    """
    return getattr(model, "_only_in_responses", False) or getattr(model, "_only_from_vercel", False)


def is_model(kind: object) -> TypeGuard[type]:
    """Whether an annotation is one of the SDK's own classes."""
    return isinstance(kind, type) and attrs.has(kind)


def is_list(kind: object) -> bool:
    """Whether an annotation is `list[X]` or `Sequence[X]`."""
    return get_origin(kind) in {list, Sequence}


def is_mapping(kind: object) -> bool:
    """Whether an annotation is `dict[str, JSONValue]` or `Mapping[str, JSONValue]`."""
    return get_origin(kind) in {dict, Mapping}


def is_literal(kind: object) -> bool:
    """Whether an annotation is `Literal[…]`."""
    return get_origin(kind) is Literal


def is_datetime(kind: object) -> bool:
    """Whether an annotation is `datetime`, or a class that stands in for it."""
    return isinstance(kind, type) and issubclass(kind, datetime)


def is_sequence(value: object) -> TypeGuard[Sequence[Any]]:
    """Whether a value can be written as a JSON list."""
    return isinstance(value, Sequence) and not isinstance(value, _NOT_LISTS)


def is_object(value: object) -> TypeGuard[Mapping[Any, Any]]:
    """Whether a value can be written as a JSON object."""
    return isinstance(value, Mapping)


def is_optional(kind: object) -> bool:
    """Whether an annotation allows `None`."""
    return _is_union(kind) and type(None) in get_args(kind)


def may_be_unset(kind: object) -> bool:
    """Whether an annotation allows `UNSET`."""
    return _is_union(kind) and Unset in get_args(kind)


def arms_of(kind: object) -> tuple[Any, ...]:
    """Return the arms of a union without `None` and `UNSET`; of anything else, itself."""
    if _is_union(kind):
        return tuple(arm for arm in get_args(kind) if arm not in _NOTHING)
    return (kind,)


def models_by_tag(models: Iterable[type]) -> tuple[str, dict[str, type]]:
    """Return the field that tells the models of a union apart, and the models by its values."""
    tagged = [
        (field.name, tag, model)
        for model in models
        for field in fields_of(model)
        if field.is_tag
        for tag in get_args(field.kind)
    ]
    return tagged[0][0], {tag: model for _, tag, model in tagged}


def _is_union(kind: object) -> bool:
    return get_origin(kind) in {Union, types.UnionType}


def name_of(kind: Any) -> str:
    """Return the name of an annotation for a message to the user."""
    if is_list(kind):
        return f"a list of {' or '.join(map(name_of, arms_of(get_args(kind)[0])))}"
    return str(kind.__name__)


def alternatives(members: Iterable[str]) -> str:
    """Return the members of an enum for a message to the user."""
    *others, last = (f'"{member}"' for member in members)
    return f"{', '.join(others)} or {last}" if others else last
