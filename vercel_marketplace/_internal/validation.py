"""Checks a request and writes its JSON, in one pass. Pure.

What is right becomes pieces of JSON text, what is wrong becomes issues with their place. Long
lists of models that hold strings and numbers are looked at column by column first, which takes
a few passes in C instead of a call per value; where that finds anything but plain values, the
list is written value by value like all others.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from itertools import repeat
from json.encoder import encode_basestring
from operator import attrgetter
from typing import Any, Final, NamedTuple, TypeAlias, cast, get_args

from attrs import define
from attrs import field as attrs_field

from vercel_marketplace._internal.describe import describe
from vercel_marketplace._internal.json import encode_object, find_json_issues, is_number, is_text
from vercel_marketplace._internal.schema import (
    Field,
    Money,
    alternatives,
    arms_of,
    fields_of,
    is_datetime,
    is_list,
    is_literal,
    is_mapping,
    is_model,
    is_object,
    is_optional,
    is_sequence,
    may_be_unset,
    name_of,
    to_wire_path,
)
from vercel_marketplace.errors import Issue, SDKValidationError

DOT_SEGMENTS: Final = frozenset({".", ".."})
"""The path segments that stand for the path itself, or the one above."""

_MIN_ROWS_FOR_COLUMNS: Final = 100
_ROWS_PER_PIECE: Final = 1000  # so that not all of the text is held twice


@define
class Output:
    """The JSON written so far, and the issues found.

    Attributes:
        pieces: The JSON text; not to be used when there are issues.
        issues: Every place that is not what the API requires.
        across_fields: Whether the rules that are about several fields, or about lengths, count.
        wire_names: Whether issues name places in JSON's terms instead of Python's.
    """

    pieces: list[str] = attrs_field(factory=list[str])
    issues: list[Issue] = attrs_field(factory=list[Issue])
    across_fields: bool = True
    wire_names: bool = False

    def to_bytes(self) -> bytes:
        """Return the JSON, and drop the pieces on the way: a long body is not held three times."""
        rest = [None, *reversed(self.pieces)]
        self.pieces.clear()
        return b"".join(map(str.encode, iter(rest.pop, None)))


Write: TypeAlias = Callable[[Any, str, Output], None]
"""Writes a value that is at a path."""


def write(
    kind: Any,
    value: object,
    path: str = "",
    *,
    across_fields: bool = True,
    wire_names: bool = False,
) -> Output:
    """Check a value against an annotation, and write its JSON.

    Args:
        kind: The annotation.
        value: The value.
        path: Where it is, for the issues.
        across_fields: Whether the rules that are about several fields, or about lengths, count.
            They hold for requests.
        wire_names: Whether issues name places in JSON's terms instead of Python's.
    """
    output = Output(across_fields=across_fields, wire_names=wire_names)
    _writer_of(kind)(value, path, output)
    return output


def find_segment_issues(name: str, value: object) -> Iterator[Issue]:
    """Yield what keeps the value of a field from being a segment of a URL's path."""
    if not is_text(value):
        yield from write(str, value, name).issues
        return
    segment = str.__str__(cast("str", value))
    if not segment:
        yield Issue(name, "must not be empty")
    elif segment in DOT_SEGMENTS:
        yield Issue(name, f'must not be "{segment}": it would change the URL path')


def validation_error(
    issues: Sequence[Issue], *, model: str = "", operation_id: str | None = None
) -> SDKValidationError:
    """Make the error for what is wrong with a model.

    Args:
        issues: What is wrong, at least one.
        model: The name of the model, where no operation says which it is.
        operation_id: The operation.
    """
    about = f"{model}: " if model else ""
    more = f" (and {len(issues) - 1} more: see error.issues)" if len(issues) > 1 else ""
    return SDKValidationError(
        f"{about}{issues[0]}{more}", issues=tuple(issues), operation_id=operation_id
    )


