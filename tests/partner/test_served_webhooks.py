"""Webhooks, received where the partner API is served."""

import json
import logging
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.partner.acme import (
    INSTALLATION,
    PROVISION,
    SECRET,
    AsyncAcme,
    PlainAcme,
    Served,
    error_of,
    request,
)
from vercel_marketplace import Headers, HTTPRequest
from vercel_marketplace.partner import SQLiteIdempotencyStore
from vercel_marketplace.webhooks import ConfigurationRemovedEvent, UnknownEvent, sign

RESOURCES = f"/v1/installations/{INSTALLATION}/resources"
REMOVED = {
    "id": "evt_1",
    "type": "integration-configuration.removed",
    "createdAt": 1_800_000_000_000,
    "payload": {
        "configuration": {"id": "icfg_1", "projects": []},
        "team": {"id": "team_1"},
        "user": {"id": "user_1"},
    },
}


class PlainHandler(PlainAcme):
    """Keeps events."""

    error = None

    def on_webhook(self, event):
        self.events.append(event)
        if self.error is not None:
            raise self.error


class AsyncHandler(AsyncAcme):
    """Keeps events."""

    error = None

    async def on_webhook(self, event):
        self.events.append(event)
        if self.error is not None:
            raise self.error


@pytest.fixture
def handler(way, may_block):
    """A partner that handles webhooks, served in each of the ways."""
    partner = (PlainHandler if way.blocking else AsyncHandler)()
    return Served(way, partner).serve(webhook_secret=SECRET)


def webhook(event=REMOVED, *, path="/webhooks", method="POST", body=None, secret=SECRET, **headers):
    """A webhook as Vercel sends it."""
    content = json.dumps(event).encode() if body is None else body
    headers = {"x-vercel-signature": sign(content, secret)} | headers
    return HTTPRequest(
        method=method,
        url=f"https://acme.example{path}",
        headers=Headers({name: text for name, text in headers.items() if text is not None}),
        content=content,
    )


def test_an_event_is_handed_over_and_acknowledged(handler):
    """The event is typed; the response is a 204."""
    response = handler.respond(webhook())

    assert (response.status_code, response.content) == (204, b"")
    (event,) = handler.partner.events
    assert type(event) is ConfigurationRemovedEvent
    assert event.installation_id == "icfg_1"


def test_an_event_of_no_known_type_is_handed_over(handler):
    """What is new is the partner's to ignore."""
    handler.respond(webhook({"id": "evt_2", "type": "new", "payload": {}}))

    assert type(handler.partner.events[0]) is UnknownEvent


def test_a_repeated_event_is_dropped(handler):
    """An event that was handled is acknowledged again, and not handed over again."""
    assert [handler.respond(webhook()).status_code for _ in range(2)] == [204, 204]
    assert len(handler.partner.events) == 1


def test_an_event_that_failed_comes_again(handler, caplog):
    """After an exception Vercel gets a 500 without its text, and the retry is handed over."""
    handler.partner.error = ValueError("hidden")
    with caplog.at_level(logging.ERROR, "vercel_marketplace.partner"):
        failed = handler.respond(webhook())
    handler.partner.error = None

    assert (failed.status_code, "hidden" in failed.text) == (500, False)
    assert caplog.messages == ["webhook evt_1 (integration-configuration.removed) failed"]
    assert handler.respond(webhook()).status_code == 204
    assert len(handler.partner.events) == 2


class _Stopped(BaseException):
    """What no handler of exceptions is for, such as Ctrl-C."""


@pytest.mark.parametrize("call", [webhook, lambda: request("POST", RESOURCES, PROVISION)])
def test_no_frame_remembers_the_secret(handler, call):
    """An error reporter sends the locals of each frame, and the client secret is in none."""

    def stop(*_):
        raise _Stopped

    handler.partner.on_webhook = stop
    handler.partner.returns["provision_resource"] = stop

    with pytest.raises(_Stopped) as caught:
        handler.respond(call())

    frames = [frame for frame, _ in traceback.walk_tb(caught.value.__traceback__)]
    held = [repr(value) for frame in frames[1:] for value in frame.f_locals.values()]
    assert any("WebhookSettings(path='/webhooks'" in text for text in held)
    assert not any(SECRET in text for text in held)


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (webhook(**{"x-vercel-signature": None}), 401),
        (webhook(**{"x-vercel-signature": "0" * 40}), 401),
        (webhook(secret="another"), 401),
        (webhook(body=b"{"), 400),
        (webhook(body=b'{"id": "evt_1", "id": "evt_2", "type": "new"}'), 400),
        (webhook({"type": "new"}), 400),
        (webhook(method="GET"), 405),
        (webhook(body=bytes(1_000_001)), 413),
        (webhook(path="/webhooks/"), 404),
        (webhook(path="/v1/webhooks"), 404),
    ],
)
def test_what_is_no_webhook_of_vercels_is_refused(handler, request_, status):
    """It gets an error, and is not handed over."""
    response = handler.respond(request_)

    assert (response.status_code, handler.partner.events) == (status, [])
    assert error_of(response)["message"]


def test_the_path_and_the_secret_are_settings(handler):
    """Several secrets count while one is rotated, at the path that is registered at Vercel."""
    handler.serve(webhook_secret=["new", SECRET], webhook_path="/hooks", base_path="/vercel")

    assert handler.respond(webhook(path="/vercel/hooks")).status_code == 204
    assert handler.respond(webhook(path="/vercel/hooks", secret="new")).status_code == 204
    assert handler.respond(webhook(path="/vercel/webhooks")).status_code == 404


def test_without_a_secret_there_are_no_webhooks(served):
    """Nothing is received that cannot be verified."""
    assert served.respond(webhook()).status_code == 404


def test_without_a_handler_webhooks_are_acknowledged(served):
    """A partner that does nothing with them has none that fail."""
    served.serve(webhook_secret=SECRET)

    assert served.respond(webhook()).status_code == 204


def test_an_event_that_comes_to_two_workers_is_handled_once(tmp_path):
    """While one worker handles it, the other waits, and then drops it."""
    going, go = threading.Event(), threading.Event()

    class Slow(PlainHandler):
        def on_webhook(self, event):
            super().on_webhook(event)
            going.set()
            assert go.wait(30)

    blocking = type("Blocking", (), {"blocking": True})()
    store = tmp_path / "responses.db"
    workers = [
        Served(blocking, Slow()).serve(
            webhook_secret=SECRET, idempotency_store=SQLiteIdempotencyStore(store)
        )
        for _ in "ab"
    ]
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(workers[0].respond, webhook())
        going.wait(30)
        second = pool.submit(workers[1].respond, webhook())
        go.set()

    assert [first.result().status_code, second.result().status_code] == [204, 204]
    assert [len(worker.partner.events) for worker in workers] == [1, 0]
