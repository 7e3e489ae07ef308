"""What `vercel_marketplace.testing` gives to the tests of a partner."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import attrs
import pytest

from vercel_marketplace import SyncVercel, VercelConflictError, VercelNotFoundError
from vercel_marketplace.emulator import Clock, Emulator
from vercel_marketplace.models import RevokeInstallationCredentialRequestBody
from vercel_marketplace.testing import (
    fresh_emulator,
    install_request,
    invoice_webhook,
    paid_invoice,
    set_secrets,
    signed_webhook,
    submitted_invoice,
)
from vercel_marketplace.webhooks import parse_event


@pytest.fixture
def emulator():
    return Emulator()


# A fresh emulator ----------------------------------------------------------------------


def test_a_fault_that_no_request_met_is_an_error():
    """A test in which a fault never came about did not test what it says."""
    with (
        pytest.raises(AssertionError, match=r"(?s)no request met these faults.*submit-invoice"),
        fresh_emulator() as emulator,
    ):
        emulator.faults.fail("submit-invoice")
    assert emulator.faults.pending == []


def test_a_fault_that_a_request_met_may_have_more_to_come():
    """An outage need not be counted to the last request."""
    with fresh_emulator() as emulator:
        emulator.faults.fail("get-account-info", times=99)
        emulator._backend.deliver(account_of(emulator))
    assert emulator.faults.pending == []


def account_of(emulator):
    """A request for the account."""
    request = install_request(emulator)
    url = f"https://api.vercel.com/v1/installations/{emulator.installation_id}/account"
    return attrs.evolve(request, method="GET", url=url, content=None)


def go_wrong(emulator):
    """Order a fault, and fail over something else."""
    emulator.faults.fail("submit-invoice")
    raise ZeroDivisionError


def test_the_error_of_a_test_is_not_replaced():
    """What went wrong in a test says more than the faults that were left over it."""
    with pytest.raises(ZeroDivisionError), fresh_emulator() as emulator:
        go_wrong(emulator)


# Installations and resources -----------------------------------------------------------


def test_an_installation_comes_with_its_token(emulator):
    """The partner is told the token and the account as Vercel tells them."""
    request = install_request(emulator, url="https://acme.example/vercel")
    assert request.method == "PUT"
    assert request.url == "https://acme.example/vercel/v1/installations/icfg_emulator"
    assert json.loads(request.content) == {
        "scopes": [],
        "acceptedPolicies": {},
        "credentials": {"access_token": emulator.token, "token_type": "Bearer"},
        "account": {
            "name": "Acme",
            "url": "https://vercel.com/acme/~/integrations/icfg_emulator",
            "contact": {"email": "owner@acme.example"},
        },
    }


def test_a_token_does_not_show(emulator):
    """The request that has the token in it shows it to nobody by accident."""
    assert emulator.token not in repr(install_request(emulator))


def test_a_resource_has_the_secrets_it_is_given(emulator):
    """A resource's secrets are those of the last time."""
    set_secrets(emulator, secrets={"OLD": "1"})
    resource_id = set_secrets(emulator, secrets={"URL": "postgres://a", "KEY": "b"})
    secrets = {secret.name: secret.value for secret in emulator.resources.secrets[resource_id]}
    assert secrets == {"URL": "postgres://a", "KEY": "b"}


# Invoices ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "state"), [(submitted_invoice, "pending"), (paid_invoice, "paid")]
)
def test_an_invoice_is_what_it_says(emulator, make, state):
    """An invoice has the state, the total and the id that were asked for."""
    invoice = make(emulator, total=Decimal("7.50"), external_id="acme-1")
    assert (invoice.state, invoice.total, invoice.external_id) == (state, "7.50", "acme-1")
    assert emulator.invoices == {invoice.invoice_id: invoice}


