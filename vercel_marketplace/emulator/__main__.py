"""Serve an emulator on this machine: `python -m vercel_marketplace.emulator --port 8787`."""

import argparse
import logging
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

from vercel_marketplace.emulator.api.browser_urls import check_url
from vercel_marketplace.emulator.clock import START, Clock, RunningClock
from vercel_marketplace.emulator.console.command import Command, read_object
from vercel_marketplace.emulator.console.commands.installations import seed
from vercel_marketplace.emulator.console.snapshot import Snapshot
from vercel_marketplace.emulator.console.state_file import load, save
from vercel_marketplace.emulator.defaults import EmulatedIntegration
from vercel_marketplace.emulator.emulator import Emulator
from vercel_marketplace.emulator.known_secrets import printable
from vercel_marketplace.emulator.request_log import DEFAULT_MAX_BYTES, DEFAULT_MAX_REQUESTS
from vercel_marketplace.emulator.server.allowed_hosts import parse_names

_MAX_PORT = 65_535


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until Ctrl-C.

    Args:
        arguments: The command-line arguments; those of the process if omitted.

    Returns:
        The exit code.
    """
    options = _parser().parse_args(arguments)
    try:
        from vercel_marketplace.emulator.server.serve import serve  # noqa: PLC0415 (an extra)
    except ImportError as error:
        return _fail(str(error))
    if options.log:
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    try:
        emulator = _make(options)
        _connect(emulator, options)
    except (ValueError, OSError) as error:
        return _fail(str(error))
    with ExitStack() as stack:
        try:
            server = serve(
                emulator,
                host=options.host,
                port=options.port,
                allowed_hosts=options.allow_host,
                max_logged_requests=options.max_logged_requests,
                max_logged_bytes=options.max_logged_bytes,
            )
            url = stack.enter_context(server)
        except OSError as error:
            reason = str(error.strerror).partition(" (while")[0]  # the address is named below
            return _fail(f"cannot listen on {options.host}, port {options.port}: {reason}")
        with suppress(KeyboardInterrupt):
            print(_greeting(emulator, url), flush=True)
            if options.partner is not None:
                try:
                    exchange = emulator.console.call_partner(
                        emulator.installation_id, "install", {}
                    )
                except ImportError as error:
                    return _fail(f"--partner: {error}")
                if exchange.error is not None:
                    # Whatever it quotes, it neither shows a secret nor controls the terminal.
                    text = emulator.console.make_mask().hide_text(str(exchange.error))
                    return _fail("--partner: " + "\n".join(map(printable, text.splitlines())))
                print(f"The product is installed at {options.partner}", flush=True)
            _wait(emulator, options.state)
    return 0


def _make(options: argparse.Namespace) -> Emulator:
    """Make the emulator, in the state of the file if there is one.

    Raises:
        ValueError: The file does not hold a state.
        OSError: It cannot be read.
    """
    path: Path | None = options.state
    snapshot = load(path) if path is not None and path.exists() else None
    before = EmulatedIntegration() if snapshot is None else snapshot.state.integration
    integration = EmulatedIntegration(
        client_id=options.client_id or before.client_id,
        client_secret=options.client_secret or before.client_secret,
        product_id=before.product_id,
        issuer=options.issuer or before.issuer,
    )
    now = START if snapshot is None else snapshot.now
    clock = RunningClock() if options.clock == "real" else Clock(now)
    emulator = Emulator(clock, integration=integration)
    if snapshot is not None:
        emulator.console.restore(snapshot)
    elif options.seed is not None:
        _seed(emulator, options.seed)
    return emulator


def _connect(emulator: Emulator, options: argparse.Namespace) -> None:
    """Tell the emulator where webhooks go, and where the partner is.

    Raises:
        ValueError: A URL is not valid; the message names the option.
    """
    for option, url, connect in (
        ("--webhooks", options.webhooks, emulator.webhooks.send_to),
        ("--partner", options.partner, emulator.console.connect_partner),
    ):
        if url is not None:
            try:
                connect(url)
            except ValueError as error:
                msg = f"{option}: {error}"
                raise ValueError(msg) from None


def _seed(emulator: Emulator, path: Path) -> None:
    try:
        given = read_object(path.read_bytes(), "the file")
        Command.of("POST", "/seed", seed).run(emulator.console, given)
    except (ValueError, LookupError) as error:
        msg = f"--seed: {path}: {error}"
        raise ValueError(msg) from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m vercel_marketplace.emulator",
        description="A Vercel Marketplace on this machine, with one installation. "
        "It keeps nothing when it ends, unless a file is named for its state.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument(
        "--port", type=port, default=8787, help="port to listen on, 0 for a free one (%(default)s)"
    )
    parser.add_argument(
        "--allow-host",
        metavar="NAME",
        type=host,
        action="append",
        default=[],
        help="another host to answer to, as NAME or NAME:PORT; may be repeated",
    )
    parser.add_argument(
        "--max-logged-requests",
        metavar="NUMBER",
        type=limit,
        default=DEFAULT_MAX_REQUESTS,
        help="requests to keep, the newest ones (%(default)s)",
    )
    parser.add_argument(
        "--max-logged-bytes",
        metavar="NUMBER",
        type=limit,
        default=DEFAULT_MAX_BYTES,
        help="bytes that these may occupy (%(default)s)",
    )
    parser.add_argument(
        "--clock",
        choices=["real", "fixed"],
        default="real",
        help="whether the time is the real one, or stands still until it is moved (%(default)s)",
    )
    parser.add_argument(
        "--state", metavar="FILE", type=Path, help="file to keep the state in, from run to run"
    )
    parser.add_argument(
        "--seed", metavar="FILE", type=Path, help="JSON file of installations to begin with"
    )
    parser.add_argument("--client-id", metavar="ID", help="client id of the integration")
    parser.add_argument("--client-secret", metavar="SECRET", help="its client secret")
    parser.add_argument(
        "--issuer",
        metavar="URL",
        type=issuer,
        help="issuer of the tokens, for an OpenID Connect client that requires it to be the URL "
        "of this server (Vercel's)",
    )
    parser.add_argument("--log", action="store_true", help="print each request")
    parser.add_argument("--webhooks", metavar="URL", help="where to post signed webhooks")
    parser.add_argument(
        "--partner", metavar="URL", help="base URL of a partner's server, to install it at once"
    )
    return parser


def port(text: str) -> int:
    """Parse a port; argparse reports a `ValueError` as "invalid port value"."""
    number = int(text)
    if not 0 <= number <= _MAX_PORT:
        raise ValueError
    return number


def host(text: str) -> str:
    """Parse a host; argparse reports a `ValueError` as "invalid host value"."""
    (name,) = parse_names([text])
    return name


def issuer(text: str) -> str:
    """Parse an issuer; argparse reports a `ValueError` as "invalid issuer value"."""
    check_url("--issuer", text)
    return text


def limit(text: str) -> int:
    """Parse a limit; argparse reports a `ValueError` as "invalid limit value"."""
    number = int(text)
    if number < 0:
        raise ValueError
    return number


def _greeting(emulator: Emulator, url: str) -> str:
    code, integration = emulator.tokens.issue_sso_code(), emulator.integration
    account = f"{url}/v1/installations/{emulator.installation_id}/account"
    grant = (
        f'{{"grant_type": "authorization_code", "code": "{code}", '
        f'"client_id": "{integration.client_id}", "client_secret": "{integration.client_secret}"}}'
    )
    return f"""\
