"""The embedded Marketplace, through the SDK and on the wire."""

import base64
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from importlib import import_module
from pkgutil import iter_modules
from threading import Thread

import pytest

from vercel_marketplace import (
    Headers,
    HTTPRequest,
    SyncVercel,
    Vercel,
    VercelBadRequestError,
    VercelConflictError,
    VercelCore,
    VercelForbiddenError,
    VercelNotFoundError,
    block_on,
    funcs,
)
from vercel_marketplace import models as m
from vercel_marketplace.emulator import Clock, Emulator
from vercel_marketplace.emulator.routes import ROUTES

# Operations that the emulator has no rule for; each that gets one is to be taken out here.
UNROUTED = {
    "update-installation",
    "rotate-installation-credential",
    "revoke-installation-credential",
    "finalize-installation",
    "get-integration-resources",
    "get-integration-resource",
    "delete-integration-resource",
    "import-resource",
    "update-resource",
    "submit-prepayment-balances",
    "create-experimentation-items",
    "update-experimentation-item",
    "delete-experimentation-item",
    "get-global-config",
    "head-global-config",
    "replace-global-config",
}
MODULES = {
    info.name: module
    for info in iter_modules(funcs.__path__)
    if (module := import_module(f"{funcs.__name__}.{info.name}")).OPERATION.id not in UNROUTED
}
OPERATIONS = {module.OPERATION.id: module.OPERATION for module in MODULES.values()}
FUNCTIONS = {module.OPERATION.id: getattr(module, name) for name, module in MODULES.items()}
INSTALLATION = Emulator.installation_id
DEPRECATED = pytest.mark.filterwarnings("ignore:update-resource-secrets is:DeprecationWarning")

PERIOD = m.Period(
    start=datetime(2026, 1, 1, tzinfo=UTC), end=datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC)
)
NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)
USAGE = m.Usage(name="Size", type="total", units="GB", day_value=1.5, period_value=2)


def item(total="36.00"):
    """A line of an invoice."""
    return m.LineItem(
        billing_plan_id="pro", name="Compute", price="0.05", quantity=1, units="h", total=total
    )


def invoice(**changes):
    """The body of an invoice that is fine."""
    given = {"invoice_date": NOON, "period": PERIOD, "items": [item()]} | changes
    return m.SubmitInvoiceRequestBody(**given)


def day(**changes):
    """Billing data that are fine."""
    given = {"timestamp": NOON, "eod": NOON, "period": PERIOD, "billing": [item()]} | changes
    return m.SubmitBillingDataRequestBody(usage=[USAGE], **given)


def secrets(*names, value="new", partial=None):
    """A body that sets secrets of these names."""
    return m.UpdateResourceSecretsRequestBody(
        secrets=[m.Secret(name=name, value=value) for name in names], partial=partial
    )


def refund(total):
    """The body that asks for a refund."""
    return m.UpdateInvoiceRequestBody(action="refund", reason="Downtime", total=total)


@pytest.fixture
def emulator():
    return Emulator()


@pytest.fixture
def marketplace(emulator):
    """The blocking methods, on the emulator."""
    with SyncVercel(bearer_token=emulator.token, transport=emulator.transport()) as vercel:
        yield Here(vercel.marketplace)


class Here:
    """The methods, with the installation filled in."""

    def __init__(self, marketplace):
        self._marketplace = marketplace

    def __getattr__(self, name):
        method = getattr(self._marketplace, name)
        if name == "exchange_sso_token":
            return method
        return lambda **arguments: method(integration_configuration_id=INSTALLATION, **arguments)


def submitted(marketplace, **changes):
    """The id of an invoice that was just submitted."""
    return marketplace.submit_invoice(request_body=invoice(**changes)).invoice_id


