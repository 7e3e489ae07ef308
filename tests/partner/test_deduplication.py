"""A request that is sent twice: carried out once, and answered twice."""

import asyncio
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import anyio
import attrs
import pytest

from tests.partner.acme import (
    EMULATOR,
    INSTALLATION,
    PROVISION,
    PROVISIONED,
    AsyncAcme,
    PlainAcme,
    Served,
    error_of,
    request,
)
from vercel_marketplace.emulator import Emulator, RunningClock
from vercel_marketplace.emulator.partner import PartnerRefusedError
from vercel_marketplace.partner import (
    ConflictError,
    InMemoryIdempotencyStore,
    Reservation,
    SQLiteIdempotencyStore,
    UnavailableError,
)

PATH = f"/v1/installations/{INSTALLATION}/resources"


@pytest.fixture(params=["memory", "sqlite"])
def store(request, tmp_path):
    """Each of the stores."""
    if request.param == "memory":
        return InMemoryIdempotencyStore()
    return SQLiteIdempotencyStore(tmp_path / "responses.db")


def test_a_retry_gets_the_first_response(served, store):
    """The method runs once, and both responses are the same, with another token too."""
    served.serve(idempotency_store=store)
    first = served.provision(key="k")
    served.partner.returns["provision_resource"] = RuntimeError("not again")

    assert served.provision(key="k") == first
    ((_, call, _),) = served.partner.calls
    assert (first.status_code, call.idempotency_key, call.may_have_run) == (200, "k", False)


def test_a_retry_may_be_written_in_another_way(served):
    """Another order of keys is the same request."""
    served.provision(key="k")

    body = json.dumps(dict(reversed(PROVISION.items())), indent=1).encode()
    assert served.provision(body, key="k").status_code == 200
    assert len(served.partner.calls) == 1


@pytest.mark.parametrize("body", [{**PROVISION, "name": "other"}, {**PROVISION, "new": 1}])
def test_a_key_with_another_body_is_refused(served, store, body):
    """The key belongs to the first request, and the response says so."""
    served.serve(idempotency_store=store)
    served.provision(key="k")

    response = served.provision(body, key="k")

    assert (response.status_code, len(served.partner.calls)) == (409, 1)
    assert "Idempotency-Key belongs to another request" in error_of(response)["message"]


def test_a_key_with_another_resource_is_refused(served):
    """What the path names is part of the request."""
    paths = [f"{PATH}/db_1", f"{PATH}/db_2"]

    assert [served.call("DELETE", path, key="k").status_code for path in paths] == [204, 409]


def test_a_key_is_one_operations(served):
    """The same key for another operation is another request."""
    assert served.provision(key="k").status_code == 200
    assert served.call("DELETE", f"{PATH}/db_1", key="k").status_code == 204
    assert len(served.partner.calls) == 2


def test_a_key_is_one_installations(served):
    """No installation learns of, or gets in the way of, another's requests."""
    served.provision(key="k")
    served.call(
        "POST",
        "/v1/installations/icfg_2/resources",
        {**PROVISION, "name": "other"},
        key="k",
        claims={"installation_id": "icfg_2"},
    )

    assert [call.installation_id for _, call, _ in served.partner.calls] == [INSTALLATION, "icfg_2"]


def test_a_retry_is_authorized_too(served):
    """The first response, which holds secrets, is for whoever may make the request."""
    served.provision(key="k")

    assert served.provision(key="k", authorization=None).status_code == 401
    assert served.provision(key="k", claims={"user_role": "USER"}).status_code == 403


def test_without_a_key_nothing_is_kept(served):
    """The header is documented as optional."""
    assert [served.provision().status_code for _ in range(2)] == [200, 200]
    assert [call.idempotency_key for _, call, _ in served.partner.calls] == [None, None]


def test_reading_has_no_key(served):
    """A GET is not kept, whatever it carries."""
    for _ in range(2):
        served.call("GET", f"{PATH}/db_1", kind="system", key="k")

    assert [call.idempotency_key for _, call, _ in served.partner.calls] == [None, None]


