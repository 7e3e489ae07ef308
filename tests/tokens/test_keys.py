"""When keys are fetched, and who waits for them."""

import asyncio
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import anyio
import httpx
import pytest
import trio

from tests.tokens.signing import USER, key_set, new_key
from vercel_marketplace import (
    HTTPResponse,
    RequestAbortedError,
    UnexpectedClientError,
    block_on,
)
from vercel_marketplace.tokens import (
    JWKS_URL,
    KeysUnavailableError,
    SyncTokenVerifier,
    TokenVerifier,
    UnknownKeyError,
    verify_user_token,
)
from vercel_marketplace.tokens._single_flight import SingleFlight

DOWN = HTTPResponse(503)


@pytest.fixture(scope="module")
def next_key():
    """The key that Vercel changes to."""
    return new_key("key_2")


@pytest.fixture
def now_answers(fake):
    """Changes what the transport returns from here on."""

    def change(answer):
        fake._answers[:] = [answer]

    return change


def verify(verifier, token):
    """The result of verifying a user's token."""
    return verify_user_token(verifier, token, installation_id="icfg_1")


class Session:
    """One verifier on any of the ways, asked again and again at times that the test sets."""

    def __init__(self, vercel, way):
        self.vercel = vercel
        self._way = way
        self._verifier = vercel.verifier(way)

    def ask(self, token=None, after=0):
        """What a token comes to, some seconds later."""
        self.vercel.clock.now += after
        token = token or self.vercel.key.sign({**USER, "exp": USER["exp"] + 10**6})
        return self._way.run(lambda: verify(self._verifier, token))

    @property
    def fetches(self):
        """How often the keys were asked for."""
        return len(self.vercel.transport.sent)


@pytest.fixture
def session(vercel, way):
    """A session on each way."""
    return Session(vercel, way)


# How long keys are kept -----------------------------------------------------------------


def test_nothing_is_fetched_before_the_first_token(vercel, way):
    """Making a verifier must cost no request."""
    vercel.verifier(way)
    assert vercel.transport.sent == []


def test_keys_are_fetched_once(session):
    """All tokens within the age of the keys must be verified with one fetch."""
    assert [session.ask(after=100).ok for _ in range(6)] == [True] * 6
    assert session.fetches == 1


def test_the_request_is_a_plain_get(session):
    """The keys must be asked for where they are published, with nothing secret."""
    session.ask()
    (request,) = session.vercel.transport.sent
    assert (request.method, request.url, request.content) == ("GET", JWKS_URL, None)
    assert (request.timeout, set(request.headers)) == (5.0, {"accept", "user-agent"})


def test_keys_of_an_age_are_fetched_anew(session):
    """Keys must be good for `max_age` seconds, and fetched with the first token after."""
    session.ask()
    session.ask(after=600)
    assert session.fetches == 1
    session.ask(after=1)
    assert session.fetches == 2


def test_a_withdrawn_key_is_no_longer_trusted(session, now_answers, next_key):
    """A key that is missing in a newer set must not verify any more."""
    session.ask()
    now_answers(key_set(next_key))
    assert type(session.ask(after=601).error) is UnknownKeyError


def test_a_key_that_is_replaced_is_no_longer_trusted(session, now_answers):
    """Another key under the same id in a newer set must take the old one's place."""
    session.ask()
    now_answers(key_set(session.vercel.stranger))
    assert not session.ask(after=601).ok


# Keys that are not known ----------------------------------------------------------------


def test_a_new_key_is_found(session, now_answers, next_key):
    """A token of a key that Vercel has just changed to must be verified at once."""
    session.ask()
    now_answers(key_set(session.vercel.key, next_key))
    assert session.ask(next_key.sign(USER), after=10).ok
    assert session.fetches == 2


