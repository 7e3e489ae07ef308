"""The token exchange."""

import base64
import json
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from tests.emulator.builders import INSTALLATION, error_of, respond
from vercel_marketplace import (
    Headers,
    HTTPRequest,
    SyncVercel,
    VercelBadRequestError,
    VercelForbiddenError,
)
from vercel_marketplace.emulator import Emulator


def claims_of(id_token):
    """What an id token says."""
    _, payload, _ = id_token.split(".")
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def test_a_code_is_exchanged_for_tokens(emulator, marketplace, client):
    """The tokens live an hour, and the id token names the member, integration and installation."""
    tokens = marketplace.exchange_sso_token(code=emulator.tokens.issue_sso_code(), **client)

    assert tokens.access_token
    assert (tokens.token_type, tokens.expires_in) == ("Bearer", 3600)
    claims = claims_of(tokens.id_token)
    assert claims["user_id"] == emulator.team.admin_id
    assert claims["user_role"] == "ADMIN"
    assert claims["aud"] == emulator.integration.client_id
    assert claims["installation_id"] == emulator.installation_id
    assert claims["iat"] == emulator.clock.now().timestamp()
    assert claims["exp"] == claims["iat"] + 3600


def oauth_error(marketplace, **arguments):
    """The status and code with which the exchange is refused."""
    with pytest.raises((VercelBadRequestError, VercelForbiddenError)) as caught:
        marketplace.exchange_sso_token(**arguments)
    assert json.loads(caught.value.body).keys() == {"error", "error_description"}
    return caught.value.status_code, caught.value.code


def test_a_code_works_once(emulator, marketplace, client):
    """A code that was exchanged is refused in OAuth's form; another code still works."""
    first, second = emulator.tokens.issue_sso_code(), emulator.tokens.issue_sso_code()
    marketplace.exchange_sso_token(code=first, **client)

    assert oauth_error(marketplace, code=first, **client) == (400, "invalid_grant")
    assert marketplace.exchange_sso_token(code=second, **client).id_token


def test_a_refresh_token_works_again_and_again(emulator, marketplace, client):
    """A refresh token gives new tokens more than once, whatever else was issued since."""
    refresh_token, _ = (
        marketplace.exchange_sso_token(
            code=emulator.tokens.issue_sso_code(), **client
        ).refresh_token
        for _ in range(2)
    )

    grants = [
        marketplace.exchange_sso_token(
            grant_type="refresh_token", refresh_token=refresh_token, **client
        )
        for _ in range(2)
    ]

    assert grants[0].id_token
    assert grants[0].access_token != grants[1].access_token


def test_an_unknown_grant_is_refused(marketplace, client):
    """A code or refresh token that was never issued is an `invalid_grant`."""
    refresh = {"grant_type": "refresh_token", "refresh_token": "unknown"}

    assert oauth_error(marketplace, code="unknown", **client) == (400, "invalid_grant")
    assert oauth_error(marketplace, **refresh, **client) == (400, "invalid_grant")


@pytest.mark.parametrize("wrong", ["client_id", "client_secret"])
def test_a_wrong_client_is_refused_and_the_code_stays(emulator, marketplace, client, wrong):
    """A wrong client id or secret is a 403, and does not use up the code."""
    code = emulator.tokens.issue_sso_code()

    assert oauth_error(marketplace, code=code, **client | {wrong: "x"}) == (403, "invalid_client")
    assert marketplace.exchange_sso_token(code=code, **client).id_token


# What nobody can guess ----------------------------------------------------------------


def test_codes_and_refresh_tokens_are_random(client):
    """Two emulators that are called the same issue other codes and refresh tokens."""
    seen = set()
    for _ in range(2):
        emulator = Emulator()
        with SyncVercel(bearer_token="x", transport=emulator.transport()) as vercel:
            code = emulator.tokens.issue_sso_code()
            tokens = vercel.marketplace.exchange_sso_token(code=code, **client)
        seen |= {code, tokens.refresh_token}

    assert len(seen) == 4
    assert all(len(secret) >= len("emulator-sso-code-") + 22 for secret in seen)


