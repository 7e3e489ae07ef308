"""The emulator reads requests as the contract has them: no property more, none less, no other."""

import json
import re

import pytest

from tests.contract.reading import contract
from vercel_marketplace._internal.operation import MARKETPLACE
from vercel_marketplace.emulator.api.errors import APIError
from vercel_marketplace.emulator.api.request_parser import parse_request
from vercel_marketplace.emulator.api.router import ROUTES

CONTRACT = contract("marketplace.openapi.json")
# In the contract it is required, but partners leave it out, Vercel's own example among them.
LEFT_OUT = ("exchange-sso-token", "grant_type")
# Where null clears; the contract's own notes say so.
CLEARED = {("update-installation", "notification"), ("update-resource", "notification")}
OF_FORMAT = {"date-time": "2026-01-15T12:00:00.000Z", "uri": "https://acme.example/"}


def described(operation):
    """What the contract says of an operation."""
    path = re.sub(r"_([a-z])", lambda found: found[1].upper(), operation.path)
    return CONTRACT["paths"][path][operation.method.lower()]


def schema_of(operation):
    """The schema of an operation's body."""
    return described(operation)["requestBody"]["content"]["application/json"]["schema"]


def arm_of(schema, arm):
    """The schema, or the arm of a union that is meant by a number."""
    arms = schema.get("oneOf")
    return schema if arms is None else arm_of(arms[min(arm, len(arms) - 1)], arm)


def sample(schema, arm):
    """A value with all that a schema has."""
    schema = arm_of(schema, arm)
    kind = schema["type"]
    if kind == "object":
        return {name: sample(inner, arm) for name, inner in schema.get("properties", {}).items()}
    if kind == "array":
        return [sample(schema["items"], arm)]
    if kind == "string":
        text = "1.50" if "pattern" in schema else "text"
        return schema.get("enum", [OF_FORMAT.get(schema.get("format"), text)])[0]
    return {"number": 2, "boolean": True}[kind]


def places_in(schema, arm, path=()):
    """Every property below a schema: its path, its schema, and whether it may be left out."""
    schema = arm_of(schema, arm)
    if schema["type"] == "array":
        yield from places_in(schema["items"], arm, (*path, 0))
    for name, inner in schema.get("properties", {}).items():
        yield (*path, name), arm_of(inner, arm), name not in schema.get("required", ())
        yield from places_in(inner, arm, (*path, name))


def is_open(schema):
    """Whether an object accepts further properties, and says so."""
    return schema.get("additionalProperties", False) is not False


def named(path):
    """A path as messages write it."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return f"`{text.removeprefix('.')}`"


def refusal_of(operation, body):
    """What is wrong with a body, or `None`."""
    path = dict.fromkeys(re.findall(r"\{(\w+)\}", operation.path), "x")
    try:
        parse_request(operation, path, json.dumps(body).encode())
    except APIError as refusal:
        return refusal.message
    return None


def spoiled(body, path, change):
    """A copy in which one place has been changed."""
    copy = place = json.loads(json.dumps(body))
    for step in path[:-1]:
        place = place[step]
    change(place, path[-1])
    return copy


OPERATIONS = [
    route.operation
    for route in ROUTES
    if route.operation.body and route.operation.tag == MARKETPLACE
]
BODIES = [
    pytest.param(operation, arm, id=f"{operation.id}-{arm}")
    for operation in OPERATIONS
    for arm in (0, 1)
]


def test_the_contract_is_compared_with_something():
    """Sixteen of the twenty-six have a body."""
    assert len(OPERATIONS) == 16


@pytest.mark.parametrize(("operation", "arm"), BODIES)
def test_all_that_the_contract_has_is_read(operation, arm):
    """A body with every property is accepted, in each arm of a union."""
    assert refusal_of(operation, sample(schema_of(operation), arm)) is None


@pytest.mark.parametrize(("operation", "arm"), BODIES)
def test_what_the_contract_requires_is_required(operation, arm):
    """A property can be left out where the contract says so, and nowhere else."""
    schema = schema_of(operation)
    body = sample(schema, arm)
    for path, _, optional in places_in(schema, arm):
        if (operation.id, path[-1]) == LEFT_OUT:
            continue
        complaint = refusal_of(operation, spoiled(body, path, lambda place, at: place.pop(at)))
        assert (complaint is None) == optional, path
        assert complaint is None or named(path) in complaint


@pytest.mark.parametrize(("operation", "arm"), BODIES)
def test_what_is_of_another_type_is_refused(operation, arm):
    """Null, and a value that no schema of the body allows, is refused by name at every place."""
    schema = schema_of(operation)
    body = sample(schema, arm)
    for path, inner, _ in places_in(schema, arm):
        null = () if (operation.id, path[-1]) in CLEARED else (None,)
        for other in (*null, 7 if inner["type"] != "number" else "7"):
            complaint = refusal_of(
                operation,
                spoiled(body, path, lambda place, at, value=other: place.update({at: value})),
            )
            assert complaint is not None, path
            assert named(path) in complaint


@pytest.mark.parametrize(("operation", "arm"), BODIES)
def test_what_the_contract_does_not_have_is_refused(operation, arm):
    """A property that is not in the contract is refused by name, where an object is not open."""
    schema = schema_of(operation)
    body = sample(schema, arm)
    places = [(path, inner) for path, inner, _ in places_in(schema, arm)]
    items = [
        ((*path, 0), arm_of(inner["items"], arm))
        for path, inner in places
        if inner["type"] == "array"
    ]
    objects = [
        path
        for path, inner in [*places, *items]
        if inner.get("type") == "object" and not is_open(inner)
    ]
    for path in [(), *objects]:
        at = (*path, "surplus")
        complaint = refusal_of(
            operation, spoiled(body, at, lambda place, name: place.update({name: 1}))
        )
        assert complaint == f"Invalid request: {named(at)}: an unknown property."
