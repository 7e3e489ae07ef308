"""Reads a signed token strictly, and checks its signature. The only module that imports PyJWT.

Where two readers of the same bytes may come to different results, an attacker chooses which:
so no duplicate member, no second spelling of the same Base64, nothing in addition to the parts.

PyJWT, because a `PyJWS` can be made that has one algorithm and no other: there is no HS256 in
it to which a published key could be passed off as a secret, and no `none`. It is given the key
as an object and returns the signed bytes, from which the claims are then read.
"""

from collections.abc import Mapping
from typing import Any, Final, TypeGuard, cast

from vercel_marketplace._internal import base64url
from vercel_marketplace.tokens.claims import ALGORITHM, parse_object
from vercel_marketplace.tokens.errors import (
    MalformedTokenError,
    TokenSignatureError,
    UnsupportedTokenError,
)

try:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
    from jwt import PyJWS, PyJWTError
except ImportError as _error:
    _msg = (
        "vercel_marketplace.tokens requires PyJWT and cryptography: "
        'pip install "vercel-marketplace[tokens]"'
    )
    raise ImportError(_msg, name=_error.name) from _error

__all__ = ["RSAPublicKey", "is_key_id", "parse_token", "public_key", "signed_claims"]

MAX_TOKEN_CHARS: Final = 16_384
"""Servers allow headers hardly longer, and Vercel's tokens have a tenth of it."""

MAX_KEY_ID_CHARS: Final = 256
_PARTS: Final = 3
_JWS: Final = PyJWS(algorithms=[ALGORITHM])


def public_key(modulus: int, exponent: int) -> RSAPublicKey:
    """Return the key of these numbers."""
    return RSAPublicNumbers(exponent, modulus).public_key()


def is_key_id(value: object) -> TypeGuard[str]:
    """Whether this can be the id of a key."""
    return isinstance(value, str) and 0 < len(value) <= MAX_KEY_ID_CHARS


def parse_token(token: object) -> tuple[str, str]:
    """Check the form of a token; return it with the id of the key that it names.

    Nothing else in the header counts: what it says about where to find a key (`jku`, `jwk`,
    `x5u`, `x5c`) is the word of whoever made the token.

    Raises:
        MalformedTokenError: It is not a signed JWT that names its key.
        UnsupportedTokenError: It is not signed with RS256, or requires an extension.
    """
    if not isinstance(token, str) or not token:
        msg = "there is no token"
    elif len(token) > MAX_TOKEN_CHARS:
        msg = f"the token has more than {MAX_TOKEN_CHARS} characters"
    elif len(parts := token.split(".")) != _PARTS:
        msg = "the token is not a signed JWT"
    elif None in (contents := [base64url.decode(part) for part in parts]):
        msg = "the token is not in Base64url"
    elif (header := parse_object(contents[0] or b"")) is None:
        msg = "the token's header is not a JSON object"
    else:
        _check_algorithm(header)
        key_id = header.get("kid")
        if is_key_id(key_id):
            return token, key_id
        msg = "the token does not name its key"
    raise MalformedTokenError(msg)


def _check_algorithm(header: Mapping[str, Any]) -> None:
    if header.get("alg") != ALGORITHM:
        msg = f"the token is not signed with {ALGORITHM}"
    elif "crit" in header or "b64" in header:
        msg = "the token requires an extension of JWS"
    else:
        return
    raise UnsupportedTokenError(msg)


def signed_claims(token: str, key: RSAPublicKey) -> dict[str, Any]:
    """Return the claims of a token that is signed with this key.

    Raises:
        TokenSignatureError: It is not.
        MalformedTokenError: The claims are not a JSON object, or one of them occurs twice.
    """
    claims = parse_object(_signed_payload(token, key))
    if claims is None:
        msg = "the token's claims are not a JSON object"
        raise MalformedTokenError(msg)
    return claims


def _signed_payload(token: str, key: RSAPublicKey) -> bytes:
    try:
        return cast("bytes", _JWS.decode(token, key, algorithms=[ALGORITHM]))
    except PyJWTError:
        msg = "the token is not signed with the key that it names"
    raise TokenSignatureError(msg)
