"""The control API of a served emulator, as a partner in any language uses it."""

import json
import sys

import anyio
import httpx
import pytest
from openapi_spec_validator import validate

from tests.emulator.builders import invoice, refund
from tests.emulator_http.control import HERE, send
from vercel_marketplace import SyncVercel, VercelError
from vercel_marketplace import models as m
from vercel_marketplace.emulator import Emulator
from vercel_marketplace.emulator.console import app
from vercel_marketplace.emulator.console.command import COMMANDS
from vercel_marketplace.emulator.partner.client import PartnerClient

BETA = {"name": "Beta", "url": "https://beta.example", "contact": {"email": "b@beta.example"}}


@pytest.fixture
def vercel(emulator):
    """A partner's client of it."""
    with SyncVercel(bearer_token=emulator.token, transport=emulator.transport()) as vercel:
        yield vercel.marketplace


def submit(emulator, vercel, **changes):
    """Submit an invoice, and return its id."""
    submitted = vercel.submit_invoice(
        integration_configuration_id=emulator.installation_id, request_body=invoice(**changes)
    )
    return submitted.invoice_id


# The document --------------------------------------------------------------------------


def test_the_document_is_valid(control):
    """Other tools can read it, and it has every command once."""
    document = control.get("/openapi.json")
    validate(document)
    described = [one["operationId"] for path in document["paths"].values() for one in path.values()]
    assert sorted(described) == sorted(command.name for command in COMMANDS)
    assert len(set(described)) == len(described)


def test_each_call_to_the_partner_is_a_command():
    """Whatever Python can have Vercel ask the partner, a client over HTTP can."""
    calls = {name for name in vars(PartnerClient) if not name.startswith("_")}
    assert {f"call_{name}" for name in calls} <= {command.name for command in COMMANDS}


def test_each_command_says_what_it_does():
    """The document has a summary for each."""
    assert [command.name for command in COMMANDS if not command.function.__doc__] == []


# A month -------------------------------------------------------------------------------


def test_a_month_can_be_driven(emulator, control, vercel):
    """A customer pays late and gets money back, time passes, and webhooks are seen."""
    emulator.webhooks.subscribe(lambda _: 204)
    invoice_id = submit(emulator, vercel)
    path = f"{HERE}/invoices/{invoice_id}"
    assert control.post(f"{path}/decline-payment")["state"] == "notpaid"
    assert control.post("/clock/advance", days=2)["now"] == "2026-01-17T12:00:00.000Z"
    assert control.post(f"{path}/pay")["state"] == "paid"
    assert control.get(path)["invoiceId"] == invoice_id
    types = [one["type"].rpartition(".")[2] for one in control.get("/webhooks/deliveries")]
    assert types == ["created", "notpaid", "paid"]


def test_a_refund_is_completed(emulator, control, vercel):
    """The customer has the money once the refund is complete."""
    invoice_id = submit(emulator, vercel)
    path = f"{HERE}/invoices/{invoice_id}"
    control.post(f"{path}/schedule", moment="2026-01-16T00:00:00Z")
    control.post(f"{path}/pay")
    vercel.update_invoice(
        integration_configuration_id=emulator.installation_id,
        invoice_id=invoice_id,
        request_body=refund("1.00"),
    )
    assert control.post(f"{path}/complete-refund")["state"] == "refunded"


def test_a_user_can_sign_in_again_and_again(emulator, control, vercel):
    """Each code works, and the URL leads to the partner with all that was asked for."""
    integration = control.get("/state")
    for _ in range(2):
        code = control.post(f"{HERE}/sso-codes", state="s")["code"]
        vercel.exchange_sso_token(
            code=code,
            state="s",
            client_id=integration["clientId"],
            client_secret=integration["clientSecret"],
        )
    opened = control.post(
        f"{HERE}/open-in-provider", redirectLoginUrl="https://acme.example/sso", path="billing"
    )
    assert opened["url"].startswith("https://acme.example/sso?mode=sso&code=")
    assert opened["url"].endswith("&path=billing")


