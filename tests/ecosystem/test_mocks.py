"""respx, pytest-httpx and vcrpy: tools that stand in for the network in a partner's tests."""

from pathlib import Path

import httpx
import pytest
import respx
import vcr
from pytest_httpx import HTTPXMock

from vercel_marketplace import SyncVercel, Vercel
from vercel_marketplace.emulator import Emulator

ADDRESS = "https://api.vercel.com/v1/installations/icfg_1/account"
ACCOUNT = {"name": "Acme", "url": "https://vercel.com/acme", "contact": None}


def read(vercel: SyncVercel, installation_id: str = "icfg_1") -> str | None:
    """Make one call."""
    account = vercel.marketplace.get_account_info(integration_configuration_id=installation_id)
    return account.name


async def read_async(vercel: Vercel) -> str | None:
    """Make one call in an event loop."""
    account = await vercel.marketplace.get_account_info(integration_configuration_id="icfg_1")
    return account.name


def test_respx_mocks_a_blocking_client(respx_mock: respx.MockRouter) -> None:
    """Respx sees the calls of a client that was given no `http_client`."""
    route = respx_mock.get(ADDRESS).respond(json=ACCOUNT)

    assert read(SyncVercel(bearer_token="token")) == "Acme"
    assert route.calls.last.request.headers["authorization"] == "Bearer token"


@pytest.mark.anyio
async def test_respx_mocks_an_async_client(respx_mock: respx.MockRouter) -> None:
    """Respx sees the calls of an async client, on asyncio and on trio."""
    respx_mock.get(ADDRESS).respond(json=ACCOUNT)

    assert await read_async(Vercel(bearer_token="token")) == "Acme"


def test_pytest_httpx_mocks_a_blocking_client(httpx_mock: HTTPXMock) -> None:
    """pytest-httpx sees the calls of a client that was given no `http_client`."""
    httpx_mock.add_response(url=ADDRESS, json=ACCOUNT)

    assert read(SyncVercel(bearer_token="token")) == "Acme"


@pytest.mark.anyio
async def test_pytest_httpx_mocks_an_async_client(httpx_mock: HTTPXMock) -> None:
    """pytest-httpx sees the calls of an async client, on asyncio and on trio."""
    httpx_mock.add_response(url=ADDRESS, json=ACCOUNT)

    assert await read_async(Vercel(bearer_token="token")) == "Acme"


def test_an_exception_of_pytest_httpx_is_one_of_the_wire(httpx_mock: HTTPXMock) -> None:
    """What a mock raises in place of httpx is retried, as what httpx raises is."""
    httpx_mock.add_exception(httpx.ConnectError("refused"))
    httpx_mock.add_response(url=ADDRESS, json=ACCOUNT)

    assert read(SyncVercel(bearer_token="token")) == "Acme"


def test_vcr_plays_a_call_again(emulator: Emulator, tmp_path: Path) -> None:
    """A call that vcrpy recorded is played again without a server."""
    cassette = tmp_path / "calls.yaml"
    recorder = vcr.VCR(filter_headers=["authorization"], match_on=["method", "path"])
    with (
        emulator.serve() as url,
        recorder.use_cassette(cassette),
        SyncVercel(bearer_token=emulator.token, server_url=url) as vercel,
    ):
        recorded = read(vercel, emulator.installation_id)

    with (
        recorder.use_cassette(cassette, record_mode="none"),
        SyncVercel(bearer_token="another", server_url=url) as vercel,
    ):
        played = read(vercel, emulator.installation_id)

    assert recorded == played == "Acme"
    assert len(emulator.requests) == 1
    assert emulator.token not in cassette.read_text()
