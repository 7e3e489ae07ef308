"""What an attacker may send to the served partner API, and what keeps it out."""

import json

import pytest

from tests.partner.acme import (
    EMULATOR,
    INSTALL,
    INSTALLATION,
    PROVISION,
    error_of,
)
from vercel_marketplace.emulator.partner.forged_tokens import forged_tokens

PATH = f"/v1/installations/{INSTALLATION}"
OTHERS = "/v1/installations/icfg_of_somebody_else"
PLANS = "/v1/products/postgres/plans"


def with_member(member):
    """A body that is right, but for one more member."""
    return b"{" + member + b"," + json.dumps(INSTALL).encode()[1:]


# What is sent, and the status that it gets. Each row goes red when its check is removed.
ATTACKS = {
    "no token": (401, "PUT", PATH, {"authorization": None}),
    "an empty token": (401, "PUT", PATH, {"authorization": "Bearer "}),
    "another scheme": (401, "PUT", PATH, {"authorization": "Basic abc"}),
    "an expired token": (401, "PUT", PATH, {"claims": {"iat": 1, "exp": 2}}),
    "another issuer": (401, "PUT", PATH, {"claims": {"iss": "https://evil.example"}}),
    "another integration": (401, "PUT", PATH, {"claims": {"aud": "oac_2"}}),
    "an id_token": (403, "PUT", PATH, {"claims": {"type": "id_token"}}),
    "another installation": (403, "PUT", OTHERS, {}),
    "another installation, as the system": (403, "GET", f"{OTHERS}/plans", {"kind": "system"}),
    "another installation, escaped": (403, "PUT", "/v1/installations/%69cfg_2", {}),
    "another installation, in other letters": (
        403,
        "PUT",
        PATH.upper().replace("V1", "v1").replace("INSTALLATIONS", "installations"),
        {},
    ),
    "no installation in the token": (
        403,
        "DELETE",
        PATH,
        {"kind": "system", "claims": {"installation_id": None}},
    ),
    "new, with a token for it": (403, "DELETE", "/v1/installations/new", {}),
    "a user's token where the system's is due": (403, "GET", f"{PATH}/resources/db_1", {}),
    "the system's token where a user's is due": (403, "PUT", PATH, {"kind": "system"}),
    "a user's token, called the system's": (
        403,
        "GET",
        f"{PATH}/resources/db_1",
        {"x_vercel_auth": "system"},
    ),
    "the system's token, called a user's": (
        403,
        "PUT",
        PATH,
        {"kind": "system", "x_vercel_auth": "user"},
    ),
    "a kind that is not known": (403, "PUT", PATH, {"x_vercel_auth": "root"}),
    "a user's token without the header": (
        403,
        "GET",
        f"{PATH}/resources/db_1",
        {"x_vercel_auth": None},
    ),
    "the system's token without the header": (
        403,
        "PUT",
        PATH,
        {"kind": "system", "x_vercel_auth": None},
    ),
    "a USER who writes": (403, "PUT", PATH, {"claims": {"user_role": "USER"}}),
    "a USER who deletes": (403, "DELETE", PATH, {"claims": {"user_role": "USER"}}),
    "an admin in small letters": (403, "PUT", PATH, {"claims": {"user_role": "admin"}}),
    "a USER without the header": (
        403,
        "PUT",
        PATH,
        {"claims": {"user_role": "USER"}, "x_vercel_auth": None},
    ),
    "a forged token for the plans": (401, "GET", PLANS, {"kind": "system", "token": "a.b.c"}),
    "a path that climbs": (404, "PUT", f"{OTHERS}/../{INSTALLATION}", {}),
    "an escaped path that climbs": (404, "DELETE", f"{PATH}/resources/%2e%2e", {}),
    "an escaped dot": (404, "DELETE", f"{PATH}/resources/%2E", {}),
    "an empty id": (404, "DELETE", f"{PATH}/resources/", {}),
    "a control character": (404, "DELETE", f"{PATH}/resources/db%00", {}),
    "a line break": (404, "DELETE", f"{PATH}/resources/db%0A1", {}),
    "not UTF-8": (404, "DELETE", f"{PATH}/resources/%ff", {}),
    "another method": (405, "POST", PATH, {}),
    "another version": (404, "PUT", PATH.replace("v1", "v2"), {}),
    "a path without its slash": (404, "PUT", PATH.removeprefix("/"), {}),
    "a body that is not JSON": (400, "PUT", PATH, {"body": b"{"}),
    "a body that is no object": (400, "PUT", PATH, {"body": b"[]"}),
    "a key twice": (400, "PUT", PATH, {"body": with_member(b'"scopes": []')}),
    "a key twice, deeper": (400, "PUT", PATH, {"body": with_member(b'"x": {"a": 1, "a": 1}')}),
    "NaN": (400, "PUT", PATH, {"body": with_member(b'"x": NaN')}),
    "not in UTF-8": (400, "PUT", PATH, {"body": with_member(b'"x": "\xff"')}),
    "half of a surrogate pair": (400, "PUT", PATH, {"body": with_member(b'"x": "\\ud800"')}),
    "nested too deeply": (
        400,
        "PUT",
        PATH,
        {"body": with_member(b'"x":' + b"[" * 100_000 + b"]" * 100_000)},
    ),
    "a number with too many digits": (
        400,
        "PUT",
        PATH,
        {"body": with_member(b'"x":' + b"1" * 5000)},
    ),
    "too long": (413, "PUT", PATH, {"body": with_member(b'"x": "' + b"." * 1_000_000 + b'"')}),
    "a key that no header should have": (400, "DELETE", PATH, {"key": "x" * 256}),
    "an empty idempotency key": (400, "DELETE", PATH, {"key": ""}),
    "metadata twice": (400, "GET", f"{PLANS}?metadata={{}}&metadata={{}}", {"kind": "system"}),
    "metadata that is not JSON": (400, "GET", f"{PLANS}?metadata=x", {"kind": "system"}),
    "a query not in UTF-8": (400, "GET", f"{PLANS}?metadata=%ff", {"kind": "system"}),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_refused(served, attack):
    """It gets an error in Vercel's form, and the partner's method is not called."""
    status, method, path, settings = ATTACKS[attack]
    body = settings.get("body", INSTALL)
    others = {name: value for name, value in settings.items() if name != "body"}

    response = served.call(method, path, body, **others)

    assert (response.status_code, served.partner.calls) == (status, [])
    assert error_of(response)["message"]


@pytest.mark.parametrize(
    "forged", [*forged_tokens(EMULATOR.tokens)], ids=lambda forged: forged.what
)
def test_a_forged_token_is_refused(served, forged):
    """None of the tokens that an attacker can make opens anything."""
    response = served.call(
        "PUT", PATH, INSTALL, authorization=f"Bearer {forged.token}" if forged.token else None
    )

    assert (response.status_code in {401, 403}, served.partner.calls) == (True, [])


def test_a_401_names_the_scheme(served):
    """A token that is not accepted is asked for again."""
    assert served.call("PUT", PATH, authorization=None).headers["www-authenticate"] == "Bearer"


def test_without_keys_nothing_is_known(served):
    """Where Vercel's keys cannot be fetched, the response says so: it may be sent again."""
    served.keys.available = False

    response = served.call("PUT", PATH, INSTALL)

    assert (response.status_code, response.headers["retry-after"]) == (503, "5")


@pytest.mark.parametrize(
    ("method", "path", "settings"),
    [
        ("GET", PLANS, {"kind": "system", "claims": {"installation_id": None, "sub": None}}),
        ("GET", PLANS, {"kind": "user"}),
        ("GET", "/v1/installations/new/plans", {"kind": "system", "claims": {"sub": None}}),
        ("GET", "/v1/installations/new/plans", {"kind": "user", "claims": {"user_role": "USER"}}),
        ("GET", f"{PATH}/resources/db_1", {"kind": "system", "x_vercel_auth": None}),
        ("GET", f"{PATH}/resources/db_1", {"kind": "system", "x_vercel_auth": "System"}),
        ("PUT", PATH, {"x_vercel_auth": None}),
        ("DELETE", PATH, {"kind": "system"}),
        ("DELETE", PATH, {"kind": "user"}),
    ],
)
def test_what_vercel_sends_is_let_in(served, method, path, settings):
    """What looks odd and is Vercel's is let in: plans before the installation, no header."""
    assert served.call(method, path, INSTALL, **settings).status_code in {200, 204}


def test_a_body_names_no_other_installation(served):
    """An id in the body does not count: the path's is the token's."""
    served.call("PUT", PATH, {**INSTALL, "installationId": "icfg_2", "installation_id": "icfg_2"})

    ((_, call, asked),) = served.partner.calls
    assert (call.installation_id, asked.installation_id) == (INSTALLATION, INSTALLATION)


def test_an_id_may_hold_an_escaped_slash(served):
    """An escaped slash is a part of the id, and names no other operation."""
    served.call("GET", f"{PATH}/resources/a%2Fplans", kind="system")

    ((name, _, asked),) = served.partner.calls
    assert (name, asked.resource_id) == ("get_resource", "a/plans")


def test_a_400_names_fields_and_no_values(served):
    """The fields are named as in the JSON; no text shows what they hold."""
    body = {
        **INSTALL,
        "scopes": "hidden-3",
        "credentials": {"access_token": 12345678, "token_type": "Bearer"},
        "billingPlanId": ["hidden-4"],
    }

    response = served.call("PUT", PATH, body)

    error = error_of(response)
    assert error["code"] == "validation_error"
    assert {one["key"]: one["message"] for one in error["fields"]} == {
        "scopes": "expected an array, got a string",
        "credentials.access_token": "expected a string, got a number",
        "billingPlanId": "expected a string, got an array",
    }
    assert not any(value in response.text for value in ("hidden", "12345678"))


def test_a_request_does_not_show_its_secrets(served):
    """What a partner logs of a call has neither the token nor the body."""
    token = EMULATOR.tokens.user_token()
    served.call("PUT", f"{PATH}?key=hidden", INSTALL, token=token)

    ((_, call, asked),) = served.partner.calls
    assert not any(text in f"{call!r} {asked!r}" for text in (token, "hidden"))


@pytest.mark.parametrize(("depth", "status"), [(198, 200), (199, 400), (900, 400), (990, 400)])
def test_a_depth_is_the_greatest(served, depth, status):
    """What is nested deeper than any partner's libraries can write is refused."""
    metadata = b'{"x":' + b"[" * depth + b"]" * depth + b"}"
    body = json.dumps(PROVISION).encode().replace(b'"metadata": {}', b'"metadata": ' + metadata)

    assert served.provision(body).status_code == status
