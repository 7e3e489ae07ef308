"""What type checkers read off the emulator's faults and the helpers of tests; never run."""

from typing import assert_type

from vercel_marketplace import HTTPRequest
from vercel_marketplace.emulator import Emulator, Fault
from vercel_marketplace.models import Invoice
from vercel_marketplace.testing import (
    fresh_emulator,
    install_request,
    invoice_webhook,
    paid_invoice,
    set_secrets,
    signed_webhook,
    submitted_invoice,
)


def faults(emulator: Emulator) -> None:
    """A fault is ordered by keywords of plain types."""
    emulator.faults.fail("submit-invoice", status=503, times=2, retry_after=1)
    emulator.faults.fail("*", code="bad_request", message="No")
    emulator.faults.delay("get-invoice", 0.5)
    emulator.faults.drop("update-invoice", when="after")
    emulator.faults.truncate("get-invoice", keep=10)
    emulator.faults.alter("get-invoice", {"state": "disputed"})
    emulator.faults.alter("get-invoice", lambda body: {**body, "total": None})
    assert_type(emulator.faults.pending, list[Fault])
    emulator.faults.drop("update-invoice", when="later")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] # ty: ignore[invalid-argument-type] (no such moment)
    emulator.faults.drop("update-invoice")  # type: ignore[call-arg] # pyright: ignore[reportCallIssue] # ty: ignore[missing-argument] (when has no default)


def stage() -> None:
    """What sets the stage gives the SDK's own models."""
    with fresh_emulator() as emulator:
        assert_type(emulator, Emulator)
        assert_type(submitted_invoice(emulator, total="1.00"), Invoice)
        assert_type(paid_invoice(emulator, total=1, external_id="a"), Invoice)
        assert_type(set_secrets(emulator, secrets={"KEY": "value"}), str)
        assert_type(install_request(emulator), HTTPRequest)
        assert_type(signed_webhook(emulator, "x", {"a": 1}), HTTPRequest)
        assert_type(invoice_webhook(emulator, "inv_1"), HTTPRequest)
