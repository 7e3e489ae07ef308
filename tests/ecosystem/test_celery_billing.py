"""The recipe of Celery tasks that report usage, with a worker and a broker in this process."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import celery_billing
import pytest
from celery.contrib.testing.worker import start_worker
from celery.signals import task_failure, task_retry
from celery.utils.dispatch import Signal

from vercel_marketplace import SyncVercel
from vercel_marketplace.emulator import Emulator
from vercel_marketplace.models import Usage

# One worker for all of them, also where tests are spread over processes.
pytestmark = pytest.mark.xdist_group("celery_billing")

MOMENT = datetime(2026, 1, 15, 11, tzinfo=UTC)


@pytest.fixture(scope="module", autouse=True)
def worker() -> Iterator[None]:
    """A worker in a thread, and a broker in memory."""
    celery_billing.app.conf.update(
        broker_url="memory://", broker_transport_options={"polling_interval": 0.02}
    )
    with start_worker(celery_billing.app, perform_ping_check=False):
        yield


@pytest.fixture
def marketplace(monkeypatch):
    """An emulator with three installations, which the recipe's functions know of."""
    emulator = Emulator()
    tokens = {emulator.installation_id: emulator.token}
    for name in ("icfg_umbrella", "icfg_hooli"):
        tokens[name] = emulator.installations.add(name).token
    client = SyncVercel(
        bearer_token=lambda call: tokens[call.integration_configuration_id],
        transport=emulator.transport(),
        retries=0,
    )
    usage = [Usage(name="Storage", type="total", units="GB", day_value=2, period_value=1)]
    monkeypatch.setattr(celery_billing, "vercel", client)
    monkeypatch.setattr(celery_billing, "find_installations", lambda: list(tokens))
    monkeypatch.setattr(celery_billing, "read_usage", lambda *_: usage)
    return emulator


@pytest.fixture
def outcomes() -> Iterator[list[str]]:
    """What became of tasks that did not succeed."""
    seen: list[str] = []

    def note_retry(**_: object) -> None:
        seen.append("to be tried again")

    def note_failure(**_: object) -> None:
        seen.append("failed")

    with connected(task_retry, note_retry), connected(task_failure, note_failure):
        yield seen


@contextmanager
def connected(signal: Signal, receiver: Callable[..., None]) -> Iterator[None]:
    """Call a function at each of Celery's signals."""
    signal.connect(receiver)
    try:
        yield
    finally:
        signal.disconnect(receiver)


def count_reports(emulator: Emulator) -> list[int]:
    """How many reports each installation has."""
    return [len(one.received.billing_data) for one in emulator.installations.values()]


def eventually(condition: Callable[[], bool]) -> bool:
    """Whether a condition holds before long."""
    deadline = time.monotonic() + 10
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    return condition()


def test_each_installation_is_reported_once(marketplace):
    """Filling the queue must lead to one report for each installation, of that moment."""
    celery_billing.report_all.delay(MOMENT.isoformat())
    assert eventually(lambda: count_reports(marketplace) == [1, 1, 1])
    assert len(marketplace.requests) == 3
    for installation in marketplace.installations.values():
        assert [day.timestamp for day in installation.received.billing_data] == [MOMENT]


def test_what_may_pass_is_tried_again(marketplace, outcomes):
    """A report that the API fails to process must be sent again by its task."""
    marketplace.faults.fail("submit-billing-data", status=503)
    celery_billing.report_all.delay(MOMENT.isoformat())
    assert eventually(lambda: count_reports(marketplace) == [1, 1, 1])
    assert len(marketplace.requests) == 4
    assert outcomes == ["to be tried again"]


def test_what_cannot_pass_is_not_tried_again(marketplace, outcomes):
    """A report that the API refuses must end its task, and no other."""
    marketplace.faults.fail("submit-billing-data", status=403)
    celery_billing.report_all.delay(MOMENT.isoformat())
    assert eventually(lambda: sorted(count_reports(marketplace)) == [0, 1, 1])
    assert eventually(lambda: outcomes == ["failed"])
    assert len(marketplace.requests) == 3
