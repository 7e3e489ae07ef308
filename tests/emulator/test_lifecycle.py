"""The life of an invoice: by the clock, by the customer."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.emulator.builders import BILL, NOON, item, send, submitted
from vercel_marketplace import models as m
from vercel_marketplace.emulator import Clock, Emulator

DAY = timedelta(days=1)


def state_after(emulator, marketplace, **time):
    """The state of the first invoice when the clock has gone on, asked for in both ways."""
    emulator.clock.advance(**time)
    read = marketplace.get_invoice(invoice_id="inv_1")
    assert emulator.invoices["inv_1"] == read
    return read.state


def test_paying_makes_an_invoice_paid(emulator, marketplace):
    """A paid invoice says when that was, by the emulator's clock."""
    submitted(marketplace)
    emulator.clock.advance(days=2, hours=1, minutes=1, seconds=1)

    emulator.invoices.pay("inv_1")

    read = marketplace.get_invoice(invoice_id="inv_1")
    later = read.created + timedelta(days=2, hours=1, minutes=1, seconds=1)
    assert (read.state, read.paid_at, read.updated) == ("paid", later, later)


def test_an_invoice_is_paid_once(emulator, marketplace):
    """An invoice that is paid cannot be paid again."""
    submitted(marketplace)
    emulator.invoices.pay("inv_1")

    with pytest.raises(ValueError, match="is paid"):
        emulator.invoices.pay("inv_1")


@pytest.mark.parametrize(
    ("time", "state"),
    [
        ({}, "pending"),
        ({"seconds": 1}, "invoiced"),
        ({"days": 14, "hours": 23}, "invoiced"),
        ({"days": 15}, "overdue"),
        ({"days": 4000}, "overdue"),
    ],
)
def test_time_moves_an_invoice_on(emulator, marketplace, time, state):
    """Without a payment an invoice is pending, then invoiced, and overdue after 15 days."""
    submitted(marketplace)

    assert state_after(emulator, marketplace, **time) == state


def test_a_state_of_time_says_since_when(emulator, marketplace):
    """`updated` is when the state began, not when somebody looks."""
    submitted(marketplace)
    created = emulator.invoices["inv_1"].created
    assert created == NOON

    emulator.clock.advance(days=1)
    assert emulator.invoices["inv_1"].updated == created
    emulator.clock.advance(days=15)
    assert emulator.invoices["inv_1"].updated == created + 15 * DAY


def test_a_clock_that_goes_back_takes_the_state_back(emulator, marketplace):
    """What only time did is undone with it, at any distance."""
    submitted(marketplace)
    assert state_after(emulator, marketplace, days=16) == "overdue"

    assert state_after(emulator, marketplace, days=-10) == "invoiced"
    assert state_after(emulator, marketplace, days=-100) == "pending"


@pytest.mark.parametrize(
    "moment", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)]
)
def test_the_ends_of_time_break_nothing(moment):
    """On the first and the last moment that there is, an invoice is made, declined and paid."""
    emulator = Emulator(Clock(moment))
    text = moment.isoformat(timespec="milliseconds")
    body = BILL | {"invoiceDate": text, "period": {"start": text, "end": text}}
    assert send(emulator, "POST", "/billing/invoices", body).status_code == 200

    assert emulator.invoices["inv_1"].state == "pending"
    emulator.invoices.decline_payment("inv_1")
    emulator.clock.set(NOON)
    assert emulator.invoices["inv_1"].state in {"notpaid", "overdue"}
    emulator.invoices.pay("inv_1")
    assert emulator.invoices["inv_1"].state == "paid"


def test_a_declined_payment_is_tried_again(emulator, marketplace):
    """A declined invoice is notpaid, and paid when a later payment succeeds."""
    submitted(marketplace)
    emulator.invoices.decline_payment("inv_1")
    assert state_after(emulator, marketplace, days=3) == "notpaid"

    emulator.invoices.decline_payment("inv_1")
    emulator.invoices.pay("inv_1")

    assert state_after(emulator, marketplace, days=30) == "paid"


def test_a_declined_invoice_is_overdue_in_time(emulator, marketplace):
    """The 15 days run from when the invoice went out, whatever was declined since."""
    submitted(marketplace)
    emulator.clock.advance(days=10)
    emulator.invoices.decline_payment("inv_1")

    assert state_after(emulator, marketplace, days=4) == "notpaid"
    assert state_after(emulator, marketplace, days=1) == "overdue"