def test_teams_members_and_projects_are_added_and_removed(emulator, control):
    """What the customer's team does is a command each."""
    added = control.post("/installations", installationId="icfg_2", account=BETA)
    assert added["account"] == BETA
    control.put("/installations/icfg_2/members/usr_9", role="ADMIN", email="a@b.example")
    resource = f"{HERE}/resources/{emulator.resource_id}"
    control.post(f"{resource}/projects/prj_1", targets=["production"], prefix="MY-DB")
    assert control.get(HERE)["projects"] == [
        {
            "projectId": "prj_1",
            "name": "prj_1",
            "resourceId": emulator.resource_id,
            "targets": ["production"],
            "prefix": "MY-DB",
        }
    ]
    assert control.get(f"{resource}/environment-variables") == {}
    assert control.send("DELETE", f"{resource}/projects/prj_1").status_code == 204
    assert control.send("DELETE", "/installations/icfg_2/members/usr_9").status_code == 204
    control.post("/installations/icfg_2/uninstall")
    assert control.get("/installations/icfg_2")["uninstalledAt"] is not None
    admin = emulator.installations["icfg_2"].team.admin_id
    assert [one["id"] for one in control.get("/installations/icfg_2")["members"]] == [admin]


def test_a_seed_adds_installations(emulator, control):
    """Members, resources and projects come with them."""
    seeded = control.post(
        "/seed",
        installations=[
            {
                "installationId": "icfg_a",
                "members": [{"id": "usr_a", "email": "a@b.example"}],
                "resources": [{"id": "db_a", "productId": "acme-redis", "projectIds": ["prj_a"]}],
            },
            {},
        ],
    )
    assert [one["installationId"] for one in seeded] == [*emulator.installations][1:]
    assert emulator.installations["icfg_a"].resources["db_a"].product_id == "acme-redis"
    assert control.get("/installations/icfg_a")["projects"][0]["projectId"] == "prj_a"


def test_everything_can_begin_again(emulator, control, vercel):
    """A reset leaves what a new emulator has."""
    submit(emulator, vercel)
    control.post("/faults/fail", operation="get-invoice")
    control.post("/reset")
    assert control.get("/state")["faults"] == control.get(HERE)["invoices"] == []
    assert control.get("/requests") == control.get("/partner/calls") == []


def test_the_clock_is_set(control):
    """To any moment, which then is the time."""
    assert control.put("/clock", now="2026-03-01T00:00:00Z") == control.get("/clock")


# Faults --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("fail", {"status": 500, "retryAfter": 1.5}),
        ("delay", {"seconds": 3}),
        ("drop", {"when": "after"}),
        ("truncate", {"keep": 3}),
        ("alter", {"change": {"state": "disputed"}}),
    ],
)
def test_each_fault_can_be_ordered(emulator, control, kind, settings):
    """It is pending until a request meets it, and is shown without the values it sets."""
    aim = {"operation": "get-invoice", "installationId": emulator.installation_id}
    control.post(f"/faults/{kind}", times=2, **aim, **settings)
    (fault,) = control.get("/faults")
    assert aim.items() <= fault.items()
    assert (fault["remaining"], fault["hits"]) == (2, 0)
    assert "disputed" not in json.dumps(fault)
    assert control.send("DELETE", "/faults").status_code == 204
    assert emulator.faults.pending == []


def test_a_rate_limit_is_set_and_removed(emulator, control, vercel):
    """Without a total there is none."""
    control.put("/rate-limit", total=0)
    with pytest.raises(VercelError, match="429"):
        vercel.get_account_info(integration_configuration_id=emulator.installation_id)
    control.put("/rate-limit")
    assert vercel.get_account_info(integration_configuration_id=emulator.installation_id)


def test_a_resource_is_imported_by_way_of_the_partner(emulator, control, vercel):
    """The URL leads to the partner, and the way back is checked."""
    begun = control.post(f"{HERE}/import", importResourceUrl="https://acme.example/import")
    given = httpx.URL(begun["url"]).params
    body = m.ImportResourceRequestBody(product_id="acme-postgres", name="Old", status="ready")
    vercel.import_resource(
        integration_configuration_id=emulator.installation_id,
        resource_id="db_old",
        request_body=body,
    )
    back = httpx.URL(
        given["return"],
        params={
            "installation_id": given["installation_id"],
            "resource_id": "db_old",
            "state": given["state"],
        },
    )

    completed = control.post(f"{HERE}/import/complete", url=str(back))
    assert completed == {"resourceId": "db_old"}


