"""How much an emulator keeps of what has no end: so a served one never fills the memory.

What the partner and the team have made has no limit: installations, resources, invoices, projects.
"""

from collections.abc import Mapping
from itertools import islice
from typing import Final, TypeVar

K = TypeVar("K")
V = TypeVar("V")

MAX_BILLED_DAYS: Final = 400
"""Days of billing data of an installation: more than a year."""

MAX_CODES: Final = 1000
"""Codes of each kind that were not used, refresh tokens, transfers, and idempotency keys."""

MAX_DELIVERIES: Final = 5000
"""Deliveries of webhooks."""

MAX_EVENTS: Final = 5000
"""Events of an installation."""

MAX_PLAN_PERIODS: Final = 100
"""Changes of a resource's plan."""

MAX_SECRETS: Final = 5000
"""Secrets that were removed or refused, and are masked as the others are."""

MAX_TOKENS: Final = 1000
"""Access tokens of an installation, and as many revoked ones."""


def keep_newest(values: Mapping[K, V], limit: int) -> Mapping[K, V]:
    """Return the values that were added last.

    Args:
        values: The values, in the order in which they were added.
        limit: How many to keep.
    """
    excess = len(values) - limit
    return dict(islice(values.items(), excess, None)) if excess > 0 else values
