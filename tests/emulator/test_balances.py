"""Prepayment balances: the newest count."""

from datetime import timedelta

import pytest

from tests.emulator.builders import NOON
from vercel_marketplace import models as m


def submit(marketplace, cents, hours):
    """Submit one balance, so many hours after noon."""
    body = m.SubmitPrepaymentBalancesRequestBody(
        timestamp=NOON + timedelta(hours=hours),
        balances=[m.Balance(currency_value_in_cents=cents)],
    )
    marketplace.submit_prepayment_balances(request_body=body)


def test_balances_are_there_to_look_at(emulator, marketplace):
    """The balances are the SDK's own models, none at first."""
    assert emulator.received.balances == []
    balances = [
        m.Balance(credit="2,000 Tokens", name_label="Tokens", currency_value_in_cents=1050),
        m.Balance(resource_id="db_gone", currency_value_in_cents=0),
    ]
    body = m.SubmitPrepaymentBalancesRequestBody(timestamp=NOON, balances=balances)

    marketplace.submit_prepayment_balances(request_body=body)

    assert emulator.received.balances == balances


@pytest.mark.parametrize(("hours", "cents"), [(1, 2), (0, 1), (-1, 1)])
def test_the_newest_timestamp_wins(emulator, marketplace, hours, cents):
    """Later balances replace all; earlier ones, or others of the same moment, change nothing."""
    submit(marketplace, 1, hours=0)
    submit(marketplace, 2, hours=hours)

    assert [balance.currency_value_in_cents for balance in emulator.received.balances] == [cents]
