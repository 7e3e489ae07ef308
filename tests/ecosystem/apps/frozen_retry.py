"""A call that is retried once after a second, while the clock stands still."""

import asyncio
import json
import os
import signal
import sys
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

import freezegun
import time_machine
from marketplace import INSTALLATION, TOKEN, URL, read_account

from vercel_marketplace import Hooks, SyncVercel, Vercel

PAST = datetime(2020, 1, 1, tzinfo=UTC)


def frozen(library: str) -> AbstractContextManager[Any]:
    """Stop the clock, years ago."""
    if library == "time-machine":
        return time_machine.travel(PAST, tick=False)
    return freezegun.freeze_time(PAST, real_asyncio=library == "freezegun with real_asyncio")


async def call() -> str | None:
    """Call in an event loop."""
    hooks = Hooks(after_error=[limit_wait])
    async with Vercel(bearer_token=TOKEN, server_url=URL, hooks=hooks) as vercel:
        account = await vercel.marketplace.get_account_info(
            integration_configuration_id=INSTALLATION
        )
        signal.alarm(0)
        return account.name


def give_up(*_: object) -> None:
    """End the process: nothing in it ends by itself."""
    print(json.dumps("waits forever"), flush=True)
    os._exit(0)


def limit_wait(*_: object) -> None:
    """Give up when the wait for the next attempt takes three times as long as it should."""
    signal.alarm(3)


library, style = sys.argv[1:]
signal.signal(signal.SIGALRM, give_up)
with frozen(library):
    if style == "async":
        name = asyncio.run(call())
    else:
        name = read_account(SyncVercel(bearer_token=TOKEN, server_url=URL))
print(json.dumps(name))
