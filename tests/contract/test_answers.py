"""The emulator's responses are what the contract's document says."""

import json
from urllib.parse import urlsplit

import pytest

from tests.contract.reading import contract
from tests.emulator.builders import WIRE, send
from tests.fakes import json_response
from tests.operations import CASES, DEPRECATED, DOCUMENTED, FUNCTIONS
from vercel_marketplace import VercelCore, block_on
from vercel_marketplace.emulator import Emulator

openapi_core = pytest.importorskip("openapi_core", reason="validates answers by the document")
from openapi_core.testing import MockRequest, MockResponse  # noqa: E402 (only where installed)
from openapi_core.validation.response.exceptions import (  # noqa: E402 (only where installed)
    ResponseValidationError,
)

DOCUMENT = contract("marketplace.openapi.json")
VALIDATOR = openapi_core.OpenAPI.from_dict(DOCUMENT)
SERVER = DOCUMENT["servers"][0]["url"]


def validate(method, path, answer):
    """Hold a response against the document; raises where it is another."""
    content_type = answer.headers.get("content-type", "").partition(";")[0]
    VALIDATOR.validate_response(
        MockRequest(SERVER, method.lower(), path),
        MockResponse(
            answer.content,
            status_code=answer.status_code,
            headers=dict(answer.headers),
            content_type=content_type,
        ),
    )


@DEPRECATED
@pytest.mark.parametrize("operation_id", DOCUMENTED)
def test_an_answer_is_as_documented(operation_id):
    """The success of each operation has a documented status, and a body of its schema or none."""
    emulator = Emulator()
    core = VercelCore.blocking(emulator.token, transport=emulator.transport())

    result = block_on(FUNCTIONS[operation_id](core, CASES[operation_id].prepare(emulator)))

    assert result.ok
    sent = emulator.requests[-1]
    validate(sent.method, urlsplit(sent.url).path, result.response)


@pytest.mark.parametrize("single", [False, True])
def test_a_resource_with_everything_is_as_documented(single):
    """All that a resource can have is in its responses in the documented form.

    Custom claims are in the response of one resource alone.
    """
    emulator = Emulator()
    method, path, body = WIRE["import-resource"]
    _, _, installation = WIRE["update-installation"]
    send(emulator, method, path, body | {"billingPlan": installation["billingPlan"]})
    asked = "/resources" + f"/{emulator.resource_id}" * single

    answer = send(emulator, "GET", asked)

    validate("GET", f"/v1/installations/{emulator.installation_id}{asked}", answer)
    read = json.loads(answer.content)
    (resource,) = [read] if single else read["resources"]
    assert resource.keys() >= {"notification", "billingPlanId", "metadata", "status"}
    assert resource.get("customClaims") == (body["customClaims"] if single else None)


def test_the_validator_sees_what_departs():
    """What the tests above rely on refuses a response of another form."""
    with pytest.raises(ResponseValidationError):
        validate("GET", "/v1/installations/x/account", json_response({"url": 7, "contact": None}))