def test_a_flood_of_unknown_keys_costs_one_fetch_an_interval(session):
    """Made-up key ids must not have the keys fetched more often than the interval says."""
    flood = [session.vercel.key.sign(USER, kid=f"made-up-{number}") for number in range(20)]
    for interval in range(1, 4):
        assert {type(session.ask(token).error) for token in flood} == {UnknownKeyError}
        assert session.fetches == interval
        session.vercel.clock.now += 10


def test_a_flood_spread_over_the_interval_gains_nothing(session):
    """The interval must count from the last fetch, not from the last token."""
    for _ in range(40):
        session.ask(session.vercel.key.sign(USER, kid="made-up"), after=1)
    assert session.fetches == 4


def test_a_flood_does_not_keep_known_keys_out(session):
    """While unknown keys are asked for, tokens of a known key must be verified."""
    session.ask(session.vercel.key.sign(USER, kid="made-up"))
    assert session.ask().ok
    assert session.fetches == 1


# While there are no new ones ------------------------------------------------------------


def test_old_keys_serve_while_there_are_no_new_ones(session, now_answers):
    """Where the endpoint is down, keys must be used beyond their age, but not forever."""
    session.ask()
    now_answers(DOWN)
    assert session.ask(after=601).ok
    assert session.ask(after=3599).ok
    error = session.ask(after=1).error
    assert (type(error), error.__cause__.status_code) == (KeysUnavailableError, 503)


def test_an_endpoint_that_is_down_is_not_pestered(session, now_answers):
    """A failed fetch must count for the interval like one that went well."""
    now_answers(DOWN)
    for _ in range(20):
        assert type(session.ask(after=1).error) is KeysUnavailableError
    assert session.fetches == 2


def test_an_endpoint_that_comes_back_is_noticed(session, now_answers):
    """The first fetch after the interval that goes well must end the outage."""
    now_answers(DOWN)
    session.ask()
    now_answers(key_set(session.vercel.key))
    assert type(session.ask(after=9).error) is KeysUnavailableError
    assert session.ask(after=1).ok


def test_an_unknown_key_may_be_new_while_the_endpoint_is_down(session, now_answers, next_key):
    """Where new keys cannot be had, a token of one must not be called a forgery."""
    session.ask()
    now_answers(DOWN)
    assert type(session.ask(next_key.sign(USER), after=10).error) is KeysUnavailableError
    assert session.ask().ok


def test_a_failure_is_forgotten_with_the_next_success(session, now_answers, next_key):
    """After an outage, unknown keys must be unknown again."""
    session.ask()
    now_answers(DOWN)
    session.ask(next_key.sign(USER), after=10)
    now_answers(key_set(session.vercel.key))
    assert type(session.ask(next_key.sign(USER), after=10).error) is UnknownKeyError


def test_a_clock_that_was_set_back_does_not_keep_keys(session, now_answers, next_key):
    """Keys from what is now the future must be fetched anew, not kept until it has come."""
    session.ask()
    now_answers(key_set(next_key))
    token = session.vercel.key.sign({**USER, "iat": 0, "nbf": 0})
    assert type(session.ask(token, after=-86_400).error) is UnknownKeyError


# Who waits ------------------------------------------------------------------------------


class Slow:
    """A transport that counts and responds only when it is let."""

    def __init__(self, answer):
        self.answer = answer
        self.count = 0
        self.has_begun = threading.Event()
        self.may_answer = threading.Event()

    def send(self, _request):
        self.count += 1
        self.has_begun.set()
        assert self.may_answer.wait(10)
        return self.answer


class AsyncSlow(Slow):
    """The same, for loops."""

    async def send(self, _request):
        self.count += 1
        self.has_begun.set()
        while not self.may_answer.is_set():  # noqa: ASYNC110 (any thread may set it)
            await anyio.sleep(0.001)
        return self.answer


@pytest.fixture
def slow(vercel):
    """A slow transport for loops."""
    return AsyncSlow(key_set(vercel.key))


