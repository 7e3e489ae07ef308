"""Made-up ids and digests: the same for the same value, different for any other. Pure."""

import hashlib
import json

_LENGTH = 16


def json_digest(value: object) -> str:
    """Return the digest of a JSON value."""
    text = json.dumps(value, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def stable_id(prefix: str, *names: str) -> str:
    """Return Vercel's id of something that the partner has names for.

    Args:
        prefix: The beginning of the id, such as `store`.
        names: Together they name one thing.
    """
    return f"{prefix}_{json_digest(names)[:_LENGTH]}"
