"""gevent: blocking calls that wait in greenlets."""

import pytest


@pytest.mark.parametrize("before_patching", ["nothing", "an import"])
def test_calls_wait_side_by_side(run, emulator, before_patching):
    """Greenlets call at the same time if `patch_all` came before the first call."""
    emulator.faults.delay("get-account-info", 0.5, times=10)

    names, seconds = run("gevent_calls.py", before_patching)

    assert names == ["Acme"] * 10
    assert seconds < 10 * 0.5
