"""How a partner tests its billing: with the fixture `marketplace_emulator`, and nothing else.

Copied into your own suite, with `outbox.py`, it requires pytest and the SDK. No token, no network,
no patching, and no waiting: between two attempts only the emulator's clock moves.
"""

from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Literal

import attrs
import pytest
from billing_job import (
    Books,
    compute,
    month_of,
    receive_webhook,
    refund,
    report_usage,
    submit_invoice,
)

from outbox import QUIET, NotSentError, Outbox, OutcomeUnknownError
from vercel_marketplace import (
    HTTPRequest,
    SyncVercel,
    VercelConflictError,
    VercelServerError,
)
from vercel_marketplace.emulator import Emulator
from vercel_marketplace.models import SubmitInvoiceRequestBody
from vercel_marketplace.testing import invoice_webhook, paid_invoice, signed_webhook
from vercel_marketplace.webhooks import SIGNATURE_HEADER, sign


@pytest.fixture
def vercel(marketplace_emulator: Emulator) -> Iterator[SyncVercel]:
    """The client that the partner's code is given."""
    with SyncVercel(
        bearer_token=marketplace_emulator.token,
        transport=marketplace_emulator.transport(),
    ) as client:
        yield client


@pytest.fixture
def books() -> Books:
    """Books in which nothing is written yet."""
    return Books()


@pytest.fixture
def outbox(
    tmp_path: Path, marketplace_emulator: Emulator, vercel: SyncVercel
) -> Outbox:
    """An outbox in which nothing is written yet."""
    return Outbox(tmp_path / "partner.db", vercel, marketplace_emulator.clock.now)


def run_hourly_job(
    emulator: Emulator, vercel: SyncVercel, *, today: int, month: int
) -> None:
    """One run of the job, at the emulator's time."""
    report_usage(
        vercel,
        emulator.installation_id,
        now=emulator.clock.now(),
        today=today,
        month=month,
    )


def run_monthly_job(emulator: Emulator, outbox: Outbox) -> str:
    """Submit the invoice for 720 hours, at the emulator's time."""
    return submit_invoice(
        outbox, emulator.installation_id, now=emulator.clock.now(), hours=720
    )


def deliver(
    emulator: Emulator, books: Books, outbox: Outbox, webhook: HTTPRequest
) -> int:
    """Hand a webhook to the job as it was sent, and return the status of the response."""
    return receive_webhook(
        books,
        outbox,
        webhook.content or b"",
        webhook.headers[SIGNATURE_HEADER],
        client_secret=emulator.integration.client_secret,
    )


# The hourly job ------------------------------------------------------------------------


def test_each_hour_replaces_the_last(
    marketplace_emulator: Emulator, vercel: SyncVercel
) -> None:
    """Of a day's reports Vercel shows the newest."""
    run_hourly_job(marketplace_emulator, vercel, today=12, month=348)
    marketplace_emulator.clock.advance(hours=1)
    run_hourly_job(marketplace_emulator, vercel, today=13, month=349)

    (day,) = marketplace_emulator.received.billing_data
    assert [usage.period_value for usage in day.usage] == [349]


def test_the_hourly_job_sits_out_a_short_outage(
    marketplace_emulator: Emulator, vercel: SyncVercel
) -> None:
    """A report is retried after the wait that Vercel asks for, and arrives."""
    before = marketplace_emulator.clock.now()
    marketplace_emulator.faults.fail(
        "submit-billing-data", status=503, retry_after=30, times=2
    )

    run_hourly_job(marketplace_emulator, vercel, today=12, month=348)

    assert len(marketplace_emulator.requests) == 3
    assert len(marketplace_emulator.received.billing_data) == 1
    assert (marketplace_emulator.clock.now() - before).total_seconds() == 60


def test_the_hour_after_a_long_outage_reports_all_of_it(
    marketplace_emulator: Emulator, vercel: SyncVercel
) -> None:
    """A run that fails for good loses nothing, for the next one has the running totals."""
    marketplace_emulator.faults.fail("submit-billing-data", times=3)
    with pytest.raises(VercelServerError):
        run_hourly_job(marketplace_emulator, vercel, today=12, month=348)
    marketplace_emulator.clock.advance(hours=1)

    run_hourly_job(marketplace_emulator, vercel, today=13, month=349)

    (day,) = marketplace_emulator.received.billing_data
    assert [usage.period_value for usage in day.usage] == [349]


# The invoice ---------------------------------------------------------------------------


def test_the_invoice_is_of_what_was_used(
    marketplace_emulator: Emulator, outbox: Outbox
) -> None:
    """720 hours at five cents are 36 dollars, on one invoice."""
    invoice_id = run_monthly_job(marketplace_emulator, outbox)

    assert marketplace_emulator.invoices[invoice_id].total == "36.00"