def test_an_account_is_connected_by_way_of_the_partner(control):
    """The URL leads to the partner with a code."""
    begun = control.post(f"{HERE}/connect-account", redirectUrl="https://acme.example/connect")

    assert httpx.URL(begun["url"]).params["code"].startswith("emulator-oauth-code-")


def test_a_deployment_is_driven(emulator, control, vercel):
    """It waits for an action, gets its secrets, is canceled, and deleted."""
    actions = f"{HERE}/deployment-actions"
    started = control.post(actions, action="branch", deploymentId="dpl_1")
    vercel.update_deployment_action(
        deployment_id="dpl_1",
        integration_configuration_id=emulator.installation_id,
        resource_id=started["resourceId"],
        action="branch",
        request_body=m.UpdateDeploymentActionRequestBody(
            status="succeeded",
            outcomes=[
                m.ResourceSecretsOutcome(secrets=[m.OutcomeSecret(name="URL", value="s3cr3t")])
            ],
        ),
    )
    control.post(actions, action="seed", deploymentId="dpl_1")

    control.post(f"{HERE}/deployments/dpl_1/cancel")

    shown = control.get(actions)
    assert [(one["status"], one["secretNames"]) for one in shown] == [
        ("succeeded", ["URL"]),
        ("canceled", []),
    ]
    assert "s3cr3t" not in json.dumps(shown)
    assert control.get(HERE)["deploymentActions"] == shown
    variables = control.get(f"{HERE}/deployments/dpl_1/environment-variables")
    assert variables == {"URL": "s3cr3t"}
    assert control.send("DELETE", f"{HERE}/deployments/dpl_1").status_code == 204
    assert control.get(actions) == []


def test_a_bug_in_a_command_is_a_500(emulator, control, monkeypatch, caplog):
    """The response is in the API's form, and the log names the place without the text."""

    def reset():
        raise RuntimeError("s3cr3t")

    monkeypatch.setattr(emulator, "reset", reset)
    response = control.send("POST", "/reset")
    assert response.status_code == 500
    assert response.json()["error"]["code"] == "internal_server_error"
    (message,) = caplog.messages
    assert message.startswith("RuntimeError while running a command, at ")
    assert "s3cr3t" not in caplog.text


def test_an_id_may_hold_a_slash(emulator, control):
    """It is the partner's, and escaped in the path."""
    emulator.resources.add("db/1%2F")
    control.post(f"{HERE}/resources/db%2F1%252F/projects/prj%2F1")
    (project,) = control.get(HERE)["projects"]
    assert (project["projectId"], project["resourceId"]) == ("prj/1", "db/1%2F")


# What is seen --------------------------------------------------------------------------


def test_requests_are_shown_without_secrets(emulator, control, vercel):
    """Neither the token nor a secret in a body is shown, and a refusal has its reason."""
    vercel.update_resource_secrets_by_id(
        integration_configuration_id=emulator.installation_id,
        resource_id=emulator.resource_id,
        request_body=m.UpdateResourceSecretsRequestBody(
            secrets=[m.Secret(name="DB_URL", value="s3cr3t")]
        ),
    )
    with pytest.raises(VercelError):
        vercel.get_invoice(
            integration_configuration_id=emulator.installation_id, invoice_id="inv_9"
        )
    first, second = control.get("/requests")
    assert first["operation"] == "update-resource-secrets-by-id"
    assert first["body"] == {"secrets": [{"name": "DB_URL", "value": "…"}]}
    assert (first["status"], first["refusal"]) == (201, "")
    assert second["status"] == 404
    assert "not_found" in second["refusal"]
    assert emulator.token not in json.dumps([first, second])
    assert "s3cr3t" not in json.dumps([first, second])


@pytest.mark.parametrize("content", [b"\xff", b"{", b"[" * 100_000, b"client_secret=s3cr3t"])
def test_a_body_that_is_not_json_is_not_shown(emulator, control, content):
    """Only its length is, for nobody knows what is in it."""
    send(emulator, "/v1/nothing", content)
    (request,) = control.get("/requests")
    assert request["operation"] is None
    assert request["body"] == f"{len(content)} bytes that are not JSON"


