"""zipapp: the SDK and its dependencies in one file."""

import json
import shutil
import subprocess
import sys
import zipapp
from importlib.metadata import distribution
from pathlib import Path

import pytest

import vercel_marketplace
from tests.ecosystem.processes import environment

MAIN = """\
import json, os
from vercel_marketplace import SyncVercel

vercel = SyncVercel(
    bearer_token=os.environ["MARKETPLACE_TOKEN"], server_url=os.environ["MARKETPLACE_URL"]
)
account = vercel.marketplace.get_account_info(
    integration_configuration_id=os.environ["INSTALLATION"]
)
print(json.dumps([account.name, vercel.__class__.__module__, __import__("httpx").__file__]))
"""
DEPENDENCIES = (
    "anyio",
    "attrs",
    "cattrs",
    "certifi",
    "h11",
    "httpcore",
    "httpx",
    "idna",
    "sniffio",
    "typing_extensions",
)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An application in one file."""
    folder = tmp_path_factory.mktemp("application")
    package = Path(vercel_marketplace.__file__).parent
    shutil.copytree(package, folder / package.name)
    for name in DEPENDENCIES:
        installed = distribution(name)
        for file in installed.files or ():
            if file.suffix != ".pyc" and ".." not in file.parts:
                target = folder / file
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(installed.locate_file(file), target)
    (folder / "__main__.py").write_text(MAIN)
    archive = folder.with_suffix(".pyz")
    zipapp.create_archive(folder, archive)
    return archive


def test_a_call_is_made_from_an_archive(archive, emulator, url, tmp_path):
    """The SDK calls from within a zip file, with nothing else installed."""
    done = subprocess.run(
        [sys.executable, "-S", "-E", archive],
        cwd=tmp_path,
        env=environment(emulator, url),
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=30,
    )

    assert done.returncode == 0, done.stderr
    name, _, place = json.loads(done.stdout)
    assert name == "Acme"
    assert place.startswith(str(archive))
