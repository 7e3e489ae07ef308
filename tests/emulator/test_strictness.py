"""What is no request, and which property is to blame."""

import json

import pytest
from attrs import frozen

from tests.emulator.acme import GONE, OPERATIONS, WIRE, changed, error_of, send
from vercel_marketplace._internal.operation import Operation
from vercel_marketplace.emulator.reading import read_request
from vercel_marketplace.emulator.refusal import Refusal


def test_the_examples_of_strictness_are_fine_as_they_stand(emulator):
    """Each body below is accepted before a test spoils it."""
    code = {"code": emulator.issue_sso_code()}
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
        ("submit-invoice", ["memo"], None, "`memo`: expected a string, got None"),
        ("submit-invoice", ["memo"], 1, "`memo`: expected a string, got int"),
        ("submit-invoice", ["final"], "yes", "`final`: expected a boolean, got str"),
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
        ("submit-invoice", ["period"], [], "`period`: expected an object, got list"),
        ("submit-invoice", ["items"], {}, "`items`: expected a list of LineItem, got dict"),
        ("submit-invoice", ["items", 0, "total"], GONE, "`items[0].total`: a required"),
        ("submit-invoice", ["items", 0, "total"], 36.0, "`items[0].total`: expected a string"),
        ("submit-invoice", ["items", 0, "total"], "-1", "`items[0].total`: expected a match"),
        ("submit-invoice", ["items", 0, "price"], "1e3", "`items[0].price`: expected a match"),
        ("submit-invoice", ["items", 0, "price"], "1.50\n", "`items[0].price`: expected a match"),
        ("submit-invoice", ["items", 0, "quantity"], "1", "`items[0].quantity`: expected a finite"),
        ("submit-invoice", ["items", 0, "quantity"], float("nan"), "`items[0].quantity`: expected"),
        ("submit-invoice", ["items", 0, "quantity"], 10**400, "`items[0].quantity`: int too"),
        ("submit-invoice", ["test"], {"result": "maybe"}, '`test.result`: expected "paid" or'),
        ("submit-billing-data", ["billing"], "x", "`billing`: expected an object or a list of"),
        ("submit-billing-data", ["billing", "items"], GONE, "`billing.items`: a required"),
        ("submit-billing-data", ["usage", 0, "type"], "x", '`usage[0].type`: expected "total" or'),
        ("submit-billing-data", ["usage", 0, "resource"], "x", "`usage[0].resource`: an unknown"),
        ("create-event", ["event"], GONE, "`event`: a required property is missing"),
        ("create-event", ["event", "type"], GONE, '`event.type`: expected "installation.updated"'),
        ("create-event", ["event", "type"], [], '`event.type`: expected "installation.updated"'),
        ("create-event", ["event", "type"], "resource.updated", "`event.resourceId`: a required"),
        ("create-event", ["event", "resourceId"], "x", "`event.resourceId`: an unknown property"),
        ("update-invoice", ["action"], "pay", '`action`: expected "refund"'),
        ("update-invoice", ["total"], GONE, "`total`: a required property is missing"),
        ("update-resource-secrets", ["secrets"], GONE, "`secrets`: a required"),
        ("update-resource-secrets", ["partial"], 1, "`partial`: expected a boolean, got int"),
        (
            "update-resource-secrets-by-id",
            ["secrets", 0, "environmentOverrides", "staging"],
            "x",
            "`secrets[0].environmentOverrides.staging`: an unknown property",
        ),
        ("exchange-sso-token", ["client_id"], GONE, "`client_id`: a required property"),
        ("exchange-sso-token", ["code"], GONE, "`code`: required with grant_type"),
        ("exchange-sso-token", ["refresh_token"], "r", "`refresh_token`: not allowed with"),
        ("exchange-sso-token", ["clientId"], "x", "`clientId`: an unknown property"),
    ],
)
def test_a_body_that_breaks_the_contract_is_refused(emulator, operation_id, path, value, complaint):
    """A property that is missing, unknown, null or of another type is a 400 that names it."""
    method, url, body = WIRE[operation_id]

    status, code, message = error_of(send(emulator, method, url, changed(body, path, value)))

    assert (status, code) == (400, "bad_request")
    assert message.startswith(f"Invalid request: {complaint}")


@pytest.mark.parametrize("operation_id", sorted(WIRE))
@pytest.mark.parametrize(
    "content",
    [b"{", b"\xff", b"NaN", b"[" * 100_000, '"ü"'.encode("utf-16"), b"[]", b"null", b'"text"'],
    ids=["truncated", "not UTF-8", "NaN", "deep", "UTF-16", "list", "null", "string"],
)
def test_what_is_no_object_is_refused(emulator, operation_id, content):
    """A body that is not JSON, or no object, is a 400 whatever it is."""
    method, path, _ = WIRE[operation_id]

    status, code, _ = error_of(send(emulator, method, path, content))

    assert (status, code) == (400, "bad_request")


@pytest.mark.parametrize("operation_id", sorted(WIRE.keys() - {"update-resource-secrets-by-id"}))
def test_an_empty_body_is_refused(emulator, operation_id):
    """A body may be left out in the one operation that says so."""
    method, path, _ = WIRE[operation_id]

    assert error_of(send(emulator, method, path))[0] == 400


def test_a_refusal_names_no_secret(emulator):
    """What a refused body held does not come back in the answer."""
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


@frozen
class SetNote:
    """A request with such a body."""

    request_body: Note


SET_NOTE = Operation(
    id="set-note",
    method="PUT",
    path="/note",
    request=SetNote,
    body="request_body",
    success=204,
    errors=(),
    repeatable=True,
)


def test_null_is_read_where_it_means_something():
    """Null is a value where leaving a property out is not what `None` stands for."""
    read = read_request(SET_NOTE, {}, b'{"text": null, "link": null}')

    assert read == SetNote(Note(text=None, link=None))


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"{}", "`text`: a required property is missing"),
        (b'{"text": "x", "memo": null}', "`memo`: expected a string, got None"),
    ],
)
def test_null_is_not_leaving_out(content, complaint):
    """A required property has to be there, and an optional one is left out rather than null."""
    with pytest.raises(Refusal) as caught:
        read_request(SET_NOTE, {}, content)

    assert caught.value.message == f"Invalid request: {complaint}."