def test_an_invoice_whose_response_is_lost_is_billed_once(
    marketplace_emulator: Emulator, outbox: Outbox, books: Books
) -> None:
    """The conflict leaves the outcome open, and the webhook settles it."""
    marketplace_emulator.faults.drop("submit-invoice", when="after")
    with pytest.raises(OutcomeUnknownError):
        run_monthly_job(marketplace_emulator, outbox)

    (invoice,) = marketplace_emulator.invoices.values()
    webhook = invoice_webhook(marketplace_emulator, invoice.invoice_id)
    assert deliver(marketplace_emulator, books, outbox, webhook) == 204
    assert run_monthly_job(marketplace_emulator, outbox) == invoice.invoice_id
    assert len(marketplace_emulator.invoices) == 1


def test_a_job_that_runs_twice_bills_once(
    marketplace_emulator: Emulator, outbox: Outbox
) -> None:
    """A second run of the month finds the invoice in the books."""
    first = run_monthly_job(marketplace_emulator, outbox)
    marketplace_emulator.clock.advance(hours=1)

    assert run_monthly_job(marketplace_emulator, outbox) == first
    assert len(marketplace_emulator.invoices) == 1


def bill_by_hand(emulator: Emulator, vercel: SyncVercel) -> str:
    """Submit an invoice for the same hours without the outbox, and return Vercel's id of it."""
    now = emulator.clock.now()
    body = SubmitInvoiceRequestBody(
        external_id="by hand",
        invoice_date=now,
        period=month_of(now),
        items=[compute(720)],
    )
    response = vercel.marketplace.submit_invoice(
        integration_configuration_id=emulator.installation_id, request_body=body
    )
    return response.invoice_id or ""


@pytest.mark.parametrize(
    "status", [pytest.param(None, id="first submission"), 400, 401, 403, 429]
)
def test_another_invoice_is_not_taken_for_this_one(
    marketplace_emulator: Emulator,
    vercel: SyncVercel,
    outbox: Outbox,
    status: int | None,
) -> None:
    """A conflict is an error where no submission can have arrived: nobody has billed the hours."""
    if status is not None:
        marketplace_emulator.faults.fail("submit-invoice", status=status)
        with pytest.raises(NotSentError):
            run_monthly_job(marketplace_emulator, outbox)
    bill_by_hand(marketplace_emulator, vercel)

    with pytest.raises(NotSentError) as refused:
        run_monthly_job(marketplace_emulator, outbox)
    assert isinstance(refused.value.__cause__, VercelConflictError)


def test_another_invoice_is_not_taken_for_one_that_was_lost(
    marketplace_emulator: Emulator, vercel: SyncVercel, outbox: Outbox, books: Books
) -> None:
    """After a lost request a conflict proves nothing, and a webhook of another invoice neither."""
    marketplace_emulator.faults.drop("submit-invoice", when="before", times=3)
    with pytest.raises(OutcomeUnknownError):
        run_monthly_job(marketplace_emulator, outbox)
    invoice_id = bill_by_hand(marketplace_emulator, vercel)
    webhook = invoice_webhook(marketplace_emulator, invoice_id)
    assert deliver(marketplace_emulator, books, outbox, webhook) == 204

    with pytest.raises(OutcomeUnknownError):
        run_monthly_job(marketplace_emulator, outbox)


# The refund ----------------------------------------------------------------------------


def refund_requests(emulator: Emulator) -> int:
    """Return how many requests for a refund went out."""
    return sum(request.url.endswith("/actions") for request in emulator.requests)


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        pytest.param("connecting", 1, id="refused, so the next run sends it"),
        pytest.param("before", 2, id="lost on its way, so a later run sends it"),
        pytest.param("after", 1, id="response lost, so it is not sent again"),
    ],
)
def test_a_refund_after_a_fault_is_one_refund(
    marketplace_emulator: Emulator,
    outbox: Outbox,
    when: Literal["connecting", "before", "after"],
    expected: int,
) -> None:
    """Wherever the connection drops, the customer gets the six dollars, and once."""
    invoice = paid_invoice(marketplace_emulator, total="36.00")
    marketplace_emulator.faults.drop("update-invoice", when=when)

    for _ in range(3):
        with suppress(NotSentError):
            refund(
                outbox,
                marketplace_emulator.installation_id,
                invoice.invoice_id,
                total=Decimal("6.00"),
                reason="Outage of 4 January",
            )
        marketplace_emulator.clock.advance(hours=1)

    asked = marketplace_emulator.invoices[invoice.invoice_id]
    assert (asked.state, asked.refund_total) == ("refund_requested", "6.00")
    assert refund_requests(marketplace_emulator) == expected


def test_a_slow_refund_is_not_denied(
    marketplace_emulator: Emulator, outbox: Outbox
) -> None:
    """While a request may still arrive, the outcome is unknown, and nothing else is sent."""
    invoice = paid_invoice(marketplace_emulator, total="36.00")
    # And it arrives later.
    marketplace_emulator.faults.drop("update-invoice", when="before")
    installation_id, six = marketplace_emulator.installation_id, Decimal(6)

    for _ in range(2):
        assert not refund(
            outbox, installation_id, invoice.invoice_id, total=six, reason="Outage"
        )
        marketplace_emulator.clock.advance(seconds=QUIET.total_seconds() - 1)
    with pytest.raises(NotSentError):
        refund(
            outbox,
            installation_id,
            invoice.invoice_id,
            total=Decimal(7),
            reason="Another",
        )

    assert refund_requests(marketplace_emulator) == 1