# What went wrong -----------------------------------------------------------------------


def test_a_refusal_is_judged_anew(served, store):
    """A refusal is not kept: nothing was done, and the reason may have gone."""
    served.serve(idempotency_store=store)
    served.partner.returns["provision_resource"] = ConflictError("an invoice is open")
    assert served.provision(key="k").status_code == 409

    served.partner.returns["provision_resource"] = PROVISIONED
    assert served.provision(key="k").status_code == 200
    assert [call.may_have_run for _, call, _ in served.partner.calls] == [False, False]


@pytest.mark.parametrize("failure", [RuntimeError("bug"), UnavailableError("busy"), None])
def test_after_a_failure_the_retry_knows(served, store, failure):
    """An exception, a 503 and an invalid response say nothing about what was done."""
    served.serve(idempotency_store=store)
    served.partner.returns["provision_resource"] = failure
    assert served.provision(key="k").status_code in {500, 503}

    # A refusal of the retry says nothing about the first attempt.
    served.partner.returns["provision_resource"] = ConflictError("not now")
    assert served.provision(key="k").status_code == 409

    served.partner.returns["provision_resource"] = PROVISIONED
    assert [served.provision(key="k").status_code for _ in range(2)] == [200, 200]
    assert [call.may_have_run for _, call, _ in served.partner.calls] == [False, True, True]


class Broken(InMemoryIdempotencyStore):
    """A store that fails."""

    def __init__(self, method):
        super().__init__()
        self._method = method

    def _fail(self, method):
        if method == self._method:
            msg = "no space left"
            raise OSError(msg)

    def reserve(self, key, fingerprint, /):
        self._fail("reserve")
        return super().reserve(key, fingerprint)

    def finish(self, key, owner, response, /):
        self._fail("finish")
        super().finish(key, owner, response)


def test_what_cannot_be_recorded_is_not_carried_out(served, caplog):
    """Without a store, nobody could tell whether it ran: it does not, and may be sent again."""
    served.serve(idempotency_store=Broken("reserve"))

    assert (served.provision(key="k").status_code, served.partner.calls) == (503, [])
    assert "no space left" in caplog.text


def test_what_was_carried_out_is_said_to_be(served, caplog):
    """Where the response cannot be kept, it goes out all the same: it is true."""
    served.serve(idempotency_store=Broken("finish"))

    assert served.provision(key="k").status_code == 200
    assert "no space left" in caplog.text


class Slow:
    """A method that waits until it is let go, and counts how often it runs."""

    def __init__(self):
        self.runs = 0
        self.running = threading.Event()
        self.go = threading.Event()

    def __call__(self, _call, _request):
        self.runs += 1
        self.running.set()
        assert self.go.wait(30)
        return PROVISIONED


def test_a_retry_does_not_wait_for_ever(store):
    """A retry of what is under way gets a 503: a 409 would be the last word on it."""
    slow = Slow()
    served = blocking(PlainAcme(provision_resource=slow), store, max_wait=0)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(served.provision, key="k")
        slow.running.wait(30)
        response = served.provision(key="k")
        slow.go.set()

    assert (response.status_code, error_of(response)["code"]) == (503, "service_unavailable")
    assert (first.result().status_code, slow.runs) == (200, 1)


def test_another_workers_request_is_waited_for(tmp_path):
    """A retry that reaches another worker waits for the first one's response."""
    slow = Slow()
    path = tmp_path / "responses.db"
    workers = [
        blocking(PlainAcme(provision_resource=slow), SQLiteIdempotencyStore(path)) for _ in "ab"
    ]
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(workers[0].provision, key="k")
        slow.running.wait(30)
        second = pool.submit(workers[1].provision, key="k")
        time.sleep(0.03)  # it polls
        slow.go.set()

    assert (first.result(), slow.runs) == (second.result(), 1)


