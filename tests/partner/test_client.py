"""The emulator's client of the partner API: it sends what Vercel sends, and judges by the table."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.contract.reading import contract, snake
from tests.fakes import json_response
from tests.partner.examples import EXAMPLES, content_of, table
from vercel_marketplace import Headers, HTTPResponse
from vercel_marketplace.emulator import Emulator
from vercel_marketplace.emulator.partner import PartnerContractError, PartnerRefusedError
from vercel_marketplace.models import Balance
from vercel_marketplace.partner import (
    OPERATIONS,
    RequestedExperimentationSettings,
    RequestedProtocolSettings,
)
from vercel_marketplace.tokens import ANY_INSTALLATION, SyncTokenVerifier

BASE = "https://partner.example/vercel"
PROVISION_TERMS = {"name": "shop-cache", "billing_plan_id": "pro", "product_id": "redis"}
EXPERIMENTATION = RequestedProtocolSettings(
    experimentation=RequestedExperimentationSettings(edge_config_id="ecfg_made_up")
)
AT = datetime.fromtimestamp(1_788_000_000, UTC)

# By operation: the client's method, and the arguments that make each recorded request.
METHODS = {
    "upsert-installation": "install",
    "get-installation": "get_installation",
    "update-installation": "update_installation",
    "delete-installation": "uninstall",
    "provision-resource": "provision_resource",
    "list-resources": "list_resources",
    "get-resource": "get_resource",
    "update-resource": "update_resource",
    "delete-resource": "delete_resource",
    "request-secrets-rotation": "rotate_secrets",
    "resource-repl": "run_repl_command",
    "list-billing-plans-for-product": "list_plans",
    "list-billing-plans-for-resource": "list_resource_plans",
    "list-billing-plans-for-installation": "list_installation_plans",
    "provision-purchase": "provision_purchase",
    "create-resource-transfer": "create_resource_transfer",
    "verify-resource-transfer": "verify_resource_transfer",
    "accept-resource-transfer": "accept_resource_transfer",
}
RENAMED = {"input": "command", "ids": "resource_ids"}


class Server:
    """A partner's server with one response."""

    def __init__(self, response):
        self.response = response
        self.requests = []

    def send(self, request):
        self.requests.append(request)
        return self.response


def connect(response, installation_id):
    """An emulator whose installation has an id, and a client for it of a server."""
    emulator = Emulator()
    server = Server(response)
    installation = emulator.installations.add(installation_id)
    return emulator, server, installation.partner(BASE, transport=server)


def response_of(case):
    """The response of an example."""
    content = content_of(case)
    type_ = case.get("contentType", "application/json" if content else "")
    headers = Headers({"content-type": type_} if type_ else {})
    return HTTPResponse(case["status"], headers=headers, content=content)


def arguments_of(operation, case):
    """The arguments of the client's method for a recorded request."""
    body = {snake(name): value for name, value in case.get("body", {}).items()}
    path = {snake(name): value for name, value in case["path"].items()}
    query = {
        name: json.loads(value) if name == "metadata" else value
        for name, value in case.get("query", {}).items()
    }
    given = {**body, **query, **path}
    if operation.id == "upsert-installation":
        return {name: given[name] for name in ("scopes", "accepted_policies")}
    if given.pop("installation_id", None) == "new":
        given["before_installation"] = True
    if "product_id_or_slug" in given:
        given["product_id"] = given.pop("product_id_or_slug")
    if "protocol_settings" in given:
        given["protocol_settings"] = EXPERIMENTATION
    if "expires_at" in given:
        given["expires_at"] = AT
    if len(operation.tokens) > 1:
        given["kind"] = case["token"]
    return {RENAMED.get(name, name): value for name, value in given.items()}


def call(client, operation, case=None):
    """Call the client's method for an operation, with the arguments of a recorded request."""
    case = case or EXAMPLES[operation.id]["requests"][0]
    return getattr(client, METHODS[operation.id])(**arguments_of(operation, case))


def installation_of(case):
    """The installation of a recorded request."""
    found = case["path"].get("installationId", "icfg_1")
    return "icfg_1" if found == "new" else found


