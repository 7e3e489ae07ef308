"""What is no request, and which property is to blame."""

import json
from datetime import datetime

import pytest
from attrs import frozen

from tests.emulator.builders import GONE, WIRE, changed, error_of, send
from tests.operations import OPERATIONS
from vercel_marketplace._internal.operation import Operation
from vercel_marketplace.emulator.api import request_parser
from vercel_marketplace.emulator.api.errors import APIError
from vercel_marketplace.emulator.api.request_parser import parse_request
from vercel_marketplace.models import UNSET, Balance, BillingPlan, Unset


def test_the_examples_of_strictness_are_fine_as_they_stand(emulator):
    """Each body below is accepted before a test spoils it."""
    code = {"code": emulator.tokens.issue_sso_code()}
    emulator.deployments.start_action("branch")
    for operation_id, (method, path, body) in WIRE.items():
        more = code if operation_id == "exchange-sso-token" else {}
        response = send(emulator, method, path, body | more)
        assert response.status_code == OPERATIONS[operation_id].success, operation_id


@pytest.mark.parametrize(
    ("operation_id", "path", "value", "complaint"),
    [
        ("submit-invoice", ["period"], GONE, "`period`: a required property is missing"),
        ("submit-invoice", ["invoiceDate"], GONE, "`invoiceDate`: a required property is missing"),
        ("submit-invoice", ["memos"], "x", "`memos`: an unknown property"),
        ("submit-invoice", ["memo"], None, "`memo`: expected a string, got null"),
        ("submit-invoice", ["memo"], 1, "`memo`: expected a string, got a number"),
        ("submit-invoice", ["final"], "yes", "`final`: expected a boolean, got a string"),
        ("submit-invoice", ["invoiceDate"], "soon", "`invoiceDate`: expected an ISO 8601"),
        ("submit-invoice", ["invoiceDate"], "2026-01-15", "`invoiceDate`: expected an ISO 8601"),
        ("submit-invoice", ["invoiceDate"], 1768478400, "`invoiceDate`: expected a timestamp"),
        (
            "submit-invoice",
            ["invoiceDate"],
            "2026-01-15T12:00:00",
            "`invoiceDate`: expected an ISO 8601",
        ),
        (
            "submit-invoice",
            ["invoiceDate"],
            "0001-01-01T00:00:00+14:00",
            "`invoiceDate`: date value out of range",
        ),
        ("submit-invoice", ["period"], [], "`period`: expected an object, got an array"),
        ("submit-invoice", ["items"], {}, "`items`: expected an array of LineItem, got an object"),
        ("submit-invoice", ["items", 0, "total"], GONE, "`items[0].total`: a required"),
        ("submit-invoice", ["items", 0, "total"], 36.0, "`items[0].total`: expected a string"),
        (
            "submit-invoice",
            ["items", 0, "total"],
            "-1",
            "`items[0].total`: expected a decimal",
        ),
        (
            "submit-invoice",
            ["items", 0, "price"],
            "1e3",
            "`items[0].price`: expected a decimal",
        ),
        (
            "submit-invoice",
            ["items", 0, "price"],
            "1.50\n",
            "`items[0].price`: expected a decimal",
        ),
        ("submit-invoice", ["items", 0, "quantity"], "1", "`items[0].quantity`: expected a finite"),
        (
            "submit-invoice",
            ["items", 0, "quantity"],
            float("nan"),
            "the body cannot be read as JSON",
        ),
        (
            "submit-invoice",
            ["items", 0, "quantity"],
            10**400,
            "`items[0].quantity`: expected a finite",
        ),
        ("submit-invoice", ["test"], {"result": "maybe"}, '`test.result`: expected "paid",'),
        ("submit-billing-data", ["billing"], "x", "`billing`: expected an object or an array of"),
        ("submit-billing-data", ["billing", "items"], GONE, "`billing.items`: a required"),
        ("submit-billing-data", ["usage", 0, "type"], "x", '`usage[0].type`: expected "total",'),
        ("submit-billing-data", ["usage", 0, "resource"], "x", "`usage[0].resource`: an unknown"),
        ("create-event", ["event"], GONE, "`event`: a required property is missing"),
        ("create-event", ["event", "type"], GONE, '`event.type`: expected "installation.updated"'),
        ("create-event", ["event", "type"], [], '`event.type`: expected "installation.updated"'),
        ("create-event", ["event", "type"], "resource.updated", "`event.resourceId`: a required"),
        ("create-event", ["event", "resourceId"], "x", "`event.resourceId`: an unknown property"),
        ("update-invoice", ["action"], "pay", '`action`: expected "refund"'),
        ("update-invoice", ["total"], GONE, "`total`: a required property is missing"),
        ("update-resource-secrets", ["secrets"], GONE, "`secrets`: a required"),
        ("update-resource-secrets", ["partial"], 1, "`partial`: expected a boolean, got a number"),
        (
            "update-resource-secrets-by-id",
            ["secrets", 0, "environmentOverrides", "staging"],
            "x",
            "`secrets[0].environmentOverrides.staging`: an unknown property",
        ),
        ("update-installation", ["notification"], 7, "`notification`: expected an object or a str"),
        (
            "update-installation",
            ["notification", "level"],
            "x",
            '`notification.level`: expected "i',
        ),
        (
            "update-installation",
            ["notification", "href"],
            "//x",
            '`notification.href`: expected "http://…", "https://…" or "sso:…"',
        ),
        ("update-installation", ["notification", "href"], None, "`notification.href`: expected a"),
        ("update-installation", ["status"], None, '`status`: expected "ready"'),
        ("update-installation", ["billingPlan", "name"], GONE, "`billingPlan.name`: a required"),
        ("update-installation", ["billingPlan", "cost"], 1, "`billingPlan.cost`: expected a str"),
        (
            "update-installation",
            ["billingPlan", "seats"],
            [float("nan")],
            "the body cannot be read as JSON",
        ),
        ("rotate-installation-credential", ["client_secret"], GONE, "`client_secret`: a required"),
        ("rotate-installation-credential", ["clientSecret"], "x", "`clientSecret`: an unknown"),
        ("revoke-installation-credential", ["token"], GONE, "`token`: a required property"),
        ("import-resource", ["productId"], GONE, "`productId`: a required property is missing"),
        ("import-resource", ["notification"], None, "`notification`: expected an object, got null"),
        (
            "import-resource",
            ["notification"],
            "x",
            "`notification`: expected an object, got a string",
        ),
        ("import-resource", ["notification", "href"], "ftp://x", "`notification.href`: expected"),
        ("import-resource", ["metadata"], ["x"], "`metadata`: expected an object, got an array"),
        (
            "import-resource",
            ["secrets"],
            {},
            "`secrets`: expected an array of Secret, got an object",
        ),
        (
            "update-resource",
            ["secrets"],
            "x",
            "`secrets`: expected an object or an array of Secret",
        ),
        ("update-resource", ["secrets", "secrets"], GONE, "`secrets.secrets`: a required"),
        ("update-resource", ["productId"], "x", "`productId`: an unknown property"),
        ("submit-prepayment-balances", ["timestamp"], GONE, "`timestamp`: a required property"),
        (
            "submit-prepayment-balances",
            ["balances", 0, "currencyValueInCents"],
            10.5,
            "`balances[0].currencyValueInCents`: expected a whole number",
        ),
        ("create-experimentation-items", ["items", 0, "slug"], GONE, "`items[0].slug`: a required"),
        (
            "create-experimentation-items",
            ["items", 0, "id"],
            "x" * 1025,
            "`items[0].id`: more than",
        ),
        ("create-experimentation-items", ["items", 0, "createdAt"], "1", "`items[0].createdAt`: e"),
        ("update-experimentation-item", ["id"], "x", "`id`: an unknown property"),
        ("update-experimentation-item", ["category"], "x", '`category`: expected "experiment" or'),
        ("replace-global-config", ["data"], None, "`data`: expected an object, got null"),
        (
            "replace-global-config",
            ["data", "dark", 0],
            10**400,
            '`data["dark"][0]`: expected a JSON value, got a number',
        ),
        ("replace-global-config", ["data", "dark", 0], "\ud800", '`data["dark"][0]`: expected a'),
        ("exchange-sso-token", ["client_id"], GONE, "`client_id`: a required property"),
        ("exchange-sso-token", ["code"], GONE, "`code`: required with grant_type"),
        ("exchange-sso-token", ["refresh_token"], "r", "`refresh_token`: not allowed with"),
        ("exchange-sso-token", ["clientId"], "x", "`clientId`: an unknown property"),
        *(
            (operation_id, [name], "x" * 513, f"`{name}`: must have at most 512 characters")
            for operation_id, name in (
                ("rotate-installation-credential", "client_secret"),
                ("revoke-installation-credential", "client_secret"),
                ("revoke-installation-credential", "token"),
            )
        ),
        *(
            (operation_id, ["customClaims"], value, f"`customClaims.{complaint}")
            for operation_id in ("import-resource", "update-resource")
            for value, complaint in (
                ({"roles": ["x"] * 33}, "roles`: must have at most 32 entries"),
                ({"roles": ["x" * 33]}, "roles[0]`: must have at most 32 characters"),
                ({"defaultRole": "x" * 33}, "defaultRole`: must have at most 32 characters"),
                (
                    {"claimRules": [{"claims": {"a": [1]}}]},
                    "claimRules[0].claims.a`: must be a string, a number",
                ),
                (
                    {"claimRules": [{"claims": {}, "when": {"role": []}}]},
                    "claimRules[0].when.role`: must have from 1 to 32 entries",
                ),
                (
                    {"claimRules": [{"claims": {}, "when": {"environment": []}}]},
                    "claimRules[0].when.environment`: must have from 1 to 32 entries",
                ),
                (
                    {"claimRules": [{"claims": {}, "when": {"role": ["x" * 33]}}]},
                    "claimRules[0].when.role[0]`: must have at most 32 characters",
                ),
            )
        ),
    ],
)
def test_a_body_that_breaks_the_contract_is_refused(emulator, operation_id, path, value, complaint):
    """A property that is missing, unknown, null or of another type is a 400 that names it."""
    method, url, body = WIRE[operation_id]

    status, code, message = error_of(send(emulator, method, url, changed(body, path, value)))

    assert (status, code) == (400, "bad_request")
    assert message.startswith(f"Invalid request: {complaint}")