def test_a_lease_is_not_for_the_own_process(tmp_path):
    """A method that takes longer than its lease is not run again beside itself."""
    slow = Slow()
    store = SQLiteIdempotencyStore(tmp_path / "responses.db", lease=1e-6)
    served = blocking(PlainAcme(provision_resource=slow), store)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(served.provision, key="k")
        slow.running.wait(30)
        second = pool.submit(served.provision, key="k")
        time.sleep(0.03)  # it polls
        slow.go.set()

    assert (first.result(), slow.runs) == (second.result(), 1)


def test_a_crash_is_told_to_the_retry(tmp_path):
    """A process that ended in the middle leaves the request unfinished, which the retry knows."""

    class Crash(BaseException):
        """Nothing that a method or the API handles."""

    class Lost(SQLiteIdempotencyStore):
        def release(self, key, owner, /, *, unfinished):
            """Do nothing: the process is gone."""

    path = tmp_path / "responses.db"
    with pytest.raises(Crash):
        blocking(PlainAcme(provision_resource=_raises(Crash)), Lost(path, lease=1e-6)).provision(
            key="k"
        )

    after = blocking(PlainAcme(), SQLiteIdempotencyStore(path))
    assert after.provision(key="k").status_code == 200
    ((_, call, _),) = after.partner.calls
    assert (call.may_have_run, call.idempotency_key) == (True, "k")


def _raises(error):
    def method(_call, _request):
        raise error

    return method


# A hundred at once -----------------------------------------------------------------------


class Blocking:
    """The blocking way, without its fixture."""

    blocking = True


def blocking(partner, store, **settings):
    return Served(Blocking(), partner).serve(idempotency_store=store, **settings)


def test_a_hundred_threads_provision_once(store):
    """Of a hundred retries at once, one runs the method, and all get its response."""

    def provision(_call, _request):
        time.sleep(0.02)
        return PROVISIONED

    served = blocking(PlainAcme(provision_resource=provision), store)
    token = EMULATOR.tokens.user_token()
    served.call("PUT", PATH.rpartition("/")[0], token=token)  # fetches the keys
    with ThreadPoolExecutor(25) as pool:
        sent = request("POST", PATH, PROVISION, key="k", token=token)
        responses = [*pool.map(served.respond, [sent] * 100)]

    assert {one.status_code for one in responses} == {200}
    assert len({one.content for one in responses}) == len(served.partner.calls) == 1


@pytest.mark.usefixtures("may_block")
@pytest.mark.parametrize("way", ["asyncio", "trio"], indirect=True)
def test_a_hundred_tasks_provision_once(way, store):
    """The same on an event loop."""
    served = Served(way, AsyncAcme()).serve(idempotency_store=store)
    sent = request("POST", PATH, PROVISION, key="k")
    responses = []

    async def send():
        responses.append(await served.api.respond(sent))

    async def story():
        async with anyio.create_task_group() as tasks:
            for _ in range(100):
                tasks.start_soon(send)

    anyio.run(story, backend=way.name)
    assert {one.status_code for one in responses} == {200}
    assert len({one.content for one in responses}) == len(served.partner.calls) == 1


@pytest.mark.usefixtures("may_block")
@pytest.mark.parametrize("way", ["asyncio", "trio"], indirect=True)
def test_a_cancelled_request_is_unfinished(way, store):
    """A request that is cancelled in the middle is carried out again by the retry, which knows."""
    started = []

    class Waits(AsyncAcme):
        async def provision_resource(self, call, request):
            started.append(call.may_have_run)
            if len(started) == 1:
                cancel()
                await anyio.sleep_forever()
            return PROVISIONED

    served = Served(way, Waits()).serve(idempotency_store=store)
    sent = request("POST", PATH, PROVISION, key="k")
    scopes = []

    def cancel():
        scopes[0].cancel()

    async def story():
        with anyio.CancelScope() as scope:
            scopes.append(scope)
            await served.api.respond(sent)
        return await served.api.respond(sent)

    response = anyio.run(story, backend=way.name)
    assert (response.status_code, started) == (200, [False, True])


