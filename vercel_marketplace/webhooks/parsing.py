"""Bytes to JSON, strictly: what two parsers could read in two ways is refused."""

import json
from codecs import BOM_UTF8
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NoReturn


class _RefusedError(ValueError):
    """Refused here, not by the standard library; its text holds nothing of the body."""


def parse(body: bytes) -> Any:
    """What is written in a body. Numbers with a fraction are `Decimal`, which loses no digit.

    Raises:
        ValueError: It cannot be read. Its text and attributes may hold the body: see `why`.
        RecursionError: It is nested too deeply.
    """
    return _decoder.decode(body.removeprefix(BOM_UTF8).decode())


def why(error: ValueError | RecursionError) -> str:
    """Say why `parse` failed, without any of the body's own text."""
    match error:
        case _RefusedError():
            return str(error)
        case json.JSONDecodeError():
            return f"not JSON at character {error.pos}"
        case UnicodeDecodeError():
            return f"not UTF-8 at byte {error.start}"
        case RecursionError():
            return "nested too deeply"
        case _:
            return "a number has too many digits"  # more than `sys.get_int_max_str_digits`


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    held = dict(pairs)
    if len(held) < len(pairs):
        msg = "a name occurs twice in one object"
        raise _RefusedError(msg)
    return held


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        msg = "a number has too large an exponent"
        raise _RefusedError(msg) from None


def _constant(_name: str) -> NoReturn:
    msg = "NaN and Infinity are no JSON"
    raise _RefusedError(msg)


_decoder: Final = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_number, parse_constant=_constant
)
