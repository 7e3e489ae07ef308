"""Sentry: errors and traces, without secrets in them."""

import pytest

from tests.ecosystem.processes import run_program
from vercel_marketplace.emulator import Emulator, RunningClock

pytestmark = pytest.mark.xdist_group("sentry")  # the programs run once
CLIENTS = pytest.mark.parametrize("client", ["http_client", "alone", "hooks"])


@pytest.fixture(scope="module")
def sent(tmp_path_factory):
    """What Sentry would send of a call that succeeds and three that fail, by kind of client."""
    folder = tmp_path_factory.mktemp("sentry")
    events = {}
    for client in ("http_client", "alone", "hooks"):
        emulator = Emulator(RunningClock())
        emulator.faults.delay("update-resource-secrets-by-id", 5)
        with emulator.serve() as url:
            events[client] = run_program(emulator, url, folder, "sentry_calls.py", client)
    return events


@CLIENTS
def test_errors_keep_their_classes(sent, client):
    """Sentry groups errors by the SDK's classes."""
    errors = ["RequestTimeoutError", "ConnectionError", "VercelNotFoundError"]
    assert sent[client]["errors"] == errors


@CLIENTS
def test_no_event_has_a_secret(sent, client):
    """No event has the token or a secret value: in no local variable, log or breadcrumb."""
    assert sent[client]["secrets"] == []


@pytest.mark.parametrize(
    ("client", "methods"), [("http_client", ["GET", "PUT", "PUT", "PUT"]), ("alone", [])]
)
def test_calls_of_a_client_of_httpx_are_spans(sent, client, methods):
    """Sentry traces the requests of a client with `http_client=httpx.Client()`, and no others."""
    assert [span.partition(" ")[0] for span in sent[client]["spans"]] == methods


def test_calls_of_a_client_with_hooks_are_spans(sent):
    """Hooks around each call make spans in Sentry, without `http_client`."""
    assert sent["hooks"]["spans"] == [
        "get-integration-resources",
        *["update-resource-secrets-by-id"] * 3,
    ]
