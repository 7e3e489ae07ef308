"""Refunds: the money goes back once, or somebody is told."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from outbox import QUIET, NotSentError, OutcomeUnknownError

from vercel_marketplace import (
    VercelBadRequestError,
    VercelConflictError,
    VercelForbiddenError,
    VercelRateLimitError,
)
from vercel_marketplace.errors import ConnectionError as VercelConnectionError


def given_back(acme, external_id):
    """What Vercel was asked to give back."""
    return acme.invoice_at_vercel(external_id).refund_total


def states(acme):
    """The states of the refunds in the books."""
    return [
        state
        for (state,) in acme.rows("SELECT state FROM outbox WHERE kind = 'refund' ORDER BY attempt")
    ]


def without_refund(body):
    """An invoice as it was before its refund."""
    return {name: value for name, value in body.items() if not name.startswith("refund")} | {
        "state": "invoiced"
    }


def test_a_refund_is_asked_for(february, january):
    """Vercel has it, and so have the books."""
    february.refund(january, "6.00")

    assert given_back(february, january) == "6.00"
    assert states(february) == ["sent"]


def test_the_same_refund_is_asked_for_once(february, january):
    """Calling again does nothing: the reason tells that it is the same."""
    february.refund(january, "6.00")
    february.refund(january, "6.00")

    assert len(february.requests("/actions")) == 1


def test_one_reason_has_one_amount(february, january):
    """The same reason with another amount is a mistake, and nothing is sent."""
    february.refund(january, "6.00")
    with pytest.raises(NotSentError):
        february.refund(january, "7.00")

    assert len(february.requests("/actions")) == 1


@pytest.mark.parametrize("total", ["19.81", "1E+9", "0", "-1", "-0.01", "Infinity", "NaN", "0.005"])
def test_a_refund_is_within_the_invoice(february, january, total):
    """More than the invoice's total, nothing at all, or a part of a cent is not sent."""
    with pytest.raises(NotSentError):
        february.refund(january, total)

    assert february.requests("/actions") == []
    assert states(february) == []


def test_all_of_an_invoice_can_be_refunded(february, january):
    """The total itself is within the total."""
    february.refund(january, "19.80")

    assert given_back(february, january) == "19.80"


def test_refunds_are_within_the_invoice_together(february, january):
    """Of a second refund at most what the first one left is sent."""
    february.refund(january, "15.00", "one")
    february.vercel.invoices.complete_refund(february.invoice_at_vercel(january).invoice_id)
    with pytest.raises(NotSentError):
        february.refund(january, "4.81", "two")
    february.refund(january, "4.80", "two")

    assert given_back(february, january) == "19.80"


@pytest.mark.parametrize("external_id", ["unknown", "' OR 1=1 --", ""])
def test_an_unknown_invoice_is_not_refunded(february, external_id):
    """There is nothing to refund."""
    with pytest.raises(NotSentError):
        february.refund(external_id, "1.00")


def test_a_refund_is_written_down_before_it_is_sent(february, january, monkeypatch):
    """Whoever looks while the request is on its way finds it in the books, as unknown."""
    seen = []
    send = february.wire.send

    async def look(request):
        if request.url.endswith("/actions"):
            seen.append(states(february))
        return await send(request)

    monkeypatch.setattr(february.wire, "send", look)
    february.refund(january, "6.00")

    assert seen == [["unknown"]]


def test_a_refund_whose_answer_is_lost_is_found(february, january):
    """The invoice is looked at, and shows it: it is done."""
    february.vercel.faults.drop("update-invoice", when="after")
    february.refund(january, "6.00")

    assert given_back(february, january) == "6.00"
    assert len(february.requests("/actions")) == 1
    assert states(february) == ["sent"]


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(
            lambda v: v.faults.drop("update-invoice", when="before"), id="lost on its way"
        ),
        pytest.param(lambda v: v.faults.fail("update-invoice", status=500), id="500"),
        pytest.param(lambda v: v.faults.fail("update-invoice", status=302), id="redirect"),
        pytest.param(lambda v: v.faults.fail("update-invoice", status=408), id="408"),
    ],
)
def test_a_refund_in_doubt_is_not_sent_again_at_once(february, january, fault):
    """It may still arrive, so it stays unknown, however often somebody asks in half an hour."""
    fault(february.vercel)
    for _ in range(6):
        with pytest.raises(OutcomeUnknownError):
            february.refund(january, "6.00")
        february.vercel.clock.advance(seconds=299)

    assert len(february.requests("/actions")) == 1
    assert states(february) == ["unknown"]


