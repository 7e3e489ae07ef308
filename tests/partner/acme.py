"""A partner for the tests, and the API that serves it: blocking, on asyncio and on trio."""

import json
from typing import Any

import anyio
from attrs import define, field

from vercel_marketplace import Headers, HTTPRequest, HTTPResponse
from vercel_marketplace.emulator import Emulator, RunningClock
from vercel_marketplace.models import Secret
from vercel_marketplace.partner import (
    OPERATIONS,
    Partner,
    PartnerAPI,
    PartnerBillingPlan,
    PartnerBillingPlans,
    PartnerResource,
    ProvisionedResource,
    SyncPartnerAPI,
)
from vercel_marketplace.tokens import SyncTokenVerifier, TokenVerifier

EMULATOR = Emulator(RunningClock())
INSTALLATION = EMULATOR.installation_id
CLIENT_ID = EMULATOR.integration.client_id
SECRET = EMULATOR.integration.client_secret
BASE = "https://acme.example"

PLANS = PartnerBillingPlans(
    plans=[PartnerBillingPlan(id="pro", type="subscription", name="Pro", description="All of it")]
)
RESOURCE = PartnerResource(
    id="db_1", product_id="postgres", name="orders", metadata={}, status="ready"
)
PROVISIONED = ProvisionedResource(
    id="db_1",
    product_id="postgres",
    name="orders",
    metadata={},
    status="ready",
    secrets=[Secret(name="DATABASE_URL", value="hidden-1")],
)
PROVISION = {"productId": "postgres", "name": "orders", "metadata": {}, "billingPlanId": "pro"}
INSTALL = {
    "scopes": [],
    "acceptedPolicies": {},
    "credentials": {"access_token": "hidden-2", "token_type": "Bearer"},
    "account": {"url": "https://vercel.com/acme", "contact": {"email": "owner@acme.example"}},
}
USUAL = {
    "upsert_installation": None,
    "delete_installation": None,
    "provision_resource": PROVISIONED,
    "get_resource": RESOURCE,
    "delete_resource": None,
    "list_billing_plans_for_product": PLANS,
    "list_billing_plans_for_installation": PLANS,
}


class Keys:
    """Publishes the emulator's keys, or fails to."""

    def __init__(self) -> None:
        self.available = True

    def send(self, _request: HTTPRequest) -> HTTPResponse:
        content = json.dumps(EMULATOR.tokens.jwks).encode() if self.available else b""
        headers = Headers({"content-type": "application/json"})
        return HTTPResponse(200 if self.available else 500, headers=headers, content=content)


class Told(Partner):
    """A partner that does as it is told, and keeps what it was asked."""

    def __init__(self, **returns: Any) -> None:
        self.calls: list[tuple[str, Any, Any]] = []
        self.events: list[Any] = []
        self.returns = USUAL | returns

    def outcome(self, name: str, call: Any, request: Any) -> Any:
        self.calls.append((name, call, request))
        told = self.returns[name]
        if isinstance(told, Exception):
            raise told
        return told(call, request) if callable(told) else told


def _plain(name: str) -> Any:
    return lambda self, call, request: self.outcome(name, call, request)


def _async(name: str) -> Any:
    async def method(self: Any, call: Any, request: Any) -> Any:
        await anyio.lowlevel.checkpoint()
        return self.outcome(name, call, request)

    return method


NAMES = [operation.name for operation in OPERATIONS.values()]
PlainAcme: Any = type("PlainAcme", (Told,), {name: _plain(name) for name in NAMES})
AsyncAcme: Any = type("AsyncAcme", (Told,), {name: _async(name) for name in NAMES})


@define
class Served:
    """A partner that is served in one of the ways.

    Attributes:
        way: Blocking, asyncio or trio.
        partner: The partner.
        keys: What publishes Vercel's keys.
        api: What serves the partner.
    """

    way: Any
    partner: Any
    keys: Keys = field(factory=Keys)
    api: Any = None

    def serve(self, partner: Any = None, **settings: Any) -> "Served":
        """Serve the partner, with settings."""
        self.partner = partner or self.partner
        verifier: Any = SyncTokenVerifier if self.way.blocking else TokenVerifier
        kind: Any = SyncPartnerAPI if self.way.blocking else PartnerAPI
        self.api = kind(self.partner, verifier=verifier(CLIENT_ID, transport=self.keys), **settings)
        return self

    def respond(self, request: HTTPRequest) -> HTTPResponse:
        """Return the response to a request."""
        if self.way.blocking:
            response: HTTPResponse = self.api.respond(request)
            return response
        return anyio.run(self.api.respond, request, backend=self.way.name)

    def call(self, method: str, path: str, body: Any = None, **settings: Any) -> HTTPResponse:
        """Return the response to a call; see `request`."""
        return self.respond(request(method, path, body, **settings))

    def provision(self, body: Any = None, **settings: Any) -> HTTPResponse:
        """Provision a resource, as a user."""
        path = f"/v1/installations/{INSTALLATION}/resources"
        return self.call("POST", path, PROVISION if body is None else body, **settings)


def request(
    method: str,
    path: str,
    body: Any = None,
    *,
    kind: str = "user",
    token: str | None = None,
    claims: Any = None,
    key: str | None = None,
    **headers: str | None,
) -> HTTPRequest:
    """A request as Vercel sends it; a header that is `None` is left out."""
    issue: Any = EMULATOR.tokens.user_token if kind == "user" else EMULATOR.tokens.system_token
    text = issue(claims=claims) if token is None else token
    found: dict[str, str | None] = {"authorization": f"Bearer {text}", "x-vercel-auth": kind}
    found |= {"idempotency-key": key} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    content = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    kept = {name: value for name, value in found.items() if value is not None}
    return HTTPRequest(method=method, url=BASE + path, headers=Headers(kept), content=content)


def error_of(response: HTTPResponse) -> Any:
    """The error in a response."""
    error = json.loads(response.content)["error"]
    assert set(error) <= {"code", "message", "user", "fields"}
    return error
