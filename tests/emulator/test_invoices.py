"""Invoices as they are submitted."""

import json
import re
from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.emulator.builders import BILL, LINE, NOON, PERIOD, invoice, item, send, submitted
from vercel_marketplace import (
    VercelBadRequestError,
    VercelConflictError,
)
from vercel_marketplace import models as m
from vercel_marketplace.emulator import Emulator
from vercel_marketplace.emulator.api.money import format_amount, sum_amounts


def test_an_invoice_is_kept_as_it_was_sent(emulator, marketplace):
    """An invoice is pending at first, and holds what was submitted with its total and times."""
    discount = m.Discount(billing_plan_id="pro", name="Welcome", amount="0.05")
    body = invoice(
        external_id="bill-1", memo="Thanks", items=[item("0.1"), item("0.2")], discounts=[discount]
    )

    response = marketplace.submit_invoice(request_body=body)

    assert response == m.SubmittedInvoice(invoice_id="inv_1")
    read = marketplace.get_invoice(invoice_id="inv_1")
    assert read == m.Invoice(
        invoice_id="inv_1",
        external_id="bill-1",
        state="pending",
        invoice_date=NOON,
        period=PERIOD,
        memo="Thanks",
        items=[item("0.1"), item("0.2")],
        discounts=[discount],
        total="0.25",
        created=emulator.clock.now(),
        updated=emulator.clock.now(),
    )
    assert emulator.invoices == {"inv_1": read}


def test_a_total_is_never_rounded(emulator, marketplace):
    """A total keeps every digit, however many there are."""
    most, least = "9" * 40, f"0.{'0' * 40}1"

    submitted(marketplace, items=[item(most), item(least)])

    assert emulator.invoices["inv_1"].total == f"{most}.{'0' * 40}1"


def test_an_external_id_is_taken_once(emulator, marketplace):
    """A second invoice with the same external id is a 409, and is not kept."""
    submitted(marketplace, external_id="bill-1")

    with pytest.raises(VercelConflictError) as caught:
        submitted(marketplace, external_id="bill-1")

    assert caught.value.code == "conflict"
    assert list(emulator.invoices) == ["inv_1"]


@pytest.mark.parametrize("date", [PERIOD.start, PERIOD.end])
def test_an_invoice_date_may_be_either_end_of_the_period(marketplace, date):
    """The period's first and last moment are inside it."""
    assert submitted(marketplace, invoice_date=date) == "inv_1"


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        (
            {"invoice_date": PERIOD.start - timedelta(milliseconds=1)},
            "`invoiceDate`: outside the period",
        ),
        (
            {"invoice_date": PERIOD.end + timedelta(milliseconds=1)},
            "`invoiceDate`: outside the period",
        ),
        (
            {"period": m.Period(start=PERIOD.end, end=PERIOD.start)},
            "`period.end`: before the start",
        ),
        (
            {"discounts": [m.Discount(billing_plan_id="pro", name="x", amount="36.01")]},
            "`discounts`: more than what is billed",
        ),
    ],
)
def test_an_invoice_that_breaks_a_rule_is_refused(emulator, marketplace, changes, complaint):
    """A date outside the period, a reversed period or a negative total is a 400."""
    with pytest.raises(VercelBadRequestError) as caught:
        submitted(marketplace, **changes)

    assert caught.value.message == f"Invalid request: {complaint}."
    assert emulator.invoices == {}


@pytest.mark.parametrize(
    ("test", "state"),
    [
        (m.InvoiceTest(result="paid"), "paid"),
        (m.InvoiceTest(result="notpaid"), "notpaid"),
        (m.InvoiceTest(result="overdue"), "overdue"),
        (m.InvoiceTest(validate=False), "pending"),
        (m.InvoiceTest(), "pending"),
    ],
)
def test_a_test_invoice_ends_as_it_asks(emulator, marketplace, test, state):
    """In test mode the response and the invoice say so, and `result` is the state."""
    response = marketplace.submit_invoice(request_body=invoice(test=test))

    read = emulator.invoices["inv_1"]
    assert response == m.SubmittedInvoice(invoice_id="inv_1", test=True)
    assert (read.test, read.state) == (True, state)
    assert (read.paid_at is not None) == (state == "paid")


