"""What the tests of the emulator send: bodies that are fine, in models and on the wire."""

import json
from datetime import UTC, datetime

from vercel_marketplace import Headers, HTTPRequest, block_on
from vercel_marketplace import models as m
from vercel_marketplace.emulator import Emulator

INSTALLATION = Emulator.installation_id

PERIOD = m.Period(
    start=datetime(2026, 1, 1, tzinfo=UTC), end=datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC)
)
NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)
USAGE = m.Usage(name="Size", type="total", units="GB", day_value=1.5, period_value=2)


def item(total="36.00", plan="pro", **more):
    """A line of an invoice."""
    return m.LineItem(
        billing_plan_id=plan,
        name="Compute",
        price="0.05",
        quantity=1,
        units="h",
        total=total,
        **more,
    )


def invoice(**changes):
    """The body of an invoice that is fine."""
    given = {"invoice_date": NOON, "period": PERIOD, "items": [item()]} | changes
    return m.SubmitInvoiceRequestBody(**given)


def day(**changes):
    """Billing data that are fine."""
    given = {"timestamp": NOON, "eod": NOON, "period": PERIOD, "billing": [item()]} | changes
    return m.SubmitBillingDataRequestBody(usage=[USAGE], **given)


def secrets(*names, value="new", partial=None):
    """A body that sets secrets of these names."""
    return m.UpdateResourceSecretsRequestBody(
        secrets=[m.Secret(name=name, value=value) for name in names], partial=partial
    )


def refund(total):
    """The body that asks for a refund."""
    return m.UpdateInvoiceRequestBody(action="refund", reason="Downtime", total=total)


class Here:
    """The methods, with the installation filled in."""

    def __init__(self, marketplace):
        self._marketplace = marketplace

    def __getattr__(self, name):
        method = getattr(self._marketplace, name)
        if name in {"exchange_sso_token", "exchange_oauth_code"}:
            return method
        return lambda **arguments: method(integration_configuration_id=INSTALLATION, **arguments)


def submitted(marketplace, **changes):
    """The id of an invoice that was just submitted."""
    return marketplace.submit_invoice(request_body=invoice(**changes)).invoice_id


def send(emulator, method, path, body=b"", token=Emulator.token):
    """Send a request past the SDK, as any client might; `path` is below the installation."""
    prefix = "" if path.startswith("/v1/") else f"/v1/installations/{INSTALLATION}"
    return respond(
        emulator,
        HTTPRequest(
            method=method,
            url=f"https://api.vercel.com{prefix}{path}",
            headers=Headers({"authorization": f"Bearer {token}"}),
            content=body if isinstance(body, bytes) else json.dumps(body).encode(),
        ),
    )


def respond(emulator, request):
    """The response to a request; it meets no fault and is not kept."""
    return block_on(emulator.transport(for_setup=True).send(request))


def error_of(response):
    """The status and the error of a response."""
    error = json.loads(response.content)["error"]
    assert error.keys() == {"code", "message"}
    return response.status_code, error["code"], error["message"]


