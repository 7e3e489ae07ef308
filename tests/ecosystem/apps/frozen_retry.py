"""A call that is retried once after a second, while the clock stands still."""

import asyncio
import json
import sys
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

import freezegun
import time_machine
from marketplace import INSTALLATION, TOKEN, URL, read_account

from vercel_marketplace import SyncVercel, Vercel

PAST = datetime(2020, 1, 1, tzinfo=UTC)


def frozen(library: str) -> AbstractContextManager[Any]:
    """Stop the clock, years ago."""
    if library == "time-machine":
        return time_machine.travel(PAST, tick=False)
    return freezegun.freeze_time(PAST, real_asyncio=library == "freezegun with real_asyncio")


async def call() -> str | None:
    """Call in an event loop."""
    async with Vercel(bearer_token=TOKEN, server_url=URL) as vercel:
        account = await vercel.marketplace.get_account_info(
            integration_configuration_id=INSTALLATION
        )
        return account.name


library, style = sys.argv[1:]
with frozen(library):
    if style == "async":
        name = asyncio.run(call())
    else:
        name = read_account(SyncVercel(bearer_token=TOKEN, server_url=URL))
print(json.dumps(name))