TAKEN = "An invoice for this resource, billing plan and period already exists."
FEBRUARY = m.Period(start=PERIOD.end, end=PERIOD.end + timedelta(days=28))


def test_a_resource_is_billed_once_for_a_plan_and_period(emulator, marketplace):
    """A second invoice with an item for what was billed is a 409, whatever else is in it."""
    submitted(marketplace, items=[item(resource_id="db"), item(resource_id="other")])

    with pytest.raises(VercelConflictError) as caught:
        submitted(marketplace, items=[item(plan="new"), item("1", resource_id="db")])

    assert caught.value.message == TAKEN
    assert list(emulator.invoices) == ["inv_1"]


@pytest.mark.parametrize(
    "changes",
    [
        {"items": [item(resource_id="db_2")]},
        {"items": [item()]},
        {"items": [item(resource_id="db", plan="team")]},
        {"items": [item(resource_id="db")], "period": FEBRUARY, "invoice_date": FEBRUARY.end},
        {"items": []},
    ],
    ids=["resource", "installation", "plan", "period", "nothing"],
)
def test_what_was_not_billed_may_be(marketplace, changes):
    """Another resource, the whole installation, another plan or period is another bill."""
    submitted(marketplace, items=[item(resource_id="db")])

    assert submitted(marketplace, **changes) == "inv_2"


def test_an_invoice_may_have_several_lines_for_one_resource(emulator, marketplace):
    """Within one invoice a resource and plan may occur as often as there are lines."""
    submitted(marketplace, items=[item("1", resource_id="db"), item("2", resource_id="db")])

    assert emulator.invoices["inv_1"].total == "3"


LATE, EARLY = NOON + timedelta(days=1), NOON - timedelta(days=1)
OUTSIDE = PERIOD.end + timedelta(seconds=1)


@pytest.mark.parametrize(
    ("span", "complaint"),
    [
        ({"start": LATE, "end": EARLY}, "end`: before the start"),
        ({"start": OUTSIDE}, "start`: after the period's end"),
        ({"end": PERIOD.start - timedelta(seconds=1)}, "end`: before the start"),
    ],
)
def test_a_line_does_not_end_before_it_starts(marketplace, span, complaint):
    """An item or discount whose span is reversed is a 400 that names it; gaps are the period's."""
    discount = m.Discount(billing_plan_id="pro", name="x", amount="0", **span)
    for spoiled, place in (
        ({"items": [item(), item(**span)]}, "items[1]"),
        ({"discounts": [discount]}, "discounts[0]"),
    ):
        with pytest.raises(VercelBadRequestError) as caught:
            submitted(marketplace, **spoiled)

        assert caught.value.message == f"Invalid request: `{place}.{complaint}."


@pytest.mark.parametrize("span", [{"start": EARLY, "end": EARLY}, {"start": LATE}, {"end": EARLY}])
def test_a_line_may_have_a_span_of_its_own(marketplace, span):
    """An item may be for a part of the period, or a moment of it."""
    assert submitted(marketplace, items=[item(**span)]) == "inv_1"


# Test mode ---------------------------------------------------------------------------


def validated(marketplace, **changes):
    """What validating an invoice comes to."""
    test = m.InvoiceTest(validate=True)
    return marketplace.submit_invoice(request_body=invoice(test=test, **changes))


def test_a_valid_invoice_is_not_kept(emulator, marketplace):
    """With `validate` there is no error, no invoice id, and nothing in the books."""
    response = validated(marketplace, external_id="bill-1")

    assert response == m.SubmittedInvoice(test=True, validation_errors=[])
    assert emulator.invoices == {}
    assert submitted(marketplace, external_id="bill-1") == "inv_1"


