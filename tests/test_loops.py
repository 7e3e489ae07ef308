"""One client over several event loops, over forks, and with none."""

import asyncio
import gc
import os
import subprocess
import sys
import textwrap
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import anyio
import pytest
import trio

from tests.conftest import WAYS_OVER_HTTP, Way
from vercel_marketplace import Hooks, RetryConfig, Vercel, VercelCore
from vercel_marketplace.errors import UnexpectedClientError

ONCE = RetryConfig("none")


@pytest.fixture(params=WAYS_OVER_HTTP)
def way(request):
    """Each way to make a call, and that over aiohttp."""
    return Way(request.param)


def test_one_client_outlives_its_loops(server, reading):
    """A client made once must serve one loop after the other and leave no socket open."""
    server.answers(reading.answer, times=6)
    vercel = Vercel("token", server_url=server.url, retries=ONCE)

    async def calls():
        return [await reading.call_method(vercel) for _ in range(2)]

    expected = [reading.value] * 2
    assert asyncio.run(calls()) == expected
    assert server.awaits_hang_up(1)
    assert asyncio.run(calls()) == expected
    assert server.awaits_hang_up(2)
    assert trio.run(calls) == expected
    assert server.awaits_hang_up(3)
    assert server.connections == [1, 1, 2, 2, 3, 3]
    gc.collect()  # a socket left behind warns here, which fails the test


def test_one_client_serves_many_loops_at_once(server, reading):
    """Loops in several threads must share a client, each with a connection of its own."""
    loops = 6
    barrier = threading.Barrier(loops)
    server.plays(barrier, server.whole(reading.answer), times=loops)
    server.answers(reading.answer, times=loops)
    vercel = Vercel("token", server_url=server.url, retries=ONCE)

    async def calls():
        return [await reading.call_method(vercel) for _ in range(2)]

    def in_a_loop(number):
        return anyio.run(calls, backend=("asyncio", "trio")[number % 2])

    with ThreadPoolExecutor(loops) as pool:
        assert list(pool.map(in_a_loop, range(loops))) == [[reading.value] * 2] * loops
    assert server.awaits_hang_up(*range(1, loops + 1))
    assert sorted(server.connections) == sorted([*range(1, loops + 1)] * 2)
    gc.collect()


def test_closing_in_one_loop_ends_that_loops_connections(server, reading):
    """`aclose` must end the connections of its loop at once and refuse further calls anywhere."""
    server.answers(reading.answer)
    core = VercelCore("token", server_url=server.url)

    async def story():
        assert (await reading(core)).ok
        await core.aclose()
        assert await asyncio.to_thread(server.awaits_hang_up, 1)
        return await reading(core)

    assert "closed" in str(asyncio.run(story()).error)
    assert "closed" in str(trio.run(reading, core).error)
    assert len(server.requests) == 1


def test_a_loop_closed_without_ceremony_is_forgotten(server, reading):
    """A loop that is closed without ending its generators must not spoil the next one."""
    server.answers(reading.answer, times=2)
    core = VercelCore("token", server_url=server.url, retries=ONCE)
    loop = asyncio.new_event_loop()
    assert loop.run_until_complete(reading(core)).ok
    loop.close()

    def call_elsewhere():
        assert asyncio.run(reading(core)).ok
        gc.collect()

    with pytest.warns(ResourceWarning, match="unclosed"):
        call_elsewhere()


@pytest.mark.anyio
async def test_a_loop_without_a_call_closes_nothing(reading):
    """Closing a core that was never used must work, in and out of `async with`."""
    async with VercelCore("token") as core:
        pass
    await core.aclose()


def test_without_a_loop_the_error_says_what_to_do(server, reading):
    """An async core that is driven without a loop must come to an error that names the way out."""
    with pytest.raises(StopIteration) as finished:
        reading(VercelCore("token", server_url=server.url)).send(None)
    error = finished.value.value.error
    assert isinstance(error, UnexpectedClientError)
    assert "VercelCore.blocking" in str(error)
    assert error.request_sent is False
    assert server.requests == []


def test_the_guard_against_blocking_calls_works(fake, reading):
    """A blocking call in an asyncio loop must fail, or this folder's guard would be for show."""
    fake.answers(reading.response)
    hooks = Hooks(before_request=[lambda context, request: time.sleep(0)])
    core = VercelCore("token", transport=fake, hooks=hooks)
    error = asyncio.run(reading(core)).error
    assert type(error.__cause__).__name__ == "BlockingError"


# Forks ---------------------------------------------------------------------------------

FORKS = {
    "blocking": """
        vercel = SyncVercel("token", server_url=URL)
        def call():
            return vercel.marketplace.get_member(**IDS)
    """,
    "one loop": """
        vercel = Vercel("token", server_url=URL)
        loop = asyncio.new_event_loop()
        def call():
            return loop.run_until_complete(vercel.marketplace.get_member(**IDS))
    """,
    "another loop": """
        vercel = Vercel("token", server_url=URL)
        parent, loop = os.getpid(), asyncio.new_event_loop()
        def call():
            coroutine = vercel.marketplace.get_member(**IDS)
            if os.getpid() == parent:
                return loop.run_until_complete(coroutine)
            return asyncio.run(coroutine)
    """,
}


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
@pytest.mark.parametrize("kind", FORKS)
def test_a_client_can_be_used_after_a_fork(server, reading, kind):
    """A forked child must open connections of its own and leave the parent's usable."""
    server.answers(reading.answer, times=3)
    script = f"""
import asyncio, os, sys
from vercel_marketplace import SyncVercel, Vercel
URL, IDS = {server.url!r}, dict(integration_configuration_id="icfg_1", member_id="user_1")
{textwrap.dedent(FORKS[kind])}
assert call().role == "ADMIN"
child = os.fork()
if not child:
    assert call().role == "ADMIN"
    os._exit(0)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
assert call().role == "ADMIN"
os._exit(0)
"""
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        check=False,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert server.connections == [1, 2, 1]


def test_another_process_id_means_other_connections(way, server, reading, monkeypatch):
    """A core that finds itself in another process must not touch the connections it had."""
    server.answers(reading.answer, times=3)

    async def story():
        async with way.core(server_url=server.url) as core:
            assert (await reading(core)).ok
            with monkeypatch.context() as forked:
                forked.setattr(os, "getpid", lambda: -1)
                assert [(await reading(core)).ok for _ in range(2)] == [True, True]
            inherited = core._transport._get()._pools._inherited
            for pool in inherited.values() if way.blocking else ():
                pool.close()  # nobody else will, in what is one process after all

    way.run(story)
    assert server.connections == [1, 2, 2]