LINE = {
    "billingPlanId": "pro",
    "name": "Compute",
    "price": "0.05",
    "quantity": 720,
    "units": "hours",
    "total": "36.00",
}
DATES = {"start": "2026-01-01T00:00:00Z", "end": "2026-01-31T23:59:59.999Z"}
BILL = {"invoiceDate": "2026-01-15T12:00:00.000Z", "period": DATES, "items": [LINE]}
BILLING = {
    "timestamp": "2026-01-15T12:00:00+01:00",
    "eod": "2026-01-15T23:59:59Z",
    "period": DATES,
    "billing": {"items": [LINE], "discounts": []},
    "usage": [{"name": "Size", "type": "total", "units": "GB", "dayValue": 1.5, "periodValue": 2}],
}
SECRET = {"name": "A", "value": "hidden", "environmentOverrides": {"preview": "hidden too"}}
GRANT = {
    "code": "c",
    "client_id": Emulator.integration.client_id,
    "client_secret": Emulator.integration.client_secret,
}
PROOF = {
    "client_id": Emulator.integration.client_id,
    "client_secret": Emulator.integration.client_secret,
}
NOTICE = {"level": "info", "title": "Hello", "href": "https://acme.example/"}
CLAIMS = {
    "roles": ["reader", "writer"],
    "defaultRole": "reader",
    "claimRules": [{"when": {"role": ["writer"]}, "claims": {"write": True, "read_only": None}}],
}
PLAN = {"id": "pro", "type": "subscription", "name": "Pro", "seats": [1, None]}
RESOURCE = f"/resources/{Emulator.resource_id}"
WIRE = {
    "submit-invoice": ("POST", "/billing/invoices", BILL),
    "submit-billing-data": ("POST", "/billing", BILLING),
    "create-event": ("POST", "/events", {"event": {"type": "installation.updated"}}),
    "update-invoice": (
        "POST",
        "/billing/invoices/inv_1/actions",
        {"action": "refund", "reason": "x", "total": "1"},
    ),
    "update-resource-secrets": (
        "PUT",
        f"/products/{Emulator.integration.product_id}/resources/{Emulator.resource_id}/secrets",
        {"secrets": [SECRET]},
    ),
    "update-resource-secrets-by-id": (
        "PUT",
        f"/resources/{Emulator.resource_id}/secrets",
        {"secrets": [SECRET], "partial": True},
    ),
    "exchange-sso-token": ("POST", "/v1/integrations/sso/token", GRANT),
    "update-installation": (
        "PATCH",
        "",
        {"status": "ready", "billingPlan": PLAN, "notification": NOTICE},
    ),
    "rotate-installation-credential": ("POST", "/credentials/rotate", PROOF),
    "revoke-installation-credential": (
        "POST",
        "/credentials/revoke",
        {"token": "emulator-rotated-token-3", **PROOF},  # as issued when these are sent in order
    ),
    "import-resource": (
        "PUT",
        RESOURCE,
        {
            "productId": Emulator.integration.product_id,
            "name": "Data",
            "status": "ready",
            "metadata": {"region": "iad1"},
            "notification": NOTICE,
            "secrets": [SECRET],
            "customClaims": CLAIMS,
        },
    ),
    "update-resource": ("PATCH", RESOURCE, {"name": "Data", "secrets": {"secrets": [SECRET]}}),
    "submit-prepayment-balances": (
        "POST",
        "/billing/balance",
        {"timestamp": "2026-01-15T12:00:00Z", "balances": [{"currencyValueInCents": 1050}]},
    ),
    "create-experimentation-items": (
        "POST",
        f"{RESOURCE}/experimentation/items",
        {"items": [{"id": "flag_1", "slug": "dark", "origin": "o", "createdAt": 1}]},
    ),
    "update-experimentation-item": (
        "PATCH",
        f"{RESOURCE}/experimentation/items/flag_1",
        {"slug": "dark", "origin": "o", "isArchived": True},
    ),
    "replace-global-config": (
        "PUT",
        f"{RESOURCE}/experimentation/global-config",
        {"data": {"dark": [True, None]}},
    ),
    "update-deployment-action": (
        "PATCH",
        f"/v1/deployments/dpl_emulator_1/integrations/{INSTALLATION}{RESOURCE}/actions/branch",
        {
            "status": "running",
            "statusText": "Copying",
            "statusUrl": "https://acme.example/branches/1",
            "outcomes": [
                {"kind": "resource-secrets", "secrets": [{"name": "A", "value": "hidden"}]},
                {"kind": "resource-claims", "claimRules": CLAIMS["claimRules"]},
            ],
        },
    ),
}
"""What is sent of each operation that has a body: method, path and body."""
GONE = object()


def changed(body, path, value):
    """A copy of a body in which one place is another value, or gone."""
    copy = place = json.loads(json.dumps(body))
    for step in path[:-1]:
        place = place[step]
    if value is GONE:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return copy
