"""The pytest plugin, in runs of pytest of their own."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

pytestmark = pytest.mark.subprocess

PLUGIN = "vercel_marketplace.pytest_plugin"
PROJECT = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())
ASKS = "def test(marketplace_emulator):\n    assert marketplace_emulator.requests == []\n"


@pytest.fixture
def run(tmp_path):
    """Runs pytest on some code, without any plugin but those that are asked for."""

    def run_pytest(code, *options, conftest="", installed=False):
        (tmp_path / "pytest.ini").write_text("[pytest]\n")
        (tmp_path / "test_it.py").write_text(code)
        (tmp_path / "conftest.py").write_text(conftest)
        paths = os.environ.get("PYTHONPATH", "").split(os.pathsep)
        environment = dict(os.environ)
        if installed:
            paths.insert(0, str(site_of(tmp_path)))
        else:
            environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
        return subprocess.run(
            [sys.executable, "-P", "-m", "pytest", "-W", "error", "-q", *options],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=60,
        )

    return run_pytest


def site_of(folder):
    """A folder that tells of the entry points in `pyproject.toml`, as an installation would."""
    told = folder / "site" / "vercel_marketplace-0.dist-info"
    told.mkdir(parents=True)
    (told / "METADATA").write_text("Metadata-Version: 2.4\nName: vercel-marketplace\nVersion: 0\n")
    points = PROJECT["project"]["entry-points"]["pytest11"].items()
    lines = "".join(f"{name} = {module}\n" for name, module in points)
    (told / "entry_points.txt").write_text(f"[pytest11]\n{lines}")
    return told.parent


def test_an_installed_package_has_the_fixture(run):
    """With the package installed a test has to name the fixture, and nothing else."""
    done = run(ASKS, installed=True)
    assert done.returncode == pytest.ExitCode.OK, done.stdout


@pytest.mark.parametrize("installed", [True, False])
def test_the_plugin_may_be_asked_for_more_than_once(run, installed):
    """An entry point, an option and a conftest that all name the plugin load it once."""
    conftest = f"pytest_plugins = [{PLUGIN!r}]"
    done = run(ASKS, "-p", PLUGIN, installed=installed, conftest=conftest)
    assert done.returncode == pytest.ExitCode.OK, done.stdout + done.stderr


def test_the_plugin_can_be_left_out(run):
    """`-p no:` keeps an installed plugin away."""
    done = run(ASKS, "-p", f"no:{PLUGIN}", installed=True)
    assert "fixture 'marketplace_emulator' not found" in done.stdout


LOOKS = """
import sys

def test():
    mine = {name for name in sys.modules if name.startswith("vercel_marketplace")}
    assert mine == {
        "vercel_marketplace",
        "vercel_marketplace._internal",
        "vercel_marketplace._internal.lazy",
        "vercel_marketplace.pytest_plugin",
        "vercel_marketplace.version",
    }
    assert not {"anyio", "attrs", "cattrs", "httpx"} & sys.modules.keys()
"""


def test_the_plugin_alone_loads_nothing(run):
    """Whoever has the package installed pays for it in the tests that use it alone."""
    done = run(LOOKS, "-p", PLUGIN)
    assert done.returncode == pytest.ExitCode.OK, done.stdout


LEAVES = """
def test_one(marketplace_emulator):
    marketplace_emulator.faults.fail("submit-invoice")

def test_two(marketplace_emulator):
    assert marketplace_emulator.faults.pending == []
"""


def test_a_fault_that_was_never_met_fails_its_test_and_no_other(run):
    """The test that ordered the fault is in error, and the next one starts anew."""
    done = run(LEAVES, "-p", PLUGIN)
    assert "no request met these faults of the emulator" in done.stdout
    assert "2 passed, 1 error" in done.stdout


FAILS = """
import pytest

@pytest.fixture
def spoilt(marketplace_emulator):
    marketplace_emulator.faults.fail("submit-invoice")

@pytest.fixture
def broken(spoilt):
    raise OSError("the fixture's")

def test_one(spoilt):
    assert False

def test_two(spoilt):
    pytest.skip()

def test_three(broken):
    pass
"""


def test_a_test_that_did_not_get_to_a_fault_is_not_told_so(run):
    """What ended a test early stands alone, without a complaint about faults beside it."""
    done = run(FAILS, "-p", PLUGIN)
    assert "no request met these faults of the emulator" not in done.stdout
    assert "1 failed, 1 skipped, 1 error" in done.stdout
