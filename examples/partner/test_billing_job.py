"""How a partner tests its billing: with the fixture `marketplace_emulator`, and nothing else.

    pytest examples/partner

No token, no network, no patching, and no waiting: between two attempts only the emulator's
clock moves.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

import pytest
from billing_job import Books, receive_webhook, refund, report_usage, submit_invoice

from vercel_marketplace import SyncVercel, VercelConflictError, VercelServerError
from vercel_marketplace.emulator import Emulator
from vercel_marketplace.testing import invoice_webhook, paid_invoice


@pytest.fixture
def vercel(marketplace_emulator: Emulator) -> Iterator[SyncVercel]:
    """The client that the partner's code is given."""
    with SyncVercel(
        bearer_token=marketplace_emulator.token, transport=marketplace_emulator.transport()
    ) as client:
        yield client


@pytest.fixture
def books() -> Books:
    """Books in which nothing is written yet."""
    return Books()


def run_hourly_job(emulator: Emulator, vercel: SyncVercel, *, today: int, month: int) -> None:
    """One run of the job, at the emulator's time."""
    report_usage(
        vercel, emulator.installation_id, now=emulator.clock.now(), today=today, month=month
    )


def run_monthly_job(emulator: Emulator, vercel: SyncVercel, books: Books) -> str:
    """The invoice for 720 hours, at the emulator's time."""
    return submit_invoice(
        vercel, emulator.installation_id, books, now=emulator.clock.now(), hours=720
    )


# The hourly job ------------------------------------------------------------------------


def test_each_hour_replaces_the_last(marketplace_emulator: Emulator, vercel: SyncVercel) -> None:
    """Of a day's reports Vercel shows the newest."""
    run_hourly_job(marketplace_emulator, vercel, today=12, month=348)
    marketplace_emulator.clock.advance(hours=1)
    run_hourly_job(marketplace_emulator, vercel, today=13, month=349)

    (day,) = marketplace_emulator.billing
    assert [usage.period_value for usage in day.usage] == [349]


def test_the_hourly_job_sits_out_a_short_outage(
    marketplace_emulator: Emulator, vercel: SyncVercel
) -> None:
    """A report is repeated after the wait that Vercel asks for, and arrives."""
    before = marketplace_emulator.clock.now()
    marketplace_emulator.fail("submit-billing-data", status=503, retry_after=30, times=2)

    run_hourly_job(marketplace_emulator, vercel, today=12, month=348)

    assert len(marketplace_emulator.requests) == 3
    assert len(marketplace_emulator.billing) == 1
    assert (marketplace_emulator.clock.now() - before).total_seconds() == 60


def test_the_hour_after_a_long_outage_reports_all_of_it(
    marketplace_emulator: Emulator, vercel: SyncVercel
) -> None:
    """A run that fails for good loses nothing, for the next one has the running totals."""
    marketplace_emulator.fail("submit-billing-data", times=3)
    with pytest.raises(VercelServerError):
        run_hourly_job(marketplace_emulator, vercel, today=12, month=348)
    marketplace_emulator.clock.advance(hours=1)

    run_hourly_job(marketplace_emulator, vercel, today=13, month=349)

    (day,) = marketplace_emulator.billing
    assert [usage.period_value for usage in day.usage] == [349]


# The invoice ---------------------------------------------------------------------------


def test_the_invoice_is_of_what_was_used(
    marketplace_emulator: Emulator, vercel: SyncVercel, books: Books
) -> None:
    """720 hours at five cents are 36 dollars, on one invoice."""
    external_id = run_monthly_job(marketplace_emulator, vercel, books)

    invoice = marketplace_emulator.invoices[books.vercel_ids[external_id]]
    assert (invoice.total, invoice.external_id) == ("36.00", external_id)