@pytest.mark.parametrize(("operation", "case"), table("requests"))
def test_a_call_is_the_recorded_request(operation, case):
    """Method, path, query, body, token and key are those that Vercel sends."""
    accepted = next(
        one for one in EXAMPLES[operation.id]["responses"] if one["status"] in operation.responses
    )
    _, server, client = connect(response_of(accepted), installation_of(case))
    with suppress(PartnerContractError):  # about another resource than the one that is there
        call(client, operation, case)
    (sent,) = server.requests
    url = urlsplit(sent.url)
    path = operation.path.format_map({snake(name): one for name, one in case["path"].items()})
    assert (sent.method, url.path) == (operation.method, f"/vercel{path}")
    assert as_lists(parse_qs(url.query)) == as_lists(case.get("query", {}))
    if operation.id == "upsert-installation":
        assert json.loads(sent.content).keys() >= {"scopes", "credentials", "account"}
    elif operation.body:
        assert json.loads(sent.content) == case.get("body", {})
    else:
        assert sent.content is None
    assert sent.headers["x-vercel-auth"] == case["token"]
    assert ("idempotency-key" in sent.headers) == operation.writes


@pytest.fixture(scope="module")
def validator():
    """What judges requests by Vercel's document."""
    openapi_core = pytest.importorskip("openapi_core", reason="validates requests by the document")
    return openapi_core.OpenAPI.from_dict(contract("partner.openapi.json"))


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_a_call_is_valid_by_the_document(operation, validator):
    """Vercel's document allows the request of every method, by its path, query, body and token."""
    from openapi_core.testing import MockRequest

    _, server, client = connect(HTTPResponse(503), "icfg_1")
    with suppress(PartnerContractError):
        call(client, operation, EXAMPLES[operation.id]["requests"][-1])
    (sent,) = server.requests
    url = urlsplit(sent.url)
    validator.validate_request(
        MockRequest(
            "https://partner.example",
            sent.method.lower(),
            url.path.removeprefix("/vercel"),
            args=parse_qs(url.query),
            headers=dict(sent.headers),
            data=sent.content,
            content_type=sent.headers.get("content-type", ""),
        )
    )


def as_lists(query):
    """A query as `parse_qs` reads it, with the JSON in it parsed."""
    values = {name: one if isinstance(one, list) else [one] for name, one in query.items()}
    return {
        name: [json.loads(one) if one.startswith("{") else one for one in found]
        for name, found in values.items()
    }


def fits(operation, case):
    """Whether a response is a success."""
    return case["status"] in operation.responses


@pytest.mark.parametrize(("operation", "case"), table("responses", where=fits))
def test_every_success_is_accepted(operation, case):
    """What Vercel accepts has no issues."""
    _, _, client = connect(response_of(case), "icfg_1")
    call(client, operation)


@pytest.mark.parametrize(
    ("operation", "case"), table("responses", where=lambda op, case: not fits(op, case))
)
def test_every_refusal_is_understood(operation, case):
    """A documented refusal is an error without issues."""
    _, _, client = connect(response_of(case), "icfg_1")
    with pytest.raises(PartnerRefusedError) as caught:
        call(client, operation)
    assert caught.value.issues == ()


def on_the_wire(case):
    """What a client sees of a response."""
    return case["status"], content_of(case)


def is_reported(operation, case):
    """Whether a wrong response is one that a client can tell, and is to."""
    tolerated = [on_the_wire(one) for one in EXAMPLES[operation.id]["wrong"] if one.get("tolerate")]
    return case["kind"] != "meaning" and on_the_wire(case) not in tolerated


@pytest.mark.parametrize(("operation", "case"), table("wrong", where=is_reported))
def test_every_wrong_response_is_reported(operation, case):
    """A wrong schema, status or content is an error whose issues say what was expected."""
    _, _, client = connect(response_of(case), "icfg_1")
    with pytest.raises((PartnerContractError, PartnerRefusedError)) as caught:
        call(client, operation)
    assert caught.value.issues


@pytest.mark.parametrize(
    ("operation", "case"), table("wrong", where=lambda _, case: case.get("tolerate", False))
)
def test_what_is_common_is_tolerated(operation, case):
    """Statuses that a page of Vercel shows, or most partners send, are accepted."""
    _, _, client = connect(response_of(case), "icfg_1")
    call(client, operation)