def test_a_refund_beside_another_is_refused(
    marketplace_emulator: Emulator, outbox: Outbox
) -> None:
    """Vercel accepts one refund at a time, and the caller hears of it."""
    invoice = paid_invoice(marketplace_emulator)
    installation_id, six = marketplace_emulator.installation_id, Decimal(6)
    assert refund(
        outbox, installation_id, invoice.invoice_id, total=six, reason="Outage"
    )

    with pytest.raises(NotSentError) as refused:
        refund(
            outbox,
            installation_id,
            invoice.invoice_id,
            total=six,
            reason="Another outage",
        )
    assert isinstance(refused.value.__cause__, VercelConflictError)


# The webhook ---------------------------------------------------------------------------


def test_a_payment_is_booked_once_it_is_told(
    marketplace_emulator: Emulator, books: Books, outbox: Outbox
) -> None:
    """The signed webhook of a paid invoice marks it as paid, however often it comes."""
    invoice = paid_invoice(marketplace_emulator, external_id="acme-2026-01")
    webhook = invoice_webhook(marketplace_emulator, invoice.invoice_id)

    for _ in range(2):
        assert deliver(marketplace_emulator, books, outbox, webhook) == 204

    assert books.paid == {"acme-2026-01"}
    assert len(books.events) == 1


class FullOnce(set[str]):
    """A table that has no room for the first row."""

    full = True

    def add(self, row: str, /) -> None:
        """Fail the first time."""
        if self.full:
            self.full = False
            raise OSError
        super().add(row)


def test_a_payment_that_could_not_be_booked_is_booked_when_it_comes_again(
    marketplace_emulator: Emulator, outbox: Outbox
) -> None:
    """An event counts as seen once its work is done, so that Vercel's retry does the rest."""
    books = Books(paid=FullOnce())
    invoice = paid_invoice(marketplace_emulator, external_id="acme-2026-01")
    webhook = invoice_webhook(marketplace_emulator, invoice.invoice_id)
    with pytest.raises(OSError):  # noqa: PT011 (it has no text to match)
        deliver(marketplace_emulator, books, outbox, webhook)

    assert deliver(marketplace_emulator, books, outbox, webhook) == 204
    assert books.paid == {"acme-2026-01"}


def test_a_payment_of_an_unforeseen_form_is_logged(
    marketplace_emulator: Emulator,
    books: Books,
    outbox: Outbox,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A payload that lacks a field is accepted, and somebody hears of it."""
    webhook = signed_webhook(
        marketplace_emulator, "marketplace.invoice.paid", {"invoiceId": "i_1"}
    )

    assert deliver(marketplace_emulator, books, outbox, webhook) == 204
    assert "marketplace.invoice.paid does not match its schema" in caplog.text


def test_a_signed_body_that_is_no_event_is_asked_for_again(
    marketplace_emulator: Emulator, books: Books, outbox: Outbox
) -> None:
    """What is signed and cannot be read is a 400, after which Vercel sends it again."""
    body, secret = b"[]", marketplace_emulator.integration.client_secret

    assert (
        receive_webhook(books, outbox, body, sign(body, secret), client_secret=secret)
        == 400
    )
    assert books == Books()


def test_a_body_that_was_changed_on_its_way_changes_nothing(
    marketplace_emulator: Emulator, books: Books, outbox: Outbox
) -> None:
    """A body with the signature of another is not Vercel's."""
    invoice = paid_invoice(marketplace_emulator, external_id="acme-2026-01")
    webhook = invoice_webhook(marketplace_emulator, invoice.invoice_id)
    body = (webhook.content or b"").replace(b"36.00", b"0.01")

    assert (
        deliver(
            marketplace_emulator, books, outbox, attrs.evolve(webhook, content=body)
        )
        == 401
    )
    assert books == Books()


@pytest.mark.parametrize(
    "signature",
    [
        pytest.param(None, id="none"),
        pytest.param("0" * 40, id="made up"),
        pytest.param("é" * 40, id="not ASCII"),
    ],
)
def test_a_forged_signature_changes_nothing(
    marketplace_emulator: Emulator, books: Books, outbox: Outbox, signature: str | None
) -> None:
    """Whatever somebody writes into the header, the response is a 401."""
    invoice = paid_invoice(marketplace_emulator, external_id="acme-2026-01")
    webhook = invoice_webhook(marketplace_emulator, invoice.invoice_id)

    status = receive_webhook(
        books,
        outbox,
        webhook.content or b"",
        signature,
        client_secret=marketplace_emulator.integration.client_secret,
    )
    assert status == 401
    assert books == Books()
