"""The recipes of `docs/webhooks.md`, driven as Vercel and as a forger would."""

import asyncio
import json
from datetime import UTC, datetime
from typing import get_args

import attrs
import httpx
import pytest

from tests.test_documentation import DOCS, SYBIL
from tests.webhooks.examples import wire
from vercel_marketplace import webhooks as w

PAGE = DOCS / "webhooks.md"
BODY = json.dumps(wire(envelope={"id": "evt_of_the_test"})).encode()


@pytest.fixture
def page():
    """The names of the page after its examples have run, with an empty inbox."""
    document = SYBIL.parse(PAGE)
    for example in document.examples():
        example.evaluate()
    document.namespace["inbox"].clear()
    document.namespace["paid"].clear()
    return document.namespace


def through_fastapi(page, body, headers):
    async def post():
        transport = httpx.ASGITransport(app=page["app"])
        async with httpx.AsyncClient(transport=transport, base_url="http://partner") as client:
            return await client.post("/webhooks/vercel", content=body, headers=headers)

    return asyncio.run(post()).status_code


def through_flask(page, body, headers):
    client = page["application"].test_client()
    return client.post("/webhooks/vercel", data=body, headers=headers).status_code


@pytest.fixture(params=[through_fastapi, through_flask], ids=["FastAPI", "Flask"])
def post(request, page):
    """Posts a body to an endpoint of the page, and gives the status of the response."""

    def send(body=BODY, *, secret=page["CLIENT_SECRET"], **headers):
        signed = {"x-vercel-signature": w.sign(body, secret)} if secret else {}
        return request.param(page, body, signed | headers)

    return send


def test_an_event_is_answered_before_anything_is_done(post, page):
    """A 2xx comes at once: the event is in the inbox, and nothing was done for it yet."""
    assert post() == 204
    assert list(page["inbox"]) == ["evt_of_the_test"]
    assert page["paid"] == []


@pytest.mark.parametrize(
    "forged",
    [
        {"secret": None},
        {"secret": "guessed"},
        {"secret": None, "x-vercel-signature": ""},
        {"secret": None, "x-vercel-signature": "sha1=0"},
        {"secret": None, "x-vercel-signature": w.sign(BODY + b" ", "client-secret")},
    ],
    ids=["none", "another secret", "empty", "malformed", "another body"],
)
def test_a_forgery_is_answered_with_401(post, page, forged):
    """What Vercel did not sign is refused, and kept nowhere."""
    assert post(**forged) == 401
    assert page["inbox"] == {}


@pytest.mark.parametrize("body", [b"no JSON", b"[]", b'{"id": "evt_1"}'])
def test_what_is_no_event_is_answered_with_400(post, page, caplog, body):
    """What Vercel signed and nobody can read is refused and logged."""
    assert post(body) == 400
    assert page["inbox"] == {}
    assert [record.levelname for record in caplog.records if record.name == "webhooks"] == ["ERROR"]


def test_a_repeated_id_is_dropped(post, page):
    """An event that comes again, before it was worked on or after, is acknowledged only."""
    assert [post(), post()] == [204, 204]
    page["work"]()
    assert post() == 204
    page["work"]()
    assert page["paid"] == ["mi_1"]


def test_two_ids_are_two_events(post, page):
    """Another id is another event, even if all else is the same."""
    for id_ in ("evt_1", "evt_2"):
        post(json.dumps(wire(envelope={"id": id_})).encode())
    page["work"]()
    assert page["paid"] == ["mi_1", "mi_1"]


def test_what_fails_stays_in_the_inbox(page, monkeypatch):
    """The worker takes up again what it could not do."""
    page["keep"](event := w.UnknownEvent(id="e", type="t", created_at=datetime.now(UTC)))

    def fail(_event):
        raise ZeroDivisionError

    monkeypatch.setitem(page, "handle", fail)
    with pytest.raises(ZeroDivisionError):
        page["work"]()
    assert page["inbox"] == {"e": event}


def test_the_table_of_events_names_the_classes():
    """The page has each type with its class and payload, and no other."""
    rows = [line.split(" | ") for line in PAGE.read_text().splitlines() if "Event` |" in line]
    listed = {row[1].strip("`") for row in rows}
    assert listed == {kind.__name__ for kind in get_args(w.WebhookEvent)}
    for type_, class_, payload in rows:
        kind = getattr(w, class_.strip("`"))
        fields = attrs.fields_dict(kind)
        if "any" not in type_:
            assert type_.strip("| `") == fields["type"].default
            assert payload.strip("| `") == fields["payload"].type.__name__