def request_of(emulator, operation_id):
    """A request that the emulator accepts as it stands, after `inv_1` was submitted."""
    return {
        "get-account-info": lambda: m.GetAccountInfoRequest(INSTALLATION),
        "get-member": lambda: m.GetMemberRequest(INSTALLATION, emulator.member_id),
        "create-event": lambda: m.CreateEventRequest(
            INSTALLATION, m.CreateEventRequestBody(event=m.InstallationUpdatedEvent())
        ),
        "submit-billing-data": lambda: m.SubmitBillingDataRequest(INSTALLATION, day()),
        "submit-invoice": lambda: m.SubmitInvoiceRequest(INSTALLATION, invoice()),
        "get-invoice": lambda: m.GetInvoiceRequest(INSTALLATION, "inv_1"),
        "update-invoice": lambda: m.UpdateInvoiceRequest(INSTALLATION, "inv_1", refund("1")),
        "update-resource-secrets": lambda: m.UpdateResourceSecretsRequest(
            INSTALLATION, emulator.product_id, emulator.resource_id, secrets("A")
        ),
        "update-resource-secrets-by-id": lambda: m.UpdateResourceSecretsByIdRequest(
            INSTALLATION, emulator.resource_id, secrets("A")
        ),
        "exchange-sso-token": lambda: m.ExchangeSsoTokenRequestBody(
            code=emulator.issue_sso_code(),
            client_id=emulator.client_id,
            client_secret=emulator.client_secret,
        ),
    }[operation_id]()


def send(emulator, method, path, body=b"", token=Emulator.token):
    """Send a request past the SDK, as any client might; `path` is below the installation."""
    prefix = "" if path.startswith("/v1/") else f"/v1/installations/{INSTALLATION}"
    return emulator.answer(
        HTTPRequest(
            method=method,
            url=f"https://api.vercel.com{prefix}{path}",
            headers=Headers({"authorization": f"Bearer {token}"}),
            content=body if isinstance(body, bytes) else json.dumps(body).encode(),
        )
    )


def error_of(response):
    """The status and the error of an answer."""
    error = json.loads(response.content)["error"]
    assert error.keys() == {"code", "message"}
    return response.status_code, error["code"], error["message"]


# The ten operations ------------------------------------------------------------------


def test_every_function_has_a_route_and_the_reverse():
    """The emulator's table and the SDK's functions hold the very same operations, once each."""
    assert sorted(route.operation.id for route in ROUTES) == sorted(OPERATIONS)
    assert {id(route.operation) for route in ROUTES} == set(map(id, OPERATIONS.values()))


def check(emulator, operation_id, result):
    """The result is the documented success, and came over the emulator."""
    assert result.ok, result
    assert result.response.status_code == OPERATIONS[operation_id].success
    assert result.response.request_id
    assert bool(result.response.content) == (OPERATIONS[operation_id].response is not None)


@DEPRECATED
@pytest.mark.anyio
@pytest.mark.parametrize("operation_id", OPERATIONS)
async def test_each_operation_works_async(emulator, operation_id):
    """An async core carries out each of the operations, on asyncio and on trio."""
    core = VercelCore(bearer_token=emulator.token, transport=emulator.transport())
    await FUNCTIONS["submit-invoice"](core, request_of(emulator, "submit-invoice"))

    result = await FUNCTIONS[operation_id](core, request_of(emulator, operation_id))

    check(emulator, operation_id, result)


@DEPRECATED
@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_each_operation_works_in_a_thread_without_a_loop(emulator, operation_id):
    """A blocking core carries out each of the operations in a plain thread."""
    core = VercelCore.blocking(bearer_token=emulator.token, transport=emulator.transport())
    results = []

    def work():
        block_on(FUNCTIONS["submit-invoice"](core, request_of(emulator, "submit-invoice")))
        results.append(block_on(FUNCTIONS[operation_id](core, request_of(emulator, operation_id))))

    thread = Thread(target=work)
    thread.start()
    thread.join()

    check(emulator, operation_id, results[0])


@pytest.mark.anyio
async def test_one_emulator_serves_every_client(emulator):
    """Async and blocking clients on transports of one emulator see the same Marketplace."""
    body = invoice(external_id="x")
    with SyncVercel(bearer_token=emulator.token, transport=emulator.transport()) as vercel:
        answer = vercel.marketplace.submit_invoice(
            integration_configuration_id=INSTALLATION, request_body=body
        )
    async with Vercel(bearer_token=emulator.token, transport=emulator.transport()) as vercel:
        read = await vercel.marketplace.get_invoice(
            integration_configuration_id=INSTALLATION, invoice_id=answer.invoice_id
        )

    assert read.external_id == "x"


