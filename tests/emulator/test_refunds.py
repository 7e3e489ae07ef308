"""Refunds, from the request on."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.emulator.builders import BILL, refund, send, submitted
from vercel_marketplace import (
    VercelBadRequestError,
    VercelConflictError,
)
from vercel_marketplace.emulator import Emulator


@pytest.mark.parametrize("total", ["0.01", Decimal(36), "36.00"])
def test_a_refund_is_requested(emulator, marketplace, total):
    """A refund of at most the total is asked for, and the invoice says how much and why."""
    submitted(marketplace)
    emulator.clock.advance(hours=1)

    marketplace.update_invoice(invoice_id="inv_1", request_body=refund(total))

    read = emulator.invoices["inv_1"]
    assert (read.state, read.refund_reason) == ("refund_requested", "Downtime")
    assert (read.refund_total, read.refunded_at) == (str(total), None)
    assert read.updated == read.created + timedelta(hours=1)


@pytest.mark.parametrize("total", ["36.01", "100"])
def test_a_refund_is_at_most_the_total(emulator, marketplace, total):
    """A refund of more than the total is a 400, and the invoice stays as it was."""
    submitted(marketplace)

    with pytest.raises(VercelBadRequestError, match="`total`: more than the invoice's total"):
        marketplace.update_invoice(invoice_id="inv_1", request_body=refund(total))

    assert emulator.invoices["inv_1"].state == "pending"


@pytest.mark.parametrize("total", ["0", "0.00", Decimal(0)])
@pytest.mark.parametrize("before", [None, "36"])
def test_a_refund_is_of_something(emulator, marketplace, before, total):
    """A refund of nothing is a 400, also where nothing is left, and changes nothing."""
    submitted(marketplace)
    if before:
        marketplace.update_invoice(invoice_id="inv_1", request_body=refund(before))
        emulator.invoices.complete_refund("inv_1")
    state = emulator.invoices["inv_1"]

    with pytest.raises(VercelBadRequestError, match="`total`: expected more than 0"):
        marketplace.update_invoice(invoice_id="inv_1", request_body=refund(total))

    assert emulator.invoices["inv_1"] == state


def test_a_refund_under_way_is_in_the_way_of_another(emulator, marketplace):
    """While a refund is requested a second request is a 409, and the first stands."""
    submitted(marketplace)
    marketplace.update_invoice(invoice_id="inv_1", request_body=refund("1"))

    with pytest.raises(VercelConflictError):
        marketplace.update_invoice(invoice_id="inv_1", request_body=refund("2"))

    assert emulator.invoices["inv_1"].refund_total == "1"


# Until it reaches the customer, and again ---------------------------------------------


@pytest.fixture
def refunded(emulator, marketplace):
    """An invoice of 36.00, of which 30.00 were refunded."""
    submitted(marketplace)
    emulator.invoices.pay("inv_1")
    marketplace.update_invoice(invoice_id="inv_1", request_body=refund("30"))
    emulator.clock.advance(days=1)
    emulator.invoices.complete_refund("inv_1")


@pytest.mark.usefixtures("refunded")
def test_a_refund_is_completed(emulator):
    """When the money is back the invoice is refunded, and says since when."""
    read = emulator.invoices["inv_1"]

    assert (read.state, read.refund_total, read.refund_reason) == ("refunded", "30", "Downtime")
    assert read.refunded_at == read.updated == read.created + timedelta(days=1)


@pytest.mark.usefixtures("refunded")
@pytest.mark.parametrize("total", ["6", "6.00", "0.01"])
def test_the_rest_may_be_refunded_too(emulator, marketplace, total):
    """After a partial refund another one may follow; the invoice then shows the sum of both."""
    marketplace.update_invoice(invoice_id="inv_1", request_body=refund(total))

    read = emulator.invoices["inv_1"]
    assert read.state == "refund_requested"
    assert Decimal(read.refund_total) == 30 + Decimal(total)


@pytest.mark.usefixtures("refunded")
def test_a_second_refund_leaves_the_time_of_the_first(emulator, marketplace):
    """Until the second one is completed, `refunded_at` is when the first was; then, when it was."""
    first = emulator.invoices["inv_1"].refunded_at
    emulator.clock.advance(days=1)

    marketplace.update_invoice(invoice_id="inv_1", request_body=refund("6"))
    requested = emulator.invoices["inv_1"].refunded_at
    emulator.invoices.complete_refund("inv_1")

    assert (requested, emulator.invoices["inv_1"].refunded_at) == (first, first + timedelta(days=1))


@pytest.mark.usefixtures("refunded")
def test_all_refunds_are_at_most_the_total(emulator, marketplace):
    """A refund of more than what is left is a 400, and the refund before it stands."""
    with pytest.raises(VercelBadRequestError, match="`total`: more than what is left"):
        marketplace.update_invoice(invoice_id="inv_1", request_body=refund("6.01"))

    read = emulator.invoices["inv_1"]
    assert (read.state, read.refund_total) == ("refunded", "30")


@pytest.mark.parametrize("days", [0, 1, 16])
def test_what_is_not_paid_may_be_refunded(emulator, marketplace, days):
    """Only a refund under way is in the way: pending, invoiced and overdue are not."""
    submitted(marketplace)
    emulator.clock.advance(days=days)

    marketplace.update_invoice(invoice_id="inv_1", request_body=refund("36"))
    emulator.clock.advance(days=16)

    assert emulator.invoices["inv_1"].state == "refund_requested"


@pytest.mark.parametrize("act", ["pay", "decline_payment"])
@pytest.mark.usefixtures("refunded")
def test_a_refunded_invoice_is_not_paid(emulator, act):
    """The customer does not pay what was refunded."""
    with pytest.raises(ValueError, match="is refunded"):
        getattr(emulator.invoices, act)("inv_1")


def test_no_refund_is_completed_before_it_is_requested(emulator, marketplace):
    """There has to be a request."""
    submitted(marketplace)

    with pytest.raises(ValueError, match=r"cannot complete refund: .* is pending"):
        emulator.invoices.complete_refund("inv_1")


@given(st.lists(st.decimals(0, 20, places=3), max_size=6))
def test_no_series_of_refunds_exceeds_the_total(amounts):
    """Whatever is asked for, what is refunded is the sum of what was accepted, at most 36."""
    emulator = Emulator()
    send(emulator, "POST", "/billing/invoices", BILL)
    accepted = Decimal(0)
    for amount in amounts:
        body = {"action": "refund", "reason": "x", "total": str(amount)}
        status = send(emulator, "POST", "/billing/invoices/inv_1/actions", body).status_code
        assert (status == 204) == (0 < amount <= 36 - accepted)
        if status == 204:
            accepted += amount
            emulator.invoices.complete_refund("inv_1")

    assert Decimal(emulator.invoices["inv_1"].refund_total or 0) == accepted <= 36
