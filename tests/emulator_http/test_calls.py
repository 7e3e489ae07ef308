"""The SDK's calls over loopback HTTP come to what they come to in the process."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

import attrs
import pytest

from vercel_marketplace import Ok, SyncVercel
from vercel_marketplace import models as m
from vercel_marketplace.emulator import Emulator

DAY = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)  # that of the requests in the table


def prepared(emulator, case):
    """The request of a case, with the emulator's ids, and what it needs to be there."""
    emulator.clock.set(DAY)
    known = {
        "integration_configuration_id": emulator.installation_id,
        "member_id": emulator.member_id,
        "integration_product_id_or_slug": emulator.product_id,
        "resource_id": emulator.resource_id,
        "client_id": emulator.client_id,
        "client_secret": emulator.client_secret,
    }
    request = case.request
    fields = {field.name for field in attrs.fields(type(request))}
    if "code" in fields:
        known["code"] = emulator.issue_sso_code()
    if "invoice_id" in fields:
        known["invoice_id"] = paid_invoice(emulator)
    if case.name == "create_event":
        event = m.ResourceUpdatedEvent(resource_id=emulator.resource_id)
        known["request_body"] = m.CreateEventRequestBody(event=event)
    return attrs.evolve(request, **{name: known[name] for name in fields & set(known)})


def paid_invoice(emulator):
    item = m.LineItem(
        billing_plan_id="plan", name="Storage", price="0.10", quantity=5, units="GB", total="0.50"
    )
    body = m.SubmitInvoiceRequestBody(
        invoice_date=DAY, period=m.Period(start=DAY, end=DAY), items=[item]
    )
    with SyncVercel(bearer_token=emulator.token, transport=emulator.transport()) as vercel:
        answer = vercel.marketplace.submit_invoice(
            integration_configuration_id=emulator.installation_id, request_body=body
        )
    emulator.pay(answer.invoice_id)
    return answer.invoice_id


def called(way, case, emulator, **settings):
    """The result of a call, and the request that it made."""
    prepared_case = attrs.evolve(case, request=prepared(emulator, case))
    result = way.result_of(prepared_case, bearer_token=emulator.token, **settings)
    return result, emulator.requests[-1]


@pytest.fixture
def both(way, case, emulator, url):
    """A call over HTTP, and the same call in the process, on a twin."""
    twin = Emulator()
    return (
        called(way, case, emulator, server_url=url),
        called(way, case, twin, transport=twin.transport()),
    )


def test_a_call_comes_to_the_same_as_in_the_process(both):
    """Each operation succeeds over HTTP, with the value that it has in the process."""
    (served, _), (embedded, _) = both

    assert isinstance(served, Ok)
    assert served == embedded


def test_a_request_arrives_as_in_the_process(both):
    """The emulator is handed the same request, whichever way it came."""
    (_, served), (_, embedded) = both

    assert shown(served) == shown(embedded)


def shown(request):
    return request.method, urlsplit(request.url).path, request.headers, request.content or b""


class OddIds(Emulator):
    """Its resource has an id that a path can only hold encoded."""

    resource_id = "db/1 ü%2F?#"


def test_an_id_may_hold_any_character(stage, url):
    """An id with a slash in it stays one segment of the path."""
    emulator = stage.emulator = OddIds()
    secret = m.Secret(name="KEY", value="new")
    with SyncVercel(bearer_token=emulator.token, server_url=url) as vercel:
        vercel.marketplace.update_resource_secrets_by_id(
            integration_configuration_id=emulator.installation_id,
            resource_id=emulator.resource_id,
            request_body=m.UpdateResourceSecretsRequestBody(secrets=[secret]),
        )

    assert emulator.secrets == {emulator.resource_id: [secret]}