def test_a_code_can_be_chosen(client):
    """With a code of the test's own, the code and all tokens are the same each time."""
    results = []
    for _ in range(2):
        emulator = Emulator()
        with SyncVercel(bearer_token="x", transport=emulator.transport()) as vercel:
            code = emulator.tokens.issue_sso_code(code="chosen")
            results.append(vercel.marketplace.exchange_sso_token(code=code, **client))

    assert code == "chosen"
    assert results[0] == results[1]


def test_a_chosen_code_works_once(emulator, marketplace, client):
    """A chosen code is used up, until it is issued again; the refresh token is then another."""
    tokens = []
    for _ in range(2):
        emulator.tokens.issue_sso_code(code="chosen")
        tokens.append(marketplace.exchange_sso_token(code="chosen", **client).refresh_token)

    assert oauth_error(marketplace, code="chosen", **client) == (400, "invalid_grant")
    assert tokens[0] != tokens[1]


def test_an_empty_code_is_a_mistake(emulator):
    """An empty code would be no parameter of a URL at all."""
    with pytest.raises(ValueError, match="code must not be empty"):
        emulator.tokens.issue_sso_code(code="")


# Codes --------------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "works"), [(599, True), (600, False), (10**7, False)])
def test_a_code_expires_after_ten_minutes(emulator, marketplace, client, seconds, works):
    """A code that is ten minutes old is an `invalid_grant`."""
    code = emulator.tokens.issue_sso_code()
    emulator.clock.advance(seconds=seconds)

    if works:
        assert marketplace.exchange_sso_token(code=code, **client).id_token
    else:
        assert oauth_error(marketplace, code=code, **client) == (400, "invalid_grant")


@pytest.mark.parametrize("name", ["state", "redirect_uri"])
@pytest.mark.parametrize(
    ("issued", "given", "works"),
    [("a", "a", True), ("a", "b", False), ("a", None, True), (None, "b", True)],
)
def test_what_a_code_was_issued_with_must_not_differ(
    emulator, marketplace, client, name, issued, given, works
):
    """Another state or redirect URI than the code's is refused and leaves the code good."""
    code = emulator.tokens.issue_sso_code(**{name: issued})
    given = {} if given is None else {name: given}

    if not works:
        assert oauth_error(marketplace, code=code, **given, **client) == (400, "invalid_grant")
        given = {name: issued}
    assert marketplace.exchange_sso_token(code=code, **given, **client).id_token


def test_a_code_is_for_the_member_who_signs_in(emulator, marketplace, client):
    """Members can be added; the id token and `get_member` then speak of them."""
    emulator.team.add_member("usr_2")

    tokens = marketplace.exchange_sso_token(
        code=emulator.tokens.issue_sso_code(member_id="usr_2"), **client
    )

    claims = claims_of(tokens.id_token)
    assert (claims["user_id"], claims["user_role"]) == ("usr_2", "USER")
    assert marketplace.get_member(member_id="usr_2").role == "USER"


def test_a_role_can_change(emulator, marketplace):
    """Adding a member again changes the role, to one that the SDK does not know as well."""
    emulator.team.add_member(emulator.team.admin_id, role="BILLING")

    assert marketplace.get_member(member_id=emulator.team.admin_id).role == "BILLING"


def test_a_stranger_gets_no_code(emulator):
    """Nobody signs in who is not a member."""
    with pytest.raises(LookupError, match="no member 'usr_2'"):
        emulator.tokens.issue_sso_code(member_id="usr_2")


def test_a_code_is_for_its_installation(emulator, client):
    """A code of another installation is exchanged for tokens that name that one."""
    other = emulator.installations.add()

    with SyncVercel(transport=emulator.transport()) as vercel:
        tokens = vercel.marketplace.exchange_sso_token(code=other.tokens.issue_sso_code(), **client)

    claims = claims_of(tokens.id_token)
    assert claims["installation_id"] == other.installation_id
    assert claims["user_id"] == other.team.admin_id


# Forms --------------------------------------------------------------------------------

URL = "https://api.vercel.com/v1/integrations/sso/token"


def exchange(emulator, content, content_type="application/x-www-form-urlencoded", **headers):
    """The response to what is posted to the token endpoint."""
    headers = Headers({"content-type": content_type, **headers})
    request = HTTPRequest(method="POST", url=URL, headers=headers, content=content)
    return respond(emulator, request)


