"""Many calls at once: tasks of one loop, and threads that share a client."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import anyio
import pytest

from tests.conftest import WAYS_OVER_HTTP, Way
from vercel_marketplace import (
    Ok,
    RequestOptions,
    RequestTimeoutError,
    RetryConfig,
    SyncVercel,
    Vercel,
    block_on,
)
from vercel_marketplace._internal.transports import httpx as transport_module

AT_ONCE = 64
ONCE = RetryConfig("none")


@pytest.fixture(params=WAYS_OVER_HTTP)
def way(request):
    """Each way to make a call, and that over aiohttp."""
    return Way(request.param)


def echo(server, barrier=None):
    """Have the server respond to each request with the member that it asks for."""

    def script(request):
        member = {"id": request.target.rpartition("/")[2], "role": "USER"}
        answer = server.whole(member)
        return (barrier, answer) if barrier else (answer,)

    server.otherwise = script


@pytest.mark.anyio
async def test_64_calls_are_in_flight_at_once(server):
    """So many calls must all be on the wire together, and each get its own response."""
    # No call has a response before the last has arrived: calls in turn would never finish.
    echo(server, threading.Barrier(AT_ONCE))
    seen = {}
    async with Vercel("token", server_url=server.url, retries=ONCE) as vercel:

        async def call(number):
            member = await vercel.marketplace.get_member(
                integration_configuration_id="icfg_1", member_id=f"user_{number}"
            )
            seen[number] = member.id

        async with anyio.create_task_group() as tasks:
            for number in range(AT_ONCE):
                tasks.start_soon(call, number)
    assert seen == {number: f"user_{number}" for number in range(AT_ONCE)}
    assert len(set(server.connections)) == AT_ONCE


def test_as_many_connections_stay_as_calls_were_in_flight(way, server, reading):
    """After a burst, its connections must all stay, and serve the next one."""
    server.plays(threading.Barrier(AT_ONCE), server.whole(reading.answer), times=2 * AT_ONCE)

    async def story():
        async with way.core(server_url=server.url, retries=ONCE) as core:
            return [await way.call_at_once(*[lambda: reading(core)] * AT_ONCE) for _ in range(2)]

    assert way.run(story) == [[Ok(reading.value)] * AT_ONCE] * 2
    assert set(server.connections) == set(range(1, AT_ONCE + 1))


def test_the_101st_call_waits_for_a_place(way, server, reading):
    """At most 100 calls are in flight, and one that got no place has sent nothing."""
    end = threading.Barrier(101)
    server.plays(end, server.whole(reading.answer), times=100)
    impatient = RequestOptions(timeout=0.1)
    core = way.core(server_url=server.url, retries=ONCE, timeout=30)

    def look():
        """Called in a thread of its own while the 100 are under way."""
        assert server.awaits_requests(100)

    if way.blocking:
        with ThreadPoolExecutor(100) as pool:
            calls = [pool.submit(way.run, lambda: reading(core)) for _ in range(100)]
            look()
            late = block_on(reading(core, impatient))
            end.wait()
            results = [call.result() for call in calls]
        core.close()
    else:
        results = []

        async def call():
            results.append(await reading(core))

        async def story():
            async with core, anyio.create_task_group() as tasks:
                for _ in range(100):
                    tasks.start_soon(call)
                await anyio.to_thread.run_sync(look)
                late = await reading(core, impatient)
                await anyio.to_thread.run_sync(end.wait)
            return late

        late = way.run(story)

    assert (type(late.error), late.error.request_sent) == (RequestTimeoutError, False)
    assert results == [Ok(reading.value)] * 100
    assert len(server.requests) == 100


@pytest.mark.anyio
async def test_a_slow_call_holds_up_no_other(server, reading):
    """While one call waits for its response, another must get its own."""
    server.plays(server.STALL).answers(reading.answer)
    async with (
        Vercel("token", server_url=server.url, retries=ONCE) as vercel,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(reading.call_method, vercel)
        assert await anyio.to_thread.run_sync(server.awaits_requests, 1)
        assert await reading.call_method(vercel) == reading.value
        tasks.cancel_scope.cancel()


@pytest.mark.anyio
async def test_one_failure_leaves_the_others_alone(server, reading):
    """A call that fails beside others must fail alone."""
    server.plays(server.STALL).answers(reading.answer, times=7)
    outcomes = []
    vercel = Vercel("token", server_url=server.url, retries=ONCE)
    impatient = vercel.with_options(timeout=0.3)

    async def call(client):
        try:
            outcomes.append(await reading.call_method(client))
        except RequestTimeoutError as error:
            outcomes.append(error)

    async with vercel, anyio.create_task_group() as tasks:
        tasks.start_soon(call, impatient)
        assert await anyio.to_thread.run_sync(server.awaits_requests, 1)
        for _ in range(7):
            tasks.start_soon(call, vercel)
    assert [type(o) for o in outcomes].count(RequestTimeoutError) == 1
    assert outcomes.count(reading.value) == 7


def test_threads_share_one_sync_client(server):
    """Threads must be able to call through one `SyncVercel` at once, each with its response."""
    threads, calls = 8, 5
    echo(server)
    start = threading.Barrier(threads)
    with SyncVercel("token", server_url=server.url, retries=ONCE) as vercel:

        def work(number):
            start.wait(10)
            ids = [f"user_{number}_{call}" for call in range(calls)]
            return ids == [
                vercel.marketplace.get_member(
                    integration_configuration_id="icfg_1", member_id=member
                ).id
                for member in ids
            ]

        with ThreadPoolExecutor(threads) as pool:
            assert list(pool.map(work, range(threads))) == [True] * threads
    assert len(server.requests) == threads * calls
    assert len(set(server.connections)) <= threads


def test_the_calls_of_threads_are_in_flight_at_once(server):
    """A call in one thread must not wait for that of another."""
    threads = 8
    echo(server, threading.Barrier(threads))
    with (
        SyncVercel("token", server_url=server.url, retries=ONCE) as vercel,
        ThreadPoolExecutor(threads) as pool,
    ):
        pending = [
            pool.submit(
                vercel.marketplace.get_member,
                integration_configuration_id="icfg_1",
                member_id=f"user_{number}",
            )
            for number in range(threads)
        ]
        assert [call.result().id for call in pending] == [f"user_{n}" for n in range(threads)]


def test_first_calls_at_once_make_one_transport(server, reading, monkeypatch):
    """Threads whose first calls coincide must share one transport, or closing forgets the other."""
    made, together = [], threading.Barrier(2)

    class Slow(transport_module.BlockingTransport):
        def __init__(self, client):
            super().__init__(client)
            made.append(self)
            with suppress(threading.BrokenBarrierError):
                together.wait(0.1)

    monkeypatch.setattr(transport_module, "BlockingTransport", Slow)
    server.answers(reading.answer, times=2)
    with (
        SyncVercel("token", server_url=server.url, retries=ONCE) as vercel,
        ThreadPoolExecutor(2) as pool,
    ):
        pending = [pool.submit(reading.call_method, vercel) for _ in range(2)]
        assert [call.result() for call in pending] == [reading.value] * 2
    assert [transport._pools._by_scheme for transport in made] == [{}] * len(made)  # all are closed