def test_a_decline_of_an_overdue_invoice_leaves_it_overdue(emulator, marketplace):
    """A payment that fails too late changes when it was touched, and nothing else."""
    submitted(marketplace)
    emulator.clock.advance(days=20)

    emulator.invoices.decline_payment("inv_1")

    read = emulator.invoices["inv_1"]
    assert (read.state, read.updated) == ("overdue", NOON + 20 * DAY)


def test_an_overdue_invoice_can_be_paid(emulator, marketplace):
    """Overdue is not the end."""
    submitted(marketplace)
    emulator.clock.advance(days=16)

    emulator.invoices.pay("inv_1")

    assert emulator.invoices["inv_1"].state == "paid"


def test_there_are_nine_tries(emulator, marketplace):
    """After nine declined payments nothing is left to decline, but the customer can still pay."""
    submitted(marketplace)
    for _ in range(9):
        emulator.invoices.decline_payment("inv_1")

    with pytest.raises(ValueError, match="declined 9 times"):
        emulator.invoices.decline_payment("inv_1")

    emulator.invoices.pay("inv_1")
    assert emulator.invoices["inv_1"].state == "paid"


def test_a_scheduled_invoice_waits(emulator, marketplace):
    """An invoice that is scheduled goes out when its time has come, and 15 days start then."""
    submitted(marketplace)

    emulator.invoices.schedule("inv_1", NOON + 20 * DAY)

    assert state_after(emulator, marketplace, days=19) == "scheduled"
    assert state_after(emulator, marketplace, days=2) == "invoiced"
    assert emulator.invoices["inv_1"].updated == NOON + 20 * DAY
    assert state_after(emulator, marketplace, days=14) == "overdue"


def test_an_invoice_is_not_scheduled_for_a_naive_moment(emulator, marketplace):
    """A moment without an offset is refused, and the invoice stays as it was."""
    submitted(marketplace)

    with pytest.raises(ValueError, match="timezone-aware"):
        emulator.invoices.schedule("inv_1", datetime(2026, 2, 1))  # noqa: DTZ001 (what is tested)

    assert emulator.invoices["inv_1"].state == "pending"


def test_a_scheduled_invoice_that_is_declined_went_out(emulator, marketplace):
    """A payment that fails before the time has come starts the 15 days."""
    submitted(marketplace)
    emulator.invoices.schedule("inv_1", NOON + 20 * DAY)

    emulator.invoices.decline_payment("inv_1")

    assert state_after(emulator, marketplace, days=15) == "overdue"


def test_what_went_out_can_not_be_scheduled(emulator, marketplace):
    """An invoice that the customer has is past scheduling."""
    submitted(marketplace)
    emulator.clock.advance(seconds=1)

    with pytest.raises(ValueError, match=r"cannot schedule: .* is invoiced"):
        emulator.invoices.schedule("inv_1", NOON)


@pytest.mark.parametrize(("total", "state"), [("0.49999", "invoiced"), ("0.50", "overdue")])
def test_less_than_half_a_dollar_is_not_charged(emulator, marketplace, total, state):
    """A total below 0.50 stays invoiced forever; from 0.50 on it falls due."""
    submitted(marketplace, items=[item(total)])

    assert state_after(emulator, marketplace, days=100) == state


@pytest.mark.parametrize("act", ["pay", "decline_payment"])
def test_what_is_not_charged_is_neither_paid_nor_declined(emulator, marketplace, act):
    """There is no payment of an invoice below 0.50."""
    submitted(marketplace, items=[item("0.49")])

    with pytest.raises(ValueError, match=r"total is below 0\.50"):
        getattr(emulator.invoices, act)("inv_1")


@pytest.mark.parametrize("result", ["paid", "overdue"])
def test_the_result_of_a_test_invoice_stays(emulator, marketplace, result):
    """What a test invoice ended as is not moved by time, neither on nor back."""
    submitted(marketplace, test=m.InvoiceTest(result=result))

    assert state_after(emulator, marketplace, days=100) == result
    assert state_after(emulator, marketplace, days=-200) == result


@pytest.mark.parametrize("act", ["pay", "decline_payment", "complete_refund"])
@pytest.mark.parametrize("invoice_id", ["inv_9", ""])
def test_an_unknown_invoice_is_a_lookup_error(emulator, act, invoice_id):
    """Acting on what does not exist is a mistake of the test that does it."""
    with pytest.raises(LookupError, match="no invoice"):
        getattr(emulator.invoices, act)(invoice_id)
