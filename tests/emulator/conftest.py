"""An emulator, and ways to call it."""

import pytest

from tests.emulator.builders import Here
from vercel_marketplace import (
    SyncVercel,
)
from vercel_marketplace.emulator import Emulator


@pytest.fixture
def emulator():
    return Emulator()


@pytest.fixture
def marketplace(emulator):
    """The blocking methods, on the emulator."""
    with SyncVercel(bearer_token=emulator.token, transport=emulator.transport()) as vercel:
        yield Here(vercel.marketplace)


@pytest.fixture
def client(emulator):
    """What the token exchange is told beside the grant."""
    return {
        "client_id": emulator.integration.client_id,
        "client_secret": emulator.integration.client_secret,
    }