def test_two_emulators_have_nothing_in_common(emulator, marketplace):
    """What is submitted to one emulator is not in another."""
    submitted(marketplace)

    assert list(emulator.invoices) == ["inv_1"]
    assert Emulator().invoices == {}


def test_the_same_calls_have_the_same_answers():
    """Two emulators answer the same requests with the same bytes, ids and times included."""
    first, second = Emulator(), Emulator()
    bodies = []
    for emulator in (first, second):
        body = {
            "code": emulator.issue_sso_code(),
            "client_id": emulator.client_id,
            "client_secret": emulator.client_secret,
        }
        bodies.append(send(emulator, "POST", "/v1/integrations/sso/token", body))

    assert bodies[0] == bodies[1]


# Tokens ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "authorization", [None, "Bearer ", "Bearer unknown", f"Basic {Emulator.token}", Emulator.token]
)
def test_a_wrong_token_is_forbidden(emulator, authorization):
    """Without the installation's bearer token every call for it is a 403."""
    url = f"https://api.vercel.com/v1/installations/{INSTALLATION}/account"
    headers = Headers({} if authorization is None else {"authorization": authorization})

    response = emulator.answer(HTTPRequest(method="GET", url=url, headers=headers))

    assert error_of(response) == (403, "forbidden", "Not authorized")


def test_the_token_is_for_its_installation_alone(emulator):
    """The token opens no other installation."""
    response = send(emulator, "GET", "/v1/installations/icfg_other/account")

    assert error_of(response) == (403, "forbidden", "Not authorized")


def test_a_refused_token_comes_back_as_the_sdk_says_it(emulator):
    """A client with an unknown token gets a `VercelForbiddenError`."""
    vercel = SyncVercel(bearer_token="unknown", transport=emulator.transport())

    with pytest.raises(VercelForbiddenError):
        vercel.marketplace.get_account_info(integration_configuration_id=INSTALLATION)


# What does not exist -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "body", "message"),
    [
        ("GET", "/member/usr_other", b"", "Member not found"),
        ("GET", "/member/a%2Fb", b"", "Member not found"),
        ("GET", "/billing/invoices/inv_1", b"", "Invoice not found"),
        (
            "POST",
            "/billing/invoices/inv_1/actions",
            {"action": "refund", "reason": "x", "total": "1"},
            "Invoice not found",
        ),
        ("PUT", "/resources/db_other/secrets", {"secrets": []}, "Resource not found"),
        (
            "PUT",
            f"/products/{Emulator.product_id}/resources/db_other/secrets",
            {"secrets": []},
            "Resource not found",
        ),
        (
            "PUT",
            f"/products/other/resources/{Emulator.resource_id}/secrets",
            {"secrets": []},
            "Product not found",
        ),
        (
            "POST",
            "/events",
            {"event": {"type": "resource.updated", "resourceId": "db_other"}},
            "Resource not found",
        ),
        ("DELETE", "/account", b"", "Endpoint not found"),
        ("GET", "/accounts", b"", "Endpoint not found"),
        ("GET", "/v1/else", b"", "Endpoint not found"),
    ],
)
def test_what_does_not_exist_is_not_found(emulator, method, path, body, message):
    """An unknown member, invoice, resource, product or endpoint is a 404."""
    assert error_of(send(emulator, method, path, body)) == (404, "not_found", message)


# Strictness --------------------------------------------------------------------------

