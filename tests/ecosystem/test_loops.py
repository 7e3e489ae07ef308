"""Event loops that are not asyncio's own."""

import asyncio
import time

import pytest
import trio
import uvloop

from vercel_marketplace import RequestTimeoutError, Vercel


def on_uvloop(function, *arguments):
    """Run an async function on uvloop."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(function(*arguments))


LOOPS = pytest.mark.parametrize(
    "run_in_loop", [pytest.param(on_uvloop, id="uvloop"), pytest.param(trio.run, id="trio")]
)


@LOOPS
def test_calls_wait_side_by_side(emulator, url, run_in_loop):
    """Tasks of one client wait for their responses at the same time."""
    emulator.faults.delay("get-account-info", 0.5, times=10)
    names = []

    async def call(vercel):
        account = await vercel.marketplace.get_account_info(
            integration_configuration_id=emulator.installation_id
        )
        names.append(account.name)

    async def story():
        async with Vercel(bearer_token=emulator.token, server_url=url) as vercel:
            if run_in_loop is trio.run:
                async with trio.open_nursery() as nursery:
                    for _ in range(10):
                        nursery.start_soon(call, vercel)
            else:
                await asyncio.gather(*[call(vercel) for _ in range(10)])

    started = time.perf_counter()
    run_in_loop(story)
    assert names == ["Acme"] * 10
    assert time.perf_counter() - started < 10 * 0.5


@LOOPS
def test_a_timeout_ends_an_attempt(emulator, url, run_in_loop):
    """`timeout` ends an attempt that gets no response."""
    emulator.faults.delay("get-account-info", 20)

    async def story():
        async with Vercel(
            bearer_token=emulator.token, server_url=url, timeout=0.5, retries=0
        ) as vercel:
            await vercel.marketplace.get_account_info(
                integration_configuration_id=emulator.installation_id
            )

    with pytest.raises(RequestTimeoutError):
        run_in_loop(story)


@LOOPS
def test_one_client_serves_one_loop_after_the_other(emulator, url, run_in_loop):
    """A client that was used in one loop is used in the next."""
    vercel = Vercel(bearer_token=emulator.token, server_url=url)

    async def story():
        account = await vercel.marketplace.get_account_info(
            integration_configuration_id=emulator.installation_id
        )
        return account.name

    assert [run_in_loop(story), run_in_loop(story), asyncio.run(story())] == ["Acme"] * 3
