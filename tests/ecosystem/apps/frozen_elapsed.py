"""Counts the attempts of a call that fails, while the clock is moved by hand after each of them.

The argument says by how many seconds.
"""

import json
import sys

import freezegun

from vercel_marketplace import BackoffStrategy, Hooks, RetryConfig, SyncVercel, VercelServerError
from vercel_marketplace.emulator import Emulator

emulator = Emulator()
emulator.faults.fail("get-account-info", status=503, times=3)
with freezegun.freeze_time() as clock:
    vercel = SyncVercel(
        bearer_token=emulator.token,
        transport=emulator.transport(),
        hooks=Hooks(after_error=[lambda *_: clock.tick(float(sys.argv[1]))]),
        retries=RetryConfig(max_retries=2, backoff=BackoffStrategy(max_elapsed_time=60)),
    )
    try:
        vercel.marketplace.get_account_info(integration_configuration_id=emulator.installation_id)
    except VercelServerError as error:
        print(json.dumps(error.attempts))
