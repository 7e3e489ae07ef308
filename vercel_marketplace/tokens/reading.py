"""Reads a token's form, strictly. Pure.

Where two readers of the same bytes may come to different ends, an attacker chooses which:
so no second member of a name, no other spelling of the same Base64, nothing beside the parts.
"""

import base64
import json
from collections.abc import Mapping
from typing import Any, Final, NoReturn, TypeGuard, cast

from vercel_marketplace.tokens.claims import ALGORITHM
from vercel_marketplace.tokens.errors import MalformedTokenError, UnsupportedTokenError

LONGEST_TOKEN: Final = 16_384
"""Characters; servers allow headers hardly longer, and Vercel's tokens have a tenth of it."""

LONGEST_KEY_ID: Final = 256
_PARTS: Final = 3


def key_id_of(token: object) -> tuple[str, str]:
    """A token of the right form, and the key that it says it was signed with.

    Nothing else of the header is looked at: whatever it says of where a key is to be had
    (`jku`, `jwk`, `x5u`, `x5c`) is the word of whoever made the token.

    Raises:
        MalformedTokenError: It is no token.
        UnsupportedTokenError: It is not signed with RS256, or with an extension.
    """
    if not isinstance(token, str) or not token:
        msg = "there is no token"
    elif len(token) > LONGEST_TOKEN:
        msg = f"the token has more than {LONGEST_TOKEN} characters"
    elif len(parts := token.split(".")) != _PARTS:
        msg = "the token is not a signed JWT"
    elif None in (contents := [decoded(part) for part in parts]):
        msg = "the token is not in Base64url"
    elif (header := json_object(contents[0] or b"")) is None:
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
        msg = "the token asks for an extension"
    else:
        return
    raise UnsupportedTokenError(msg)


def is_key_id(value: object) -> TypeGuard[str]:
    """Whether this can be the name of a key."""
    return isinstance(value, str) and 0 < len(value) <= LONGEST_KEY_ID


def claims_in(payload: bytes) -> dict[str, Any]:
    """The claims of a token whose signature is right.

    Raises:
        MalformedTokenError: They are not a JSON object, or one is there twice.
    """
    claims = json_object(payload)
    if claims is None:
        msg = "the token's claims are not a JSON object"
        raise MalformedTokenError(msg)
    return claims


def json_object(content: bytes) -> dict[str, Any] | None:
    """A JSON object; `None` for anything else, and where a name is there twice."""
    try:
        value = json.loads(
            content.decode(), object_pairs_hook=_each_once, parse_constant=_no_number
        )
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


def decoded(text: str) -> bytes | None:
    """The bytes that Base64url without padding stands for; `None` for any other spelling."""
    try:
        content = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return None
    # What is no Base64url is passed over by the decoder, and missing here.
    canonical = base64.urlsafe_b64encode(content).rstrip(b"=").decode()
    return content if canonical == text else None


def _each_once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) != len(members):
        raise ValueError
    return found


def _no_number(_name: str) -> NoReturn:
    """For `NaN` and `Infinity`, which are not JSON."""
    raise ValueError
