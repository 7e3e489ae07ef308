"""Reads an OpenAPI 3 document into the plain shapes.

What a schema says of values beyond their type (lengths, ranges, patterns other than that of
money) is passed over: the package leaves it to the API to judge.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from attrs import field, frozen

from scripts.contract.shapes import (
    Arm,
    Array,
    Enum,
    Field,
    Kind,
    Object,
    Operation,
    Plain,
    Shape,
    constant,
)
from scripts.contract.shapes import duty as duty_of

METHODS: Final = ("get", "head", "post", "put", "patch", "delete", "options", "trace")
TAG: Final = "marketplace"
JSON: Final = "application/json"

# Both ways in which the published document escapes the dot.
_MONEY: Final = {r"^[0-9]+(\.[0-9]+)?$", r"^[0-9]+(\\.[0-9]+)?$"}
_COMBINING: Final = {"$ref", "allOf", "oneOf", "anyOf"}
_ANNOTATIONS: Final = {"title", "summary", "description"}
_FIRST_ERROR: Final = "4"  # the first digit of its status

Json = Mapping[str, Any]


class DocumentError(ValueError):
    """It is no OpenAPI document that can be read."""


def operations_in(document: Any) -> list[Operation]:
    """The Marketplace's operations in a document: those with its tag, or without any.

    Raises:
        DocumentError: It is no OpenAPI 3 document, or a reference in it leads nowhere.
    """
    if not isinstance(document, dict):
        msg = "not an OpenAPI document: the JSON is no object"
        raise DocumentError(msg)
    version = str(document.get("openapi", "none"))
    if not version.startswith("3."):
        msg = f"not an OpenAPI 3 document: its version is {version}"
        raise DocumentError(msg)
    try:
        return [*_operations(document)]
    except (AttributeError, KeyError, TypeError, RecursionError) as error:
        msg = f"not a valid OpenAPI document: {type(error).__name__}: {error}"
        raise DocumentError(msg) from error


def _operations(document: Json) -> Iterator[Operation]:
    for path, entry in document.get("paths", {}).items():
        item = resolve(document, entry)
        for method in METHODS:
            operation = item.get(method)
            if operation is not None and TAG in (operation.get("tags") or [TAG]):
                yield _operation(document, method.upper(), path, item, operation)


def _operation(document: Json, method: str, path: str, item: Json, operation: Json) -> Operation:
    statuses = {
        str(status).upper(): resolve(document, answer)
        for status, answer in operation["responses"].items()
        if status != "default"  # every operation may fail in every way
    }
    answers = Schemas(document, answer=True)
    requests = Schemas(document, answer=False)
    security = operation.get("security", document.get("security", []))
    return Operation(
        id=operation.get("operationId", ""),
        name=operation.get("operationId") or f"{method} {path}",
        method=method,
        path=path,
        parameters=_parameters(requests, path, item, operation),
        authenticated=any(security),
        deprecated=bool(operation.get("deprecated")),
        errors=frozenset(status for status in statuses if status >= _FIRST_ERROR),
        request=_body(requests, resolve(document, operation.get("requestBody", {}))),
        answers={
            # An answer to HEAD has no body, whatever is said of it.
            status: None if method == "HEAD" else _body(answers, answer)
            for status, answer in statuses.items()
            if status < _FIRST_ERROR
        },
    )


def _parameters(
    schemas: "Schemas", path: str, item: Json, operation: Json
) -> dict[tuple[str, str], Field]:
    given = [*item.get("parameters", ()), *operation.get("parameters", ())]
    resolved = [resolve(schemas.document, parameter) for parameter in given]
    named = {(p["in"], p["name"]): schemas.parameter(p) for p in resolved}
    in_path = [key for key in named if key[0] == "path"]
    in_path.sort(key=lambda key: path.find(f"{{{key[1]}}}"))
    return {key: named[key] for key in (*in_path, *(key for key in named if key[0] != "path"))}


def _body(schemas: "Schemas", holder: Json) -> Field | None:
    content = holder.get("content")
    if not content:
        return None
    if JSON not in content:
        other = Shape().settle([Plain("another media type")], nullable=False)
        return Field(other, duty_of(required=True, nullable=False, answer=False))
    schema = content[JSON].get("schema", {})
    return schemas.field(schema, required=schemas.answer or bool(holder.get("required")))


def resolve(document: Json, value: Any) -> Any:
    """What a reference stands for; anything else itself.

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
class Schemas:
    """Reads the schemas of requests, or those of answers.

    Attributes:
        document: Where their references lead.
        answer: Whether they are of answers: these may bring further fields and enum members,
            and the form of an amount in them is the API's affair.
    """

    document: Json
    answer: bool
    # By identity, with the schema so that it lives: a schema that holds itself comes back to
    # the shape that is being read.
    _read: dict[int, tuple[Any, Shape]] = field(factory=dict, init=False)

    def shape(self, schema: Any) -> Shape:
        """Read a schema."""
        if isinstance(schema, dict) and schema.keys() - _ANNOTATIONS == {"$ref"}:
            return self.shape(resolve(self.document, {"$ref": schema["$ref"]}))
        if id(schema) in self._read:
            return self._read[id(schema)][1]
        shape = Shape()
        self._read[id(schema)] = schema, shape
        flat = [*self._alternatives(schema)]
        nullable = _takes_null(flat)
        arms = [self._arm(arm) for arm in flat if arm.get("type") != "null"]
        return shape.settle(arms, nullable=nullable)

    def parameter(self, parameter: Json) -> Field:
        """Read a parameter."""
        return Field(
            self.shape(parameter.get("schema", {})),
            duty_of(required=bool(parameter.get("required")), nullable=False, answer=False),
            deprecated=bool(parameter.get("deprecated")),
        )

    def _alternatives(self, schema: Any, trail: tuple[str, ...] = ()) -> Iterator[Json]:
        """A schema as a choice of schemas that neither refer nor combine."""
        if schema is True:
            schema = {}
        reference = schema.get("$ref")
        if reference in trail:
            msg = f"a schema that is made of itself: {reference}"
            raise DocumentError(msg)
        inner = trail if reference is None else (*trail, reference)
        parts: list[list[Any]] = [[part] for part in schema.get("allOf", ())]
        parts += [schema[key] for key in ("oneOf", "anyOf") if key in schema]
        if reference is not None:
            parts.append([resolve(self.document, {"$ref": reference})])
        arms = [{key: value for key, value in schema.items() if key not in _COMBINING}]
        for part in parts:
            choices = [choice for option in part for choice in self._alternatives(option, inner)]
            arms = [merged(arm, choice) for arm in arms for choice in choices]
        for arm in arms:
            types = arm.get("type")
            yield from [arm | {"type": one} for one in types] if isinstance(types, list) else [arm]

    def _arm(self, schema: Json) -> Arm:
        constants = [schema["const"]] if "const" in schema else schema.get("enum", [])
        members = {constant(member) for member in constants if member is not None}
        if members and members != {"true", "false"}:
            return Enum(frozenset(members), open=self.answer)
        match schema.get("type", _implied_type(schema)):
            case "object":
                return self._object(schema)
            case "array":
                return Array(self.shape(schema.get("items", {})))
            case kind:
                return Plain(self._plain(kind, schema))

    def _plain(self, kind: str | None, schema: Json) -> Kind:
        match kind:
            case "string" if schema.get("format") == "date-time":
                return "date-time"
            case "string" if schema.get("pattern") in _MONEY and not self.answer:
                return "money"
            case "string" | "number" | "integer" | "boolean":
                return kind
            case None:
                return "anything"
            case _:
                msg = f"a schema of an unknown type: {kind}"
                raise DocumentError(msg)

    def _object(self, schema: Json) -> Object:
        required = schema.get("required", ())
        properties = schema.get("properties", {})
        properties = properties | {name: {} for name in required if name not in properties}
        further = schema.get("additionalProperties", not properties and "properties" not in schema)
        says_nothing = further is False or (self.answer and properties)
        return Object(
            {
                name: self.field(inner, required=name in required)
                for name, inner in properties.items()
                if not self._is_of_the_other_direction(inner)
            },
            others=None if says_nothing else self.shape(further),
        )

    def _is_of_the_other_direction(self, schema: Any) -> bool:
        return isinstance(schema, dict) and bool(
            schema.get("writeOnly" if self.answer else "readOnly")
        )

    def field(self, schema: Any, *, required: bool) -> Field:
        """Read the schema of a field, or of a body."""
        shape = self.shape(schema)
        # A shape that is still being read, for it holds itself, cannot say it yet.
        nullable = shape.nullable if shape.arms else _takes_null(self._alternatives(schema))
        return Field(
            shape,
            duty_of(required=required, nullable=nullable, answer=self.answer),
            deprecated=isinstance(schema, dict) and bool(schema.get("deprecated")),
        )


def _takes_null(alternatives: Iterable[Json]) -> bool:
    return any(arm.get("nullable") or arm.get("type") == "null" for arm in alternatives)


def _implied_type(schema: Json) -> str | None:
    if "properties" in schema or "required" in schema or "additionalProperties" in schema:
        return "object"
    return "array" if "items" in schema else None


def merged(one: Json, other: Json) -> dict[str, Any]:
    """One schema that asks for what two ask for.

    Null is taken where either takes it: next to a reference or a union that is what is meant,
    though OpenAPI 3.0 gives it no effect there.
    """
    both = {**one, **other}
    if "properties" in one and "properties" in other:
        both["properties"] = one["properties"] | {
            name: _both(one["properties"].get(name, schema), schema)
            for name, schema in other["properties"].items()
        }
    if "required" in one and "required" in other:
        both["required"] = [*dict.fromkeys([*one["required"], *other["required"]])]
    if "enum" in one and "enum" in other:
        both["enum"] = [member for member in one["enum"] if member in other["enum"]]
    if one.get("nullable") or other.get("nullable"):
        both["nullable"] = True
    return both


def _both(one: Any, other: Any) -> Any:
    return other if one == other else {"allOf": [one, other]}
