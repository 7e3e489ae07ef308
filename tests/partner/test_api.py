"""`PartnerAPI` and `SyncPartnerAPI`: what a partner's methods are asked, and what goes out."""

import json
import logging
import pickle
import threading

import pytest

from tests.partner.acme import (
    CLIENT_ID,
    INSTALL,
    INSTALLATION,
    NAMES,
    PLANS,
    PROVISION,
    PROVISIONED,
    RESOURCE,
    USUAL,
    AsyncAcme,
    PlainAcme,
    Served,
    Told,
    error_of,
    request,
)
from vercel_marketplace import HTTPRequest
from vercel_marketplace import partner as p
from vercel_marketplace.models import Secret
from vercel_marketplace.partner import errors
from vercel_marketplace.tokens import SyncTokenVerifier, SystemClaims, TokenVerifier, UserClaims

PATH = f"/v1/installations/{INSTALLATION}"
RESOURCE_PATH = f"{PATH}/resources/db_1"
TRANSFER = f"{PATH}/resource-transfer-requests"

# Each operation: how Vercel calls it, what the partner returns, and what goes out.
CALLS = {
    "upsert_installation": ("PUT", PATH, "user", INSTALL, None, 204),
    "get_installation": ("GET", PATH, "system", None, p.PartnerInstallation(), 200),
    "update_installation": ("PATCH", PATH, "user", {"billingPlanId": "pro"}, None, 204),
    "delete_installation": ("DELETE", PATH, "user", None, p.Uninstallation(finalized=True), 200),
    "provision_resource": ("POST", f"{PATH}/resources", "user", PROVISION, PROVISIONED, 200),
    "list_resources": (
        "GET",
        f"{PATH}/resources?ids=db_1&ids=db_2",
        "system",
        None,
        p.PartnerResources(resources=[RESOURCE]),
        200,
    ),
    "get_resource": ("GET", RESOURCE_PATH, "system", None, RESOURCE, 200),
    "update_resource": ("PATCH", RESOURCE_PATH, "user", {"name": "x"}, RESOURCE, 200),
    "delete_resource": ("DELETE", RESOURCE_PATH, "system", None, None, 204),
    "request_secrets_rotation": (
        "POST",
        f"{RESOURCE_PATH}/secrets/rotate",
        "user",
        {"delayOldSecretsExpirationHours": 0.5},
        p.RotatedSecrets(sync=False),
        200,
    ),
    "resource_repl": (
        "POST",
        f"{RESOURCE_PATH}/repl",
        "user",
        {"input": "GET x"},
        [p.ReplParagraph(children=[p.ReplText(text="1")])],
        200,
    ),
    "list_billing_plans_for_product": (
        "GET",
        "/v1/products/postgres/plans?metadata=%7B%22region%22%3A%22iad1%22%7D",
        "system",
        None,
        PLANS,
        200,
    ),
    "list_billing_plans_for_resource": (
        "GET",
        f"{RESOURCE_PATH}/plans",
        "system",
        None,
        PLANS,
        200,
    ),
    "list_billing_plans_for_installation": ("GET", f"{PATH}/plans", "system", None, PLANS, 200),
    "provision_purchase": (
        "POST",
        f"{PATH}/billing/provision",
        "user",
        {"invoiceId": "inv_1"},
        errors.UnprocessableError("it is not paid"),
        422,
    ),
    "create_resource_transfer": (
        "POST",
        TRANSFER,
        "system",
        {"resourceIds": ["db_1"], "expiresAt": 1},
        p.ResourceTransfer(provider_claim_id="t_1"),
        200,
    ),
    "verify_resource_transfer": (
        "GET",
        f"{TRANSFER}/t_1/verify",
        "system",
        None,
        p.VerifiedTransfer(),
        200,
    ),
    "accept_resource_transfer": ("POST", f"{TRANSFER}/t_1/accept", "system", None, None, 204),
}


@pytest.mark.parametrize("name", NAMES)
def test_each_operation_reaches_its_method(served, name):
    """The method gets the call and the request; what it returns goes out with its status."""
    method, path, kind, body, returned, status = CALLS[name]
    served.partner.returns[name] = returned

    response = served.call(method, path, body, kind=kind)

    ((called, call, asked),) = served.partner.calls
    operation = p.OPERATIONS[name.replace("_", "-")]
    assert (called, type(asked)) == (name, operation.request)
    assert call.operation_id == operation.id
    assert call.installation_id == (None if "products" in path else INSTALLATION)
    assert type(call.claims) is (UserClaims if kind == "user" else SystemClaims)
    assert call.user is (call.claims if kind == "user" else None)
    assert response.status_code == status
    assert (response.content == b"") == (status == 204)
    assert response.headers["cache-control"] == "no-store"


