"""The pytest plugin: the fixture `marketplace_emulator`.

pytest finds it by itself where the package is installed, and loads nothing but this file until
a test asks for the fixture. `-p no:vercel_marketplace.pytest_plugin` leaves it out.
"""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

    from vercel_marketplace.emulator import Emulator


@pytest.fixture
def marketplace_emulator() -> "Generator[Emulator]":
    """A Marketplace for this test alone; faults that no request has met are an error."""
    from vercel_marketplace.testing import fresh_emulator  # noqa: PLC0415 (on first use)

    with fresh_emulator() as emulator:
        yield emulator
