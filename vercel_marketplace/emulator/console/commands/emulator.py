"""Commands about the emulator as a whole: its state, its clock, and the requests that came in."""

from datetime import datetime
from typing import Any

from vercel_marketplace.emulator.console.command import command
from vercel_marketplace.emulator.console.console import Console
from vercel_marketplace.emulator.console.views import show_emulator, show_entry


@command("GET", "/state")
def get_state(console: Console) -> dict[str, Any]:
    """Return the time, the integration, the ids of the installations, and the pending faults."""
    return show_emulator(console.emulator)


@command("POST", "/reset")
def reset(console: Console) -> None:
    """Go back to what a new emulator has; the clock and the receivers of webhooks stay."""
    console.emulator.reset()


@command("GET", "/clock")
def get_clock(console: Console) -> dict[str, Any]:
    """Return the time."""
    return {"now": console.emulator.clock.now()}


@command("PUT", "/clock")
def set_clock(console: Console, *, now: datetime) -> dict[str, Any]:
    """Set the time, to an earlier or a later one."""
    console.emulator.clock.set(now)
    return get_clock(console)


@command("POST", "/clock/advance")
def advance_clock(
    console: Console,
    *,
    days: float = 0,
    hours: float = 0,
    minutes: float = 0,
    seconds: float = 0,
) -> dict[str, Any]:
    """Move the time forward, by the sum of the arguments."""
    console.emulator.clock.advance(days=days, hours=hours, minutes=minutes, seconds=seconds)
    return get_clock(console)


@command("GET", "/requests")
def list_requests(console: Console) -> list[dict[str, Any]]:
    """List the requests that reached the emulator, the oldest first, without secrets."""
    mask = console.make_mask()
    return [show_entry(entry, mask) for entry in console.requests]
