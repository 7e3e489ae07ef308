"""`python -m partner_app serve`, and `bill`, which cron runs each hour."""

import argparse
import asyncio
import logging
import sys
from collections.abc import Sequence
from contextlib import aclosing

import uvicorn

from .app import create_app
from .billing import run_hourly
from .services import Services
from .settings import MissingSettingsError, Settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command, and return the exit code."""
    parser = argparse.ArgumentParser(
        prog="partner_app", description="Acme Postgres, a partner."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="serve Vercel and its users")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    commands.add_parser("bill", help="report usage, submit invoices, finalize; once")
    options = parser.parse_args(arguments)
    logging.basicConfig(
        level=logging.INFO, format="%(levelname)s %(name)s: %(message)s"
    )
    try:
        services = Services(Settings.from_environment())
    except MissingSettingsError as error:
        print(error, file=sys.stderr)
        return 2
    if options.command == "bill":
        return asyncio.run(_bill(services))
    # No access log: the URL of the SSO callback has a code in it.
    uvicorn.run(
        create_app(services), host=options.host, port=options.port, access_log=False
    )
    return 0


async def _bill(services: Services) -> int:
    async with aclosing(services):
        failed = await run_hourly(services, services.clock())
    if failed:
        print(f"not billed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
