"""One call of each operation: what is asked, what is answered, what that is read as."""

import json
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

import attrs
from attrs import frozen

from vercel_marketplace import Headers, HTTPResponse, Result, VercelCore
from vercel_marketplace import models as m


@frozen
class Case:
    """One operation, with a request, its documented success and what that is read as.

    Attributes:
        idempotent: Whether this very request may be sent twice.
    """

    name: str
    request: Any
    method: str
    path: str
    success: int
    answer: Any = None
    value: Any = None
    idempotent: bool = False

    @property
    def function(self) -> Any:
        """The standalone function."""
        module = import_module(f"vercel_marketplace.funcs.{self.name}")
        return getattr(module, f"marketplace_{self.name}")

    @property
    def has_body(self) -> bool:
        """Whether the request has a body."""
        module = import_module(f"vercel_marketplace.funcs.{self.name}")
        return module.OPERATION.body is not None

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
        return HTTPResponse(
            self.success,
            headers=Headers({"content-type": "application/json"}),
            content=json.dumps(self.answer).encode(),
        )


_DAY = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
_STAMP = "2026-03-01T12:30:00.000Z"
_PERIOD = m.Period(start=_DAY, end=_DAY)
_ITEM = m.LineItem(
    billing_plan_id="plan", name="Storage", price="0.10", quantity=5, units="GB", total="0.50"
)
_ITEM_ON_WIRE = {
    "billingPlanId": "plan",
    "name": "Storage",
    "price": "0.10",
    "quantity": 5,
    "units": "GB",
    "total": "0.50",
}
_SECRETS = m.UpdateResourceSecretsRequestBody(secrets=[m.Secret(name="KEY", value="s3cr3t-value")])
_INSTALLATION = "/v1/installations/icfg_1"
_RESOURCE = f"{_INSTALLATION}/resources/db_1"
_EXPERIMENTATION = f"{_RESOURCE}/experimentation"
_INVOICE = {
    "invoiceId": "mi_1",
    "state": "pending",
    "invoiceDate": _STAMP,
    "period": {"start": _STAMP, "end": _STAMP},
    "items": [_ITEM_ON_WIRE],
    "total": "0.50",
    "created": _STAMP,
    "updated": _STAMP,
}
_RESOURCE_ON_WIRE = {"internalId": "store_1", "name": "Data", "productId": "iap_1"}
_GLOBAL_CONFIG = {"items": {"dark": [True, None]}, "updatedAt": 1, "digest": "d"}