def test_a_refund_that_never_arrived_is_sent_again(february, january):
    """Two looks at the invoice, one quiet time apart, have to show that it is not there."""
    february.vercel.faults.drop("update-invoice", when="before")
    for _ in range(2):
        with pytest.raises(OutcomeUnknownError):
            february.refund(january, "6.00")
        february.vercel.clock.advance(seconds=QUIET.total_seconds())
    february.refund(january, "6.00")

    assert given_back(february, january) == "6.00"
    assert len(february.requests("/actions")) == 2
    assert states(february) == ["sent"]


def test_a_look_that_shows_something_else_starts_the_wait_anew(february, january):
    """Only an unbroken row of looks shows that a refund is not there."""
    february.vercel.faults.drop("update-invoice", when="before")
    with pytest.raises(OutcomeUnknownError):
        february.refund(january, "6.00")
    for change in (lambda body: body, lambda body: body | {"refundReason": "?"}, lambda body: body):
        february.vercel.clock.advance(hours=1)
        february.vercel.faults.alter("get-invoice", change)
        with pytest.raises(OutcomeUnknownError):
            february.refund(january, "6.00")

    assert len(february.requests("/actions")) == 1


def test_a_refund_that_arrived_is_not_sent_again(february, january):
    """Where neither the response nor the look shows it, a later call looks and is content."""
    february.vercel.faults.drop("update-invoice", when="after")
    february.vercel.faults.alter("get-invoice", without_refund, times=2)
    with pytest.raises(OutcomeUnknownError):
        february.refund(january, "6.00")
    assert states(february) == ["unknown"]
    february.vercel.clock.advance(hours=1)
    february.refund(january, "6.00")

    assert len(february.requests("/actions")) == 1
    assert states(february) == ["sent"]


def test_without_a_look_nothing_is_sent_again(february, january):
    """As long as Vercel cannot be asked, a refund in doubt stays so."""
    february.vercel.faults.drop("update-invoice", when="before")
    with pytest.raises(OutcomeUnknownError):
        february.refund(january, "6.00")
    for _ in range(3):
        february.vercel.clock.advance(hours=1)
        february.vercel.faults.fail("get-invoice", status=500, times=6)
        with pytest.raises(OutcomeUnknownError):
            february.refund(january, "6.00")

    assert len(february.requests("/actions")) == 1


def test_without_a_look_nothing_is_sent_at_all(february, january):
    """What an invoice shows is compared with the books before any refund of it."""
    february.vercel.faults.fail("get-invoice", status=500, times=3)
    with pytest.raises(NotSentError):
        february.refund(january, "6.00")

    assert february.requests("/actions") == []
    assert states(february) == []


@pytest.mark.parametrize("arrived", [True, False])
def test_a_crash_leaves_a_refund_in_doubt(february, january, monkeypatch, arrived):
    """What a crash left behind is looked for before it is sent again."""
    send = february.wire.send

    async def crash(request):
        if not request.url.endswith("/actions"):
            return await send(request)
        if arrived:
            await send(request)
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(february.wire, "send", crash)
        with pytest.raises(KeyboardInterrupt):
            february.refund(january, "6.00")
    assert states(february) == ["unknown"]
    for _ in range(2):
        february.vercel.clock.advance(seconds=QUIET.total_seconds())
        with suppress(OutcomeUnknownError):
            february.refund(january, "6.00")

    assert len(february.requests("/actions")) == 1
    assert given_back(february, january) == "6.00"


