"""The page of the console: what it shows, and what it must not render."""

import re

import httpx
import pytest

from tests.emulator.builders import Here, refund, send, submitted
from tests.emulator_http.control import HERE, Control
from vercel_marketplace import Headers, HTTPRequest, SyncVercel
from vercel_marketplace import models as m

PAGE = f"{HERE}/page"
EVIL = "<script>alert(1)</script>"


@pytest.fixture
def marketplace(emulator):
    """The blocking methods of a partner's client."""
    with SyncVercel(bearer_token=emulator.token, transport=emulator.transport()) as vercel:
        yield Here(vercel.marketplace)


@pytest.fixture
def html(control):
    """Returns the HTML of a page."""
    return lambda path: control.send("GET", path).raise_for_status().text


@pytest.mark.parametrize("path", ["/", PAGE])
def test_a_new_emulator_has_something_to_show(html, path):
    """Nothing has happened yet, and each list says so."""
    page = html(path)
    assert "Acme" in page
    assert 'class="empty"' in page


def test_the_overview_shows_what_comes_and_goes(emulator, marketplace, html):
    """Requests, webhooks and faults are on it, without a secret."""
    emulator.webhooks.subscribe(lambda _: 500)
    emulator.faults.fail("get-invoice")
    emulator.team.add_member("usr_2")
    marketplace.get_account_info()
    page = html("/")
    for shown in ("get-account-info", "marketplace.member.changed", "get-invoice", "not delivered"):
        assert shown in page
    assert emulator.token not in page


def test_an_installation_shows_what_is_in_it(emulator, marketplace, html):
    """Its resources with their projects, and its invoices with what can be done to them."""
    emulator.team.connect_project("prj_1", resource_id=emulator.resource_id)
    invoice_id = submitted(marketplace)
    emulator.deployments.start_action("branch", deployment_id="dpl_1")
    page = html(PAGE)
    for shown in ("prj_1", emulator.resource_id, invoice_id, "$36.00", f"{invoice_id}/pay"):
        assert shown in page
    assert f"DELETE {HERE}/deployments/dpl_1" in page


def test_a_call_that_went_wrong_is_open(emulator, html, server):
    """The places in the partner's response are listed below it."""
    server.answers({"plans": [{"id": "pro"}]})
    emulator.console.connect_partner(server.url)
    emulator.console.call_partner(emulator.installation_id, "list_plans", {})
    assert "plans[0].name" in html("/")
    assert '<details class="row" open>' in html("/")


@pytest.mark.parametrize(
    ("body", "status", "shown"),
    [
        ({"error": {"code": "sold_out", "message": "No"}}, 403, "your server refused"),
        ({"error": "sold out"}, 403, "not as Vercel expects"),
        ({"error": {"code": "x", "message": "y"}}, 500, "not as Vercel expects"),
        ({"plans": []}, 200, "as Vercel expects"),
    ],
)
def test_a_refusal_in_due_form_is_no_mistake(emulator, html, server, body, status, shown):
    """A partner may refuse, and only what Vercel cannot read is marked as wrong."""
    server.answers(body, status=status)
    emulator.console.connect_partner(server.url)
    emulator.console.call_partner(emulator.installation_id, "get_installation", {})
    chips = re.findall(r'<span class="chip \w+">([a-zA-Z ]+)</span>', html("/"))
    assert chips == [shown]


def test_a_page_has_the_calls_of_its_installation(emulator, html, server):
    """Those for another team are on the overview alone."""
    added = emulator.installations.add("icfg_2")
    emulator.console.connect_partner(server.url)
    emulator.console.call_partner(added.installation_id, "list_plans", {})
    assert "list-plans</span>" in html("/")
    assert "list-plans</span>" in html("/installations/icfg_2/page")
    assert "list-plans</span>" not in html(PAGE)


def test_plans_that_were_listed_are_offered(emulator, html, server):
    """The names of the newest list are there to choose from."""
    plan = {"id": "pro", "type": "subscription", "name": EVIL, "description": "All"}
    server.answers({"plans": [plan]})
    emulator.console.connect_partner(server.url)
    emulator.console.call_partner(emulator.installation_id, "list_plans", {})
    emulator.console.call_partner(emulator.installation_id, "get_installation", {})
    assert '<option value="pro">' in html(PAGE)


