"""The emulator's key pair and RS256; no other module of it imports cryptography.

All emulators of a process share one pair, generated when it is first used: that takes a tenth
of a second.
"""

import json
from functools import cache
from hashlib import sha256
from threading import Lock
from typing import Final

try:
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import (
        RSAPrivateKey,
        generate_private_key,
    )
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
except ImportError as _missing:
    msg = 'Signing tokens requires cryptography: pip install "vercel-marketplace[tokens]"'
    raise ImportError(msg, name=_missing.name) from _missing

from vercel_marketplace._internal import base64url
from vercel_marketplace.tokens.claims import ALGORITHM

_BITS: Final = 2048
_EXPONENT: Final = 65537
_lock: Final = Lock()


def sign(content: bytes) -> bytes:
    """Return the RS256 signature of some bytes."""
    return _private_key().sign(content, PKCS1v15(), SHA256())


def jwk() -> dict[str, str]:
    """Return the public key as in a key set."""
    numbers = _private_key().public_key().public_numbers()
    public = {"e": _number(numbers.e), "kty": "RSA", "n": _number(numbers.n)}
    # RFC 7638: of these members only, in this order and without spaces.
    thumbprint = sha256(json.dumps(public, separators=(",", ":")).encode()).digest()
    return {**public, "kid": base64url.encode(thumbprint), "use": "sig", "alg": ALGORITHM}


def public_pem() -> bytes:
    """Return the public key as in a PEM file."""
    public = _private_key().public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _private_key() -> RSAPrivateKey:
    with _lock:
        return _generate()


@cache
def _generate() -> RSAPrivateKey:
    return generate_private_key(_EXPONENT, _BITS)


def _number(value: int) -> str:
    return base64url.encode(value.to_bytes((value.bit_length() + 7) // 8))
