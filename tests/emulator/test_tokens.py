"""The tokens that the emulator signs, and the keys that it publishes."""

import json
import subprocess
import sys

import pytest

from tests.emulator.builders import respond, send
from tests.emulator.test_sso import claims_of
from vercel_marketplace import Headers, HTTPRequest
from vercel_marketplace.emulator import Emulator
from vercel_marketplace.emulator.namespaces.tokens import Tokens
from vercel_marketplace.tokens import (
    ANY_INSTALLATION,
    JWKS_URL,
    SyncTokenVerifier,
    SystemClaims,
    TokenAudienceError,
    TokenExpiredError,
    TokenSignatureError,
    TokenVerifier,
    UserClaims,
    WrongInstallationError,
    WrongTokenKindError,
)


def verifier(
    emulator, kind=SyncTokenVerifier, client_id=Emulator.integration.client_id, **settings
):
    """What a partner verifies with, by the emulator's keys and clock."""
    return kind(
        client_id, transport=emulator.transport(), clock=emulator.clock.timestamp, **settings
    )


def accept(held, name, token, installation_id):
    """Verify the token of a call in the name of a user, or of the system."""
    return held.verify_call(f"Bearer {token}", name, installation_id=installation_id)


def test_a_verifier_accepts_a_users_token(emulator):
    """The token of a call speaks for the admin, in its own words of the installation."""
    claims = accept(
        verifier(emulator), "user", emulator.tokens.user_token(), emulator.installation_id
    )

    assert isinstance(claims, UserClaims)
    assert (claims.user_id, claims.user_role) == (emulator.team.admin_id, "ADMIN")
    assert (claims.type, claims.user_email) == ("access_token", "owner@acme.example")
    assert claims.sub.startswith(f"account:{claims.account_id}:user:")
    assert claims.iat == emulator.clock.now()


def test_a_verifier_accepts_vercels_own_token(emulator):
    """The system's token names the account and the installation, and no user."""
    claims = verifier(emulator).verify_system(
        emulator.tokens.system_token(), installation_id=emulator.installation_id
    )

    assert isinstance(claims, SystemClaims)
    assert claims.sub == f"account:{claims.account_id}"
    assert claims.extra == {}


def test_the_two_kinds_are_told_apart(emulator):
    """A user's token does not pass for Vercel's own."""
    with pytest.raises(WrongTokenKindError):
        verifier(emulator).verify_system(
            emulator.tokens.user_token(), installation_id=emulator.installation_id
        )


async def _accepts(emulator, id_token):
    async with verifier(emulator, TokenVerifier) as held:
        return await held.verify_user(id_token, installation_id=ANY_INSTALLATION)


def test_the_exchange_gives_a_signed_id_token(emulator, marketplace, client):
    """A verifier, async as well, accepts what a member signs in with."""
    import anyio

    tokens = marketplace.exchange_sso_token(code=emulator.tokens.issue_sso_code(), **client)

    claims = anyio.run(_accepts, emulator, tokens.id_token)

    assert (claims.user_id, claims.type) == (emulator.team.admin_id, "id_token")


@pytest.mark.parametrize("name", ["user", "system"])
def test_a_token_expires_by_the_clock(emulator, name):
    """After an hour, and the leeway, a token is refused; before that it is not."""
    token = getattr(emulator.tokens, f"{name}_token")()
    held = verifier(emulator, leeway=0)
    emulator.clock.advance(seconds=3599)
    assert accept(held, name, token, emulator.installation_id)

    emulator.clock.advance(seconds=1)

    with pytest.raises(TokenExpiredError):
        accept(held, name, token, emulator.installation_id)


def test_a_token_expires_when_it_is_told_to(emulator):
    """A token may be good for a shorter time."""
    token = emulator.tokens.system_token(expires_in=60)
    emulator.clock.advance(seconds=60)

    with pytest.raises(TokenExpiredError):
        verifier(emulator, leeway=0).verify_system(token, installation_id=ANY_INSTALLATION)


@pytest.mark.parametrize("name", ["user", "system"])
def test_a_token_is_for_its_integration(emulator, name):
    """A partner of another client id refuses it."""
    held = verifier(emulator, client_id="oac_another")

    with pytest.raises(TokenAudienceError):
        getattr(held, f"verify_{name}")(
            getattr(emulator.tokens, f"{name}_token")(), installation_id=ANY_INSTALLATION
        )


@pytest.mark.parametrize("name", ["user", "system"])
def test_a_token_is_for_its_installation(emulator, name):
    """One installation's token is refused for another, whose own one is accepted."""
    other = emulator.installations.add()
    held = verifier(emulator)
    mine, others = (getattr(one.tokens, f"{name}_token")() for one in (emulator, other))

    assert accept(held, name, others, other.installation_id)
    with pytest.raises(WrongInstallationError):
        accept(held, name, mine, other.installation_id)


def test_a_token_speaks_for_the_member_it_is_asked_for(emulator):
    """Any member can act; one without an address has no claim of it."""
    emulator.team.add_member("usr_2")

    claims = claims_of(emulator.tokens.user_token(member_id="usr_2"))

    assert (claims["user_id"], claims["user_role"]) == ("usr_2", "USER")
    assert "user_email" not in claims


