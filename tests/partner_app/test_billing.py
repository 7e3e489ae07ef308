"""The hourly run: what Vercel is told of usage, the invoices, the end of an installation."""

import asyncio
import logging
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial

import pytest
from outbox import Outbox
from partner_app import billing, metering
from partner_app.plans import PLANS
from partner_app.storage.ledger import Run

from vercel_marketplace import HTTPResponse
from vercel_marketplace.emulator import Emulator

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)


def change(acme, database, **body):
    """A change of the database."""
    path = f"/resources/{database['id']}"
    assert acme.call("PATCH", path, body=body).status_code == 200


def billed(acme):
    """The lines of the newest billing data: plan, hours, total."""
    lines = acme.vercel.received.billing_data[-1].billing
    return [(line.billing_plan_id, line.quantity, line.total) for line in lines]


# Usage ---------------------------------------------------------------------------------


def test_usage_is_a_running_total(acme, database):
    """Each run reports the day and the month so far, in place of what was reported before."""
    for hours in (3, 2):
        acme.vercel.clock.advance(hours=hours)
        assert acme.bill() == []

    (day,) = acme.vercel.received.billing_data
    (usage,) = day.usage
    assert (usage.resource_id, usage.day_value, usage.period_value) == (database["id"], 5, 5)
    assert billed(acme) == [("pro", 5, "0.25")]


def test_the_next_day_begins_at_zero(acme, database):
    """Of a day only its own hours are shown, of the month all."""
    acme.vercel.clock.advance(hours=15)
    acme.bill()

    (usage,) = acme.vercel.received.billing_data[-1].usage
    assert (usage.day_value, usage.period_value) == (3, 15)


@pytest.mark.parametrize("late", [0, 30])
def test_the_last_hour_of_a_day_is_reported(acme, database, late):
    """The first run of a day completes the day before, at whichever minute cron runs."""
    acme.vercel.clock.advance(hours=12, minutes=late)
    acme.bill()
    (day,) = acme.vercel.received.billing_data
    assert day.eod.day == 15
    assert (day.usage[0].day_value, day.usage[0].period_value) == (12, 12)
    acme.vercel.clock.advance(hours=1)
    acme.bill()
    assert acme.vercel.received.billing_data[-1].eod.day == 16
    assert acme.vercel.received.billing_data[-1].usage[0].day_value == 1


def test_the_last_report_of_a_month_is_what_is_invoiced(acme, database, january):
    """The customer sees the same amount in both."""
    acme.vercel.clock.advance(days=16, hours=12, minutes=5)
    acme.bill()

    assert billed(acme) == [("pro", 396, "19.80")]
    assert acme.invoice_at_vercel(january).total == "19.80"


@pytest.mark.parametrize("hours", [0.5, 11.99, 12, 12.01, 396 - 0.01, 396, 396.01])
def test_every_hour_can_be_reported(acme, database, hours):
    """The end of the day is inside the period at midnight and at the month's end, too."""
    acme.vercel.clock.advance(hours=hours)

    assert acme.bill() == []
    (request,) = acme.requests("/billing")
    assert request.content


def test_who_has_no_database_gets_no_report(acme):
    """There is nothing to tell."""
    assert acme.bill() == []
    assert acme.vercel.received.billing_data == []


def test_an_hour_that_was_only_begun_costs_nothing(acme, database):
    """Whole hours are billed."""
    acme.vercel.clock.advance(minutes=119)
    acme.bill()

    assert billed(acme) == [("pro", 1, "0.05")]


def test_a_deleted_database_costs_what_it_ran(acme, database):
    """Its hours stay on the bill, and no more come."""
    acme.vercel.clock.advance(hours=2)
    acme.call("DELETE", f"/resources/{database['id']}")
    acme.vercel.clock.advance(hours=5)
    acme.bill()

    assert billed(acme) == [("pro", 2, "0.10")]


def test_a_suspended_database_costs_nothing(acme, database):
    """It is billed until it is suspended and from when it is resumed."""
    acme.vercel.clock.advance(hours=2)
    change(acme, database, status="suspended")
    acme.vercel.clock.advance(hours=5)
    change(acme, database, status="resumed")
    acme.vercel.clock.advance(hours=1)
    acme.bill()

    assert billed(acme) == [("pro", 3, "0.15")]