def test_an_invoice_whose_answer_is_lost_is_billed_once(
    marketplace_emulator: Emulator, vercel: SyncVercel, books: Books
) -> None:
    """The job takes the conflict for what it is, and learns Vercel's id by webhook."""
    marketplace_emulator.drop("submit-invoice", when="after")

    external_id = run_monthly_job(marketplace_emulator, vercel, books)

    (invoice,) = marketplace_emulator.invoices.values()
    assert books.vercel_ids == {}
    webhook = invoice_webhook(marketplace_emulator, invoice.invoice_id)
    assert receive_webhook(
        books,
        webhook.content or b"",
        webhook.headers["x-vercel-signature"],
        client_secret=marketplace_emulator.client_secret,
    )
    assert books.vercel_ids == {external_id: invoice.invoice_id}


def test_a_job_that_runs_twice_bills_once(
    marketplace_emulator: Emulator, vercel: SyncVercel, books: Books
) -> None:
    """A second run of the month finds the invoice there."""
    run_monthly_job(marketplace_emulator, vercel, books)
    marketplace_emulator.clock.advance(hours=1)
    run_monthly_job(marketplace_emulator, vercel, books)

    assert len(marketplace_emulator.invoices) == 1


# The refund ----------------------------------------------------------------------------


def refund_requests(emulator: Emulator) -> int:
    """How many requests for a refund went out."""
    return sum(request.url.endswith("/actions") for request in emulator.requests)


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        pytest.param("connecting", 1, id="refused, so the SDK asks again"),
        pytest.param("before", 2, id="lost on its way, so the job asks again"),
        pytest.param("after", 1, id="answer lost, so nobody asks again"),
    ],
)
def test_a_refund_after_a_fault_is_one_refund(
    marketplace_emulator: Emulator,
    vercel: SyncVercel,
    when: Literal["connecting", "before", "after"],
    expected: int,
) -> None:
    """Wherever the connection drops, the customer gets the six dollars, and once."""
    invoice = paid_invoice(marketplace_emulator, total="36.00")
    marketplace_emulator.drop("update-invoice", when=when)

    refund(
        vercel,
        marketplace_emulator.installation_id,
        invoice.invoice_id,
        total=Decimal("6.00"),
        reason="Outage of 4 January",
    )

    asked = marketplace_emulator.invoices[invoice.invoice_id]
    assert (asked.state, asked.refund_total) == ("refund_requested", "6.00")
    assert refund_requests(marketplace_emulator) == expected


def test_a_refund_beside_another_is_told(
    marketplace_emulator: Emulator, vercel: SyncVercel
) -> None:
    """Vercel takes one refund at a time, and the caller hears of it."""
    invoice = paid_invoice(marketplace_emulator)
    installation_id, six = marketplace_emulator.installation_id, Decimal(6)
    refund(vercel, installation_id, invoice.invoice_id, total=six, reason="Outage")

    with pytest.raises(VercelConflictError):
        refund(vercel, installation_id, invoice.invoice_id, total=six, reason="Another outage")


# The webhook ---------------------------------------------------------------------------


def test_a_payment_is_booked_once_it_is_told(marketplace_emulator: Emulator, books: Books) -> None:
    """The signed webhook of a paid invoice marks it as paid, however often it comes."""
    invoice = paid_invoice(marketplace_emulator, external_id="acme-2026-01")
    webhook = invoice_webhook(marketplace_emulator, invoice.invoice_id)

    for _ in range(2):
        assert receive_webhook(
            books,
            webhook.content or b"",
            webhook.headers["x-vercel-signature"],
            client_secret=marketplace_emulator.client_secret,
        )

    assert books.paid == {"acme-2026-01"}
    assert len(books.events) == 1


def test_a_forged_webhook_changes_nothing(marketplace_emulator: Emulator, books: Books) -> None:
    """A body that was changed on its way is not Vercel's."""
    invoice = paid_invoice(marketplace_emulator, external_id="acme-2026-01")
    webhook = invoice_webhook(marketplace_emulator, invoice.invoice_id)

    assert not receive_webhook(
        books,
        (webhook.content or b"").replace(b"36.00", b"0.01"),
        webhook.headers["x-vercel-signature"],
        client_secret=marketplace_emulator.client_secret,
    )
    assert books == Books()
