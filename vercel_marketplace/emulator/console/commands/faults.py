"""Commands about what goes wrong with the next requests."""

from typing import Any

from vercel_marketplace.emulator.console.command import command
from vercel_marketplace.emulator.console.console import Console
from vercel_marketplace.emulator.console.views import show_fault
from vercel_marketplace.emulator.faults.effects import DropPoint
from vercel_marketplace.models.common import JSONValue


@command("GET", "/faults")
def list_faults(console: Console) -> list[dict[str, Any]]:
    """List the faults that are not used up."""
    return [show_fault(fault) for fault in console.emulator.faults.pending]


@command("DELETE", "/faults")
def clear_faults(console: Console) -> None:
    """Remove all faults; a rate limit stays."""
    console.emulator.faults.clear()


@command("POST", "/faults/fail")
def add_failure(  # noqa: PLR0913 (one keyword per fact of an error)
    console: Console,
    *,
    operation: str,
    status: int = 503,
    code: str | None = None,
    message: str | None = None,
    retry_after: float | None = None,
    times: int = 1,
    installation_id: str | None = None,
) -> None:
    """Respond to the next requests with an error; they are not processed."""
    console.emulator.faults.fail(
        operation,
        status=status,
        code=code,
        message=message,
        retry_after=retry_after,
        times=times,
        installation_id=installation_id,
    )


@command("POST", "/faults/delay")
def add_delay(
    console: Console,
    *,
    operation: str,
    seconds: float,
    times: int = 1,
    installation_id: str | None = None,
) -> None:
    """Respond late to the next requests, which are processed at once."""
    console.emulator.faults.delay(operation, seconds, times=times, installation_id=installation_id)


@command("POST", "/faults/drop")
def add_drop(
    console: Console,
    *,
    operation: str,
    when: DropPoint,
    times: int = 1,
    installation_id: str | None = None,
) -> None:
    """Drop the connection of the next requests, before or after they are processed."""
    console.emulator.faults.drop(operation, when=when, times=times, installation_id=installation_id)


@command("POST", "/faults/truncate")
def add_truncation(
    console: Console,
    *,
    operation: str,
    keep: int | None = None,
    times: int = 1,
    installation_id: str | None = None,
) -> None:
    """Break off the responses to the next requests, which are processed."""
    console.emulator.faults.truncate(
        operation, keep=keep, times=times, installation_id=installation_id
    )


@command("POST", "/faults/alter")
def add_alteration(
    console: Console,
    *,
    operation: str,
    change: dict[str, JSONValue],
    times: int = 1,
    installation_id: str | None = None,
) -> None:
    """Set properties in the bodies of the next responses; the requests are processed."""
    console.emulator.faults.alter(operation, change, times=times, installation_id=installation_id)


@command("PUT", "/rate-limit")
def set_rate_limit(console: Console, *, total: int | None = None, per: float = 60.0) -> None:
    """Set the rate limit of each access token; without a total there is none."""
    console.emulator.faults.set_rate_limit(total=total, per=per)
