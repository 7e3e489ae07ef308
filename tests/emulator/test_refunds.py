"""Refunds, from the request on."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.emulator.acme import refund, submitted
from vercel_marketplace import (
    VercelBadRequestError,
    VercelConflictError,
)


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


def test_a_refund_under_way_is_in_the_way_of_another(emulator, marketplace):
    """While a refund is requested a second request is a 409, and the first stands."""
    submitted(marketplace)
    marketplace.update_invoice(invoice_id="inv_1", request_body=refund("1"))

    with pytest.raises(VercelConflictError):
        marketplace.update_invoice(invoice_id="inv_1", request_body=refund("2"))

    assert emulator.invoices["inv_1"].refund_total == "1"