LINE = {
    "billingPlanId": "pro",
    "name": "Compute",
    "price": "0.05",
    "quantity": 720,
    "units": "hours",
    "total": "36.00",
}
DATES = {"start": "2026-01-01T00:00:00Z", "end": "2026-01-31T23:59:59.999Z"}
BILL = {"invoiceDate": "2026-01-15T12:00:00.000Z", "period": DATES, "items": [LINE]}
BILLING = {
    "timestamp": "2026-01-15T12:00:00+01:00",
    "eod": "2026-01-15T23:59:59Z",
    "period": DATES,
    "billing": {"items": [LINE], "discounts": []},
    "usage": [{"name": "Size", "type": "total", "units": "GB", "dayValue": 1.5, "periodValue": 2}],
}
SECRET = {"name": "A", "value": "hidden", "environmentOverrides": {"preview": "hidden too"}}
GRANT = {"code": "c", "client_id": Emulator.client_id, "client_secret": Emulator.client_secret}
WIRE = {
    "submit-invoice": ("POST", "/billing/invoices", BILL),
    "submit-billing-data": ("POST", "/billing", BILLING),
    "create-event": ("POST", "/events", {"event": {"type": "installation.updated"}}),
    "update-invoice": (
        "POST",
        "/billing/invoices/inv_1/actions",
        {"action": "refund", "reason": "x", "total": "1"},
    ),
    "update-resource-secrets": (
        "PUT",
        f"/products/{Emulator.product_id}/resources/{Emulator.resource_id}/secrets",
        {"secrets": [SECRET]},
    ),
    "update-resource-secrets-by-id": (
        "PUT",
        f"/resources/{Emulator.resource_id}/secrets",
        {"secrets": [SECRET], "partial": True},
    ),
    "exchange-sso-token": ("POST", "/v1/integrations/sso/token", GRANT),
}
GONE = object()


def changed(body, path, value):
    """A copy of a body in which one place is another value, or gone."""
    copy = place = json.loads(json.dumps(body))
    for step in path[:-1]:
        place = place[step]
    if value is GONE:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return copy


def test_the_examples_of_strictness_are_fine_as_they_stand(emulator):
    """Each body below is accepted before a test spoils it."""
    invoice_first = WIRE["submit-invoice"]
    assert send(emulator, *invoice_first).status_code == 200
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


# Invoices ----------------------------------------------------------------------------


def test_an_invoice_is_kept_as_it_was_sent(emulator, marketplace):
    """An invoice is pending at first, and holds what was submitted with its total and times."""
    discount = m.Discount(billing_plan_id="pro", name="Welcome", amount="0.05")
    body = invoice(
        external_id="bill-1", memo="Thanks", items=[item("0.1"), item("0.2")], discounts=[discount]
    )

    answer = marketplace.submit_invoice(request_body=body)

    assert answer == m.SubmitInvoiceResponseBody(invoice_id="inv_1")
    read = marketplace.get_invoice(invoice_id="inv_1")
    assert read == m.GetInvoiceResponseBody(
        invoice_id="inv_1",
        external_id="bill-1",
        state="pending",
        invoice_date=NOON,
        period=PERIOD,
        memo="Thanks",
        items=[item("0.1"), item("0.2")],
        discounts=[discount],
        total="0.25",
        created=emulator.clock.now(),
        updated=emulator.clock.now(),
    )
    assert emulator.invoices == {"inv_1": read}


def test_a_total_is_never_rounded(emulator, marketplace):
    """A total keeps every digit, however many there are."""
    most, least = "9" * 40, f"0.{'0' * 40}1"

    submitted(marketplace, items=[item(most), item(least)])

    assert emulator.invoices["inv_1"].total == f"{most}.{'0' * 40}1"


def test_an_external_id_is_taken_once(emulator, marketplace):
    """A second invoice with the same external id is a 409, and is not kept."""
    submitted(marketplace, external_id="bill-1")

    with pytest.raises(VercelConflictError) as caught:
        submitted(marketplace, external_id="bill-1")

    assert caught.value.code == "conflict"
    assert list(emulator.invoices) == ["inv_1"]


def test_invoices_without_an_external_id_are_all_different(marketplace):
    """Without an external id a repeated submission makes another invoice."""
    assert [submitted(marketplace), submitted(marketplace)] == ["inv_1", "inv_2"]