@pytest.mark.parametrize(
    "content",
    [b"{", b"\xff", b"NaN", b"[" * 100_000, '"ü"'.encode("utf-16"), b"null", b'"text"'],
    ids=["truncated", "not UTF-8", "NaN", "deep", "UTF-16", "null", "string"],
)
def test_what_is_no_object_is_refused(emulator, content):
    """A body that is not JSON, or no object, is a 400 whatever it is."""
    method, path, _ = WIRE["submit-invoice"]

    status, code, _ = error_of(send(emulator, method, path, content))

    assert (status, code) == (400, "bad_request")


@pytest.mark.parametrize("operation_id", sorted(WIRE))
def test_a_list_is_no_body(emulator, operation_id):
    """Each operation that has a body wants an object."""
    method, path, _ = WIRE[operation_id]

    assert error_of(send(emulator, method, path, b"[]"))[:2] == (400, "bad_request")


LEFT_OUT = {  # what there is to do then: nothing
    "update-installation": 204,
    "update-resource": 200,
    "update-resource-secrets-by-id": 201,
    "submit-prepayment-balances": 201,
    "create-experimentation-items": 204,
    "update-experimentation-item": 204,
    "replace-global-config": 200,
    "update-deployment-action": 202,
}


@pytest.mark.parametrize("operation_id", sorted(WIRE))
def test_a_body_is_left_out_only_where_it_may_be(emulator, operation_id):
    """An empty body is a 400 where one has to say what to do; anywhere else it does nothing."""
    method, path, _ = WIRE[operation_id]
    if operation_id == "update-experimentation-item":
        send(emulator, *WIRE["create-experimentation-items"])
    if operation_id == "update-deployment-action":
        emulator.deployments.start_action("branch")
    before = emulator._store.state.installations[emulator.installation_id]

    response = send(emulator, method, path)

    assert response.status_code == LEFT_OUT.get(operation_id, 400)
    assert emulator._store.state.installations[emulator.installation_id] == before


