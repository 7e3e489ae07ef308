"""The other direction: the emulator calls a partner's server, as Vercel would.

```
PartnerClient → calls      what Vercel asks, and as whom       pure
                 → transport  over HTTP, or whatever answers
                 → contract   is the answer what Vercel expects?  pure
                 → the emulator's state, where it is
```

A call comes back as a `Result`: `Ok` with what the partner said, or `Err` with a
`PartnerError` whose text says what to change.
"""

from vercel_marketplace.emulator.partner.client import PartnerClient
from vercel_marketplace.emulator.partner.errors import (
    PartnerContractError,
    PartnerError,
    PartnerRefusedError,
    PartnerUnreachableError,
)
from vercel_marketplace.emulator.partner.models import (
    PartnerBillingPlan,
    PartnerBillingPlans,
    PartnerInstallation,
    PartnerResource,
    ProvisionedResource,
    RotatedSecrets,
    Uninstallation,
)

__all__ = [
    "PartnerBillingPlan",
    "PartnerBillingPlans",
    "PartnerClient",
    "PartnerContractError",
    "PartnerError",
    "PartnerInstallation",
    "PartnerRefusedError",
    "PartnerResource",
    "PartnerUnreachableError",
    "ProvisionedResource",
    "RotatedSecrets",
    "Uninstallation",
]
