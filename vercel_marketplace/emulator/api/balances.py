"""Prepayment balances: the newest count. Pure."""

from datetime import datetime

from attrs import evolve

from vercel_marketplace.emulator.state import Installation
from vercel_marketplace.models.balances import SubmitPrepaymentBalancesRequest


def submit_prepayment_balances(
    installation: Installation, request: SubmitPrepaymentBalancesRequest, _now: datetime
) -> tuple[Installation, None]:
    """Keep balances, unless newer ones are there; without a body there is nothing to keep."""
    body, known = request.request_body, installation.balances
    if body is None or (known is not None and known.timestamp >= body.timestamp):
        return installation, None
    return evolve(installation, balances=body), None
