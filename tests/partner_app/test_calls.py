"""Who may call what: every route, and every way not to be Vercel."""

import pytest
from fastapi import FastAPI
from partner_app import partner_api, sso, webhooks

OPEN = {("POST", "/webhooks"), ("GET", "/sso/callback"), ("GET", "/")}
"""The routes that do not ask for a token of Vercel's, but for something else."""

BODIES = {
    "put": {
        "scopes": [],
        "acceptedPolicies": {},
        "credentials": {"access_token": "t", "token_type": "Bearer"},
        "account": {"url": "https://vercel.com/t"},
    },
    "post": {"productId": "p", "name": "n", "metadata": {}, "billingPlanId": "pro"},
    "patch": {},
}


def routes():
    """All routes of the application, as its own description has them."""
    app = FastAPI()
    for module in (partner_api, sso, webhooks):
        app.include_router(module.router)
    return [
        (method.upper(), path) for path, found in app.openapi()["paths"].items() for method in found
    ]


GUARDED = sorted(set(routes()) - OPEN)
WRITING = [(method, path) for method, path in GUARDED if method != "GET"]
OF_INSTALLATION = [(method, path) for method, path in GUARDED if "installation_id" in path]


def ask(acme, route, headers, resource_id="db_1"):
    """Call a route with a body that is fine."""
    method, path = route
    url = path.format(
        installation_id=acme.vercel.installation_id, resource_id=resource_id, slug="acme-postgres"
    )
    return acme.http.request(method, url, json=BODIES.get(method.lower()), headers=headers)


def test_no_route_is_forgotten(acme):
    """The application has the routes of these tests, and no other: no page of FastAPI's either."""
    assert set(routes()) >= OPEN
    paths = acme.http.app.openapi()["paths"]
    assert {(m.upper(), path) for path, found in paths.items() for m in found} == set(routes())
    assert acme.http.get("/docs").status_code == 404
    assert acme.http.get("/openapi.json").status_code == 404


@pytest.mark.parametrize("route", GUARDED, ids=" ".join)
@pytest.mark.parametrize(
    "claims",
    [
        pytest.param({"iss": "https://evil.example"}, id="another issuer"),
        pytest.param({"aud": "oac_another"}, id="another integration"),
        pytest.param({"exp": 1}, id="expired"),
    ],
)
def test_a_token_with_a_wrong_claim_is_refused(acme, route, claims):
    """Whatever is wrong with a token, each route responds with a 401."""
    token = acme.vercel.tokens.user_token(claims=claims)
    headers = acme.headers(authorization=f"Bearer {token}")

    assert ask(acme, route, headers).status_code == 401


@pytest.mark.parametrize("route", GUARDED, ids=" ".join)
@pytest.mark.parametrize("authorization", ["", "Bearer ", "Bearer a.b.c", "Basic dTpw"])
def test_what_is_no_token_is_refused(acme, route, authorization):
    """Without a token each route responds with a 401, in the form that Vercel reads."""
    answer = ask(acme, route, acme.headers(authorization=authorization))

    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "unauthorized"
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("route", GUARDED, ids=" ".join)
def test_a_call_without_any_header_is_refused(acme, route):
    """A bare request is a 401, also where a header beside the token is missing."""
    assert ask(acme, route, {}).status_code == 401


@pytest.mark.parametrize("route", GUARDED, ids=" ".join)
def test_a_signature_of_another_token_is_refused(acme, route):
    """A token whose claims were changed after it was signed is a 401."""
    mine, other = acme.vercel.tokens.system_token(), acme.vercel.tokens.user_token()
    header, claims, _ = other.split(".")
    forged = ".".join([header, claims, mine.rpartition(".")[2]])

    assert ask(acme, route, acme.headers(authorization=f"Bearer {forged}")).status_code == 401


@pytest.mark.parametrize("route", GUARDED, ids=" ".join)
def test_a_user_can_not_pass_for_vercel(acme, route):
    """A user's token under the header of the system is a 401."""
    headers = acme.headers() | {"x-vercel-auth": "system"}

    assert ask(acme, route, headers).status_code == 401


@pytest.mark.parametrize("route", OF_INSTALLATION, ids=" ".join)
@pytest.mark.parametrize("system", [False, True], ids=["user", "system"])
def test_a_token_of_another_installation_is_refused(acme, route, system):
    """A good token opens no other installation than its own."""
    another = acme.vercel.installations.add()

    assert ask(acme, route, acme.headers(another, system=system)).status_code == 401


@pytest.mark.parametrize("route", WRITING, ids=" ".join)
def test_who_is_no_admin_changes_nothing(acme, route):
    """A user of the role USER is a 403 wherever something would change."""
    acme.vercel.team.add_member("usr_2", role="USER")
    token = acme.vercel.tokens.user_token(member_id="usr_2")

    answer = ask(acme, route, acme.headers(authorization=f"Bearer {token}"))

    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")


def test_who_is_no_admin_may_look(acme, database):
    """A user of the role USER sees a resource."""
    acme.vercel.team.add_member("usr_2", role="USER")
    headers = acme.headers(
        authorization=f"Bearer {acme.vercel.tokens.user_token(member_id='usr_2')}"
    )

    assert acme.call("GET", f"/resources/{database['id']}", headers=headers).status_code == 200


def test_without_keys_a_call_is_not_judged(acme, monkeypatch):
    """Where Vercel's keys cannot be had the response is a 503, upon which Vercel comes again."""

    async def down(_request):
        raise ConnectionError

    acme.vercel.clock.advance(days=1)
    monkeypatch.setattr(acme.partner.verifier._transport, "send", down)

    answer = acme.call("GET", system=True)

    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "service_unavailable"