@pytest.mark.anyio
async def test_one_fetch_serves_all_that_wait(vercel, slow):
    """Any number of calls at once must be served by one fetch."""
    verifier = TokenVerifier("oac_1", clock=vercel.clock, transport=slow)
    results = []

    async def call(token):
        results.append(await verify(verifier, token))

    async with anyio.create_task_group() as tasks:
        for _ in range(50):
            tasks.start_soon(call, vercel.key.sign(USER))
        await anyio.wait_all_tasks_blocked()
        slow.may_answer.set()
    assert [result.ok for result in results] == [True] * 50
    assert slow.count == 1


def test_one_fetch_serves_all_threads(vercel):
    """Threads that share a verifier must be served by one fetch."""
    slow = Slow(key_set(vercel.key))
    verifier = SyncTokenVerifier("oac_1", clock=vercel.clock, transport=slow)
    token, threads = vercel.key.sign(USER), 8
    with ThreadPoolExecutor(threads) as pool:
        results = [pool.submit(lambda: block_on(verify(verifier, token))) for _ in range(threads)]
        assert slow.has_begun.wait(10)
        waiting = verifier.verification.keys._flights["keys"]._wakers
        while len(waiting) < threads - 1:
            time.sleep(0.001)
        slow.may_answer.set()
        assert [result.result(10).ok for result in results] == [True] * threads
    assert slow.count == 1


def test_one_fetch_serves_all_loops(vercel, slow):
    """Loops in several threads must be served by one fetch, made in one of them."""
    verifier = TokenVerifier("oac_1", clock=vercel.clock, transport=slow)
    token, loops = vercel.key.sign(USER), 4

    def in_a_loop(number):
        return anyio.run(verify, verifier, token, backend=("asyncio", "trio")[number % 2])

    with ThreadPoolExecutor(loops) as pool:
        results = [pool.submit(in_a_loop, number) for number in range(loops)]
        assert slow.has_begun.wait(10)
        waiting = verifier.verification.keys._flights["keys"]._wakers
        while len(waiting) < loops:
            time.sleep(0.001)
        slow.may_answer.set()
        assert [result.result(10).ok for result in results] == [True] * loops
    assert slow.count == 1


@pytest.mark.anyio
async def test_whoever_is_first_may_give_up(vercel, slow):
    """A call that is cancelled must not take the fetch along that others wait for."""
    verifier = TokenVerifier("oac_1", clock=vercel.clock, transport=slow)
    results = []

    async def call():
        results.append(await verify(verifier, vercel.key.sign(USER)))

    async with anyio.create_task_group() as tasks:
        first = anyio.CancelScope()

        async def give_up():
            with first:
                await call()

        tasks.start_soon(give_up)
        await anyio.wait_all_tasks_blocked()
        for _ in range(3):
            tasks.start_soon(call)
        await anyio.wait_all_tasks_blocked()
        first.cancel()
        await anyio.wait_all_tasks_blocked()
        slow.may_answer.set()
    assert [result.ok for result in results] == [True] * 3
    assert slow.count == 1


@pytest.mark.anyio
async def test_deadlines_shorter_than_a_fetch_get_there(vercel, slow):
    """Calls that each give up too early must leave a fetch that comes to its end."""
    verifier = TokenVerifier("oac_1", clock=vercel.clock, transport=slow)
    for _ in range(3):
        with anyio.move_on_after(0.01):
            await verify(verifier, vercel.key.sign(USER))
    slow.may_answer.set()
    assert (await verify(verifier, vercel.key.sign(USER))).ok
    assert slow.count == 1


def test_a_native_cancellation_is_no_different(vercel, slow):
    """A task that asyncio itself cancels must leave the others their fetch."""

    async def story():
        verifier = TokenVerifier("oac_1", clock=vercel.clock, transport=slow)
        first, second = (
            asyncio.create_task(verify(verifier, vercel.key.sign(USER))) for _ in range(2)
        )
        await asyncio.sleep(0.01)
        first.cancel()
        await asyncio.sleep(0)
        slow.may_answer.set()
        return await second, first.cancelled()

    result, was_cancelled = asyncio.run(story())
    assert (result.ok, was_cancelled, slow.count) == (True, True, 1)


