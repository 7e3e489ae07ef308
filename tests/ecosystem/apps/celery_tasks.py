"""A partner's Celery tasks: each calls the Marketplace, with a client of the module."""

import os
from pathlib import Path

from celery import Celery
from celery.exceptions import SoftTimeLimitExceeded
from marketplace import INSTALLATION, TOKEN, URL, read_account

from vercel_marketplace import SyncVercel

FOLDER = Path(os.environ["CELERY_FOLDER"])

app = Celery("partner")
app.conf.update(
    broker_url="filesystem://",
    broker_transport_options={
        # Both are one folder: whoever sends and whoever receives is on this machine.
        "data_folder_in": FOLDER / "queue",
        "data_folder_out": FOLDER / "queue",
        "control_folder": FOLDER / "control",
        "polling_interval": 0.05,
    },
    result_backend=(FOLDER / "results").as_uri(),
    worker_hijack_root_logger=False,
)
vercel = SyncVercel(bearer_token=TOKEN, server_url=URL)  # before the pool forks


@app.task
def account() -> str | None:
    """Return the name of the account."""
    return read_account(vercel)


@app.task(soft_time_limit=1)
def account_in_a_second() -> str | None:
    """Return the name of the account, or that time ran out."""
    try:
        return read_account(vercel)
    except SoftTimeLimitExceeded:
        return "out of time"


@app.task
def invoice() -> None:
    """Read an invoice that does not exist."""
    vercel.marketplace.get_invoice(
        integration_configuration_id=INSTALLATION, invoice_id="inv_missing"
    )