@pytest.mark.parametrize("date", [PERIOD.start, PERIOD.end])
def test_an_invoice_date_may_be_either_end_of_the_period(marketplace, date):
    """The period's first and last moment are inside it."""
    assert submitted(marketplace, invoice_date=date) == "inv_1"


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        (
            {"invoice_date": PERIOD.start - timedelta(milliseconds=1)},
            "`invoiceDate`: outside the period",
        ),
        (
            {"invoice_date": PERIOD.end + timedelta(milliseconds=1)},
            "`invoiceDate`: outside the period",
        ),
        (
            {"period": m.Period(start=PERIOD.end, end=PERIOD.start)},
            "`period.end`: before the start",
        ),
        (
            {"discounts": [m.Discount(billing_plan_id="pro", name="x", amount="36.01")]},
            "`discounts`: more than what is billed",
        ),
    ],
)
def test_an_invoice_that_breaks_a_rule_is_refused(emulator, marketplace, changes, complaint):
    """A date outside the period, a reversed period or a negative total is a 400."""
    with pytest.raises(VercelBadRequestError) as caught:
        submitted(marketplace, **changes)

    assert caught.value.message == f"Invalid request: {complaint}."
    assert emulator.invoices == {}


def test_paying_makes_an_invoice_paid(emulator, marketplace):
    """A paid invoice says when that was, by the emulator's clock."""
    submitted(marketplace)
    emulator.clock.advance(days=2, hours=1, minutes=1, seconds=1)

    emulator.pay("inv_1")

    read = marketplace.get_invoice(invoice_id="inv_1")
    later = read.created + timedelta(days=2, hours=1, minutes=1, seconds=1)
    assert (read.state, read.paid_at, read.updated) == ("paid", later, later)


def test_an_unknown_invoice_can_not_be_paid(emulator):
    """Paying what does not exist is a mistake of the test that does it."""
    with pytest.raises(LookupError, match="inv_9"):
        emulator.pay("inv_9")


def test_an_invoice_is_paid_once(emulator, marketplace):
    """An invoice that is paid can not be paid again."""
    submitted(marketplace)
    emulator.pay("inv_1")

    with pytest.raises(ValueError, match="it is paid"):
        emulator.pay("inv_1")


@pytest.mark.parametrize(
    ("test", "state"),
    [
        (m.InvoiceTest(result="paid"), "paid"),
        (m.InvoiceTest(result="notpaid"), "notpaid"),
        (m.InvoiceTest(result="overdue"), "overdue"),
        (m.InvoiceTest(validate=True), "pending"),
    ],
)
def test_a_test_invoice_ends_as_it_asks(emulator, marketplace, test, state):
    """In test mode the answer and the invoice say so, and `result` is the state."""
    answer = marketplace.submit_invoice(request_body=invoice(test=test))

    read = emulator.invoices["inv_1"]
    assert answer == m.SubmitInvoiceResponseBody(invoice_id="inv_1", test=True)
    assert (read.test, read.state) == (True, state)
    assert (read.paid_at is not None) == (state == "paid")


# Refunds -----------------------------------------------------------------------------


@pytest.mark.parametrize("total", ["0.01", Decimal(36), "36.00"])
def test_a_refund_is_requested(emulator, marketplace, total):
    """A refund of at most the total is asked for, and the invoice says how much and why."""
    submitted(marketplace)
    emulator.clock.advance(hours=1)

    marketplace.update_invoice(invoice_id="inv_1", request_body=refund(total))

    read = emulator.invoices["inv_1"]
    assert (read.state, read.refund_reason) == ("refund_requested", "Downtime")
    assert (read.refund_total, read.refunded_at) == (str(total), None)
    assert read.updated == read.created + timedelta(hours=1)


@pytest.mark.parametrize("total", ["36.01", "100"])
def test_a_refund_is_at_most_the_total(emulator, marketplace, total):
    """A refund of more than the total is a 400, and the invoice stays as it was."""
    submitted(marketplace)

    with pytest.raises(VercelBadRequestError, match="`total`: more than the invoice's total"):
        marketplace.update_invoice(invoice_id="inv_1", request_body=refund(total))

    assert emulator.invoices["inv_1"].state == "pending"


