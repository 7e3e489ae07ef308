"""The outbox, rule by rule. `test_outbox_simulation.py` mixes them all."""

from datetime import timedelta
from decimal import Decimal
from itertools import repeat

import pytest
from attrs import evolve
from outbox import QUIET, SEND_WITHIN, NotSentError, Outbox, OutcomeUnknownError

from vercel_marketplace import HTTPResponse, SyncVercel, VercelConflictError
from vercel_marketplace.errors import RequestAbortedError
from vercel_marketplace.models import LineItem, Period, SubmitInvoiceRequestBody
from vercel_marketplace.testing import paid_invoice


class Wire:
    """The way to the emulator, where a test can have something happen first."""

    def __init__(self, emulator):
        self.to_emulator = emulator.transport()
        self.before_write = lambda: None
        self.instead = {}

    async def send(self, request):
        if request.method == "POST":
            self.before_write()
        if request.method in self.instead:
            return self.instead.pop(request.method)
        return await self.to_emulator.send(request)

    async def sleep(self, seconds):
        await self.to_emulator.sleep(seconds)


class Shop:
    """An outbox, an emulator, and a paid invoice over ten dollars."""

    def __init__(self, emulator, path):
        self.emulator, self.wire, self.path = emulator, Wire(emulator), path
        self.before_requests = repeat(lambda: None)
        self.outbox = self.another_outbox()
        self.invoice_id = paid_invoice(emulator, total="10.00").invoice_id

    def another_outbox(self):
        """The outbox of another process."""
        client = SyncVercel(bearer_token=self._token, transport=self.wire)
        return Outbox(self.path, client, self.emulator.clock.now)

    def _token(self, _call):
        next(self.before_requests)()
        return self.emulator.token

    def refund(self, total="5.00", reason="Outage"):
        """Ask for a refund, and return the outcome."""
        try:
            self.outbox.refund(
                self.emulator.installation_id,
                self.invoice_id,
                total=Decimal(total),
                reason=reason,
            )
        except (NotSentError, OutcomeUnknownError) as error:
            return error
        return "sent"

    def settle(self, *, sent, total="5.00", reason="Outage"):
        """Record what a person found out."""
        self.outbox.settle_refund(
            self.emulator.installation_id,
            self.invoice_id,
            total=Decimal(total),
            reason=reason,
            sent=sent,
        )

    def invoice(self, **changes):
        """An invoice for the month before the paid one."""
        end = self.emulator.clock.now()
        period = Period(start=end - timedelta(days=31), end=end)
        item = LineItem(
            billing_plan_id="pro", name="Pro", price=9, quantity=1, units="month", total="9.00"
        )
        body = SubmitInvoiceRequestBody(
            external_id="acme-1", invoice_date=end, period=period, items=[item]
        )
        return evolve(body, **changes)

    def submit(self, **changes):
        """Submit that invoice."""
        return self.outbox.submit_invoice(self.emulator.installation_id, self.invoice(**changes))

    @property
    def refunded(self):
        """What Vercel refunded."""
        return self.emulator.invoices[self.invoice_id].refund_total

    @property
    def requests(self):
        """How many refunds were asked for."""
        return sum(request.url.endswith("/actions") for request in self.emulator.requests)


@pytest.fixture
def shop(marketplace_emulator, tmp_path):
    """An outbox and all around it."""
    return Shop(marketplace_emulator, tmp_path / "outbox.db")


# Claims --------------------------------------------------------------------------------


def test_a_refund_that_does_not_leave_in_time_is_not_sent(shop):
    """A process that is suspended after its claim gives the attempt up."""

    def suspended():
        shop.emulator.clock.advance(seconds=SEND_WITHIN.total_seconds() + 1)

    shop.before_requests = iter([lambda: None, suspended])
    error = shop.refund()

    assert isinstance(error, NotSentError)
    assert isinstance(error.__cause__, RequestAbortedError)
    assert shop.requests == 0


@pytest.mark.parametrize("sent", [True, False])
def test_a_claim_that_is_lost_sends_nothing(shop, sent):
    """What somebody settles between the claim and the request is not sent."""
    shop.before_requests = iter([lambda: None, lambda: shop.settle(sent=sent)])
    outcome = shop.refund()

    assert shop.requests == 0
    assert outcome == "sent" if sent else isinstance(outcome, NotSentError)


def test_a_response_that_is_lost_reopens_what_was_settled_too_early(shop):
    """A person who says that nothing was sent is wrong while a request is on its way."""
    shop.wire.before_write = lambda: shop.settle(sent=False)
    shop.emulator.faults.drop("update-invoice", when="before")

    assert isinstance(shop.refund(), OutcomeUnknownError)


