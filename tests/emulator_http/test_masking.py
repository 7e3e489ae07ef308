"""What the console and the log never show: a secret, wherever and under whatever name it stands."""

import json
import logging

import pytest

from tests.emulator.builders import send as send_past_sdk
from tests.emulator_http.control import HERE, send
from vercel_marketplace import Headers, HTTPRequest, HTTPResponse
from vercel_marketplace.emulator import Emulator
from vercel_marketplace.emulator.known_secrets import KnownSecrets, Mask

RESOURCE = {
    "id": "db_1",
    "productId": Emulator.integration.product_id,
    "name": "Orders",
    "metadata": {},
    "status": "ready",
}
SECRET = "pg-s3cr3t-1"
PATHS = (
    "/requests",
    "/partner/calls",
    "/webhooks/deliveries",
    "/",
)


@pytest.fixture
def shown(control):
    """Returns what the console shows of all that has happened."""

    def shown():
        return "\n".join(control.send("GET", path).text for path in PATHS)

    return shown


@pytest.fixture
def partner(control, server):
    """A partner's server, which is connected."""
    control.put("/partner", url=server.url)
    return server


def echoes(text):
    """Bodies of partners that have a text in some place, valid and not."""
    details = {"label": text, "value": text}
    plan = {"id": text, "type": "subscription", "name": text, "description": text}
    return {
        "a name": {"plans": [{**plan, "details": [details]}]},
        "a property": {text: 1, "plans": [{text: 1}]},
        "a part of a text": {"error": {"code": "x", "message": f"Token {text}!"}},
        "a code": {"error": {"code": text, "message": "No"}},
        "a list": [[text]],
        "a text": text,
    }


@pytest.mark.parametrize("status", [200, 403, 500])
@pytest.mark.parametrize("name", echoes(""))
def test_a_token_that_a_partner_echoes_is_masked(emulator, control, partner, shown, name, status):
    """Under any name: an access token, that of the call, and the client secret."""
    issued = [
        emulator.token,
        emulator.integration.client_secret,
        emulator.tokens.issue_sso_code(code="chosen-by-me"),
        emulator.tokens.system_token(),
    ]
    for text in issued:
        partner.answers(echoes(text)[name], status=status)
        control.post(f"{HERE}/partner/list-plans")
    assert [text for text in issued if text in shown()] == []
    calls = control.get("/partner/calls")
    assert all("…" in json.dumps(call["response"]["body"], ensure_ascii=False) for call in calls)


def test_a_secret_of_a_resource_is_masked_by_its_value(emulator, control, partner, shown):
    """In what the partner echoes, in requests and in what the emulator keeps of a resource."""
    metadata = {"dsn": f"postgres://u:{SECRET}@host", SECRET: True}
    body = {**RESOURCE, "metadata": metadata, "secrets": [{"name": "PASSWORD", "value": SECRET}]}
    partner.answers(body)
    control.post(f"{HERE}/partner/provision-resource", name="Orders", billingPlanId="pro")
    event = {"event": {"type": "installation.updated", SECRET: SECRET}}
    send(emulator, f"/v1{HERE}/events?q={SECRET}", json.dumps(event).encode(), {"x-note": SECRET})
    assert emulator.resources["db_1"].metadata == metadata
    (resource,) = control.get(HERE)["resources"][1:]
    assert resource["resource"]["metadata"] == {"dsn": "postgres://u:…@host", "…": True}
    assert SECRET not in shown() + control.send("GET", HERE).text


def test_a_secret_that_was_replaced_stays_masked(emulator, control, partner, shown):
    """The old one may still be valid, and was shown to nobody before."""
    partner.answers({**RESOURCE, "secrets": [{"name": "A", "value": SECRET}], "note": SECRET})
    control.post(f"{HERE}/partner/provision-resource", name="Orders", billingPlanId="pro")
    partner.answers({"sync": True, "secrets": [{"name": "A", "value": "pg-other-1"}]})
    control.post(f"{HERE}/partner/rotate-secrets", resourceId="db_1")
    partner.answers(status=204)
    control.post(f"{HERE}/partner/delete-resource", resourceId="db_1")
    assert SECRET not in shown()
    assert "pg-other-1" not in shown()


def test_a_secret_that_was_refused_is_masked(emulator, control, partner, shown):
    """What the emulator did not take over it knows by its name."""
    partner.answers({"secrets": [{"name": "A", "value": SECRET, "note": SECRET}]})
    control.post(f"{HERE}/partner/provision-resource", name="Orders", billingPlanId="pro")
    refused = {"secrets": [{"name": "not a name", "value": "pg-refused", "note": "pg-refused"}]}
    path = f"/v1{HERE}/resources/{emulator.resource_id}/secrets"
    send(emulator, path, json.dumps(refused).encode())
    assert SECRET not in shown()
    assert "pg-refused" not in shown()


