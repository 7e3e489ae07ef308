"""Messages about a value in the terms of JSON instead of Python's."""

import re
from typing import Final

_LIST: Final = re.compile(r"\ba list\b")
_NAMES: Final = {
    "None": "null",
    "bool": "a boolean",
    "dict": "an object",
    "float": "a number",
    "int": "a number",
    "list": "an array",
    "str": "a string",
}


def in_json_terms(message: str) -> str:
    """Return a message that says what was expected and got, in the terms of JSON."""
    message = _LIST.sub("an array", message)
    begun, got, name = message.rpartition(", got ")
    return f"{begun}{got}{_NAMES.get(name, name)}"
