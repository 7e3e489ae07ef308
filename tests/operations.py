"""The one example of each operation: a call, its response, and what that is read as."""

import warnings
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import attrs
import pytest
from attrs import frozen

from tests.emulator.builders import INSTALLATION, send
from tests.fakes import TOKEN, FakeTransport, json_response
from vercel_marketplace import (
    HTTPResponse,
    RequestOptions,
    Result,
    RetryConfig,
    VercelCore,
    block_on,
)
from vercel_marketplace import models as m
from vercel_marketplace._internal.operation import MARKETPLACE
from vercel_marketplace.emulator import Emulator
from vercel_marketplace.testing import paid_invoice

# It warns once a process; which test that would be is anybody's guess.
DEPRECATED = pytest.mark.filterwarnings("ignore:update-resource-secrets is deprecated")


@frozen
class Case:
    """One operation, with a request, its documented success and what that is read as.

    Attributes:
        name: The name of the method.
        request: A request with everything that tests look for in what is sent.
        method: The HTTP method.
        path: The path that the request goes to.
        success: The documented status.
        prepare: Sets the stage in a new emulator, and returns a request that it accepts.
        answer: The JSON of the documented success.
        value: What that is read as.
        idempotent: Whether this very request may be sent twice.
    """

    name: str
    request: Any
    method: str
    path: str
    success: int
    prepare: Callable[[Emulator], Any]
    answer: Any = None
    value: Any = None
    idempotent: bool = False

    @property
    def id(self) -> str:
        """The operation's id."""
        return self.name.replace("_", "-")

    @property
    def operation(self) -> Any:
        """The operation, as the package has it."""
        return self._module.OPERATION

    @property
    def function(self) -> Any:
        """The standalone function."""
        return getattr(self._module, f"marketplace_{self.name}")

    @property
    def _module(self) -> Any:
        return import_module(f"vercel_marketplace.funcs.{self.name}")

    @property
    def has_body(self) -> bool:
        """Whether the request has a body."""
        return self.operation.body is not None

    async def __call__(self, core: VercelCore, options: Any = None) -> Result[Any, Any]:
        """Call the standalone function."""
        result: Result[Any, Any] = await self.function(core, self.request, options)
        return result

    def call_method(self, vercel: Any, **more: Any) -> Any:
        """Call the method of `Vercel` or `SyncVercel`."""
        arguments = attrs.asdict(self.request, recurse=False)
        return getattr(vercel.marketplace, self.name)(**arguments, **more)

    @property
    def response(self) -> HTTPResponse:
        """The documented success, for a fake transport."""
        if self.answer is None:
            return HTTPResponse(self.success)
        return json_response(self.answer, self.success)


# Bodies ----------------------------------------------------------------------------------

DAY = datetime(2026, 10, 31, 12, 30, tzinfo=UTC)
PERIOD = m.Period(
    start=datetime(2026, 10, 1, tzinfo=UTC),
    end=datetime(2026, 10, 31, 23, 59, 59, 999_000, tzinfo=UTC),
)
ITEM = m.LineItem(
    billing_plan_id="pro", name="Compute", price="0.05", quantity=720, units="hours", total="36.00"
)
INVOICE = m.SubmitInvoiceRequestBody(invoice_date=DAY, period=PERIOD, items=[ITEM])
USAGE = m.Usage(name="Size", type="total", units="GB", day_value=1.5, period_value=1.5)
SECRETS = m.UpdateResourceSecretsRequestBody(
    secrets=[
        m.Secret(
            name="DATABASE_URL",
            value="s3cr3t-value",
            environment_overrides=m.EnvironmentOverrides(
                development="s3cr3t-development",
                preview="s3cr3t-preview",
                production="s3cr3t-production",
            ),
        )
    ]
)
ACTION = m.UpdateDeploymentActionRequestBody(
    status="succeeded",
    outcomes=[
        m.ResourceSecretsOutcome(
            secrets=[m.OutcomeSecret(name="DATABASE_URL", value="s3cr3t-branch")]
        )
    ],
)
FLAG = m.ExperimentationItem(id="flag_1", slug="dark", origin="https://acme.example/flags/1")

