"""The package's own OpenAPI document is valid, and says what the package sends."""

import json
import subprocess
import sys

import attrs
import pytest

from tests.operations import OPERATIONS, exchange
from vercel_marketplace import models
from vercel_marketplace.openapi import describe

NULL = {"type": "null"}
DOCUMENT = describe()
SCHEMAS = DOCUMENT["components"]["schemas"]


def operations():
    return {
        operation["x-operation"]: operation
        for item in DOCUMENT["paths"].values()
        for operation in item.values()
    }


def test_every_operation_is_described():
    """Each operation is there once, with its documented statuses."""
    assert {name: {*map(int, one["responses"])} for name, one in operations().items()} == {
        name: {one.success, *one.empty_success, *one.errors} for name, one in OPERATIONS.items()
    }


@pytest.fixture(scope="module")
def validator():
    """Return what judges requests by the document; making it checks the document itself."""
    openapi_core = pytest.importorskip("openapi_core", reason="validates requests by the document")
    return openapi_core.OpenAPI.from_dict(DOCUMENT)


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_what_is_sent_is_valid_by_the_document(operation_id, validator):
    """The document is valid OpenAPI, and the example of each operation is valid by it."""
    from openapi_core.testing import MockRequest

    (server,) = DOCUMENT["servers"]
    _, recorder = exchange(operation_id, server_url=server["url"])
    (sent,) = recorder.sent
    validator.validate_request(
        MockRequest(
            server["url"],
            sent.method.lower(),
            sent.url.removeprefix(server["url"]),
            headers=dict(sent.headers),
            data=sent.content or None,
            content_type=sent.headers.get("content-type", ""),
        )
    )


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_names_its_class(name):
    """A schema has the name of a class of `models`, and its fields those of attributes."""
    schema = SCHEMAS[name]
    model = getattr(models, name)
    fields = {field["x-python"] for field in schema["properties"].values()}
    assert schema["x-python"] == model.__name__
    assert fields <= {f"{name}.{attribute.name}" for attribute in attrs.fields(model)}


@pytest.mark.parametrize(
    ("name", "field", "expected"),
    [
        ("LineItem", "price", {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?$"}),
        ("LineItem", "start", {"type": "string", "format": "date-time"}),
        ("Secret", "value", {"type": "string", "format": "password"}),
        ("Usage", "type", {"type": "string", "enum": ["total", "interval", "rate"]}),
        ("GlobalConfig", "items", {"type": "object", "additionalProperties": {}}),
        ("Account", "contact", {"anyOf": [{"$ref": "#/components/schemas/Contact"}, NULL]}),
    ],
)
def test_a_field_says_what_it_holds(name, field, expected):
    """Amounts, moments, secrets, enums, JSON and null are told from other values."""
    schema = SCHEMAS[name]["properties"][field]
    assert {key: value for key, value in schema.items() if key != "x-python"} == expected


def test_what_may_be_left_out_is_not_required():
    """A field is required where the model has no default, or one that is sent."""
    assert SCHEMAS["Usage"]["required"] == ["name", "type", "units", "dayValue", "periodValue"]


def test_an_open_object_allows_further_fields():
    """A model with a field for further properties allows them, any other one says nothing."""
    openly = [name for name, schema in SCHEMAS.items() if "additionalProperties" in schema]
    assert openly == ["BillingPlan"]


@pytest.mark.subprocess
def test_the_command_prints_the_document():
    """`python -m vercel_marketplace.openapi` prints what `describe` returns, as JSON."""
    command = [sys.executable, "-m", "vercel_marketplace.openapi"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    assert json.loads(done.stdout) == DOCUMENT
    assert done.stderr == ""
