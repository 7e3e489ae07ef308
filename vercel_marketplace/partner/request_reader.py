"""Reads the request of an operation: lenient in what may be new, strict in the rest. Pure.

Unknown properties are ignored, unknown members of an enum are kept, and null stands for a
property that is left out. Anything else that does not match is a 400, even in an optional
property: a command must not be carried out in part.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from itertools import islice
from typing import Any, Final, NamedTuple, cast
from urllib.parse import parse_qs

from vercel_marketplace._internal.json import explain, find_json_issues, is_deeper, parse
from vercel_marketplace._internal.schema import Field, arms_of, fields_by_name, is_list
from vercel_marketplace.errors import Issue
from vercel_marketplace.partner.bodies import with_json_path, with_json_terms
from vercel_marketplace.partner.errors import InvalidFieldsError
from vercel_marketplace.partner.routes import Route

_MAX_QUERY_FIELDS: Final = 1000
_MAX_FIELDS: Final = 20
_MAX_DEPTH: Final = 200  # every supported Python can write what it has read at this depth


class ReadRequest(NamedTuple):
    """A request.

    Attributes:
        value: The request, of the operation's class.
        fingerprint: A digest of it, which is the same for every retry.
    """

    value: Any
    fingerprint: str


def read_request(route: Route, query: str, content: bytes | None) -> ReadRequest:
    """Read the request of an operation.

    Args:
        route: The operation, and what the path says.
        query: The query of the URL.
        content: The body.

    Raises:
        InvalidFieldsError: It does not match; the fields are named, and no value is shown.
    """
    from vercel_marketplace._internal.converter import read_leniently  # noqa: PLC0415 (cattrs)

    operation = route.operation
    body = _parse_object(content or b"{}", "") if operation.body else {}
    given = {one.wire_name: body[one.wire_name] for one in operation.body if one.wire_name in body}
    given |= _read_query(route, query)
    given |= _in_wire_names(operation.request, route.parameters)  # last: a body names no other
    reading = read_leniently(operation.request, given, wire_names=True)
    if reading.issues:
        raise _invalid(map(with_json_terms, reading.issues))
    return ReadRequest(reading.value, _digest([route.parameters, body]))


def _digest(given: Any) -> str:
    return sha256(json.dumps(given, sort_keys=True).encode()).hexdigest()


def _parse_object(content: bytes, path: str) -> dict[str, Any]:
    try:
        parsed = parse(content, bom=True, unique_keys=True)
    except (ValueError, RecursionError) as error:
        issue = Issue(path, f"not valid JSON: {explain(error)}")
        parsed = None
    else:
        issue = Issue(path, "expected a JSON object")
    if not isinstance(parsed, dict):
        raise _invalid([issue])
    held = cast("dict[str, Any]", parsed)
    if is_deeper(held, _MAX_DEPTH):
        raise _invalid([Issue(path, f"more than {_MAX_DEPTH} levels deep")])
    issues = [*find_json_issues(held, path)]
    if issues:
        raise _invalid(map(with_json_path, issues))
    return held


def _read_query(route: Route, query: str) -> Iterator[tuple[str, Any]]:
    operation = route.operation
    if not operation.query:
        return
    try:
        values = parse_qs(query, max_num_fields=_MAX_QUERY_FIELDS, errors="strict")
    except ValueError:
        raise _invalid([Issue("", "the query is not valid")]) from None
    for name in operation.query:
        field = fields_by_name(cast("Any", operation.request))[name]
        if field.wire_name in values:
            yield field.wire_name, _read_parameter(field, values[field.wire_name])


def _read_parameter(field: Field, values: list[str]) -> Any:
    if any(map(is_list, arms_of(field.kind))):
        return values
    if len(values) > 1:
        raise _invalid([Issue(field.wire_name, "given more than once")])
    return _parse_object(values[0].encode(), field.wire_name)


def _in_wire_names(model: Any, parameters: Mapping[str, str]) -> dict[str, str]:
    fields = fields_by_name(model)
    return {fields[name].wire_name: value for name, value in parameters.items()}


def _invalid(issues: Iterable[Issue]) -> InvalidFieldsError:
    """Return the error for what does not match; its messages never say what is there."""
    fields = {issue.path: issue.message for issue in islice(issues, _MAX_FIELDS)}
    if list(fields) == [""]:
        return InvalidFieldsError(f"The request is not valid: {fields['']}")
    names = ", ".join(filter(None, fields))
    return InvalidFieldsError(f"The request is not valid: {names}", fields=fields)
