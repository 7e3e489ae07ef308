"""FastAPI: calls in async routes, and their results as responses."""

from contextlib import asynccontextmanager
from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient

from vercel_marketplace import Vercel, VercelError
from vercel_marketplace.models import Secret, to_dict
from vercel_marketplace.testing import submitted_invoice


@pytest.fixture
def site(emulator, url):
    """An application whose client lives as long as it does."""

    @asynccontextmanager
    async def lifespan(app: FastAPI):
        async with Vercel(bearer_token=emulator.token, server_url=url) as vercel:
            app.state.vercel = vercel
            yield

    app = FastAPI(lifespan=lifespan)

    @app.get("/invoices/{invoice_id}")
    async def invoice(invoice_id: str) -> dict[str, Any]:
        found = await app.state.vercel.marketplace.get_invoice(
            integration_configuration_id=emulator.installation_id, invoice_id=invoice_id
        )
        return to_dict(found)

    @app.exception_handler(VercelError)
    async def vercel_failed(_: Request, error: VercelError) -> JSONResponse:
        return JSONResponse({"error": error.code}, status_code=502)

    with TestClient(app) as client:
        yield client


def test_a_model_is_a_response(site, emulator):
    """A route returns what `to_dict` makes of a model: the JSON of the API."""
    invoice = submitted_invoice(emulator, total="36.00")

    body = site.get(f"/invoices/{invoice.invoice_id}").json()

    assert (body["invoiceId"], body["total"]) == (invoice.invoice_id, "36.00")
    assert body["created"].endswith("Z")


def test_an_error_is_a_response(site):
    """An exception handler for `VercelError` responds for every route that calls Vercel."""
    answer = site.get("/invoices/inv_missing")

    assert (answer.status_code, answer.json()) == (502, {"error": "not_found"})


def test_to_dict_shows_secrets():
    """`to_dict` has what the `repr` of a model hides: think before a route returns it."""
    secret = Secret(name="DATABASE_URL", value="postgres://orders")

    assert "postgres" not in repr(secret)
    assert to_dict(secret)["value"] == "postgres://orders"