def test_another_plan_counts_from_its_beginning(acme, database):
    """What ran at the old price is billed at the old price."""
    acme.vercel.clock.advance(hours=2)
    change(acme, database, billingPlanId="scale")
    acme.vercel.clock.advance(hours=3)
    acme.bill()

    assert billed(acme) == [("pro", 2, "0.10"), ("scale", 3, "0.60")]


def test_a_change_of_name_costs_nothing(acme, database):
    """No part of an hour is lost, however often a database is renamed."""
    acme.vercel.clock.advance(minutes=30)
    change(acme, database, name="prod")
    acme.vercel.clock.advance(minutes=30)
    acme.bill()

    assert billed(acme) == [("pro", 1, "0.05")]


def test_a_clock_that_goes_back_bills_no_hour_twice(acme, database):
    """What ran until then ran until then, at whichever plan it goes on."""
    acme.vercel.clock.advance(hours=3)
    change(acme, database, billingPlanId="scale")
    acme.vercel.clock.advance(hours=-2)
    change(acme, database, name="prod")
    acme.vercel.clock.advance(hours=4)
    acme.bill()

    assert billed(acme) == [("pro", 3, "0.15"), ("scale", 2, "0.40")]


def test_usage_does_not_wait_for_an_invoice(acme, database):
    """The customer sees this month's usage, however long the last month's invoice fails."""
    acme.vercel.clock.advance(days=18)
    acme.vercel.faults.fail("submit-invoice", status=400)

    assert acme.bill() == [acme.vercel.installation_id]
    assert billed(acme) == [("pro", 36, "1.80")]


# Metering ------------------------------------------------------------------------------


def run(start, end=None, plan="pro"):
    """A run of a database."""
    return Run(
        resource_id="db_1", resource_name="main", plan_id=plan, started_at=start, ended_at=end
    )


def test_a_month_knows_the_leap_year():
    """A period goes from the first of a month to the first of the next."""
    period = metering.month_of(datetime(2028, 2, 29, 23, 59, tzinfo=UTC))

    assert period.start == datetime(2028, 2, 1, tzinfo=UTC)
    assert period.end == datetime(2028, 3, 1, tzinfo=UTC)


def test_the_months_of_a_run_add_up():
    """No hour is billed in two months, and on the hour none is lost between them."""
    whole = run(NOON, NOON + timedelta(days=60))
    months = [metering.month_of(NOON + timedelta(days=30 * n)) for n in range(3)]

    hours = [metering.hours([whole], month.start, month.end) for month in months]

    assert sum(hours) == 60 * 24
    assert hours == [396, 672, 372]


def test_parts_of_hours_of_one_plan_add_up():
    """Two half hours at one plan are an hour."""
    half = timedelta(minutes=30)
    halves = [run(NOON, NOON + half), run(NOON + 4 * half, NOON + 5 * half)]

    (line,) = metering.lines(halves, NOON, NOON + timedelta(days=1))
    assert line.quantity == 1


def test_a_run_that_ended_before_it_began_costs_nothing():
    """A removal that is told late may lie before the beginning of a run."""
    assert metering.lines([run(NOON, NOON - timedelta(hours=9))], NOON, NOON) == []


# Invoices ------------------------------------------------------------------------------


def test_a_month_is_invoiced_when_it_is_over(acme, database, january):
    """Not an hour earlier."""
    acme.vercel.clock.set(datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC))
    acme.bill()
    assert acme.vercel.invoices == {}
    acme.vercel.clock.advance(seconds=1)
    acme.bill()

    invoice = acme.invoice_at_vercel(january)
    assert invoice.total == "19.80"
    assert invoice.period.end == datetime(2026, 2, 1, tzinfo=UTC)


def test_a_month_is_invoiced_once(february):
    """All later runs submit nothing."""
    for _ in range(3):
        february.vercel.clock.advance(hours=1)
        assert february.bill() == []

    assert len(february.requests("/invoices")) == 1