def test_nothing_of_a_partner_is_rendered(emulator, marketplace, html, server):
    """Names, errors and bodies are text, whoever wrote them."""
    server.answers({"plans": [{"id": EVIL, "type": EVIL, "name": EVIL, "description": EVIL}]})
    emulator.console.connect_partner(server.url)
    emulator.console.call_partner(emulator.installation_id, "list_plans", {})
    emulator.resources.add(EVIL)
    emulator.team.connect_project(EVIL, resource_id=EVIL)
    emulator.team.add_member(EVIL)
    emulator.deployments.start_action(EVIL, deployment_id=EVIL)
    body = m.UpdateInvoiceRequestBody(action="refund", reason=EVIL, total="1")
    marketplace.update_invoice(
        invoice_id=submitted(marketplace, external_id=EVIL), request_body=body
    )
    marketplace.update_resource(
        resource_id=emulator.resource_id,
        request_body=m.UpdateResourceRequestBody(name=EVIL, status="ready"),
    )
    send(emulator, "GET", f"/members/{EVIL}")
    for path in ("/", PAGE):
        assert "<script>" not in html(path)


def test_a_page_can_load_nothing_else(emulator):
    """Even markup that slipped through could neither run nor send anything."""
    headers = Control(emulator).send("GET", "/").headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self';")
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"


def test_only_what_there_is_has_a_page(emulator):
    """Another installation is a 404."""
    assert Control(emulator).send("GET", "/installations/icfg_9/page").status_code == 404


@pytest.mark.parametrize("name", ["console.css", "console.js"])
def test_its_files_are_served(emulator, name):
    """They come with the package, and from no other place."""
    assert Control(emulator).send("GET", f"/static/{name}").status_code == 200


def test_the_reason_of_a_refusal_is_in_its_row(emulator, html):
    """Without a click, in words, and with the id that the client has in a header."""
    response = send(emulator, "POST", "/events", {"event": {"type": "other"}})
    emulator._backend.deliver(
        HTTPRequest(method="GET", url="https://api.vercel.com/v1/nothing", headers=Headers())
    )
    page = html("/")
    assert '<span class="why">not_found: ' in page
    number = int(response.headers["x-vercel-id"].rpartition("::")[2])
    assert f"emulator::{number + 1}</pre>" in page


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        ("pending", {"pay", "decline-payment"}),
        ("paid", set()),
        ("refund_requested", {"complete-refund"}),
    ],
)
def test_only_what_can_be_done_to_an_invoice_is_offered(emulator, marketplace, html, state, shown):
    """A button that could only fail is not there."""
    invoice_id = submitted(marketplace, external_id="acme-1")
    if state != "pending":
        emulator.invoices.pay(invoice_id)
    if state == "refund_requested":
        marketplace.update_invoice(invoice_id=invoice_id, request_body=refund("1.00"))
    page = html(PAGE)
    calls = {"pay", "decline-payment", "complete-refund"}
    assert {call for call in calls if f"invoices/{invoice_id}/{call}" in page} == shown
    assert "acme-1" in page
    assert ("a refund was requested: Downtime" in page) == (state == "refund_requested")


# The way back from an import -----------------------------------------------------------


@pytest.fixture
def begun(emulator, html):
    """The parameters with which the partner's page opens, for an import from the browser."""
    (return_url,) = re.findall('name="returnUrl" value="([^"]+)"', html(PAGE))
    control = Control(emulator)
    url = control.post(
        f"{HERE}/import", importResourceUrl="https://acme.example/import", returnUrl=return_url
    )["url"]
    return httpx.URL(url).params


def come_back(emulator, begun, **changes):
    """The page at which the browser ends."""
    given = {"installation_id": begun["installation_id"], "state": begun["state"], **changes}
    path = httpx.URL(begun["return"]).path.removeprefix("/_emulator")
    return Control(emulator).send("GET", str(httpx.URL(path, params=given)))


def test_an_import_ends_in_the_browser(emulator, begun):
    """The page says what was imported, once."""
    emulator.resources.add("db_old")
    assert "The import is complete" in come_back(emulator, begun, resource_id="db_old").text
    again = come_back(emulator, begun, resource_id="db_old").text
    assert "state: unknown or used before" in again


def test_an_import_that_went_wrong_says_why(emulator, begun):
    """What the partner put into the URL is text, and the state can be used yet."""
    page = come_back(emulator, begun, resource_id=EVIL)
    assert "The import is not complete" in page.text
    assert "<script>" not in page.text
    assert "no resource &#39;&lt;script&gt;" in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    emulator.resources.add("db_old")
    assert "The import is complete" in come_back(emulator, begun, resource_id="db_old").text


def test_an_import_into_nothing_has_no_page(emulator, begun):
    """Another installation is a 404, as for every page."""
    path = "/installations/icfg_9/import/return"
    assert Control(emulator).send("GET", f"{path}?state={begun['state']}").status_code == 404
