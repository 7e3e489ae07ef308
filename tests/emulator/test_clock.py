"""The clock, and what loads."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest

from tests.emulator.builders import NOON, WIRE, send
from vercel_marketplace.emulator import Clock, Emulator, RunningClock


def test_a_clock_shows_what_it_is_set_to():
    """A clock accepts any aware moment, stands still, and shows it in UTC."""
    clock = Clock(NOON)
    assert clock.now() == NOON

    clock.set(datetime.fromisoformat("2026-02-01T01:00:00+01:00"))

    assert clock.now() == datetime(2026, 2, 1, tzinfo=UTC)
    assert clock.now().tzinfo is UTC


def test_a_clock_refuses_a_naive_moment():
    """A moment without an offset could be any of many, so it is refused."""
    with pytest.raises(ValueError, match="timezone-aware"):
        Clock(datetime(2026, 1, 1))  # noqa: DTZ001 (what is tested)


def test_advances_of_two_threads_add_up():
    """A clock that two threads advance at once shows the sum of both."""

    class SlowToAdd(datetime):
        """Lets the other thread try before it has added."""

        def __add__(self, passed):
            if not other.ident:
                other.start()
                other.join(0.1)  # without success, as long as it has to wait
            return SlowToAdd.fromtimestamp(super().__add__(passed).timestamp(), UTC)

    clock = Clock(SlowToAdd.fromtimestamp(NOON.timestamp(), UTC))
    other = Thread(target=lambda: clock.advance(hours=1))
    clock.advance(days=1)
    other.join()

    assert clock.now() == NOON + timedelta(days=1, hours=1)


@pytest.mark.parametrize("clock", [NOON, 0, Clock], ids=repr)
def test_what_is_no_clock_is_refused(clock):
    """A moment in place of a clock is refused at once, with what to write."""
    with pytest.raises(TypeError, match=r"Emulator\(Clock\(moment\)\)"):
        Emulator(clock)


def test_an_emulator_goes_by_the_clock_it_is_given():
    """A clock of the test's own sets the times of what is made."""
    emulator = Emulator(Clock(NOON + timedelta(days=3)))
    method, path, body = WIRE["submit-invoice"]

    send(emulator, method, path, body)

    assert emulator.invoices["inv_1"].created == NOON + timedelta(days=3)


def test_a_running_clock_stops_at_the_end_of_time():
    """The last moment that there is lasts."""
    last = datetime.max.replace(tzinfo=UTC)
    assert RunningClock(last).now() == last


@pytest.mark.parametrize(
    ("imported", "absent"),
    [
        ("vercel_marketplace", "vercel_marketplace.emulator"),
        ("vercel_marketplace.emulator", "httpx"),
        ("vercel_marketplace.emulator", "asyncio"),
    ],
)
def test_the_emulator_loads_alone(imported, absent):
    """The package does not load the emulator, and the emulator loads no network."""
    code = f"import sys, {imported}; sys.exit({absent!r} in sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], check=False, timeout=30)

    assert done.returncode == 0
