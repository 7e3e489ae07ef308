"""Made-up ids and digests: the same for the same value, different for any other. Pure."""

import hashlib
import json
import re
import string
from typing import Final

_LETTERS: Final = string.digits + string.ascii_letters
_LENGTH: Final = 24
# How many characters follow the prefix, where there are not 24 of them.
_LENGTHS: Final = {"dpl": 28, "store": 16}
_HEX: Final = re.compile(f"[0-9a-f]{{{_LENGTH}}}")


def json_digest(value: object) -> str:
    """Return the digest of a JSON value."""
    text = json.dumps(value, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def stable_id(prefix: str, *names: object) -> str:
    """Return an id in the form of Vercel's, such as `icfg_` and 24 digits and letters.

    Args:
        prefix: The beginning of the id, such as `store`.
        names: Together they name one thing.
    """
    number = int(json_digest([prefix, *names]), base=16)
    text = ""
    while len(text) < _LENGTHS.get(prefix, _LENGTH):
        number, index = divmod(number, len(_LETTERS))
        text += _LETTERS[index]
    return f"{prefix}_{text}"


def hex_id(*names: object) -> str:
    """Return an id in the form of those of users and accounts: 24 hexadecimal digits.

    Args:
        names: Together they name one thing. One that has this form stays as it is.
    """
    if len(names) == 1 and _HEX.fullmatch(str(names[0])):
        return str(names[0])
    return json_digest(names)[:_LENGTH]
