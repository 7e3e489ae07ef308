"""Lets the tests import `tests`, `scripts` and `examples`, and keeps a run of all of them short."""

import gc
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

# At the end: the package to test is the one that is installed. Pytest's own `pythonpath` would
# put the source tree before it.
sys.path.append(str(Path(__file__).resolve().parent))


def pytest_collection() -> None:
    """Collect no garbage while thousands of tests are made: none of it is any."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Let no later collection of garbage walk over the tests, which stay to the end."""
    gc.freeze()
    gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Measure no coverage where the input is random: a line that only luck reaches is untested."""
    tracer = sys.gettrace()
    if item.get_closest_marker("hypothesis") is None or "coverage" not in type(tracer).__module__:
        return (yield)
    sys.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(tracer)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Save what a worker has measured now: pytest-xdist ends one that takes long to exit."""
    coverage: Any = sys.modules.get("coverage")
    measured = coverage and coverage.Coverage.current()
    if measured and hasattr(session.config, "workerinput"):
        measured.stop()
        measured.save()
