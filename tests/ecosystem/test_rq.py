"""rq: jobs whose time limits are exceptions from a signal handler."""

import pytest


@pytest.mark.parametrize("waits_for", ["response", "retry"])
def test_a_time_limit_ends_a_call(run, emulator, waits_for):
    """`JobTimeoutException` comes out of a call, and the client serves the next job."""
    if waits_for == "response":
        emulator.faults.delay("get-account-info", 20)
    else:
        emulator.faults.fail("get-account-info", status=503, retry_after=30)

    jobs = run("rq_worker.py")

    assert jobs["late"].startswith("rq.timeouts.JobTimeoutException")
    assert jobs["next"] == "Acme"
