"""The console in a real browser: a month is played by clicking."""

import os
import re
import shutil
from urllib.parse import parse_qsl, urlencode

import pytest

pytest.importorskip("playwright", reason="the browser session of nox installs it")

from playwright.sync_api import expect, sync_playwright

from tests.emulator.builders import invoice, refund
from tests.servers import under_wsgiref
from vercel_marketplace import HTTPRequest, SyncVercel, block_on
from vercel_marketplace import models as m
from vercel_marketplace.emulator import Emulator, RunningClock
from vercel_marketplace.partner import (
    Partner,
    PartnerBillingPlan,
    PartnerBillingPlans,
    PartnerResource,
    ProvisionedResource,
    SSORedirect,
    SyncPartnerAPI,
)
from vercel_marketplace.tokens import SyncTokenVerifier

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
EVIL = "<img src=x onerror=alert(1)>"

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
    pytest.mark.usefixtures("may_block"),  # Playwright runs a loop around the whole test
]


class Acme(Partner):
    """A partner with one plan; what it is asked for, it provisions."""

    def __init__(self):
        self.resources = {}
        self.events = []

    def upsert_installation(self, _call, _request):
        return None

    def delete_installation(self, _call, _request):
        return None

    def list_billing_plans_for_product(self, _call, _request):
        plan = PartnerBillingPlan(id="pro", type="subscription", name=EVIL, description="All")
        return PartnerBillingPlans(plans=[plan])

    def provision_resource(self, _call, request):
        fields = {
            "id": f"db_{len(self.resources) + 1}",
            "product_id": request.product_id,
            "name": request.name,
            "metadata": request.metadata,
            "status": "ready",
        }
        self.resources[fields["id"]] = PartnerResource(**fields)
        return ProvisionedResource(**fields, secrets=[m.Secret(name="DB_URL", value="hidden")])

    def get_resource(self, _call, request):
        return self.resources[request.resource_id]

    def delete_resource(self, _call, request):
        del self.resources[request.resource_id]

    def on_webhook(self, event):
        self.events.append(event.type)


def site_of(api):
    """The partner's whole site: its API, a page that says who opened it, and its imports."""

    def application(environ, start_response):
        if environ["PATH_INFO"] == "/sso":
            redirect = SSORedirect.parse(environ["QUERY_STRING"])
            start_response("200 OK", [("content-type", "text/html")])
            return [f"<h1>Welcome to {redirect.path}</h1>".encode()]
        if environ["PATH_INFO"] == "/import":
            given = dict(parse_qsl(environ["QUERY_STRING"]))
            back = urlencode({"resource_id": "db_old", **given})
            start_response("302 Found", [("location", f"{given['return']}?{back}")])
            return []
        return api.wsgi(environ, start_response)

    return application


