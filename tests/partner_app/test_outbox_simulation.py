"""Random months with the outbox: no refund is made twice, and no month is closed unbilled.

A seed decides everything in a run: two workers that take turns and are suspended anywhere, lost
and late responses, refusals, reads that are minutes old, crashes before and after every step,
invoices and refunds that other people make. Some hundred seeds run by default; set
`OUTBOX_RUNS=10000` for more.
"""

import json
import os
import sqlite3
import threading
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

import outbox
import pytest
from outbox import NotSentError, OutboxError, OutcomeUnknownError

from vercel_marketplace import Hooks, HTTPResponse, SyncVercel, VercelConflictError
from vercel_marketplace.errors import ConnectionError as VercelConnectionError
from vercel_marketplace.errors import RequestTimeoutError
from vercel_marketplace.models import LineItem, Period, SubmitInvoiceRequestBody

RUNS = int(os.environ.get("OUTBOX_RUNS", "200"))
SHARDS = 8

LATE = timedelta(minutes=10)
"""How long a request may be on its way after the client has given up on it."""

STALE = timedelta(minutes=10)
"""How old the state that a read shows may be."""

INSTALLATION, PAID = "icfg_1", "inv_paid"
JANUARY = Period(start=datetime(2026, 1, 1, tzinfo=UTC), end=datetime(2026, 2, 1, tzinfo=UTC))
OURS, THEIRS = "january", "january-by-hand"
REFUNDS = {"Outage": Decimal("5.00"), "Goodwill": Decimal("2.00"), "Downgrade": Decimal("5.00")}
BY_HAND = ("By hand", Decimal("1.00"))


def invoice(external_id):
    """The invoice for January, under one external id or another."""
    item = LineItem(
        billing_plan_id="pro", name="Pro", price=9, quantity=1, units="month", total="9.00"
    )
    return SubmitInvoiceRequestBody(
        external_id=external_id, invoice_date=JANUARY.end, period=JANUARY, items=[item]
    )


def response(status, body):
    """A response with a JSON body."""
    headers = {"content-type": "application/json"}
    return HTTPResponse(status, headers=headers, content=json.dumps(body).encode())


class Crash(BaseException):
    """The process is killed."""


class Vercel:
    """What matters of Vercel: an invoice that is paid, and what is submitted for January."""

    def __init__(self, world):
        self.world = world
        self.refunds, self.state, self.submitted = [], "paid", []
        self.history = [(world.now, self._show())]

    def read(self, age):
        """Show the paid invoice as it was a while ago."""
        moment = self.world.now - age
        return [shown for at, shown in self.history if at <= moment or shown is self.first][-1]

    @property
    def first(self):
        return self.history[0][1]

    def process(self, body):
        """Accept a refund or an invoice, or refuse it with a conflict."""
        if "action" in body:
            return self.refund(body["reason"], Decimal(body["total"]))
        return self.submit(body["externalId"])

    def refund(self, reason, total):
        """Accept a refund, unless one is under way."""
        if self.state == "refund_requested":
            return response(409, {})
        self.refunds.append((reason, total))
        self._become("refund_requested")
        self.world.check(self.count(reason) == 1, f"{reason} was refunded twice")
        return HTTPResponse(204)

    def submit(self, external_id):
        """Accept one invoice for January, whatever its external id."""
        if self.submitted:
            return response(409, {})
        self.submitted.append(external_id)
        self.world.send_webhook(external_id)
        return response(200, {"invoiceId": "inv_january"})

    def complete_refund(self):
        """Bring a refund that is under way to its end."""
        if self.state == "refund_requested":
            self._become("refunded")

    def count(self, reason):
        """Return how many refunds have a reason."""
        return [one for one, _ in self.refunds].count(reason)

    def _become(self, state):
        self.state = state
        self.history.append((self.world.now, self._show()))

    def _show(self):
        moment = "2026-01-01T00:00:00.000Z"
        shown = {
            "invoiceId": PAID,
            "state": self.state,
            "invoiceDate": moment,
            "period": {"start": moment, "end": moment},
            "items": [],
            "total": "20.00",
            "created": moment,
            "updated": moment,
        }
        if self.refunds:
            total = sum(total for _, total in self.refunds)
            shown |= {"refundReason": self.refunds[-1][0], "refundTotal": str(total)}
        return response(200, shown)