def test_a_refund_under_way_is_in_the_way_of_another(emulator, marketplace):
    """While a refund is requested a second request is a 409, and the first stands."""
    submitted(marketplace)
    marketplace.update_invoice(invoice_id="inv_1", request_body=refund("1"))

    with pytest.raises(VercelConflictError):
        marketplace.update_invoice(invoice_id="inv_1", request_body=refund("2"))

    assert emulator.invoices["inv_1"].refund_total == "1"


# Billing data ------------------------------------------------------------------------


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["in order", "late"])
def test_the_newest_billing_data_count(emulator, marketplace, order):
    """Of several data for a day those with the newest timestamp stay, whichever comes last."""
    older, newer = day(timestamp=NOON), day(timestamp=NOON + timedelta(hours=1))

    for index in order:
        marketplace.submit_billing_data(request_body=(older, newer)[index])

    assert emulator.billing == [newer]


def test_a_repetition_of_billing_data_changes_nothing(emulator, marketplace):
    """Data with a timestamp that is known already do not replace the first."""
    first = day()
    marketplace.submit_billing_data(request_body=first)
    marketplace.submit_billing_data(request_body=day(billing=m.Billing(items=[])))

    assert emulator.billing == [first]


def test_each_day_has_billing_data_of_its_own(emulator, marketplace):
    """Data for another day stand beside the first, in the order of the days."""
    today, tomorrow = day(), day(eod=NOON + timedelta(days=1))

    marketplace.submit_billing_data(request_body=tomorrow)
    marketplace.submit_billing_data(request_body=today)

    assert emulator.billing == [today, tomorrow]


def test_a_day_outside_the_period_is_refused(emulator, marketplace):
    """Billing data for a day outside their period are a 400."""
    with pytest.raises(VercelBadRequestError, match="`eod`: outside the period"):
        marketplace.submit_billing_data(request_body=day(eod=PERIOD.end + timedelta(days=1)))

    assert emulator.billing == []


# Events and secrets ------------------------------------------------------------------


def test_events_are_kept_in_order(emulator, marketplace):
    """The emulator has the events that were created, as the SDK's own models."""
    events = [
        m.ResourceUpdatedEvent(resource_id=emulator.resource_id, product_id=emulator.product_id),
        m.InstallationUpdatedEvent(billing_plan_id="pro"),
    ]

    for event in events:
        marketplace.create_event(request_body=m.CreateEventRequestBody(event=event))

    assert emulator.events == events


@pytest.mark.parametrize(
    ("partial", "expected"),
    [
        (None, {"B": "new", "C": "new"}),
        (False, {"B": "new", "C": "new"}),
        (True, {"A": "old", "B": "new", "C": "new"}),
    ],
)
def test_secrets_replace_all_unless_partial(emulator, marketplace, partial, expected):
    """With `partial` only the secrets listed are overwritten, without it all are replaced."""
    path = {"resource_id": emulator.resource_id}
    marketplace.update_resource_secrets_by_id(**path, request_body=secrets("A", "B", value="old"))

    marketplace.update_resource_secrets_by_id(
        **path, request_body=secrets("B", "C", partial=partial)
    )

    kept = emulator.secrets[emulator.resource_id]
    assert {secret.name: secret.value for secret in kept} == expected


def test_secrets_stay_without_a_body(emulator, marketplace):
    """Where the body is left out there is nothing to set, and nothing is removed."""
    path = {"resource_id": emulator.resource_id}
    marketplace.update_resource_secrets_by_id(**path, request_body=secrets("A"))

    marketplace.update_resource_secrets_by_id(**path)

    assert [secret.name for secret in emulator.secrets[emulator.resource_id]] == ["A"]


@DEPRECATED
def test_secrets_keep_their_prefix_and_overrides(emulator, marketplace):
    """A secret is kept whole, by way of the product too."""
    secret = m.Secret(
        name="URL",
        value="v",
        prefix="DB_",
        environment_overrides=m.EnvironmentOverrides(preview="p"),
    )

    marketplace.update_resource_secrets(
        integration_product_id_or_slug=emulator.product_id,
        resource_id=emulator.resource_id,
        request_body=m.UpdateResourceSecretsRequestBody(secrets=[secret]),
    )

    assert emulator.secrets == {emulator.resource_id: [secret]}


