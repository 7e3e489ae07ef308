"""A request model becomes a URL, headers and a body. Pure."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, cast
from urllib.parse import quote

from vercel_marketplace._internal.addressing import split_server_url
from vercel_marketplace._internal.json import is_text
from vercel_marketplace._internal.operation import AnyOperation
from vercel_marketplace._internal.schema import LISTS, describe, fields_of
from vercel_marketplace._internal.validation import conforms, explain
from vercel_marketplace.errors import Issue, SDKValidationError

# What JavaScript's encodeURIComponent leaves alone, beside what `quote` does.
_SAFE_IN_SEGMENT = "!*'()"
_JSON = "application/json"
_MANY = 100  # rows, from which on it pays to have a function made for them
# Needs no escaping, and is neither empty nor a step up; most ids are like this.
_PLAIN = re.compile(r"[A-Za-z0-9_-]+")


@cache
def _template(path: str) -> tuple[tuple[str, str], ...]:
    """A path template as pairs of literal text and the field that follows it."""
    pieces = [piece.partition("}") for piece in path.split("{")]
    names = [name for name, _, _ in pieces[1:]]
    texts = [pieces[0][0], *(text for _, _, text in pieces[1:])]
    return tuple(zip(texts, [*names, ""], strict=True))


def encode_path(operation: AnyOperation, request: object) -> str:
    """The path of a request, each parameter escaped as one segment.

    Raises:
        SDKValidationError: A parameter is not a string, is empty, or would climb (`..`).
    """
    path = ""
    issues: list[Issue] = []
    for text, name in _template(operation.path):
        path += text
        if not name:
            continue
        value = getattr(request, name)
        if type(value) is str and _PLAIN.fullmatch(value):
            path += value
        elif not is_text(value):
            issues.extend(explain(str, value, name))
        elif (segment := quote(str.__str__(value), safe=_SAFE_IN_SEGMENT)) in {"", ".", ".."}:
            issues.append(Issue(name, f'must not be "{segment}": it would name another path'))
        else:
            path += segment
    if issues:
        raise _invalid(operation, issues)
    return path


class _Writers(dict[type, Callable[[Any], dict[str, Any]]]):
    """What writes the instances of each model, made when the first one comes."""

    def __missing__(self, model: Any) -> Any:
        from vercel_marketplace._internal import converter  # noqa: PLC0415 (loads cattrs)

        writer = self[model] = converter.fast().get_unstructure_hook(model)
        return writer


_writers = _Writers()


def _write(model: Any) -> Any:
    return _writers[type(model)](model)


_encoder = json.JSONEncoder(
    ensure_ascii=False,
    allow_nan=False,
    check_circular=False,
    separators=(",", ":"),
    default=_write,
)


def _pieces(model: Any) -> Iterator[bytes]:
    """The JSON of a body; where it has many rows, by the thousand."""
    members = _write(model)
    if not any(map(_are_many, members.values())):
        yield _encoder.encode(members).encode()
        return
    from vercel_marketplace._internal.rows import write_rows  # noqa: PLC0415 (rarely so many)

    opening = "{"
    for name, value in members.items():
        yield f"{opening}{_encoder.encode(name)}:".encode()
        opening = ","
        rows = write_rows(value) if _are_many(value) else None
        if rows is None:
            yield _encoder.encode(value).encode()
        else:
            yield b"["
            yield from map(str.encode, rows)
            yield b"]"
    yield b"}"


def _are_many(value: object) -> bool:
    return type(value) in LISTS and len(cast("Sequence[Any]", value)) > _MANY


def encode_body(operation: AnyOperation, request: object) -> bytes | None:
    """The body of a request: `None` for a method without, empty where it is left out.

    Raises:
        SDKValidationError: A value is not what the contract asks for.
    """
    if operation.body is None:
        return None
    if operation.body == "*":
        path, kind, value = "", operation.request, request
    else:
        path, kind = operation.body, _kind_of_field(cast("Any", operation.request), operation.body)
        value = getattr(request, path)
    if conforms(kind, [value]):
        if value is None:
            return b""
        try:
            return b"".join(_pieces(value))
        except RecursionError:
            deep = Issue(path or "request", "nested too deeply, or in itself")
            raise _invalid(operation, [deep]) from None
        except ValueError:
            pass  # a lone surrogate, or a number that is not finite; explained below
    raise _invalid(operation, list(explain(kind, value, path)))


@cache
def _kind_of_field(request: Any, name: str) -> Any:
    return next(field.kind for field in fields_of(request) if field.name == name)


def encode(
    operation: AnyOperation, request: object, *, server_url: str
) -> tuple[str, dict[str, str], bytes | None]:
    """The URL, the headers and the body of a request; not its token.

    Raises:
        SDKValidationError: The request is not what the contract asks for.
        InvalidRequestError: The server URL is none.
    """
    if type(request) is not operation.request:
        expected = f"expected {operation.request.__name__}, got {describe(request)}"
        raise _invalid(operation, [Issue("request", expected)])
    base, query = split_server_url(server_url)
    path = encode_path(operation, request)
    content = encode_body(operation, request)
    headers = {"accept": _JSON if operation.response else "*/*"}
    if content:
        headers["content-type"] = _JSON
    return f"{base}{path}{query}", headers, content


def _invalid(operation: AnyOperation, issues: list[Issue]) -> SDKValidationError:
    more = f" (and {len(issues) - 1} more: see error.issues)" if len(issues) > 1 else ""
    return SDKValidationError(f"{issues[0]}{more}", issues=tuple(issues), operation_id=operation.id)
