"""Parses a request as strictly as the API does, by the SDK's own models. Pure.

The SDK parses responses leniently. The API does not: a property that is unknown, missing or of
another type, or null where null has no meaning, is a 400 that names it.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final, TypeGuard, cast, get_args
from urllib.parse import parse_qsl

from vercel_marketplace._internal.converter import DATE_TIME, DATE_TIME_EXPECTED, read_leniently
from vercel_marketplace._internal.describe import describe
from vercel_marketplace._internal.json import find_json_issues, is_deeper, parse
from vercel_marketplace._internal.json_terms import in_json_terms
from vercel_marketplace._internal.operation import AnyOperation
from vercel_marketplace._internal.schema import (
    Money,
    alternatives,
    arms_of,
    fields_of,
    is_datetime,
    is_list,
    is_literal,
    is_mapping,
    is_model,
    is_optional,
    models_by_tag,
    name_of,
    to_wire_path,
)
from vercel_marketplace.emulator.api.errors import APIError, bad_request, oauth
from vercel_marketplace.models._fields import AMOUNT

FORM: Final = "application/x-www-form-urlencoded"
"""The content type of a form."""

_BODY: Final = ""  # the path of the body itself
_MAX_FORM_FIELDS: Final = 100
_MAX_DEPTH: Final = 200  # every supported Python can write what it has read at this depth


def parse_request(
    operation: AnyOperation,
    parameters: Mapping[str, str],
    content: bytes,
    *,
    is_form: bool = False,
) -> Any:
    """Return the request model that a request on the wire stands for.

    Args:
        operation: The operation.
        parameters: The path's parameters by the names of the model's fields.
        content: The body.
        is_form: Whether the content type is a form's. A form is required where the operation
            has one, and accepted where the whole request is the body, as with OAuth's; any other
            body is JSON.

    Raises:
        APIError: 400, with the first property that is not valid.
    """
    if operation.media_type == FORM:
        return _read_form(operation.request, content)
    if operation.body is None:
        return operation.request(**parameters)
    if operation.body == "*":
        given = _parse_form(content) if is_form else _parse(content)
        return _read(operation.request, given, _BODY)
    fields = fields_of(cast("Any", operation.request))
    (kind,) = (field.kind for field in fields if field.name == operation.body)
    left_out = not content and is_optional(kind)
    body = None if left_out else _read(kind, _parse(content), _BODY)
    return operation.request(**parameters, **{operation.body: body})


def _parse(content: bytes) -> Any:
    try:
        return parse(content)
    except (ValueError, RecursionError):  # also a number with more digits than Python reads
        raise _wrong(_BODY, "the body cannot be read as JSON") from None


def _read_form(request: type, content: bytes) -> Any:
    """Return a request of OAuth's: unknown parameters are ignored, as RFC 6749 section 3.2 says."""
    known = {field.wire_name for field in fields_of(request)}
    try:
        given = _parse_form(content)
        return _read(request, {name: given[name] for name in given if name in known}, _BODY)
    except APIError as error:
        status, description = HTTPStatus.BAD_REQUEST, error.message
        raise oauth(status, code="invalid_request", description=description) from None


def _parse_form(content: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            content.decode(),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=_MAX_FORM_FIELDS,
        )
    except ValueError:
        raise _wrong(_BODY, "the body cannot be read as a form") from None
    for name, times in Counter(name for name, _ in pairs).items():
        if times > 1:
            raise _wrong(name, "given more than once")  # RFC 6749 section 3.2
    return dict(pairs)


def _read(kind: Any, value: Any, path: str) -> Any:
    """Return parsed JSON as a value of a kind: an annotation, or `Money`."""
    arms = arms_of(kind)
    models = [arm for arm in arms if is_model(arm)]
    lists = [arm for arm in arms if is_list(arm)]
    leaves = [arm for arm in arms if arm not in models and arm not in lists]
    if lists and _is_array(value):
        (item,) = get_args(lists[0])
        return [_read(item, entry, f"{path}[{i}]") for i, entry in enumerate(value)]
    if models and _is_object(value):
        return _read_model(_arm_for(models, value, path), value, path)
    if leaves == [*arms] or (leaves and isinstance(value, str)):  # in a union: a string
        return _read_leaf(leaves[0], value, path)
    expected = ["an object" for _ in models[:1]] + [name_of(arm) for arm in lists]
    expected += ["a string" for _ in leaves]
    raise _wrong(path, f"expected {' or '.join(expected)}, got {describe(value)}")


def _is_array(value: object) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


def _is_object(value: object) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)


def _arm_for(models: list[Any], properties: dict[str, Any], path: str) -> Any:
    """Return the model of a union that an object's `type` names."""
    if len(models) == 1:
        return models[0]
    name, arms = models_by_tag(models)
    tag = properties.get(name)
    if isinstance(tag, str) and tag in arms:
        return arms[tag]
    raise _wrong(_join(path, name), f"expected {alternatives(arms)}")


def _read_model(model: Any, properties: dict[str, Any], path: str) -> Any:
    fields = {field.wire_name: field for field in fields_of(model) if not field.is_extra}
    others = {name: value for name, value in properties.items() if name not in fields}
    found = _read_others(model, others, path)
    for name, field in fields.items():
        if name in properties:
            given = properties[name]
            is_null = given is None and field.may_be_null
            found[field.name] = None if is_null else _read(field.kind, given, _join(path, name))
        elif field.required:
            raise _wrong(_join(path, name), "a required property is missing")
    read = model(**found)
    for issue in getattr(read, "_cross_field_issues", tuple)():
        raise _wrong(_join(path, to_wire_path(model, issue.path)), issue.message)
    return read


def _read_others(model: Any, others: dict[str, Any], path: str) -> dict[str, Any]:
    """Return the properties that are not a model's own, by the name of its field for them."""
    if not others:
        return {}
    for field in fields_of(model):
        if field.is_extra:
            return {field.name: _read_json_object(others, path)}
    raise _wrong(_join(path, next(iter(others))), "an unknown property")


def _read_leaf(kind: Any, value: Any, path: str) -> Any:
    if is_literal(kind):
        if value not in get_args(kind):
            raise _wrong(path, f"expected {alternatives(get_args(kind))}")
        return value
    read, issues = read_leniently(kind, value)
    if issues:
        raise _wrong(path, issues[0].message)
    if is_datetime(kind):
        return _in_utc(value, read, path)
    if is_mapping(kind):
        return _read_json_object(read, path)
    if kind is Money and not AMOUNT.fullmatch(read):
        raise _wrong(path, 'expected a decimal string such as "10.50"')
    if kind is int and read != value:  # it was truncated, which here hides a mistake
        raise _wrong(path, "expected a whole number")
    return read


def _read_json_object(value: dict[str, Any], path: str) -> dict[str, Any]:
    """Return an object that may hold any JSON that a response can hold."""
    if is_deeper(value, _MAX_DEPTH):
        raise _wrong(path, f"more than {_MAX_DEPTH} levels deep")
    for issue in find_json_issues(value, path):
        raise _wrong(issue.path, issue.message)
    return value


def _in_utc(text: str, moment: datetime, path: str) -> datetime:
    """Return the moment in UTC; more texts can be read than the API accepts."""
    if not DATE_TIME.fullmatch(text):
        raise _wrong(path, DATE_TIME_EXPECTED)
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise _wrong(path, str(error)) from None


def _wrong(path: str, message: str) -> APIError:
    return bad_request(path=path, message=in_json_terms(message))


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
