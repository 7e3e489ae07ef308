"""A partner over real HTTP: under uvicorn and wsgiref, alone and below a mount."""

import httpx
import pytest
from fastapi import FastAPI
from flask import Flask
from starlette.applications import Starlette
from starlette.routing import Mount
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from tests.partner.acme import (
    CLIENT_ID,
    EMULATOR,
    INSTALLATION,
    SECRET,
    AsyncAcme,
    Keys,
    PlainAcme,
)
from tests.servers import under_uvicorn, under_wsgiref
from vercel_marketplace.emulator import Emulator, RunningClock
from vercel_marketplace.models import Secret
from vercel_marketplace.partner import (
    PartnerAPI,
    PartnerResource,
    ProvisionedResource,
    SyncPartnerAPI,
)
from vercel_marketplace.tokens import SyncTokenVerifier, TokenVerifier


def keep_resources(partner):
    """Let a partner remember what it provisions, under an id that needs escaping."""
    resources = {}

    def provision(call, asked):
        del call
        resource = {
            "id": f"db/{len(resources) + 1}",
            "product_id": asked.product_id,
            "name": asked.name,
            "metadata": asked.metadata,
            "status": "ready",
        }
        resources[resource["id"]] = PartnerResource(**resource)
        return ProvisionedResource(**resource, secrets=[Secret(name="URL", value="hidden")])

    def delete(_call, asked):
        resources.pop(asked.resource_id, None)

    partner.returns["provision_resource"] = provision
    partner.returns["get_resource"] = lambda _call, asked: resources[asked.resource_id]
    partner.returns["delete_resource"] = delete
    partner.resources = resources
    return partner


def _fastapi(api):
    app = FastAPI()
    app.mount("/vercel", api.asgi)
    return app


def _flask(api):
    return DispatcherMiddleware(Flask("acme").wsgi_app, {"/vercel": api.wsgi})


WAYS = {
    "ASGI": (under_uvicorn, lambda api: api.asgi, ""),
    "FastAPI": (under_uvicorn, _fastapi, "/vercel"),
    "Starlette": (
        under_uvicorn,
        lambda api: Starlette(routes=[Mount("/vercel", app=api.asgi)]),
        "/vercel",
    ),
    "WSGI": (under_wsgiref, lambda api: api.wsgi, ""),
    "Flask": (under_wsgiref, _flask, "/vercel"),
}


@pytest.fixture(params=WAYS)
def served(request):
    """A partner that is served, and the base URL of its integration."""
    serve, mount, base = WAYS[request.param]
    if serve is under_uvicorn:
        partner = keep_resources(AsyncAcme())
        verifier = TokenVerifier(CLIENT_ID, transport=Keys())
        api = PartnerAPI(partner, verifier=verifier, webhook_secret=SECRET)
    else:
        partner = keep_resources(PlainAcme())
        verifier = SyncTokenVerifier(CLIENT_ID, transport=Keys())
        api = SyncPartnerAPI(partner, verifier=verifier, webhook_secret=SECRET)
    with serve(mount(api)) as url:
        yield partner, url + base


def test_vercel_installs_provisions_and_deletes(served, request):
    """The emulator's calls succeed: plans, installation, resource, deletion, end."""
    partner, url = served
    vercel = Emulator(RunningClock()).partner(url)

    assert [plan.id for plan in vercel.list_plans("postgres").plans] == ["pro"]
    vercel.install()
    provisioned = vercel.provision_resource(
        name="orders", billing_plan_id="pro", product_id="postgres", idempotency_key="k"
    )
    again = vercel.provision_resource(
        name="orders", billing_plan_id="pro", product_id="postgres", idempotency_key="k"
    )
    assert (again, len(partner.resources)) == (provisioned, 1)
    if WAYS[request.node.callspec.params["served"]][0] is under_uvicorn:
        # wsgiref passes no path on as it was sent, so that an id cannot hold a slash there.
        assert vercel.get_resource(provisioned.id).name == "orders"
        vercel.delete_resource(provisioned.id)
        assert partner.resources == {}
    vercel.uninstall()


def test_forged_tokens_are_rejected(served):
    """The emulator finds no forged token that the server accepts."""
    _, url = served

    Emulator(RunningClock()).partner(url).check_forged_tokens_are_rejected()


def test_a_long_body_is_refused(served):
    """A body that is too long gets a 413 in Vercel's form, also when it is sent in one go."""
    partner, url = served
    response = httpx.put(f"{url}/v1/installations/{INSTALLATION}", content=bytes(1_200_000))

    assert (response.status_code, partner.calls) == (413, [])
    assert response.json()["error"]["code"] == "payload_too_large"


def test_a_head_has_no_body(served):
    """A HEAD over HTTP leaves the connection usable."""
    _, url = served
    path = f"{url}/v1/products/postgres/plans"
    headers = {"authorization": f"Bearer {EMULATOR.tokens.system_token()}"}
    with httpx.Client(headers=headers) as client:
        headed, got = client.head(path), client.get(path)

    assert (headed.status_code, headed.content) == (200, b"")
    assert headed.headers["content-length"] == str(len(got.content))


def test_chunks_are_read_or_refused(served):
    """A body without a length is read, or its sender is told to send one."""
    partner, url = served
    response = httpx.put(
        f"{url}/v1/installations/{INSTALLATION}",
        content=iter([b'{"scopes"', b": 1}"]),
        headers={"authorization": f"Bearer {EMULATOR.tokens.user_token()}"},
    )

    assert (response.status_code in {400, 411}, partner.calls) == (True, [])
