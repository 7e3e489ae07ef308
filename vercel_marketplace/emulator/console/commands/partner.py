"""Commands about the partner's server: one for each call that Vercel makes to it."""

from functools import partial
from inspect import getmembers, isfunction
from typing import Any

from vercel_marketplace.emulator.console.command import command, post_command
from vercel_marketplace.emulator.console.console import Console
from vercel_marketplace.emulator.console.views import show_exchange, show_url
from vercel_marketplace.emulator.partner.client import PartnerClient


@command("GET", "/partner")
def get_partner(console: Console) -> dict[str, Any]:
    """Return the base URL of the partner's server."""
    url = console.partner_url
    return {"url": None if url is None else show_url(url)}


@command("PUT", "/partner")
def connect_partner(console: Console, *, url: str) -> None:
    """Call this server from now on; its URL is the base URL of the integration."""
    console.connect_partner(url)


@command("GET", "/partner/calls")
def list_partner_calls(console: Console) -> list[dict[str, Any]]:
    """List the newest calls to the partner, the oldest first, and what was wrong in them."""
    mask = console.make_mask()
    return [show_exchange(exchange, mask) for exchange in console.exchanges]


def _call(
    name: str, console: Console, /, *, installation_id: str, **arguments: Any
) -> dict[str, Any]:
    exchange = console.call_partner(installation_id, name, arguments)
    return show_exchange(exchange, console.make_mask())


for _name, _method in getmembers(PartnerClient, isfunction):
    if not _name.startswith("_"):
        post_command(
            f"call_{_name}",
            f"/installations/{{installation_id}}/partner/{_name.replace('_', '-')}",
            _method,
            partial(_call, _name),
        )
