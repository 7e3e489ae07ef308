"""Whatever the contract's document allows goes out as it says, and is read."""

import json
import re
from urllib.parse import unquote, urlsplit

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contract.documented import Schemas
from tests.contract.reading import contract, from_json, snake
from tests.fakes import json_response
from tests.operations import DOCUMENTED as OPERATIONS
from tests.operations import exchange

openapi_core = pytest.importorskip("openapi_core", reason="validates requests by the document")
from openapi_core.testing import MockRequest  # noqa: E402 (only where it is installed)
from openapi_core.validation.request.exceptions import RequestValidationError  # noqa: E402

DOCUMENT = contract("marketplace.openapi.json")
DOCUMENTED = {
    operation["operationId"]: (path, operation)
    for path, item in DOCUMENT["paths"].items()
    for operation in item.values()
}
VALIDATOR = openapi_core.OpenAPI.from_dict(DOCUMENT)
REQUESTED, ANSWERED = Schemas(DOCUMENT, answer=False), Schemas(DOCUMENT, answer=True)
SEGMENTS = st.text(min_size=1, max_size=20).filter(lambda text: text not in {".", ".."})
SERVER = DOCUMENT["servers"][0]["url"]
briefly = settings(max_examples=settings.default.max_examples // 2)


def documented(operation_id):
    _, operation = DOCUMENTED[OPERATIONS[operation_id].openapi_id]
    return operation


def schema_of(content):
    return content["content"]["application/json"]["schema"]


@st.composite
def inputs(draw, operation_id):
    """The path's parameters by their names in the document, and a body or `None`."""
    operation = documented(operation_id)
    parameters = {p["name"]: draw(SEGMENTS) for p in operation["parameters"]}
    if "requestBody" not in operation:
        return parameters, None
    bodies = REQUESTED.values(schema_of(operation["requestBody"]))
    required = operation["requestBody"].get("required", False)
    return parameters, draw(bodies if required else st.none() | bodies)


def request_for(operation, parameters, body):
    """The request class's instance for them."""
    if operation.body == "*":
        return from_json(operation.request, body)
    fields = {snake(name): value for name, value in parameters.items()}
    if operation.body is not None:
        (kind,) = (a.type for a in attrs.fields(operation.request) if a.name == operation.body)
        fields[operation.body] = from_json(kind, body)
    return operation.request(**fields)


def segments_of(operation_id, url):
    """What stands in the place of the path's parameters."""
    path, _ = DOCUMENTED[OPERATIONS[operation_id].openapi_id]
    return re.fullmatch(re.sub(r"\{\w+\}", "([^/]+)", SERVER + path), url).groups()


def as_validated(sent):
    """A captured request as openapi-core reads it."""
    return MockRequest(
        SERVER,
        sent.method.lower(),
        urlsplit(sent.url).path,
        headers=dict(sent.headers),
        data=sent.content or None,
        content_type=sent.headers.get("content-type", ""),
    )


@pytest.mark.parametrize("operation_id", OPERATIONS)
@given(data=st.data())
@briefly
def test_any_documented_input_is_sent_as_documented(operation_id, data):
    """The captured request is valid by the document, and says exactly what the input did."""
    parameters, body = data.draw(inputs(operation_id))
    request = request_for(OPERATIONS[operation_id], parameters, body)
    _, recorder = exchange(operation_id, request=request, server_url=SERVER)
    (sent,) = recorder.sent
    VALIDATOR.validate_request(as_validated(sent))
    assert [unquote(text) for text in segments_of(operation_id, sent.url)] == [*parameters.values()]
    assert (json.loads(sent.content) if sent.content else None) == body


@pytest.mark.parametrize(
    "body",
    [
        {"status": "lost"},
        {"status": None},
        {"plan": "pro"},
        {"notification": {"level": "info"}},
        {"billingPlan": {"id": 5, "type": "subscription", "name": "Pro"}},
    ],
    ids=json.dumps,
)
def test_the_validator_sees_what_departs(body):
    """What the test above relies on refuses an unknown member, null, property or type."""
    _, recorder = exchange("update-installation", server_url=SERVER)
    changed = attrs.evolve(recorder.sent[0], content=json.dumps(body).encode())
    with pytest.raises(RequestValidationError):
        VALIDATOR.validate_request(as_validated(changed))


WITH_ANSWER = [id_ for id_, operation in OPERATIONS.items() if operation.response]


@pytest.mark.parametrize("operation_id", WITH_ANSWER)
@given(data=st.data())
@briefly
def test_any_documented_answer_is_read(operation_id, data):
    """A response with fields and enum members of the future gives the value without them."""
    operation = OPERATIONS[operation_id]
    schema = schema_of(documented(operation_id)["responses"][str(operation.success)])
    body = data.draw(ANSWERED.values(schema))
    answer = json_response(data.draw(ANSWERED.with_unknown_fields(schema, body)), operation.success)
    assert exchange(operation_id, answer)[0].unwrap() == from_json(operation.response, body)
