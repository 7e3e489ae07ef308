"""A small Marketplace inside your process: try the SDK, or test with it, without a token.

```python
from vercel_marketplace import SyncVercel
from vercel_marketplace.emulator import Emulator

emulator = Emulator()
with SyncVercel(bearer_token=emulator.token, transport=emulator.transport()) as vercel:
    vercel.marketplace.get_account_info(
        integration_configuration_id=emulator.installation_id
    )
```

No socket, no thread, no clock but its own: the same calls give the same answers. A call goes

```
HTTPRequest → limiting   is the token within its limit?          pure
            → routes     which operation, and which rule         one table
            → reading    the body, strictly                      pure
            → rules      what it does to the state, by topic     pure
            → answering  HTTPResponse                            pure
            → faults     what becomes of it on the way           pure
```

and `Emulator` alone holds what changes.
"""

from vercel_marketplace.emulator.clock import Clock, RunningClock
from vercel_marketplace.emulator.defaults import EmulatedIntegration
from vercel_marketplace.emulator.emulator import Emulator
from vercel_marketplace.emulator.faults.effects import Fault
from vercel_marketplace.emulator.installation import EmulatedInstallation
from vercel_marketplace.emulator.webhooks.deliveries import WebhookAttempt, WebhookDelivery

__all__ = [
    "Clock",
    "EmulatedInstallation",
    "EmulatedIntegration",
    "Emulator",
    "Fault",
    "RunningClock",
    "WebhookAttempt",
    "WebhookDelivery",
]