@pytest.mark.parametrize(
    "content_type",
    ["application/x-www-form-urlencoded", "Application/X-WWW-Form-URLencoded ; charset=utf-8"],
)
def test_a_form_is_as_good_as_json(emulator, client, content_type):
    """The content type says that a body is a form, and the response is the same."""
    form = {"code": emulator.tokens.issue_sso_code(), "grant_type": "authorization_code", **client}

    response = exchange(emulator, urlencode(form).encode(), content_type)

    assert response.status_code == 200
    assert json.loads(response.content)["id_token"]


def test_a_refresh_token_works_in_a_form(emulator, marketplace, client):
    """Both grants accept forms."""
    tokens = marketplace.exchange_sso_token(code=emulator.tokens.issue_sso_code(), **client)
    form = {"refresh_token": tokens.refresh_token, "grant_type": "refresh_token", **client}

    assert exchange(emulator, urlencode(form).encode()).status_code == 200


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "`client_id`: a required property is missing"),
        (b"code", "the body cannot be read as a form"),
        (b"code=%ff", "the body cannot be read as a form"),
        (b"\xff=1", "the body cannot be read as a form"),
        (b"a=1&" * 101, "the body cannot be read as a form"),
        (b"code=1&code=2", "`code`: given more than once"),
        (b"code=1&other=2", "`other`: an unknown property"),
        (b"code=1&client_id=2", "`client_secret`: a required property is missing"),
        (b"client_id=1&client_secret=2&grant_type=password", "`grant_type`: expected"),
        (b'{"code": "c"}', "the body cannot be read as a form"),
    ],
)
def test_a_form_is_read_strictly(emulator, content, complaint):
    """A malformed form, or one that repeats a field or has the wrong ones is a 400."""
    status, code, message = error_of(exchange(emulator, content))

    assert (status, code) == (400, "bad_request")
    assert message.startswith(f"Invalid request: {complaint}")


def test_only_the_token_endpoint_takes_forms(emulator):
    """Elsewhere a form is a body that is not JSON."""
    url = f"https://api.vercel.com/v1/installations/{INSTALLATION}/events"
    headers = {
        "authorization": f"Bearer {emulator.token}",
        "content-type": "application/x-www-form-urlencoded",
    }
    request = HTTPRequest(method="POST", url=url, headers=Headers(headers), content=b"event=x")

    assert error_of(respond(emulator, request))[0] == 400


@pytest.mark.parametrize("authorization", ["Bearer unknown", "Basic eDp5", "Bearer "])
def test_the_token_endpoint_ignores_the_authorization_header(emulator, client, authorization):
    """The client id and secret are in the body; a header does not spoil them."""
    content = json.dumps({"code": emulator.tokens.issue_sso_code(), **client}).encode()

    response = exchange(emulator, content, "application/json", authorization=authorization)

    assert response.status_code == 200


# The URL ------------------------------------------------------------------------------


def test_the_url_has_what_was_asked_for(emulator):
    """Open in provider names the place, and what its user came from."""
    url = emulator.tokens.sso_url(
        "https://acme.example/sso?tenant=7", resource_id="db 1", path="billing", support=True
    )
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    assert query.pop("code").startswith("emulator-sso-code-")
    assert len(query.pop("state")) > 16
    assert query == {
        "tenant": "7",
        "mode": "sso",
        "resource_id": "db 1",
        "path": "billing",
        "support": "true",
    }
    assert parts[:3] == ("https", "acme.example", "/sso")


def test_the_code_of_the_url_is_for_its_state_and_member(emulator, marketplace, client):
    """Whoever exchanges it learns who came."""
    emulator.team.add_member("usr_2")
    url = emulator.tokens.sso_url("http://localhost/sso", member_id="usr_2", state="s")
    query = dict(parse_qsl(urlsplit(url).query))
    with pytest.raises(VercelBadRequestError):
        marketplace.exchange_sso_token(code=query["code"], state="other", **client)
    tokens = marketplace.exchange_sso_token(code=query["code"], state="s", **client)
    assert claims_of(tokens.id_token)["user_id"] == "usr_2"


@pytest.mark.parametrize("url", ["acme.example/sso", "/sso", "ftp://acme.example", ""])
def test_the_url_has_to_lead_to_a_server(emulator, url):
    """Anything but an absolute http URL is refused, and no code is issued."""
    with pytest.raises(ValueError, match="redirect_login_url must be an absolute http URL"):
        emulator.tokens.sso_url(url)
