"""The models and operations hold what the contract's OpenAPI document says, and no more."""

from datetime import datetime
from types import NoneType
from typing import Literal, get_args, get_origin

import attrs
import pytest

from tests.contract.reading import REST, arms, contract, holds_json, item_kind, snake
from tests.recording import OPERATIONS
from vercel_marketplace.models import UNSET, Unset

DOCUMENT = contract("marketplace.openapi.json")
DOCUMENTED = {
    operation["operationId"]: (method.upper(), path, operation)
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
}
# Answers have these as plain strings, without the format that says what they are.
MOMENTS = {"start", "end", "invoiceDate", "paidAt", "refundedAt", "created", "updated"}
PLAIN = {"number": float, "boolean": bool}
# Milliseconds and cents, of which there are no parts.
WHOLE = {"createdAt", "updatedAt", "currencyValueInCents"}
# The API page says that these may be missing where the document requires them.
MAY_BE_MISSING = {"exchange-sso-token.access_token", "exchange-sso-token.token_type"}
# The API page says that null clears it here, too, where the document has an unexplained string.
CLEARED_BY_NULL = {"update-resource.notification"}


def merged(schemas):
    """One object schema of several that one model stands for."""
    properties = {
        name: schema
        | {"nullable": any(s["properties"].get(name, {}).get("nullable") for s in schemas)}
        for s in schemas
        for name, schema in s["properties"].items()
    }
    for name, schema in properties.items():
        if "enum" in schema:
            schema["enum"] = [e for s in schemas for e in s["properties"][name]["enum"]]
    required = set.intersection(*(set(s.get("required", ())) for s in schemas))
    return {"type": "object", "properties": properties, "required": required}


def differences(schema, kind, place, *, answer):
    """Where an annotation departs from its schema."""
    schemas = schema.get("oneOf") or schema.get("anyOf") or [schema]
    kinds = arms(kind)
    if len(kinds) == 1 < len(schemas):
        schemas = [merged(schemas)]
    if get_origin(kinds[0]) is Literal:
        yield from literal_differences(schema, kinds, place, answer=answer)
        return
    if len(kinds) != len(schemas):
        yield f"{place}: {len(kinds)} arms for {len(schemas)}"
        return
    for arm_schema, arm in zip(schemas, kinds, strict=True):
        yield from arm_differences(arm_schema, arm, place, answer=answer)


def literal_differences(schema, kinds, place, *, answer):
    if sorted(get_args(kinds[0])) != sorted(schema.get("enum", ())):
        yield f"{place}: other members"
    # Answers may hold new members, requests may not.
    if kinds[1:] != ([str] if answer else []):
        yield f"{place}: {'closed' if answer else 'open'}"


def arm_differences(schema, kind, place, *, answer):
    name = place.rpartition(".")[2]
    if holds_json(kind):
        if schema["type"] != "object" or "properties" in schema:
            yield f"{place}: any object for {schema}"
    elif attrs.has(kind) and schema["type"] == "object":
        yield from model_differences(schema, kind, place, answer=answer)
    elif item_kind(kind) and schema["type"] == "array":
        yield from differences(schema["items"], item_kind(kind), f"{place}[]", answer=answer)
    else:
        is_moment = schema.get("format") == "date-time" or (answer and name in MOMENTS)
        expected = int if name in WHOLE else PLAIN.get(schema["type"])
        expected = expected or (datetime if is_moment else str)
        if kind is not expected or "enum" in schema:
            yield f"{place}: {kind} for {schema}"


def model_differences(schema, model, place, *, answer):
    fields = {a.name: a for a in attrs.fields(model)}
    properties = schema["properties"]
    rest = {REST} if schema.get("additionalProperties") is True else set()
    for name in fields.keys() ^ {*map(snake, properties), *rest}:
        yield f"{place}.{name}: only on one side"
    for name in properties:
        a = fields.get(snake(name))
        if a is None:
            continue
        inner = f"{place}.{name}"
        required = name in schema.get("required", ()) and inner not in MAY_BE_MISSING
        # A literal that is the default, such as an event's type, is always there, too.
        always_there = a.default not in {None, UNSET}
        if required != always_there:
            yield f"{inner}: {'' if required else 'not '}required"
        is_nullable = may_be_null(properties[name]) or inner in CLEARED_BY_NULL
        if (is_nullable or not required) != (NoneType in get_args(a.type)):
            yield f"{inner}: {'' if is_nullable or not required else 'not '}optional"
        # In a request null is told from nothing where it says something else.
        if (is_nullable and not required and not answer) != (Unset in get_args(a.type)):
            yield f"{inner}: {'' if is_nullable else 'not '}nullable"
        yield from differences(properties[name], a.type, inner, answer=answer)


