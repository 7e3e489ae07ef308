"""Made-up ids and digests: the same for the same, and alike for nothing else. Pure."""

import hashlib
import json

_LENGTH = 16


def json_digest(value: object) -> str:
    """What tells a JSON value from others."""
    text = json.dumps(value, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def stable_id(prefix: str, *names: str) -> str:
    """Vercel's id of what the partner has names for.

    Args:
        prefix: What the id begins with, such as `store`.
        names: Together they have to be one thing's alone.
    """
    return f"{prefix}_{json_digest(names)[:_LENGTH]}"
