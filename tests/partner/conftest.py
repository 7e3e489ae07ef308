"""The fixtures that the tests of the served partner API share."""

import pytest

from tests.partner.acme import AsyncAcme, PlainAcme, Served


@pytest.fixture
def served(way, may_block):
    """A partner, served in each of the three ways."""
    return Served(way, (PlainAcme if way.blocking else AsyncAcme)()).serve()
