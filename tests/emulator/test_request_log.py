"""What is kept of the requests that arrive."""

import sys
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import pytest

from vercel_marketplace import Headers, HTTPRequest, block_on
from vercel_marketplace.emulator import Emulator
from vercel_marketplace.emulator.clock import START
from vercel_marketplace.emulator.request_log import LogEntry, LogLimits, RequestLog


def request(number=0, *, size=0, headers=()):
    return HTTPRequest(
        method="POST", url=f"/{number}", headers=Headers(headers), content=bytes(size)
    )


def kept(limits, requests):
    """The requests that a log keeps of these."""
    log = RequestLog()
    for one in requests:
        log.append(LogEntry(one, START), limits)
    return [entry.request for entry in log.snapshot()]


@pytest.mark.parametrize("most", [0, 1, 3, 10, 11])
def test_the_newest_requests_are_kept(most):
    """Of ten requests a log keeps as many as it is told, in order, and drops the oldest."""
    requests = [request(number) for number in range(10)]

    assert kept(LogLimits(max_logged_requests=most), requests) == requests[max(0, 10 - most) :]


@pytest.mark.parametrize(("most", "expected"), [(35_000, 3), (10_000, 0), (0, 0)])
def test_the_bytes_that_are_kept_are_bounded(most, expected):
    """Requests of a little more than 10 kB are kept as long as they are within the limit."""
    requests = [request(number, size=10_000) for number in range(10)]

    assert kept(LogLimits(max_logged_bytes=most), requests) == requests[10 - expected :]


@pytest.mark.parametrize("count", [0, 1, 10, 1000])
def test_headers_count_as_what_they_occupy(count):
    """Many short headers, which occupy far more than their text, cannot exceed the limit."""
    tracemalloc.start()
    try:
        requests = [
            request(number, headers=[(f"name-{i}", f"{number}-{i}") for i in range(count)])
            for number in range(20)
        ]
        occupied, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert kept(LogLimits(max_logged_bytes=occupied // 2), requests) != requests


def test_a_log_without_limits_keeps_everything():
    """In the process, where a test counts its requests, none is dropped."""
    emulator = Emulator()
    sent = [request(number, size=20_000) for number in range(1500)]
    for one in sent:
        block_on(emulator.transport().send(one))

    assert emulator.requests == sent


def test_a_log_is_read_while_others_write():
    """Threads append and read at once: nothing is lost, and nothing raises."""
    log = RequestLog()
    limits = LogLimits(max_logged_requests=50)

    def work(number):
        log.append(LogEntry(request(number), START), limits)
        return len(log.snapshot())

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            lengths = list(pool.map(work, range(2000)))
    finally:
        sys.setswitchinterval(interval)

    assert (max(lengths), len(log.snapshot())) == (50, 50)


@pytest.mark.parametrize("name", ["max_logged_requests", "max_logged_bytes"])
@pytest.mark.parametrize("value", [-1, 1.5, True, None, "9"])
def test_a_limit_is_a_whole_number(name, value):
    """Anything else is an error that names the setting."""
    with pytest.raises(ValueError, match=f"{name} must be a whole number of at least 0"):
        LogLimits(**{name: value})