Vercel Marketplace emulator on {url} (Ctrl-C stops it)
In the browser: {url}/_emulator/

  installation id  {emulator.installation_id}
  access token     {emulator.token}
  member id        {emulator.team.admin_id}
  product id       {integration.product_id}
  resource id      {emulator.resource_id}
  client id        {integration.client_id}
  client secret    {integration.client_secret}
  SSO code         {code} (works once)
  token keys       {url}/.well-known/jwks

curl -H 'Authorization: Bearer {emulator.token}' {account}
curl -H 'Content-Type: application/json' -d '{grant}' {url}/v1/integrations/sso/token
"""


def _wait(emulator: Emulator, path: Path | None) -> None:
    """Send webhooks, and write the state to the file, until Ctrl-C."""
    written: Snapshot | None = None
    try:
        while True:
            time.sleep(1)
            emulator.webhooks.send_due()
            written = _save(emulator, path, written)
    finally:
        _save(emulator, path, written)


def _save(emulator: Emulator, path: Path | None, written: Snapshot | None) -> Snapshot | None:
    """Write the state, unless it is what was written last, and return what is written.

    Where that fails, the emulator goes on: what it holds may be written the next time.
    """
    snapshot = emulator.console.snapshot()
    if path is None or (written is not None and not _is_news(emulator, snapshot, written)):
        return written
    try:
        save(path, snapshot)
    except OSError as error:
        _fail(f"--state: cannot write {path}: {error.strerror}")
        return written
    return snapshot


def _is_news(emulator: Emulator, snapshot: Snapshot, written: Snapshot) -> bool:
    # The time of a running clock is that of the next run, whatever is in the file.
    is_running = isinstance(emulator.clock, RunningClock)
    return snapshot.state is not written.state or not (is_running or snapshot.now == written.now)


def _fail(message: str) -> int:
    print(message, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
