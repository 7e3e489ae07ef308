"""`reset`: an emulator that begins again."""

import pytest

from tests.emulator.builders import submitted
from vercel_marketplace.emulator import Emulator


def test_everything_is_as_in_a_new_emulator(emulator, marketplace):
    """What was sent, added and ordered is gone, and the first installation is there."""
    submitted(marketplace)
    emulator.installations.add("icfg_2")
    emulator.faults.fail("get-invoice")
    emulator.faults.set_rate_limit(total=1)
    emulator.team.add_member("usr_2")
    emulator.reset()
    new = Emulator()
    assert list(emulator.installations) == list(new.installations)
    assert dict(emulator.invoices) == {}
    assert emulator.resources == new.resources
    assert emulator.faults.pending == []
    assert emulator.requests == []
    with pytest.raises(LookupError):
        emulator.tokens.issue_sso_code(member_id="usr_2")


def test_calls_are_served_after_it(emulator, marketplace):
    """The token and the installation of before are valid still."""
    emulator.reset()
    assert marketplace.get_account_info().name == "Acme"


def test_receivers_stay_and_are_told_of_nothing_that_was_forgotten(emulator):
    """No webhook tells of a reset; what happens later is sent."""
    received = []
    emulator.webhooks.subscribe(received.append)
    emulator.team.connect_project("prj_1", resource_id=emulator.resource_id)
    emulator.reset()
    assert emulator.webhooks.deliveries == []
    del received[:]
    emulator.team.connect_project("prj_1", resource_id=emulator.resource_id)
    assert len(emulator.webhooks.deliveries) == len(received) == 1


def test_a_receiver_may_reset_what_is_being_sent(emulator):
    """The delivery in which it happens is forgotten with all others."""
    emulator.webhooks.subscribe(lambda _: emulator.reset())
    emulator.webhooks.subscribe(lambda _: 500)
    emulator.team.connect_project("prj_1", resource_id=emulator.resource_id)
    assert emulator.webhooks.deliveries == []