CASES = (
    Case(
        name="get_account_info",
        request=m.GetAccountInfoRequest("icfg_1"),
        method="GET",
        path=f"{_INSTALLATION}/account",
        success=200,
        answer={"url": "https://vercel.com/acme", "contact": None},
        value=m.GetAccountInfoResponseBody(url="https://vercel.com/acme", contact=None),
        idempotent=True,
    ),
    Case(
        name="get_member",
        request=m.GetMemberRequest("icfg_1", "user_1"),
        method="GET",
        path=f"{_INSTALLATION}/member/user_1",
        success=200,
        answer={"id": "user_1", "role": "ADMIN"},
        value=m.GetMemberResponseBody(id="user_1", role="ADMIN"),
        idempotent=True,
    ),
    Case(
        name="create_event",
        request=m.CreateEventRequest(
            "icfg_1", m.CreateEventRequestBody(event=m.ResourceUpdatedEvent(resource_id="db_1"))
        ),
        method="POST",
        path=f"{_INSTALLATION}/events",
        success=201,
    ),
    Case(
        name="submit_billing_data",
        request=m.SubmitBillingDataRequest(
            "icfg_1",
            m.SubmitBillingDataRequestBody(
                timestamp=_DAY, eod=_DAY, period=_PERIOD, billing=[_ITEM], usage=[]
            ),
        ),
        method="POST",
        path=f"{_INSTALLATION}/billing",
        success=201,
        idempotent=True,
    ),
    Case(
        name="submit_invoice",
        request=m.SubmitInvoiceRequest(
            "icfg_1",
            m.SubmitInvoiceRequestBody(invoice_date=_DAY, period=_PERIOD, items=[_ITEM]),
        ),
        method="POST",
        path=f"{_INSTALLATION}/billing/invoices",
        success=200,
        answer={"invoiceId": "mi_1"},
        value=m.SubmitInvoiceResponseBody(invoice_id="mi_1"),
    ),
    Case(
        name="get_invoice",
        request=m.GetInvoiceRequest("icfg_1", "mi_1"),
        method="GET",
        path=f"{_INSTALLATION}/billing/invoices/mi_1",
        success=200,
        answer=_INVOICE,
        value=m.GetInvoiceResponseBody(
            invoice_id="mi_1",
            state="pending",
            invoice_date=_DAY,
            period=_PERIOD,
            items=[_ITEM],
            total="0.50",
            created=_DAY,
            updated=_DAY,
        ),
        idempotent=True,
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
    ),
    Case(
        name="update_resource_secrets",
        request=m.UpdateResourceSecretsRequest("icfg_1", "product", "db_1", _SECRETS),
        method="PUT",
        path=f"{_INSTALLATION}/products/product/resources/db_1/secrets",
        success=201,
        idempotent=True,
    ),
    Case(
        name="update_resource_secrets_by_id",
        request=m.UpdateResourceSecretsByIdRequest("icfg_1", "db_1", _SECRETS),
        method="PUT",
        path=f"{_INSTALLATION}/resources/db_1/secrets",
        success=201,
        idempotent=True,
    ),
    Case(
        name="exchange_sso_token",
        request=m.ExchangeSsoTokenRequestBody(
            code="code-of-tests", client_id="oac_1", client_secret="client-s3cr3t"
        ),
        method="POST",
        path="/v1/integrations/sso/token",
        success=200,
        answer={"id_token": "id-token-of-tests"},
        value=m.ExchangeSsoTokenResponseBody(id_token="id-token-of-tests"),
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
        value=m.RotateInstallationCredentialResponseBody(
            access_token="new-token-of-tests",
            token_type="oauth2-token",
            expires_in=3600,
            scope="read:installation",
        ),
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
        value=m.RevokeInstallationCredentialResponseBody(revoked=True, already_revoked=False),
    ),
    Case(
        name="finalize_installation",
        request=m.FinalizeInstallationRequest("icfg_1"),
        method="POST",
        path=f"{_INSTALLATION}/billing/finalize",
        success=204,
    ),
    Case(
        name="get_integration_resources",
        request=m.GetIntegrationResourcesRequest("icfg_1"),
        method="GET",
        path=f"{_INSTALLATION}/resources",
        success=200,
        answer={"resources": [{"partnerId": "db_1", **_RESOURCE_ON_WIRE}]},
        value=m.GetIntegrationResourcesResponseBody(
            resources=[
                m.ListedResource(
                    partner_id="db_1", internal_id="store_1", name="Data", product_id="iap_1"
                )
            ]
        ),
        idempotent=True,
    ),
    Case(
        name="get_integration_resource",
        request=m.GetIntegrationResourceRequest("icfg_1", "db_1"),
        method="GET",
        path=_RESOURCE,
        success=200,
        answer={"id": "db_1", **_RESOURCE_ON_WIRE},
        value=m.GetIntegrationResourceResponseBody(
            id="db_1", internal_id="store_1", name="Data", product_id="iap_1"
        ),
        idempotent=True,
    ),
    Case(
        name="delete_integration_resource",
        request=m.DeleteIntegrationResourceRequest("icfg_1", "db_1"),
        method="DELETE",
        path=_RESOURCE,
        success=204,
        idempotent=True,
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
        value=m.ImportResourceResponseBody(name="Data"),
        idempotent=True,
    ),
    Case(
        name="update_resource",
        request=m.UpdateResourceRequest(
            "icfg_1", "db_1", m.UpdateResourceRequestBody(name="Data", secrets=_SECRETS)
        ),
        method="PATCH",
        path=_RESOURCE,
        success=200,
        answer={"name": "Data"},
        value=m.UpdateResourceResponseBody(name="Data"),
        idempotent=True,
    ),
    Case(
        name="submit_prepayment_balances",
        request=m.SubmitPrepaymentBalancesRequest(
            "icfg_1",
            m.SubmitPrepaymentBalancesRequestBody(
                timestamp=_DAY, balances=[m.Balance(currency_value_in_cents=1050)]
            ),
        ),
        method="POST",
        path=f"{_INSTALLATION}/billing/balance",
        success=201,
        idempotent=True,
    ),
    Case(
        name="create_experimentation_items",
        request=m.CreateExperimentationItemsRequest(
            "icfg_1",
            "db_1",
            m.CreateExperimentationItemsRequestBody(
                items=[m.ExperimentationItem(id="flag_1", slug="dark", origin="https://acme.test")]
            ),
        ),
        method="POST",
        path=f"{_EXPERIMENTATION}/items",
        success=204,
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
    ),
    Case(
        name="delete_experimentation_item",
        request=m.DeleteExperimentationItemRequest("icfg_1", "db_1", "flag_1"),
        method="DELETE",
        path=f"{_EXPERIMENTATION}/items/flag_1",
        success=204,
        idempotent=True,
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
    ),
    Case(
        name="head_global_config",
        request=m.HeadGlobalConfigRequest("icfg_1", "db_1"),
        method="HEAD",
        path=f"{_EXPERIMENTATION}/global-config",
        success=200,
        idempotent=True,
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
    ),
)
