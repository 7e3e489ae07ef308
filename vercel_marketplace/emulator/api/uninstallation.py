"""The end of an installation: the team uninstalls, the partner sends final invoices. Pure."""

from datetime import datetime, timedelta
from typing import Final

from attrs import evolve

from vercel_marketplace.emulator.api.errors import bad_request
from vercel_marketplace.emulator.api.invoice_lifecycle import is_open
from vercel_marketplace.emulator.api.registry import handles
from vercel_marketplace.emulator.state import Installation
from vercel_marketplace.funcs.finalize_installation import OPERATION as FINALIZE_INSTALLATION
from vercel_marketplace.models.installations import FinalizeInstallationRequest

_GRACE: Final = timedelta(hours=24)


def uninstall(installation: Installation, now: datetime) -> Installation:
    """Uninstall: 24 hours are left for the final invoices.

    Raises:
        ValueError: It was uninstalled before.
    """
    if installation.is_uninstalling:
        msg = f"installation {installation.id!r} was removed already"
        raise ValueError(msg)
    return evolve(installation, uninstalled_at=now)


def is_removed(installation: Installation, now: datetime) -> bool:
    """Whether its tokens are revoked: no more invoices may come, and all of them are settled."""
    invoices = installation.invoices.values()
    return is_closed(installation, now) and not any(is_open(one, now) for one in invoices)


def is_closed(installation: Installation, now: datetime) -> bool:
    """Whether no more invoices may come: it was finalized, or its 24 hours are over.

    They begin with the removal, and again with each invoice after it.
    """
    removed = installation.uninstalled_at
    if removed is None:
        return False
    last = max([removed, *(one.body.created for one in installation.invoices.values())])
    return installation.finalized or now - last >= _GRACE


@handles(FINALIZE_INSTALLATION)
def finalize_installation(
    installation: Installation, _request: FinalizeInstallationRequest, _now: datetime
) -> tuple[Installation, None]:
    """End an installation that is being uninstalled, once its invoices are settled."""
    if not installation.is_uninstalling:
        raise bad_request(path="", message="the installation is not being removed")
    return evolve(installation, finalized=True), None