@pytest.mark.parametrize("month", [1, 2, 12])
def test_an_invoice_is_of_the_month(month):
    """The period is the clock's month, from its first moment to the next one's."""
    clock = Clock(datetime(2027, month, 28, 23, tzinfo=UTC))
    period = submitted_invoice(Emulator(clock)).period
    after = datetime(2027 + month // 12, month % 12 + 1, 1, tzinfo=UTC)
    assert (period.start, period.end) == (datetime(2027, month, 1, tzinfo=UTC), after)


def test_there_may_be_several_invoices(emulator):
    """Each is for a plan of its own, for a plan is billed once in a period."""
    invoices = [submitted_invoice(emulator) for _ in range(3)]
    assert len({invoice.items[0].billing_plan_id for invoice in invoices}) == 3


def test_an_invoice_that_is_refused_is_an_error(emulator):
    """A stage that cannot be set fails the test, rather than what comes after."""
    submitted_invoice(emulator, external_id="acme-1")
    with pytest.raises(VercelConflictError):
        submitted_invoice(emulator, external_id="acme-1")


def test_the_stage_is_set_without_a_trace(emulator):
    """Faults and requests are those of the code under test."""
    emulator.faults.fail("*", times=9)
    invoice = paid_invoice(emulator)
    set_secrets(emulator, secrets={"KEY": "b"})
    install_request(emulator)
    invoice_webhook(emulator, invoice.invoice_id)
    assert emulator.requests == []
    assert [fault.remaining for fault in emulator.faults.pending] == [9]


# Other installations -------------------------------------------------------------------


def test_an_added_installation_has_the_same_stage(emulator):
    """Each helper is for any installation, with its token, resource and invoices."""
    other = emulator.installations.add("icfg_2")
    chosen = {"installation_id": "icfg_2"}

    invoice = paid_invoice(emulator, total="5.00", **chosen)
    request = install_request(emulator, **chosen)
    webhook = invoice_webhook(emulator, invoice.invoice_id, **chosen)

    assert set_secrets(emulator, secrets={"KEY": "b"}, **chosen) == other.resource_id
    assert other.resources.environment_variables(other.resource_id) == {"KEY": "b"}
    assert (other.invoices, emulator.invoices) == ({invoice.invoice_id: invoice}, {})
    assert json.loads(request.content)["credentials"]["access_token"] == other.token
    assert json.loads(webhook.content)["payload"]["installationId"] == "icfg_2"


def test_an_installation_that_there_is_not_has_no_stage(emulator):
    """A misspelled id is a mistake of the test that uses it."""
    with pytest.raises(LookupError, match="no installation 'icfg_9'"):
        paid_invoice(emulator, installation_id="icfg_9")


def test_the_stage_is_set_with_a_token_that_is_good(emulator):
    """An installation whose first token was revoked has another."""
    code = emulator.tokens.issue_oauth_code()
    exchange(emulator, code)
    revoke(emulator, emulator.token)

    assert paid_invoice(emulator).state == "paid"


def exchange(emulator, code):
    """Exchange a code for one more token."""
    with SyncVercel(transport=emulator.transport()) as vercel:
        vercel.marketplace.exchange_oauth_code(
            code=code,
            redirect_uri="https://acme.example/callback",
            client_id=emulator.integration.client_id,
            client_secret=emulator.integration.client_secret,
        )


def revoke(emulator, token):
    """Revoke a token."""
    with SyncVercel(bearer_token=token, transport=emulator.transport()) as vercel:
        vercel.marketplace.revoke_installation_credential(
            integration_configuration_id=emulator.installation_id,
            request_body=RevokeInstallationCredentialRequestBody(
                token=token, client_secret=emulator.integration.client_secret
            ),
        )


# Webhooks ------------------------------------------------------------------------------


def test_a_webhook_has_vercels_envelope(emulator):
    """An event has an id, a type, its time in milliseconds, a region and a payload."""
    request = signed_webhook(
        emulator, "marketplace.member.changed", {"role": "NONE"}, event_id="evt_1", region="iad1"
    )
    assert (request.method, request.url) == ("POST", "https://partner.example/webhooks")
    assert json.loads(request.content) == {
        "id": "evt_1",
        "type": "marketplace.member.changed",
        "createdAt": 1768478400000,
        "region": "iad1",
        "payload": {"role": "NONE"},
    }


def test_a_webhook_is_signed_as_it_is_sent(emulator):
    """The signature is of the very bytes, with the integration's client secret."""
    request = signed_webhook(emulator, "x", {})
    event = parse_event(
        request.content, request.headers["x-vercel-signature"], emulator.integration.client_secret
    )
    assert event.type == "x"


def ids_of(*requests):
    """The events' ids."""
    return [json.loads(request.content)["id"] for request in requests]


def test_an_event_that_comes_twice_has_one_id(emulator):
    """The same event is a retry; another type, payload or time is another event."""
    first, again = (signed_webhook(emulator, "x", {"a": 1}) for _ in range(2))
    others = [signed_webhook(emulator, "y", {"a": 1}), signed_webhook(emulator, "x", {"a": 2})]
    emulator.clock.advance(seconds=1)
    others.append(signed_webhook(emulator, "x", {"a": 1}))
    assert first == again
    assert len(set(ids_of(first, *others))) == 4


class Showing(Emulator):
    """Shows every invoice in a state, whatever the rules have to say."""

    def __init__(self, state):
        super().__init__()
        self._shown = {"state": state, "refundTotal": "6.00", "refundReason": "Outage"}

    def transport(self, **options):
        self._inner = super().transport(**options)
        return self

    async def send(self, request):
        response = await self._inner.send(request)
        body = json.loads(response.content or b"{}")
        content = json.dumps(body | self._shown).encode() if "state" in body else response.content
        return attrs.evolve(response, content=content)


@pytest.mark.parametrize(
    ("state", "event"),
    [
        ("pending", "created"),
        ("scheduled", "created"),
        ("invoiced", "created"),
        ("paid", "paid"),
        ("notpaid", "notpaid"),
        ("overdue", "overdue"),
    ],
)
def test_an_invoice_is_told_as_it_stands(state, event):
    """The webhook of an invoice follows from its state."""
    emulator = Showing(state)
    invoice = submitted_invoice(emulator, external_id="acme-1")
    told = json.loads(invoice_webhook(emulator, invoice.invoice_id).content)
    assert told["type"] == f"marketplace.invoice.{event}"
    assert told["payload"] == {
        "configuration": {"id": "icfg_emulator"},
        "installationId": "icfg_emulator",
        "invoiceId": invoice.invoice_id,
        "externalInvoiceId": "acme-1",
        "period": {"start": "2026-01-01T00:00:00.000Z", "end": "2026-02-01T00:00:00.000Z"},
        "invoiceDate": "2026-01-15T12:00:00.000Z",
        "invoiceTotal": "36.00",
    }


def test_a_refund_is_told_with_its_amount():
    """In place of the invoice's date and total stand the amount and the reason."""
    emulator = Showing("refunded")
    invoice = submitted_invoice(emulator)
    told = json.loads(invoice_webhook(emulator, invoice.invoice_id).content)
    assert told["type"] == "marketplace.invoice.refunded"
    assert told["payload"] == {
        "configuration": {"id": "icfg_emulator"},
        "installationId": "icfg_emulator",
        "invoiceId": invoice.invoice_id,
        "externalInvoiceId": None,
        "period": {"start": "2026-01-01T00:00:00.000Z", "end": "2026-02-01T00:00:00.000Z"},
        "amount": "6.00",
        "reason": "Outage",
    }


def test_nothing_is_told_of_a_refund_under_way():
    """There is no webhook for a state of which Vercel does not tell."""
    emulator = Showing("refund_requested")
    invoice = submitted_invoice(emulator)
    with pytest.raises(ValueError, match="no webhook of an invoice that is refund_requested"):
        invoice_webhook(emulator, invoice.invoice_id)


def test_an_unknown_invoice_is_the_apis_error(emulator):
    """A mistaken id is not found, as with Vercel."""
    with pytest.raises(VercelNotFoundError):
        invoice_webhook(emulator, "inv_unknown")