def test_the_secrets_of_each_environment_are_not_shown(emulator, control, vercel):
    """An override is a secret as the value is."""
    overrides = m.EnvironmentOverrides(development="s3cr3t-1", preview="s3cr3t-2")
    secret = m.Secret(name="DB_URL", value="s3cr3t", environment_overrides=overrides)
    vercel.update_resource_secrets_by_id(
        integration_configuration_id=emulator.installation_id,
        resource_id=emulator.resource_id,
        request_body=m.UpdateResourceSecretsRequestBody(secrets=[secret]),
    )
    assert "s3cr3t" not in json.dumps(control.get("/requests"))


@pytest.mark.parametrize("value", [["s3cr3t"], {"key": "s3cr3t"}, 53_237])
def test_a_secret_of_the_wrong_type_is_not_shown(emulator, control, value):
    """A request that is refused for it is shown, too."""
    send(emulator, "/v1/nothing", json.dumps({"secrets": [{"value": value}]}).encode())
    (request,) = control.get("/requests")
    assert request["body"] == {"secrets": [{"value": "…"}]}


def test_no_key_in_a_url_or_a_header_is_shown(emulator, control, server):
    """Some servers want one in the query; the names of what is hidden stay, as does the form."""
    key = "x-vercel-protection-bypass"
    server.answers({}, status=500)
    control.put("/partner", url=f"{server.url}?{key}=s3cr3t&s3cr3t")
    control.post("/webhooks/receivers", url=f"{server.url}/hooks?key=s3cr3t")
    control.post(f"{HERE}/partner/list-plans", metadata={"region": "fra1"})
    control.put(f"{HERE}/members/usr_2")
    send(emulator, "/v1/nothing?token=s3cr3t", b"{}", {key: "s3cr3t", "Idempotency-Key": "k"})

    (call,) = control.get("/partner/calls")
    (request,) = control.get("/requests")
    shown = json.dumps([call, request, control.get("/webhooks/deliveries")], ensure_ascii=False)
    assert "s3cr3t" not in shown
    assert f"{key}=…&…" in call["request"]["url"]
    assert "region%22" in call["request"]["url"]
    assert request["url"].endswith("/v1/nothing?token=…")
    assert (request["headers"][key], request["headers"]["idempotency-key"]) == ("…", "k")


@pytest.mark.parametrize(
    "content", [rb'"\ud800"', rb'{"a": "\ud800"}', b"[1e999]", b"[" * 300 + b"]" * 300]
)
def test_a_body_that_breaks_a_page_is_not_shown(emulator, control, content):
    """It is half a character, a number that JSON has not, or as deep as nobody reads."""
    send(emulator, "/v1/nothing", content)
    (request,) = control.get("/requests")
    assert request["body"] == f"{len(content)} bytes that cannot be shown"
    assert control.send("GET", "/").status_code == 200


def test_a_webhook_is_sent_where_it_should_go_and_again(control, server):
    """The receiver gets it twice, with the same id."""
    server.answers()
    control.post("/webhooks/receivers", url=f"{server.url}/hooks")
    control.put(f"{HERE}/members/usr_2")
    (delivery,) = control.get("/webhooks/deliveries")
    assert delivery["delivered"]
    control.post(f"/webhooks/{delivery['eventId']}/resend")
    first, second = server.requests
    assert first.body == second.body
    assert len(control.get("/webhooks/deliveries")[0]["attempts"]) == 2


def test_the_lines_of_a_repl_are_shown(emulator, control, server):
    """As a list, in which secrets are masked as in any other body."""
    control.put("/partner", url=server.url)
    line = {"type": "paragraph", "children": [{"type": "text", "text": f"is {emulator.token}"}]}
    lines = "\n".join([json.dumps(line)] * 2).encode()
    server.answers(lines, content_type="application/jsonl")
    command = {"resourceId": emulator.resource_id, "command": "SHOW"}
    call = control.post(f"{HERE}/partner/run-repl-command", **command)
    assert call["succeeded"]
    shown = {"type": "paragraph", "children": [{"type": "text", "text": "is …"}]}
    assert call["response"]["body"] == [shown] * 2