# SSO ---------------------------------------------------------------------------------


@pytest.fixture
def client(emulator):
    return {"client_id": emulator.client_id, "client_secret": emulator.client_secret}


def test_a_code_is_exchanged_for_tokens(emulator, marketplace, client):
    """The tokens live an hour, and the id token names the member, integration and installation."""
    tokens = marketplace.exchange_sso_token(code=emulator.issue_sso_code(), **client)

    assert tokens.access_token
    assert (tokens.token_type, tokens.expires_in) == ("Bearer", 3600)
    _, payload, _ = tokens.id_token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert claims["user_id"] == emulator.member_id
    assert claims["user_role"] == "ADMIN"
    assert claims["aud"] == emulator.client_id
    assert claims["installation_id"] == emulator.installation_id
    assert claims["iat"] == emulator.clock.now().timestamp()
    assert claims["exp"] == claims["iat"] + 3600


def oauth_error(marketplace, **arguments):
    """The status and code with which the exchange is refused."""
    with pytest.raises((VercelBadRequestError, VercelForbiddenError)) as caught:
        marketplace.exchange_sso_token(**arguments)
    assert json.loads(caught.value.body).keys() == {"error", "error_description"}
    return caught.value.status_code, caught.value.code


def test_a_code_works_once(emulator, marketplace, client):
    """A code that was exchanged is refused in OAuth's form; another code still works."""
    first, second = emulator.issue_sso_code(), emulator.issue_sso_code()
    marketplace.exchange_sso_token(code=first, **client)

    assert oauth_error(marketplace, code=first, **client) == (400, "invalid_grant")
    assert marketplace.exchange_sso_token(code=second, **client).id_token


def test_a_refresh_token_works_again_and_again(emulator, marketplace, client):
    """A refresh token gives new tokens more than once, whatever else was issued since."""
    refresh_token, _ = (
        marketplace.exchange_sso_token(code=emulator.issue_sso_code(), **client).refresh_token
        for _ in range(2)
    )

    grants = [
        marketplace.exchange_sso_token(
            grant_type="refresh_token", refresh_token=refresh_token, **client
        )
        for _ in range(2)
    ]

    assert grants[0].id_token
    assert grants[0].access_token != grants[1].access_token


def test_an_unknown_grant_is_refused(marketplace, client):
    """A code or refresh token that was never issued is an `invalid_grant`."""
    refresh = {"grant_type": "refresh_token", "refresh_token": "unknown"}

    assert oauth_error(marketplace, code="unknown", **client) == (400, "invalid_grant")
    assert oauth_error(marketplace, **refresh, **client) == (400, "invalid_grant")


@pytest.mark.parametrize("wrong", ["client_id", "client_secret"])
def test_a_wrong_client_is_refused_and_the_code_stays(emulator, marketplace, client, wrong):
    """A wrong client id or secret is a 403, and does not use up the code."""
    code = emulator.issue_sso_code()

    assert oauth_error(marketplace, code=code, **client | {wrong: "x"}) == (403, "invalid_client")
    assert marketplace.exchange_sso_token(code=code, **client).id_token


# On the wire -------------------------------------------------------------------------


def test_answers_speak_the_contract(emulator, marketplace):
    """JSON answers have camelCase names and UTC times with milliseconds and `Z`; none is empty."""
    submitted(marketplace, external_id="x")

    response = send(emulator, "GET", "/billing/invoices/inv_1")

    assert response.headers["content-type"] == "application/json; charset=utf-8"
    assert json.loads(response.content) == {
        "invoiceId": "inv_1",
        "externalId": "x",
        "state": "pending",
        "invoiceDate": "2026-01-15T12:00:00.000Z",
        "period": {"start": "2026-01-01T00:00:00.000Z", "end": "2026-01-31T23:59:59.000Z"},
        "items": [LINE | {"quantity": 1, "units": "h"}],
        "total": "36.00",
        "created": "2026-01-15T12:00:00.000Z",
        "updated": "2026-01-15T12:00:00.000Z",
    }