@pytest.mark.parametrize("method", ["list_plans", "list_installation_plans"])
def test_before_an_installation_the_token_names_none(method):
    """Plans are listed with Vercel's own token, which names no account and no installation."""
    emulator, server, client = connect(json_response({"plans": []}), "icfg_1")
    verifier = SyncTokenVerifier(
        emulator.integration.client_id,
        transport=emulator.transport(),
        clock=emulator.clock.timestamp,
    )
    getattr(client, method)(before_installation=True)
    headers = server.requests[-1].headers
    claims = verifier.verify_call(
        headers["authorization"], headers["x-vercel-auth"], installation_id=ANY_INSTALLATION
    )
    assert (claims.installation_id, claims.account_id, claims.sub) == (None, None, None)


def test_purchased_credits_are_in_the_balances():
    """The newest balances are those of the response, unless the partner has sent newer ones."""
    emulator = Emulator()
    at = "2026-01-15T12:00:00.000Z"
    body = {"timestamp": at, "balances": [{"currencyValueInCents": 1234.5, "credit": "A"}]}
    server = Server(json_response(body))
    client = emulator.partner(BASE, transport=server)
    client.provision_purchase("inv_1")
    balance = Balance(currency_value_in_cents=1234, credit="A")
    assert emulator.received.balances == [balance]
    server.response = json_response({"timestamp": at, "balances": []})
    client.provision_purchase("inv_1")
    assert emulator.received.balances == [balance]


def test_null_clears_the_notification_of_an_installation():
    """A notification stays until the partner responds with another, or with null."""
    emulator = Emulator()
    server = Server(json_response({"notification": {"level": "info", "title": "Hi"}}))
    client = emulator.partner(BASE, transport=server)
    client.get_installation()
    for body, title in [({}, "Hi"), ({"notification": None}, None)]:
        server.response = json_response(body)
        client.update_installation(billing_plan_id="pro")
        notification = emulator.received.installation_update.notification
        assert (notification and notification.title) == title


def test_a_query_of_the_base_url_stays_beside_a_parameter():
    """What the base URL has behind a question mark comes first."""
    server = Server(json_response({"plans": []}))
    client = Emulator().partner(f"{BASE}?preview=1", transport=server)
    client.list_installation_plans(metadata={"region": "iad1"})
    query = parse_qs(urlsplit(server.requests[-1].url).query)
    assert query == {"preview": ["1"], "metadata": ['{"region": "iad1"}']}


def test_accepted_resources_belong_to_the_other_team():
    """A transfer moves what it names, with its projects, to the installation that accepts it."""
    emulator = Emulator()
    kept, offered = "db_emulator", "db-7f3k2"
    body = {"id": offered, "productId": "redis", "name": "A", "metadata": {}, "status": "ready"}
    secrets = [{"name": "URL", "value": "hidden-1"}]
    server = Server(json_response(body | {"secrets": secrets}))
    source = emulator.partner(BASE, transport=server)
    source.provision_resource(**PROVISION_TERMS)
    for resource_id in (kept, offered):
        emulator.team.connect_project(f"prj_{resource_id}", resource_id=resource_id)
    server.response = json_response({"providerClaimId": "claim-1"})
    source.create_resource_transfer([offered, "db_of_nobody"], expires_at=AT)
    other = emulator.installations.add("icfg_other")
    server.response = HTTPResponse(204)
    for _ in range(2):  # the second is one that the emulator does not know any more
        other.partner(BASE, transport=server).accept_resource_transfer("claim-1")
    assert [*emulator.resources] == [kept]
    assert other.resources.environment_variables(offered) == {"URL": "hidden-1"}
    assert [one.project_id for one in emulator.team.projects] == [f"prj_{kept}"]
    assert [one.project_id for one in other.team.projects] == [f"prj_{offered}"]


def test_a_naive_deadline_of_a_transfer_is_refused():
    """Until when a transfer can be claimed is a moment, not a time of some zone."""
    client = Emulator().partner(BASE, transport=Server(json_response({})))
    with pytest.raises(ValueError, match="timezone-aware"):
        client.create_resource_transfer(["db_1"], expires_at=AT.replace(tzinfo=None))


def test_every_operation_has_a_method():
    """All of the table is callable."""
    assert METHODS.keys() == OPERATIONS.keys()