class World:
    """The clock, the dice, the wire between the SDK and Vercel, and whose turn it is."""

    def __init__(self, seed):
        self.dice = Random(seed)
        self.now = JANUARY.end
        self.wrong, self.closed, self.is_calm = [], False, False
        self.late, self.webhooks = [], []
        self.jobs = self.dice.sample([OURS, *REFUNDS], self.dice.randint(1, 4))
        self.vercel = Vercel(self)
        self.scheduler = threading.Semaphore(0)
        self.db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)

    def check(self, holds, claim):
        """Take note of a promise that was broken."""
        if not holds:
            self.wrong.append(claim)

    def send_webhook(self, external_id):
        """Deliver a webhook within five hours."""
        due = self.now + timedelta(minutes=self.dice.uniform(0, 300))
        self.webhooks.append((due, external_id))

    # Time and turns

    def advance(self, **duration):
        """Let time pass, and whatever is due happen."""
        self.now += timedelta(**duration)
        for due in [one for one in self.late if one[0] <= self.now]:
            self.late.remove(due)
            self.vercel.process(due[1])
        for due in [one for one in self.webhooks if one[0] <= self.now]:
            self.webhooks.remove(due)
            outbox.confirm_invoice(self.db, INSTALLATION, due[1], "inv_january")

    def let_time_pass(self):
        """Let seconds pass, or minutes, or hours, in which others may do something."""
        (minutes,) = self.dice.choices([0.05, 3, 40, 200], [72, 10, 15, 3])
        self.advance(minutes=self.dice.uniform(0, minutes))
        event = self.dice.random()
        if event < 0.2:
            self.vercel.complete_refund()
        elif event < 0.205:
            self.vercel.submit(THEIRS)
        elif event < 0.206 and not self.vercel.count(BY_HAND[0]):
            self.vercel.refund(*BY_HAND)

    def step(self):
        """Be suspended here, while the other worker goes on."""
        worker = threading.current_thread()
        if isinstance(worker, Worker):
            self.scheduler.release()
            worker.turn.acquire()

    def may_crash(self):
        """Be killed here, perhaps."""
        if not self.is_calm and self.dice.random() < 0.015:
            raise Crash

    # The transport of the SDK

    def send(self, request):
        """Respond to a request, or lose it."""
        self.may_crash()
        if request.method == "GET":
            self.step()
            outcome = self._read()
        else:
            outcome = self._write(json.loads(request.content))
        self.step()
        self.may_crash()
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def sleep(self, seconds):
        """Wait between two attempts."""
        self.advance(seconds=seconds)

    def _read(self):
        if self.is_calm:
            return self.vercel.read(timedelta())
        if self.dice.random() < 0.05:
            return response(503, {})
        return self.vercel.read(self.dice.choice([timedelta(), STALE * self.dice.random()]))

    def _write(self, body):
        fates = {"arrives": 6, "refused": 3, "failed": 1, "lost": 2, "late": 2, "unsent": 1}
        (fate,) = self.dice.choices(list(fates), list(fates.values()))
        if self.is_calm or fate == "arrives":
            return self.vercel.process(body)
        if fate == "refused":
            return response(self.dice.choice([400, 401, 403, 429]), {})
        if fate == "failed":
            return response(self.dice.choice([302, 500, 503]), {})
        if fate == "unsent":
            return VercelConnectionError("refused", request_sent=False)
        if fate == "lost":
            self.vercel.process(body)
            return VercelConnectionError("broke", request_sent=True)
        self.late.append((self.now + LATE * self.dice.random(), body))
        return RequestTimeoutError("no response", request_sent=True)


class SimulatedOutbox(outbox.Outbox):
    """The outbox with its table in memory. A worker can be suspended or killed at each step."""

    def __init__(self, world):
        self.world = world
        client = SyncVercel(bearer_token="token", transport=world)
        super().__init__("not used", client, clock=lambda: world.now)

    @contextmanager
    def transaction(self):
        self.world.step()
        self.world.may_crash()
        db = self.world.db
        db.execute("BEGIN")
        try:
            yield db
            self.world.may_crash()
        except OutboxError:
            db.commit()
            raise
        except BaseException:
            db.rollback()
            raise
        db.commit()
        self.world.may_crash()


class Worker(threading.Thread):
    """A process that bills and refunds, and that starts again after a crash."""

    def __init__(self, world, make_outbox, jobs):
        super().__init__(daemon=True)
        self.world, self.make_outbox, self.jobs = world, make_outbox, jobs
        self.turn = threading.Semaphore(0)

    def run(self):
        """Do the jobs, one step each turn."""
        self.turn.acquire()
        try:
            for _ in range(self.jobs):
                with suppress(Crash):
                    do_a_job(self.world, self.make_outbox(self.world))
        except BaseException as error:  # noqa: BLE001 (reported by the test)
            self.world.wrong.append(repr(error))
        self.jobs = 0
        self.world.scheduler.release()


def do_a_job(world, box):
    """Submit the invoice or one of the refunds, and compare what is said with what is so."""
    job = world.dice.choice(world.jobs)
    if job == OURS:
        close_the_month(world, box)
    else:
        refund(world, box, job)


def close_the_month(world, box):
    """Submit the invoice, and close the month once Vercel has it."""
    if world.closed:
        return
    try:
        box.submit_invoice(INSTALLATION, invoice(OURS))
    except NotSentError:
        world.check(OURS not in world.vercel.submitted, "an invoice that is there is denied")
    except OutcomeUnknownError:
        pass
    else:
        world.closed = True
        world.check(world.vercel.submitted == [OURS], "the month was closed unbilled")