def test_an_invoice_has_a_line_for_each_database(acme):
    """Each is billed by its own plan, under the customer's name for it."""
    acme.provision(name="a")
    acme.provision(name="b", plan="scale")
    acme.vercel.clock.advance(days=17)
    acme.bill()

    (invoice,) = acme.vercel.invoices.values()
    assert sorted((line.name, line.total) for line in invoice.items) == [
        ("Pro: a", "19.80"),
        ("Scale: b", "79.20"),
    ]
    assert acme.invoice(invoice.external_id).total == Decimal("99.00")


def test_months_that_were_missed_are_made_up_for(acme, database):
    """After a long pause each month has its own invoice."""
    acme.vercel.clock.set(datetime(2026, 4, 2, tzinfo=UTC))

    assert acme.bill() == []
    ids = [invoice.external_id for invoice in acme.vercel.invoices.values()]
    assert ids == [f"{Emulator.installation_id}-2026-{month}" for month in ("01", "02", "03")]


def test_a_month_without_usage_has_no_invoice(acme):
    """Nothing is submitted, and the month is done with."""
    acme.vercel.clock.advance(days=30)

    assert acme.bill() == []
    assert acme.vercel.invoices == {}
    ((until,),) = acme.rows("SELECT billed_until FROM installations")
    assert until.startswith("2026-02-01")


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_invoice_whose_answer_is_lost_is_billed_once(acme, database, january, when):
    """The SDK retries it, and a conflict says that Vercel has it."""
    acme.vercel.clock.advance(days=17)
    acme.vercel.faults.drop("submit-invoice", when=when)

    assert acme.bill() == []
    acme.vercel.clock.advance(hours=1)
    acme.deliver()
    assert len(acme.vercel.invoices) == 1
    assert acme.invoice(january).vercel_id == acme.invoice_at_vercel(january).invoice_id


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_invoice_is_submitted_until_vercel_has_it(acme, database, january, when):
    """A run that loses all responses fails, and the next one finds out."""
    acme.vercel.clock.advance(days=17)
    acme.vercel.faults.drop("submit-invoice", when=when, times=3)
    assert acme.bill() == [acme.vercel.installation_id]

    acme.vercel.clock.advance(hours=1)
    assert acme.bill() == []
    assert len(acme.vercel.invoices) == 1
    assert acme.invoice_at_vercel(january).total == "19.80"


def test_a_crash_after_the_submission_bills_nothing_twice(acme, database, january, monkeypatch):
    """What was accepted and not written down is found by its conflict."""
    acme.vercel.clock.advance(days=17)
    with monkeypatch.context() as crash:
        crash.setattr(Outbox, "_settle_success", lambda *_: 1 / 0)
        assert acme.bill() == [acme.vercel.installation_id]
    assert acme.invoice(january).total == Decimal("19.80")

    for _ in range(2):
        acme.vercel.clock.advance(hours=1)
        assert acme.bill() == []
        acme.deliver()
    assert len(acme.vercel.invoices) == 1
    assert acme.invoice(january).outcome == "sent"


def test_validation_errors_are_no_acceptance(acme, database, january, monkeypatch):
    """An invoice that Vercel found wanting is submitted again."""
    acme.vercel.clock.advance(days=17)
    found = b'{"validationErrors": ["items[0]: no"]}'

    async def find_wanting(_request):
        return HTTPResponse(200, headers={"content-type": "application/json"}, content=found)

    with monkeypatch.context() as wanting:
        wanting.setattr(acme.wire, "send", find_wanting)
        assert acme.bill() == [acme.vercel.installation_id]
    assert acme.invoice(january).outcome == "not sent"
    acme.vercel.clock.advance(hours=1)
    assert acme.bill() == []
    assert acme.invoice(january).outcome == "sent"


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(lambda v: v.faults.fail("submit-invoice", status=400), id="400"),
        pytest.param(lambda v: v.faults.fail("submit-invoice", status=401), id="401"),
        pytest.param(lambda v: v.faults.fail("submit-invoice", status=403), id="403"),
        pytest.param(lambda v: v.faults.fail("submit-invoice", status=429), id="429"),
        pytest.param(
            lambda v: v.faults.drop("submit-invoice", when="connecting"), id="no connection"
        ),
    ],
)
def test_a_refusal_is_no_reason_to_take_a_conflict_for_an_acceptance(
    acme, database, january, fault
):
    """After a certain refusal a conflict is one with another invoice, and the month stays open."""
    acme.vercel.clock.advance(days=17)
    fault(acme.vercel)
    assert acme.bill() == [acme.vercel.installation_id]
    acme.vercel.faults.fail("submit-invoice", status=409)

    assert acme.bill() == [acme.vercel.installation_id]
    assert acme.invoice(january).outcome == "not sent"
    assert acme.bill() == []
    assert acme.invoice_at_vercel(january).total == "19.80"