def test_a_refusal_names_no_secret(emulator):
    """What a refused body held does not come back in the response."""
    method, path, body = WIRE["update-resource-secrets-by-id"]

    response = send(emulator, method, path, changed(body, ["partial"], "hidden"))

    assert b"hidden" not in response.content


def test_a_refused_request_changes_nothing(emulator):
    """After a 400 there is no invoice, and the next one is the first."""
    method, path, body = WIRE["submit-invoice"]
    send(emulator, method, path, changed(body, ["items"], GONE))

    assert emulator.invoices == {}
    assert json.loads(send(emulator, method, path, body).content) == {"invoiceId": "inv_1"}


@frozen(kw_only=True)
class Note:
    """A body with a property that null clears."""

    text: str | None
    link: str | None = ""
    memo: str | None = None
    colour: str | Unset | None = UNSET


@frozen
class SetNote:
    """A request with such a body."""

    request_body: Note


SET_NOTE = Operation(
    id="set-note",
    api_page="https://example.com/set-note",
    method="PUT",
    path="/note",
    request=SetNote,
    body="request_body",
    success=204,
    errors={},
    idempotent=True,
)


def test_null_is_read_where_it_means_something():
    """Null is a value where leaving a property out is not what `None` stands for."""
    read = parse_request(SET_NOTE, {}, b'{"text": null, "link": null, "colour": null}')

    assert read == SetNote(Note(text=None, link=None, colour=None))


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"{}", "`text`: a required property is missing"),
        (b'{"text": "x", "memo": null}', "`memo`: expected a string, got null"),
    ],
)
def test_null_is_not_leaving_out(content, complaint):
    """A required property has to be there, and an optional one is left out rather than null."""
    with pytest.raises(APIError) as caught:
        parse_request(SET_NOTE, {}, content)

    assert caught.value.message == f"Invalid request: {complaint}."


