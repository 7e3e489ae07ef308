"""What the processes of these tests start with."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

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
        "PYTHONDONTWRITEBYTECODE": "",  # so that only the first program compiles what it imports
        "PYTHONPATH": os.pathsep.join(paths),
        **more,
    }


def run_program(emulator: Emulator, url: str, folder: Path, program: str, *arguments: str) -> Any:
    """Run a program of `apps` to its end; return what it prints, from JSON.

    Args:
        emulator: The emulator that the program calls.
        url: Where it is served.
        folder: The working directory.
        program: The file's name.
        arguments: Its arguments.
    """
    done = subprocess.run(
        [sys.executable, "-W", "error::RuntimeWarning", APPS / program, *arguments],
        cwd=folder,
        env=environment(emulator, url),
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=50,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