@pytest.mark.anyio
async def test_nobody_waits_for_an_endpoint_that_is_down(vercel):
    """With a key at hand and the last fetch failed, a token must be verified without waiting."""
    answers = [key_set(vercel.key), DOWN]

    class Failing(AsyncSlow):
        async def send(self, request):
            return answers.pop(0) if answers else await super().send(request)

    slow = Failing(key_set(vercel.key))
    verifier = TokenVerifier("oac_1", clock=vercel.clock, transport=slow)
    token = vercel.key.sign(USER)
    for after in (0, 601, 10):
        vercel.clock.now += after
        with anyio.fail_after(5):  # whoever waited would do so for 20 seconds
            assert (await verify(verifier, token)).ok
    await anyio.wait_all_tasks_blocked()
    assert (slow.count, slow.may_answer.is_set()) == (1, False)
    slow.may_answer.set()


@pytest.mark.anyio
async def test_whoever_comes_late_does_not_wait():
    """Work that ends while somebody sits down to wait must not leave them sitting."""
    flight = SingleFlight()
    flight.finish()
    await flight.wait(60)


def test_a_thread_that_comes_late_does_not_wait():
    """The same must hold for threads."""
    flight = SingleFlight()
    flight.finish()
    flight.block(60)


# What is cut off ------------------------------------------------------------------------


@pytest.mark.parametrize("run", [asyncio.run, lambda story: trio.run(lambda: story)])
def test_a_loop_that_ends_in_a_fetch_does_not_count(vercel, slow, run):
    """A fetch that ends with its loop must leave the next loop to fetch at once."""
    verifier = TokenVerifier("oac_1", clock=vercel.clock, transport=slow)

    async def give_up():
        with anyio.move_on_after(0.01):
            await verify(verifier, vercel.key.sign(USER))

    async def again():
        slow.may_answer.set()
        return await verify(verifier, vercel.key.sign(USER))

    run(give_up())
    assert run(again()).ok
    assert slow.count == 2


@pytest.mark.filterwarnings("ignore:.*never awaited", "ignore::ResourceWarning")
def test_a_loop_closed_in_a_fetch_does_not_hold_others(vercel, slow):
    """A fetch that will never end must be given up after a time, with an error that says so."""
    verifier = TokenVerifier("oac_1", clock=vercel.clock, transport=slow)
    keys = verifier.verification.keys
    loop = asyncio.new_event_loop()
    left = loop.create_task(verify(verifier, vercel.key.sign(USER)))
    while not slow.has_begun.is_set():
        loop.run_until_complete(asyncio.sleep(0))
    left._log_destroy_pending = keys._flights["keys"]._task._log_destroy_pending = False
    loop.close()
    keys._max_wait = 0.01

    error = trio.run(verify, verifier, vercel.key.sign(USER)).error
    assert type(error) is KeysUnavailableError
    assert "cut off" in str(error)

    slow.may_answer.set()
    vercel.clock.now += 10
    assert trio.run(verify, verifier, vercel.key.sign(USER)).ok


@pytest.mark.anyio
async def test_a_fetch_that_was_given_up_does_not_end_the_next(vercel):
    """A response that comes after all must leave alone who waits for a later fetch."""
    gates = [anyio.Event(), anyio.Event()]
    begun = []

    class Gated:
        async def send(self, _request):
            begun.append(gates[len(begun)])
            await begun[-1].wait()
            return key_set(vercel.key)

    verifier = TokenVerifier("oac_1", clock=vercel.clock, transport=Gated())
    keys, results = verifier.verification.keys, []
    keys._max_wait = 0.01
    assert not (await verify(verifier, vercel.key.sign(USER))).ok
    keys._max_wait = 60
    vercel.clock.now += 10

    async def call():
        results.append(await verify(verifier, vercel.key.sign(USER)))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(call)
        await anyio.wait_all_tasks_blocked()
        gates[0].set()
        await anyio.wait_all_tasks_blocked()
        assert (len(begun), results, list(keys._flights)) == (2, [], ["keys"])
        gates[1].set()
    assert [result.ok for result in results] == [True]


