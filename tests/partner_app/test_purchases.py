"""Credits that a team pays in advance: each invoice counts once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from vercel_marketplace.emulator.partner import PartnerContractError, PartnerRefusedError
from vercel_marketplace.testing import paid_invoice, submitted_invoice


@pytest.fixture
def purchase(acme):
    """Vercel's id of an invoice for credits that was paid."""
    return paid_invoice(acme.vercel, total="19.99").invoice_id


def credited(acme):
    """The credits in the partner's books, in cents."""
    return acme.rows("SELECT cents FROM purchases")


def balance(response):
    """The balance that Vercel is told."""
    (one,) = response.balances
    return one.currency_value_in_cents


@pytest.mark.parametrize("keys", [("a", "a", "a"), ("a", "b", "c")], ids=["retries", "repetitions"])
def test_a_purchase_is_credited_once(acme, purchase, keys):
    """Vercel may repeat it with the same idempotency key or with another: no cent more or less."""
    vercel = acme.client()

    balances = [
        balance(vercel.provision_purchase(purchase, idempotency_key=key, kind=kind))
        for key, kind in zip(keys, ("user", "user", "system"), strict=True)
    ]

    assert balances == [1999, 1999, 1999]
    assert credited(acme) == [(1999,)]


def test_two_purchases_are_two(acme):
    """What was bought before stays."""
    vercel = acme.client()
    for total, expected in (("10.00", 1000), ("0.57", 1057)):
        invoice_id = paid_invoice(acme.vercel, total=total).invoice_id

        assert balance(vercel.provision_purchase(invoice_id)) == expected


def test_requests_at_the_same_time_credit_once(acme, purchase, monkeypatch):
    """Two requests with keys of their own, which both find the invoice not credited yet."""
    vercel, send, both = acme.client(), acme.wire.send, Barrier(2, timeout=10)

    def send_with_the_other(request):
        both.wait()
        return send(request)

    monkeypatch.setattr(acme.wire, "send", send_with_the_other)
    with ThreadPoolExecutor(2) as threads:
        responses = list(threads.map(vercel.provision_purchase, [purchase] * 2))

    assert [balance(response) for response in responses] == [1999, 1999]
    assert credited(acme) == [(1999,)]


def test_a_credited_invoice_is_not_read_again(acme, purchase):
    """What happens to it later does not make a repetition fail."""
    vercel = acme.client()
    for _ in range(2):
        vercel.provision_purchase(purchase)

    assert len(acme.requests(f"/invoices/{purchase}")) == 1


def test_a_crash_credits_nothing_twice(acme, purchase, crash):
    """A process that ends before it has responded has credited what the retry is told."""
    vercel = acme.client()

    responses = crash(lambda: vercel.provision_purchase(purchase, idempotency_key="a"))

    assert [balance(response) for response in responses] == [1999, 1999]
    assert credited(acme) == [(1999,)]


def test_what_is_not_paid_yet_is_credited_later(acme):
    """A read may be minutes old, so it is a 503, after which Vercel tries again."""
    vercel, invoice = acme.client(), submitted_invoice(acme.vercel, total="5.00")
    with pytest.raises(PartnerContractError, match="503"):
        vercel.provision_purchase(invoice.invoice_id, idempotency_key="a")
    assert credited(acme) == []
    acme.vercel.invoices.pay(invoice.invoice_id)

    assert balance(vercel.provision_purchase(invoice.invoice_id, idempotency_key="a")) == 500


def test_what_was_refunded_is_not_credited(acme, purchase):
    """The money is on its way back."""
    acme.vercel.faults.alter("get-invoice", {"state": "refunded"})

    with pytest.raises(PartnerRefusedError, match="refunded"):
        acme.client().provision_purchase(purchase)
    assert credited(acme) == []


def test_a_bill_is_no_purchase(acme):
    """An invoice that the partner has submitted credits nothing, paid or not."""
    bill = paid_invoice(acme.vercel, external_id="icfg_1-2026-01").invoice_id

    with pytest.raises(PartnerRefusedError, match="not a purchase"):
        acme.client().provision_purchase(bill)


def test_an_invoice_of_another_team_credits_nothing(acme, purchase):
    """The invoice is read with the token of the installation that is to be credited."""
    another = acme.add_team()

    with pytest.raises(PartnerRefusedError, match="no such invoice"):
        acme.client(another).provision_purchase(purchase)
    assert credited(acme) == []
