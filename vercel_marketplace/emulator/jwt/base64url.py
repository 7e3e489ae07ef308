"""Base64 as tokens have it: RFC 7515, section 2."""

import base64


def base64url(content: bytes) -> str:
    """Base64 with the alphabet of URLs, without padding."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