class _Arm(NamedTuple):
    """One of the types that an annotation allows.

    Attributes:
        expected: Its name in a message.
        accepts: Whether a value is of this type, so far as its class says.
        write: Writes such a value, or finds what is wrong with it.
    """

    expected: str
    accepts: Callable[[object], bool]
    write: Write


@cache
def _writer_of(kind: Any) -> Write:
    kinds = [*_arms_to_write(kind)]
    arms = tuple(map(_arm_of, kinds))
    optional = is_optional(kind)
    expected = " or ".join(arm.expected for arm in arms)
    is_one_model = len(kinds) == 1 and is_model(kinds[0])

    def write(value: Any, path: str, output: Output) -> None:
        if value is None and optional:
            output.pieces.append("null")
            return
        for arm in arms:
            if arm.accepts(value):
                arm.write(value, path, output)
                return
        message = f"expected {expected}, got {describe(value)}"
        if is_one_model and isinstance(value, dict):
            message += f"; from_dict({expected}, …) makes one from JSON"
        output.issues.append(Issue(path, message))

    return write


def _arms_to_write(kind: Any) -> Iterable[Any]:
    """Leave out the known members of an enum that is open to any string."""
    arms = arms_of(kind)
    return [arm for arm in arms if not is_literal(arm)] if str in arms else arms


def _arm_of(arm: Any) -> _Arm:
    leaf = _leaf_of(arm)
    if leaf is not None:
        return _Arm(leaf.expected, leaf.accepts, leaf.write)
    if is_mapping(arm):
        return _Arm("a dict of JSON values", is_object, _write_json_object)
    if is_list(arm):
        return _Arm(name_of(arm), is_sequence, _list_writer(get_args(arm)[0]))

    def is_instance(value: object) -> bool:
        return isinstance(value, arm)

    return _Arm(name_of(arm), is_instance, _model_writer(arm))


# Values that hold no others ----------------------------------------------------------


class _Plain(NamedTuple):
    """How a column of values is written of which each is exactly of a plain type.

    Attributes:
        types: The plain types.
        are_valid: Whether all values of such a column are valid.
        encode: Writes one of them.
    """

    types: frozenset[type]
    are_valid: Callable[[Sequence[Any]], bool]
    encode: Callable[[Any], str]


class _Leaf(NamedTuple):
    """A kind of value that holds no others.

    Attributes:
        expected: Its name in a message.
        types: What it is an instance of.
        encode: Writes a value of these types; `None` where it is not valid.
        plain: How a column of plain values is written, where there is a short way.
    """

    expected: str
    types: tuple[type, ...]
    encode: Callable[[Any], str | None]
    plain: _Plain | None = None

    def accepts(self, value: object) -> bool:
        """Whether a value is of the leaf's types."""
        return isinstance(value, self.types)

    def write(self, value: object, path: str, output: Output) -> None:
        """Write a value of the leaf's types."""
        text = self.encode(value)
        if text is None:
            message = f"expected {self.expected}, got {_describe_invalid(value)}"
            output.issues.append(Issue(path, message))
        else:
            output.pieces.append(text)


def _encode_str(value: object) -> str | None:
    return encode_basestring(cast("str", value)) if is_text(value) else None


def _encode_bool(value: object) -> str:
    return "true" if value else "false"


def _encode_number(value: Any) -> str | None:
    if not is_number(value):
        return None
    return float.__repr__(value) if isinstance(value, float) else int.__repr__(value)


def format_datetime(value: datetime) -> str | None:
    """Write a moment as the API does: in UTC, with milliseconds (what is finer is cut) and `Z`.

    `None` for a naive one, and for what is a datetime only by class, as `pandas.NaT` is.
    """
    try:
        if value.utcoffset() is None:
            return None
        in_utc = value.astimezone(UTC).replace(tzinfo=None)
        return in_utc.isoformat(timespec="milliseconds") + "Z"
    except (OverflowError, TypeError, ValueError):
        return None


def _encode_datetime(value: datetime) -> str | None:
    text = format_datetime(value)
    return text and f'"{text}"'


