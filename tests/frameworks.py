"""What Vercel and its users do with a program that serves a partner, in process."""

from collections.abc import Mapping

import httpx
from attrs import define

from vercel_marketplace import Headers, HTTPRequest, HTTPResponse
from vercel_marketplace.emulator import Emulator

SITE = "https://acme.example"


def settings(emulator: Emulator, url: str) -> Mapping[str, str]:
    """The environment of a program, with an emulator in place of Vercel."""
    return {
        "VERCEL_CLIENT_ID": emulator.integration.client_id,
        "VERCEL_CLIENT_SECRET": emulator.integration.client_secret,
        "VERCEL_API_URL": url,
        "VERCEL_JWKS_URL": f"{url}/.well-known/jwks",
        "SESSION_SECRET": "of tests",
    }


@define
class _Transport:
    """Hands the emulator's calls to a program."""

    http: httpx.Client

    def send(self, request: HTTPRequest) -> HTTPResponse:
        """Return the program's response."""
        response = self.http.request(
            request.method, request.url, content=request.content, headers=dict(request.headers)
        )
        headers = Headers(response.headers.items())
        return HTTPResponse(response.status_code, headers=headers, content=response.content)


def play(emulator: Emulator, http: httpx.Client) -> None:
    """Install the product, provision a database, sign in, and leave; everything is checked.

    Args:
        emulator: Vercel.
        http: Reaches the program, with `SITE` as its base URL.
    """
    vercel = emulator.partner(f"{SITE}/vercel", transport=_Transport(http))
    vercel.install()
    vercel.check_forged_tokens_are_rejected()
    database = vercel.provision_resource(
        name="orders", billing_plan_id=vercel.list_plans().plans[0].id
    )
    assert vercel.get_resource(database.id).name == "orders"

    assert http.get("/").json() == {"user": None}
    opened = emulator.tokens.sso_url(f"{SITE}/sso")
    assert http.get(opened).headers["location"] == "/"
    assert http.get("/").json() == {"user": emulator.team.admin_id}
    assert http.get(opened).status_code == 401  # a code works once

    vercel.delete_resource(database.id)
    vercel.uninstall()
