"""The pytest plugin: the fixture `marketplace_emulator`.

pytest finds the plugin where the package is installed, and loads only this file until a test
requests the fixture. `-p no:vercel_marketplace.pytest_plugin` disables it.
"""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

    from vercel_marketplace.emulator import Emulator


_ENDED_EARLY = pytest.StashKey[bool]()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    """Record whether a test failed or was skipped."""
    item.stash[_ENDED_EARLY] = call.excinfo is not None


@pytest.fixture
def marketplace_emulator(request: pytest.FixtureRequest) -> "Generator[Emulator]":
    """Make an emulator for one test; a fault that no request has met is an error.

    After a test that failed it is not: the test did not get there, and its failure counts.
    """
    from vercel_marketplace.testing import fresh_emulator  # noqa: PLC0415 (on first use)

    with fresh_emulator() as emulator:
        yield emulator
        if request.node.stash.get(_ENDED_EARLY, False):
            emulator.faults.clear()