def test_a_conflict_after_a_lost_response_is_settled_by_the_webhook_alone(acme, database, january):
    """The month stays open until Vercel says that the invoice is there."""
    acme.vercel.clock.advance(days=17)
    acme.vercel.faults.drop("submit-invoice", when="before")
    acme.vercel.faults.fail("submit-invoice", status=409, times=2)
    for _ in range(2):
        assert acme.bill() == []
        assert acme.rows("SELECT billed_until FROM installations")[0][0] < "2026-02"
        acme.vercel.clock.advance(hours=1)

    assert acme.invoice(january).outcome == "unknown"
    assert acme.bill() == []
    assert acme.invoice(january).outcome == "sent"
    assert acme.rows("SELECT billed_until FROM installations")[0][0] >= "2026-02"


def test_a_conflict_that_no_webhook_settles_is_a_failure_after_a_day(acme, database, january):
    """Vercel delivers webhooks for a day; after that somebody has to look."""
    acme.vercel.clock.advance(days=17)
    acme.vercel.faults.drop("submit-invoice", when="before")
    acme.vercel.faults.fail("submit-invoice", status=409, times=2)
    assert acme.bill() == []
    acme.vercel.clock.advance(hours=25)

    assert acme.bill() == [acme.vercel.installation_id]


def test_a_conflict_with_another_invoice_is_no_acceptance(acme, database, january):
    """An invoice that was never sent cannot be what Vercel has: each run fails, and says so."""
    acme.vercel.clock.advance(days=17)
    acme.vercel.faults.fail("submit-invoice", status=409, times=2)

    for _ in range(2):
        assert acme.bill() == [acme.vercel.installation_id]
        acme.vercel.clock.advance(hours=1)
    assert acme.invoice(january).outcome == "not sent"
    assert acme.bill() == []
    assert acme.invoice_at_vercel(january).total == "19.80"
    assert acme.invoice(january).outcome == "sent"


def test_a_webhook_settles_a_conflict(acme, database, january):
    """Books from a backup do not know of an invoice; once Vercel has told of it, they do."""
    acme.vercel.clock.advance(days=17)
    acme.bill()
    acme.rows("DELETE FROM outbox")
    acme.rows("UPDATE installations SET billed_until = installed_at")
    assert acme.bill() == [acme.vercel.installation_id]
    acme.vercel.clock.advance(hours=1)
    acme.deliver()

    assert acme.bill() == []
    assert acme.invoice(january).vercel_id == acme.invoice_at_vercel(january).invoice_id
    assert acme.invoice(january).state == "created"


def test_the_books_have_the_total_that_vercel_has(acme, database, january, monkeypatch):
    """A new price between a submission that arrived and its retry changes neither."""
    acme.vercel.clock.advance(days=17)
    acme.vercel.faults.drop("submit-invoice", when="after", times=3)
    acme.bill()
    dearer = replace(PLANS["pro"], hourly=Decimal("0.10"))
    monkeypatch.setitem(PLANS, "pro", dearer)

    assert acme.bill() == []
    assert acme.invoice_at_vercel(january).total == "19.80"
    assert acme.invoice(january).total == Decimal("19.80")


@pytest.mark.parametrize("left", [False, True])
def test_two_runs_at_once_bill_once(acme, database, january, left):
    """What one of them cannot do any more the other has done, and nothing is left to do."""
    acme.vercel.clock.advance(days=16)
    if left:
        leave(acme)

    async def twice():
        now = acme.vercel.clock.now()
        runs = (billing.run_hourly(acme.services, now) for _ in range(2))
        await asyncio.gather(*runs)

    acme.vercel.clock.advance(hours=14)
    acme.run(twice())
    acme.deliver()
    assert acme.bill() == []
    (invoice,) = acme.vercel.invoices.values()
    assert acme.invoice(january).vercel_id == invoice.invoice_id
    assert acme.invoice(january).total == Decimal(invoice.total)
    assert acme.invoice(january).outcome == "sent"


