"""Billing data: what counts of them."""

from datetime import timedelta

import pytest

from tests.emulator.acme import NOON, PERIOD, day
from vercel_marketplace import (
    VercelBadRequestError,
)
from vercel_marketplace import models as m


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["in order", "late"])
def test_the_newest_billing_data_count(emulator, marketplace, order):
    """Of several data for a day those with the newest timestamp stay, whichever comes last."""
    older, newer = day(timestamp=NOON), day(timestamp=NOON + timedelta(hours=1))

    for index in order:
        marketplace.submit_billing_data(request_body=(older, newer)[index])

    assert emulator.billing == [newer]


def test_a_repetition_of_billing_data_changes_nothing(emulator, marketplace):
    """Data with a timestamp that is known already do not replace the first."""
    first = day()
    marketplace.submit_billing_data(request_body=first)
    marketplace.submit_billing_data(request_body=day(billing=m.Billing(items=[])))

    assert emulator.billing == [first]


def test_each_day_has_billing_data_of_its_own(emulator, marketplace):
    """Data for another day stand beside the first, in the order of the days."""
    today, tomorrow = day(), day(eod=NOON + timedelta(days=1))

    marketplace.submit_billing_data(request_body=tomorrow)
    marketplace.submit_billing_data(request_body=today)

    assert emulator.billing == [today, tomorrow]


def test_a_day_outside_the_period_is_refused(emulator, marketplace):
    """Billing data for a day outside their period are a 400."""
    with pytest.raises(VercelBadRequestError, match="`eod`: outside the period"):
        marketplace.submit_billing_data(request_body=day(eod=PERIOD.end + timedelta(days=1)))

    assert emulator.billing == []
