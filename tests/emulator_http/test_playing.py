"""Vercel's part over HTTP: keys that are fetched, and webhooks that are sent after the response."""

import threading

import pytest

from tests.emulator.builders import invoice
from vercel_marketplace import SyncVercel
from vercel_marketplace.emulator import Emulator
from vercel_marketplace.models import InvoiceTest
from vercel_marketplace.tokens import SyncTokenVerifier
from vercel_marketplace.webhooks import parse_event

PATIENCE = 10.0


@pytest.fixture
def emulator():
    """An emulator with a server of its own."""
    return Emulator()


@pytest.fixture
def url(emulator):
    """Where it is served."""
    with emulator.serve() as url:
        yield url


def test_tokens_are_verified_with_the_keys_that_are_served(emulator, url):
    """A verifier is told where the keys are, and accepts what the emulator signs."""
    with SyncTokenVerifier(
        emulator.integration.client_id,
        jwks_url=f"{url}/.well-known/jwks",
        clock=emulator.clock.timestamp,
    ) as verifier:
        claims = verifier.verify_system(
            emulator.tokens.system_token(), installation_id=emulator.installation_id
        )

    assert claims.installation_id == emulator.installation_id


def submit(emulator, url):
    """Have an invoice paid by a request."""
    with SyncVercel(bearer_token=emulator.token, server_url=url) as vercel:
        return vercel.marketplace.submit_invoice(
            integration_configuration_id=emulator.installation_id,
            request_body=invoice(test=InvoiceTest(result="paid", validate=False)),
        ).invoice_id


def test_a_webhook_waits_for_the_response_to_the_request(emulator, url):
    """A partner has the response to its request even if it handles the webhook slowly."""
    responded, told = threading.Event(), threading.Event()

    @emulator.webhooks.subscribe
    def receive(_request):
        assert responded.wait(PATIENCE)
        told.set()

    assert submit(emulator, url)
    responded.set()

    assert told.wait(PATIENCE)


def test_whoever_is_told_may_ask_the_server(emulator, url):
    """A receiver can read the invoice before it responds to the webhook."""
    states, told = [], threading.Event()

    @emulator.webhooks.subscribe
    def receive(request):
        event = parse_event(
            request.content,
            request.headers["x-vercel-signature"],
            emulator.integration.client_secret,
        )
        with SyncVercel(bearer_token=emulator.token, server_url=url) as vercel:
            read = vercel.marketplace.get_invoice(
                integration_configuration_id=event.payload.installation_id,
                invoice_id=event.payload.invoice_id,
            )
        states.append((event.type, read.state))
        if len(states) == 2:
            told.set()

    submit(emulator, url)

    assert told.wait(PATIENCE)
    assert states == [
        ("marketplace.invoice.created", "paid"),
        ("marketplace.invoice.paid", "paid"),
    ]