def test_one_failure_does_not_stop_the_others(acme, database, caplog):
    """The month rolls over for all but the one that fails, which is named and made up for."""
    others = [acme.vercel.installations.add() for _ in range(2)]
    for other in others:
        acme.install(other)
        acme.provision(other)
    acme.vercel.clock.advance(days=17)
    acme.vercel.faults.fail("submit-invoice", status=500, times=3)

    assert acme.bill() == [acme.vercel.installation_id]
    assert [len(other.invoices) for other in (acme.vercel, *others)] == [0, 1, 1]
    assert acme.vercel.installation_id in caplog.text
    acme.vercel.clock.advance(hours=1)
    assert acme.bill() == []
    assert [len(other.invoices) for other in (acme.vercel, *others)] == [1, 1, 1]


def test_each_installation_is_billed_with_its_own_token(acme, database):
    """One client, and for each call the token of whom it is for."""
    another = acme.vercel.installations.add()
    acme.install(another)
    acme.provision(another)
    acme.vercel.clock.advance(hours=1)
    acme.bill()

    sent = {
        one.url.split("/")[5]: one.headers["authorization"]
        for one in acme.vercel.requests
        if one.url.endswith("/billing")
    }
    assert sent == {
        acme.vercel.installation_id: f"Bearer {acme.vercel.token}",
        another.installation_id: f"Bearer {another.token}",
    }


class Crash(BaseException):
    """The process is killed."""


class Killer:
    """Kills the process at one of its steps, before or after what is done there."""

    def __init__(self, step, *, after):
        self.left, self.after = step, after

    @contextmanager
    def step(self):
        self.left -= 1
        is_here = self.left == 0
        if is_here and not self.after:
            raise Crash
        yield
        if is_here:
            raise Crash

    def call(self, work, *given):
        with self.step():
            return work(*given)

    async def wait_for(self, work, given):
        with self.step():
            return await work(given)


@pytest.mark.parametrize("after", [False, True])
def test_a_crash_anywhere_bills_everything_once(acme, monkeypatch, after):
    """Wherever the last run of an installation is cut short, before or after a step of it."""
    transport, database = acme.services.client.marketplace._core._transport, acme.services.database
    send, run, wire, steps = transport.send, database.run, acme.wire, 0
    box, submit = acme.services.outbox, wire.send
    submit_invoice = box.submit_invoice
    crashed = True
    while crashed:
        steps += 1
        killer, one = Killer(steps, after=after), acme.vercel.installations.add()

        acme.vercel.clock.set(NOON)
        acme.install(one)
        acme.provision(one)
        acme.rows(f"UPDATE installations SET finished_at = '' WHERE id <> '{one.installation_id}'")
        acme.vercel.clock.set(datetime(2026, 2, 1, 3, tzinfo=UTC))
        one.team.uninstall()
        acme.deliver()
        with monkeypatch.context() as broken:
            broken.setattr(transport, "send", partial(killer.wait_for, send))
            broken.setattr(database, "run", partial(killer.wait_for, run))
            broken.setattr(wire, "send", partial(killer.wait_for, submit))
            broken.setattr(box, "submit_invoice", partial(killer.call, submit_invoice))
            try:
                acme.bill()
            except Crash:
                for _ in range(3):  # the second time after the webhooks
                    acme.vercel.clock.advance(hours=1)
                    assert acme.bill() == []
                    acme.deliver()
            else:
                crashed = False
        acme.vercel.clock.advance(hours=1)
        acme.deliver()

        assert [invoice.total for invoice in one.invoices.values()] == ["19.80", "0.15"]
        for invoice in one.invoices.values():
            booked = acme.invoice(invoice.external_id)
            assert (booked.vercel_id, booked.state) == (invoice.invoice_id, "created")
        assert acme.rows("SELECT id FROM installations WHERE finished_at IS NULL") == []
    assert steps > 10


# The end -------------------------------------------------------------------------------


def leave(acme):
    """The team removes the product, and the partner hears of it."""
    acme.vercel.team.uninstall()
    assert acme.deliver() == [204]