def test_the_query_is_read(served):
    """Lists come as several parameters, and forms as JSON in one."""
    for name in ("list_resources", "list_billing_plans_for_product"):
        method, path, kind, body, served.partner.returns[name], _ = CALLS[name]
        served.call(method, path, body, kind=kind)

    (_, _, listed), (_, _, plans) = served.partner.calls
    assert (listed.ids, plans.metadata) == (["db_1", "db_2"], {"region": "iad1"})


def test_head_is_get(served):
    """A HEAD is answered as its GET; what serves the response leaves the body out."""
    assert served.call("HEAD", RESOURCE_PATH, kind="system").status_code == 200


def test_another_method_names_the_ones_that_there_are(served):
    """A 405 says what the path allows."""
    response = served.call("POST", RESOURCE_PATH)

    assert sorted(response.headers["allow"].split(", ")) == ["DELETE", "GET", "PATCH"]


def test_what_is_new_in_a_request_is_no_error(served):
    """Unknown properties are ignored, unknown members kept, and null is left out."""
    served.partner.returns["update_resource"] = RESOURCE
    body = {"status": "frozen", "name": None, "new": {"a": 1}}

    assert served.call("PATCH", RESOURCE_PATH, body).status_code == 200
    ((_, _, asked),) = served.partner.calls
    assert (asked.status, asked.name) == ("frozen", None)


def test_a_delete_without_a_body_is_read(served):
    """The body of a deletion may be left out, and an optional one may say something."""
    served.call("DELETE", PATH)
    served.call("DELETE", PATH, {"reason": "too dear", "cascadeResourceDeletion": True})

    assert [asked.reason for _, _, asked in served.partner.calls] == [None, "too dear"]


# Not offered ---------------------------------------------------------------------------


class PlainLeast(Told):
    """Offers what is required, by plain methods."""


class AsyncLeast(Told):
    """Offers what is required, by async methods."""


REQUIRED = [one.name for one in p.OPERATIONS.values() if one.need == "required"]
for _name in REQUIRED:
    setattr(PlainLeast, _name, getattr(PlainAcme, _name))
    setattr(AsyncLeast, _name, getattr(AsyncAcme, _name))


@pytest.mark.parametrize("name", sorted({*NAMES} - {*REQUIRED}))
def test_an_operation_that_is_not_offered_is_a_404(served, name):
    """A partner that leaves an optional operation out has nothing at its path."""
    served.serve((PlainLeast if served.way.blocking else AsyncLeast)())
    method, path, kind, body, _, _ = CALLS[name]

    response = served.call(method, path, body, kind=kind)

    expected = {"code": "not_found", "message": f"{name.replace('_', '-')} is not offered"}
    assert (response.status_code, error_of(response)) == (404, expected)


def test_what_is_not_offered_is_no_secret_and_no_door(served):
    """Whether it is offered is said to Vercel alone."""
    served.serve((PlainLeast if served.way.blocking else AsyncLeast)())

    assert served.call("GET", PATH, authorization=None).status_code == 401


@pytest.mark.parametrize("name", [*NAMES, "on_webhook"])
def test_a_method_that_is_not_overridden_does_nothing(name):
    """A partner's own `super()` call finds nothing there."""
    if name == "on_webhook":
        assert p.Partner().on_webhook(None) is None
        return
    with pytest.raises(NotImplementedError):
        getattr(p.Partner(), name)(None, None)


