"""The package is as documented, and would not be with any one field of the contract changed."""

import copy
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scripts import check_contract
from scripts.contract.comparing import compare
from scripts.contract.document import operations_in
from scripts.contract.known import read, set_aside
from scripts.contract.package import operations_of_package
from tests.contract.reading import DATA
from tests.drift.small import BOOLEAN, STRING, at, put

CONTRACT = DATA / "marketplace.openapi.json"
KNOWN = read(check_contract.KNOWN)
OURS = operations_of_package()


@pytest.fixture(scope="module")
def contract():
    """The contract's document."""
    return json.loads(CONTRACT.read_text(encoding="utf-8"))


def unexplained(document):
    """What is left of the differences, and of the list, for operations that the package has."""
    found = [d for d in compare(operations_in(document), OURS) if d.package != "missing"]
    names = {one.name for one in OURS}
    return set_aside(found, [entry for entry in KNOWN if entry.operation in names])


def test_the_package_is_as_documented(contract):
    """No operation of the package departs from the contract, but where it is meant to."""
    assert unexplained(contract) == ([], [])


def test_every_operation_of_the_document_is_in_the_package(contract, capsys):
    """The command has nothing to say about the contract."""
    assert check_contract.main([str(CONTRACT)]) == 0


def test_the_contract_in_openapi_3_1_is_the_same(contract):
    """Null written as a type says what the older form says."""

    def newer(value):
        if isinstance(value, list):
            return [newer(entry) for entry in value]
        if not isinstance(value, dict):
            return value
        changed = {key: newer(entry) for key, entry in value.items()}
        if changed.pop("nullable", None) is True:
            changed["type"] = [changed["type"], "null"]
        return changed

    assert compare(operations_in(newer(contract)), operations_in(contract)) == []


def objects_in(value, *path):
    """The paths of all schemas with properties, below a place of a document."""
    if isinstance(value, dict) and "properties" in value:
        yield path
    entries = value.items() if isinstance(value, dict) else enumerate(value)
    for key, entry in entries:
        if isinstance(entry, dict | list):
            yield from objects_in(entry, *path, key)


def another_type(schema):
    """A schema of another type that takes null where this one does."""
    nullable = any(arm.get("nullable") for arm in [schema, *schema.get("oneOf", ())])
    return (STRING if schema.get("type") == "boolean" else BOOLEAN) | {"nullable": nullable}


def flip_required(schema, name):
    required = schema.setdefault("required", [])
    required.remove(name) if name in required else required.append(name)


def lose_field(schema, name):
    del schema["properties"][name]
    schema["required"] = [other for other in schema.get("required", ()) if other != name]


def in_field(change):
    """A change of a schema's field, from one of the field's schema."""

    def change_field(schema, name):
        schema["properties"][name] = change(schema["properties"][name])

    return change_field


ALTERATIONS = {
    "gone": lose_field,
    "new": lambda schema, name: put(BOOLEAN, "properties", f"{name}Too")(schema),
    "required": flip_required,
    "type": in_field(another_type),
    "member new": in_field(lambda field: field | {"enum": [*field["enum"], "of late"]}),
    "member gone": in_field(lambda field: field | {"enum": field["enum"][1:]}),
    "deprecated": in_field(lambda field: field | {"deprecated": True}),
    "null": in_field(lambda field: field | {"nullable": not field.get("nullable")}),
}
FEWEST_MEMBERS = {"member new": 1, "member gone": 2}


def places_in(document, kind):
    """Where a kind of alteration makes a difference: the path of an object, a field, the kind."""
    for path in objects_in(document["paths"], "paths"):
        name = document["paths"][path[1]][path[2]]["operationId"]
        schema = at(document, path)
        for field, inner in schema["properties"].items():
            if kind == "null":
                # Of an optional field in an answer, null says what absence says.
                if ("responses" in path and field not in schema.get("required", ())) or (
                    inner.get("type", "anything") == "anything"
                ):
                    continue
            elif len(inner.get("enum", ())) < FEWEST_MEMBERS.get(kind, 0):
                continue
            yield name, path, field


@pytest.mark.parametrize("kind", ALTERATIONS)
@settings(
    max_examples=settings.default.max_examples // 5,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_an_alteration_of_the_contract_is_one_difference(kind, data, contract):
    """Wherever a field of the contract changes, that is the one thing the report names."""
    ours = {one.id for one in OURS}
    places = [place for place in places_in(contract, kind) if place[0] in ours]
    name, path, field = data.draw(st.sampled_from(places))
    document = copy.deepcopy(contract)
    ALTERATIONS[kind](at(document, path), field)
    found, stale = unexplained(document)
    if name == "exchange-sso-token":  # of several objects one class: see the entries of the list
        assert found or stale
    else:
        assert len(found) == 1
