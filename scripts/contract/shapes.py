"""What both sides are read into: operations, and the shapes of what they send.

A shape is what JSON may stand at a place: one or more arms, and perhaps null. Readers fill a
`Shape` after it is made, so that one can hold itself, as a JSON value does.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias

from attrs import define, evolve, field, frozen

Kind: TypeAlias = Literal[
    "string", "money", "date-time", "number", "integer", "boolean", "anything", "another media type"
]
Family: TypeAlias = str

_FAMILIES: Mapping[str, Family] = {"money": "string", "date-time": "string", "integer": "number"}
_ALL_FAMILIES = {"string", "number", "boolean", "array", "object"}
_DEEPEST = 4  # of what a line of the report spells out


@frozen(eq=False)
class Plain:
    """A value that holds no others."""

    kind: Kind


@frozen(eq=False)
class Enum:
    """One of some constants.

    Attributes:
        members: The constants, as JSON.
        open: Whether others of their type are taken too.
    """

    members: frozenset[str]
    open: bool


@frozen(eq=False)
class Array:
    """A list."""

    item: "Shape"


@frozen(eq=False)
class Object:
    """An object with fields; without any, a map.

    Attributes:
        fields: The fields by their name in JSON.
        others: What further fields hold; `None` where there are none, or nothing is said of them.
        python: The model's name, where it is one.
    """

    fields: Mapping[str, "Field"]
    others: "Shape | None" = None
    python: str = ""


Arm: TypeAlias = Plain | Enum | Array | Object


@define(eq=False)
class Shape:
    """What JSON a place may hold.

    Attributes:
        arms: The alternatives; never empty once it is read.
        nullable: Whether null is one of them; not said of what may be anything.
    """

    arms: tuple[Arm, ...] = ()
    nullable: bool = False

    def settle(self, arms: Iterable[Arm], *, nullable: bool) -> "Shape":
        """Take the arms, in the form that two ways to say the same have in common."""
        self.arms, self.nullable = united(arms), nullable
        if self.is_anything or (nullable and self._is_all_of_json()):
            self.arms, self.nullable = (Plain("anything"),), False
        return self

    @property
    def is_anything(self) -> bool:
        """Whether it may be any JSON, null included."""
        return any(isinstance(arm, Plain) and arm.kind == "anything" for arm in self.arms)

    def _is_all_of_json(self) -> bool:
        """Whether it spells out what any JSON value is, with itself inside."""
        inner = [
            *(arm.item for arm in self.arms if isinstance(arm, Array)),
            *(arm.others for arm in self.arms if isinstance(arm, Object) and not arm.fields),
        ]
        return {family_of(arm) for arm in self.arms} == _ALL_FAMILIES and inner == [self, self]


@frozen(eq=False)
class Field:
    """A field of an object, a parameter, or a body.

    Attributes:
        shape: What it holds; whether it may be null is the duty's to say.
        duty: Whether it must be there and may be null; see `duty`.
        deprecated: Whether it is said to be.
        python: Its name in Python, where it has one.
    """

    shape: Shape
    duty: str
    deprecated: bool = False
    python: str = ""


@frozen(eq=False, kw_only=True)
class Operation:
    """An operation, as either side knows it.

    Attributes:
        id: The document's name of it; empty where it has none.
        name: What to call it.
        python: The function's name, where it is one.
        method: The HTTP method, in capitals.
        path: The path, with its parameters in braces.
        parameters: The parameters: those of the path in its order, then the others, each by
            where it is and its name, such as `("query", "limit")`.
        authenticated: Whether it takes a token.
        deprecated: Whether it is said to be.
        errors: The documented error statuses.
        request: What it takes as its body, if anything.
        answers: What each success status brings: `None` for no body.
    """

    id: str
    name: str
    python: str = ""
    method: str
    path: str
    parameters: Mapping[tuple[str, str], Field] = field(factory=dict)
    authenticated: bool
    deprecated: bool
    errors: frozenset[str]
    request: Field | None = None
    answers: Mapping[str, Field | None]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def duty(*, required: bool, nullable: bool, answer: bool) -> str:
    """Say whether a field must be there and may be null, as `Field.duty` does.

    In an answer null says what absence does, so there only a required field tells them apart.
    """
    if not required:
        return "optional or null" if nullable and not answer else "optional"
    return "required or null" if nullable else "required"


def family_of(arm: Arm) -> Family:
    """Which arms an arm can be compared with: those of the same type in JSON."""
    match arm:
        case Plain():
            return _FAMILIES.get(arm.kind, arm.kind)
        case Enum():
            return "string" if all(member.startswith('"') for member in arm.members) else "number"
        case Array():
            return "array"
        case Object():
            return "object"


def united(arms: Iterable[Arm]) -> tuple[Arm, ...]:
    """The arms of a union, without those that another one covers.

    Constants beside the type they are of are an enum that takes others, and an integer is a
    number.
    """
    plain: dict[str, Arm] = {}
    enums: dict[Family, Enum] = {}
    holders: list[Arm] = []
    for arm in arms:
        match arm:
            case Plain():
                plain.setdefault(arm.kind, arm)
            case Enum():
                other = enums.get(family_of(arm), arm)
                enums[family_of(arm)] = Enum(arm.members | other.members, arm.open or other.open)
            case _ if arm not in holders:
                holders.append(arm)
    for family, enum in enums.items():
        if plain.pop(family, None):
            enums[family] = evolve(enum, open=True)
    if "number" in plain:
        plain.pop("integer", None)
    return (*plain.values(), *enums.values(), *holders)


def constant(value: object) -> str:
    """Write a member of an enum, as JSON."""
    return json.dumps(value, ensure_ascii=False)


def label(arm: Arm, number: int) -> str:
    """Name one arm of several: an object by a field that is a constant, such as its type."""
    if not isinstance(arm, Object):
        return describe_arm(arm)
    values = {name: _constant_of(entry) for name, entry in arm.fields.items()}
    fixed = [f"{name} {value}" for name, value in values.items() if value]
    return ", ".join(fixed) or f"arm {number}"


def _constant_of(entry: Field) -> str | None:
    arms = entry.shape.arms
    only = arms[0] if len(arms) == 1 else None
    return next(iter(only.members)) if isinstance(only, Enum) and len(only.members) == 1 else None


def describe(shape: Shape) -> str:
    """Name a shape as a line of the report does."""
    return describe_arms(shape.arms) + (" or null" if shape.nullable else "")


def describe_field(entry: Field) -> str:
    """Name a field that the other side does not have."""
    return f"{describe_arms(entry.shape.arms)}, {entry.duty}"


def describe_arms(arms: Iterable[Arm], depth: int = 0) -> str:
    """Name alternatives, in an order of their own."""
    return " or ".join(sorted({describe_arm(arm, depth) for arm in arms}))


def describe_arm(arm: Arm, depth: int = 0) -> str:
    """Name an arm; one that holds itself, down to some depth."""
    if depth > _DEEPEST:
        return "…"
    match arm:
        case Plain():
            return arm.kind
        case Enum():
            return " | ".join([*sorted(arm.members), *(["others"] if arm.open else [])])
        case Array():
            return f"array of {_parenthesised(arm.item, depth + 1)}"
        case Object() if not arm.fields and arm.others:
            return f"map of {_parenthesised(arm.others, depth + 1)}"
        case Object():
            values = {name: _constant_of(entry) for name, entry in arm.fields.items()}
            names = (f"{name}: {value}" if value else name for name, value in values.items())
            return f"object {{{', '.join(names)}}}"


def _parenthesised(shape: Shape, depth: int) -> str:
    text = describe_arms(shape.arms, depth) + (" or null" if shape.nullable else "")
    return f"({text})" if " or " in text else text