def test_an_interrupt_leaves_the_fetch_alone(vercel):
    """A program that catches Ctrl-C and goes on must get the keys that are on their way."""
    slow = Slow(key_set(vercel.key))
    verifier = SyncTokenVerifier("oac_1", clock=vercel.clock, transport=slow)

    def interrupt(*_args):
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    try:
        with pytest.raises(KeyboardInterrupt):
            verifier.verify_user(vercel.key.sign(USER), installation_id="icfg_1")
    finally:
        signal.signal(signal.SIGALRM, before)
    slow.may_answer.set()
    assert verifier.verify_user(vercel.key.sign(USER), installation_id="icfg_1")
    assert slow.count == 1


def test_without_a_loop_the_error_says_what_to_do(vercel):
    """An async verifier that is driven without a loop must name the one that needs none."""
    verifier = TokenVerifier("oac_1", clock=vercel.clock, transport=vercel.transport)
    error = block_on(verify(verifier, vercel.key.sign(USER))).error
    assert type(error.__cause__) is UnexpectedClientError
    assert "SyncTokenVerifier" in str(error)
    assert vercel.transport.sent == []


class Dripping:
    """A transport that never ends, as over a connection that sends a byte now and then."""

    def __init__(self):
        self.fetches = 0
        self.may_end = threading.Event()

    def send(self, _request):
        self.fetches += 1
        self.may_end.wait(30)
        return DOWN


@pytest.fixture
def dripping():
    """A transport whose threads end with the test."""
    transport = Dripping()
    yield transport
    transport.may_end.set()


def test_one_deadline_holds_for_a_whole_fetch(vercel, dripping):
    """A thread that needs keys must not wait past the timeout, however the endpoint drips."""
    verifier = SyncTokenVerifier("oac_1", clock=vercel.clock, transport=dripping)
    verifier.verification.keys._max_wait = 0.05
    began = time.monotonic()
    error = block_on(verify(verifier, vercel.key.sign(USER))).error
    assert time.monotonic() - began < 5
    assert type(error) is KeysUnavailableError
    assert "took more than 5.0 seconds" in str(error)


def test_an_endpoint_that_drips_holds_nobody_who_has_keys(vercel, fake, now_answers, dripping):
    """With usable keys a caller must wait a moment at most for newer ones, again and again."""
    verifier = SyncTokenVerifier("oac_1", clock=vercel.clock, transport=fake)
    token = vercel.key.sign({**USER, "exp": USER["exp"] + 10**6})
    assert block_on(verify(verifier, token)).ok
    now_answers(dripping.send)
    began = time.monotonic()
    for _ in range(3):
        vercel.clock.now += 601
        assert block_on(verify(verifier, token)).ok
    assert time.monotonic() - began < 5
    assert dripping.fetches == 1


def test_a_fetch_that_hangs_makes_way_for_the_next(vercel, fake, now_answers, dripping, next_key):
    """Once its time is over, a fetch that nobody waits for must not keep newer keys out."""
    verifier = SyncTokenVerifier("oac_1", clock=vercel.clock, transport=fake)
    token = vercel.key.sign({**USER, "exp": USER["exp"] + 10**6})
    assert block_on(verify(verifier, token)).ok
    now_answers(dripping.send)
    vercel.clock.now += 601
    assert block_on(verify(verifier, token)).ok
    now_answers(key_set(next_key))
    verifier.verification.keys._max_wait = 0.1
    vercel.clock.now += 10
    assert block_on(verify(verifier, next_key.sign(USER))).ok


