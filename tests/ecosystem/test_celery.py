"""Celery: tasks in a prefork pool, whose time limits are exceptions from a signal handler."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from celery import Celery

from tests.ecosystem.processes import environment
from vercel_marketplace import VercelNotFoundError
from vercel_marketplace.emulator import Emulator, RunningClock

# One server for all of them, also where tests are spread over processes.
pytestmark = pytest.mark.xdist_group("celery")


@pytest.fixture(scope="module")
def marketplace() -> Emulator:
    return Emulator(RunningClock())


@pytest.fixture(scope="module")
def task(
    marketplace: Emulator, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Any]]:
    """Runs a task in the worker, by its name; returns what it returns."""
    folder = tmp_path_factory.mktemp("celery")
    for name in ("queue", "control", "results"):
        (folder / name).mkdir()
    with marketplace.serve() as url, worker(marketplace, url, folder):
        app = Celery(
            broker="filesystem://",
            backend=(folder / "results").as_uri(),
        )
        app.conf.broker_transport_options = {
            "data_folder_in": folder / "queue",
            "data_folder_out": folder / "queue",
            "control_folder": folder / "control",
        }

        def run_task(name: str) -> Any:
            return app.send_task(f"celery_tasks.{name}").get(timeout=30, interval=0.05)

        run_task("account")  # or loading httpx might take all of the time
        yield run_task


@contextmanager
def worker(marketplace: Emulator, url: str, folder: Path) -> Iterator[None]:
    """One process that takes tasks from a folder."""
    options = ["--pool=prefork", "--concurrency=1", "--loglevel=WARNING"]
    options += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "celery_tasks", "worker", *options],
        cwd=folder,
        env=environment(marketplace, url, CELERY_FOLDER=str(folder)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with process:
        try:
            yield
        finally:
            process.terminate()


def test_a_task_calls(task):
    """A client made before the pool forks serves the tasks."""
    assert task("account") == "Acme"


def test_a_soft_time_limit_ends_a_call_that_waits_for_its_response(task, marketplace):
    """`SoftTimeLimitExceeded` comes out of a call that is waiting for its response."""
    marketplace.faults.delay("get-account-info", 20)

    assert task("account_in_a_second") == "out of time"


def test_a_soft_time_limit_ends_a_call_that_waits_to_retry(task, marketplace):
    """`SoftTimeLimitExceeded` comes out of a call that is waiting for its next attempt."""
    marketplace.faults.fail("get-account-info", status=503, retry_after=30)

    assert task("account_in_a_second") == "out of time"


def test_a_client_outlives_a_time_limit(task, marketplace):
    """The next task of the process that hit its time limit calls with the same client."""
    marketplace.faults.delay("get-account-info", 20)
    task("account_in_a_second")

    assert task("account") == "Acme"


def test_an_error_of_a_task_reaches_who_asks_for_its_result(task):
    """The result of a task that failed has the error's class and the API's message, no more."""
    with pytest.raises(VercelNotFoundError, match="Invoice not found") as caught:
        task("invoice")

    assert caught.value.status_code == 0  # was 404
