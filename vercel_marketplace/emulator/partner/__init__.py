"""The partner API: the emulator calls a partner's server, as Vercel would.

```
PartnerClient → requests       the request                        pure
              → transport      HTTP, or the test's own
              → validation     does the response match the API?   pure
              → state_changes  what it changes in the state       pure
```

A call returns the partner's response, or raises a `PartnerError` whose text says what to change.
"""

from vercel_marketplace.emulator.partner.client import PartnerClient
from vercel_marketplace.emulator.partner.errors import (
    PartnerContractError,
    PartnerError,
    PartnerRefusedError,
    PartnerUnreachableError,
)
from vercel_marketplace.partner.models.installations import PartnerInstallation, Uninstallation
from vercel_marketplace.partner.models.plans import PartnerBillingPlan, PartnerBillingPlans
from vercel_marketplace.partner.models.resources import PartnerResource, ProvisionedResource
from vercel_marketplace.partner.models.secrets import RotatedSecrets

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