def test_a_thread_is_waited_for_when_asyncio_cancels(store):
    """A plain method cannot be stopped, so its request ends with it; no retry runs beside it."""
    going, go = threading.Event(), threading.Event()
    told = []

    def provision(call, _):
        told.append(call.may_have_run)
        going.set()
        assert go.wait(30)
        return PROVISIONED

    way = type("AsyncIO", (), {"blocking": False, "name": "asyncio"})()
    served = Served(way, PlainAcme(provision_resource=provision)).serve(idempotency_store=store)
    sent = request("POST", PATH, PROVISION, key="k")

    async def story():
        first = asyncio.create_task(served.api.respond(sent))
        await asyncio.to_thread(going.wait, 30)
        first.cancel()
        second = asyncio.create_task(served.api.respond(sent))
        await asyncio.wait({first}, timeout=0.05)
        before = first.done(), len(told)
        go.set()
        await asyncio.wait({first})
        return before, first.cancelled(), (await second).status_code

    assert asyncio.run(story()) == ((False, 1), True, 200)
    assert told == [False, True]


# Stores of one's own ---------------------------------------------------------------------


class AsyncStore:
    """A store with async methods."""

    def __init__(self):
        self.inner = InMemoryIdempotencyStore()

    async def reserve(self, key, fingerprint, /) -> Reservation:
        await anyio.lowlevel.checkpoint()
        return self.inner.reserve(key, fingerprint)

    async def finish(self, key, owner, response, /):
        self.inner.finish(key, owner, response)

    async def release(self, key, owner, /, *, unfinished):
        self.inner.release(key, owner, unfinished=unfinished)


def test_a_store_may_be_async(way, may_block):
    """Under `PartnerAPI` a store may have async methods; without a loop it is refused."""
    partner = (PlainAcme if way.blocking else AsyncAcme)()
    if way.blocking:
        with pytest.raises(TypeError, match="AsyncStore has async methods"):
            Served(way, partner).serve(idempotency_store=AsyncStore())
        return
    served = Served(way, partner).serve(idempotency_store=AsyncStore())
    assert served.provision(key="k") == served.provision(key="k")
    assert len(partner.calls) == 1


class CountingStore(InMemoryIdempotencyStore):
    """A store that says how many requests it has, and is therefore false while it has none."""

    def __len__(self):
        return len(self._entries)


def test_an_empty_store_is_used(way, may_block):
    """A store that is false while it is empty is not taken for none: others may share it."""
    store = CountingStore()
    partner = (PlainAcme if way.blocking else AsyncAcme)()
    Served(way, partner).serve(idempotency_store=store).provision(key="k")

    assert len(store) == 1


class ForgetfulStore(InMemoryIdempotencyStore):
    """A store that has lost a response which it knows to have been there."""

    def reserve(self, key, fingerprint, /):
        return attrs.evolve(super().reserve(key, fingerprint), state="finished")


def test_a_request_whose_response_is_lost_may_have_run(served):
    """Only a request that a store calls new is certain not to have taken effect."""
    served.serve(idempotency_store=ForgetfulStore())
    served.provision(key="k")

    assert [call.may_have_run for _, call, _ in served.partner.calls] == [True]


def test_the_emulator_takes_a_mismatch_for_a_refusal(served):
    """Vercel's side is told what is wrong with the key."""
    transport = type("Transport", (), {"send": staticmethod(served.respond)})()
    vercel = Emulator(RunningClock()).partner("https://acme.example", transport=transport)
    vercel.install(idempotency_key="k")

    with pytest.raises(PartnerRefusedError, match="belongs to another request"):
        vercel.install(accepted_policies={"toc": "2026-01-01T00:00:00Z"}, idempotency_key="k")
