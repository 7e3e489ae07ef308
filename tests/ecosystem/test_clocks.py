"""freezegun and time-machine: a clock that stands still, from whichever moment on."""

from itertools import product

import pytest

LIBRARIES = ("freezegun", "time-machine")


def orders():
    """Yield each place of `freeze` among what else is done, which ends with an invoice."""
    for steps in (("models", "invoice", "event"), ("event", "invoice")):
        for place in range(len(steps) + 1):
            yield (*steps[:place], "freeze", *steps[place:], "invoice")


@pytest.mark.parametrize(
    ("library", "steps"),
    [
        pytest.param(*case, id=" ".join((case[0], *case[1])))
        for case in product(LIBRARIES, orders())
    ],
)
def test_the_clock_may_stop_at_any_moment(run, library, steps):
    """Invoices and events are the same before and after the clock stops, whatever was imported."""
    done = run("frozen_clock.py", library, *steps)

    expected = {"invoice": True, "event": "ConfigurationRemovedEvent"}
    assert done == [expected[step] for step in steps if step in expected]


@pytest.mark.parametrize(
    ("library", "style"),
    [
        ("freezegun", "blocking"),
        ("freezegun with real_asyncio", "async"),
        ("time-machine", "blocking"),
        ("time-machine", "async"),
    ],
)
def test_a_retry_comes_though_the_clock_stands_still(run, emulator, library, style):
    """A call is retried after the wait that Vercel asks for, under a clock of another year."""
    emulator.faults.fail("get-account-info", status=429, retry_after=1)

    assert run("frozen_retry.py", library, style) == "Acme"
    assert len(emulator.requests) == 2


def test_asyncio_stops_with_freezegun(run, emulator):
    """Without `real_asyncio`, the event loop's own clock stands still, and no wait in it ends."""
    emulator.faults.fail("get-account-info", status=503, retry_after=1)

    assert run("frozen_retry.py", "freezegun", "async") == "waits forever"
    assert len(emulator.requests) == 1


@pytest.mark.parametrize(("ticks", "attempts"), [(0, 3), (61, 1)])
def test_max_elapsed_time_counts_by_the_clock_of_freezegun(run, ticks, attempts):
    """`max_elapsed_time` passes only as far as the test moves the clock."""
    assert run("frozen_elapsed.py", str(ticks)) == attempts
