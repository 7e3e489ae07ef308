"""The stores of responses: what they remember, for how long, and for whom."""

import os
import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from vercel_marketplace import Headers, HTTPResponse
from vercel_marketplace.partner import InMemoryIdempotencyStore, SQLiteIdempotencyStore

RESPONSE = HTTPResponse(200, headers=Headers({"content-type": "text/x"}), content=b"\x00hidden")
DAY = 86_400.0


class Clock:
    """A clock that stands until it is set."""

    def __init__(self):
        self.now = 1_800_000_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(params=["memory", "sqlite"])
def store(request, tmp_path, clock):
    """Each of the stores."""
    if request.param == "memory":
        return InMemoryIdempotencyStore(clock=clock)
    return SQLiteIdempotencyStore(tmp_path / "responses.db", clock=clock)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "responses.db"


def finish(store, key="k", fingerprint="f"):
    reserved = store.reserve(key, fingerprint)
    store.finish(key, reserved.owner, RESPONSE)
    return reserved


# Both ----------------------------------------------------------------------------------


def test_a_request_is_reserved_once(store):
    """The first gets the reservation; the second learns that it is under way."""
    first, second = store.reserve("k", "f"), store.reserve("k", "f")

    assert (first.state, second.state) == ("new", "in_progress")
    assert (bool(first.owner), second.owner) == (True, "")


def test_a_finished_request_keeps_its_response(store):
    """Whoever comes later gets the first response, byte for byte."""
    finish(store)

    found = store.reserve("k", "f")
    assert (found.state, found.response, found.owner) == ("finished", RESPONSE, "")


def test_another_request_under_the_key_is_a_mismatch(store):
    """That is so while it is under way, when it is finished, and when it is unfinished."""
    reserved = store.reserve("k", "f")
    seen = [store.reserve("k", "other").state]
    store.release("k", reserved.owner, unfinished=True)
    seen.append(store.reserve("k", "other").state)
    finish(store)
    seen.append(store.reserve("k", "other").state)

    assert seen == ["mismatch"] * 3


def test_keys_are_apart(store):
    """One request says nothing of another."""
    finish(store)

    assert store.reserve("K", "f").state == "new"


def test_a_release_forgets(store):
    """A request that was refused is new again."""
    store.release("k", store.reserve("k", "f").owner, unfinished=False)

    assert store.reserve("k", "f").state == "new"


def test_an_unfinished_request_is_taken_over_once(store):
    """One retry carries it out, and others wait for that."""
    store.release("k", store.reserve("k", "f").owner, unfinished=True)

    assert [store.reserve("k", "f").state for _ in range(2)] == ["unfinished", "in_progress"]


@pytest.mark.parametrize("key", ["k", "unknown"])
def test_who_was_taken_over_has_no_say(store, key):
    """An attempt that comes back late changes nothing."""
    late = store.reserve("k", "f")
    store.release("k", late.owner, unfinished=True)
    current = store.reserve("k", "f")

    store.finish(key, late.owner, RESPONSE)
    store.release(key, late.owner, unfinished=False)

    assert store.reserve("k", "f").state == "in_progress"
    store.finish("k", current.owner, RESPONSE)
    assert store.reserve("k", "f").state == "finished"


def test_a_response_is_kept_for_longer_than_a_day(store, clock):
    """Vercel retries for a day; after that, secrets are not kept any longer than needed."""
    finish(store)
    clock.now += DAY + 600
    assert store.reserve("k", "f").state == "finished"

    clock.now += 3600
    assert store.reserve("k", "f").state == "new"


@pytest.mark.parametrize(
    "make",
    [
        lambda path, clock: InMemoryIdempotencyStore(keep=10, clock=clock),
        lambda path, clock: SQLiteIdempotencyStore(path, keep=10, clock=clock),
    ],
    ids=["memory", "sqlite"],
)
def test_what_is_under_way_is_not_forgotten(make, path, clock):
    """A method may take longer than responses are kept: nobody else may begin it meanwhile."""
    store = make(path, clock)
    owner = store.reserve("k", "f").owner
    clock.now += 11
    assert store.reserve("k", "f").state == "in_progress"

    store.finish("k", owner, RESPONSE)
    assert store.reserve("k", "f").state == "new"


def test_the_time_is_looked_up(monkeypatch, path):
    """Without a clock it is `time.time`, also where a test replaces it."""
    for store in (InMemoryIdempotencyStore(), SQLiteIdempotencyStore(path)):
        finish(store)
        monkeypatch.setattr("time.time", lambda: 4e9)
        assert store.reserve("k", "f").state == "new"
        monkeypatch.undo()


