"""Responses as they are on the wire, and what is kept of the requests."""

import json

import pytest

from tests.emulator.builders import GRANT, LINE, WIRE, secrets, send, submitted
from vercel_marketplace import (
    VercelNotFoundError,
)


def test_responses_speak_the_contract(emulator, marketplace):
    """JSON has camelCase names and UTC times with milliseconds and `Z`; no response is empty."""
    submitted(marketplace, external_id="x")

    response = send(emulator, "GET", "/billing/invoices/inv_1")

    assert response.headers["content-type"] == "application/json; charset=utf-8"
    assert json.loads(response.content) == {
        "invoiceId": "inv_1",
        "externalId": "x",
        "state": "pending",
        "invoiceDate": "2026-01-15T12:00:00.000Z",
        "period": {"start": "2026-01-01T00:00:00.000Z", "end": "2026-01-31T23:59:59.000Z"},
        "items": [LINE | {"quantity": 1, "units": "h"}],
        "total": "36.00",
        "created": "2026-01-15T12:00:00.000Z",
        "updated": "2026-01-15T12:00:00.000Z",
    }


def test_the_sso_endpoint_speaks_snake_case(emulator):
    """The names of the token response are OAuth's."""
    body = GRANT | {"code": emulator.tokens.issue_sso_code()}

    response = send(emulator, "POST", "/v1/integrations/sso/token", body)

    assert json.loads(response.content).keys() == {
        "id_token",
        "access_token",
        "token_type",
        "expires_in",
        "refresh_token",
    }


def test_a_path_may_be_escaped(emulator):
    """An id in a path is the same with its characters escaped."""
    response = send(emulator, "GET", f"/member/%75{emulator.team.admin_id[1:]}")

    assert json.loads(response.content)["id"] == emulator.team.admin_id


def test_every_response_has_an_id_of_its_own(emulator):
    """`x-vercel-id` is in successes and refusals alike, another in each."""
    responses = [
        send(emulator, "GET", "/account"),
        send(emulator, "GET", "/account", token="unknown"),
        send(emulator, "GET", "/elsewhere"),
        send(emulator, "POST", "/events", {"event": {"type": "installation.updated"}}),
    ]

    assert [response.status_code for response in responses] == [200, 403, 404, 201]
    assert len({response.headers["x-vercel-id"] for response in responses}) == 4


@pytest.mark.parametrize("path", ["/resources/db_other/experimentation/global-config", "/other"])
def test_an_error_to_head_has_no_body(emulator, path):
    """The response to HEAD has a status and headers alone, as HTTP has it."""
    response = send(emulator, "HEAD", path)

    assert (response.status_code, response.content) == (404, b"")
    assert response.request_id


def test_any_text_comes_back_as_it_was(emulator):
    """Text that UTF-8 cannot hold gets a response too, and not a traceback."""
    method, path, body = WIRE["submit-invoice"]
    send(emulator, method, path, body | {"memo": "\ud800"})

    response = send(emulator, "GET", "/billing/invoices/inv_1")

    assert json.loads(response.content)["memo"] == "\ud800"


def test_requests_are_kept(emulator, marketplace):
    """Every request is there to look at, those refused too."""
    marketplace.get_account_info()
    with pytest.raises(VercelNotFoundError):
        marketplace.get_member(member_id="usr_other")

    assert [request.url.rpartition("/")[2] for request in emulator.requests] == [
        "account",
        "usr_other",
    ]


def test_nothing_shown_holds_a_secret(emulator, marketplace, client):
    """Tokens, codes and secret values are in no `repr` of what the emulator keeps."""
    code = emulator.tokens.issue_sso_code()
    tokens = marketplace.exchange_sso_token(code=emulator.tokens.issue_sso_code(), **client)
    marketplace.update_resource_secrets_by_id(
        resource_id=emulator.resource_id, request_body=secrets("A", value="hidden")
    )

    shown = repr((emulator, emulator.requests, emulator.resources.secrets, emulator._store.state))

    for secret in (
        emulator.token,
        emulator.integration.client_secret,
        code,
        tokens.refresh_token,
        "hidden",
    ):
        assert secret not in shown
