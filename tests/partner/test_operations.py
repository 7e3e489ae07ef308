"""The table of the partner API says what Vercel's document says."""

import re
from pathlib import Path

import pytest

from scripts.contract.diff_operations import compare
from scripts.contract.openapi import read_operations
from tests.contract.reading import contract
from vercel_marketplace.openapi import describe_partner_api
from vercel_marketplace.partner import OPERATIONS

DOCUMENT = contract("partner.openapi.json")
DOCUMENTED = {
    operation["operationId"]: operation | {"tags": ["marketplace"]}
    for item in DOCUMENT["paths"].values()
    for operation in item.values()
}
DOCUMENT["paths"] = {
    path: {method: DOCUMENTED[one["operationId"]] for method, one in item.items()}
    for path, item in DOCUMENT["paths"].items()
}

# Each difference that is meant, by its place: its operations, and the reason.
MEANT = {
    ("200.finalized", "optional", "required"): "written always, so that it is seen in a log",
    (
        "request",
        "required",
        "optional",
    ): "a body that may be empty may as well be left out",
    ("202.sync", "false or others", "boolean"): "a rule of the class says that it is false",
    ("200.sync", "false or others or true", "boolean"): "true and false are what a bool can be",
    (
        "200.secrets",
        "required (arm 2), absent (arm 1)",
        "optional",
    ): "one class, whose rules say when there are secrets",
    (
        "200.partial",
        "optional (arm 2), absent (arm 1)",
        "optional",
    ): "one class, whose rules say when there are secrets",
    (
        "202.secrets",
        "nothing",
        "array of object {name, value, prefix, environmentOverrides}, optional",
    ): "of the class for 200; a rule says that there are none",
    ("202.partial", "nothing", "boolean, optional"): "of the class for 200",
    ("request.status", "no others", "others"): "an unknown state must not stop a request",
    ("request.acceptedPolicies.*", "date-time", "anything"): "partners saw other values",
    ("request.account.contact", "never null", "null"): "the Marketplace API allows it",
}


def test_the_document_and_the_table_agree():
    """Operations, paths, parameters, statuses, fields, types and enums are those documented.

    That a field is deprecated is said in its docstring.
    """
    found = compare(read_operations(DOCUMENT), read_operations(describe_partner_api()))
    differences = {(one.place, one.document, one.package) for one in found}
    assert {one for one in differences if one[1] != "deprecated"} == MEANT.keys()


@pytest.mark.parametrize("operation_id", DOCUMENTED)
def test_an_operation_is_as_documented(operation_id):
    """Need, tokens, media types and bodies of errors are those of the document."""
    operation, documented = OPERATIONS[operation_id], DOCUMENTED[operation_id]
    assert operation.need == documented["x-need"].replace("unknown", "optional")
    assert operation.tokens >= {*documented["x-token"]}
    assert operation.writes == any(
        parameter["$ref"].endswith("/idempotencyKey") for parameter in documented["parameters"]
    )
    bodies = {
        int(status): one.get("content", {}) for status, one in documented["responses"].items()
    }
    media_types = {name for status in operation.responses for name in bodies[status]}
    assert media_types <= {*operation.media_types}
    errors = {
        status: "Error" in str(content)
        for status, content in bodies.items()
        if status in operation.errors
    }
    assert {status for status, usual in errors.items() if not usual} == {*operation.error_bodies}


def test_a_user_may_read_plans_where_the_document_is_not_sure():
    """Only where refusing a token would stop installations are more kinds accepted."""
    more = {
        id_: operation.tokens - {*DOCUMENTED[id_]["x-token"]}
        for id_, operation in OPERATIONS.items()
    }
    assert {id_: kinds for id_, kinds in more.items() if kinds} == {
        "list-billing-plans-for-product": {"user"},
        "list-billing-plans-for-installation": {"user"},
    }


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_an_operation_is_complete(operation):
    """Each part of the path and of the query is a field of the request; the rest is the body."""
    names = {*re.findall(r"{(\w+)}", operation.path), *operation.query}
    fields = [one.name for one in operation.body]
    assert not names & {*fields}
    request = operation.request.__name__
    assert request == "".join(map(str.capitalize, operation.name.split("_"))) + "Request"
    assert operation.api_page.endswith(f"/reference/partner/{operation.id}")


def test_the_reference_lists_every_operation():
    """The table of the reference page has a row per operation, as it is declared."""
    page = (Path(__file__).parents[2] / "docs" / "reference" / "partner.md").read_text("utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert [row.split("`")[1] for row in rows] == [*OPERATIONS]
    for row, operation in zip(rows, OPERATIONS.values(), strict=True):
        assert f"`{operation.request.__name__}`" in row
        assert row.endswith(
            f"| {' or '.join(sorted(operation.tokens, reverse=True))} | {operation.need} |"
        )
        accepted = row.split("|")[3]
        assert [int(status) for status in re.findall(r"\b\d{3}\b", accepted)] == [
            *operation.responses
        ]
