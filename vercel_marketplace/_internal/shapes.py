"""What a model's annotations mean: read once a class, shared by encode and decode."""

import types
from collections.abc import Sequence
from functools import cache
from typing import Any, Literal, TypeGuard, Union, get_args, get_origin

import attrs

_UNIONS = (Union, types.UnionType)


def wire_name(model: type, name: str) -> str:
    """The JSON name of a field: camelCase, but for the models of the SSO endpoint."""
    if getattr(model, "_wire_case", "camel") == "snake":
        return name
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


@cache
def fields_of(model: Any) -> tuple["attrs.Attribute[Any]", ...]:
    """The fields of a model, in the order of the contract."""
    return tuple(attrs.fields(model))


def is_model(kind: object) -> TypeGuard[type]:
    """Whether an annotation is one of the SDK's own classes."""
    return isinstance(kind, type) and attrs.has(kind)


def is_list(kind: object) -> bool:
    """Whether an annotation is `list[X]` or `Sequence[X]`."""
    return get_origin(kind) in {list, Sequence}


def arms_of(kind: object) -> tuple[object, ...]:
    """The arms of a union, `None` aside; of anything else, itself."""
    if get_origin(kind) in _UNIONS:
        return tuple(arm for arm in get_args(kind) if arm is not type(None))
    return (kind,)


def is_optional(kind: object) -> bool:
    """Whether an annotation allows `None`."""
    return get_origin(kind) in _UNIONS and type(None) in get_args(kind)


def name_of(kind: object) -> str:
    """Name an annotation as a message to the user does."""
    if is_list(kind):
        return f"a list of {get_args(kind)[0].__name__}"
    return getattr(kind, "__name__", str(kind))


def describe(value: object) -> str:
    """Name a value's type; the value itself may be a secret."""
    if value is None:
        return "None"
    return type(value).__name__


def is_literal(kind: object) -> bool:
    """Whether an annotation is `Literal[…]`."""
    return get_origin(kind) is Literal
