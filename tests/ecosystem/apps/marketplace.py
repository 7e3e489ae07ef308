"""The served emulator, as the programs here know it: by their environment."""

import os

from vercel_marketplace import SyncVercel

URL = os.environ["MARKETPLACE_URL"]
TOKEN = os.environ["MARKETPLACE_TOKEN"]
INSTALLATION = os.environ["INSTALLATION"]


def read_account(vercel: SyncVercel) -> str | None:
    """Return the name of the customer's account: one call."""
    account = vercel.marketplace.get_account_info(integration_configuration_id=INSTALLATION)
    return account.name


def connect(vercel: SyncVercel) -> None:
    """Make a call of another kind: so that the next one has nothing to load, and a connection."""
    vercel.marketplace.get_integration_resources(integration_configuration_id=INSTALLATION)