def refund(world, box, reason):
    """Ask for a refund."""
    try:
        box.refund(INSTALLATION, PAID, total=REFUNDS[reason], reason=reason)
    except NotSentError:
        on_its_way = any(body.get("reason") == reason for _, body in world.late)
        is_there = world.vercel.count(reason) or on_its_way
        world.check(not is_there, f"{reason} is denied, and may be there")
    except OutcomeUnknownError:
        pass
    else:
        world.check(world.vercel.count(reason) == 1, f"{reason} is not there")


def simulate(seed, make_outbox=SimulatedOutbox):
    """Run a month, and return the promises that were broken."""
    world = World(seed)
    world.is_calm = True
    make_outbox(world)
    world.is_calm = False
    workers = [Worker(world, make_outbox, jobs=world.dice.choice([4, 8, 30])) for _ in range(2)]
    for worker in workers:
        worker.start()
    while running := [worker for worker in workers if worker.jobs]:
        worker = world.dice.choice(running)
        for _ in range(world.dice.choice([1, 1, 1, 100])):  # for a while the other is suspended
            if worker.jobs:
                world.let_time_pass()
                worker.turn.release()
                world.scheduler.acquire()
    for worker in workers:
        worker.join()
    if not world.wrong:
        world.is_calm = True
        settle(world, make_outbox(world))
    world.db.close()
    return world.wrong


def settle(world, box):
    """Run the jobs every hour while nothing goes wrong, until all that can be done is done."""
    world.advance(hours=1)
    if world.vercel.count(BY_HAND[0]):  # a person puts the books in order
        doubtful = "SELECT reason FROM outbox WHERE kind = 'refund' AND state = 'unknown'"
        for (reason,) in [*world.db.execute(doubtful), (BY_HAND[0],)]:
            is_there = world.vercel.count(reason) == 1
            total = REFUNDS.get(reason, BY_HAND[1])
            box.settle_refund(INSTALLATION, PAID, total=total, reason=reason, sent=is_there)
    for _ in range(12):
        world.advance(hours=1)
        world.vercel.complete_refund()
        close_the_month(world, box)
        for reason in REFUNDS:
            refund(world, box, reason)
    world.check(world.closed == (world.vercel.submitted == [OURS]), "the month is not closed")
    world.check(bool(world.vercel.submitted), "the month is not billed")
    for reason in REFUNDS:
        world.check(world.vercel.count(reason) == 1, f"{reason} was never refunded")


@pytest.mark.parametrize("shard", range(SHARDS))
@pytest.mark.timeout(3600)
def test_nothing_is_refunded_twice_or_closed_unbilled(shard):
    """Whatever goes wrong, every refund happens once and the month is billed before it closes."""
    wrong = {seed: found for seed in range(shard, RUNS, SHARDS) if (found := simulate(seed))}

    assert wrong == {}


class OneReadIsProof(SimulatedOutbox):
    """Sends a refund again as soon as one read does not show it."""

    def transaction(self):
        outbox.QUIET = timedelta()
        return super().transaction()


class NobodyChecksAgain(SimulatedOutbox):
    """Sends what it claimed long ago, and lets the SDK retry."""

    def _client_for(self, *_):
        suspend = Hooks(before_request=[lambda *_: self.world.step()])
        return self._vercel.with_options(hooks=suspend)


class RefusalsSettleDoubts(SimulatedOutbox):
    """Takes a refusal of the second attempt for a refusal of the first."""

    def _settle_failure(self, before, *arguments, **keywords):
        before = replace(before, state="not sent", unknown_since=None)
        return super()._settle_failure(before, *arguments, **keywords)


class FailuresAreRefusals(SimulatedOutbox):
    """Takes a lost response for a refusal."""

    def _settle_failure(self, *arguments, certain, **keywords):
        return super()._settle_failure(*arguments, certain=True, **keywords)


class ConflictsAreAcceptances(SimulatedOutbox):
    """Takes every conflict for one with an earlier submission of its own."""

    def submit_invoice(self, *arguments):
        try:
            return super().submit_invoice(*arguments)
        except OutboxError as error:
            if isinstance(error.__cause__, VercelConflictError):
                return "submitted before"
            raise


@pytest.mark.parametrize(
    ("broken", "expected"),
    [
        (OneReadIsProof, "refunded twice"),
        pytest.param(
            NobodyChecksAgain,
            "refunded twice",
            marks=pytest.mark.skipif(RUNS < 1000, reason="rare: takes some hundred seeds"),
        ),
        (RefusalsSettleDoubts, "is denied"),
        (FailuresAreRefusals, "refunded twice"),
        (ConflictsAreAcceptances, "closed unbilled"),
    ],
)
def test_the_simulation_finds_a_broken_outbox(monkeypatch, broken, expected):
    """An outbox that lacks one of the rules breaks a promise before long."""
    monkeypatch.setattr(outbox, "QUIET", outbox.QUIET)

    found = (claim for seed in range(3000) for claim in simulate(seed, broken))
    assert any(expected in claim for claim in found)
