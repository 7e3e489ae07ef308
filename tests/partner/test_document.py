"""Bodies drawn from Vercel's document: what is valid is understood, what is accepted is valid."""

import copy
import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.contract.documented import Schemas
from tests.contract.generated import JSON_VALUES
from tests.contract.reading import contract
from vercel_marketplace._internal.converter import read_leniently
from vercel_marketplace.models.dicts import to_dict
from vercel_marketplace.partner import OPERATIONS
from vercel_marketplace.partner.bodies import read_body, write_body

openapi_core = pytest.importorskip("openapi_core", reason="validates bodies by the document")
from openapi_core.testing import MockRequest, MockResponse  # noqa: E402 (only where installed)
from openapi_core.validation.response.exceptions import (  # noqa: E402 (only where installed)
    ResponseValidationError,
)

DOCUMENT = contract("partner.openapi.json")
VALIDATOR = openapi_core.OpenAPI.from_dict(DOCUMENT)
SERVER = "https://partner.example"
DOCUMENTED = {
    operation["operationId"]: (path, operation)
    for path, item in DOCUMENT["paths"].items()
    for operation in item.values()
}
JSON = "application/json"

WORDS = st.text(st.characters(codec="ascii", categories=["L", "Nd"]), min_size=1, max_size=9)
AMOUNTS = st.from_regex(r"[0-9]{1,12}(\.[0-9]{1,6})?", fullmatch=True)
SECRETS = st.lists(
    st.fixed_dictionaries(
        {"name": st.from_regex(r"[A-Z_][A-Z0-9_]{0,9}", fullmatch=True), "value": WORDS},
        optional={"environmentOverrides": st.fixed_dictionaries({}, optional={"preview": WORDS})},
    ),
    max_size=3,
    unique_by=lambda secret: secret["name"],
)


class Usable(Schemas):
    """Draws what makes sense, too: no empty names, and amounts where the document has a string."""

    def values(self, schema, name=""):
        if name in {"id", "productId", "providerClaimId", "name", "description", "title"}:
            return WORDS
        if name in {"initialCharge", *("minimumAmount", "maximumAmount")} or "Auto" in name:
            return AMOUNTS
        if name == "secrets":
            return SECRETS
        if name == "plans":
            return st.lists(super().values(schema["items"]), max_size=3, unique_by=by_id)
        return super().values(schema, name)


def by_id(plan):
    return plan["id"]


SCHEMAS = Usable(DOCUMENT, answer=False)
RESPONSES = [
    (OPERATIONS[id_], int(status), content[JSON]["schema"])
    for id_, (_, documented) in DOCUMENTED.items()
    for status, response in documented["responses"].items()
    if (content := response.get("content")) and int(status) in OPERATIONS[id_].responses
]
REQUESTS = [
    (OPERATIONS[id_], documented["requestBody"]["content"][JSON]["schema"])
    for id_, (_, documented) in DOCUMENTED.items()
    if "requestBody" in documented
]


def validate(operation, status, content):
    """Hold a response against the document; raises where it is another."""
    path, _ = DOCUMENTED[operation.id]
    VALIDATOR.validate_response(
        MockRequest(SERVER, operation.method.lower(), path.replace("{", "").replace("}", "")),
        MockResponse(content, status_code=status, content_type=JSON),
    )


def places(value):
    """Every list and object in a JSON value, with each of its keys."""
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from places(value[key])


@st.composite
def changed(draw, drawn):
    """A value of which one part is missing, or another."""
    value = copy.deepcopy(draw(drawn))
    found = [*places(value)]
    assume(found)
    container, key = draw(st.sampled_from(found))
    if draw(st.booleans()):
        del container[key]
    else:
        container[key] = draw(JSON_VALUES)
    return value


@given(st.data())
def test_what_the_document_allows_is_understood(data):
    """A valid response is read without issues, and what is written for it is valid, too."""
    operation, status, schema = data.draw(st.sampled_from(RESPONSES))
    body = data.draw(SCHEMAS.values(schema))
    kind = operation.responses[status]
    value, issues = read_body(kind, json.dumps(body).encode())
    assert issues == ()
    written = write_body(kind, value)
    assert written.issues == ()
    validate(operation, status, written.content)


@given(st.data())
def test_what_is_accepted_is_allowed_by_the_document(data):
    """A response that is read without issues is valid, whatever was made of a valid one."""
    operation, status, schema = data.draw(st.sampled_from(RESPONSES))
    body = data.draw(changed(SCHEMAS.values(schema)))
    value, issues = read_body(operation.responses[status], json.dumps(body).encode())
    if not issues:
        written = write_body(operation.responses[status], value)
        assert written.issues == ()
        validate(operation, status, written.content)


@given(st.data())
def test_requests_that_the_document_allows_are_understood(data):
    """A valid request is read without issues, and nothing of it is lost."""
    operation, schema = data.draw(st.sampled_from(REQUESTS))
    fields = dict.fromkeys(("installationId", "resourceId", "providerClaimId"), "x")
    path, _ = DOCUMENTED[operation.id]
    fields = {name: "x" for name in fields if f"{{{name}}}" in path}
    body = data.draw(SCHEMAS.values(schema)) | fields
    request, issues = read_leniently(operation.request, body)
    assert issues == ()
    assert to_dict(request) == body


@given(st.data())
def test_requests_that_it_does_not_allow_do_not_raise(data):
    """Whatever comes instead is understood in part, or not at all; it is never an exception."""
    operation, schema = data.draw(st.sampled_from(REQUESTS))
    body = data.draw(changed(SCHEMAS.values(schema)) | JSON_VALUES)
    request, issues = read_leniently(operation.request, body)
    assert request is not None or issues


def test_the_validator_sees_what_departs():
    """What the tests above rely on refuses a response of another form."""
    with pytest.raises(ResponseValidationError):
        validate(OPERATIONS["get-resource"], 200, b'{"id": "db_1"}')
