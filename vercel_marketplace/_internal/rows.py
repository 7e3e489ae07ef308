"""Long lists of small models become JSON by functions made for them, as attrs makes its methods.

An encoder asks Python for the dict of every row. For 20 000 of them that takes as long as all
else together.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from json import JSONEncoder
from json.encoder import encode_basestring
from typing import Any, Final, TypeAlias

from vercel_marketplace._internal.schema import (
    Field,
    Money,
    arms_of,
    fields_of,
    is_literal,
    is_model,
    may_be_unset,
)

WriteRows: TypeAlias = Callable[[Sequence[Any]], str]

_AT_ONCE: Final = 1000  # so that not all of the text is held twice
_NAMES: Final = {"text": encode_basestring, "number": JSONEncoder(allow_nan=False).encode}


def write_rows(rows: Sequence[Any]) -> Iterator[str] | None:
    """The JSON of rows that conform, without its brackets, piece by piece.

    Args:
        rows: The rows.

    Returns:
        The pieces; `None` where the rows are not all of one model, or the model holds more than
        strings and numbers.
    """
    kinds = set(map(type, rows))
    write = _writer_of(kinds.pop()) if len(kinds) == 1 else None
    if write is None:
        return None
    pieces = (write(rows[start : start + _AT_ONCE]) for start in range(0, len(rows), _AT_ONCE))
    return (f",{piece}" if number else piece for number, piece in enumerate(pieces))


@cache
def _writer_of(model: Any) -> WriteRows | None:
    if not is_model(model):
        return None
    # What is always there comes first, so that commas go before all others.
    fields = sorted(fields_of(model), key=lambda field: field.optional)
    values = [_value_of(field) for field in fields]
    if fields[0].optional or None in values:
        return None
    names: dict[str, Any] = {**_NAMES}
    row = ""
    for field, value in zip(fields, values, strict=True):
        key = f'{"," if row else ""}"{field.wire_name}":'
        if field.optional:
            names[f"key_{field.name}"] = key
            row += f"{{'' if row.{field.name} is None else key_{field.name} + {value}}}"
        else:
            row += f"{key}{{{value}}}"
    source = f'write = lambda rows: ",".join([f"""{{{{{row}}}}}""" for row in rows])'
    exec(source, names)  # noqa: S102 (made of the names of fields alone)
    written: WriteRows = names["write"]
    return written


def _value_of(field: Field) -> str | None:
    """The expression for the JSON of a field; `None` for what is neither string nor number."""
    arms, value = arms_of(field.kind), f"row.{field.name}"
    if may_be_unset(field.kind) or len(arms) != 1:
        return None
    kind = arms[0]
    if kind in {str, Money} or is_literal(kind):
        return f"text({value})"
    if kind is float:
        return f"(repr({value}) if type({value}) is float else number({value}))"
    return None
