"""What the tests share: a transport that records, and an example of each operation."""

import json
import warnings
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from vercel_marketplace import (
    Headers,
    HTTPResponse,
    RequestOptions,
    RetryConfig,
    VercelCore,
    block_on,
)
from vercel_marketplace import models as m

TOKEN = "tok_of_the_installation"  # so that a text that holds it is easy to find


class Recorder:
    """Answers from a list, with the last one again and again; keeps what it was sent."""

    def __init__(self, *answers):
        self.requests = []
        self.waits = []
        self._answers = answers

    async def send(self, request):
        self.requests.append(request)
        answer = self._answers[min(len(self.requests), len(self._answers)) - 1]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def sleep(self, seconds):
        self.waits.append(seconds)


def json_answer(body, status=200, **headers):
    """An answer with a JSON body, as the API gives them."""
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    return HTTPResponse(
        status,
        headers=Headers({"content-type": "application/json; charset=utf-8"}) | more,
        content=json.dumps(body).encode(),
    )


def at(text):
    """An aware datetime from its ISO form."""
    return datetime.fromisoformat(text)


PERIOD = m.Period(start=at("2026-10-01T00:00:00Z"), end=at("2026-10-31T23:59:59.999Z"))
ITEM = m.LineItem(
    billing_plan_id="pro", name="Compute", price="0.05", quantity=720, units="hours", total="36.00"
)
INVOICE = m.SubmitInvoiceRequestBody(
    invoice_date=datetime(2026, 10, 31, tzinfo=UTC), period=PERIOD, items=[ITEM]
)
SECRETS = m.UpdateResourceSecretsRequestBody(
    secrets=[
        m.Secret(
            name="DATABASE_URL",
            value="postgres://value",
            environment_overrides=m.EnvironmentOverrides(
                development="postgres://development",
                preview="postgres://preview",
                production="postgres://production",
            ),
        )
    ]
)

GLOBAL_CONFIG = {"items": {"dark": [True, None]}, "updatedAt": 1795380000000, "digest": "9b1f"}

REQUESTS: dict[str, Any] = {
    "get-account-info": m.GetAccountInfoRequest("icfg_1"),
    "get-member": m.GetMemberRequest("icfg_1", "u_1"),
    "create-event": m.CreateEventRequest(
        "icfg_1", m.CreateEventRequestBody(event=m.InstallationUpdatedEvent())
    ),
    "submit-billing-data": m.SubmitBillingDataRequest(
        "icfg_1",
        m.SubmitBillingDataRequestBody(
            timestamp=at("2026-10-31T10:00:00Z"),
            eod=at("2026-10-31T23:59:59Z"),
            period=PERIOD,
            billing=[ITEM],
            usage=[m.Usage(name="Size", type="total", units="GB", day_value=1.5, period_value=1.5)],
        ),
    ),
    "submit-invoice": m.SubmitInvoiceRequest("icfg_1", INVOICE),
    "get-invoice": m.GetInvoiceRequest("icfg_1", "mi_1"),
    "update-invoice": m.UpdateInvoiceRequest(
        "icfg_1",
        "mi_1",
        m.UpdateInvoiceRequestBody(action="refund", reason="by mistake", total="36.00"),
    ),
    "update-resource-secrets": m.UpdateResourceSecretsRequest("icfg_1", "prod", "res_1", SECRETS),
    "update-resource-secrets-by-id": m.UpdateResourceSecretsByIdRequest("icfg_1", "res_1", SECRETS),
    "exchange-sso-token": m.ExchangeSsoTokenRequestBody(
        code="sso_code", state="sso_state", client_id="oac_1", client_secret="sso_client_secret"
    ),
    "update-installation": m.UpdateInstallationRequest(
        "icfg_1", m.UpdateInstallationRequestBody(status="ready")
    ),
    "rotate-installation-credential": m.RotateInstallationCredentialRequest(
        "icfg_1", m.RotateInstallationCredentialRequestBody(client_secret="rotating_secret")
    ),
    "revoke-installation-credential": m.RevokeInstallationCredentialRequest(
        "icfg_1",
        m.RevokeInstallationCredentialRequestBody(
            token="retired_token", client_secret="revoking_secret"
        ),
    ),
    "finalize-installation": m.FinalizeInstallationRequest("icfg_1"),
    "get-integration-resources": m.GetIntegrationResourcesRequest("icfg_1"),
    "get-integration-resource": m.GetIntegrationResourceRequest("icfg_1", "res_1"),
    "delete-integration-resource": m.DeleteIntegrationResourceRequest("icfg_1", "res_1"),
    "import-resource": m.ImportResourceRequest(
        "icfg_1",
        "res_1",
        m.ImportResourceRequestBody(product_id="iap_1", name="Data", status="ready"),
    ),
    "update-resource": m.UpdateResourceRequest(
        "icfg_1", "res_1", m.UpdateResourceRequestBody(name="Data", secrets=SECRETS)
    ),
    "submit-prepayment-balances": m.SubmitPrepaymentBalancesRequest(
        "icfg_1",
        m.SubmitPrepaymentBalancesRequestBody(
            timestamp=at("2026-10-31T10:00:00Z"),
            balances=[m.Balance(currency_value_in_cents=1050)],
        ),
    ),
    "create-experimentation-items": m.CreateExperimentationItemsRequest(
        "icfg_1",
        "res_1",
        m.CreateExperimentationItemsRequestBody(
            items=[m.ExperimentationItem(id="flag_1", slug="dark", origin="https://acme.test")]
        ),
    ),
    "update-experimentation-item": m.UpdateExperimentationItemRequest(
        "icfg_1",
        "res_1",
        "flag_1",
        m.UpdateExperimentationItemRequestBody(slug="dark", origin="https://acme.test"),
    ),
    "delete-experimentation-item": m.DeleteExperimentationItemRequest("icfg_1", "res_1", "flag_1"),
    "get-global-config": m.GetGlobalConfigRequest("icfg_1", "res_1"),
    "head-global-config": m.HeadGlobalConfigRequest("icfg_1", "res_1"),
    "replace-global-config": m.ReplaceGlobalConfigRequest(
        "icfg_1", "res_1", m.ReplaceGlobalConfigRequestBody(data={"dark": [True, None]})
    ),
}

