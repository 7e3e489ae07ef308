"""An `HTTPResponse` becomes a value or an error. Pure, but for the clock of an HTTP date."""

import re
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any, Final, TypeAlias, TypeVar, cast

from vercel_marketplace._internal.json import explain, is_number, parse
from vercel_marketplace._internal.operation import AnyOperation, Operation
from vercel_marketplace._internal.redaction import Redactor
from vercel_marketplace._internal.schema import fields_of
from vercel_marketplace._internal.seconds import current_time, parse_date
from vercel_marketplace.errors import (
    Issue,
    RateLimit,
    ResponseValidationError,
    SDKError,
    VercelRateLimitError,
    error_class_for,
)
from vercel_marketplace.http import Headers, HTTPResponse
from vercel_marketplace.result import Err, Ok, Result

V = TypeVar("V")

_Secrets: TypeAlias = Callable[[], Iterable[str]]
"""Returns what no error's text may show, should the response echo it."""

_MAX_EXCERPT_CHARS: Final = 200
_FAR_FUTURE: Final = 1e12  # epoch seconds; a larger number is no time, and no limit either
_SUCCESS: Final = range(200, 300)
_ERROR_IN_SUCCESS: Final = "the body is an error"


def decode(
    operation: Operation[Any, V, Any],
    response: HTTPResponse,
    secrets: _Secrets = tuple,
) -> Result[V, SDKError | ResponseValidationError]:
    """Return what a response to an operation means.

    Any 2xx is a success, unless its body is an error. The body is read where the operation
    documents one, and ignored otherwise.

    Args:
        operation: The operation.
        response: The response.
        secrets: Returns what no error's text may show, should the response echo it.
    """
    status = response.status_code
    is_success = status in _SUCCESS
    if status in operation.empty_success or (is_success and operation.response is None):
        body = _error_body(response) if is_json(response.headers) else {}
        if _is_error(body):
            issue = Issue("", _ERROR_IN_SUCCESS)
            return Err(_invalid_response(operation, response, body, (issue,), secrets))
        return Ok(cast("Any", None), response)  # V has None for these operations
    if not is_success or operation.response is None:
        return Err(_api_error(operation, response, secrets))
    if not response.content:
        # Without what it was to say, such as an invoice's id, it must not pass for a value. What
        # is known is that the operation was carried out.
        issue = Issue("", f"there is no body, although the request succeeded with status {status}")
        return Err(_invalid_response(operation, response, "", (issue,), secrets))
    if not is_json(response.headers):
        return Err(_api_error(operation, response, secrets))
    return _read(operation, operation.response, response, secrets)


def media_type_of(headers: Headers) -> str:
    """Return the media type that a response names, in lower case; empty without one."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def is_json(headers: Headers) -> bool:
    """Whether a response says that its body is JSON."""
    return media_type_of(headers) == "application/json"


# Success -----------------------------------------------------------------------------


def _read(
    operation: AnyOperation,
    model: type[V],
    response: HTTPResponse,
    secrets: _Secrets,
) -> Result[V, ResponseValidationError]:
    try:
        parsed = parse(response.content, bom=True)
    except (ValueError, RecursionError) as error:
        issue = Issue("", f"expected JSON: {explain(error)}")
        return Err(_invalid_response(operation, response, response.text, (issue,), secrets))
    from vercel_marketplace._internal.converter import read_leniently  # noqa: PLC0415 (cattrs)

    value, issues = read_leniently(model, parsed)
    if _is_error_body(model, parsed):
        value, issues = None, (*issues, Issue("", _ERROR_IN_SUCCESS))
    if value is None:
        return Err(_invalid_response(operation, response, parsed, issues, secrets))
    return Ok(value, response, issues)


def _is_error_body(model: Any, parsed: Any) -> bool:
    """Whether a body holds an error and nothing of the model, all of which may be optional."""
    return _is_error(parsed) and not any(field.wire_name in parsed for field in fields_of(model))


def _is_error(parsed: Any) -> bool:
    """Whether parsed JSON holds the code or the message of an error."""
    return _code_and_message(_as_object(parsed)) != (None, None)


def _invalid_response(
    operation: AnyOperation,
    response: HTTPResponse,
    raw: object,
    issues: tuple[Issue, ...],
    secrets: _Secrets,
) -> ResponseValidationError:
    redact = Redactor(secrets()).redact
    code, message = _code_and_message(_as_object(raw))
    said = f" ({redact(message)})" if message else ""
    error = ResponseValidationError(
        f"the response does not match the API schema: {issues[0]}{said}",
        raw_value=raw,
        issues=issues,
        operation_id=operation.id,
        status_code=response.status_code,
        headers=_redact_request_id(response.headers, redact),
        body=response.text,
    )
    error.code = code and redact(code)
    return error


# Errors ------------------------------------------------------------------------------


def _api_error(operation: AnyOperation, response: HTTPResponse, secrets: _Secrets) -> SDKError:
    redact = Redactor(secrets()).redact
    body = _error_body(response)
    code, message = _code_and_message(body)
    kind = error_class_for(response.status_code)
    now = current_time() if response.date is None else response.date
    error = kind(
        redact(message) if message else _fallback_message(operation, response, redact),
        operation_id=operation.id,
        status_code=response.status_code,
        code=code and redact(code),
        headers=_redact_request_id(response.headers, redact),
        body=response.text,
        retry_after=retry_after(response, now),
    )
    if isinstance(error, VercelRateLimitError):
        error.limit = _read_rate_limit(response.headers, body)
    return error


def _redact_request_id(headers: Headers, redact: Callable[[str], str]) -> Headers:
    """Return the headers with a request id that is safe to show: an error's text has it."""
    request_id = headers.get("x-vercel-id")
    if request_id is None:
        return headers
    return headers | {"x-vercel-id": redact(request_id)}


