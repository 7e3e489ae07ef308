"""Who may ask, and for what."""

import pytest

from tests.emulator.builders import INSTALLATION, error_of, respond, send
from vercel_marketplace import (
    Headers,
    HTTPRequest,
    SyncVercel,
    VercelForbiddenError,
)
from vercel_marketplace.emulator import Emulator


@pytest.mark.parametrize(
    "authorization", [None, "Bearer ", "Bearer unknown", f"Basic {Emulator.token}", Emulator.token]
)
def test_a_wrong_token_is_forbidden(emulator, authorization):
    """Without the installation's bearer token every call for it is a 403."""
    url = f"https://api.vercel.com/v1/installations/{INSTALLATION}/account"
    headers = Headers({} if authorization is None else {"authorization": authorization})

    response = respond(emulator, HTTPRequest(method="GET", url=url, headers=headers))

    assert error_of(response) == (403, "forbidden", "Not authorized")


def test_the_token_is_for_its_installation_alone(emulator):
    """The token opens no other installation."""
    response = send(emulator, "GET", "/v1/installations/icfg_other/account")

    assert error_of(response) == (403, "forbidden", "Not authorized")


def test_a_refused_token_comes_back_as_the_sdk_says_it(emulator):
    """A client with an unknown token gets a `VercelForbiddenError`."""
    vercel = SyncVercel(bearer_token="unknown", transport=emulator.transport())

    with pytest.raises(VercelForbiddenError):
        vercel.marketplace.get_account_info(integration_configuration_id=INSTALLATION)


@pytest.mark.parametrize(
    ("method", "path", "body", "message"),
    [
        ("GET", "/member/usr_other", b"", "Member not found"),
        ("GET", "/member/a%2Fb", b"", "Member not found"),
        ("GET", "/billing/invoices/inv_1", b"", "Invoice not found"),
        (
            "POST",
            "/billing/invoices/inv_1/actions",
            {"action": "refund", "reason": "x", "total": "1"},
            "Invoice not found",
        ),
        ("PUT", "/resources/db_other/secrets", {"secrets": []}, "Resource not found"),
        (
            "PUT",
            f"/products/{Emulator.integration.product_id}/resources/db_other/secrets",
            {"secrets": []},
            "Resource not found",
        ),
        (
            "PUT",
            f"/products/other/resources/{Emulator.resource_id}/secrets",
            {"secrets": []},
            "Product not found",
        ),
        (
            "POST",
            "/events",
            {"event": {"type": "resource.updated", "resourceId": "db_other"}},
            "Resource not found",
        ),
        ("DELETE", "/account", b"", "Endpoint not found"),
        ("GET", "/accounts", b"", "Endpoint not found"),
        ("GET", "/v1/else", b"", "Endpoint not found"),
    ],
)
def test_what_does_not_exist_is_not_found(emulator, method, path, body, message):
    """An unknown member, invoice, resource, product or endpoint is a 404."""
    assert error_of(send(emulator, method, path, body)) == (404, "not_found", message)
