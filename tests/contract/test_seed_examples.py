"""The seed document's examples, written as keyword arguments, run as they stand."""

import json
from datetime import UTC, datetime

import pytest

from tests.contract.reading import contract
from tests.fakes import FakeTransport
from tests.operations import CASES
from vercel_marketplace import SyncVercel
from vercel_marketplace.models import (
    Billing,
    CreateEventRequestBody,
    InstallationUpdatedEvent,
    LineItem,
    Period,
    SubmitBillingDataRequestBody,
    SubmitInvoiceRequestBody,
    UpdateInvoiceRequestBody,
    UpdateResourceSecretsRequestBody,
    Usage,
)

SERVER = "https://api.example"
TOKEN = "<YOUR_BEARER_TOKEN_HERE>"
RECORDED = {
    capture["operation"]: capture["request"]
    for capture in contract("requests.json")["captures"]
    # The TypeScript SDK requires more of the SSO example than the seed document has.
    if capture["case"] in {"seed", "seed-with-grant"}
}

pytestmark = pytest.mark.filterwarnings("ignore:update-resource-secrets is deprecated")


def line_item(price, quantity):
    return LineItem(
        billing_plan_id="<id>",
        name="<value>",
        price=price,
        quantity=quantity,
        units="<value>",
        total="<value>",
    )


def usage(kind, day_value, period_value):
    return Usage(
        resource_id="<id>",
        name="<value>",
        type=kind,
        units="<value>",
        day_value=day_value,
        period_value=period_value,
    )


EXAMPLES = {
    "get-account-info": lambda vercel: vercel.marketplace.get_account_info(
        integration_configuration_id="<id>",
    ),
    "get-member": lambda vercel: vercel.marketplace.get_member(
        integration_configuration_id="<id>",
        member_id="<id>",
    ),
    "create-event": lambda vercel: vercel.marketplace.create_event(
        integration_configuration_id="<id>",
        request_body=CreateEventRequestBody(
            event=InstallationUpdatedEvent(type="installation.updated"),
        ),
    ),
    "submit-billing-data": lambda vercel: vercel.marketplace.submit_billing_data(
        integration_configuration_id="<id>",
        request_body=SubmitBillingDataRequestBody(
            timestamp=datetime.fromisoformat("2025-09-29T02:38:01.476Z"),
            eod=datetime.fromisoformat("2023-12-28T23:46:57.523Z"),
            period=Period(
                start=datetime.fromisoformat("2023-06-25T19:04:50.518Z"),
                end=datetime.fromisoformat("2024-10-17T01:18:36.230Z"),
            ),
            billing=Billing(
                items=[
                    line_item("511.92", 328.54),
                    line_item("4.49", 3113.17),
                    line_item("896.30", 8536.32),
                ],
            ),
            usage=[
                usage("rate", 9439.22, 6958.71),
                usage("total", 9892.22, 4749.62),
                usage("rate", 7119.53, 6310.47),
            ],
        ),
    ),
    "submit-invoice": lambda vercel: vercel.marketplace.submit_invoice(
        integration_configuration_id="<id>",
        request_body=SubmitInvoiceRequestBody(
            invoice_date=datetime(2023, 6, 5, 8, 54, 16, 353_000, tzinfo=UTC),
            period=Period(
                start=datetime(2023, 7, 26, 14, 15, 15, 601_000, tzinfo=UTC),
                end=datetime(2025, 10, 8, 9, 35, 48, 520_000, tzinfo=UTC),
            ),
            items=[line_item("905.89", 1684.76), line_item("84.05", 9130.95)],
        ),
    ),
    "get-invoice": lambda vercel: vercel.marketplace.get_invoice(
        integration_configuration_id="<id>",
        invoice_id="<id>",
    ),
    "update-invoice": lambda vercel: vercel.marketplace.update_invoice(
        integration_configuration_id="<id>",
        invoice_id="<id>",
        request_body=UpdateInvoiceRequestBody(
            action="refund",
            reason="<value>",
            total="<value>",
        ),
    ),
    "update-resource-secrets": lambda vercel: vercel.marketplace.update_resource_secrets(
        integration_configuration_id="<id>",
        integration_product_id_or_slug="<value>",
        resource_id="<id>",
        request_body=UpdateResourceSecretsRequestBody(secrets=[]),
    ),
    "update-resource-secrets-by-id": lambda vercel: (
        vercel.marketplace.update_resource_secrets_by_id(
            integration_configuration_id="<id>",
            resource_id="<id>",
        )
    ),
    "exchange-sso-token": lambda vercel: vercel.marketplace.exchange_sso_token(
        code="<value>",
        client_id="<id>",
        client_secret="<value>",
    ),
}


@pytest.mark.parametrize("operation_id", EXAMPLES)
def test_the_seeds_example_runs(operation_id):
    """Each example sends what Vercel's own SDK was recorded to send for it."""
    recorder = FakeTransport(CASES[operation_id].response)
    with SyncVercel(bearer_token=TOKEN, server_url=SERVER, transport=recorder) as vercel:
        EXAMPLES[operation_id](vercel)
    (sent,) = recorder.sent
    recorded = RECORDED[operation_id]
    body = recorded["bodyText"]
    assert (sent.method, sent.url) == (recorded["method"], SERVER + recorded["path"])
    assert sent.headers.get("authorization") == recorded["headers"].get("authorization")
    assert (json.loads(sent.content) if sent.content else None) == (
        json.loads(body) if body else None
    )


def test_every_operation_of_the_seed_has_its_example():
    """The table above leaves none of the recorded operations out."""
    assert EXAMPLES.keys() == RECORDED.keys()