def test_the_sso_endpoint_speaks_snake_case(emulator):
    """The names of the token answer are OAuth's."""
    body = GRANT | {"code": emulator.issue_sso_code()}

    response = send(emulator, "POST", "/v1/integrations/sso/token", body)

    assert json.loads(response.content).keys() == {
        "id_token",
        "access_token",
        "token_type",
        "expires_in",
        "refresh_token",
    }


def test_a_path_may_be_escaped(emulator):
    """An id in a path is the same with its characters escaped."""
    response = send(emulator, "GET", f"/member/%75{emulator.member_id[1:]}")

    assert json.loads(response.content)["id"] == emulator.member_id


def test_every_answer_has_an_id_of_its_own(emulator):
    """`x-vercel-id` is in successes and refusals alike, another in each."""
    answers = [
        send(emulator, "GET", "/account"),
        send(emulator, "GET", "/account", token="unknown"),
        send(emulator, "GET", "/elsewhere"),
        send(emulator, "POST", "/events", {"event": {"type": "installation.updated"}}),
    ]

    assert [answer.status_code for answer in answers] == [200, 403, 404, 201]
    assert len({answer.headers["x-vercel-id"] for answer in answers}) == 4


def test_any_text_comes_back_as_it_was(emulator):
    """Text that UTF-8 can not hold is answered too, and not a traceback."""
    method, path, body = WIRE["submit-invoice"]
    send(emulator, method, path, body | {"memo": "\ud800"})

    response = send(emulator, "GET", "/billing/invoices/inv_1")

    assert json.loads(response.content)["memo"] == "\ud800"


def test_requests_are_kept(emulator, marketplace):
    """Every request is there to look at, those refused too."""
    marketplace.get_account_info()
    with pytest.raises(VercelNotFoundError):
        marketplace.get_member(member_id="usr_other")

    assert [request.url.rpartition("/")[2] for request in emulator.requests] == [
        "account",
        "usr_other",
    ]


def test_nothing_shown_holds_a_secret(emulator, marketplace, client):
    """Tokens, codes and secret values are in no `repr` of what the emulator keeps."""
    code = emulator.issue_sso_code()
    tokens = marketplace.exchange_sso_token(code=emulator.issue_sso_code(), **client)
    marketplace.update_resource_secrets_by_id(
        resource_id=emulator.resource_id, request_body=secrets("A", value="hidden")
    )

    shown = repr((emulator, emulator.requests, emulator.secrets, emulator._state))

    for secret in (emulator.token, emulator.client_secret, code, tokens.refresh_token, "hidden"):
        assert secret not in shown


# The clock, and what loads -----------------------------------------------------------


def test_a_clock_shows_what_it_is_set_to():
    """A clock takes any aware moment, stands still, and shows it in UTC."""
    clock = Clock(NOON)
    assert clock.now() == NOON

    clock.set(datetime.fromisoformat("2026-02-01T01:00:00+01:00"))

    assert clock.now() == datetime(2026, 2, 1, tzinfo=UTC)
    assert clock.now().tzinfo is UTC


def test_a_clock_refuses_a_naive_moment():
    """A moment without an offset could be any of many, so it is refused."""
    with pytest.raises(ValueError, match="timezone-aware"):
        Clock(datetime(2026, 1, 1))  # noqa: DTZ001 (what is tested)


def test_an_emulator_goes_by_the_clock_it_is_given():
    """A clock of the test's own sets the times of what is made."""
    emulator = Emulator(Clock(NOON + timedelta(days=3)))
    method, path, body = WIRE["submit-invoice"]

    send(emulator, method, path, body)

    assert emulator.invoices["inv_1"].created == NOON + timedelta(days=3)


@pytest.mark.parametrize(
    ("imported", "absent"),
    [
        ("vercel_marketplace", "vercel_marketplace.emulator"),
        ("vercel_marketplace.emulator", "httpx"),
        ("vercel_marketplace.emulator", "asyncio"),
    ],
)
def test_the_emulator_loads_alone(imported, absent):
    """The package does not load the emulator, and the emulator loads no network."""
    code = f"import sys, {imported}; sys.exit({absent!r} in sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], check=False, timeout=30)

    assert done.returncode == 0
