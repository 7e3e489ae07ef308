"""What messages show of values, which may be secrets themselves."""

import re
from typing import Final

_SECRET_HEADERS: Final = re.compile("auth|bypass|cookie|key|password|secret|signature|token")
_PUBLIC_HEADERS: Final = frozenset({"idempotency-key", "www-authenticate", "x-vercel-auth"})


def describe(value: object) -> str:
    """Return the name of a value's type, or of a class that stands where a value should."""
    if value is None:
        return "None"
    if isinstance(value, type):
        return f"the class {value.__name__}"
    return type(value).__name__


def repr_url(url: str | None) -> str:
    """Return what `repr` shows of a URL: its query may be a key."""
    if url is None:
        return "None"
    base, mark, _ = url.partition("?")
    return repr(f"{base}{mark and '?***'}")


def is_secret_header(name: str) -> bool:
    """Whether a header may hold a secret: a token, a cookie, or a key of somebody's gateway.

    Args:
        name: The name, in lower case.
    """
    return name not in _PUBLIC_HEADERS and _SECRET_HEADERS.search(name) is not None