def test_validation_tells_everything_that_is_wrong(emulator, marketplace):
    """With `validate` dates, items, discounts and duplicates are told, each with its refusal."""
    submitted(marketplace, external_id="bill-1")
    discount = m.Discount(billing_plan_id="pro", name="x", amount="37", start=LATE, end=EARLY)

    response = validated(
        marketplace,
        external_id="bill-1",
        invoice_date=OUTSIDE,
        items=[item(start=LATE, end=EARLY)],
        discounts=[discount],
        final=True,
    )

    assert response == m.SubmittedInvoice(
        test=True,
        validation_errors=[
            "Invalid request: `invoiceDate`: outside the period.",
            "Invalid request: `items[0].end`: before the start.",
            "Invalid request: `discounts[0].end`: before the start.",
            "Invalid request: `discounts`: more than what is billed.",
            "Invalid request: `final`: no final invoice before the installation is removed.",
            "An invoice with this externalId already exists.",
            TAKEN,
        ],
    )
    assert list(emulator.invoices) == ["inv_1"]


def test_an_invoice_is_validated_and_made(emulator, marketplace):
    """With `validate` and a `result` a valid invoice is in the books, in that state."""
    told = []
    emulator.webhooks.subscribe(lambda request: told.append(json.loads(request.content)["type"]))
    test = m.InvoiceTest(validate=True, result="paid")

    response = marketplace.submit_invoice(request_body=invoice(test=test))

    assert response == m.SubmittedInvoice(invoice_id="inv_1", test=True, validation_errors=[])
    assert emulator.invoices["inv_1"].state == "paid"
    assert told == ["marketplace.invoice.created", "marketplace.invoice.paid"]


def test_an_invoice_that_is_not_valid_has_no_result(emulator, marketplace):
    """With `validate` and a `result` what is wrong is told, and no invoice is made."""
    test = m.InvoiceTest(validate=True, result="paid")

    response = marketplace.submit_invoice(request_body=invoice(test=test, invoice_date=OUTSIDE))

    assert (response.invoice_id, len(response.validation_errors)) == (None, 1)
    assert emulator.invoices == {}


UNCHECKED = m.InvoiceTest(validate=False)
TOO_MUCH = m.Discount(billing_plan_id="pro", name="x", amount="37")


@pytest.mark.parametrize(
    ("changes", "total"),
    [
        ({"invoice_date": OUTSIDE}, "36.00"),
        ({"items": [item(start=LATE, end=EARLY)]}, "36.00"),
        ({"discounts": [TOO_MUCH]}, "0"),
        ({"external_id": "bill-1"}, "36.00"),
    ],
    ids=["dates", "items", "discounts", "duplicates"],
)
def test_a_test_invoice_need_not_be_checked(emulator, marketplace, changes, total):
    """Without validation, dates, items, discounts and duplicates are as they are."""
    submitted(marketplace, external_id="bill-1")

    invoice_id = submitted(marketplace, test=UNCHECKED, **changes)

    assert emulator.invoices[invoice_id].total == total


def test_a_removal_is_checked_always(marketplace):
    """Without validation no final invoice precedes the removal."""
    with pytest.raises(VercelBadRequestError, match="`final`: no final invoice before"):
        submitted(marketplace, test=UNCHECKED, final=True)


# Plans ---------------------------------------------------------------------------------


def plan(plan_id, kind="subscription"):
    """A billing plan."""
    return m.BillingPlan(id=plan_id, type=kind, name=plan_id)


def give(marketplace, resource_id, billing_plan):
    """Import a resource with a plan."""
    body = m.ImportResourceRequestBody(
        product_id=Emulator.integration.product_id,
        name=resource_id,
        status="ready",
        billing_plan=billing_plan,
    )
    marketplace.import_resource(resource_id=resource_id, request_body=body)


def test_a_prepayment_plan_has_no_invoices(marketplace):
    """An item of a plan that is known to be prepaid is a 400, with a resource or without."""
    give(marketplace, "db_2", plan("credits", "prepayment"))

    for resource_id in ("db_2", None):
        with pytest.raises(VercelBadRequestError, match=r"`items\[0\].billingPlanId`: a prepay"):
            submitted(marketplace, items=[item(plan="credits", resource_id=resource_id)])


def test_a_prepayment_plan_of_the_installation_has_no_invoices(marketplace):
    """An item of the installation's own plan is a 400 if that is prepaid."""
    body = m.UpdateInstallationRequestBody(billing_plan=plan("credits", "prepayment"))
    marketplace.update_installation(request_body=body)

    with pytest.raises(VercelBadRequestError, match="a prepayment plan"):
        submitted(marketplace, items=[item(plan="credits")])


