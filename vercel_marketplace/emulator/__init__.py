"""A Marketplace inside your process: try the SDK, or test with it, without a token.

```python
from vercel_marketplace import SyncVercel
from vercel_marketplace.emulator import Emulator

emulator = Emulator()
with SyncVercel(bearer_token=emulator.token, transport=emulator.transport()) as vercel:
    vercel.marketplace.get_account_info(
        integration_configuration_id=emulator.installation_id
    )
```

No socket, no thread, no clock but its own: the same calls have the same responses. A request
goes through

```
server          in process, ASGI or HTTP
  └─ backend    records it, and looks for a fault
       ├─ faults    what happens to it before and after it is processed      pure
       └─ api       rate limit → router → request parser → handler → response  pure
            └─ store    replaces the state, and sends the webhooks of the change
```

`state` has the values that are stored; `webhooks`, `jwt` and `partner` have what Vercel sends.
"""

from vercel_marketplace.emulator.clock import Clock, RunningClock
from vercel_marketplace.emulator.defaults import EmulatedIntegration
from vercel_marketplace.emulator.emulator import Emulator
from vercel_marketplace.emulator.faults.effects import Fault
from vercel_marketplace.emulator.installation import EmulatedInstallation
from vercel_marketplace.emulator.state import DeploymentAction
from vercel_marketplace.emulator.webhooks.deliveries import WebhookAttempt, WebhookDelivery

__all__ = [
    "Clock",
    "DeploymentAction",
    "EmulatedInstallation",
    "EmulatedIntegration",
    "Emulator",
    "Fault",
    "RunningClock",
    "WebhookAttempt",
    "WebhookDelivery",
]
