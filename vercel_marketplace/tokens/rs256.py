"""The only module that imports PyJWT: whether a signature is that of a key.

PyJWT, because a `PyJWS` can be made that has one algorithm and no other: there is no HS256 in
it to which a published key could be passed off as a secret, and no `none`. It is given the
key as an object, and returns the signed bytes, from which the claims are then read.
"""

from typing import Final, cast

try:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
    from jwt import PyJWS, PyJWTError
except ImportError as _error:
    _msg = (
        "vercel_marketplace.tokens takes PyJWT and cryptography: "
        'pip install "vercel-marketplace[tokens]"'
    )
    raise ImportError(_msg, name=_error.name) from _error

from vercel_marketplace.tokens.claims import ALGORITHM

__all__ = ["RSAPublicKey", "public_key", "signed_payload"]

_JWS: Final = PyJWS(algorithms=[ALGORITHM])


def public_key(modulus: int, exponent: int) -> RSAPublicKey:
    """The key of these numbers."""
    return RSAPublicNumbers(exponent, modulus).public_key()


def signed_payload(token: str, key: RSAPublicKey) -> bytes | None:
    """What is signed in a token; `None` where the signature is not that of the key."""
    try:
        return cast("bytes", _JWS.decode(token, key, algorithms=[ALGORITHM]))
    except PyJWTError:
        return None
