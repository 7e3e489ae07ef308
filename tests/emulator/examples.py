"""A request of each operation that a new emulator accepts; some set the stage for it first."""

from datetime import timedelta

from tests.emulator.acme import INSTALLATION, secrets, send
from vercel_marketplace import models as m
from vercel_marketplace.testing import paid_invoice

ITEM = m.ExperimentationItem(id="flag_1", slug="dark", origin="https://acme.example/flags/1")


def bill(emulator, external_id=None):
    """An invoice for this very moment."""
    now = emulator.clock.now()
    item = m.LineItem(
        billing_plan_id="pro", name="Pro", price=9, quantity=1, units="month", total=9
    )
    body = m.SubmitInvoiceRequestBody(
        external_id=external_id,
        invoice_date=now,
        period=m.Period(start=now - timedelta(days=1), end=now),
        items=[item],
    )
    return m.SubmitInvoiceRequest(INSTALLATION, body)


def report(emulator):
    """Billing data for this day."""
    now = emulator.clock.now()
    body = m.SubmitBillingDataRequestBody(
        timestamp=now,
        eod=now,
        period=m.Period(start=now - timedelta(days=1), end=now),
        billing=[],
        usage=[],
    )
    return m.SubmitBillingDataRequest(INSTALLATION, body)


def refund(emulator):
    """A part of an invoice that is paid, so that as far as the sum goes there could be two."""
    invoice = paid_invoice(emulator, total="36.00")
    body = m.UpdateInvoiceRequestBody(action="refund", reason="Outage", total="6.00")
    return m.UpdateInvoiceRequest(INSTALLATION, invoice.invoice_id, body)


def code(emulator):
    """The exchange of a code that is good."""
    return m.ExchangeSsoTokenRequestBody(
        code=emulator.issue_sso_code(),
        client_id=emulator.client_id,
        client_secret=emulator.client_secret,
    )


def rotation(emulator):
    """Another token, please."""
    body = m.RotateInstallationCredentialRequestBody(client_secret=emulator.client_secret)
    return m.RotateInstallationCredentialRequest(INSTALLATION, body)


def revocation(emulator):
    """The end of a token that was got just now."""
    proof = {"client_secret": emulator.client_secret}
    send(emulator, "POST", "/credentials/rotate", proof)
    body = m.RevokeInstallationCredentialRequestBody(token=emulator.tokens[-1], **proof)
    return m.RevokeInstallationCredentialRequest(INSTALLATION, body)


def finalization(emulator):
    """The last word on an installation that is being removed."""
    emulator.uninstall()
    return m.FinalizeInstallationRequest(INSTALLATION)


def balances(emulator):
    """A balance of this moment."""
    body = m.SubmitPrepaymentBalancesRequestBody(
        timestamp=emulator.clock.now(), balances=[m.Balance(currency_value_in_cents=1050)]
    )
    return m.SubmitPrepaymentBalancesRequest(INSTALLATION, body)


def of_resource(request, *more):
    """A request for the emulator's resource."""
    return lambda emulator: request(INSTALLATION, emulator.resource_id, *more)


def of_item(request, *more):
    """A request for an item that was made just now."""

    def example(emulator):
        path = f"/resources/{emulator.resource_id}/experimentation/items"
        item = {"id": ITEM.id, "slug": ITEM.slug, "origin": ITEM.origin}
        send(emulator, "POST", path, {"items": [item]})
        return request(INSTALLATION, emulator.resource_id, ITEM.id, *more)

    return example


EXAMPLES = {
    "get-account-info": lambda _: m.GetAccountInfoRequest(INSTALLATION),
    "get-member": lambda e: m.GetMemberRequest(INSTALLATION, e.member_id),
    "get-invoice": lambda e: m.GetInvoiceRequest(INSTALLATION, paid_invoice(e).invoice_id),
    "create-event": lambda _: m.CreateEventRequest(
        INSTALLATION, m.CreateEventRequestBody(event=m.InstallationUpdatedEvent())
    ),
    "submit-billing-data": report,
    "submit-invoice": bill,
    "update-invoice": refund,
    "update-resource-secrets": lambda e: m.UpdateResourceSecretsRequest(
        INSTALLATION, e.product_id, e.resource_id, secrets("KEY")
    ),
    "update-resource-secrets-by-id": of_resource(
        m.UpdateResourceSecretsByIdRequest, secrets("KEY")
    ),
    "exchange-sso-token": code,
    "update-installation": lambda _: m.UpdateInstallationRequest(
        INSTALLATION, m.UpdateInstallationRequestBody(status="ready", notification=None)
    ),
    "rotate-installation-credential": rotation,
    "revoke-installation-credential": revocation,
    "finalize-installation": finalization,
    "get-integration-resources": lambda _: m.GetIntegrationResourcesRequest(INSTALLATION),
    "get-integration-resource": of_resource(m.GetIntegrationResourceRequest),
    "delete-integration-resource": of_resource(m.DeleteIntegrationResourceRequest),
    "import-resource": lambda e: m.ImportResourceRequest(
        INSTALLATION,
        "db_2",
        m.ImportResourceRequestBody(product_id=e.product_id, name="Data", status="ready"),
    ),
    "update-resource": of_resource(
        m.UpdateResourceRequest, m.UpdateResourceRequestBody(name="Data", secrets=secrets("KEY"))
    ),
    "submit-prepayment-balances": balances,
    "create-experimentation-items": of_resource(
        m.CreateExperimentationItemsRequest, m.CreateExperimentationItemsRequestBody(items=[ITEM])
    ),
    "update-experimentation-item": of_item(
        m.UpdateExperimentationItemRequest,
        m.UpdateExperimentationItemRequestBody(slug="light", origin=ITEM.origin),
    ),
    "delete-experimentation-item": of_item(m.DeleteExperimentationItemRequest),
    "get-global-config": of_resource(m.GetGlobalConfigRequest),
    "head-global-config": of_resource(m.HeadGlobalConfigRequest),
    "replace-global-config": of_resource(
        m.ReplaceGlobalConfigRequest, m.ReplaceGlobalConfigRequestBody(data={"dark": [True, None]})
    ),
}
"""By the operation's id."""