@pytest.mark.parametrize(
    ("path", "body", "reason"),
    [
        ("/v1/nothing", b"", "not_found: "),
        ("/v1/integrations/sso/token", b"code=x&client_id=a&client_secret=b", "invalid_client: "),
    ],
)
def test_a_refusal_is_shown_in_words(emulator, control, path, body, reason):
    """Its code and its message, of the two forms that errors have."""
    form = {"content-type": "application/x-www-form-urlencoded"}
    send(emulator, path, body, form if body else None)
    assert control.get("/requests")[0]["refusal"].startswith(reason)


@pytest.mark.parametrize("body", [b"cut {", b"[]", b'{"error": {}}', b'{"other": 1}', b'"x"'])
def test_another_refusal_is_shown_as_it_is(emulator, control, body):
    """It may be cut, or be what a test has chosen."""
    send(emulator, "/v1/nothing", b"")
    emulator._backend._log.snapshot()[0].refusal = body.decode()
    assert control.get("/requests")[0]["refusal"] == body.decode()


@pytest.mark.parametrize("path", ["/.well-known/jwks", "/.well-known/openid-configuration"])
def test_the_keys_are_no_unknown_path(emulator, control, path):
    """Whoever verifies tokens fetches them."""

    async def fetch():
        async with httpx.AsyncClient(transport=httpx.ASGITransport(emulator.asgi)) as client:
            await client.get(f"http://emulator{path}")

    anyio.run(fetch)
    assert control.get("/requests")[0]["operation"] == path.rpartition("/")[2]


def test_what_is_shown_can_be_read(emulator, control):
    """Over several lines, and in letters; half of a letter is escaped."""
    emulator.team.add_member("usr_ü\ud800")
    response = control.send("GET", HERE)
    assert b'\n      "id": "usr_\xc3\xbc\\ud800"' in response.content
    assert response.json()["members"][1]["id"] == "usr_ü\ud800"


def test_receivers_are_listed_once_and_removed(control):
    """Without a key that is in a URL; one that is not there cannot be removed."""
    for _ in range(2):
        control.post("/webhooks/receivers", url="http://127.0.0.1:9/hooks?key=s3cr3t")
    assert control.get("/webhooks/receivers") == ["http://127.0.0.1:9/hooks?key=…"]
    assert "s3cr3t" not in control.send("GET", "/").text
    given = {"url": "http://127.0.0.1:9/hooks?key=s3cr3t"}
    assert control.send("DELETE", "/webhooks/receivers", given).status_code == 204
    assert control.get("/webhooks/receivers") == []
    assert control.send("DELETE", "/webhooks/receivers", given).status_code == 404


def test_a_receiver_is_on_the_page_with_a_button(control):
    """Pressed, it sends the URL back."""
    url = "http://127.0.0.1:9/hooks"
    control.post("/webhooks/receivers", url=url)
    assert f'name="url" value="{url}"' in control.send("GET", "/").text


# The partner ---------------------------------------------------------------------------


def test_the_partner_is_called_and_what_was_wrong_is_shown(emulator, control, server):
    """A call that succeeds, one that breaks the contract, and neither shows a secret."""
    server.answers(status=204)
    control.put("/partner", url=server.url)
    assert control.get("/partner") == {"url": server.url}
    installed = control.post(f"{HERE}/partner/install", scopes=["read:x"])
    assert installed["succeeded"]
    assert installed["request"]["body"]["credentials"]["access_token"] == "…"
    server.answers({"id": "db_1"})
    wrong = control.post(f"{HERE}/partner/provision-resource", name="Db", billingPlanId="pro")
    assert not wrong["succeeded"]
    assert {"path": "productId", "message": "a required field is missing"} in wrong["issues"]
    calls = control.get("/partner/calls")
    assert [call["operation"] for call in calls] == ["install", "provision_resource"]
    assert emulator.token not in json.dumps(calls)


ORDERS = {
    "id": Emulator.resource_id,
    "productId": Emulator.integration.product_id,
    "name": "Orders",
    "metadata": {},
    "status": "suspended",
}


def create_event(emulator, **event):
    """Create an event over HTTP."""
    transport = httpx.ASGITransport(emulator.asgi)

    async def send():
        async with httpx.AsyncClient(transport=transport) as client:
            url = f"http://emulator/v1{HERE}/events"
            headers = {"authorization": f"Bearer {emulator.token}"}
            return await client.post(url, json={"event": event}, headers=headers)

    return anyio.run(send)


