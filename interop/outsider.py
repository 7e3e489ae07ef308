"""A developer who writes no Python: a Node server, the emulator's command, and requests."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from vercel_marketplace.emulator import EmulatedIntegration

_MISTAKE: Final = '`items[0].total`: expected a decimal string such as "10.50".'
SEEN: Final[dict[str, object]] = {
    "plans": ["pro"],
    "provisioned": True,
    "variables": {"DATABASE_URL": "postgres://db_1"},
    "refusedByPartner": "unknown_plan",
    "signedIn": {"user": "usr_emulator"},
    "paid": "paid",
    "refused": [f"submit-invoice: bad_request: Invalid request: {_MISTAKE}"],
    "webhooks": ["marketplace.invoice.created", "marketplace.invoice.paid"],
    "delivered": True,
    "forged": 403,
}
"""What is to be seen."""


def try_partner(folder: Path, node: str) -> dict[str, Any]:
    """Install the server of `partner.mjs` into the emulator, and return what a developer sees.

    Args:
        folder: Where the scripts are.
        node: The command.
    """
    ports = _find_free_ports(2)
    emulator, partner = (f"http://127.0.0.1:{port}" for port in ports)
    integration = EmulatedIntegration()
    settings = {
        "VERCEL_URL": emulator,
        "CLIENT_ID": integration.client_id,
        "CLIENT_SECRET": integration.client_secret,
        "PORT": str(ports[1]),
    }
    serve = [sys.executable, "-m", "vercel_marketplace.emulator", "--port", str(ports[0])]
    serve += ["--partner", partner, "--webhooks", f"{partner}/webhooks"]
    with (
        _run([node, str(folder / "partner.mjs")], "listening", env={**os.environ, **settings}),
        _run(serve, "The product is installed"),
    ):
        done = subprocess.run(
            [node, str(folder / "outsider.mjs"), emulator, partner],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            timeout=120,
        )
    return dict(json.loads(done.stdout))


def _find_free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


@contextmanager
def _run(command: list[str], ready: str, **settings: Any) -> Generator[None]:
    """Run a program while the block runs, which begins once the program has printed a text."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **settings) as process:
        assert process.stdout is not None
        try:
            if not any(ready in line for line in process.stdout):
                msg = f"{command} ended before it was ready"
                raise RuntimeError(msg)
            yield
        finally:
            process.send_signal(signal.SIGINT)
