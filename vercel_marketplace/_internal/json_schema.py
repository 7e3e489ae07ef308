"""JSON Schema of the models, and of whatever else their annotations can say."""

import inspect
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, TypeAlias, get_args

from vercel_marketplace._internal.schema import (
    Field,
    Money,
    arms_of,
    fields_of,
    is_list,
    is_literal,
    is_mapping,
    is_model,
    is_optional,
)
from vercel_marketplace.models._fields import AMOUNT
from vercel_marketplace.models.common import JSONValue

Schema: TypeAlias = dict[str, Any]

_PLAIN: Final[Mapping[object, Schema]] = {
    str: {"type": "string"},
    Money: {"type": "string", "pattern": f"^{AMOUNT.pattern}$"},
    datetime: {"type": "string", "format": "date-time"},
    float: {"type": "number"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
}


class JSONSchemas:
    """Turns annotations into schemas; each model becomes a component.

    Attributes:
        components: The schemas of the models, by the names of their classes.
    """

    def __init__(self) -> None:
        self.components: dict[str, Schema] = {}

    def schema(self, kind: Any, *, nullable: bool = False) -> Schema:
        """Return the schema of an annotation."""
        if kind == JSONValue:
            return {}
        arms = [self._arm(arm) for arm in arms_of(kind)]
        if nullable:
            arms.append({"type": "null"})
        return arms[0] if len(arms) == 1 else {"anyOf": arms}

    def _arm(self, kind: Any) -> Schema:
        if is_model(kind):
            return self._reference(kind)
        if is_literal(kind):
            return {"type": "string", "enum": [*get_args(kind)]}
        if is_list(kind):
            return {"type": "array", "items": self._inner(get_args(kind)[0])}
        if is_mapping(kind):
            return {"type": "object", "additionalProperties": self._inner(get_args(kind)[1])}
        return {**_PLAIN[kind]}

    def _inner(self, kind: Any) -> Schema:
        return self.schema(kind, nullable=is_optional(kind))

    def _reference(self, model: type) -> Schema:
        if model.__name__ not in self.components:
            self._add(model)
        return {"$ref": f"#/components/schemas/{model.__name__}"}

    def _add(self, model: Any) -> None:
        component = self.components[model.__name__] = {}  # first: a model may hold itself
        component |= self.properties(model, fields_of(model))

    def properties(self, model: Any, fields: Iterable[Field]) -> Schema:
        """Return the schema of an object that has some of a model's fields."""
        properties: dict[str, Schema] = {}
        component: Schema = {
            "type": "object",
            "description": docstring_of(model),
            "properties": properties,
            "required": [field.wire_name for field in fields if not field.optional],
            "x-python": model.__name__,
        }
        for field in fields:
            if field.is_extra:
                (mapping,) = arms_of(field.kind)
                component["additionalProperties"] = self._inner(get_args(mapping)[1])
            else:
                properties[field.wire_name] = self.field(model, field)
        return component

    def field(self, model: type, field: Field) -> Schema:
        """Return the schema of a field."""
        schema = self.schema(field.kind, nullable=field.may_be_null)
        secret = {"format": "password"} if field.is_secret else {}
        return schema | secret | {"x-python": f"{model.__name__}.{field.name}"}


def docstring_of(value: object) -> str:
    """Return a docstring; it is empty where Python runs without them."""
    return inspect.getdoc(value) or ""  # python -OO leaves them out
