"""The recipe of Celery tasks that report usage, run in this process."""

from datetime import UTC, datetime

import celery_billing
import pytest

from vercel_marketplace import SyncVercel
from vercel_marketplace.emulator import Emulator
from vercel_marketplace.models import Usage

MOMENT = datetime(2026, 1, 15, 11, tzinfo=UTC)


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
    celery_billing.app.conf.task_always_eager = True
    yield emulator
    celery_billing.app.conf.task_always_eager = False


def count_reports(emulator):
    """How many reports each installation has."""
    return [len(one.received.billing_data) for one in emulator.installations.values()]


def test_each_installation_is_reported_once(marketplace):
    """Filling the queue must lead to one report for each installation."""
    celery_billing.report_all.delay(MOMENT.isoformat())
    assert len(marketplace.requests) == 3
    for name in marketplace.installations:
        (day,) = marketplace.installations[name].received.billing_data
        assert day.timestamp == MOMENT


def test_what_may_pass_is_tried_again(marketplace):
    """A report that the API fails to process must be sent again by its task."""
    marketplace.faults.fail("submit-billing-data", status=503)
    celery_billing.report_all.delay(MOMENT.isoformat())
    assert len(marketplace.requests) == 4
    assert count_reports(marketplace) == [1, 1, 1]


def test_what_cannot_pass_is_not_tried_again(marketplace):
    """A report that the API refuses must end its task, and no other."""
    marketplace.faults.fail("submit-billing-data", status=403)
    celery_billing.report_all.delay(MOMENT.isoformat())
    assert len(marketplace.requests) == 3
    assert [len(one.received.billing_data) for one in marketplace.installations.values()] == [
        0,
        1,
        1,
    ]
