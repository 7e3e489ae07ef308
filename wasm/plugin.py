"""Runs in WebAssembly the tests that need no socket, thread, process or event loop.

There is none of these there, nor a package that is compiled. A test that asks for one is skipped
with the reason, by what it was refused; every other failure is a failure.
"""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from types import ModuleType
from unittest.mock import MagicMock

import pytest

# Fixtures that open sockets or run a loop, as soon as they are asked for.
FIXTURES = {"anyio_backend", "new_server", "refusing_url", "server"}
LOOPS = {"asyncio", "trio"}
# Packages of the tests that are compiled, or that have no use here.
PACKAGES = {
    *("cryptography", "fastapi", "flask", "httpx2", "jwt", "openapi_core", "respx", "sybil"),
    *("tomli_w", "uvicorn"),
}
# What Python says where the platform has no such thing.
REFUSALS = {
    "can't start new thread": "no threads",
    "emscripten does not support processes": "no processes",
    "WebAssembly stack switching not supported": "no event loop",
    "cannot be called from a running event loop": "no event loop",
    "has no attribute 'setitimer'": "no timers",
    "has no attribute 'tzset'": "no time zones",
    "requires cryptography": "no compiled packages",
    "requires PyJWT and cryptography": "no compiled packages",
}
# Tests that show it in another way, by a part of their names.
NAMES = {
    # An overflow of the stack ends the interpreter, where another one raises RecursionError.
    "[deep]": "no RecursionError",
    "[nested]": "no RecursionError",
    "too deep]": "no RecursionError",
    "nested_too_deeply": "no RecursionError",
    "nested too deeply": "no RecursionError",
    # The response says that keys require a compiled package.
    "test_the_keys_are_published": "no compiled packages",
    # The refusal is raised inside the call, which survives it.
    "test_a_hook_may_run_a_loop_of_its_own": "no event loop",
    # The exponent of a Decimal has 32 bits, and the body is refused earlier.
    "[1e999999999-Decimal]": "no numbers of 64 bits",
}


def stub(name: str, **members: object) -> None:
    """Let `conftest.py` import a module that the remaining tests do not use."""
    module = ModuleType(name)
    vars(module).update(members)
    sys.modules[name] = module


stub("trio")
stub("blockbuster", BlockBuster=MagicMock())


def pytest_addoption(parser: pytest.Parser) -> None:
    """Know the setting of pytest-timeout, which needs a timer."""
    parser.addini("timeout", "seconds; not used here")


def pytest_configure(config: pytest.Config) -> None:
    """Know its marker, too, and do not mind what a refused loop leaves."""
    config.addinivalue_line("markers", "timeout(seconds): not used here")
    config.addinivalue_line(
        "filterwarnings", "ignore:coroutine '.*' was never awaited:RuntimeWarning"
    )


def reason_to_skip(item: pytest.Item) -> str | None:
    """Return what a test needs that is not here, if that shows before it runs."""
    call = getattr(item, "callspec", None)
    values = () if call is None else call.params.values()
    if item.get_closest_marker("subprocess"):
        return "no processes"
    if LOOPS.intersection(value for value in values if isinstance(value, str)):
        return "no event loop"
    if FIXTURES.intersection(getattr(item, "fixturenames", ())):
        return "no sockets"
    return next((reason for part, reason in NAMES.items() if part in item.name), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip them."""
    for item in items:
        if reason := reason_to_skip(item):
            item.add_marker(pytest.mark.skip(reason=reason))


def refusal(error: BaseException | None) -> str | None:
    """Return what the platform refused, if that is why the error was raised."""
    while error is not None:
        if isinstance(error, ModuleNotFoundError) and error.name in PACKAGES:
            return "no compiled packages"
        for text, reason in REFUSALS.items():
            if text in str(error):
                return reason
        error = error.__cause__ or error.__context__
    return None


@contextmanager
def skip_if_refused() -> Generator[None]:
    """Skip the test instead of failing, if the platform refused it something."""
    try:
        yield
    except Exception as error:
        if reason := refusal(error):
            pytest.skip(reason)
        raise


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, object, object]:
    """Skip a test that the platform refuses something."""
    with skip_if_refused():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup() -> Generator[None, object, object]:
    """Skip a test whose fixture the platform refuses something."""
    with skip_if_refused():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Skip a module that imports a package which is not here."""
    report = yield
    if report.failed and any(
        f"No module named '{name}" in report.longreprtext for name in PACKAGES
    ):
        report.outcome = "skipped"
        report.longrepr = (str(collector.path), 0, "Skipped: no compiled packages")
    return report