def _are_finite(column: Sequence[float]) -> bool:
    try:
        return all(map(math.isfinite, column))
    except OverflowError:
        return False


def _always(_column: Sequence[Any]) -> bool:
    return True


# A lone surrogate in a column is found when the column's text is looked at.
_PLAIN_TEXT: Final = _Plain(frozenset({str}), _always, encode_basestring)
_PLAIN_NUMBER: Final = _Plain(frozenset({float, int}), _are_finite, repr)
_PLAIN_WHOLE_NUMBER: Final = _PLAIN_NUMBER._replace(types=frozenset({int}))

_STR: Final = _Leaf("a string", (str,), _encode_str, _PLAIN_TEXT)
_BOOL: Final = _Leaf("a bool", (bool,), _encode_bool)
_NUMBER: Final = _Leaf("a finite number", (float, int), _encode_number, _PLAIN_NUMBER)
_WHOLE_NUMBER: Final = _Leaf("a whole number", (int,), _encode_number, _PLAIN_WHOLE_NUMBER)
_DATETIME: Final = _Leaf("a timezone-aware datetime", (datetime,), _encode_datetime)
_MONEY: Final = _Leaf(
    "an amount as a decimal string, Decimal or int", (str, Decimal, int), _encode_str, _PLAIN_TEXT
)
_LEAVES: Final[dict[object, _Leaf]] = {
    str: _STR,
    bool: _BOOL,
    float: _NUMBER,
    int: _WHOLE_NUMBER,
    Money: _MONEY,
}


@cache
def _leaf_of(kind: Any) -> _Leaf | None:
    if is_literal(kind):
        return _enum_leaf(get_args(kind))
    return _DATETIME if is_datetime(kind) else _LEAVES.get(kind)


def _enum_leaf(members: tuple[str, ...]) -> _Leaf:
    known = frozenset(members)

    def encode(value: str) -> str | None:
        text = str.__str__(value)  # a subclass may say that it equals anything
        return encode_basestring(text) if text in known else None

    plain = _Plain(frozenset({str}), known.issuperset, encode_basestring)
    return _Leaf(alternatives(members), (str,), encode, plain)


def _describe_invalid(value: object) -> str:
    """Say what is wrong with a value whose class is a right one."""
    if isinstance(value, str):
        return "another string" if is_text(value) else "a str with a lone surrogate"
    if isinstance(value, Decimal):
        return "a Decimal that is not finite, or has too many digits"
    if isinstance(value, float):
        return float.__repr__(value)  # nan or an infinity
    if isinstance(value, datetime):
        return _describe_invalid_datetime(value)
    return describe(value) if isinstance(value, bool) else "too large an int"


def _describe_invalid_datetime(value: datetime) -> str:
    try:
        naive = value.utcoffset() is None
    except (TypeError, ValueError):
        return describe(value)
    return "a naive datetime; give it a tzinfo" if naive else "one beyond what UTC can express"


# Values that hold others -------------------------------------------------------------


def _write_json_object(value: Mapping[str, Any], path: str, output: Output) -> None:
    issues = [*find_json_issues(value, path)]
    output.issues.extend(issues)
    if not issues:
        try:
            output.pieces.append(encode_object(value))
        except RecursionError:
            output.issues.append(Issue(path, "nested too deeply or circular"))


def _list_writer(item: Any) -> Write:
    write_item = _writer_of(item)
    columns = _columns_of(item)

    def write_list(values: Sequence[Any], path: str, output: Output) -> None:
        if columns is not None and len(values) >= _MIN_ROWS_FOR_COLUMNS:
            pieces = _write_rows(columns, item, values)
            if pieces is not None:
                output.pieces += pieces
                return
        output.pieces.append("[")
        for index, value in enumerate(values):
            if index:
                output.pieces.append(",")
            write_item(value, f"{path}[{index}]", output)
        output.pieces.append("]")

    return write_list