# Errors --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "status", "body"),
    [
        (
            errors.InvalidFieldsError("no such plan", fields={"billingPlanId": "unknown"}),
            400,
            {
                "code": "validation_error",
                "message": "no such plan",
                "fields": [{"key": "billingPlanId", "message": "unknown"}],
            },
        ),
        (errors.UnauthorizedError("who?"), 401, {"code": "unauthorized", "message": "who?"}),
        (errors.ForbiddenError("no"), 403, {"code": "forbidden", "message": "no"}),
        (errors.NotFoundError("gone"), 404, {"code": "not_found", "message": "gone"}),
        (
            errors.ConflictError(
                "open", user_message="Pay first.", user_url="https://acme.example/pay"
            ),
            409,
            {
                "code": "conflict",
                "message": "open",
                "user": {"message": "Pay first.", "url": "https://acme.example/pay"},
            },
        ),
        (
            errors.UnprocessableError("not paid", code="not_paid"),
            422,
            {"code": "not_paid", "message": "not paid"},
        ),
        (
            errors.UnavailableError("half \ud800"),
            503,
            {"code": "service_unavailable", "message": "half ?"},
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_an_error_goes_out_in_vercels_form(served, error, status, body):
    """What a method raises is the response, with the customer's message and the fields."""
    served.partner.returns["provision_resource"] = error

    response = served.provision()

    assert (response.status_code, error_of(response)) == (status, body)


def test_an_error_pickles():
    """An error that crosses a process keeps all that it says."""
    error = errors.ConflictError(
        "open", user_message="Pay", user_url="u", fields={"a": "b"}, code="c"
    )
    copy = pickle.loads(pickle.dumps(error))

    assert (type(copy), str(copy), vars(copy)) == (type(error), "open", vars(error))


def test_an_error_of_a_command_is_shown_as_its_output(served):
    """What is wrong with a command is a paragraph, as Vercel shows it."""
    served.partner.returns["resource_repl"] = errors.InvalidFieldsError(
        "syntax", user_message="There is no such command."
    )

    response = served.call("POST", f"{RESOURCE_PATH}/repl", {"input": "x"})

    text = {"type": "text", "text": "There is no such command."}
    assert response.status_code == 400
    assert json.loads(response.content) == [{"type": "paragraph", "children": [text]}]


def test_an_exception_is_a_500_without_its_text(served, caplog):
    """What a partner's bug says stays in the log, with the operation and the installation."""
    served.partner.returns["provision_resource"] = RuntimeError("hidden-5")
    with caplog.at_level(logging.ERROR, "vercel_marketplace.partner"):
        response = served.provision()

    assert (response.status_code, "hidden" in response.text) == (500, False)
    assert error_of(response)["code"] == "internal_server_error"
    (record,) = caplog.records
    assert record.getMessage() == f"provision-resource for installation {INSTALLATION} failed"
    assert record.exc_info[0] is RuntimeError


@pytest.mark.parametrize(
    ("name", "returned", "issue"),
    [
        ("provision_resource", None, "expected ProvisionedResource, got None"),
        ("provision_resource", RESOURCE, "expected ProvisionedResource, got PartnerResource"),
        ("get_resource", {"id": "db_1"}, "expected PartnerResource, got dict"),
        ("delete_resource", RESOURCE, "expected None, got PartnerResource"),
        (
            "provision_resource",
            p.ProvisionedResource(
                id="", product_id="a", name="b", metadata={}, status="ready", secrets=[]
            ),
            "id: must not be empty",
        ),
        (
            "provision_resource",
            p.ProvisionedResource(
                id="db_1",
                product_id="a",
                name="b",
                metadata={},
                status="hidden",
                secrets=[Secret(name="hidden", value="")],
            ),
            "secrets[0].value",
        ),
    ],
)
def test_a_response_that_vercel_would_refuse_is_a_500(served, caplog, name, returned, issue):
    """It does not go out; the log names the field, and nothing that it holds."""
    method, path, kind, body, _, _ = CALLS[name]
    served.partner.returns[name] = returned
    with caplog.at_level(logging.ERROR, "vercel_marketplace.partner"):
        response = served.call(method, path, body, kind=kind)

    assert response.status_code == 500
    (record,) = caplog.records
    assert (issue in record.getMessage(), "hidden" in record.getMessage()) == (True, False)
    assert record.exc_info is None


def test_a_rotation_that_is_scheduled_has_its_own_status(served):
    """A `ScheduledRotation` is a 202; secrets that are there are a 200."""
    served.partner.returns["request_secrets_rotation"] = p.ScheduledRotation()

    response = served.call("POST", f"{RESOURCE_PATH}/secrets/rotate", {})

    assert (response.status_code, json.loads(response.content)) == (202, {"sync": False})


def test_a_refusal_is_logged_with_its_reason(served, caplog):
    """A partner that wonders why Vercel is refused finds the operation and the reason."""
    with caplog.at_level(logging.INFO, "vercel_marketplace.partner"):
        served.call("PUT", PATH, INSTALL, authorization=None)

    (message,) = caplog.messages
    assert message == (
        f"upsert-installation for installation {INSTALLATION}: refused with 401: "
        "The token is not accepted: the call has no bearer token"
    )


# Settings ------------------------------------------------------------------------------


def test_a_base_path_is_taken_off(served):
    """Where no framework does it, the API takes the path of the base URL off."""
    served.serve(base_path="/vercel")

    assert served.call("GET", f"/vercel{RESOURCE_PATH}", kind="system").status_code == 200
    assert served.call("GET", RESOURCE_PATH, kind="system").status_code == 404
    assert served.call("GET", f"/vercelx{RESOURCE_PATH}", kind="system").status_code == 404


@pytest.mark.parametrize("url", [RESOURCE_PATH, f"http://a.example{RESOURCE_PATH}#top"])
def test_a_url_may_be_a_path(served, url):
    """Some frameworks know the path of a request alone."""
    sent = request("GET", RESOURCE_PATH, kind="system")
    relative = HTTPRequest(method="GET", url=url, headers=sent.headers)

    assert served.respond(relative).status_code == 200


def test_a_longest_body_is_a_setting(served):
    """A body of the longest length is read, one of a byte more is refused."""
    length = len(json.dumps(PROVISION))
    served.serve(max_body_bytes=length)
    assert served.provision().status_code == 200

    served.serve(max_body_bytes=length - 1)
    assert served.provision().status_code == 413


def test_a_required_operation_must_be_there(served):
    """Creating the API names the methods that are missing."""

    class Half(p.Partner):
        upsert_installation = (PlainAcme if served.way.blocking else AsyncAcme).upsert_installation

    missing = ", ".join(name for name in REQUIRED if name != "upsert_installation")
    with pytest.raises(TypeError, match=f"Half must override {missing}, which Vercel requires"):
        served.serve(Half())


class Handles(PlainAcme):
    """Handles webhooks."""

    def on_webhook(self, event):
        """Handle it."""


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"partner": PlainAcme}, TypeError, "partner must be .* Partner, got PlainAcme itself"),
        ({"partner": None}, TypeError, "partner must be an instance of Partner, got NoneType"),
        ({"partner": Handles()}, ValueError, "webhook_secret is required: Handles overrides"),
        ({"webhook_secret": ""}, ValueError, "secret must not be empty"),
        ({"webhook_secret": "x", "webhook_path": "w"}, ValueError, "webhook_path must start"),
        ({"base_path": "vercel"}, ValueError, "base_path must start with a slash"),
        ({"base_path": "/vercel/"}, ValueError, "base_path must .* not end with one"),
        ({"max_body_bytes": 0}, ValueError, "max_body_bytes must be at least 1"),
        ({"max_wait": -1}, ValueError, "max_wait must not be negative"),
        ({"max_wait": "1"}, TypeError, "max_wait must be a number of seconds"),
    ],
)
def test_a_setting_that_is_not_valid_is_refused(settings, error, message):
    """Creating the API names the setting, and says what to do."""
    for kind, verifier in (
        (p.PartnerAPI, TokenVerifier(CLIENT_ID)),
        (p.SyncPartnerAPI, SyncTokenVerifier(CLIENT_ID)),
    ):
        with pytest.raises(error, match=message):
            kind(**{"partner": PlainAcme(), "verifier": verifier, **settings})