def test_fetches_that_hang_do_not_pile_up(vercel, dripping):
    """However long an endpoint drips, only a few threads may wait for it."""
    verifier = SyncTokenVerifier("oac_1", clock=vercel.clock, transport=dripping)
    verifier.verification.keys._max_wait = 0.01
    for _ in range(5):
        assert not block_on(verify(verifier, vercel.key.sign(USER))).ok
        vercel.clock.now += 10
    assert dripping.fetches == 2


def test_a_late_fetch_does_not_bring_older_keys_back(vercel, next_key):
    """Keys of a fetch that was given up must not replace those of one that began later."""
    sets = [key_set(vercel.key), key_set(next_key)]
    gates = [threading.Event(), threading.Event()]
    gates[1].set()
    began = []

    class Gated:
        def send(self, _request):
            number = len(began)
            began.append(number)
            gates[number].wait(10)
            return sets[number]

    verifier = SyncTokenVerifier("oac_1", clock=vercel.clock, transport=Gated())
    keys = verifier.verification.keys
    keys._max_wait = 0.01
    assert not block_on(verify(verifier, vercel.key.sign(USER))).ok
    keys._max_wait = 10
    vercel.clock.now += 10
    assert block_on(verify(verifier, next_key.sign(USER))).ok
    late = keys._threads[0]
    gates[0].set()
    late.join(10)
    assert block_on(verify(verifier, next_key.sign(USER))).ok


def test_a_closed_verifier_fetches_nothing(vercel, way):
    """After closing, what needs new keys must come to an error that says why."""

    async def story():
        verifier = vercel.verifier(way)
        if way.blocking:
            verifier.close()
        else:
            await verifier.aclose()
        return await verify(verifier, vercel.key.sign(USER))

    error = way.run(story).error
    assert type(error.__cause__) is RequestAbortedError
    assert vercel.transport.sent == []


# On the wire ----------------------------------------------------------------------------


def verify_over(way, vercel, **settings):
    """One token, verified with keys from a real server."""

    async def story():
        verifier = vercel.verifier(way, **settings)
        result = await verify(verifier, vercel.key.sign(USER))
        if way.blocking:
            verifier.close()
        else:
            await verifier.aclose()
        return result

    return way.run(story)


def test_keys_come_over_http(way, vercel, server):
    """A verifier with no transport of its own must fetch from the address it is given."""
    server.answers(key_set(vercel.key).content)
    assert verify_over(way, vercel, jwks_url=f"{server.url}/jwks?v=1").ok
    assert (server.request.method, server.request.target) == ("GET", "/jwks?v=1")


def test_a_redirect_is_not_followed(way, vercel, server):
    """Keys must come from the address that was named, not from one that the network names."""
    server.answers(status=302, location=f"{server.url}/elsewhere")
    server.answers(key_set(vercel.key).content)
    error = verify_over(way, vercel, jwks_url=f"{server.url}/jwks").error
    assert (type(error), error.__cause__.status_code) == (KeysUnavailableError, 302)
    assert len(server.requests) == 1


def test_no_answer_in_time_is_an_error(way, vercel, server):
    """An endpoint that says nothing must cost no more than the timeout."""
    server.plays(server.STALL)
    error = verify_over(way, vercel, jwks_url=f"{server.url}/jwks", timeout=0.05).error
    assert isinstance(error.__cause__, TimeoutError)


def test_a_client_of_ones_own_is_used_and_left_open(way, vercel, server):
    """An httpx client that is handed over must fetch the keys, redirects off, and stay open."""
    server.answers(key_set(vercel.key).content, times=2)
    kind = httpx.Client if way.blocking else httpx.AsyncClient

    async def story():
        client = kind(headers={"x-mine": "1"}, follow_redirects=True)
        verifier = vercel.verifier(way, jwks_url=f"{server.url}/jwks", http_client=client)
        assert (await verify(verifier, vercel.key.sign(USER))).ok
        if way.blocking:
            verifier.close()
            client.get(server.url)
            client.close()
        else:
            await verifier.aclose()
            await client.get(server.url)
            await client.aclose()

    way.run(story)
    assert server.requests[0].values("x-mine") == ["1"]