def may_be_null(schema):
    return any(arm.get("nullable") for arm in [schema, *schema.get("oneOf", ())])


def schema_of(content):
    return content["content"]["application/json"]["schema"] if "content" in content else None


def kind_of_body(operation):
    if operation.body == "*":
        return operation.request
    return next((a.type for a in attrs.fields(operation.request) if a.name == operation.body), None)


def test_the_documents_operations_are_ours():
    """The operations of the document are the operations of the SDK, by the document's names."""
    assert sorted(ours.contract_id for ours in OPERATIONS.values()) == sorted(DOCUMENTED)


def test_every_parameter_is_in_the_path():
    """No operation has a parameter in its query or headers, which the SDK would leave out."""
    places = {p["in"] for _, _, documented in DOCUMENTED.values() for p in documented["parameters"]}
    assert places == {"path"}


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_a_name_that_can_be_read_is_the_documents(operation_id):
    """An operation has a name of its own only where the document spells out its path."""
    contract_id = OPERATIONS[operation_id].contract_id
    assert operation_id == contract_id or "By" in contract_id


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_an_operation_is_as_documented(operation_id):
    """Method, path, statuses and whether a token is sent are those of the document."""
    ours = OPERATIONS[operation_id]
    method, path, documented = DOCUMENTED[OPERATIONS[operation_id].contract_id]
    statuses = sorted(map(int, documented["responses"]))
    assert {
        "method": ours.method,
        "path": ours.path,
        "successes": [ours.success, *ours.success_without_value],
        "errors": list(ours.errors),
        "authenticated": ours.authenticated,
    } == {
        "method": method,
        "path": "".join(snake(p) if i % 2 else p for i, p in enumerate(split_template(path))),
        "successes": [status for status in statuses if status < 400],
        "errors": [status for status in statuses if status >= 400],
        "authenticated": bool(documented["security"]),
    }


def split_template(path):
    """A path with its parameters, braces and all, at the odd places."""
    pieces = path.replace("{", "\0{").replace("}", "}\0").split("\0")
    assert all(piece.startswith("{") for piece in pieces[1::2])
    return pieces


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_a_request_has_the_parameters_and_the_body(operation_id):
    """A request class has the path's parameters in their order, then the body if there is one."""
    ours = OPERATIONS[operation_id]
    _, _, documented = DOCUMENTED[OPERATIONS[operation_id].contract_id]
    if ours.body == "*":
        assert documented["parameters"] == []
        return
    body = documented.get("requestBody")
    fields = attrs.fields(ours.request)
    parameters = [snake(parameter["name"]) for parameter in documented["parameters"]]
    assert [a.name for a in fields] == [*parameters, *(["request_body"] if body else [])]
    assert [a.name for a in fields if a.default is None] == (
        ["request_body"] if body and not body.get("required") else []
    )


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_a_request_body_is_as_documented(operation_id):
    """Properties, what is required, types and enums of a request body are the document's."""
    _, _, documented = DOCUMENTED[OPERATIONS[operation_id].contract_id]
    schema = schema_of(documented.get("requestBody", {}))
    kind = kind_of_body(OPERATIONS[operation_id])
    assert (kind is None) == (schema is None)
    if schema is not None:
        assert list(differences(schema, kind, operation_id, answer=False)) == []


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_a_response_body_is_as_documented(operation_id):
    """Properties, what is required, null, types and enums of an answer are the document's."""
    ours = OPERATIONS[operation_id]
    _, _, documented = DOCUMENTED[OPERATIONS[operation_id].contract_id]
    schema = schema_of(documented["responses"][str(ours.success)])
    assert (ours.response is None) == (schema is None)
    if schema is not None:
        assert list(differences(schema, ours.response, operation_id, answer=True)) == []


@pytest.mark.parametrize(
    ("schema", "difference"),
    [
        ({"properties": {"start": {"type": "string"}}, "required": ["start"]}, "only on one side"),
        ({"properties": {"start": {"type": "number"}}, "required": ["start"]}, "for {'type'"),
        ({"properties": {"start": {"type": "string"}}, "required": []}, "not required"),
    ],
)
def test_the_walker_sees_what_departs(schema, difference):
    """The comparison above finds a missing property, another type and another duty."""
    from vercel_marketplace.models import Period

    found = differences({"type": "object"} | schema, Period, "", answer=True)
    assert any(difference in line for line in found)