SUCCESSES = {
    "get-account-info": json_answer({"url": "https://vercel.com/acme", "contact": None}),
    "get-member": json_answer({"id": "u_1", "role": "ADMIN"}),
    "create-event": HTTPResponse(201),
    "submit-billing-data": HTTPResponse(201),
    "submit-invoice": json_answer({"invoiceId": "mi_1"}),
    "get-invoice": json_answer(
        {
            "invoiceId": "mi_1",
            "state": "paid",
            "invoiceDate": "2026-10-31T00:00:00Z",
            "period": {"start": "2026-10-01T00:00:00Z", "end": "2026-10-31T23:59:59Z"},
            "items": [],
            "total": "0",
            "created": "2026-11-01T00:00:00Z",
            "updated": "2026-11-01T00:00:00Z",
        }
    ),
    "update-invoice": HTTPResponse(204),
    "update-resource-secrets": HTTPResponse(201),
    "update-resource-secrets-by-id": HTTPResponse(201),
    "exchange-sso-token": json_answer({"id_token": "eyJ.e30.sig"}),
    "update-installation": HTTPResponse(204),
    "rotate-installation-credential": json_answer(
        {"access_token": "tok_2", "token_type": "oauth2-token", "expires_in": 3600, "scope": ""}
    ),
    "revoke-installation-credential": json_answer({"revoked": True, "already_revoked": False}),
    "finalize-installation": HTTPResponse(204),
    "get-integration-resources": json_answer({"resources": []}),
    "get-integration-resource": json_answer(
        {"id": "res_1", "internalId": "store_1", "name": "Data", "productId": "iap_1"}
    ),
    "delete-integration-resource": HTTPResponse(204),
    "import-resource": json_answer({"name": "Data"}),
    "update-resource": json_answer({"name": "Data"}),
    "submit-prepayment-balances": HTTPResponse(201),
    "create-experimentation-items": HTTPResponse(204),
    "update-experimentation-item": HTTPResponse(204),
    "delete-experimentation-item": HTTPResponse(204),
    "get-global-config": json_answer(GLOBAL_CONFIG),
    "head-global-config": HTTPResponse(200),
    "replace-global-config": json_answer(GLOBAL_CONFIG),
}


def _name(operation_id):
    return operation_id.replace("-", "_")


_MODULES = {id_: import_module(f"vercel_marketplace.funcs.{_name(id_)}") for id_ in REQUESTS}
OPERATIONS = {id_: module.OPERATION for id_, module in _MODULES.items()}
FUNCTIONS = {id_: getattr(module, f"marketplace_{_name(id_)}") for id_, module in _MODULES.items()}


def exchange(
    operation_id, *answers, request=None, options: RequestOptions | None = None, **settings
):
    """Carry out an operation without a network; gives the result and the recorder.

    One attempt with a token, unless the settings say otherwise.
    """
    recorder = Recorder(*(answers or [SUCCESSES[operation_id]]))
    settings = {"bearer_token": TOKEN, "retries": RetryConfig("none")} | settings
    core = VercelCore.blocking(transport=recorder, **settings)
    call = FUNCTIONS[operation_id](core, request or REQUESTS[operation_id], options)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return block_on(call), recorder
