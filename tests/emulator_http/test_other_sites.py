"""A page of another site, open in a browser on the same machine, cannot use the emulator."""

import json
import sys
from urllib.parse import urlencode, urlsplit

import httpx
import pytest

from vercel_marketplace.emulator import Emulator
from vercel_marketplace.emulator.server.serve import serve

ACCOUNT = f"/v1/installations/{Emulator.installation_id}/account"
EXCHANGE = "/v1/integrations/sso/token"
AUTHORIZATION = {"authorization": f"Bearer {Emulator.token}"}


@pytest.fixture
def emulator():
    """An emulator that is served by itself, with the settings that users have."""
    return Emulator()


@pytest.fixture
def url(emulator):
    """Its URL."""
    with serve(emulator) as url:
        yield url


def get_account(url, host):
    """The response to a valid request for a host; `PORT` in it stands for the server's port."""
    host = host.replace("PORT", str(urlsplit(url).port))
    return httpx.get(url + ACCOUNT, headers=AUTHORIZATION | {"host": host})


def post_form(url, code, **headers):
    """The response to a form that exchanges an SSO code, which needs no preflight."""
    integration = Emulator.integration
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": integration.client_id,
        "client_secret": integration.client_secret,
    }
    form_type = {"content-type": "application/x-www-form-urlencoded"}
    return httpx.post(url + EXCHANGE, content=urlencode(form), headers=form_type | headers)


# Host ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host", ["127.0.0.1:PORT", "localhost:PORT", "LOCALHOST:PORT", "[::1]:PORT"]
)
def test_the_server_answers_to_its_own_names(url, host):
    """The address that is listened on and the names of this machine are served."""
    assert get_account(url, host).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example:PORT",
        "evil.example",
        "localhost.evil.example:PORT",
        "127.0.0.1.evil.example:PORT",
        "evil",
        "localhost",
        "localhost:1",
        "localhost:PORT:PORT",
        "user@localhost:PORT",
        "192.0.2.1:PORT",
        "[",
        "",
    ],
)
def test_a_host_that_is_not_the_servers_own_is_refused(emulator, url, host):
    """A domain that was made to resolve to this machine is refused, and nothing changes."""
    response = get_account(url, host)

    assert (response.status_code, response.json()["error"]["code"]) == (421, "misdirected_request")
    assert emulator.requests == []


def test_a_refused_host_is_told_how_it_is_allowed(url):
    """The message names the host, the keyword and the option."""
    message = get_account(url, "marketplace.example:PORT").json()["error"]["message"]

    assert f"'marketplace.example:{urlsplit(url).port}'" in message
    assert "allowed_hosts" in message
    assert "--allow-host" in message


@pytest.mark.parametrize(
    ("allowed", "host", "status"),
    [
        ("Emulator", "emulator:PORT", 200),
        ("emulator", "emulator", 200),
        ("emulator:80", "emulator", 200),
        ("emulator:9000", "emulator:9000", 200),
        ("emulator:9000", "emulator:PORT", 421),
        ("emulator", "emulator.evil.example:PORT", 421),
        ("[fd00::1]", "[fd00::1]:PORT", 200),
        ("emulator", "localhost:PORT", 200),
    ],
)
def test_more_hosts_can_be_allowed(allowed, host, status):
    """A name is allowed for any port, one with a port for that port, and the own names stay."""
    with Emulator().serve(allowed_hosts=[allowed]) as url:
        assert get_account(url, host).status_code == status


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere 127.0.0.2 is no address")
def test_the_address_of_the_connection_is_an_own_name():
    """A server on all addresses has the name of the one at which a request arrives."""
    with serve(Emulator(), host="0.0.0.0") as url:
        other = url.replace("127.0.0.1", "127.0.0.2")

        assert get_account(other, "127.0.0.2:PORT").status_code == 200
        assert get_account(url, "127.0.0.2:PORT").status_code == 421


@pytest.mark.parametrize("name", ["http://emulator", "emulator/", "::1", "a b", "", "a:b"])
def test_a_host_that_is_not_a_name_is_a_mistake(name):
    """What no `Host` can be is refused before anything is served."""
    with (
        pytest.raises(ValueError, match="is not a host; use a name"),
        serve(Emulator(), allowed_hosts=[name]),
    ):
        raise AssertionError


def test_a_string_in_place_of_hosts_is_a_mistake():
    """A string would allow each of its letters."""
    with (
        pytest.raises(TypeError, match=r"use \['emulator'\]"),
        serve(Emulator(), allowed_hosts="emulator"),
    ):
        raise AssertionError


# Origin --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "https://evil.example:443",
        "http://localhost:PORT",  # the request is for 127.0.0.1
        "http://127.0.0.1:1",
        "http://127.0.0.1",
        "http://127.0.0.1:PORT.evil.example",
        "null",
        "",
    ],
)
def test_a_form_of_another_site_is_refused(emulator, url, origin):
    """A form that a page of another origin posts is a 403, and its SSO code stays unused."""
    code = emulator.tokens.issue_sso_code()
    response = post_form(url, code, origin=origin.replace("PORT", str(urlsplit(url).port)))

    assert (response.status_code, response.json()["error"]["code"]) == (403, "forbidden")
    assert post_form(url, code).status_code == 200


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LocalHost"])
def test_a_form_of_the_emulators_own_page_is_accepted(emulator, url, host):
    """A page that the emulator itself has served may post to it."""
    authority = f"{host}:{urlsplit(url).port}"
    code = emulator.tokens.issue_sso_code()
    response = post_form(url, code, host=authority, origin=f"http://{authority.lower()}")

    assert response.status_code == 200


def test_a_preflight_of_another_site_is_refused(url):
    """A browser that asks first is not allowed anything."""
    ask = {"access-control-request-method": "POST", "origin": "http://evil.example"}
    response = httpx.options(url + EXCHANGE, headers=ask)

    assert response.status_code == 403
    assert not [name for name in response.headers if name.startswith("access-control-")]


# Neither -------------------------------------------------------------------------------


def test_a_client_without_a_host_is_no_browser(url, new_raw):
    """HTTP 1.0 has no `Host`, and every browser sends one: such a request is served."""
    head = f"GET {ACCOUNT} HTTP/1.0\r\nauthorization: Bearer {Emulator.token}\r\n\r\n"

    response = new_raw(url).sends(head.encode()).reads()

    assert json.loads(response.partition(b"\r\n\r\n")[2])["name"] == "Acme"
