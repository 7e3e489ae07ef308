"""httpx2, the successor of httpx, as the client that sends."""

import json
import sys
import zlib
from importlib import import_module

import httpx2
import pytest

from tests.loopback import Loopback, head
from vercel_marketplace import SyncVercel, Vercel, VercelConflictError


def test_a_blocking_client_sends(emulator, url):
    """`SyncVercel` sends with an `httpx2.Client`."""
    with httpx2.Client() as client:
        vercel = SyncVercel(bearer_token=emulator.token, server_url=url, http_client=client)
        account = vercel.marketplace.get_account_info(
            integration_configuration_id=emulator.installation_id
        )

    assert account.name == "Acme"


@pytest.mark.anyio
async def test_an_async_client_sends(emulator, url):
    """`Vercel` sends with an `httpx2.AsyncClient`, on asyncio and on trio."""
    async with httpx2.AsyncClient() as client:
        vercel = Vercel(bearer_token=emulator.token, server_url=url, http_client=client)
        account = await vercel.marketplace.get_account_info(
            integration_configuration_id=emulator.installation_id
        )

    assert account.name == "Acme"


# What the extra `httpx2[zstd]` installs, which httpx does not know.
ZSTD = import_module("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")
ENCODINGS = {"deflate": zlib.compress, "zstd": ZSTD.compress}


def encoded(encoding: str, body: object, status: int) -> bytes:
    content = ENCODINGS[encoding](json.dumps(body).encode())
    return (
        head(
            status,
            content_type="application/json",
            content_encoding=encoding,
            content_length=len(content),
        )
        + content
    )


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_success_is_decoded_by_httpx2(server: Loopback, encoding):
    """A response in an encoding that httpx2 asks for is read."""
    body = {"name": "Acme", "url": "https://vercel.com/acme", "contact": None}
    server.plays(encoded(encoding, body, 200))

    with httpx2.Client() as client:
        vercel = SyncVercel(bearer_token="token", server_url=server.url, http_client=client)
        account = vercel.marketplace.get_account_info(integration_configuration_id="icfg_1")

    assert account.name == "Acme"
    assert encoding in server.request.values("accept-encoding")[0]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_an_error_is_decoded_by_httpx2(server: Loopback, encoding):
    """An error in an encoding that httpx2 asks for keeps its code and message."""
    body = {"error": {"code": "conflict", "message": "It exists"}}
    server.plays(encoded(encoding, body, 409))

    with httpx2.Client() as client, pytest.raises(VercelConflictError, match="It exists") as caught:
        SyncVercel(
            bearer_token="token", server_url=server.url, http_client=client
        ).marketplace.get_invoice(integration_configuration_id="icfg_1", invoice_id="inv_1")

    assert caught.value.code == "conflict"
