"""Turns parsed JSON into an event: an id and a type are required, the rest may be missing or new.

Not by the `converter`, where a value that does not match costs a field: here it costs the event
its class.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, TypeAlias, cast, get_args

from attrs import NOTHING, fields_dict, frozen

from vercel_marketplace._internal.describe import describe
from vercel_marketplace._internal.schema import (
    Money,
    arms_of,
    fields_of,
    is_datetime,
    is_list,
    is_model,
    is_sequence,
)
from vercel_marketplace.errors import Issue
from vercel_marketplace.models._fields import AMOUNT, money
from vercel_marketplace.result import Err, Ok, Result
from vercel_marketplace.webhooks.errors import InvalidEventError
from vercel_marketplace.webhooks.events import DeploymentEvent, UnknownEvent, WebhookEvent

Issues: TypeAlias = list[Issue]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_MILLISECOND: Final = 253_402_300_799_999  # of `datetime`, at the end of the year 9999
_MAX_NUMBER: Final = 10**15  # beyond it a double has no fraction
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Ids that an event has twice, flat and nested; Vercel documents them as equal.
_SAME_ID: Final = (("installationId", "configuration"), ("projectId", "project"))


@frozen(kw_only=True)
class _Envelope:
    id: str
    type: str


def _classes_by_type() -> dict[str, Any]:
    """Return the classes of the types that have one of their own."""
    types = {fields_dict(kind)["type"].default: kind for kind in get_args(WebhookEvent)}
    return {str(type_): kind for type_, kind in types.items() if type_ is not NOTHING}


_CLASSES: Final = _classes_by_type()


def decode_event(parsed: object) -> Result[WebhookEvent, InvalidEventError]:
    """Return the event that parsed JSON stands for."""
    issues: Issues = []
    envelope: _Envelope | None = _read_object(_Envelope, parsed, "", issues)
    if envelope is not None:
        # With an empty id, every event would look like a retry of the first.
        empty = [name for name in ("id", "type") if not getattr(envelope, name)]
        issues += [Issue(name, "expected text, got an empty string") for name in empty]
    if envelope is None or issues:
        return Err(
            InvalidEventError(f"the body is not an event: {issues[0]}", issues=tuple(issues))
        )
    return Ok(_make_event(envelope, cast("dict[str, Any]", parsed)))


def _make_event(envelope: _Envelope, parsed: dict[str, Any]) -> WebhookEvent:
    # An event is worth more than its time: what cannot be read of the envelope is left out.
    issues: Issues = []
    payload = parsed.get("payload")
    common: Any = {
        "id": envelope.id,
        "type": envelope.type,
        "created_at": _read_optional(datetime, parsed, "createdAt", "created_at", issues),
        "region": _read_optional(str, parsed, "region", "region", issues),
        "installation_ids": _find_installation_ids(payload),
        "raw": parsed,
    }
    kind = _CLASSES.get(envelope.type)
    if kind is None and envelope.type.startswith("deployment."):
        kind = DeploymentEvent
    if kind is None:
        return UnknownEvent(payload=payload, issues=tuple(issues), **common)
    wrong: Issues = []
    read = _read_object(
        cast("type", fields_dict(kind)["payload"].type), _fill_in_ids(payload), "payload", wrong
    )
    if wrong:
        # Not an error: Vercel would retry for a day, and then the event would be lost.
        return UnknownEvent(payload=payload, issues=(*issues, *wrong), **common)
    event: WebhookEvent = kind(payload=read, issues=tuple(issues), **common)
    return event


def _read_optional(
    kind: Any, parsed: dict[str, Any], wire_name: str, name: str, issues: Issues
) -> Any:
    """Return a field of the envelope; `None`, and an issue, where it cannot be read."""
    value = parsed.get(wire_name)
    return None if value is None else _read(kind, value, name, issues)


# Where events name installations. The first place that names any counts: where several do, they
# should agree, and in the examples of Vercel's guide only the first one is an installation's id.
_INSTALLATION_PATHS: Final = (
    ("configuration", "id"),
    ("installationId",),
    ("integrations", "*", "installationId"),
    ("installationIds", "*"),
    ("checkRun", "source", "integrationConfigurationId"),
)


def _find_installation_ids(payload: object) -> tuple[str, ...]:
    for path in _INSTALLATION_PATHS:
        ids = [id_ for id_ in _values_at(payload, path) if isinstance(id_, str) and id_]
        if ids:
            return tuple(dict.fromkeys(ids))
    return ()


def _values_at(value: Any, path: tuple[str, ...]) -> Iterator[Any]:
    """Yield the values at a path, in which `*` stands for every item of a list."""
    if not path:
        yield value
    elif path[0] == "*":
        for item in cast("list[object]", value) if isinstance(value, list) else ():
            yield from _values_at(item, path[1:])
    elif isinstance(value, dict):
        yield from _values_at(cast("dict[str, Any]", value).get(path[0]), path[1:])


def _fill_in_ids(payload: object) -> object:
    """Fill in one of two equal ids from the other, where only one is given."""
    if not isinstance(payload, dict):
        return payload
    held = dict(cast("dict[str, Any]", payload))
    for flat, nested in _SAME_ID:
        inner: Any = held.get(nested)
        if inner is None and held.get(flat) is not None:
            held[nested] = {"id": held[flat]}
        elif held.get(flat) is None and isinstance(inner, dict):
            held[flat] = cast("dict[str, Any]", inner).get("id")
    return held


# Values --------------------------------------------------------------------------------


def _read_object(model: type, value: object, path: str, issues: Issues) -> Any:
    """Return an instance of a class; `None`, and the issues, where the value does not fit."""
    if not isinstance(value, dict):
        issues.append(Issue(path, f"expected an object, got {describe(value)}"))
        return None
    given = cast("dict[str, Any]", value)
    held: dict[str, Any] = {}
    for field in fields_of(model):
        place = f"{path}.{field.name}" if path else field.name
        one = given.get(field.wire_name)
        if one is not None:
            held[field.name] = _read(field.kind, one, place, issues)
        elif not field.optional:
            issues.append(Issue(place, "a required field is missing"))
    return None if issues else model(**held)


def _read(kind: Any, value: Any, path: str, issues: Issues) -> Any:
    kind = arms_of(kind)[-1]  # of an open enum, the string
    if is_model(kind):
        return _read_object(kind, value, path, issues)
    if is_list(kind):
        return _read_list(get_args(kind)[0], value, path, issues)
    expected, read = ("a time", _read_time) if is_datetime(kind) else _READERS[kind]
    held = read(value)
    if held is None:
        issues.append(Issue(path, f"expected {expected}, got {describe(value)}"))
    return held


def _read_list(item: Any, value: Any, path: str, issues: Issues) -> list[Any] | None:
    if is_sequence(value):
        return [_read(item, entry, f"{path}[{at}]", issues) for at, entry in enumerate(value)]
    issues.append(Issue(path, f"expected a list, got {describe(value)}"))
    return None


def _read_text(value: object) -> str | None:
    # A lone surrogate, such as half of an emoji in a truncated text, can be neither printed nor
    # stored: it becomes a question mark.
    return value.encode(errors="replace").decode() if isinstance(value, str) else None


def _read_amount(value: Any) -> str | None:
    written: object = money(value)
    return written if isinstance(written, str) and AMOUNT.fullmatch(written) else None


def _read_time(value: object) -> datetime | None:
    """Read epoch milliseconds, or ISO 8601."""
    if isinstance(value, str) and _DAY.match(value):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    # Compared before it becomes an int: 1e999999999 would have a digit for each zero.
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return _to_datetime(value) if 0 <= value <= _LAST_MILLISECOND else None
    return None


def _to_datetime(milliseconds: int | Decimal) -> datetime:
    return _EPOCH + timedelta(milliseconds=int(milliseconds))


def _read_number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    return float(value) if -_MAX_NUMBER <= value <= _MAX_NUMBER else None


def _read_mapping(value: object) -> dict[str, Any] | None:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


_READERS: Final[dict[Any, tuple[str, Callable[[Any], Any]]]] = {
    str: ("a string", _read_text),
    Money: ("an amount", _read_amount),
    float: ("a number", _read_number),
    dict[str, Any]: ("an object", _read_mapping),
}