def test_a_hundred_threads_get_one_reservation(store):
    """However many ask at once, one carries it out."""
    with ThreadPoolExecutor(20) as pool:
        states = [found.state for found in pool.map(lambda _: store.reserve("k", "f"), range(100))]

    assert sorted(set(states)) == ["in_progress", "new"]
    assert states.count("new") == 1


def test_a_store_shows_no_response(store):
    """`repr` of a store, and of what it found, has no secret."""
    finish(store)

    assert "hidden" not in f"{store!r} {store.reserve('k', 'f')!r}"


@pytest.mark.parametrize(
    ("settings", "error"),
    [({"keep": 0}, ValueError), ({"keep": "1"}, TypeError), ({"keep": 1e10}, ValueError)],
)
def test_a_setting_must_be_valid(settings, error, path):
    """The message names the setting."""
    for make in (InMemoryIdempotencyStore, lambda **kw: SQLiteIdempotencyStore(path, **kw)):
        with pytest.raises(error, match="keep must be"):
            make(**settings)


# Memory --------------------------------------------------------------------------------


def test_memory_is_bounded():
    """The oldest response goes when there is no room; what is under way stays."""
    store = InMemoryIdempotencyStore(max_responses=3)
    store.reserve("running", "f")
    for key in "abc":
        finish(store, key)

    states = {key: store.reserve(key, "f").state for key in ("running", "b", "c")}
    assert states == {"running": "in_progress", "b": "finished", "c": "finished"}


def test_memory_refuses_more_than_it_can_hold():
    """With nothing to forget, another request is not carried out."""
    store = InMemoryIdempotencyStore(max_responses=1)
    store.reserve("a", "f")

    with pytest.raises(RuntimeError, match="1 requests are under way"):
        store.reserve("b", "f")


def test_memory_has_room_for_one():
    """A store for nothing would be a mistake."""
    with pytest.raises(ValueError, match="max_responses must be at least 1"):
        InMemoryIdempotencyStore(max_responses=0)


# SQLite --------------------------------------------------------------------------------


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_file_is_its_owners_alone(path):
    """Nobody else can read the file, which holds secrets."""
    store = SQLiteIdempotencyStore(path)
    finish(store)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_file_that_others_can_read_is_refused(path):
    """An existing file with wider permissions is not used; the message says what to do."""
    path.touch(mode=0o640)
    path.chmod(0o640)

    with pytest.raises(PermissionError, match=r"holds secrets.* chmod 600"):
        SQLiteIdempotencyStore(path)


@pytest.mark.parametrize("name", ["", ":memory:"])
def test_a_file_is_required(name):
    """A database that each connection has its own of would remember nothing."""
    with pytest.raises(ValueError, match="path must name a file"):
        SQLiteIdempotencyStore(name)


def test_a_crash_leaves_a_request_unfinished(path, clock):
    """Once its lease is over, a retry carries it out again, and knows."""
    SQLiteIdempotencyStore(path, lease=60, clock=clock).reserve("k", "f")
    after = SQLiteIdempotencyStore(path, lease=60, clock=clock)
    assert after.reserve("k", "f").state == "in_progress"

    clock.now += 61
    assert [after.reserve("k", "f").state for _ in range(2)] == ["unfinished", "in_progress"]


def test_a_lease_must_be_valid(path):
    """The message names the setting."""
    with pytest.raises(ValueError, match="lease must be above zero"):
        SQLiteIdempotencyStore(path, lease=0)


def test_expired_responses_leave_the_file(path, clock):
    """What is forgotten is deleted, and overwritten: it held secrets."""
    store = SQLiteIdempotencyStore(path, keep=10, clock=clock)
    finish(store, "old")
    assert b"hidden" in path.read_bytes()
    clock.now += 11
    store.reserve("new", "f")
    assert b"hidden" not in path.read_bytes()

    with sqlite3.connect(path) as db:
        rows = db.execute("SELECT key FROM vercel_idempotency").fetchall()
    db.close()
    assert rows == [("new",)]


TAKE_ALL = """
import sys
from vercel_marketplace.partner import SQLiteIdempotencyStore
store = SQLiteIdempotencyStore(sys.argv[1])
print([n for n in range(60) if store.reserve(str(n), "f").state == "new"])
"""


@pytest.mark.subprocess
def test_two_processes_share_reservations(path):
    """Of two processes that ask for the same at once, each request has one."""
    SQLiteIdempotencyStore(path)
    command = [sys.executable, "-c", TAKE_ALL, str(path)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    taken = [number for one in running for number in eval(one.communicate(timeout=30)[0])]

    assert sorted(taken) == [*range(60)]
