"""Reads the package's operations and models into the plain shapes."""

from collections.abc import Mapping
from datetime import datetime
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Final, ForwardRef, get_args, get_origin

import attrs
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
from vercel_marketplace import funcs, models
from vercel_marketplace._internal.operation import AnyOperation
from vercel_marketplace._internal.schema import (
    Money,
    arms_of,
    fields_of,
    is_list,
    is_literal,
    is_model,
    is_optional,
)

_KINDS: Final[Mapping[Any, Kind]] = {
    str: "string",
    Money: "money",
    datetime: "date-time",
    float: "number",
    int: "integer",
    bool: "boolean",
    Any: "anything",
    object: "anything",
}


def operations_of_package() -> list[Operation]:
    """The operations of the function files."""
    return [
        _operation(f"marketplace_{name}", import_module(f"{funcs.__name__}.{name}").OPERATION)
        for _, name, _ in iter_modules(funcs.__path__)
    ]


def _operation(function: str, operation: AnyOperation) -> Operation:
    model: Any = operation.request
    fields = {entry.name: entry for entry in fields_of(model)}
    requests, answers = Models(answer=False), Models(answer=True)
    in_path = [name.partition("}")[0] for name in operation.path.split("{")[1:]]
    wire_names = {name: entry.wire_name for name, entry in fields.items()}
    everything = operation.body == "*"
    parameters = {} if everything else requests.object(model).fields
    request = parameters[wire_names[operation.body]] if operation.body in wire_names else None
    if everything:
        request = _body(requests.shape(model))
    return Operation(
        id=getattr(operation, "openapi_id", operation.id),  # where the two are not one
        name=operation.id,
        python=function,
        method=operation.method,
        path=operation.path.format(**{name: f"{{{wire}}}" for name, wire in wire_names.items()}),
        parameters={
            ("path" if name in in_path else "query", wire_names[name]): parameters[wire_names[name]]
            for name in [*in_path, *(name for name in fields if name not in in_path)]
            if not everything and name != operation.body
        },
        authenticated=operation.authenticated,
        deprecated=operation.replaced_by is not None,
        errors=frozenset(map(str, operation.errors)),
        request=request,
        answers={
            str(operation.success): _body(answers.shape(operation.response))
            if operation.response
            else None,
            **dict.fromkeys(map(str, getattr(operation, "empty_success", ()))),
        },
    )


def _body(shape: Shape) -> Field:
    return Field(shape, duty_of(required=True, nullable=shape.nullable, answer=False))


@frozen(eq=False)
class Models:
    """Reads the annotations of requests, or those of answers.

    Attributes:
        answer: Whether they are of answers: an amount is then a string like any other, and
            `None` stands for a field that is absent as well.
    """

    answer: bool
    _read: dict[Any, Shape] = field(factory=dict, init=False)

    def shape(self, kind: Any) -> Shape:
        """Read an annotation."""
        if isinstance(kind, str | ForwardRef):  # in an alias that holds itself
            name = kind if isinstance(kind, str) else kind.__forward_arg__
            kind = getattr(models, name)
        if kind not in self._read:
            shape = self._read[kind] = Shape()
            shape.settle(map(self._arm, arms_of(kind)), nullable=is_optional(kind))
        return self._read[kind]

    def _arm(self, kind: Any) -> Arm:
        if is_model(kind):
            return self.object(kind)
        if is_literal(kind):
            return Enum(frozenset(map(constant, get_args(kind))), open=False)
        if is_list(kind):
            return Array(self.shape(get_args(kind)[0]))
        if isinstance(get_origin(kind), type) and issubclass(get_origin(kind), Mapping):
            return Object({}, others=self.shape(get_args(kind)[1]))
        return Plain("string" if kind is Money and self.answer else _KINDS[kind])

    def object(self, model: Any) -> Object:
        """Read a model."""
        fields = {}
        others = None
        for a, entry in zip(attrs.fields(model), fields_of(model), strict=True):
            shape = self.shape(entry.kind)
            if a.metadata.get("rest"):
                (others,) = (arm.others for arm in shape.arms if isinstance(arm, Object))
                continue
            # A request leaves out a `None` that is the default; an answer's may be either.
            nullable = is_optional(a.type) and a.default is not None
            fields[entry.wire_name] = Field(
                shape,
                duty_of(required=not entry.optional, nullable=nullable, answer=self.answer),
                python=f"{model.__name__}.{a.name}",
            )
        return Object(fields, None if self.answer else others, model.__name__)