def test_a_conflict_is_no_refusal_of_what_was_in_doubt(february, january):
    """Even if reads were older than they can be, a conflict with itself leaves a refund unknown."""
    february.vercel.faults.drop("update-invoice", when="after")
    february.vercel.faults.alter("get-invoice", without_refund, times=6)
    for _ in range(3):
        with pytest.raises(OutcomeUnknownError):
            february.refund(january, "6.00")
        assert states(february) == ["unknown"]
        february.vercel.clock.advance(seconds=QUIET.total_seconds())
    assert len(february.requests("/actions")) == 2
    february.vercel.faults.clear()
    february.refund(january, "6.00")

    assert states(february) == ["sent"]
    assert given_back(february, january) == "6.00"


def test_a_conflict_with_another_refund_is_a_refusal(february, january):
    """While one is under way Vercel accepts no second; it may be asked for once that is over."""
    february.refund(january, "6.00", "one")
    with pytest.raises(NotSentError) as refused:
        february.refund(january, "2.00", "two")
    assert isinstance(refused.value.__cause__, VercelConflictError)
    assert states(february) == ["sent", "not sent"]
    february.vercel.invoices.complete_refund(february.invoice_at_vercel(january).invoice_id)
    february.refund(january, "2.00", "two")

    assert given_back(february, january) == "8.00"


def test_a_refund_that_is_not_in_the_books_is_for_somebody_to_look_at(february, january):
    """It may be the one in doubt, its reason written another way: nothing is sent any more."""
    february.vercel.faults.drop("update-invoice", when="after")
    february.vercel.faults.alter(
        "get-invoice",
        lambda body: body | ({"refundReason": "Outage"} if "refundReason" in body else {}),
        times=9,
    )
    for _ in range(2):
        with pytest.raises(OutcomeUnknownError, match="not in the books"):
            february.refund(january, "6.00", "Outage ")
        february.vercel.clock.advance(hours=1)

    assert given_back(february, january) == "6.00"
    assert len(february.requests("/actions")) == 1


def test_beside_one_in_doubt_no_other_is_sent(february, january):
    """The look could not tell them apart, and together they might be too much."""
    february.vercel.faults.drop("update-invoice", when="before")
    with pytest.raises(OutcomeUnknownError):
        february.refund(january, "6.00", "one")
    with pytest.raises(NotSentError, match="in doubt"):
        february.refund(january, "6.00", "two")

    assert len(february.requests("/actions")) == 1


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        pytest.param(
            lambda v: v.faults.drop("update-invoice", when="connecting"),
            VercelConnectionError,
            id="no connection",
        ),
        pytest.param(
            lambda v: v.faults.fail("update-invoice", status=400), VercelBadRequestError, id="400"
        ),
        pytest.param(
            lambda v: v.faults.fail("update-invoice", status=403), VercelForbiddenError, id="403"
        ),
        pytest.param(
            lambda v: v.faults.fail("update-invoice", status=429), VercelRateLimitError, id="429"
        ),
    ],
)
def test_what_was_certainly_refused_may_be_asked_for_again(february, january, fault, error):
    """The caller gets Vercel's error, and the same refund may be asked for at once."""
    fault(february.vercel)
    with pytest.raises(NotSentError) as refused:
        february.refund(january, "6.00")
    assert isinstance(refused.value.__cause__, error)
    assert states(february) == ["not sent"]
    february.refund(january, "6.00")

    assert given_back(february, january) == "6.00"
    assert states(february) == ["sent"]


def test_two_at_once_send_one_refund(february, january):
    """Of eight callers with the same refund one sends it; the others say that it is in doubt."""

    def ask(_):
        try:
            february.refund(january, "6.00")
        except OutcomeUnknownError:
            return "in doubt"
        return "done"

    with ThreadPoolExecutor(8) as threads:
        told = list(threads.map(ask, range(8)))

    assert "done" in told
    assert len(february.requests("/actions")) == 1


def test_two_at_once_send_one_refund_again(february, january):
    """A refund that certainly did not arrive is taken up by one caller alone."""
    february.vercel.faults.drop("update-invoice", when="before")
    for _ in range(2):
        with pytest.raises(OutcomeUnknownError):
            february.refund(january, "6.00")
        february.vercel.clock.advance(seconds=QUIET.total_seconds())

    def ask(_):
        with suppress(OutcomeUnknownError):
            february.refund(january, "6.00")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(ask, range(8)))

    assert len(february.requests("/actions")) == 2
    assert given_back(february, january) == "6.00"
