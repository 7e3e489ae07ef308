"""Reads the key set that Vercel publishes. Pure.

An entry that is not a sound RSA key for RS256 signatures is skipped: a set may hold keys for
other purposes. A set without any such key is an error.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final, cast

from vercel_marketplace._internal import base64url
from vercel_marketplace._internal.describe import describe
from vercel_marketplace.errors import (
    ResponseValidationError,
    UnexpectedClientError,
    error_class_for,
)
from vercel_marketplace.http import HTTPResponse
from vercel_marketplace.tokens._jws import RSAPublicKey, is_key_id, public_key
from vercel_marketplace.tokens.claims import ALGORITHM, parse_object

MAX_KEY_SET_BYTES: Final = 262_144
"""A set of ten keys with their certificates has a tenth of it."""

_MODULUS_BITS: Final = range(
    2048, 8193
)  # RFC 7518 asks for 2048; far above, checking takes too long
_EXPONENT: Final = range(3, 2**32, 2)


def parse_key_set(response: object) -> dict[str, RSAPublicKey]:
    """Return the keys of a response, by id.

    Raises:
        SDKError: The status is not 200; redirects are not followed.
        ResponseValidationError: The body is not a key set, or has no key for RS256.
        UnexpectedClientError: The transport returned something else.
    """
    if not isinstance(response, HTTPResponse):
        msg = f"the transport returned {describe(response)}, expected an HTTPResponse"
        raise UnexpectedClientError(msg)
    if response.status_code != HTTPStatus.OK:
        kind = error_class_for(response.status_code)
        msg = "no key set"
        raise kind(msg, status_code=response.status_code, headers=response.headers)
    if len(response.content) > MAX_KEY_SET_BYTES:
        raise _invalid(response, f"the key set has more than {MAX_KEY_SET_BYTES} bytes")
    found = parse_object(response.content)
    entries = found.get("keys") if found is not None else None
    if not isinstance(entries, list):
        raise _invalid(response, "the key set is not a JSON object with a list of keys")
    keys = _keys_by_id(cast("list[object]", entries))
    if not keys:
        raise _invalid(response, f"the key set has no key for {ALGORITHM}")
    return keys


def _keys_by_id(entries: list[object]) -> dict[str, RSAPublicKey]:
    keys: dict[str, RSAPublicKey] = {}
    ambiguous: set[str] = set()
    for entry in entries:
        if not isinstance(entry, dict):
            continue
        key_id, key = _read_key(cast("dict[str, Any]", entry))
        if key is None:
            continue
        if keys.setdefault(key_id, key).public_numbers() != key.public_numbers():
            ambiguous.add(key_id)
    return {key_id: key for key_id, key in keys.items() if key_id not in ambiguous}


def _read_key(entry: Mapping[str, Any]) -> tuple[str, RSAPublicKey | None]:
    key_id = entry.get("kid")
    if (
        entry.get("kty") != "RSA"
        or not is_key_id(key_id)
        or entry.get("use", "sig") != "sig"
        or entry.get("alg", ALGORITHM) != ALGORITHM
        or entry.get("key_ops", ["verify"]) != ["verify"]
        or "d" in entry  # a key whose private half is public proves nothing
    ):
        return "", None
    modulus, exponent = _read_number(entry, "n"), _read_number(entry, "e")
    if modulus.bit_length() not in _MODULUS_BITS or modulus % 2 == 0 or exponent not in _EXPONENT:
        return "", None
    return key_id, public_key(modulus, exponent)


def _read_number(entry: Mapping[str, Any], name: str) -> int:
    """Return a number in Base64url; for anything else 0, which no key has."""
    text = entry.get(name)
    content = base64url.decode(text) if isinstance(text, str) else None
    return int.from_bytes(content or b"")


def _invalid(response: HTTPResponse, message: str) -> ResponseValidationError:
    return ResponseValidationError(
        message, status_code=response.status_code, headers=response.headers
    )
