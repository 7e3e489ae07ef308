"""Commands about what goes wrong with the next requests."""

from functools import partial
from typing import Any

from vercel_marketplace.emulator.console.command import command, post_command
from vercel_marketplace.emulator.console.console import Console
from vercel_marketplace.emulator.console.views import show_fault
from vercel_marketplace.emulator.faults.faults import Faults
from vercel_marketplace.models.common import JSONValue


@command("GET", "/faults")
def list_faults(console: Console) -> list[dict[str, Any]]:
    """List the faults that are not used up."""
    return [show_fault(fault) for fault in console.emulator.faults.pending]


@command("DELETE", "/faults")
def clear_faults(console: Console) -> None:
    """Remove all faults; a rate limit stays."""
    console.emulator.faults.clear()


@command("PUT", "/rate-limit")
def set_rate_limit(console: Console, *, total: int | None = None, per: float = 60.0) -> None:
    """Set the rate limit of each access token; without a total there is none."""
    console.emulator.faults.set_rate_limit(total=total, per=per)


def _add(name: str, console: Console, /, **arguments: Any) -> None:
    getattr(console.emulator.faults, name)(**arguments)


for _method in (Faults.fail, Faults.delay, Faults.drop, Faults.truncate):
    _name = _method.__name__
    post_command(f"add_{_name}_fault", f"/faults/{_name}", _method, partial(_add, _name))
post_command(
    "add_alter_fault",
    "/faults/alter",
    Faults.alter,
    partial(_add, "alter"),
    change=dict[str, JSONValue],
)
