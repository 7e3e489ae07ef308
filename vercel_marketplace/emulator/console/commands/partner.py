"""Commands about the partner's server: one for each call that Vercel makes to it."""

from inspect import getmembers, isfunction
from typing import Any

import attrs

from vercel_marketplace.emulator.console.command import (
    COMMANDS,
    Command,
    command,
    make_arguments,
    parameters_of,
)
from vercel_marketplace.emulator.console.console import Console
from vercel_marketplace.emulator.console.views import show_exchange, show_partner_url
from vercel_marketplace.emulator.partner.client import PartnerClient


@command("GET", "/partner")
def get_partner(console: Console) -> dict[str, Any]:
    """Return the base URL of the partner's server."""
    return {"url": show_partner_url(console.partner_url)}


@command("PUT", "/partner")
def connect_partner(console: Console, *, url: str) -> None:
    """Call this server from now on; its URL is the base URL of the integration."""
    console.connect_partner(url)


@command("GET", "/partner/calls")
def list_partner_calls(console: Console) -> list[dict[str, Any]]:
    """List the newest calls to the partner, the oldest first, and what was wrong in them."""
    mask = console.mask()
    return [show_exchange(exchange, mask) for exchange in console.exchanges]


def _call_command(name: str, method: Any) -> Command:
    """Return the command that calls the partner by a method of the partner client."""

    def call(console: Console, *, installation_id: str, **arguments: Any) -> dict[str, Any]:
        exchange = console.call_partner(installation_id, name, arguments)
        return show_exchange(exchange, console.mask())

    call.__name__ = f"call_{name}"
    call.__doc__ = method.__doc__
    path = f"/installations/{{installation_id}}/partner/{name.replace('_', '-')}"
    fields = {"installation_id": attrs.field(type=str), **parameters_of(method)}
    return Command("POST", path, call, make_arguments(call.__name__, fields))


COMMANDS.extend(
    _call_command(name, method)
    for name, method in getmembers(PartnerClient, isfunction)
    if not name.startswith("_")
)