_STAMP = "2026-10-31T12:30:00.000Z"
_ITEM_ON_WIRE = {
    "billingPlanId": "pro",
    "name": "Compute",
    "price": "0.05",
    "quantity": 720,
    "units": "hours",
    "total": "36.00",
}
_INSTALLATION = "/v1/installations/icfg_1"
_RESOURCE = f"{_INSTALLATION}/resources/db_1"
_EXPERIMENTATION = f"{_RESOURCE}/experimentation"
_INVOICE = {
    "invoiceId": "mi_1",
    "state": "pending",
    "invoiceDate": _STAMP,
    "period": {"start": "2026-10-01T00:00:00.000Z", "end": "2026-10-31T23:59:59.999Z"},
    "items": [_ITEM_ON_WIRE],
    "total": "36.00",
    "created": _STAMP,
    "updated": _STAMP,
}
_RESOURCE_ON_WIRE = {"internalId": "store_1", "name": "Data", "productId": "iap_1"}
_GLOBAL_CONFIG = {"items": {"dark": [True, None]}, "updatedAt": 1, "digest": "d"}

# What a new emulator accepts --------------------------------------------------------------


def invoice_of(emulator, external_id=None):
    """Return a request that submits an invoice for this very moment."""
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


def day_of(emulator):
    """Return a request that submits billing data for this day."""
    now = emulator.clock.now()
    body = m.SubmitBillingDataRequestBody(
        timestamp=now,
        eod=now,
        period=m.Period(start=now - timedelta(days=1), end=now),
        billing=[],
        usage=[],
    )
    return m.SubmitBillingDataRequest(INSTALLATION, body)


def _refund(emulator):
    """A part of an invoice that is paid, so that as far as the sum goes there could be two."""
    invoice = paid_invoice(emulator, total="36.00")
    body = m.UpdateInvoiceRequestBody(action="refund", reason="Outage", total="6.00")
    return m.UpdateInvoiceRequest(INSTALLATION, invoice.invoice_id, body)


def _code(emulator):
    """The exchange of a code that is good."""
    return m.ExchangeSsoTokenRequestBody(
        code=emulator.tokens.issue_sso_code(code="chosen"),
        client_id=emulator.integration.client_id,
        client_secret=emulator.integration.client_secret,
    )


def _oauth_code(emulator):
    """The exchange of a connectable account's code that is good."""
    redirect_uri = "https://acme.example/connected"
    return m.ExchangeOauthCodeRequestBody(
        code=emulator.tokens.issue_oauth_code(code="chosen", redirect_uri=redirect_uri),
        client_id=emulator.integration.client_id,
        client_secret=emulator.integration.client_secret,
        redirect_uri=redirect_uri,
    )


def _action(emulator):
    """The end of an action that was started just now."""
    started = emulator.deployments.start_action("branch")
    return m.UpdateDeploymentActionRequest(
        started.deployment_id, INSTALLATION, started.resource_id, started.action, ACTION
    )


def _rotation(emulator):
    """Another token, please."""
    body = m.RotateInstallationCredentialRequestBody(
        client_secret=emulator.integration.client_secret
    )
    return m.RotateInstallationCredentialRequest(INSTALLATION, body)


def _revocation(emulator):
    """The end of a token that was got just now."""
    proof = {"client_secret": emulator.integration.client_secret}
    send(emulator, "POST", "/credentials/rotate", proof)
    body = m.RevokeInstallationCredentialRequestBody(
        token=emulator.tokens.access_tokens[-1], **proof
    )
    return m.RevokeInstallationCredentialRequest(INSTALLATION, body)


