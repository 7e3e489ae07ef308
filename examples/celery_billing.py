"""Reports the usage of each installation in a Celery task.

Start workers with `celery -A celery_billing worker`, and fill the queue once a day with
`report_all.delay(...)`. The functions that read your database are yours to write.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from celery import Celery

from vercel_marketplace import (
    CallContext,
    HTTPClientError,
    SyncVercel,
    VercelRateLimitError,
    VercelServerError,
)
from vercel_marketplace.models import Period, SubmitBillingDataRequestBody, Usage

app = Celery("billing", broker="redis://localhost")
app.conf.update(
    task_acks_late=True,  # a task whose worker dies is run again
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,  # a slow worker holds no tasks back from the others
    task_ignore_result=True,
)


def find_installations() -> Iterable[str]:
    """Return the ids of your installations."""
    raise NotImplementedError


def find_token(call: CallContext) -> str:
    """Return the token of an installation."""
    raise NotImplementedError


def read_usage(installation_id: str, at: datetime) -> list[Usage]:
    """Return the usage of an installation until a moment, always the same."""
    raise NotImplementedError


# One for the process, before its pool forks.
vercel = SyncVercel(bearer_token=find_token)


@app.task
def report_all(moment: str) -> None:
    """Make a task for each installation; the moment is every report's timestamp."""
    for installation_id in find_installations():
        report.delay(installation_id, moment)


@app.task(
    autoretry_for=(HTTPClientError, VercelRateLimitError, VercelServerError),
    max_retries=20,
    retry_backoff=True,
    retry_backoff_max=600,
)
def report(installation_id: str, moment: str) -> None:
    """Report the usage of an installation until a moment, now or later."""
    at = datetime.fromisoformat(moment)
    month = at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    vercel.marketplace.submit_billing_data(
        integration_configuration_id=installation_id,
        request_body=SubmitBillingDataRequestBody(
            timestamp=at,  # the same in each attempt: so it is the same report
            eod=at.replace(hour=23, minute=59, second=59, microsecond=0),
            period=Period(start=month, end=(month + timedelta(days=32)).replace(day=1)),
            billing=[],
            usage=read_usage(installation_id, at),
        ),
    )
