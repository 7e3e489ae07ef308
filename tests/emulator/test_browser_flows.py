"""A user's browser goes from Vercel to the partner, and back."""

import json
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
import pytest

from tests.emulator.builders import respond
from vercel_marketplace import HTTPRequest
from vercel_marketplace import models as m
from vercel_marketplace.emulator import EmulatedIntegration, Emulator
from vercel_marketplace.tokens import SyncTokenVerifier
from vercel_marketplace.tokens.errors import TokenIssuerError

IMPORT = "https://acme.example/import?from=vercel"
RETURN = "https://vercel.com/back?team=acme"
REDIRECT = "https://acme.example/connect"


def query(url):
    """The parameters of a URL."""
    return dict(parse_qsl(urlsplit(url).query))


# Import --------------------------------------------------------------------------------


@pytest.fixture
def begun(emulator):
    """The parameters with which the partner's page opens."""
    url = emulator.tokens.import_url(IMPORT, return_url=RETURN, product_id="acme-postgres")
    return query(url)


@pytest.fixture
def imported(marketplace):
    """A resource that the partner has imported meanwhile."""
    body = m.ImportResourceRequestBody(
        ownership="linked", product_id="acme-postgres", name="Old", status="ready"
    )
    marketplace.import_resource(resource_id="db_old", request_body=body)
    return "db_old"


def way_back(begun, base=RETURN, **changes):
    """Where the partner sends the browser."""
    parameters = {
        "installation_id": begun["installation_id"],
        "resource_id": "db_old",
        "state": begun["state"],
    }
    return f"{base}&{urlencode(parameters | changes)}"


def test_an_import_begins_at_the_partner(begun):
    """The page gets the installation, the product, a state and where to return to."""
    assert {name: value for name, value in begun.items() if name != "state"} == {
        "from": "vercel",
        "installation_id": Emulator.installation_id,
        "product_id": "acme-postgres",
        "return": RETURN,
    }
    assert len(begun["state"]) > 16


def test_an_import_ends_at_vercel(emulator, begun, imported):
    """Vercel looks up the resource that the partner has imported."""
    assert emulator.resources.complete_import(way_back(begun)) == imported


@pytest.mark.usefixtures("imported")
def test_the_state_of_an_import_works_once(emulator, begun):
    """A second return with the same state is refused."""
    emulator.resources.complete_import(way_back(begun))

    with pytest.raises(ValueError, match="state: unknown or used before"):
        emulator.resources.complete_import(way_back(begun))


@pytest.mark.usefixtures("imported")
def test_the_state_of_an_import_expires(emulator, begun):
    """After 12 hours it is too late to return."""
    emulator.clock.advance(hours=12)

    with pytest.raises(ValueError, match="state: more than 12 hours old"):
        emulator.resources.complete_import(way_back(begun))


@pytest.mark.usefixtures("imported")
@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"state": "guessed"}, "state: unknown"),
        ({"installation_id": "icfg_2"}, "installation_id: expected 'icfg_emulator'"),
        ({"base": "https://evil.example/back?a=b"}, "url: expected the return URL"),
    ],
)
def test_a_wrong_way_back_is_refused(emulator, begun, changes, complaint):
    """The state, the installation and the address have to be those that the import began with."""
    with pytest.raises(ValueError, match=complaint):
        emulator.resources.complete_import(way_back(begun, **changes))


def test_an_import_is_not_completed_for_another_installation(emulator, begun):
    """The state belongs to the installation that it was issued for."""
    other = emulator.installations.add("icfg_2")

    with pytest.raises(ValueError, match="installation_id: expected 'icfg_emulator'"):
        other.resources.complete_import(way_back(begun))


def test_the_resource_is_imported_before_the_way_back(emulator, begun):
    """A resource that Vercel does not know is not found."""
    with pytest.raises(LookupError, match="no resource 'db_old'"):
        emulator.resources.complete_import(way_back(begun))


# Connectable accounts ------------------------------------------------------------------


def test_an_account_is_connected(emulator, marketplace):
    """The window has a code, the installation and the team, and the code is worth a token."""
    given = query(emulator.tokens.oauth_url(REDIRECT, next_url=RETURN))

    token = marketplace.exchange_oauth_code(
        code=given["code"],
        redirect_uri=REDIRECT,
        client_id=emulator.integration.client_id,
        client_secret=emulator.integration.client_secret,
    )

    assert (given["configurationId"], given["next"]) == (emulator.installation_id, RETURN)
    assert given["source"] == "marketplace"
    assert (token.installation_id, token.team_id) == (emulator.installation_id, given["teamId"])


def test_a_deploy_button_names_its_project(emulator):
    """So does a flow that the partner began, with its state."""
    button = query(
        emulator.tokens.oauth_url(
            REDIRECT, source="deploy-button", current_project_id="prj_1", external_id="x 1"
        )
    )
    external = query(emulator.tokens.oauth_url(REDIRECT, source="external", state="s"))

    assert (button["currentProjectId"], button["external-id"]) == ("prj_1", "x 1")
    assert (external["source"], external["state"]) == ("external", "s")