def test_what_a_reset_removes_is_masked_yet(emulator):
    """A receiver of webhooks, or a log, may have it."""
    emulator.installations.add("icfg_2")
    token = emulator.installations["icfg_2"].token
    emulator.reset()
    assert emulator.console.make_mask().hide_text(f"a {token}") == "a …"


def test_the_code_of_a_partners_error_is_shown(control, partner):
    """It is what its developer has to read."""
    partner.answers({"error": {"code": "plan_sold_out", "message": "No"}}, status=409)
    call = control.post(f"{HERE}/partner/provision-resource", name="Orders", billingPlanId="pro")
    assert call["response"]["body"]["error"]["code"] == "plan_sold_out"


def test_the_code_of_a_sign_in_is_masked(emulator, control):
    """It is a secret of the member who signs in, whether it is a valid one or not."""
    send(emulator, "/v1/integrations/sso/token", b'{"code": "made-up"}')
    assert control.get("/requests")[0]["body"] == {"code": "…"}


def test_ids_stay_as_they_are(emulator, control):
    """A secret that is also the id of something does not take it out of reach."""
    send_past_sdk(
        emulator,
        "PUT",
        f"/resources/{emulator.resource_id}/secrets",
        {"secrets": [{"name": "DATABASE", "value": emulator.resource_id}]},
    )
    (resource,) = control.get(HERE)["resources"]
    assert resource["id"] == emulator.resource_id
    path = f"{HERE}/resources/{emulator.resource_id}/environment-variables"
    assert path in control.send("GET", f"{HERE}/page").text


def test_the_key_in_the_url_of_the_partner_is_not_shown(control, shown):
    """Neither by the command nor on the page."""
    control.put("/partner", url="http://127.0.0.1:9/base?key=s3cr3t")
    assert control.get("/partner") == {"url": "http://127.0.0.1:9/base?key=…"}
    assert "s3cr3t" not in shown()


def test_a_body_that_nobody_reads_is_not_shown(emulator, control):
    """A page with it would take long to load, again and again."""
    send(emulator, "/v1/nothing", json.dumps(["x" * 131_072]).encode())
    (request,) = control.get("/requests")
    assert request["body"] == "131076 bytes, which are too many to be shown"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (53_237, "…"),
        ([53_237, 53_238], ["…", 53_238]),
        ({"a": "x53237", "b": None}, {"a": "x…", "b": None}),
        ("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln", "…"),
    ],
)
def test_a_mask_covers_every_kind_of_value(value, shown):
    """A number that is a secret's digits is one, and whatever has the form of a signed token."""
    assert Mask(["53237"]).hide(value) == shown


def test_no_more_secrets_are_remembered_than_fit(monkeypatch):
    """The newest are."""
    monkeypatch.setattr("vercel_marketplace.emulator.limits.MAX_SECRETS", 2)
    known, state = KnownSecrets(), Emulator()._store.state
    known.add(["old-secret", "newer-secret", "newest-secret"])
    assert known.make_mask(state).hide_text("old-secret newer-secret") == "old-secret …"


def test_a_secret_that_is_removed_again_is_one_of_the_newest(monkeypatch):
    """It is not forgotten before those that were removed since the first time."""
    monkeypatch.setattr("vercel_marketplace.emulator.limits.MAX_SECRETS", 2)
    known, state = KnownSecrets(), Emulator()._store.state
    for secret in ("again-secret", "other-secret", "again-secret", "newest-secret"):
        known.add([secret])
    assert known.make_mask(state).hide_text("again-secret other-secret") == "… other-secret"


def test_a_path_that_holds_a_secret_is_masked_wherever_it_is_shown(emulator, control, shown):
    """It is also what a published document is called."""
    secret = emulator.integration.client_secret
    send(emulator, f"/.well-known/vercel/{secret}", b"")
    (request,) = control.get("/requests")
    assert request["operation"] == "vercel/…"
    assert secret not in shown()


def test_the_log_has_no_secret_and_one_line_for_each_request(caplog):
    """Whatever a client puts into a path, it can neither show a token nor forge a line."""
    emulator = Emulator()
    caplog.set_level(logging.INFO, logger="vercel_marketplace.emulator")
    url = f"https://api.vercel.com/v1/{emulator.token}/\nGET%0A\x1b[2J\u202e/v1"
    emulator._backend.deliver(HTTPRequest(method="GET", url=url, headers=Headers()))
    (message,) = caplog.messages
    assert message.startswith("GET /v1/…/")
    assert message.isprintable()


def test_a_log_that_nobody_reads_costs_nothing(monkeypatch, caplog):
    """Secrets are looked for only if a line is written."""
    caplog.set_level(logging.WARNING, logger="vercel_marketplace.emulator")
    emulator = Emulator()
    monkeypatch.setattr(emulator._store, "make_mask", None)
    assert send_past_sdk(emulator, "GET", "/account").status_code == HTTPResponse(200).status_code
