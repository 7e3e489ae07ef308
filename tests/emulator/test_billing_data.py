"""Billing data: what counts of them."""

from datetime import timedelta

import pytest

from tests.emulator.builders import BILLING, DATES, LINE, NOON, PERIOD, day, error_of, send
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

    assert emulator.received.billing_data == [newer]


def test_a_repetition_of_billing_data_changes_nothing(emulator, marketplace):
    """Data with a timestamp that is known already do not replace the first."""
    first = day()
    marketplace.submit_billing_data(request_body=first)
    marketplace.submit_billing_data(request_body=day(billing=m.Billing(items=[])))

    assert emulator.received.billing_data == [first]


def test_each_day_has_billing_data_of_its_own(emulator, marketplace):
    """Data for another day stand beside the first, in the order of the days."""
    today, tomorrow = day(), day(eod=NOON + timedelta(days=1))

    marketplace.submit_billing_data(request_body=tomorrow)
    marketplace.submit_billing_data(request_body=today)

    assert emulator.received.billing_data == [today, tomorrow]


def test_a_day_outside_the_period_is_refused(emulator, marketplace):
    """Billing data for a day outside their period are a 400."""
    with pytest.raises(VercelBadRequestError, match="`eod`: outside the period"):
        marketplace.submit_billing_data(request_body=day(eod=PERIOD.end + timedelta(days=1)))

    assert emulator.received.billing_data == []


BACKWARDS = {"start": "2026-01-15T00:00:00Z", "end": "2026-01-14T00:00:00Z"}
OFF = {"billingPlanId": "pro", "name": "x", "amount": "1"}

# Days and periods ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "days"),
    [
        ("2026-01-15T12:00:00Z", "2026-01-15T23:59:59.999Z", 1),
        ("2026-01-15T23:59:59Z", "2026-01-16T00:00:00Z", 1),
        ("2026-01-15T00:00:00.001Z", "2026-01-16T01:00:00+01:00", 1),
        ("2026-01-16T00:00:00Z", "2026-01-16T00:00:00.001Z", 2),
    ],
)
def test_the_end_of_the_day_says_which_day_it_is(emulator, first, second, days):
    """Ends of one UTC day are the same day; midnight ends the day before it."""
    for eod in (first, second):
        assert send(emulator, "POST", "/billing", BILLING | {"eod": eod}).status_code == 201

    assert len(emulator.received.billing_data) == days


@pytest.mark.parametrize(
    ("age", "accepted"), [(timedelta(hours=24), True), (timedelta(hours=24, seconds=1), False)]
)
def test_a_day_is_at_most_a_day_old(emulator, marketplace, age, accepted):
    """Billing data for a day that ended more than 24 hours ago are a 400."""
    emulator.clock.set(NOON + age)

    if accepted:
        marketplace.submit_billing_data(request_body=day())
    else:
        with pytest.raises(VercelBadRequestError, match="`eod`: more than 24 hours ago"):
            marketplace.submit_billing_data(request_body=day())


@pytest.mark.parametrize("ahead", [1, 10])
def test_a_day_may_be_ahead(emulator, marketplace, ahead):
    """The day that data are for ends in the future, mostly; no rule bounds that but the period."""
    emulator.clock.set(NOON - timedelta(days=ahead))

    marketplace.submit_billing_data(request_body=day())

    assert emulator.received.billing_data == [day()]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (
            {"period": {"start": "2026-01-16T00:00:00Z", "end": "2026-01-14T00:00:00Z"}},
            "period.end",
        ),
        ({"eod": "2026-02-01T00:00:00Z"}, "eod"),
        ({"billing": [LINE | BACKWARDS]}, "billing[0].end"),
        ({"billing": {"items": [LINE, LINE | BACKWARDS]}}, "billing.items[1].end"),
        (
            {"billing": {"items": [], "discounts": [OFF | BACKWARDS]}},
            "billing.discounts[0].end",
        ),
    ],
)
def test_billing_data_that_break_a_rule_are_refused(emulator, change, complaint):
    """A reversed period or span, or a day outside the period, is a 400 that names it."""
    response = send(emulator, "POST", "/billing", BILLING | change)

    assert error_of(response)[0] == 400
    assert f"`{complaint}`" in error_of(response)[2]
    assert emulator.received.billing_data == []


def test_a_period_is_not_over_for_more_than_a_day(emulator):
    """A period that ended more than 24 hours ago is past reporting, and so are its days."""
    emulator.clock.set(NOON + timedelta(days=20))

    response = send(emulator, "POST", "/billing", BILLING | {"eod": DATES["end"]})

    assert error_of(response)[0] == 400
