"""Whether a value that the contract leaves open is JSON, and where it is not. Pure.

Walks without recursion, and each list or dict once: a value may be nested deeper than Python
recurses, or hold itself. Whether it can be written then is for the JSON encoder to say.
"""

import json
import math
from collections.abc import Iterator
from itertools import filterfalse
from typing import Any, TypeAlias

from vercel_marketplace._internal.schema import describe
from vercel_marketplace.errors import Issue

_LONGEST_KEY = 40
_STRINGS = {str}
_PLAIN = {str, float, bool, type(None)}
_CONTAINERS = {dict, list, tuple}

Place: TypeAlias = "tuple[Place, Any] | None"
"""Where a value stands: the place of what holds it, and its key or index there."""


def is_text(value: object) -> bool:
    """A string that UTF-8 can express, which one with a lone surrogate is not."""
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def is_number(value: object) -> bool:
    """A number that JSON can express: finite, and in the range of a double."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # an integer that no double can hold
        return False


def is_plainly_json(value: dict[Any, Any]) -> bool:
    """A quick look: no fault is found in an object of which this is true, but in writing it.

    Where it is false, `faults_in` has to look: there may be subclasses, or faults.
    """
    found: list[Any] = [value]
    seen = {id(value)}
    for container in found:  # which grows on the way
        entries: Any = container
        if _is_dict(container):
            if not _STRINGS.issuperset(map(type, entries)):
                return False
            entries = entries.values()
        if _PLAIN.issuperset(map(type, entries)):
            continue
        for entry, kind in zip(entries, map(type, entries), strict=True):
            if kind in _CONTAINERS:
                if id(entry) not in seen:
                    seen.add(id(entry))
                    found.append(entry)
            elif not (kind in _PLAIN or (kind is int and is_number(entry))):
                return False
    return True


def faults_in(value: dict[Any, Any], path: str = "") -> Iterator[Issue]:
    """Every place of an object that is not JSON."""
    found: list[tuple[Any, Place]] = [(value, None)]
    seen = {id(value)}
    for container, place in found:  # which grows on the way
        entries: Any = enumerate(container)
        if _is_dict(container):
            entries = container.items()
            for key in filterfalse(is_text, container):
                issue = f"expected keys that are strings, got {_fault(key)}"
                yield Issue(path + _shown(place), issue)
        for key, entry in entries:
            if _is_container(entry):
                if id(entry) not in seen:
                    seen.add(id(entry))
                    found.append((entry, (place, key)))
            elif not (entry is None or is_text(entry) or type(entry) is bool or is_number(entry)):
                where = path + _shown((place, key))
                yield Issue(where, f"expected a JSON value, got {_fault(entry)}")


def _is_dict(value: object) -> bool:
    return isinstance(value, dict)


def _is_container(value: object) -> bool:
    return isinstance(value, dict | list | tuple)


def _fault(value: object) -> str:
    if isinstance(value, str):
        return "a str with a lone surrogate"
    if isinstance(value, float):
        return repr(value)  # nan or an infinity
    return describe(value)


def _shown(place: Place) -> str:
    steps: list[str] = []
    while place is not None:
        place, key = place
        steps.append(f"[{_shown_key(key)}]")
    return "".join(reversed(steps))


def _shown_key(key: Any) -> str:
    """A key as it would be written; a long or odd one may be more than a name."""
    if isinstance(key, int):
        return str(key)
    plain = isinstance(key, str) and len(key) <= _LONGEST_KEY and key.isprintable()
    return json.dumps(key, ensure_ascii=False) if plain else "…"
