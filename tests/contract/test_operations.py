"""What the check for drift leaves aside: names and parameters of the operations.

Paths, statuses and the fields of bodies are `tests/drift`'s.
"""

import attrs
import pytest

from tests.contract.reading import contract, snake
from tests.operations import DOCUMENTED as OPERATIONS

DOCUMENTED = {
    operation["operationId"]: operation
    for item in contract("marketplace.openapi.json")["paths"].values()
    for operation in item.values()
}


def test_every_parameter_is_in_the_path():
    """No operation has a parameter in its query or headers, which the SDK would leave out."""
    places = {p["in"] for documented in DOCUMENTED.values() for p in documented["parameters"]}
    assert places == {"path"}


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_a_name_that_can_be_read_is_the_documents(operation_id):
    """An operation has a name of its own only where the document spells out its path."""
    openapi_id = OPERATIONS[operation_id].openapi_id
    assert operation_id == openapi_id or "By" in openapi_id


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_a_request_has_the_parameters_and_the_body(operation_id):
    """A request class has the path's parameters in their order, then the body if there is one."""
    ours = OPERATIONS[operation_id]
    documented = DOCUMENTED[ours.openapi_id]
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