def test_who_leaves_gets_a_final_invoice(acme, database, january):
    """It is for the rest of the month, and then the installation is finalized and forgotten."""
    acme.vercel.clock.advance(hours=10)
    leave(acme)
    acme.vercel.clock.advance(hours=1)

    assert acme.bill() == []
    assert acme.invoice_at_vercel(january).total == "0.50"
    assert len(acme.requests("/finalize")) == 1
    assert acme.rows("SELECT access_token FROM installations") == [(None,)]


def test_who_has_left_is_left_alone(acme, database):
    """After the end no run calls Vercel for the installation."""
    leave(acme)
    acme.bill()
    before = len(acme.vercel.requests)
    acme.vercel.clock.advance(days=40)

    assert acme.bill() == []
    assert len(acme.vercel.requests) == before


def test_who_leaves_at_the_turn_of_the_month_gets_two_invoices(acme, database):
    """The month before is invoiced as well, and nothing is counted twice."""
    acme.vercel.clock.set(datetime(2026, 2, 1, 2, tzinfo=UTC))
    leave(acme)
    acme.vercel.clock.advance(minutes=30)

    assert acme.bill() == []
    assert [one.total for one in acme.vercel.invoices.values()] == ["19.80", "0.10"]


def test_a_final_invoice_may_come_after_the_months_end(acme, database, january):
    """Its date is the last of its period, though it is submitted in the next month."""
    acme.vercel.clock.set(datetime(2026, 1, 31, 23, 30, tzinfo=UTC))
    leave(acme)
    acme.vercel.clock.advance(hours=2)

    assert acme.bill() == []
    assert acme.invoice_at_vercel(january).invoice_date == datetime(2026, 2, 1, tzinfo=UTC)


def test_without_usage_the_end_needs_no_invoice(acme):
    """It is finalized at once."""
    leave(acme)

    assert acme.bill() == []
    assert acme.vercel.invoices == {}
    assert len(acme.requests("/finalize")) == 1


def test_a_final_invoice_that_fails_is_made_up_for(acme, database, january):
    """The installation is not finalized, and keeps its token, until Vercel has the invoice."""
    acme.vercel.clock.advance(hours=10)
    leave(acme)
    acme.vercel.faults.fail("submit-invoice", status=503, times=3)

    assert acme.bill() == [acme.vercel.installation_id]
    assert acme.requests("/finalize") == []
    acme.vercel.clock.advance(hours=1)
    assert acme.bill() == []
    assert acme.invoice_at_vercel(january).total == "0.50"


def test_a_finalization_whose_answer_is_lost_is_done(acme, database):
    """The next run finds the token dead, which says as much."""
    leave(acme)
    acme.vercel.faults.drop("finalize-installation", when="after")
    assert acme.bill() == [acme.vercel.installation_id]
    assert acme.rows("SELECT access_token FROM installations") == [(acme.vercel.token,)]

    assert acme.bill() == []
    assert acme.rows("SELECT access_token FROM installations") == [(None,)]


def test_an_installation_that_vercel_does_not_find_is_finished(acme, database):
    """Vercel may have forgotten it: no run asks for it forever."""
    acme.vercel.clock.advance(hours=10)
    leave(acme)
    acme.vercel.faults.fail("finalize-installation", status=404)

    assert acme.bill() == []
    assert acme.rows("SELECT access_token FROM installations") == [(None,)]


def test_a_final_invoice_that_is_too_late_is_told_of(acme, database, caplog):
    """After 24 hours the token is dead: the installation is finished, and somebody hears of it."""
    acme.vercel.clock.advance(hours=10)
    leave(acme)
    acme.vercel.clock.advance(hours=25)

    with caplog.at_level(logging.ERROR):
        assert acme.bill() == []
    assert "too late for its last invoice" in caplog.text
    assert acme.rows("SELECT access_token FROM installations") == [(None,)]


def test_a_token_that_is_refused_in_time_is_no_end(acme, database):
    """A 403 within the 24 hours is an error like any other, and the next run tries again."""
    acme.vercel.clock.advance(hours=10)
    leave(acme)
    acme.vercel.faults.fail("submit-invoice", status=403)

    assert acme.bill() == [acme.vercel.installation_id]
    assert acme.rows("SELECT access_token FROM installations") == [(acme.vercel.token,)]