def _error_body(response: HTTPResponse) -> dict[str, Any]:
    try:
        return _as_object(parse(response.content, bom=True))
    except (ValueError, RecursionError):
        return {}


def _as_object(value: Any) -> dict[str, Any]:
    """Return a parsed JSON object; an empty one for anything else."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _code_and_message(body: dict[str, Any]) -> tuple[str | None, str | None]:
    code: Any
    code = error = body.get("error")
    message = body.get("error_description")  # OAuth's form, RFC 6749 section 5.2
    if not isinstance(error, str):
        code, message = _as_object(error).get("code"), _as_object(error).get("message")
    return (
        code if isinstance(code, str) else None,
        message if isinstance(message, str) else None,
    )


def _fallback_message(
    operation: AnyOperation, response: HTTPResponse, redact: Callable[[str], str]
) -> str:
    """Return the message of an error whose response has none."""
    status = response.status_code
    if status in _SUCCESS:
        media_type = redact(response.headers.get("content-type", "none"))
        return f"unexpected content type ({media_type[:_MAX_EXCERPT_CHARS]})"
    if status < HTTPStatus.MULTIPLE_CHOICES:
        return f"unexpected status; the documented success is {operation.success}"
    if status < HTTPStatus.BAD_REQUEST:
        return "unexpected redirect (redirects are never followed)"
    if response.headers.get("content-type", "").startswith("text/plain") and response.content:
        return " ".join(redact(response.text).split())[:_MAX_EXCERPT_CHARS]
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "an error without a message"


def _read_rate_limit(headers: Headers, body: dict[str, Any]) -> RateLimit:
    limit = _as_object(_as_object(body.get("error")).get("limit"))

    def pick(key: str, header: str) -> float | None:
        value: Any = limit.get(key)
        if is_number(value) and abs(value) < _FAR_FUTURE:
            return float(value)
        return _parse_seconds(headers.get(header))

    total, remaining = (
        pick("total", "x-ratelimit-limit"),
        pick("remaining", "x-ratelimit-remaining"),
    )
    return RateLimit(
        total=None if total is None else int(total),
        remaining=None if remaining is None else int(remaining),
        reset=pick("reset", "x-ratelimit-reset"),
    )


def retry_after(response: HTTPResponse, now: float) -> float | None:
    """Return the seconds that the API asks to wait, from the most precise header that says so.

    Args:
        response: The response.
        now: The time in epoch seconds, for an HTTP date and for the reset of a rate limit, which
            only counts on a 429.
    """
    headers = response.headers
    milliseconds = _parse_seconds(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    given = headers.get("retry-after")
    wait = _parse_seconds(given)
    if wait is not None:
        return wait
    until = parse_date(given)
    if until is None and response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        until = _read_rate_limit(headers, _error_body(response)).reset
    return None if until is None else max(0.0, until - now)


def _parse_seconds(text: str | None) -> float | None:
    """Return a plain number that is not negative; `None` for any other text of a header."""
    if text is None or not re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,9})?", text.strip()):
        return None
    return float(text)
