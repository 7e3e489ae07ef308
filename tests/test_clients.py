"""What the classes of the clients show to editors, `help` and mocks."""

import inspect
import pydoc
from unittest.mock import create_autospec

import pytest

from vercel_marketplace import Marketplace, SyncMarketplace, SyncVercel, Vercel, VercelCore

CLIENTS = [Vercel, SyncVercel]
IDS = {"integration_configuration_id": "icfg_1", "invoice_id": "inv_1"}


@pytest.mark.parametrize("client", CLIENTS)
def test_help_finds_an_operation_on_the_class(client):
    """`help(SyncVercel.marketplace.get_invoice)` needs no token and no instance."""
    text = pydoc.render_doc(client.marketplace.get_invoice)

    assert "Read an invoice and its state." in text
    assert "integration_configuration_id: " in text


def test_a_mock_of_the_blocking_client_has_the_operations():
    """A mock made from the class accepts the calls that the client accepts, and no others."""
    vercel = create_autospec(SyncVercel, instance=True)
    vercel.marketplace.get_invoice.return_value = "invoice"

    assert vercel.marketplace.get_invoice(**IDS) == "invoice"
    with pytest.raises(TypeError, match="invoice_id"):
        vercel.marketplace.get_invoice(integration_configuration_id="icfg_1")
    with pytest.raises(AttributeError):
        _ = vercel.marketplace.get_invoices


def test_a_mock_of_the_class_has_the_operations():
    """So does a mock of the class itself."""
    client = create_autospec(SyncVercel)

    client.marketplace.get_invoice(**IDS)
    client.return_value.marketplace.get_invoice(**IDS)
    with pytest.raises(TypeError, match="invoice_id"):
        client.marketplace.get_invoice(integration_configuration_id="icfg_1")


async def await_invoice(vercel):
    return await vercel.marketplace.get_invoice(**IDS)


def test_a_mock_of_the_async_client_is_awaited():
    """The operations of a mock made from `Vercel` are awaited, as its own are."""
    vercel = create_autospec(Vercel, instance=True)
    vercel.marketplace.get_invoice.return_value = "invoice"
    call = await_invoice(vercel)

    with pytest.raises(StopIteration) as finished:
        call.send(None)
    assert finished.value.value == "invoice"


@pytest.mark.parametrize(
    ("client", "namespace"), [(Vercel, Marketplace), (SyncVercel, SyncMarketplace)]
)
def test_an_instance_has_operations_of_its_own(client, namespace):
    """Each client calls with its own core, and so does each copy with other options."""
    first = client(bearer_token="t")
    second = first.with_options(server_url="https://example.com")

    assert type(first.marketplace) is type(second.marketplace) is namespace
    assert "example.com" in repr(second.marketplace)
    assert "example.com" not in repr(first.marketplace)


@pytest.mark.parametrize(
    ("client", "shown"),
    [
        (Vercel, "Vercel(VercelCore(server_url='https://api.vercel.com'))"),
        (SyncVercel, "SyncVercel(VercelCore.blocking(server_url='https://api.vercel.com'))"),
    ],
)
def test_a_repr_says_where_calls_go_and_not_with_what(client, shown):
    """The text of a client and of its operations names the server and hides the token."""
    vercel = client(bearer_token="tok_of_the_installation")

    assert repr(vercel) == shown
    assert repr(vercel.marketplace) == f"{shown}.marketplace"


@pytest.mark.parametrize("client", [*CLIENTS, VercelCore])
def test_an_editor_shows_the_arguments_of_a_client(client):
    """`__init__` has no docstring that would hide that of the class, with its arguments."""
    arguments = inspect.signature(client).parameters

    assert client.__init__.__doc__ is None
    assert all(f"    {name}: " in inspect.getdoc(client) for name in arguments)