def test_a_resource_is_read_after_its_event(emulator, control, server):
    """What the partner then says of it is what the emulator has."""
    control.put("/partner", url=server.url)
    server.answers(ORDERS)

    created = create_event(emulator, type="resource.updated", resourceId=emulator.resource_id)

    assert created.status_code == 201
    (call,) = control.get("/partner/calls")
    assert (call["operation"], call["succeeded"]) == ("get_resource", True)
    resource = emulator.resources[emulator.resource_id]
    assert (resource.name, resource.status) == ("Orders", "suspended")


def test_an_installation_is_read_after_its_event(emulator, control, server):
    """The plan that the partner then names is the installation's."""
    control.put("/partner", url=server.url)
    plan = {"id": "pro", "type": "subscription", "name": "Pro", "description": "All of it"}
    server.answers({"billingPlan": plan})

    create_event(emulator, type="installation.updated")

    assert emulator.received.installation_update.billing_plan.id == "pro"


def test_in_process_nothing_is_read_unasked(emulator, control, server, vercel):
    """An event of a client in this process is followed when somebody asks for it, and once."""
    control.put("/partner", url=server.url)
    server.answers(ORDERS)
    event = m.ResourceUpdatedEvent(resource_id=emulator.resource_id)
    for _ in range(2):
        vercel.create_event(
            integration_configuration_id=emulator.installation_id,
            request_body=m.CreateEventRequestBody(event=event),
        )
    assert emulator.console.exchanges == []

    (exchange,) = emulator.console.synchronize()

    assert exchange.value.name == emulator.resources[emulator.resource_id].name == "Orders"
    assert emulator.console.synchronize() == []


def test_an_event_before_the_partner_is_connected_is_past(emulator, control, server):
    """Without a partner nothing is read, and nothing is made up for."""
    create_event(emulator, type="installation.updated")
    with pytest.raises(LookupError, match="no partner is connected"):
        emulator.console.synchronize()

    control.put("/partner", url=server.url)
    assert emulator.console.synchronize() == []


def test_a_resource_that_no_path_can_name_is_not_read(emulator, control, server, caplog):
    """The event is accepted all the same."""
    emulator.resources.add("..")
    control.put("/partner", url=server.url)

    assert create_event(emulator, type="resource.updated", resourceId="..").status_code == 201
    assert control.get("/partner/calls") == []
    assert "get_resource after an event failed: resource_id must not be '..'" in caplog.text


def test_a_reset_forgets_events(emulator, control, server):
    """What comes afterwards is followed, and what was before is not."""
    control.put("/partner", url=server.url)
    server.answers(status=204)
    create_event(emulator, type="installation.updated")
    control.post("/reset")

    create_event(emulator, type="installation.updated")

    assert [call["operation"] for call in control.get("/partner/calls")] == ["get_installation"]


def test_a_partner_that_is_down_is_a_result(control, refusing_url):
    """The error says so, and there is no response."""
    control.put("/partner", url=refusing_url)
    called = control.post(f"{HERE}/partner/install")
    assert (called["succeeded"], called["response"]) == (False, None)
    assert "had no response" in called["error"]


def test_a_partner_that_is_not_known_is_an_error(control):
    """The message says what to do first."""
    response = control.send("POST", f"{HERE}/partner/install")
    assert response.status_code == 404
    assert "PUT /_emulator/partner first" in response.text