def test_the_sdk_does_not_retry_a_refund(shop):
    """A 429 is the outbox's to handle: a retry would leave without a claim."""
    shop.emulator.faults.fail("update-invoice", status=429)

    assert isinstance(shop.refund(), NotSentError)
    assert shop.requests == 1


def test_a_refund_that_takes_longer_than_the_timeout_is_found(shop):
    """It is processed late, and asked for once."""
    shop.emulator.faults.delay("update-invoice", 31)

    assert shop.refund() == "sent"
    assert (shop.requests, shop.refunded) == (1, "5.00")


# What Vercel shows ---------------------------------------------------------------------


def test_a_refund_made_elsewhere_stops_the_outbox(shop):
    """The books do not explain it, so a person has to record it first."""
    shop.another_outbox()
    elsewhere = Outbox(shop.path.with_name("elsewhere.db"), shop.outbox._vercel)
    elsewhere.refund(
        shop.emulator.installation_id, shop.invoice_id, total=Decimal(2), reason="Elsewhere"
    )
    shop.emulator.invoices.complete_refund(shop.invoice_id)
    assert isinstance(shop.refund(), NotSentError)
    shop.settle(sent=True, total="2.00", reason="Elsewhere")

    assert shop.refund() == "sent"
    assert shop.refunded == "7.00"


def test_an_amount_that_the_books_do_not_explain_is_not_absence(shop):
    """A refund that another one hides shows in the total alone."""
    shop.emulator.faults.drop("update-invoice", when="before")
    assert isinstance(shop.refund("6.00", "first"), OutcomeUnknownError)
    shop.settle(sent=True, total="1.00", reason="second")  # made by hand, on top of the first
    shown = {"state": "refunded", "refundReason": "second", "refundTotal": "7.00"}
    for _ in range(5):
        shop.emulator.clock.advance(hours=1)
        shop.emulator.faults.alter("get-invoice", lambda body: body | shown)
        assert isinstance(shop.refund("6.00", "first"), OutcomeUnknownError)

    assert shop.requests == 1


@pytest.mark.parametrize("state", ["refund_requested", "refunded"])
def test_a_refund_without_a_reason_is_not_absence(shop, state):
    """A state that speaks of a refund counts, though its reason cannot be read."""
    shop.emulator.faults.drop("update-invoice", when="before")
    assert isinstance(shop.refund(), OutcomeUnknownError)
    for _ in range(5):
        shop.emulator.clock.advance(hours=1)
        shop.emulator.faults.alter("get-invoice", lambda body: body | {"state": state})
        assert isinstance(shop.refund(), OutcomeUnknownError)

    assert shop.requests == 1


@pytest.mark.parametrize(
    "shown",
    [
        {"refundReason": ["Outage"], "refundTotal": 5},
        {"refundReason": None, "refundTotal": 5},
        {"refundReason": {"text": "Outage"}},
        {"refundTotal": "five"},
        {"refundTotal": "NaN"},
        {"total": "ten"},
    ],
    ids=str,
)
def test_a_refund_that_cannot_be_read_is_not_absence(shop, shown):
    """A field of another type is skipped, which must not look as if it were not there."""
    shop.emulator.faults.drop("update-invoice", when="before")
    assert isinstance(shop.refund(), OutcomeUnknownError)
    for _ in range(5):
        shop.emulator.clock.advance(hours=1)
        shop.emulator.faults.alter("get-invoice", lambda body: body | shown)
        assert isinstance(shop.refund(), OutcomeUnknownError)

    assert shop.requests == 1


def test_a_success_that_holds_an_error_is_no_refund(shop):
    """It says that the refund was refused, so that the books must not call it sent."""
    headers = {"content-type": "application/json"}
    content = b'{"error": {"code": "forbidden", "message": "no"}}'
    shop.wire.instead["POST"] = HTTPResponse(200, headers=headers, content=content)

    assert isinstance(shop.refund(), OutcomeUnknownError)
    assert shop.refunded is None


def test_a_doubt_is_not_denied_while_another_refund_is_in_doubt(shop):
    """Two can be in doubt when a person has settled the first too early: neither is unsent."""

    def settle_and_refund_again():
        shop.wire.before_write = lambda: None
        shop.settle(sent=False)
        shop.emulator.faults.drop("update-invoice", when="before", times=2)
        assert isinstance(shop.refund("1.00", "second"), OutcomeUnknownError)

    shop.wire.before_write = settle_and_refund_again
    shop.refund()

    assert isinstance(shop.refund(), OutcomeUnknownError)
    assert isinstance(shop.refund("1.00", "second"), OutcomeUnknownError)


