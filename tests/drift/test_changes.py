"""The report names each change of the vendored document in one line, at its place."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scripts import check_contract
from scripts.contract.allowlist import read_allowlist, set_aside
from scripts.contract.diff_operations import compare
from scripts.contract.openapi import read_operations
from tests.drift.fixtures import (
    ACCOUNT_SCHEMA,
    ACTION_SCHEMA,
    BILLING_SCHEMA,
    BOOLEAN,
    DOCUMENT,
    EVENT,
    EVENT_SCHEMA,
    INSTALLATION,
    INTEGER,
    JSON,
    MEMBER,
    MEMBER_SCHEMA,
    MONEY,
    OURS,
    SECRETS,
    STRING,
    YES,
    add,
    array,
    at,
    changed,
    content,
    drop,
    each,
    enum,
    move,
    null,
    obj,
    operation,
    place,
    put,
)

KNOWN = read_allowlist(check_contract.ALLOWLIST)
LIMIT = {"in": "query", "name": "limit", "schema": STRING}
MEMBER_PATH = f"{INSTALLATION}/member/{{memberId}}"
MOVED_PATH = MEMBER_PATH.replace("member/", "members/")
EVENTS = EVENT_SCHEMA("properties", "event", "oneOf")
SUCCESS = MEMBER("responses", "200")
FIELDS = MEMBER_SCHEMA("properties")
BILLING, USAGE = [BILLING_SCHEMA("properties", name) for name in ("billing", "usage")]
USAGE_FIELDS = (*USAGE, "items", "properties")
DISCOUNT_FIELDS = (*BILLING, "oneOf", 1, "properties", "discounts", "items", "properties")
OBJECT = {"type": "object", "additionalProperties": STRING}

# The operation, the place, what the document and the package have there: what causes the line.
CHANGES = {
    "get-plan operation: present / missing": put(
        {"get": operation()}, "paths", f"{INSTALLATION}/plan"
    ),
    "get-member operation (marketplace_get_member): missing / present": drop(*MEMBER()),
    f"get-member path: {MOVED_PATH} / {MEMBER_PATH}": move(
        ("paths", MEMBER_PATH), to=("paths", MOVED_PATH)
    ),
    "get-member path parameter 2 (GetMemberRequest.member_id): userId / memberId": each(
        put("userId", *MEMBER("parameters", 1, "name")),
        move(("paths", MEMBER_PATH), to=("paths", MEMBER_PATH.replace("memberId", "userId"))),
    ),
    "get-member path parameter 2 (GetMemberRequest.member_id): integer / string": put(
        INTEGER, *MEMBER("parameters", 1, "schema")
    ),
    "get-member query parameter limit: string, optional / nothing": add(
        LIMIT, *MEMBER("parameters")
    ),
    "get-member header parameter limit: string, optional, deprecated / nothing": add(
        {**LIMIT, "in": "header", "deprecated": True}, *MEMBER("parameters")
    ),
    "get-member method: POST / GET": move(MEMBER(), to=(*MEMBER()[:-1], "post")),
    "get-member id: read-member / get-member": put("read-member", *MEMBER("operationId")),
    "get-member security: no token / a bearer token": put([{}], *MEMBER("security")),
    "get-member deprecation: deprecated / not deprecated": put(YES, *MEMBER("deprecated")),
    "update-resource-secrets deprecation: not deprecated / deprecated": drop(
        *SECRETS("deprecated")
    ),
    "get-member success: 203 / 200": move(SUCCESS, to=MEMBER("responses", "203")),
    "get-member success: 304 / nothing": put({}, *MEMBER("responses", "304")),
    "get-member success: 202 / nothing": put(content(STRING), *MEMBER("responses", "202")),
    "get-member errors: 429 / nothing": put({}, *MEMBER("responses", "429")),
    "get-member errors: nothing / 404, 410": each(
        drop(*MEMBER("responses", "404")), drop(*MEMBER("responses", "410"))
    ),
    "get-member 200: no body / object {id, role, globalUserId, userEmail}, required": drop(
        *SUCCESS, "content"
    ),
    "create-event 201: boolean, required / no body": put(
        content(BOOLEAN), *EVENT("responses", "201")
    ),
    "get-member 200: another media type / object {id, role, globalUserId, userEmail}": put(
        {"text/csv": {}}, *SUCCESS, "content"
    ),
    "get-member 200: array of string / object {id, role, globalUserId, userEmail}": put(
        array(STRING), *SUCCESS, *JSON
    ),
    "get-member 200: null / never null": put(YES, *MEMBER_SCHEMA("nullable")),
    (
        "create-event request (CreateEventRequest.request_body): no body / object {event}, required"
    ): drop(*EVENT("requestBody")),
    "create-event request (CreateEventRequest.request_body): optional / required": drop(
        *EVENT("requestBody", "required")
    ),
    "get-member request: boolean, optional / no body": put(
        content(BOOLEAN), *MEMBER("requestBody")
    ),
    "get-member 200.globalUserId (Member.global_user_id): nothing / string, optional": drop(
        *FIELDS, "globalUserId"
    ),
    "get-member 200.isGuest (Member): boolean, optional / nothing": put(
        BOOLEAN, *FIELDS, "isGuest"
    ),
    "submit-billing-data request.usage[].isEstimate (Usage): boolean, optional / nothing": put(
        BOOLEAN, *USAGE_FIELDS, "isEstimate"
    ),
    "submit-billing-data request.usage[].unit (Usage): object {a}, required / nothing": each(
        put(obj("a", a=null(INTEGER)), *USAGE_FIELDS, "unit"),
        add("unit", *USAGE, "items", "required"),
    ),
    (
        "submit-billing-data request.usage[].tags (Usage): array of (string or null), "
        "optional / nothing"
    ): put(array(null(STRING)), *USAGE_FIELDS, "tags"),
    (
        "submit-billing-data request.billing.discounts[].tax (Discount): money, optional / nothing"
    ): put(MONEY, *DISCOUNT_FIELDS, "tax"),
    "get-member 200.userEmail (Member.user_email): required / optional": add(
        "userEmail", *MEMBER_SCHEMA("required")
    ),
    "get-member 200.role (Member.role): optional / required": put(
        ["id"], *MEMBER_SCHEMA("required")
    ),
    "get-member 200.id (Member.id): null / never null": put(null(STRING), *FIELDS, "id"),
    "get-member 200.userEmail (Member.user_email): null / never null": put(
        null(STRING), *FIELDS, "userEmail"
    ),
    "submit-billing-data request.usage[].planValue (Usage.plan_value): null / never null": put(
        YES, *USAGE_FIELDS, "planValue", "nullable"
    ),
    "get-account-info 200.contact (Account.contact): never null / null": drop(
        *ACCOUNT_SCHEMA("properties", "contact", "nullable")
    ),
    (
        "submit-billing-data request.usage[] (SubmitBillingDataRequestBody.usage): null "
        "/ never null"
    ): put(YES, *USAGE, "items", "nullable"),
    "get-member 200.userEmail (Member.user_email): deprecated / not deprecated": put(
        YES, *FIELDS, "userEmail", "deprecated"
    ),
    "create-event request.* (CreateEventRequestBody): string / nothing": put(
        STRING, *EVENT_SCHEMA("additionalProperties")
    ),
    "submit-billing-data request.usage[].dayValue (Usage.day_value): integer / number": put(
        INTEGER, *USAGE_FIELDS, "dayValue"
    ),
    (
        "submit-billing-data request.usage (SubmitBillingDataRequestBody.usage): map of "
        "string / array of object {resourceId, name, type, units, dayValue, periodValue, planValue}"
    ): put(OBJECT, *USAGE),
    "submit-billing-data request.eod (SubmitBillingDataRequestBody.eod): string / date-time": put(
        STRING, *BILLING_SCHEMA("properties", "eod")
    ),
    "update-invoice request.total (UpdateInvoiceRequestBody.total): string / money": put(
        STRING, *ACTION_SCHEMA("oneOf", 0, "properties", "total")
    ),
    'get-member 200.role (Member.role): "NONE" / nothing': put(
        enum("ADMIN", "USER", "NONE"), *FIELDS, "role"
    ),
    'get-member 200.role (Member.role): nothing / "USER"': put(enum("ADMIN"), *FIELDS, "role"),
    "submit-billing-data request.usage[].type (Usage.type): others / no others": put(
        {"anyOf": [enum("total", "interval", "rate"), STRING]}, *USAGE_FIELDS, "type"
    ),
    'get-member 200.role (Member.role): string / "ADMIN" | "USER" | others': put(
        STRING, *FIELDS, "role"
    ),
    (
        "create-event request.event (CreateEventRequestBody.event): nothing / object "
        '{type: "installation.updated", billingPlanId}'
    ): drop(*EVENTS, 0),
    (
        "submit-billing-data request.billing (SubmitBillingDataRequestBody.billing): "
        "boolean / nothing"
    ): add(BOOLEAN, *BILLING, "oneOf"),
    (
        "update-invoice request (UpdateInvoiceRequest.request_body): object {action: "
        '"void"} / nothing'
    ): add(obj("action", action=enum("void")), *ACTION_SCHEMA("oneOf")),
    (
        'create-event request.event(type "resource.updated").resourceId '
        "(ResourceUpdatedEvent.resource_id): optional / required"
    ): put(["type"], *EVENTS, 1, "required"),
    (
        "create-event request.event (CreateEventRequestBody.event): "
        'object {type: "resource.changed", productId, resourceId} / '
        'object {type: "resource.updated", productId, resourceId}'
    ): put(enum("resource.changed"), *EVENTS, 1, "properties", "type"),
}


@pytest.mark.parametrize("expected", CHANGES)
def test_a_change_is_one_line_of_the_report(expected, tmp_path, capsys):
    """Whatever changes at one place of the document is printed once and in full."""
    path = tmp_path / "document.json"
    path.write_text(json.dumps(changed(CHANGES[expected])))
    assert check_contract.main([str(path)]) == 1
    name, _, difference = expected.partition(" ")
    heading, *lines, blank, summary = capsys.readouterr().out.splitlines()
    assert heading.startswith(f"{name}: ")
    assert lines == [f"  {difference.replace(' / ', ' in the document, ')} in the package"]
    assert (blank, summary[:28]) == ("", "Differences: 1 unexplained, ")


def without_ids(document):
    for item in document["paths"].values():
        for one in item.values():
            del one["operationId"]


UNCHANGED = {
    "no ids": without_ids,
    "a response to all else": put({}, *MEMBER("responses", "default")),
    "parameters in another order": lambda d: at(d, MEMBER("parameters")).reverse(),
    "parameters of the path": move(MEMBER("parameters"), to=("paths", MEMBER_PATH, "parameters")),
    "security of the document": lambda d: d.update(security=at(d, MEMBER()).pop("security")),
    "a token that may be left out": add({}, *MEMBER("security")),
    "a limit": put(STRING | {"maxLength": 9}, *FIELDS, "id"),
    "further fields of a response": put(YES, *MEMBER_SCHEMA("additionalProperties")),
    "members of a response listed": put(
        {"anyOf": [enum("ADMIN", "USER"), STRING]}, *FIELDS, "role"
    ),
    "operations of another part": put({"get": operation(tags=["teams"])}, "paths", "/teams"),
    "a body of a response to HEAD": put(
        content(STRING),
        *place("/resources/{resourceId}/experimentation/global-config", "head"),
        "responses",
        "200",
    ),
}


def unexplained(document):
    """Return what is left of the differences, and of the list."""
    return set_aside(compare(read_operations(document), OURS), KNOWN)


@pytest.mark.parametrize("change", UNCHANGED.values(), ids=UNCHANGED)
def test_what_changes_nothing_for_the_package_is_no_difference(change):
    """A document may say the same elsewhere, or what the package accepts anyway."""
    assert unexplained(changed(change)) == ([], [])


def test_null_as_a_type_says_what_nullable_says():
    """The same document in OpenAPI 3.1 has no other differences."""

    def newer(value):
        if isinstance(value, list):
            return [newer(entry) for entry in value]
        if not isinstance(value, dict):
            return value
        items = {key: newer(entry) for key, entry in value.items()}
        if items.pop("nullable", None) is True:
            items["type"] = [items["type"], "null"]
        return items

    assert compare(read_operations(newer(DOCUMENT)), read_operations(DOCUMENT)) == []


# Any field -------------------------------------------------------------------------------


def objects_in(value, *path):
    """Yield the paths of all schemas with properties, below a place of a document."""
    if isinstance(value, dict) and "properties" in value:
        yield path
    for key, entry in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(entry, dict | list):
            yield from objects_in(entry, *path, key)


def flip_required(schema, name):
    required = schema.setdefault("required", [])
    required.remove(name) if name in required else required.append(name)


def lose_field(schema, name):
    del schema["properties"][name]
    schema["required"] = [other for other in schema.get("required", ()) if other != name]


def in_field(change):
    """Return a change of a schema's field, from one of the field's schema."""

    def change_field(schema, name):
        schema["properties"][name] = change(schema["properties"][name])

    return change_field


def another_type(schema):
    arms = [schema, *schema.get("oneOf", ())]
    other = STRING if schema.get("type") == "boolean" else BOOLEAN
    return other | {"nullable": any(arm.get("nullable") for arm in arms)}


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
MIN_MEMBERS = {"member new": 1, "member gone": 2}


def places_in(document, kind):
    """Yield where a kind of alteration makes a difference: the path of an object, and a field."""
    for path in objects_in(document["paths"], "paths"):
        for field, schema in at(document, path)["properties"].items():
            takes_null = kind != "null" or "type" in schema
            if takes_null and len(schema.get("enum", ())) >= MIN_MEMBERS.get(kind, 0):
                yield path, field


@pytest.mark.parametrize("kind", ALTERATIONS)
@settings(
    max_examples=settings.default.max_examples // 5,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(data=st.data())
def test_an_alteration_of_any_field_is_one_difference(kind, data):
    """Wherever a field of the document changes, that is the one thing the report names."""
    path, field = data.draw(st.sampled_from([*places_in(DOCUMENT, kind)]))
    document = changed()
    ALTERATIONS[kind](at(document, path), field)
    found, stale = unexplained(document)
    if "/sso/" in path[1]:  # of several objects one class: see the entries of the list
        assert found or stale
    else:
        assert len(found) == 1