def _finalization(emulator):
    """The last word on an installation that is being removed."""
    emulator.team.uninstall()
    return m.FinalizeInstallationRequest(INSTALLATION)


def _balances(emulator):
    """A balance of this moment."""
    body = m.SubmitPrepaymentBalancesRequestBody(
        timestamp=emulator.clock.now(), balances=[m.Balance(currency_value_in_cents=1050)]
    )
    return m.SubmitPrepaymentBalancesRequest(INSTALLATION, body)


def _of_resource(request, *more):
    """A request for the emulator's resource."""
    return lambda emulator: request(INSTALLATION, emulator.resource_id, *more)


def _of_item(request, *more):
    """A request for an item that was made just now."""

    def prepare(emulator):
        path = f"/resources/{emulator.resource_id}/experimentation/items"
        item = {"id": FLAG.id, "slug": FLAG.slug, "origin": FLAG.origin}
        send(emulator, "POST", path, {"items": [item]})
        return request(INSTALLATION, emulator.resource_id, FLAG.id, *more)

    return prepare


# The registry ----------------------------------------------------------------------------

_CASES = (
    Case(
        name="get_account_info",
        request=m.GetAccountInfoRequest("icfg_1"),
        method="GET",
        path=f"{_INSTALLATION}/account",
        success=200,
        answer={"url": "https://vercel.com/acme", "contact": None},
        value=m.Account(url="https://vercel.com/acme", contact=None),
        idempotent=True,
        prepare=lambda _: m.GetAccountInfoRequest(INSTALLATION),
    ),
    Case(
        name="get_member",
        request=m.GetMemberRequest("icfg_1", "user_1"),
        method="GET",
        path=f"{_INSTALLATION}/member/user_1",
        success=200,
        answer={"id": "user_1", "role": "ADMIN"},
        value=m.Member(id="user_1", role="ADMIN"),
        idempotent=True,
        prepare=lambda emulator: m.GetMemberRequest(INSTALLATION, emulator.team.admin_id),
    ),
    Case(
        name="create_event",
        request=m.CreateEventRequest(
            "icfg_1", m.CreateEventRequestBody(event=m.ResourceUpdatedEvent(resource_id="db_1"))
        ),
        method="POST",
        path=f"{_INSTALLATION}/events",
        success=201,
        prepare=lambda _: m.CreateEventRequest(
            INSTALLATION, m.CreateEventRequestBody(event=m.InstallationUpdatedEvent())
        ),
    ),
    Case(
        name="submit_billing_data",
        request=m.SubmitBillingDataRequest(
            "icfg_1",
            m.SubmitBillingDataRequestBody(
                timestamp=DAY, eod=DAY, period=PERIOD, billing=[ITEM], usage=[USAGE]
            ),
        ),
        method="POST",
        path=f"{_INSTALLATION}/billing",
        success=201,
        idempotent=True,
        prepare=day_of,
    ),
    Case(
        name="submit_invoice",
        request=m.SubmitInvoiceRequest(
            "icfg_1",
            INVOICE,
        ),
        method="POST",
        path=f"{_INSTALLATION}/billing/invoices",
        success=200,
        answer={"invoiceId": "mi_1"},
        value=m.SubmittedInvoice(invoice_id="mi_1"),
        prepare=invoice_of,
    ),
    Case(
        name="get_invoice",
        request=m.GetInvoiceRequest("icfg_1", "mi_1"),
        method="GET",
        path=f"{_INSTALLATION}/billing/invoices/mi_1",
        success=200,
        answer=_INVOICE,
        value=m.Invoice(
            invoice_id="mi_1",
            state="pending",
            invoice_date=DAY,
            period=PERIOD,
            items=[ITEM],
            total="36.00",
            created=DAY,
            updated=DAY,
        ),
        idempotent=True,
        prepare=lambda emulator: m.GetInvoiceRequest(
            INSTALLATION, paid_invoice(emulator).invoice_id
        ),
    ),
    Case(
        name="update_invoice",
        request=m.UpdateInvoiceRequest(
            "icfg_1",
            "mi_1",
            m.UpdateInvoiceRequestBody(action="refund", reason="A mistake", total="0.25"),
        ),
        method="POST",
        path=f"{_INSTALLATION}/billing/invoices/mi_1/actions",
        success=204,
        prepare=_refund,
    ),
    Case(
        name="update_resource_secrets",
        request=m.UpdateResourceSecretsRequest("icfg_1", "product", "db_1", SECRETS),
        method="PUT",
        path=f"{_INSTALLATION}/products/product/resources/db_1/secrets",
        success=201,
        idempotent=True,
        prepare=lambda emulator: m.UpdateResourceSecretsRequest(
            INSTALLATION, emulator.integration.product_id, emulator.resource_id, SECRETS
        ),
    ),
    Case(
        name="update_resource_secrets_by_id",
        request=m.UpdateResourceSecretsByIdRequest("icfg_1", "db_1", SECRETS),
        method="PUT",
        path=f"{_INSTALLATION}/resources/db_1/secrets",
        success=201,
        idempotent=True,
        prepare=_of_resource(m.UpdateResourceSecretsByIdRequest, SECRETS),
    ),
    Case(
        name="exchange_sso_token",
        request=m.ExchangeSsoTokenRequestBody(
            code="code-of-tests",
            state="state-of-tests",
            client_id="oac_1",
            client_secret="client-s3cr3t",
        ),
        method="POST",
        path="/v1/integrations/sso/token",
        success=200,
        answer={"id_token": "id-token-of-tests"},
        value=m.SsoTokens(id_token="id-token-of-tests"),
        prepare=_code,
    ),
    Case(
        name="update_installation",
        request=m.UpdateInstallationRequest(
            "icfg_1", m.UpdateInstallationRequestBody(status="ready", notification=None)
        ),
        method="PATCH",
        path=_INSTALLATION,
        success=204,
        idempotent=True,
        prepare=lambda _: m.UpdateInstallationRequest(
            INSTALLATION, m.UpdateInstallationRequestBody(status="ready", notification=None)
        ),
    ),
    Case(
        name="rotate_installation_credential",
        request=m.RotateInstallationCredentialRequest(
            "icfg_1", m.RotateInstallationCredentialRequestBody(client_secret="client-s3cr3t")
        ),
        method="POST",
        path=f"{_INSTALLATION}/credentials/rotate",
        success=200,
        answer={
            "access_token": "new-token-of-tests",
            "token_type": "oauth2-token",
            "expires_in": 3600,
            "scope": "read:installation",
        },
        value=m.RotatedCredential(
            access_token="new-token-of-tests",
            token_type="oauth2-token",
            expires_in=3600,
            scope="read:installation",
        ),
        prepare=_rotation,
    ),
    Case(
        name="revoke_installation_credential",
        request=m.RevokeInstallationCredentialRequest(
            "icfg_1",
            m.RevokeInstallationCredentialRequestBody(
                token="old-token-of-tests", client_secret="client-s3cr3t"
            ),
        ),
        method="POST",
        path=f"{_INSTALLATION}/credentials/revoke",
        success=200,
        answer={"revoked": True, "already_revoked": False},
        value=m.RevokedCredential(revoked=True, already_revoked=False),
        prepare=_revocation,
    ),
    Case(
        name="finalize_installation",
        request=m.FinalizeInstallationRequest("icfg_1"),
        method="POST",
        path=f"{_INSTALLATION}/billing/finalize",
        success=204,
        prepare=_finalization,
    ),
    Case(
        name="get_integration_resources",
        request=m.GetIntegrationResourcesRequest("icfg_1"),
        method="GET",
        path=f"{_INSTALLATION}/resources",
        success=200,
        answer={"resources": [{"partnerId": "db_1", **_RESOURCE_ON_WIRE}]},
        value=m.ResourceList(
            resources=[
                m.ResourceSummary(
                    partner_id="db_1", internal_id="store_1", name="Data", product_id="iap_1"
                )
            ]
        ),
        idempotent=True,
        prepare=lambda _: m.GetIntegrationResourcesRequest(INSTALLATION),
    ),
    Case(
        name="get_integration_resource",
        request=m.GetIntegrationResourceRequest("icfg_1", "db_1"),
        method="GET",
        path=_RESOURCE,
        success=200,
        answer={"id": "db_1", **_RESOURCE_ON_WIRE},
        value=m.Resource(id="db_1", internal_id="store_1", name="Data", product_id="iap_1"),
        idempotent=True,
        prepare=_of_resource(m.GetIntegrationResourceRequest),
    ),
    Case(
        name="delete_integration_resource",
        request=m.DeleteIntegrationResourceRequest("icfg_1", "db_1"),
        method="DELETE",
        path=_RESOURCE,
        success=204,
        idempotent=True,
        prepare=_of_resource(m.DeleteIntegrationResourceRequest),
    ),
    Case(
        name="import_resource",
        request=m.ImportResourceRequest(
            "icfg_1",
            "db_1",
            m.ImportResourceRequestBody(product_id="iap_1", name="Data", status="ready"),
        ),
        method="PUT",
        path=_RESOURCE,
        success=200,
        answer={"name": "Data"},
        value=m.ImportedResource(name="Data"),
        idempotent=True,
        prepare=lambda emulator: m.ImportResourceRequest(
            INSTALLATION,
            "db_2",
            m.ImportResourceRequestBody(
                product_id=emulator.integration.product_id, name="Data", status="ready"
            ),
        ),
    ),
    Case(
        name="update_resource",
        request=m.UpdateResourceRequest(
            "icfg_1", "db_1", m.UpdateResourceRequestBody(name="Data", secrets=SECRETS)
        ),
        method="PATCH",
        path=_RESOURCE,
        success=200,
        answer={"name": "Data"},
        value=m.UpdatedResource(name="Data"),
        idempotent=True,
        prepare=_of_resource(
            m.UpdateResourceRequest, m.UpdateResourceRequestBody(name="Data", secrets=SECRETS)
        ),
    ),
    Case(
        name="submit_prepayment_balances",
        request=m.SubmitPrepaymentBalancesRequest(
            "icfg_1",
            m.SubmitPrepaymentBalancesRequestBody(
                timestamp=DAY, balances=[m.Balance(currency_value_in_cents=1050)]
            ),
        ),
        method="POST",
        path=f"{_INSTALLATION}/billing/balance",
        success=201,
        idempotent=True,
        prepare=_balances,
    ),
    Case(
        name="create_experimentation_items",
        request=m.CreateExperimentationItemsRequest(
            "icfg_1",
            "db_1",
            m.CreateExperimentationItemsRequestBody(items=[FLAG]),
        ),
        method="POST",
        path=f"{_EXPERIMENTATION}/items",
        success=204,
        prepare=_of_resource(
            m.CreateExperimentationItemsRequest,
            m.CreateExperimentationItemsRequestBody(items=[FLAG]),
        ),
    ),
    Case(
        name="update_experimentation_item",
        request=m.UpdateExperimentationItemRequest(
            "icfg_1",
            "db_1",
            "flag_1",
            m.UpdateExperimentationItemRequestBody(slug="dark", origin="https://acme.test"),
        ),
        method="PATCH",
        path=f"{_EXPERIMENTATION}/items/flag_1",
        success=204,
        prepare=_of_item(
            m.UpdateExperimentationItemRequest,
            m.UpdateExperimentationItemRequestBody(slug="light", origin=FLAG.origin),
        ),
    ),
    Case(
        name="delete_experimentation_item",
        request=m.DeleteExperimentationItemRequest("icfg_1", "db_1", "flag_1"),
        method="DELETE",
        path=f"{_EXPERIMENTATION}/items/flag_1",
        success=204,
        idempotent=True,
        prepare=_of_item(m.DeleteExperimentationItemRequest),
    ),
    Case(
        name="get_global_config",
        request=m.GetGlobalConfigRequest("icfg_1", "db_1"),
        method="GET",
        path=f"{_EXPERIMENTATION}/global-config",
        success=200,
        answer=_GLOBAL_CONFIG,
        value=m.GlobalConfig(items={"dark": [True, None]}, updated_at=1, digest="d"),
        idempotent=True,
        prepare=_of_resource(m.GetGlobalConfigRequest),
    ),
    Case(
        name="head_global_config",
        request=m.HeadGlobalConfigRequest("icfg_1", "db_1"),
        method="HEAD",
        path=f"{_EXPERIMENTATION}/global-config",
        success=200,
        idempotent=True,
        prepare=_of_resource(m.HeadGlobalConfigRequest),
    ),
    Case(
        name="replace_global_config",
        request=m.ReplaceGlobalConfigRequest(
            "icfg_1", "db_1", m.ReplaceGlobalConfigRequestBody(data={"dark": [True, None]})
        ),
        method="PUT",
        path=f"{_EXPERIMENTATION}/global-config",
        success=200,
        answer=_GLOBAL_CONFIG,
        value=m.GlobalConfig(items={"dark": [True, None]}, updated_at=1, digest="d"),
        idempotent=True,
        prepare=_of_resource(
            m.ReplaceGlobalConfigRequest,
            m.ReplaceGlobalConfigRequestBody(data={"dark": [True, None]}),
        ),
    ),
    # In addition to those of the Marketplace's document.
    Case(
        name="exchange_oauth_code",
        request=m.ExchangeOauthCodeRequestBody(
            code="oauth code+&=of tests",
            client_id="oac_1",
            client_secret="client-s3cr3t",
            redirect_uri="https://acme.example/connected?next=1",
        ),
        method="POST",
        path="/v2/oauth/access_token",
        success=200,
        answer={
            "token_type": "Bearer",
            "access_token": "oauth-token-of-tests",
            "installation_id": "icfg_1",
            "user_id": "user_1",
            "team_id": None,
        },
        value=m.OauthToken(
            token_type="Bearer",
            access_token="oauth-token-of-tests",
            installation_id="icfg_1",
            user_id="user_1",
        ),
        prepare=_oauth_code,
    ),
    Case(
        name="update_deployment_action",
        request=m.UpdateDeploymentActionRequest("dpl_1", "icfg_1", "db_1", "branch", ACTION),
        method="PATCH",
        path="/v1/deployments/dpl_1/integrations/icfg_1/resources/db_1/actions/branch",
        success=202,
        idempotent=True,
        prepare=_action,
    ),
)

CASES = {case.id: case for case in _CASES}
"""Every operation by its id."""
REQUESTS = {id_: case.request for id_, case in CASES.items()}
OPERATIONS = {id_: case.operation for id_, case in CASES.items()}
DOCUMENTED = {id_: one for id_, one in OPERATIONS.items() if one.tag == MARKETPLACE}
"""The operations that the Marketplace's document has."""
FUNCTIONS = {id_: case.function for id_, case in CASES.items()}


def exchange(
    operation_id, *answers, request=None, options: RequestOptions | None = None, **settings
):
    """Carry out an operation without a network; return the result and the recorder.

    One attempt with a token, unless the settings say otherwise.
    """
    recorder = FakeTransport(*(answers or [CASES[operation_id].response]))
    settings = {"bearer_token": TOKEN, "retries": RetryConfig("none")} | settings
    core = VercelCore.blocking(transport=recorder, **settings)
    call = FUNCTIONS[operation_id](core, request or REQUESTS[operation_id], options)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return block_on(call), recorder
