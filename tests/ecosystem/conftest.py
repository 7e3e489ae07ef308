"""An emulator on loopback, and processes that call it: what these tests share."""

from collections.abc import Callable, Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.ecosystem.processes import run_program
from vercel_marketplace.emulator import Emulator, RunningClock

# What only the dependency group `ecosystem` has. `nox -s ecosystem` installs it.
_NEEDED = ("celery", "django", "fakeredis", "freezegun", "gevent", "gunicorn", "opentelemetry")
collect_ignore_glob = [] if all(map(find_spec, _NEEDED)) else ["test_*.py"]


@pytest.fixture
def emulator() -> Emulator:
    """A Marketplace that goes by the real time, as the processes do that call it."""
    return Emulator(RunningClock())


@pytest.fixture
def url(emulator: Emulator) -> Iterator[str]:
    """Where it is served."""
    with emulator.serve() as base_url:
        yield base_url


@pytest.fixture
def run(emulator: Emulator, url: str, tmp_path: Path) -> Callable[..., Any]:
    """Run a program of `apps` in a process of its own; return what it prints, from JSON."""
    return partial(run_program, emulator, url, tmp_path)