def test_a_read_that_is_behind_the_books_is_not_absence(shop):
    """What does not show an earlier refund is out of date."""
    assert shop.refund("1.00", "first") == "sent"
    shop.emulator.invoices.complete_refund(shop.invoice_id)
    shop.emulator.faults.drop("update-invoice", when="before")
    assert isinstance(shop.refund("6.00", "second"), OutcomeUnknownError)
    before = {"state": "paid", "refundReason": None, "refundTotal": None}
    for _ in range(5):
        shop.emulator.clock.advance(hours=1)
        shop.emulator.faults.alter("get-invoice", lambda body: body | before)
        assert isinstance(shop.refund("6.00", "second"), OutcomeUnknownError)

    assert shop.requests == 2


@pytest.mark.parametrize("shown", ["6.00", "5.00"])
def test_a_total_of_the_newest_refund_or_of_all_is_presence(shop, shown):
    """The API does not document which it is."""
    assert shop.refund("1.00", "first") == "sent"
    shop.emulator.invoices.complete_refund(shop.invoice_id)
    shop.emulator.faults.drop("update-invoice", when="after")
    shop.emulator.faults.alter("get-invoice", lambda body: body)
    shop.emulator.faults.alter("get-invoice", lambda body: body | {"refundTotal": shown})

    assert shop.refund("5.00", "second") == "sent"
    assert shop.requests == 2


def test_what_a_person_found_out_settles_a_doubt(shop):
    """Without it the outbox would wait for half an hour."""
    shop.emulator.faults.drop("update-invoice", when="before")
    assert isinstance(shop.refund(), OutcomeUnknownError)
    shop.settle(sent=False)

    assert shop.refund() == "sent"
    assert shop.refunded == "5.00"


def test_a_doubt_says_when_it_began(shop):
    """So that an alarm can tell one of minutes from one of days."""
    began = shop.emulator.clock.now()
    shop.emulator.faults.drop("update-invoice", when="before")
    shop.refund()
    shop.emulator.clock.advance(hours=1)
    error = shop.refund()

    assert error.since == began
    assert str(error).endswith(f"(outcome unknown since {began:%Y-%m-%d %H:%M})")


# Invoices ------------------------------------------------------------------------------


@pytest.mark.parametrize("external_id", [None, ""])
def test_an_invoice_without_an_external_id_is_refused(shop, external_id):
    """Nothing could tell a second submission from another invoice."""
    with pytest.raises(ValueError, match="external_id"):
        shop.submit(external_id=external_id)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("{}", OutcomeUnknownError),
        ('{"invoiceId": "inv_9", "validationErrors": ["no"]}', OutcomeUnknownError),
        ('{"validationErrors": ["no"]}', NotSentError),
        ('{"invoiceId": "inv_9", "validationErrors": "no"}', OutcomeUnknownError),
        ('{"invoiceId": "inv_9", "validationErrors": [{"message": "no"}]}', OutcomeUnknownError),
        ('{"invoiceId": 9, "validationErrors": ["no"]}', OutcomeUnknownError),
        ('{"error": {"code": "forbidden"}}', OutcomeUnknownError),
        ('{"invoiceId": "inv_9"', OutcomeUnknownError),
    ],
)
def test_only_an_id_without_errors_is_an_acceptance(shop, monkeypatch, answer, expected):
    """What is neither an acceptance nor a refusal stays unknown."""
    monkeypatch.setattr("outbox.INVOICE_ATTEMPTS", 1)
    headers = {"content-type": "application/json"}
    shop.wire.instead["POST"] = HTTPResponse(200, headers=headers, content=answer.encode())

    with pytest.raises(expected):
        shop.submit()


def test_an_invoice_in_doubt_is_submitted_again_at_once(shop):
    """Vercel accepts an external id once, so this can do no harm."""
    shop.emulator.faults.drop("submit-invoice", when="before", times=2)

    assert shop.submit() in shop.emulator.invoices


def test_a_conflict_of_a_first_submission_is_no_doubt(shop):
    """It is one with another invoice, whatever was submitted under other ids."""
    shop.submit()
    with pytest.raises(NotSentError) as refused:
        shop.submit(external_id="acme-2")

    assert isinstance(refused.value.__cause__, VercelConflictError)


def test_quiet_is_longer_than_an_attempt():
    """An attempt that left in time has timed out long before anybody concludes anything."""
    assert SEND_WITHIN + timedelta(seconds=30) < QUIET / 2
