"""The recorded requests and responses of the partner API, as tables for the tests."""

import json

import pytest

from tests.contract.reading import contract, snake
from vercel_marketplace.partner import OPERATIONS

EXAMPLES = {entry["operationId"]: entry for entry in contract("partner.json")}


def table(part, *, where=lambda operation, case: True):
    """A parameter per example: its operation, and itself."""
    return [
        pytest.param(OPERATIONS[id_], case, id=f"{id_}: {case['name']}")
        for id_, entry in EXAMPLES.items()
        for case in entry[part]
        if where(OPERATIONS[id_], case)
    ]


def has_json(operation, case):
    """Whether a response is a success with a body of JSON."""
    return operation.responses.get(case["status"]) is not None and "body" in case


def content_of(case):
    """The bytes of a response's body."""
    if "body" in case:
        return json.dumps(case["body"]).encode()
    return case.get("text", "").encode()


def given(operation, case):
    """What the fields of a request hold, by their names in JSON: whatever they travel in."""
    query = {
        name: json.loads(value) if name == "metadata" else value
        for name, value in case.get("query", {}).items()
    }
    assert {snake(name) for name in query} <= {*operation.query}
    return {**case.get("body", {}), **query, **case["path"]}
