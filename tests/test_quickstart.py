"""The quickstart, as a newcomer runs it: a script in a process of its own."""

import os
import subprocess
import sys
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from vercel_marketplace import Headers, HTTPRequest
from vercel_marketplace.emulator import Emulator

pytestmark = pytest.mark.subprocess

SCRIPT = Path(__file__).resolve().parents[1] / "examples" / "quickstart.py"


def run(**variables):
    """Run the script with these variables and none of the surroundings that would steer it."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("VERCEL_") and not name.lower().endswith("_proxy")
    }
    return subprocess.run(
        [sys.executable, SCRIPT],
        env=kept | {"PYTHONIOENCODING": "utf-8"} | variables,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=30,
    )


@contextmanager
def served(emulator):
    """The emulator over loopback HTTP; gives its URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            url = f"http://localhost{self.path}"
            request = HTTPRequest(method="GET", url=url, headers=Headers(self.headers.items()))
            answer = emulator._backend.deliver(request).response
            self.send_response(answer.status_code)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *_):
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def real_api(url, **more):
    """The variables with which the script asks a server."""
    return {
        "VERCEL_TOKEN": Emulator.token,
        "VERCEL_INTEGRATION_CONFIGURATION_ID": Emulator.installation_id,
        "VERCEL_SERVER_URL": url,
    } | more


@pytest.fixture(scope="module")
def day():
    """The script, run without a token."""
    return run()


def test_the_day_is_told_step_by_step(day):
    """Without a token the script runs the whole day in three styles and says what came of it."""
    assert day.returncode == 0, day.stderr
    assert day.stderr == ""
    assert day.stdout.splitlines() == [
        "A partner's day, on a Marketplace inside this process",
        "",
        "Async methods: Vercel",
        "  SSO exchange            Bearer tokens, good for 3600 s",
        "  member                  usr_emulator is ADMIN",
        "  account                 Acme, https://vercel.com/acme/~/integrations/icfg_emulator",
        "",
        "Standalone functions: VercelCore, Ok and Err",
        "  billing data            accepted: 720 hours so far",
        "  invoice                 inv_1 submitted",
        "  state of inv_1          pending, 36.00 USD",
        "  state of inv_1          paid, 36.00 USD",
        "  state of inv_unknown    Err: 404 Invoice not found",
        "",
        "Blocking methods: SyncVercel",
        "  refund                  0.05 USD, refund_requested",
        "  secrets                 DATABASE_URL rotated",
        "  event                   resource.updated, db_emulator",
    ]


@pytest.mark.parametrize(
    "secret",
    [
        Emulator.token,
        Emulator.integration.client_secret,
        "emulator-sso-code",
        "emulator-sso-token",
        "emulator-refresh-token",
        "eyJ",
        "postgres:",
    ],
)
def test_no_secret_is_printed(day, secret):
    """Neither tokens nor codes nor the values of secrets appear in what the script prints."""
    assert secret not in day.stdout + day.stderr


@pytest.mark.parametrize(
    ("present", "missing"),
    [
        ("VERCEL_TOKEN", "VERCEL_INTEGRATION_CONFIGURATION_ID"),
        ("VERCEL_INTEGRATION_CONFIGURATION_ID", "VERCEL_TOKEN"),
    ],
)
def test_half_a_configuration_runs_nothing(present, missing):
    """With one of the two variables the script names the other and exits with 2."""
    done = run(**{present: "something"})

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == f"{missing} is not set; set both for the real API, or neither\n"


def test_a_configured_token_reads_the_account_only():
    """With a token and an installation the script makes one call, which changes nothing."""
    emulator = Emulator()
    with served(emulator) as url:
        done = run(**real_api(url))

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        f"icfg_emulator at {url}, read only",
        "  account                 Acme, https://vercel.com/acme/~/integrations/icfg_emulator",
    ]
    assert [request.method for request in emulator.requests] == ["GET"]


def test_a_member_is_read_where_one_is_named():
    """With `VERCEL_MEMBER_ID` the script reads that member too."""
    with served(Emulator()) as url:
        done = run(**real_api(url, VERCEL_MEMBER_ID="usr_emulator"))

    assert done.stdout.splitlines()[2:] == ["  member                  usr_emulator is ADMIN"]


def test_an_error_is_one_line():
    """An error of the SDK is printed as one line without the token, and the exit code is 1."""
    with served(Emulator()) as url:
        done = run(**real_api(url, VERCEL_INVOICE_ID="inv_unknown"))

    assert done.returncode == 1
    assert done.stderr == (
        "failed: get-invoice (icfg_emulator): 404 not_found: Invoice not found "
        "(1 attempt, request id emulator::2)\n"
    )
