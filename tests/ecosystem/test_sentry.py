"""Sentry: errors and traces, without secrets in them."""

import pytest

from tests.ecosystem.processes import run_program
from vercel_marketplace.emulator import Emulator, RunningClock


@pytest.fixture(scope="module", params=["http_client", "alone"])
def sent(request, tmp_path_factory):
    """What Sentry would send of a call that succeeds and three that fail."""
    emulator = Emulator(RunningClock())
    emulator.faults.delay("update-resource-secrets-by-id", 5)
    with emulator.serve() as url:
        folder = tmp_path_factory.mktemp("sentry")
        return request.param, run_program(emulator, url, folder, "sentry_calls.py", request.param)


def test_errors_keep_their_classes(sent):
    """Sentry groups errors by the SDK's classes."""
    _, events = sent

    assert events["errors"] == ["RequestTimeoutError", "ConnectionError", "VercelNotFoundError"]


def test_no_event_has_a_secret(sent):
    """No event has the token or a secret value: in no local variable, log or breadcrumb."""
    _, events = sent

    assert events["secrets"] == []


def test_calls_are_spans_with_a_client_of_httpx(sent):
    """Sentry traces the requests of a client with `http_client=httpx.Client()`, and no others."""
    client, events = sent

    methods = [span.partition(" ")[0] for span in events["spans"]]
    assert methods == (["GET", "PUT", "PUT", "PUT"] if client == "http_client" else [])