# Bad input -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "message"),
    [
        ("POST", "/clock/advance", {"day": 1}, 400, "day: unknown; accepted: days, hours"),
        ("POST", "/clock/advance", {"days": "1"}, 400, "days: expected a finite number"),
        ("POST", "/clock/advance", {"days": 1e300}, 400, "between the years 1 and 9999"),
        ("POST", "/clock/advance", {"days": 3e6}, 400, "between the years 1 and 9999"),
        ("PUT", "/clock", {"now": "0001-01-01T00:00:00+14:00"}, 400, "between the years"),
        ("POST", "/clock/advance", [], 400, "the body must be a JSON object"),
        ("POST", "/reset", {"all": True}, 400, "all: unknown; accepted: nothing"),
        ("POST", "/faults/fail", {}, 400, "operation: a required field is missing"),
        ("POST", "/faults/fail", {"operation": "x"}, 400, "no operation 'x'"),
        ("POST", "/faults/drop", {"operation": "*", "when": "x"}, 400, "when: expected"),
        ("POST", "/seed", {"installations": [{"id": "x"}]}, 400, "installations[0].id: unknown"),
        ("POST", "/seed", {"installations": [1]}, 400, "installations[0]: expected an object"),
        ("PUT", "/clock", {"now": "noon"}, 400, "now: expected an ISO 8601 date and time"),
        ("GET", "/installations/icfg_9", None, 404, "no installation 'icfg_9'"),
        ("GET", f"{HERE}/invoices/inv_9", None, 404, "no invoice 'inv_9'"),
        ("POST", f"{HERE}/invoices/inv_9/pay", None, 404, "no invoice 'inv_9'"),
        ("POST", "/webhooks/evt_9/resend", None, 404, "no webhook 'evt_9'"),
        ("PUT", f"{HERE}/members/a", {"memberId": "b"}, 400, "memberId: given in the path"),
        ("GET", "/nothing", None, 404, "/_emulator/openapi.json lists them"),
        ("PATCH", "/clock", None, 404, "/_emulator/openapi.json lists them"),
    ],
)
def test_a_mistake_is_named(control, method, path, body, status, message):
    """The error has the API's form, and says which argument is wrong."""
    response = control.send(method, path, body)
    assert response.status_code == status
    assert message in response.json()["error"]["message"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"content": b"{", "headers": {"content-type": "application/json"}}, "not valid JSON"),
        (
            {
                "content": rb'{"days": "\ud800"}',
                "headers": {"content-type": "application/json"},
            },
            "days: expected a JSON value",
        ),
        (
            {
                "content": b'{"days": 1, "days": 2}',
                "headers": {"content-type": "application/json"},
            },
            "duplicate key",
        ),
        ({"data": {"days": "1"}}, "with a content-type of application/json"),
        (
            {"content": bytes(1_000_001), "headers": {"content-type": "application/json"}},
            "the body is longer than 1000000 bytes",
        ),
    ],
)
def test_a_body_is_json_of_a_sensible_size(control, settings, message):
    """A form, which a page of another site can post, is not."""
    response = control.send("POST", "/clock/advance", **settings)
    assert response.status_code == 400
    assert message in response.json()["error"]["message"]


@pytest.mark.parametrize(
    ("header", "value", "status"), [("host", "evil.example.com", 421), ("origin", "http://x", 403)]
)
def test_a_page_of_another_site_controls_nothing(emulator, control, header, value, status):
    """Its requests are refused before anything is done."""
    response = control.send("POST", "/clock/advance", {"days": 1}, headers={header: value})
    assert response.status_code == status
    assert emulator.clock.now() == Emulator().clock.now()


def test_clients_of_the_api_cannot_control(emulator):
    """A path of the console that comes in process is unknown, like any other."""
    with (
        pytest.raises(VercelError),
        SyncVercel(
            bearer_token=emulator.token,
            transport=emulator.transport(),
            server_url="https://api.vercel.com/_emulator/reset",
        ) as vercel,
    ):
        vercel.marketplace.get_account_info(integration_configuration_id="x")


def test_without_starlette_the_error_says_what_to_install(control, monkeypatch):
    """The API itself goes on without it."""
    monkeypatch.setitem(sys.modules, "starlette.applications", None)
    monkeypatch.delitem(sys.modules, app.__name__)
    response = control.send("GET", "/state")
    assert response.status_code == 501
    assert "vercel-marketplace[emulator]" in response.json()["error"]["message"]


def test_a_call_that_requires_another_extra_says_so(control, monkeypatch):
    """Tokens are signed with the extra of that name."""

    def missing(_client):
        raise ImportError("install the extra tokens")

    monkeypatch.setattr(PartnerClient, "get_installation", missing)
    control.put("/partner", url="http://127.0.0.1:9")
    response = control.send("POST", f"{HERE}/partner/get-installation")
    assert (response.status_code, "the extra tokens" in response.text) == (501, True)