def nested(levels):
    """An object so many levels deep."""
    return json.loads('{"a":' * levels + "1" + "}" * levels)


@pytest.mark.parametrize(
    ("levels", "expected"), [(200, 200), (201, "`data`: more than 200 levels deep")]
)
def test_any_json_has_a_depth_that_can_be_handled(emulator, levels, expected):
    """Data as deep as the emulator can write again are taken, deeper ones are a 400."""
    method, path, _ = WIRE["replace-global-config"]

    response = send(emulator, method, path, {"data": nested(levels)})

    actual = response.status_code if expected == 200 else error_of(response)[2]
    assert actual == (200 if expected == 200 else f"Invalid request: {expected}.")


def test_a_whole_number_may_be_written_with_a_point(emulator):
    """JSON knows one kind of number: 1050.0 cents are 1050."""
    method, path, body = WIRE["submit-prepayment-balances"]
    place = ["balances", 0, "currencyValueInCents"]

    send(emulator, method, path, changed(body, place, 1050.0))

    assert emulator.received.balances == [Balance(currency_value_in_cents=1050)]


def test_an_open_object_keeps_what_else_it_has(emulator):
    """A billing plan accepts further properties of any name, and they are kept beside its own."""
    method, path, body = WIRE["update-installation"]
    place = ["billingPlan", "additionalProperties"]  # the model's own name for all of these

    send(emulator, method, path, changed(body, place, "x"))

    others = {"seats": [1, None], "additionalProperties": "x"}
    assert emulator.received.installation_update.billing_plan == BillingPlan(
        id="pro", type="subscription", name="Pro", additional_properties=others
    )


class FrozenDatetime(datetime):
    """What freezegun puts in the place of `datetime`."""


@pytest.mark.parametrize("text", ["2026-01-15", "2026-01-15T12:00:00"])
def test_a_frozen_clock_makes_no_date_valid(emulator, monkeypatch, text):
    """A date without its offset is refused too while a library replaces `datetime`."""
    monkeypatch.setattr(request_parser, "datetime", FrozenDatetime)
    method, path, body = WIRE["submit-invoice"]

    response = send(emulator, method, path, changed(body, ["invoiceDate"], text))

    status, _, message = error_of(response)
    assert status == 400
    assert "`invoiceDate`: expected an ISO 8601" in message
