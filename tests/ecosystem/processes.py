"""What the processes of these tests start with."""

import os
from pathlib import Path

import vercel_marketplace
from vercel_marketplace.emulator import Emulator

APPS = Path(__file__).parent / "apps"


def environment(emulator: Emulator, url: str, **more: str) -> dict[str, str]:
    """Return the variables that the programs in `apps` read, with those of this process."""
    package = Path(vercel_marketplace.__file__).parents[1]
    paths = [str(APPS), *filter(None, [os.environ.get("PYTHONPATH")]), str(package)]
    return os.environ | {
        "CLIENT_ID": emulator.integration.client_id,
        "INSTALLATION": emulator.installation_id,
        "MARKETPLACE_URL": url,
        "MARKETPLACE_TOKEN": emulator.token,
        "PYTHONPATH": os.pathsep.join(paths),
        **more,
    }
