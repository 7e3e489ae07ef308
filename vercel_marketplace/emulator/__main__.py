"""Serve an emulator on this machine: `python -m vercel_marketplace.emulator --port 8787`."""

import argparse
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress

from vercel_marketplace.emulator.clock import RunningClock
from vercel_marketplace.emulator.emulator import Emulator
from vercel_marketplace.emulator.partner import PartnerClient, PartnerError
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
    emulator = Emulator(RunningClock())
    try:
        partner = _set_up(emulator, webhooks=options.webhooks, partner=options.partner)
    except ValueError as error:
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
            if partner is not None:
                try:
                    partner.install()
                except (ImportError, PartnerError) as error:
                    return _fail(f"--partner: {error}")
                print(f"The product is installed at {options.partner}", flush=True)
            _wait(emulator)
    return 0


def _set_up(
    emulator: Emulator, *, webhooks: str | None, partner: str | None
) -> PartnerClient | None:
    """Add the webhook receiver, and return the client of the partner, where there are URLs.

    Raises:
        ValueError: A URL is not valid; the message names the option.
    """
    option = "--webhooks"
    try:
        if webhooks is not None:
            emulator.webhooks.send_to(webhooks)
        option = "--partner"
        return None if partner is None else emulator.partner(partner)
    except ValueError as error:
        msg = f"{option}: {error}"
        raise ValueError(msg) from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m vercel_marketplace.emulator",
        description="A Vercel Marketplace on this machine, with one installation. "
        "It keeps nothing when it ends.",
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
Vercel Marketplace emulator on {url} (Ctrl-C ends it)

  installation id  {emulator.installation_id}
  access token     {emulator.token}
  member id        {emulator.team.admin_id}
  product id       {integration.product_id}
  resource id      {emulator.resource_id}
  client id        {integration.client_id}
  client secret    {integration.client_secret}
  SSO code         {code} (works once)

curl -H 'Authorization: Bearer {emulator.token}' {account}
curl -H 'Content-Type: application/json' -d '{grant}' {url}/v1/integrations/sso/token
"""


def _wait(emulator: Emulator) -> None:
    while True:
        time.sleep(1)
        emulator.webhooks.send_due()


def _fail(message: str) -> int:
    print(message, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
