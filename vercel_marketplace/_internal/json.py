"""Strict JSON: bytes are parsed in one way only, and values are checked before they are written.

Pure. The check walks without recursion, and each list or dict once: a value may be nested deeper
than Python recurses, or hold itself. Whether it can be written then is for the encoder to say.
"""

import json
import math
from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from functools import cache
from itertools import filterfalse
from typing import Any, Final, NoReturn, TypeAlias

from vercel_marketplace._internal.describe import describe
from vercel_marketplace._internal.schema import is_object, is_sequence
from vercel_marketplace.errors import Issue

_MAX_KEY_CHARS: Final = 40

Place: TypeAlias = "tuple[Place, Any] | None"
"""Where a value is: the place of what holds it, and its key or index there."""


# Parsing -----------------------------------------------------------------------------


class _RefusedError(ValueError):
    """Refused here, not by the standard library; its text holds nothing of the body."""


def parse(
    content: bytes, *, bom: bool = False, unique_keys: bool = False, decimals: bool = False
) -> Any:
    """Parse a body of JSON, without the constants that only Python knows.

    Args:
        content: The body.
        bom: Whether a byte order mark may come first.
        unique_keys: Whether an object in which a key occurs twice is refused, of which two parsers
            may see different members.
        decimals: Whether a number with a fraction is a `Decimal`, which loses no digit.

    Raises:
        ValueError: It is not JSON. Its text and attributes may hold the body: see `explain`.
        RecursionError: It is nested too deeply.
    """
    decoder = _decoder(unique_keys=unique_keys, decimals=decimals)
    return decoder.decode((content.removeprefix(BOM_UTF8) if bom else content).decode())


def explain(error: ValueError | RecursionError) -> str:
    """Say why parsing failed, without any of the body's own text."""
    match error:
        case _RefusedError():
            return str(error)
        case json.JSONDecodeError():
            return f"{error.msg.rstrip(': ').removesuffix(' at')} at character {error.pos}"
        case UnicodeDecodeError():
            return f"not UTF-8 at byte {error.start}"
        case RecursionError():
            return "nested too deeply"
        case _:
            return "a number has too many digits"  # more than `sys.get_int_max_str_digits`


@cache
def _decoder(*, unique_keys: bool, decimals: bool) -> json.JSONDecoder:
    return json.JSONDecoder(
        object_pairs_hook=_refuse_duplicate_keys if unique_keys else None,
        parse_float=_parse_decimal if decimals else None,
        parse_constant=_refuse_constant,
    )


def _refuse_constant(_name: str) -> NoReturn:
    msg = "NaN and Infinity are not valid JSON"
    raise _RefusedError(msg)


def _refuse_duplicate_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    held = dict(pairs)
    if len(held) < len(pairs):
        msg = "duplicate key in an object"
        raise _RefusedError(msg)
    return held


def _parse_decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        msg = "a number has too large an exponent"
        raise _RefusedError(msg) from None


# Writing -----------------------------------------------------------------------------


def is_text(value: object) -> bool:
    """Whether a value is a string that UTF-8 can express: one without a lone surrogate."""
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def is_number(value: object) -> bool:
    """Whether a value is a number that JSON can express: finite, in the range of a double."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # an integer that no double can hold
        return False


def find_json_issues(value: Mapping[Any, Any] | Sequence[Any], path: str = "") -> Iterator[Issue]:
    """Find every place of an object, or of a list, that is not JSON."""
    found: list[tuple[Any, Place]] = [(value, None)]
    seen = {id(value)}
    for container, place in found:  # which grows on the way
        entries: Any = enumerate(container)
        if is_object(container):
            entries = container.items()
            for key in filterfalse(is_text, container):
                message = f"expected keys that are strings, got {_describe_invalid(key)}"
                yield Issue(path + _format_place(place), message)
        for key, entry in entries:
            if is_object(entry) or is_sequence(entry):
                if id(entry) not in seen:
                    seen.add(id(entry))
                    found.append((entry, (place, key)))
            elif not (
                entry is None or isinstance(entry, bool) or is_text(entry) or is_number(entry)
            ):
                where = path + _format_place((place, key))
                yield Issue(where, f"expected a JSON value, got {_describe_invalid(entry)}")


def is_deeper(value: Mapping[str, Any] | Sequence[Any], levels: int) -> bool:
    """Whether objects and lists are nested in a value by more levels than so many."""
    layer: list[Any] = [value]
    while layer and levels:
        layer = [inner for outer in layer for inner in _containers_in(outer)]
        levels -= 1
    return bool(layer)


def _containers_in(container: Any) -> Iterator[Any]:
    entries = container.values() if is_object(container) else container
    return (entry for entry in entries if is_object(entry) or is_sequence(entry))


def encode_object(value: Mapping[str, Any]) -> str:
    """Write an object in which `find_json_issues` finds nothing.

    Raises:
        RecursionError: It is nested too deeply or circular.
    """
    return _ENCODER.encode(value)


def _write_container(value: Mapping[str, Any] | Sequence[Any]) -> dict[str, Any] | list[Any]:
    return dict(value) if is_object(value) else list(value)


_ENCODER: Final = json.JSONEncoder(
    ensure_ascii=False,
    allow_nan=False,
    check_circular=False,
    separators=(",", ":"),
    default=_write_container,
)


def _describe_invalid(value: object) -> str:
    if isinstance(value, str):
        return "a str with a lone surrogate"
    if isinstance(value, float):
        return float.__repr__(value)  # nan or an infinity
    return describe(value)


def _format_place(place: Place) -> str:
    steps: list[str] = []
    while place is not None:
        place, key = place
        steps.append(f"[{format_key(key)}]")
    return "".join(reversed(steps))


def format_key(key: Any) -> str:
    """Write a key as in JSON, unless it is long or odd: then it may be more than a name."""
    if isinstance(key, int):
        return str(key)
    plain = isinstance(key, str) and len(key) <= _MAX_KEY_CHARS and key.isprintable()
    return json.dumps(key, ensure_ascii=False) if plain else "…"