@pytest.mark.parametrize(
    ("build", "name"),
    [
        (lambda tokens: tokens.import_url("/import"), "import_resource_url"),
        (lambda tokens: tokens.import_url(IMPORT, return_url="x"), "return_url"),
        (lambda tokens: tokens.oauth_url("ftp://acme.example"), "redirect_url"),
        (lambda tokens: tokens.oauth_url(REDIRECT, next_url=""), "next_url"),
    ],
)
def test_a_browser_is_sent_to_absolute_urls(emulator, build, name):
    """Any other is a mistake of the test, and no code is issued."""
    with pytest.raises(ValueError, match=f"{name} must be an absolute http URL"):
        build(emulator.tokens)

    assert emulator._store.state.integration.issued == 0


# Discovery -----------------------------------------------------------------------------


def get(emulator, path, method="GET"):
    """The status and the JSON at a path of the emulator's own host."""
    response = respond(emulator, HTTPRequest(method=method, url=f"http://127.0.0.1:8787{path}"))
    return response.status_code, json.loads(response.content)


def test_the_keys_can_be_discovered(emulator):
    """The document names Vercel as the issuer, and the keys where it was itself."""
    status, document = get(emulator, "/.well-known/openid-configuration")

    assert (status, document["issuer"]) == (200, "https://marketplace.vercel.com")
    assert document["jwks_uri"] == "http://127.0.0.1:8787/.well-known/jwks"
    assert document["id_token_signing_alg_values_supported"] == ["RS256"]


def test_the_keys_have_two_addresses(emulator):
    """Partners fetch them with and without the ending."""
    assert get(emulator, "/.well-known/jwks.json") == get(emulator, "/.well-known/jwks")


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/.well-known/jwks.json"])
def test_what_is_published_is_only_read(emulator, path):
    """Another method is no endpoint."""
    assert get(emulator, path, "POST")[0] == 404


REQUIRED = {  # OpenID Connect Discovery 1.0, section 3
    "issuer",
    "authorization_endpoint",
    "token_endpoint",
    "jwks_uri",
    "response_types_supported",
    "subject_types_supported",
    "id_token_signing_alg_values_supported",
}


def sign_in_strictly(emulator, base):
    """Sign in as a client that trusts nothing but the issuer that it is configured with.

    Its steps are those of OpenID Connect Discovery 1.0, section 4.3, and Core 1.0, section 3.1.3.7.
    """

    def fetch(url, **body):
        content = json.dumps(body).encode() if body else None
        method = "POST" if body else "GET"
        request = HTTPRequest(method=method, url=url, content=content)
        return json.loads(respond(emulator, request).content)

    document = fetch(f"{base}/.well-known/openid-configuration")
    assert document.keys() >= REQUIRED
    assert document["issuer"] == base
    integration = emulator.integration
    tokens = fetch(
        document["token_endpoint"],
        code=emulator.tokens.issue_sso_code(),
        client_id=integration.client_id,
        client_secret=integration.client_secret,
    )
    keys = jwt.PyJWKSet.from_dict(fetch(document["jwks_uri"]))
    id_token = tokens["id_token"]
    return jwt.decode(
        id_token,
        keys[jwt.get_unverified_header(id_token)["kid"]],
        algorithms=document["id_token_signing_alg_values_supported"],
        audience=integration.client_id,
        issuer=document["issuer"],
        options={
            "require": ["iss", "sub", "aud", "exp", "iat"],
            "verify_exp": False,  # it goes by the real time, and the emulator does not
            "strict_aud": True,
        },
    )


@pytest.mark.parametrize("base", ["http://127.0.0.1:8787", "http://localhost:9000"])
def test_a_strict_client_signs_in_at_an_issuer_of_its_own(base):
    """With the emulator's URL as the issuer, all that it compares is the same."""
    emulator = Emulator(integration=EmulatedIntegration(issuer=base))
    assert sign_in_strictly(emulator, base)["user_id"] == emulator.team.admin_id


def test_a_strict_client_signs_in_at_vercels_address(emulator):
    """In process the document is where Vercel has it, and nothing has to be set."""
    assert sign_in_strictly(emulator, "https://marketplace.vercel.com")


def test_a_verifier_accepts_an_issuer_that_it_is_given(emulator):
    """And no other: tokens with Vercel's name are not the emulator's then."""
    url = "http://127.0.0.1:8787"
    other = Emulator(integration=EmulatedIntegration(issuer=url))
    verifier = SyncTokenVerifier(
        other.integration.client_id,
        issuer=url,
        transport=other.transport(),
        clock=other.clock.timestamp,
    )
    assert verifier.verify_system(other.tokens.system_token(), installation_id="icfg_emulator")
    with pytest.raises(TokenIssuerError):
        verifier.verify_system(emulator.tokens.system_token(), installation_id="icfg_emulator")
