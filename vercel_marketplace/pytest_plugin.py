"""The pytest plugin: the fixture `marketplace_emulator`.

pytest finds it by itself where the package is installed, and loads nothing but this file until
a test asks for the fixture. `-p no:vercel_marketplace.pytest_plugin` leaves it out.
"""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

    from vercel_marketplace.emulator import Emulator


_ENDED_EARLY = pytest.StashKey[bool]()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    """Note whether a test failed or was skipped; the report is for pytest to make."""
    item.stash[_ENDED_EARLY] = call.excinfo is not None


@pytest.fixture
def marketplace_emulator(request: pytest.FixtureRequest) -> "Generator[Emulator]":
    """A Marketplace for this test alone; faults that no request has met are an error.

    Unless the test failed: it did not get to them, and its own failure is what counts.
    """
    from vercel_marketplace.testing import fresh_emulator  # noqa: PLC0415 (on first use)

    with fresh_emulator() as emulator:
        yield emulator
        if request.node.stash.get(_ENDED_EARLY, False):
            emulator.clear_faults()