def _model_writer(model: Any) -> Write:
    fields = [
        (field, f'"{field.wire_name}":', _writer_of(field.kind))
        for field in fields_of(model)
        if not field.is_extra
    ]
    names = [field.name for field, _, _ in fields]
    wire_names = [field.wire_name for field, _, _ in fields]
    extra = next((field for field in fields_of(model) if field.is_extra), None)

    def write_model(value: Any, path: str, output: Output) -> None:
        start = f"{path}." if path else ""
        separator = ""
        output.pieces.append("{")
        places = wire_names if output.wire_names else names
        for place, (field, key, write_field) in zip(places, fields, strict=True):
            held = getattr(value, field.name)
            if held is not field.default or not field.optional:
                output.pieces.append(separator + key)
                write_field(held, start + place, output)
                separator = ","
        if extra is not None and (held := getattr(value, extra.name)) is not None:
            inner = write(extra.kind, held, start + extra.name)
            output.issues += inner.issues
            members = "".join(inner.pieces)[1:-1]
            output.pieces.append(f"{separator}{members}" if members else "")
        output.pieces.append("}")
        if not output.across_fields:
            return
        for issue in getattr(value, "_cross_field_issues", tuple)():
            place = to_wire_path(model, issue.path) if output.wire_names else issue.path
            output.issues.append(Issue(start + place, issue.message))

    return write_model


# Columns -----------------------------------------------------------------------------


class _Column(NamedTuple):
    """A field of many models of one class.

    Attributes:
        get: Gets the field of one.
        key: Its name in JSON, with the colon.
        optional: Whether `None` leaves it out.
        plain: How its values are written.
    """

    get: Callable[[Any], Any]
    key: str
    optional: bool
    plain: _Plain


@cache
def _columns_of(model: Any) -> tuple[_Column, ...] | None:
    """Return a model's columns, the optional ones last; `None` where there is no short way."""
    if not is_model(model) or hasattr(model, "_cross_field_issues"):
        return None
    columns = [_column_of(field) for field in fields_of(model)]
    known = [column for column in columns if column is not None]
    if len(known) < len(columns) or all(column.optional for column in known):
        return None
    # So a brace goes before the first, which is always there, and a comma before each other.
    return tuple(sorted(known, key=lambda column: column.optional))


def _column_of(field: Field) -> _Column | None:
    arms = arms_of(field.kind)
    leaf = _leaf_of(arms[0]) if len(arms) == 1 and not may_be_unset(field.kind) else None
    if leaf is None or leaf.plain is None or is_optional(field.kind) != field.optional:
        return None
    key = f'"{field.wire_name}":'
    return _Column(attrgetter(field.name), key, field.optional, leaf.plain)


def _write_rows(
    columns: tuple[_Column, ...], model: type, values: Sequence[Any]
) -> list[str] | None:
    """Write a list of models of which all values are plain and valid; `None` for any other."""
    rows = [*values]  # once: a sequence may hold something else the next time
    if set(map(type, rows)) != {model}:
        return None
    pieces = ["["]
    for start in range(0, len(rows), _ROWS_PER_PIECE):
        piece = _write_piece(columns, rows[start : start + _ROWS_PER_PIECE])
        if piece is None or not is_text(piece):
            return None
        pieces += ["," if start else "", piece]
    return [*pieces, "]"]


def _write_piece(columns: tuple[_Column, ...], rows: Sequence[Any]) -> str | None:
    parts: list[Iterable[str]] = []
    start = "{"
    for get, key, optional, (types, are_valid, encode) in columns:
        values = [*map(get, rows)]
        given = [value for value in values if value is not None] if optional else values
        if not (types.issuperset(map(type, given)) and are_valid(given)):
            return None
        start += key
        texts = map(encode, given)
        if len(given) == len(values):
            parts += [repeat(start), texts]
        elif given:
            parts.append(["" if value is None else start + next(texts) for value in values])
        start = ","
    return ",".join(map("".join, zip(*parts, repeat("}"))))
