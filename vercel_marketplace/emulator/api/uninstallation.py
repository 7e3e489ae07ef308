"""How an installation ends: the team removes it, the partner sends its last invoices. Pure."""

from datetime import datetime, timedelta
from typing import Final

from attrs import evolve

from vercel_marketplace.emulator.api.errors import bad_request
from vercel_marketplace.emulator.state import Installation

_GRACE: Final = timedelta(hours=24)


def uninstall(installation: Installation, now: datetime) -> Installation:
    """The team removes the integration: there are 24 hours left for the final invoices.

    Raises:
        ValueError: It did that before.
    """
    if installation.uninstalled_at is not None:
        msg = f"installation {installation.id!r} was removed already"
        raise ValueError(msg)
    return evolve(installation, uninstalled_at=now)


def is_uninstalling(installation: Installation) -> bool:
    """Whether the team has removed it."""
    return installation.uninstalled_at is not None


def is_removed(installation: Installation, now: datetime) -> bool:
    """Whether its tokens are dead: it was finalized, or its 24 hours are over."""
    removed = installation.uninstalled_at
    return installation.finalized or (removed is not None and now - removed >= _GRACE)


def finalize_installation(
    installation: Installation, _request: object, _now: datetime
) -> tuple[Installation, None]:
    """No more invoices will come; only of an installation that the team has removed."""
    if not is_uninstalling(installation):
        raise bad_request(path="", message="the installation is not being removed")
    return evolve(installation, finalized=True), None
