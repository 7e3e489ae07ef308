"""Base64 as tokens have it: the alphabet of URLs, without padding. RFC 7515, section 2."""

import base64


def encode(content: bytes) -> str:
    """Return the one spelling of these bytes."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def decode(text: str) -> bytes | None:
    """Return the bytes that a text stands for; `None` for any other spelling of them."""
    try:
        content = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return None
    # The decoder skips characters outside its alphabet, so they are missing here.
    return content if encode(content) == text else None
