"""Reads the schemas of an OpenAPI 3 document into facts: what may be at each place of a body.

Schemas that mean the same have the same facts, however they are written. What a schema says of
a value beyond its type (lengths, ranges, patterns other than that of an amount) is left out:
the package leaves it to the API to judge.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from attrs import frozen

Json: TypeAlias = Mapping[str, Any]
Place: TypeAlias = tuple[str, ...]
"""The steps to a place: `("request", ".items", "[]", ".price")`. A step in parentheses is one of
several lists or objects that may be there; `.*` is every field that has no name of its own."""

OTHERS: Final = "others"
RECURSION: Final = "…"
"""The type at a place that is inside of itself: what is there is the same as further out."""

# Both ways in which the published document escapes the dot.
_MONEY: Final = {r"^[0-9]+(\.[0-9]+)?$", r"^[0-9]+(\\.[0-9]+)?$"}
_COMBINING: Final = {"$ref", "allOf", "oneOf", "anyOf"}
_SCALARS: Final = ("string", "number", "integer", "boolean")
_HOLDERS: Final = ("array", "object")
_ALL_OF_JSON: Final = {"string", "number", "boolean", "array", "object"}
_ANYTHING: Final = frozenset({"anything"})


class DocumentError(ValueError):
    """The document cannot be read."""


@frozen
class Fact:
    """What is true at a place.

    Attributes:
        types: What may be there: names of types, constants as JSON, and `others` where the
            constants are not all. One of several objects has its step: `object(type "paid")`.
        notes: What else is said, such as `required`, `optional`, `null` and `deprecated`.
        python: The attribute or parameter that holds it, such as `LineItem.price`.
    """

    types: frozenset[str] = frozenset()
    notes: frozenset[str] = frozenset()
    python: str = ""


Facts: TypeAlias = dict[Place, Fact]


def is_constant(type_: str) -> bool:
    """Whether a type of a fact is a constant, or stands for those that are not listed."""
    return type_ == OTHERS or type_[0] in '"-0123456789'


def label_of(facts: Facts, place: Place) -> str:
    """Name what is at a place among others: a list by its items, an object by its constants."""
    fields = {
        key[-1][1:]: fact.types - {OTHERS}
        for key, fact in facts.items()
        if key[:-1] == place and key[-1].startswith(".")
    }
    if (*place, "[]") in facts and not fields:
        return f"array of {' or '.join(sorted(facts[*place, '[]'].types))}"
    constants = {name: min(one) for name, one in fields.items() if len(one) == 1}
    return ", ".join(f"{name} {one}" for name, one in constants.items() if is_constant(one))


def resolve(document: Json, value: Any) -> Any:
    """Follow a reference; return anything else as it is.

    Raises:
        DocumentError: It leads nowhere, out of the document, or back to itself.
    """
    trail: list[str] = []
    while "$ref" in value:
        reference = value["$ref"]
        if reference in trail or not reference.startswith("#/"):
            msg = f"a reference that cannot be followed: {reference}"
            raise DocumentError(msg)
        trail.append(reference)
        value = document
        for step in reference[2:].split("/"):
            name = step.replace("~1", "/").replace("~0", "~")
            if not isinstance(value, dict) or name not in value:
                msg = f"a reference that leads nowhere: {reference}"
                raise DocumentError(msg)
            value = value[name]
    return value


@frozen(eq=False)
class SchemaReader:
    """Reads the schemas of requests, or those of responses.

    Attributes:
        document: Where their references lead.
        response: Whether they are of responses: these may bring further fields and enum
            members, and the form of an amount in them is the API's affair.
    """

    document: Json
    response: bool

    def read(
        self,
        schema: Any,
        place: Place,
        notes: Iterable[str] = (),
        python: str = "",
        trail: tuple[int, ...] = (),
    ) -> Facts:
        """Return the facts of a schema: those of its own place and of all below it.

        Args:
            schema: The schema.
            place: Where it is.
            notes: What is said of the place elsewhere, such as `required`.
            python: What holds it in Python, unless the schema says so.
            trail: The ids of the schemas that this one is inside of.
        """
        schema = {} if schema is True else schema
        python = schema.get("x-python", python)
        said = {*notes, *(["deprecated"] if schema.get("deprecated") else [])}
        source = id(resolve(self.document, schema))
        if source in trail:
            return {place: Fact(frozenset({RECURSION}), frozenset(said), python)}
        arms = [*self._alternatives(schema)]
        null = any(arm.get("nullable") or _type_of(arm) == "null" for arm in arms)
        facts: Facts = {place: Fact()}
        types: set[str] = set()
        for arm in arms:
            types |= set() if _type_of(arm) in _HOLDERS else self._scalar_types(arm)
        for kind in _HOLDERS:
            found = {repr(arm): arm for arm in arms if _type_of(arm) == kind}.values()
            for number, arm in enumerate(found, 1):
                read = self._items if kind == "array" else self._fields
                inside = {place: Fact(frozenset({kind}), python=python)}
                inside |= read(arm, place, python, (*trail, source))
                step = ""
                if len(found) > 1:
                    label = label_of(inside, place) or f"arm {number}"
                    repeated = (*place, f"({label})") in facts
                    step = f"({label}, arm {number})" if repeated else f"({label})"
                    inside = {
                        (*place, step, *key[len(place) :]): fact for key, fact in inside.items()
                    }
                types.add(kind + step)
                facts |= inside
        if types >= _ANYTHING or (null and _is_all_of_json(types, facts, place)):
            null, types, facts = False, {*_ANYTHING}, {}
        said |= {"null"} if null else set()
        facts[place] = Fact(_united(types), frozenset(said), python)
        return facts

    def _items(self, schema: Json, place: Place, python: str, trail: tuple[int, ...]) -> Facts:
        return self.read(schema.get("items", {}), (*place, "[]"), (), python, trail)

    def _fields(self, schema: Json, place: Place, python: str, trail: tuple[int, ...]) -> Facts:
        required = schema.get("required", ())
        properties = schema.get("properties", {})
        properties = properties | {name: {} for name in required if name not in properties}
        facts: Facts = {}
        for name, inner in properties.items():
            if inner is not True and inner.get("writeOnly" if self.response else "readOnly"):
                continue
            notes = ["required" if name in required else "optional"]
            facts |= self.read(inner, (*place, f".{name}"), notes, python, trail)
        further = schema.get("additionalProperties", not properties and "properties" not in schema)
        if further is not False and not (self.response and properties):
            facts |= self.read(further, (*place, ".*"), (), python, trail)
        return facts

    def _alternatives(self, schema: Any, trail: tuple[str, ...] = ()) -> Iterator[Json]:
        """Yield what a schema is a choice of: schemas that neither refer nor combine."""
        schema = {} if schema is True else schema
        reference = schema.get("$ref")
        if reference in trail:
            msg = f"a schema that is made of itself: {reference}"
            raise DocumentError(msg)
        parts: list[list[Any]] = [[part] for part in schema.get("allOf", ())]
        parts += [schema[key] for key in ("oneOf", "anyOf") if key in schema]
        if reference is not None:
            parts.append([resolve(self.document, {"$ref": reference})])
            trail = (*trail, reference)
        arms = [{key: value for key, value in schema.items() if key not in _COMBINING}]
        for part in parts:
            choices = [choice for option in part for choice in self._alternatives(option, trail)]
            arms = [_merged(arm, choice) for arm in arms for choice in choices]
        for arm in arms:
            types = arm.get("type")
            yield from [arm | {"type": one} for one in types] if isinstance(types, list) else [arm]

    def _scalar_types(self, schema: Json) -> frozenset[str]:
        constants = [schema["const"]] if "const" in schema else schema.get("enum", [])
        members = {json.dumps(one, ensure_ascii=False) for one in constants if one is not None}
        if members and members != {"true", "false"}:
            return frozenset(members | {OTHERS} if self.response else members)
        kind = _type_of(schema)
        if kind is None:
            return _ANYTHING
        if kind == "null":
            return frozenset()
        if kind not in _SCALARS:
            msg = f"a schema of an unknown type: {kind}"
            raise DocumentError(msg)
        if kind == "string" and schema.get("format") == "date-time":
            kind = "date-time"
        elif kind == "string" and schema.get("pattern") in _MONEY and not self.response:
            kind = "money"
        return frozenset({kind})


def _type_of(schema: Json) -> str | None:
    """Return the type of a schema: the one it names, or else the one that it is about."""
    if "type" in schema:
        return str(schema["type"])
    if schema.keys() & {"properties", "required", "additionalProperties"}:
        return "object"
    return "array" if "items" in schema else None


def _united(types: set[str]) -> frozenset[str]:
    """Leave out what another type covers.

    Constants and the type they are of are constants with others, and an integer is a number.
    """
    covered = {"integer"} if "number" in types else set[str]()
    if "string" in types and any(one.startswith('"') for one in types):
        covered, types = {*covered, "string"}, {*types, OTHERS}
    return frozenset(types - covered)


def _is_all_of_json(types: set[str], facts: Facts, place: Place) -> bool:
    """Whether it is spelled out what any JSON value is, with itself inside of lists and maps."""
    inner = [fact.types for step, fact in facts.items() if step != place]
    return types >= _ALL_OF_JSON and all(one <= {RECURSION, *_ANYTHING} for one in inner)


def _merged(one: Json, other: Json) -> dict[str, Any]:
    """Return a schema that asks for what two ask for.

    Null is taken where either takes it: next to a reference or a union that is what is meant,
    though OpenAPI 3.0 gives it no effect there.
    """
    both = {**one, **other}
    if "properties" in one and "properties" in other:
        both["properties"] = {**one["properties"], **other["properties"]}
        for name in one["properties"].keys() & other["properties"].keys():
            parts = [side["properties"][name] for side in (one, other)]
            if parts[0] != parts[1]:
                both["properties"][name] = {"allOf": parts}
    if "required" in one and "required" in other:
        both["required"] = [*dict.fromkeys([*one["required"], *other["required"]])]
    if "enum" in one and "enum" in other:
        both["enum"] = [member for member in one["enum"] if member in other["enum"]]
    if one.get("nullable") or other.get("nullable"):
        both["nullable"] = True
    return both