def test_claims_can_be_set(emulator):
    """A test of what should be refused sets the claims that it is about."""
    user = claims_of(emulator.tokens.user_token(claims={"aud": "oac_another", "new": 1}))
    system = claims_of(emulator.tokens.system_token(claims={"installation_id": None}))

    assert (user["aud"], user["new"]) == ("oac_another", 1)
    assert system["installation_id"] is None


def test_a_stranger_gets_no_token(emulator):
    """Vercel acts for nobody who is not a member."""
    with pytest.raises(LookupError, match="no member 'usr_2'"):
        emulator.tokens.user_token(member_id="usr_2")


@pytest.mark.parametrize("seconds", [0, -1, 1e9, float("nan")])
@pytest.mark.parametrize("name", ["user_token", "system_token"])
def test_a_lifetime_has_to_make_sense(emulator, name, seconds):
    """A token that was never good is no use to anybody."""
    with pytest.raises(ValueError, match="expires_in"):
        getattr(emulator.tokens, name)(expires_in=seconds)


def test_a_token_that_is_altered_is_refused(emulator):
    """The signature is of these very claims."""
    head, _, signature = emulator.tokens.user_token().split(".")
    _, payload, _ = emulator.tokens.user_token(claims={"user_id": "usr_2"}).split(".")

    with pytest.raises(TokenSignatureError):
        verifier(emulator).verify_user(
            f"{head}.{payload}.{signature}", installation_id=ANY_INSTALLATION
        )


# Keys ---------------------------------------------------------------------------------


def get(url, method="GET"):
    """A request for a document."""
    return HTTPRequest(method=method, url=url, headers=Headers(), content=None)


@pytest.mark.parametrize(
    "url", [JWKS_URL, "http://127.0.0.1:8787/.well-known/jwks", f"{JWKS_URL}?v=1"]
)
def test_the_keys_are_published(emulator, url):
    """On any host the document is what `jwks` says, with nothing of the private half."""
    response = respond(emulator, get(url))

    assert response.status_code == 200
    assert response.headers["x-vercel-id"]
    assert json.loads(response.content) == emulator.tokens.jwks
    (key,) = emulator.tokens.jwks["keys"]
    assert key.keys() == {"kty", "use", "alg", "kid", "n", "e"}


@pytest.mark.parametrize(
    ("url", "method"), [(JWKS_URL, "POST"), (f"{JWKS_URL}/x", "GET"), ("jwks", "GET")]
)
def test_nothing_else_is_the_key_set(emulator, url, method):
    """Another method or path is an endpoint that does not exist."""
    assert respond(emulator, get(url, method)).status_code == 404


def test_one_process_has_one_key(emulator):
    """What one emulator signs, another one's key set verifies: keys are made once."""
    assert Emulator().tokens.jwks == emulator.tokens.jwks
    assert accept(
        verifier(Emulator()), "user", emulator.tokens.user_token(), emulator.installation_id
    )


def test_the_keys_are_fetched_past_faults_and_limits(emulator):
    """Faults are for operations, and the rate limit for tokens; the fetch is still seen."""
    emulator.faults.fail("*")
    emulator.faults.set_rate_limit(total=0)

    verifier(emulator).verify_system(
        emulator.tokens.system_token(), installation_id=ANY_INSTALLATION
    )

    assert [request.url for request in emulator.requests] == [JWKS_URL]
    assert emulator.faults.pending


# Without the extra --------------------------------------------------------------------


@pytest.fixture
def without_the_extra(monkeypatch):
    """A process in which cryptography is not installed."""
    monkeypatch.delitem(sys.modules, "vercel_marketplace.emulator.jwt.key_pair", raising=False)
    name = "cryptography.hazmat.primitives.asymmetric.padding"
    monkeypatch.setitem(sys.modules, name, None)


@pytest.mark.parametrize(
    "use", [Tokens.user_token, Tokens.system_token, lambda tokens: tokens.jwks]
)
@pytest.mark.usefixtures("without_the_extra")
def test_signing_names_the_extra_that_it_takes(emulator, use):
    """Without cryptography there are no signed tokens, and the error says how to get it."""
    with pytest.raises(ImportError, match=r"vercel-marketplace\[tokens\]"):
        use(emulator.tokens)


@pytest.mark.usefixtures("without_the_extra")
def test_the_key_set_names_the_extra_that_it_takes(emulator):
    """A client over HTTP reads the same in a 501."""
    response = respond(emulator, get(JWKS_URL))

    assert response.status_code == 501
    assert "vercel-marketplace[tokens]" in json.loads(response.content)["error"]["message"]


@pytest.mark.usefixtures("without_the_extra")
def test_the_exchange_works_without_the_extra(emulator, marketplace, client):
    """Without cryptography the id token has its claims, and says that it is not signed."""
    tokens = marketplace.exchange_sso_token(code=emulator.tokens.issue_sso_code(), **client)

    assert tokens.id_token.startswith("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.")
    assert tokens.id_token.endswith(".")
    assert claims_of(tokens.id_token)["user_id"] == emulator.team.admin_id


def test_no_key_is_made_before_it_is_needed():
    """An emulator that is asked for nothing signed loads no cryptography."""
    code = (
        "import sys; from vercel_marketplace.emulator import Emulator;"
        "Emulator().tokens.issue_sso_code();"
        "sys.exit(bool({'cryptography', 'jwt'} & sys.modules.keys()))"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_other_requests_are_answered_as_before(emulator):
    """The installation's endpoints are where they were."""
    assert send(emulator, "GET", "/account").status_code == 200
