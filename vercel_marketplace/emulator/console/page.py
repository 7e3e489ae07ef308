"""What the page in the browser shows, written by templates that escape whatever they are given."""

import json
from functools import cache
from importlib.resources import files
from typing import Any, Final
from urllib.parse import quote

from jinja2 import Environment, PackageLoader

from vercel_marketplace.emulator.api.invoice_lifecycle import TRANSITIONS
from vercel_marketplace.emulator.api.responses import to_json
from vercel_marketplace.emulator.api.router import ROUTES
from vercel_marketplace.emulator.console.console import Console, PartnerExchange
from vercel_marketplace.emulator.console.views import (
    show_delivery,
    show_emulator,
    show_entry,
    show_exchange,
    show_installation,
    show_url,
    summarize_installation,
)
from vercel_marketplace.emulator.known_secrets import Mask
from vercel_marketplace.partner.models.plans import PartnerBillingPlans

_MAX_ROWS: Final = 50


def overview(console: Console, _url: str) -> str:
    """Return the page about the emulator as a whole."""
    emulator, mask = console.emulator, console.make_mask()
    deliveries = emulator.webhooks.deliveries
    return _render(
        "overview.html",
        console,
        installations=[
            summarize_installation(one, mask) for one in emulator.installations.values()
        ],
        calls=_show_calls(console.exchanges, mask),
        requests=[show_entry(entry, mask) for entry in _newest(console.requests)],
        receivers=[show_url(url) for url in emulator.webhooks.urls],
        webhooks=[show_delivery(delivery, mask) for delivery in _newest(deliveries)],
        operations=sorted(route.operation.id for route in ROUTES),
    )


def installation(console: Console, url: str, *, installation_id: str) -> str:
    """Return the page about an installation.

    Args:
        console: The console.
        url: The URL of the page.
        installation_id: The installation.

    Raises:
        LookupError: There is no such installation.
    """
    mask = console.make_mask()
    shown = show_installation(console.installation(installation_id), mask)
    calls = [one for one in console.exchanges if one.installation_id == installation_id]
    return _render(
        "installation.html",
        console,
        one=shown,
        calls=_show_calls(calls, mask),
        plans=mask.hide(_offered_plans(console)),
        triggers={row.trigger: sorted(row.sources) for row in TRANSITIONS},
        here=url,
        return_url=url.removesuffix("/page") + "/import/return",
    )


def import_result(console: Console, url: str, *, installation_id: str) -> str:
    """Return the page at which an import of existing resources ends; it is then complete.

    Args:
        console: The console.
        url: The URL to which the partner has sent the browser.
        installation_id: The installation.

    Raises:
        LookupError: There is no such installation.
    """
    resources = console.installation(installation_id).resources
    resource_id = problem = None
    try:
        resource_id = resources.complete_import(url)
    except (LookupError, ValueError) as error:
        problem = console.make_mask().hide_text(str(error))
    return _render(
        "import.html",
        console,
        installation_id=installation_id,
        resource_id=resource_id,
        problem=problem,
    )


def read_file(name: str) -> bytes:
    """Return a file that pages load."""
    return files(__package__ or "").joinpath("static", name).read_bytes()


def _render(template: str, console: Console, **shown: Any) -> str:
    context = {
        "state": show_emulator(console.emulator),
        "partner_url": console.partner_url and show_url(console.partner_url),
        **shown,
    }
    return _environment().get_template(template).render(json.loads(to_json(context)))


def _show_calls(exchanges: list[PartnerExchange], mask: Mask) -> list[dict[str, Any]]:
    return [show_exchange(exchange, mask) for exchange in _newest(exchanges)]


def _newest(values: list[Any]) -> list[Any]:
    return values[: -_MAX_ROWS - 1 : -1]


def _offered_plans(console: Console) -> list[dict[str, str]]:
    """Return the plans that the partner listed last."""
    for exchange in reversed(console.exchanges):
        if isinstance(exchange.value, PartnerBillingPlans):
            return [{"id": plan.id, "name": plan.name} for plan in exchange.value.plans]
    return []


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader(__package__ or "", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "segment": _to_segment,
        "pretty": _to_pretty_json,
        "minute": _to_minute,
        "second": _to_second,
    }
    return made


def _to_segment(value: str) -> str:
    return quote(value, safe="")


def _to_pretty_json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _to_minute(moment: str) -> str:
    return moment[:16].replace("T", " ")


def _to_second(moment: str) -> str:
    return moment[11:19]
