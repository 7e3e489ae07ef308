"""Flask: calls in views of a threaded server, and webhooks."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from flask import Flask, request
from werkzeug.serving import make_server

from vercel_marketplace import SyncVercel
from vercel_marketplace.emulator import Emulator
from vercel_marketplace.testing import submitted_invoice
from vercel_marketplace.webhooks import WebhookError, parse_event


@pytest.fixture
def site(emulator: Emulator, url: str) -> Iterator[str]:
    """An application under a threaded server; its URL."""
    app = Flask(__name__)
    vercel = SyncVercel(bearer_token=emulator.token, server_url=url)

    @app.get("/account")
    def account() -> dict[str, Any]:
        found = vercel.marketplace.get_account_info(
            integration_configuration_id=emulator.installation_id
        )
        return {"name": found.name}

    @app.post("/webhooks")
    def webhooks() -> tuple[str, int]:
        signature = request.headers.get("x-vercel-signature", "")
        try:
            event = parse_event(request.get_data(), signature, emulator.integration.client_secret)
        except WebhookError:
            return "", 401
        # Vercel may be called before it has the response.
        invoice = vercel.marketplace.get_invoice(
            integration_configuration_id=emulator.installation_id,
            invoice_id=event.payload.invoice_id,
        )
        return "", 204 if invoice.state else 500

    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()
    vercel.close()


def test_one_client_serves_all_threads(site):
    """One client of the module serves every thread of the server."""
    with ThreadPoolExecutor(8) as pool:
        pages = list(pool.map(httpx.get, [f"{site}/account"] * 24))

    assert [page.json() for page in pages] == [{"name": "Acme"}] * 24


def test_webhooks_are_verified(site, emulator):
    """`request.get_data()` has the bytes that Vercel signed, and the event is the one it sent."""
    emulator.webhooks.send_to(f"{site}/webhooks")
    submitted_invoice(emulator)

    (webhook,) = emulator.webhooks.deliveries
    assert [attempt.status for attempt in webhook.attempts] == [204]