def billing_plan_error(marketplace, plan_id, resource_id, period=PERIOD):
    """What is wrong with the plan of an invoice, if anything; no invoice is made."""
    response = marketplace.submit_invoice(
        request_body=invoice(
            test=m.InvoiceTest(validate=True),
            period=period,
            invoice_date=period.end,
            items=[item(plan=plan_id, resource_id=resource_id)],
        )
    )
    return [*response.validation_errors]


NEVER = ["Invalid request: `items[0].billingPlanId`: not a plan of the resource in the period."]


def test_a_plan_that_was_never_active_is_not_billed(emulator, marketplace):
    """A resource is billed for the plans that it had in the period, and for no other."""
    give(marketplace, "db_2", plan("free"))
    emulator.clock.advance(days=1)
    give(marketplace, "db_2", plan("pro"))
    earlier = m.Period(start=PERIOD.start - timedelta(days=31), end=PERIOD.start)
    told = [
        billing_plan_error(marketplace, plan_id, "db_2", period)
        for period in (earlier, PERIOD, FEBRUARY)
        for plan_id in ("free", "pro", "team")
    ]

    assert told == [NEVER, NEVER, NEVER, [], [], NEVER, NEVER, [], NEVER]


def test_the_plan_of_the_installation_is_that_of_its_resources(marketplace):
    """An item of the installation's plan may name a resource that has another."""
    give(marketplace, "db_2", plan("free"))
    body = m.UpdateInstallationRequestBody(billing_plan=plan("pro"))
    marketplace.update_installation(request_body=body)

    assert billing_plan_error(marketplace, "pro", "db_2") == []


@pytest.mark.parametrize("resource_id", [Emulator.resource_id, "db_9"])
def test_a_resource_whose_plan_is_not_known_may_have_any(marketplace, resource_id):
    """Of a resource without a plan, or one that is gone, any plan is billed."""
    assert billing_plan_error(marketplace, "pro", resource_id) == []


def test_a_plan_before_the_first_known_one_may_be_any(marketplace):
    """An older resource that gets a plan may have had any other before."""
    give(marketplace, Emulator.resource_id, plan("team"))

    assert billing_plan_error(marketplace, "pro", Emulator.resource_id) == []
    assert billing_plan_error(marketplace, "pro", Emulator.resource_id, FEBRUARY) == NEVER


# Amounts without end -----------------------------------------------------------------


def test_a_very_long_amount_is_an_amount(emulator):
    """An amount of a megabyte is summed to the last digit."""
    items = [LINE | {"total": "9" * 1_000_000}, LINE | {"total": "0.1"}]

    response = send(emulator, "POST", "/billing/invoices", BILL | {"items": items})

    assert response.status_code == 200
    assert emulator.invoices["inv_1"].total == f"{'9' * 1_000_000}.1"


@pytest.mark.timeout(20)
def test_a_very_long_amount_holds_nobody_up():
    """A long amount among many short ones is gone through once; each time would take minutes."""
    amounts = ["9" * 10_000_000, *["0.1"] * 200_000]

    assert format_amount(sum_amounts(amounts)) == f"1{'0' * 9_999_995}19999.0"


AMOUNTS = st.from_regex(r"[0-9]{1,60}(\.[0-9]{1,60})?", fullmatch=True)


@given(st.lists(AMOUNTS, max_size=8), st.lists(AMOUNTS, max_size=2))
def test_a_total_is_the_exact_sum(amounts, discounts):
    """A total is what integer arithmetic makes of it, or is refused where it were negative."""
    scale = 10**60
    expected = sum(int(Fraction(amount) * scale) for amount in amounts)
    expected -= sum(int(Fraction(amount) * scale) for amount in discounts)
    off = {"billingPlanId": "pro", "name": "x"}
    body = BILL | {
        "items": [LINE | {"total": amount} for amount in amounts],
        "discounts": [off | {"amount": amount} for amount in discounts],
    }
    emulator = Emulator()

    response = send(emulator, "POST", "/billing/invoices", body)

    assert response.status_code == (400 if expected < 0 else 200)
    for kept in emulator.invoices.values():
        assert re.fullmatch(r"[0-9]+(\.[0-9]+)?", kept.total)
        assert Fraction(kept.total) * scale == expected
