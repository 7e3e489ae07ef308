"""Whatever changes in a document is one difference, at its place."""

import copy

import pytest

from scripts.contract.comparing import ABSENT, compare
from scripts.contract.document import operations_in
from tests.drift.small import (
    ACCOUNT,
    ACTIONS,
    BILLING,
    BOOLEAN,
    EVENTS,
    INSTALLATION,
    MEMBER,
    MONEY,
    SECRETS,
    SMALL,
    SOME_OF_OURS,
    STRING,
    YES,
    add,
    answer,
    array,
    drop,
    enum,
    holding,
    move,
    operation,
    put,
    rename,
    request,
)

NEW = operation("get-plan", "200", "", parameters=["integrationConfigurationId"])
EVENT = request(EVENTS, "properties", "event", "oneOf")
MEMBER_FIELDS = answer(MEMBER, "properties")
USAGE = request(BILLING, "properties", "usage")
ITEM = ("components", "schemas", "Discount")
LIMIT = {"in": "query", "name": "limit", "schema": STRING}
CHANGES = {
    "operation gone": (drop("paths", MEMBER), ("get-member", ABSENT, "missing", "present")),
    "operation new": (
        put({"get": NEW}, "paths", f"{INSTALLATION}/plan"),
        ("get-plan", ABSENT, "present", "missing"),
    ),
    "path": (
        move(("paths", MEMBER), to=("paths", MEMBER.replace("member/", "members/"))),
        ("get-member", "path", MEMBER.replace("member/", "members/"), MEMBER),
    ),
    "path parameter": (
        rename("memberId", "userId", MEMBER),
        ("get-member", "path parameter 2", "userId", "memberId"),
    ),
    "path parameter's type": (
        put({"type": "integer"}, "paths", MEMBER, "get", "parameters", 1, "schema"),
        ("get-member", "path parameter 2", "integer", "string"),
    ),
    "query parameter": (
        put([LIMIT], "paths", MEMBER, "parameters"),
        ("get-member", "query parameter limit", "string, optional", "nothing"),
    ),
    "method": (
        move(("paths", MEMBER, "get"), to=("paths", MEMBER, "post")),
        ("get-member", "method", "POST", "GET"),
    ),
    "id": (
        put("read-member", "paths", MEMBER, "get", "operationId"),
        ("get-member", "id", "read-member", "get-member"),
    ),
    "security": (
        put([], "paths", MEMBER, "get", "security"),
        ("get-member", "security", "no token", "a bearer token"),
    ),
    "no token at all": (
        put([{}], "paths", MEMBER, "get", "security"),
        ("get-member", "security", "no token", "a bearer token"),
    ),
    "deprecated": (
        put(YES, "paths", MEMBER, "get", "deprecated"),
        ("get-member", "deprecation", "deprecated", "not deprecated"),
    ),
    "no longer deprecated": (
        drop("paths", SECRETS, "put", "deprecated"),
        ("update-resource-secrets", "deprecation", "not deprecated", "deprecated"),
    ),
    "success status": (
        move(
            ("paths", MEMBER, "get", "responses", "200"),
            to=("paths", MEMBER, "get", "responses", "203"),
        ),
        ("get-member", "success", "203", "200"),
    ),
    "success status new": (
        put({}, "paths", MEMBER, "get", "responses", "304"),
        ("get-member", "success", "304", "nothing"),
    ),
    "error new": (
        put({}, "paths", MEMBER, "get", "responses", "429"),
        ("get-member", "errors", "429", "nothing"),
    ),
    "error gone": (
        drop("paths", MEMBER, "get", "responses", "404"),
        ("get-member", "errors", "nothing", "404"),
    ),
    "answer gone": (
        drop("paths", MEMBER, "get", "responses", "200", "content"),
        ("get-member", "200", "no body", "object {id, role, globalUserId, userEmail}, required"),
    ),
    "answer new": (
        put(holding(BOOLEAN), "paths", EVENTS, "post", "responses", "201"),
        ("create-event", "201", "boolean, required", "no body"),
    ),
    "answer's media type": (
        put({"text/csv": {}}, "paths", MEMBER, "get", "responses", "200", "content"),
        ("get-member", "200", "another media type", "object {id, role, globalUserId, userEmail}"),
    ),
    "answer a list": (
        put(array(STRING), *answer(MEMBER)),
        ("get-member", "200", "array of string", "object {id, role, globalUserId, userEmail}"),
    ),
    "answer null": (
        put(YES, *answer(MEMBER, "nullable")),
        ("get-member", "200", "required or null", "required"),
    ),
    "body gone": (
        drop("paths", EVENTS, "post", "requestBody"),
        ("create-event", "request", "no body", "object {event}, required"),
    ),
    "body optional": (
        drop("paths", EVENTS, "post", "requestBody", "required"),
        ("create-event", "request", "optional", "required"),
    ),
    "body new": (
        put(holding(BOOLEAN), "paths", MEMBER, "get", "requestBody"),
        ("get-member", "request", "boolean, optional", "no body"),
    ),
    "field gone from an answer": (
        drop(*MEMBER_FIELDS, "globalUserId"),
        ("get-member", "200.globalUserId", "nothing", "string, optional"),
    ),
    "field new in an answer": (
        put(BOOLEAN, *MEMBER_FIELDS, "isGuest"),
        ("get-member", "200.isGuest", "boolean, optional", "nothing"),
    ),
    "field of an answer required": (
        put(["id", "role", "userEmail"], *answer(MEMBER, "required")),
        ("get-member", "200.userEmail", "required", "optional"),
    ),
    "field of an answer optional": (
        put(["id"], *answer(MEMBER, "required")),
        ("get-member", "200.role", "optional", "required"),
    ),
    "field of an answer null": (
        put(STRING | {"nullable": True}, *MEMBER_FIELDS, "id"),
        ("get-member", "200.id", "required or null", "required"),
    ),
    "field of an answer never null": (
        drop(*answer(ACCOUNT, "properties", "contact", "nullable")),
        ("get-account-info", "200.contact", "required", "required or null"),
    ),
    "member new": (
        put(enum("ADMIN", "USER", "NONE"), *MEMBER_FIELDS, "role"),
        ("get-member", "200.role", '"NONE"', "nothing"),
    ),
    "member gone": (
        put(enum("ADMIN"), *MEMBER_FIELDS, "role"),
        ("get-member", "200.role", "nothing", '"USER"'),
    ),
    "enum no more": (
        put(STRING, *MEMBER_FIELDS, "role"),
        ("get-member", "200.role", "string", '"ADMIN" | "USER" | others'),
    ),
    "field deprecated": (
        put(STRING | {"deprecated": True}, *MEMBER_FIELDS, "userEmail"),
        ("get-member", "200.userEmail", "deprecated", "not deprecated"),
    ),
    "field new in a request": (
        put(BOOLEAN, *USAGE, "items", "properties", "isEstimate"),
        ("submit-billing-data", "request.usage[].isEstimate", "boolean, optional", "nothing"),
    ),
    "field of a request null": (
        put({"type": "number", "nullable": True}, *USAGE, "items", "properties", "planValue"),
        ("submit-billing-data", "request.usage[].planValue", "optional or null", "optional"),
    ),
    "item null": (
        put(YES, *USAGE, "items", "nullable"),
        ("submit-billing-data", "request.usage[]", "null too", "never null"),
    ),
    "number whole": (
        put({"type": "integer"}, *USAGE, "items", "properties", "dayValue"),
        ("submit-billing-data", "request.usage[].dayValue", "integer", "number"),
    ),
    "list of a request a map": (
        put({"type": "object", "additionalProperties": STRING}, *USAGE),
        (
            "submit-billing-data",
            "request.usage",
            "map of string",
            "array of object {resourceId, name, type, units, dayValue, periodValue, planValue}",
        ),
    ),
    "moment any string": (
        put(STRING, *request(BILLING, "properties", "eod")),
        ("submit-billing-data", "request.eod", "string", "date-time"),
    ),
    "money any string": (
        put(STRING, *request(ACTIONS, "oneOf", 0, "properties", "total")),
        ("update-invoice", "request.total", "string", "money"),
    ),
    "shared schema": (
        put(MONEY, *ITEM, "properties", "tax"),
        ("submit-billing-data", "request.billing.discounts[].tax", "money, optional", "nothing"),
    ),
    "further fields": (
        put(STRING, *request(EVENTS, "additionalProperties")),
        ("create-event", "request.*", "string", "nothing"),
    ),
    "arm gone": (
        drop(*EVENT, 0),
        (
            "create-event",
            "request.event",
            "nothing",
            'object {type: "installation.updated", billingPlanId}',
        ),
    ),
    "arm new": (
        add(BOOLEAN, *request(BILLING, "properties", "billing", "oneOf")),
        ("submit-billing-data", "request.billing", "boolean", "nothing"),
    ),
    "inside of an arm": (
        put(["type"], *EVENT, 1, "required"),
        (
            "create-event",
            'request.event(type "resource.updated").resourceId',
            "optional",
            "required",
        ),
    ),
    "arm's constant": (
        put(enum("resource.changed"), *EVENT, 1, "properties", "type"),
        (
            "create-event",
            'request.event(type "resource.changed").type',
            '"resource.changed"',
            '"resource.updated"',
        ),
    ),
}