@pytest.mark.parametrize(
    ("kind", "verifier"),
    [
        (p.PartnerAPI, SyncTokenVerifier(CLIENT_ID)),
        (p.SyncPartnerAPI, TokenVerifier(CLIENT_ID)),
    ],
)
def test_each_kind_has_its_verifier(kind, verifier):
    """A verifier that would block the loop, or need one, is refused."""
    with pytest.raises(TypeError, match="verifier must be an instance of"):
        kind(PlainAcme(), verifier=verifier)


def test_async_methods_need_a_loop():
    """Without a loop, async methods are refused when the API is created, and named."""
    with pytest.raises(TypeError, match=r"async methods \(upsert_installation, .*PartnerAPI"):
        p.SyncPartnerAPI(AsyncAcme(), verifier=SyncTokenVerifier(CLIENT_ID))


def test_plain_methods_run_beside_the_loop(way, may_block):
    """Under `PartnerAPI` a plain method runs in a thread, and may return an awaitable."""
    seen = []

    def returned(_call, _request):
        seen.append(threading.current_thread())
        return USUAL["get_resource"]

    served = Served(way, PlainAcme(get_resource=returned)).serve()
    assert served.call("GET", RESOURCE_PATH, kind="system").status_code == 200
    assert (seen[0] is threading.main_thread()) == way.blocking

    async def later():
        return USUAL["get_resource"]

    served.partner.returns["get_resource"] = lambda _call, _request: later()
    if not way.blocking:
        assert served.call("GET", RESOURCE_PATH, kind="system").status_code == 200


def test_the_apis_name_their_partner():
    """`repr` says whose API it is."""
    verifier = SyncTokenVerifier(CLIENT_ID)
    assert repr(p.SyncPartnerAPI(PlainAcme(), verifier=verifier)) == "SyncPartnerAPI(PlainAcme)"
    assert repr(p.PartnerAPI(PlainAcme(), verifier=TokenVerifier(CLIENT_ID))) == (
        "PartnerAPI(PlainAcme)"
    )
