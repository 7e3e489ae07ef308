"""What an emulator keeps of what has no end; the limits are small here."""

from datetime import timedelta

import pytest

from tests.emulator.builders import NOON, PERIOD, RESOURCE, day, item, send
from vercel_marketplace import Headers, HTTPResponse, VercelError
from vercel_marketplace import models as m
from vercel_marketplace.emulator import Emulator, limits
from vercel_marketplace.emulator.partner import PartnerContractError

FEW = 3


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """Makes every limit a small one."""
    for name in vars(limits):
        if name.startswith("MAX_"):
            monkeypatch.setattr(limits, name, FEW)


def add_members(emulator, count):
    """Cause one webhook for each of some members."""
    for number in range(count):
        emulator.team.add_member(f"usr_{number}")


def members_of(emulator):
    """The members that the webhooks which are kept tell of."""
    return [b'"usr_%d"' % n for n in range(9) if mentions(emulator, b'"usr_%d"' % n)]


def mentions(emulator, text):
    """Whether one of the webhooks has a text."""
    return any(text in one.request.content for one in emulator.webhooks.deliveries)


def test_the_newest_webhooks_are_kept(emulator):
    """Those that are over are dropped, the oldest first, and what is left can be sent again."""
    sent = []
    emulator.webhooks.subscribe(sent.append)
    add_members(emulator, 5)
    assert members_of(emulator) == [b'"usr_2"', b'"usr_3"', b'"usr_4"']
    emulator.webhooks.resend(emulator.webhooks.deliveries[0].event_id)
    assert sent[-1].content == sent[2].content
    with pytest.raises(LookupError, match="no webhook 'evt_emulator_1'"):
        emulator.webhooks.resend("evt_emulator_1")


def test_a_webhook_that_is_retried_is_kept_longest(emulator):
    """It is dropped once there is nothing else to drop, for a receiver may never be back."""
    statuses = [500, 204, 204, 204]
    emulator.webhooks.subscribe(lambda _: statuses.pop(0) if statuses else 500)
    add_members(emulator, 4)
    assert members_of(emulator) == [b'"usr_0"', b'"usr_2"', b'"usr_3"']
    add_members(emulator, 7)
    assert members_of(emulator) == [b'"usr_4"', b'"usr_5"', b'"usr_6"']


def test_each_webhook_is_sent_however_many_come_at_once(emulator, marketplace):
    """Nothing that was never sent is dropped."""
    for number in range(5):
        marketplace.submit_invoice(
            request_body=m.SubmitInvoiceRequestBody(
                invoice_date=NOON, period=PERIOD, items=[item(plan=f"plan-{number}")]
            )
        )
    sent = []
    emulator.webhooks.subscribe(sent.append)
    emulator.clock.advance(days=1)
    assert len(sent) == 5
    assert len(emulator.webhooks.deliveries) == FEW


def test_the_newest_events_are_kept(emulator):
    """In order."""
    for number in range(5):
        emulator.resources.add(f"db_{number}")
        event = {"type": "resource.updated", "resourceId": f"db_{number}"}
        send(emulator, "POST", "/events", {"event": event})
    assert [event.resource_id for event in emulator.received.events] == ["db_2", "db_3", "db_4"]


def test_the_billing_data_of_the_newest_days_are_kept(emulator, marketplace):
    """Those that came in first are dropped."""
    for number in range(5):
        eod = NOON + timedelta(days=number)
        marketplace.submit_billing_data(request_body=day(eod=eod))
    kept = [one.eod.day for one in emulator.received.billing_data]
    assert kept == [17, 18, 19]


def test_of_a_plan_that_was_forgotten_any_may_have_been(emulator, marketplace):
    """The newest plans are known, and before them no invoice is refused for its plan."""

    def bill(plan, **dates):
        period = m.Period(
            start=NOON + timedelta(hours=dates["at"]), end=NOON + timedelta(hours=dates["at"] + 1)
        )
        items = [item(plan=plan, resource_id=emulator.resource_id)]
        body = m.SubmitInvoiceRequestBody(invoice_date=period.end, period=period, items=items)
        return marketplace.submit_invoice(request_body=body).invoice_id

    for number in range(5):
        plan = {"id": f"plan-{number}", "type": "subscription", "name": "Plan"}
        send(emulator, "PATCH", RESOURCE, {"billingPlan": plan})
        emulator.clock.advance(hours=10)
    assert bill("unheard-of", at=5)
    assert bill("plan-4", at=45)
    with pytest.raises(VercelError, match="not a plan of the resource"):
        bill("plan-2", at=45)


def test_the_newest_codes_are_valid(emulator, marketplace, client):
    """One that was issued long before is unknown, as a used one is."""
    codes = [emulator.tokens.issue_sso_code() for _ in range(5)]
    assert marketplace.exchange_sso_token(code=codes[2], **client)
    with pytest.raises(VercelError, match="unknown or was used"):
        marketplace.exchange_sso_token(code=codes[1], **client)


def test_the_first_and_the_newest_access_tokens_are_valid(emulator, marketplace):
    """Those between are forgotten, and so are tokens that were revoked long ago."""
    proof = {"client_secret": emulator.integration.client_secret}

    def rotate():
        body = m.RotateInstallationCredentialRequestBody(**proof)
        return marketplace.rotate_installation_credential(request_body=body).access_token

    def revoke(token):
        body = m.RevokeInstallationCredentialRequestBody(token=token, **proof)
        return marketplace.revoke_installation_credential(request_body=body).already_revoked

    tokens = [rotate() for _ in range(4)]
    assert emulator.tokens.access_tokens == [emulator.token, *tokens[2:]]
    revoked = [rotate() for _ in range(5) if not revoke(emulator.tokens.access_tokens[-1])]
    assert len(revoked) == 5
    with pytest.raises(VercelError, match="not_found"):
        revoke(tokens[-1])


def test_the_newest_keys_of_retries_are_known():
    """The same key again must provision the same resource, until it is forgotten."""
    numbers = iter(range(9))

    class Server:
        def send(self, _request):
            body = (
                f'{{"id": "db_{next(numbers)}", "productId": "acme-postgres", "name": "Db", '
                '"metadata": {}, "status": "ready", "secrets": []}'
            )
            headers = Headers({"content-type": "application/json"})
            return HTTPResponse(200, headers=headers, content=body.encode())

    partner = Emulator().partner("https://partner.example", transport=Server())

    def provision(key):
        return partner.provision_resource(name="Db", billing_plan_id="pro", idempotency_key=key).id

    assert [provision(key) for key in "abcd"] == ["db_0", "db_1", "db_2", "db_3"]
    assert provision("a") == "db_4"
    with pytest.raises(PartnerContractError, match="the Idempotency-Key is the same"):
        provision("d")