@pytest.fixture(scope="module")
def chromium():
    """The browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        yield browser
        browser.close()


@pytest.fixture
def emulator(may_block):
    """An emulator by the real time."""
    del may_block
    return Emulator(RunningClock())


@pytest.fixture
def url(emulator):
    """Where it is served."""
    with emulator.serve() as url:
        yield url


@pytest.fixture
def open_page(chromium):
    """Opens pages; an error on one of them, or a dialog that nobody expects, fails the test."""
    pages, errors = [], []

    def open_page(url, **settings):
        page = chromium.new_page(**{"viewport": DESKTOP, **settings})
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(url)
        pages.append(page)
        return page

    yield open_page
    for page in pages:
        page.close()
    assert errors == []


def press(page, name, says=None):
    """Press a button, and wait until the page says what came of it."""
    page.get_by_role("button", name=name, exact=True).first.click()
    expect(page.locator("#message")).to_contain_text(says or f"{name}: done", timeout=20_000)


@pytest.fixture
def partner():
    """The partner."""
    return Acme()


def test_a_month_is_played_by_clicking(emulator, url, open_page, partner):
    """Install, provision, sign in, an invoice, its payment and its refund; webhooks arrive."""
    verifier = SyncTokenVerifier(emulator.integration.client_id, jwks_url=f"{url}/.well-known/jwks")
    secret = emulator.integration.client_secret
    api = SyncPartnerAPI(partner, verifier=verifier, webhook_secret=secret)
    with under_wsgiref(site_of(api)) as site, verifier:
        page = open_page(f"{url}/_emulator/")
        page.get_by_label("Base URL of your integration").fill(site)
        press(page, "Connect")
        page.get_by_label("Send webhooks to").fill(f"{site}/webhooks")
        press(page, "Add")
        page.get_by_role("link", name="Acme").click()
        press(page, "Install")
        press(page, "List plans")
        expect(page.locator("#known-plans")).to_have_text(EVIL)
        page.get_by_label("Plan", exact=True).fill("pro")
        press(page, "Create")
        expect(page.locator("#resources")).to_contain_text("db_1")
        expect(page.locator("#resources")).to_contain_text("DB_URL")

        page.get_by_label("Redirect Login URL").fill(f"{site}/sso")
        page.get_by_label("Path").fill("billing")
        with page.context.expect_page() as opened:
            press(page, "Open")
        expect(opened.value.get_by_role("heading")).to_have_text("Welcome to billing")

        with SyncVercel(bearer_token=emulator.token, server_url=url) as vercel:
            now = emulator.clock.now()
            bill = {"integration_configuration_id": emulator.installation_id}
            period = m.Period(start=now, end=now)
            body = invoice(invoice_date=now, period=period, external_id="acme-1")
            submitted = vercel.marketplace.submit_invoice(**bill, request_body=body)
            press(page, "+1 day")
            press(page, "Decline the payment")
            expect(page.locator("#invoices")).to_contain_text("notpaid")
            press(page, "Pay")
            expect(page.locator("#invoices")).to_contain_text("paid")
            vercel.marketplace.update_invoice(
                **bill, invoice_id=submitted.invoice_id, request_body=refund("6.00")
            )
            press(page, "Complete the refund")
            expect(page.locator("#invoices")).to_contain_text("refunded")

    assert [event.rpartition(".")[2] for event in partner.events] == [
        "created",
        "notpaid",
        "paid",
        "refunded",
    ]


def test_an_import_is_ended_in_the_browser(emulator, url, open_page):
    """The member comes back from the partner's page, and sees what was imported."""
    with under_wsgiref(site_of(None)) as site:
        page = open_page(f"{url}/_emulator/installations/{emulator.installation_id}/page")
        page.get_by_label("Import Resource URL").fill(f"{site}/import")
        with page.context.expect_page() as opened:
            press(page, "Import")
        expect(opened.value.get_by_role("heading")).to_have_text("The import is not complete")
        emulator.resources.add("db_old")
        press(opened.value, "+1 hour")  # which has the page look for news
        assert len(emulator._store.state.integration.imports) == 1, "completed by a look"
        with page.context.expect_page() as opened:
            press(page, "Import")
        expect(opened.value.get_by_role("heading")).to_have_text("The import is complete")
        expect(page.locator("#project-resource")).to_contain_text("db_old")


def test_requests_are_seen_as_they_come(emulator, url, open_page):
    """Without a reload, and with the reason of a refusal; what is open stays open."""
    page = open_page(f"{url}/_emulator/")
    headers = {"authorization": f"Bearer {emulator.token}"}
    page.request.get(f"{url}/v1/installations/icfg_9/account", headers=headers)
    row = page.locator("#requests details")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("forbidden: ")
    row.locator("summary").click()
    page.request.get(f"{url}/v1/installations/icfg_9/account", headers=headers)
    expect(row).to_have_count(2)
    expect(page.locator("#requests details[open]")).not_to_have_count(0)
    assert emulator.token not in page.content()


def test_a_mistake_is_shown(url, open_page):
    """What cannot be done is said in the words of the control API."""
    page = open_page(f"{url}/_emulator/installations/{Emulator.installation_id}/page")
    page.get_by_label("Connect the project").fill("prj_1")
    press(page, "Connect")
    press(page, "Connect", says="project 'prj_1' is connected to 'db_emulator' already")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "path", ["/_emulator/", f"/_emulator/installations/{Emulator.installation_id}/page"]
)
def test_it_fits_on_a_phone(emulator, url, open_page, path, scheme):
    """Nothing is wider than the screen, and every control has a name."""
    emulator.team.connect_project("prj_with_a_long_name_" * 3, resource_id=emulator.resource_id)
    emulator.webhooks.send_to("http://127.0.0.1:9/" + "webhooks" * 12)
    request = HTTPRequest(method="GET", url="https://api.vercel.com/" + "v1" * 60)
    block_on(emulator.transport().send(request))
    page = open_page(url + path, viewport=PHONE, color_scheme=scheme)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= PHONE["width"]
    unnamed = page.evaluate(
        "() => [...document.querySelectorAll('input:not([type=hidden]), select')]"
        ".filter((one) => !one.labels.length).length"
    )
    assert unnamed == 0


def test_it_can_be_used_with_the_keyboard(emulator, url, open_page):
    """Tab leads to the clock's buttons, and Enter presses them."""
    before = emulator.clock.now()
    page = open_page(f"{url}/_emulator/")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.textContent") == "Skip to the content"
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#message")).to_have_text(re.compile("day: done|hour: done"))
    assert (emulator.clock.now() - before).total_seconds() > 3000
