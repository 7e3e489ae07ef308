"""Databases that move to another team."""

from datetime import timedelta
from typing import Any

import pytest
from attrs import frozen

from vercel_marketplace.emulator.partner import PartnerRefusedError


@frozen
class Offer:
    """A database that a team offers to another."""

    acme: Any
    other: Any
    database: Any
    claim: str

    @property
    def receiver(self):
        return self.acme.client(self.other)

    def owner(self):
        """The installation that has the database."""
        return self.acme.rows("SELECT installation_id FROM resources")[0][0]


def offer_database(acme, database, *, until=None, key=None):
    """Offer a database, for an hour unless it is said; the id of the offer."""
    until = until or acme.vercel.clock.now() + timedelta(hours=1)
    vercel = acme.client()
    transfer = vercel.create_resource_transfer(
        [database["id"]], expires_at=until, idempotency_key=key
    )
    return transfer.provider_claim_id


@pytest.fixture
def offer(acme, database):
    """An offer, and the team that it is for."""
    return Offer(acme, acme.add_team(), database, offer_database(acme, database))


def refused(call, *arguments, **named):
    """The status with which a call is refused."""
    with pytest.raises(PartnerRefusedError) as caught:
        call(*arguments, **named)
    return caught.value.response.status_code


def test_a_database_moves_to_the_team_that_claims_it(offer):
    """It is the one team's until the other accepts, and then the other's."""
    database_id = offer.database["id"]
    offer.receiver.verify_resource_transfer(offer.claim)
    assert refused(offer.receiver.get_resource, database_id) == 404

    offer.receiver.accept_resource_transfer(offer.claim)

    assert offer.receiver.get_resource(database_id).name == "main"
    assert refused(offer.acme.client().get_resource, database_id) == 404


def test_each_team_is_billed_for_its_own_hours(offer):
    """The hours before belong to the one, the hours after to the other."""
    clock = offer.acme.vercel.clock
    clock.advance(minutes=59)
    offer.receiver.accept_resource_transfer(offer.claim)
    clock.advance(hours=3)
    offer.acme.bill()

    (before,) = offer.acme.vercel.received.billing_data[-1].usage
    (after,) = offer.other.received.billing_data[-1].usage
    assert (before.period_value, after.period_value) == (0, 3)
    assert [line.total for line in offer.other.received.billing_data[-1].billing] == ["0.15"]


def test_a_retry_of_the_acceptance_succeeds(offer):
    """The response was lost: the second request says what the first would have said."""
    for _ in range(2):
        offer.receiver.accept_resource_transfer(offer.claim, idempotency_key="a")

    assert offer.owner() == offer.other.installation_id


def test_a_crash_moves_nothing_twice(offer, crash):
    """A process that ends before it has responded has moved it, and the retry succeeds."""
    crash(lambda: offer.receiver.accept_resource_transfer(offer.claim, idempotency_key="a"))

    assert offer.owner() == offer.other.installation_id
    assert offer.acme.rows("SELECT COUNT(*) FROM runs") == [(2,)]


def test_an_offer_is_accepted_once(offer):
    """Afterwards nobody can claim it, neither the same team nor a third."""
    third = offer.acme.client(offer.acme.add_team())
    offer.receiver.accept_resource_transfer(offer.claim)

    for team in (offer.receiver, third):
        assert refused(team.verify_resource_transfer, offer.claim) == 409
        assert refused(team.accept_resource_transfer, offer.claim) == 409
    assert offer.owner() == offer.other.installation_id


def test_the_body_names_no_other_team(offer):
    """The installation of the path gets the database, whatever the body says."""
    third = offer.acme.add_team()
    offer.receiver.accept_resource_transfer(
        offer.claim, target_installation_id=third.installation_id
    )

    assert offer.owner() == offer.other.installation_id


def test_an_offer_expires(offer):
    """After its time it is a 404, and the database stays."""
    offer.acme.vercel.clock.advance(hours=1)

    assert refused(offer.receiver.verify_resource_transfer, offer.claim) == 404
    assert refused(offer.receiver.accept_resource_transfer, offer.claim) == 404
    assert offer.owner() == offer.acme.vercel.installation_id


@pytest.mark.parametrize("deleted", [["first"], ["first", "second"]])
def test_an_offer_ends_with_what_it_offers(acme, deleted):
    """Where one of its databases is gone, nobody can claim the others."""
    vercel, other = acme.client(), acme.client(acme.add_team())
    names = {name: acme.provision(name=name)["id"] for name in ("first", "second")}
    until = acme.vercel.clock.now() + timedelta(hours=1)
    claim = vercel.create_resource_transfer([*names.values()], expires_at=until).provider_claim_id
    for name in deleted:
        acme.call("DELETE", f"/resources/{names[name]}")

    assert refused(other.accept_resource_transfer, claim) == 404


def test_nobody_claims_what_is_his_own(offer):
    """The team that offers a database is no other team."""
    assert refused(offer.acme.client().accept_resource_transfer, offer.claim) == 409


def test_an_offer_that_nobody_made_is_not_found(offer):
    """A guessed id is a 404."""
    assert refused(offer.receiver.verify_resource_transfer, "claim_x") == 404


def test_only_a_teams_own_databases_are_offered(acme, database):
    """To offer somebody else's, or none, is a 422."""
    team = acme.add_team()
    own = acme.provision(team)["id"]
    until = acme.vercel.clock.now() + timedelta(hours=1)

    for resource_ids in ([own, database["id"]], []):
        create = acme.client(team).create_resource_transfer
        assert refused(create, resource_ids, expires_at=until) == 422


def test_a_crash_makes_one_offer(acme, database, crash):
    """A process that ends before it has responded has made the offer that the retry gets."""
    until = acme.vercel.clock.now() + timedelta(hours=1)

    first, second = crash(lambda: offer_database(acme, database, until=until, key="a"))

    assert first == second
    assert acme.rows("SELECT COUNT(*) FROM transfers") == [(1,)]