def drift(document):
    """What a document and the package's part of it have in different ways."""
    return compare(operations_in(document), SOME_OF_OURS)


def test_a_document_that_fits_has_no_difference():
    """Where nothing differs, nothing is reported."""
    assert drift(SMALL) == []


@pytest.mark.parametrize(("change", "expected"), CHANGES.values(), ids=CHANGES)
def test_a_change_is_one_difference(change, expected):
    """Whatever changes in a document, at one place, is reported once and in full."""
    document = copy.deepcopy(SMALL)
    change(document)
    assert [(d.operation, d.place, d.document, d.package) for d in drift(document)] == [expected]


@pytest.mark.parametrize(
    "change",
    [
        drop("paths", MEMBER, "get", "operationId"),
        put({}, "paths", MEMBER, "get", "responses", "default"),
        lambda document: document["paths"][MEMBER]["get"]["parameters"].reverse(),
        move(
            ("paths", MEMBER, "get", "parameters"),
            to=("paths", MEMBER, "parameters"),
        ),
        lambda document: document.update(
            security=document["paths"][MEMBER]["get"].pop("security"),
        ),
        put([{}, {"token": []}], "paths", MEMBER, "get", "security"),
        put({"type": "string", "maxLength": 9}, *MEMBER_FIELDS, "id"),
        put(YES, *answer(MEMBER, "additionalProperties")),
    ],
    ids=[
        "no id",
        "an answer to all else",
        "order of parameters",
        "parameters of the path",
        "security of the document",
        "a token that may be left out",
        "a range",
        "further fields",
    ],
)
def test_what_changes_nothing_for_the_package_is_no_difference(change):
    """A document may say the same elsewhere, or what the package takes anyway."""
    document = copy.deepcopy(SMALL)
    change(document)
    assert drift(document) == []


def test_a_difference_names_its_place_in_python():
    """Beside the API's name of a field stands the class and the attribute that hold it."""
    document = copy.deepcopy(SMALL)
    put(STRING, "components", "schemas", "Item", "properties", "quantity")(document)
    assert {d.python for d in drift(document)} == {"LineItem.quantity"}
