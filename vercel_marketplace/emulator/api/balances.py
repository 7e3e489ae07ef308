"""Prepayment balances: only the newest are kept. Pure."""

from datetime import datetime

from attrs import evolve

from vercel_marketplace.emulator.api.registry import handles
from vercel_marketplace.emulator.state import Installation
from vercel_marketplace.funcs.submit_prepayment_balances import (
    OPERATION as SUBMIT_PREPAYMENT_BALANCES,
)
from vercel_marketplace.models.balances import SubmitPrepaymentBalancesRequest


@handles(SUBMIT_PREPAYMENT_BALANCES)
def submit_prepayment_balances(
    installation: Installation, request: SubmitPrepaymentBalancesRequest, _now: datetime
) -> tuple[Installation, None]:
    """Keep balances, unless newer ones are known; without a body nothing changes."""
    body, known = request.request_body, installation.balances
    if body is None or (known is not None and known.timestamp >= body.timestamp):
        return installation, None
    return evolve(installation, balances=body), None
