"""The partner API that is mounted in an ASGI application, and calls to the application."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[3]
sys.path += [str(ROOT / "examples")]  # at the end: the package is the installed one

from acme_partner import Acme

from vercel_marketplace.partner import PartnerAPI
from vercel_marketplace.tokens import TokenVerifier

_VERIFIER = TokenVerifier(
    os.environ["CLIENT_ID"], jwks_url=f"{os.environ['MARKETPLACE_URL']}/.well-known/jwks"
)


def make_api(base_path: str = "") -> PartnerAPI:
    """Return the partner API of the examples."""
    return PartnerAPI(Acme(), verifier=_VERIFIER, base_path=base_path)


def print_statuses(app: Any, token: str) -> None:
    """Print the statuses of a call by Vercel, of one without a token, and of a page."""

    async def call() -> list[int]:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="https://acme.example") as http:
            plans = "/vercel/v1/products/acme/plans"
            by_vercel = await http.get(plans, headers={"Authorization": f"Bearer {token}"})
            responses = [by_vercel, await http.get(plans), await http.get("/")]
        await _VERIFIER.aclose()
        return [response.status_code for response in responses]

    print(json.dumps(asyncio.run(call())))
