"""An `HTTPResponse` becomes a value or an error. Pure, but for the clock of an HTTP date."""

import json
import re
import time
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable
from datetime import UTC
from http import HTTPStatus
from typing import Any, NoReturn, TypeVar, cast

from vercel_marketplace._internal.operation import AnyOperation, Operation
from vercel_marketplace._internal.redaction import conceal
from vercel_marketplace._internal.schema import describe
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

Q = TypeVar("Q")
V = TypeVar("V")
E = TypeVar("E")

_LONGEST_EXCERPT = 200
_TOO_MANY_REQUESTS = 429
_FAR_FUTURE = 1e12  # epoch seconds; a larger number is no time, and no limit either
_PLACE = re.compile(r"^(?P<message>.*) @ \$\.?(?P<path>[^@]*)$", re.DOTALL)


def decode(
    operation: Operation[Any, V, Any],
    response: HTTPResponse,
    secrets: Callable[[], Iterable[str]] = tuple,
) -> Result[V, SDKError | ResponseValidationError]:
    """What an answer to an operation means.

    Args:
        operation: What was asked.
        response: The answer.
        secrets: Gives what no error's text may show, should the answer echo it.
    """
    if response.status_code in operation.empty_success:
        return Ok(None, response)  # type: ignore[arg-type]  # V has None for these operations
    if response.status_code != operation.success:
        return Err(_api_error(operation, response, tuple(secrets())))
    if operation.response is None:
        # 201 and 204 are documented as empty; whatever comes in one is not looked at.
        return Ok(None, response)  # type: ignore[arg-type]  # V is None for these operations
    if not is_json(response.headers):
        return Err(_api_error(operation, response, tuple(secrets())))
    result = _read(operation, operation.response, response)
    if isinstance(result, Err):
        result.error.headers = _shown(response.headers, tuple(secrets()))
    return result


def is_json(headers: Headers) -> bool:
    """Whether an answer says that its body is JSON."""
    media_type = headers.get("content-type", "").partition(";")[0]
    return media_type.strip().lower() == "application/json"


# Success -----------------------------------------------------------------------------


def _refuse_constant(name: str) -> NoReturn:
    msg = f"{name} is not JSON"
    raise ValueError(msg)


_decoder = json.JSONDecoder(parse_constant=_refuse_constant)


def parse(content: bytes) -> Any:
    """What a body of JSON says.

    Raises:
        ValueError, RecursionError: It is none, or nested too deeply.
    """
    return _decoder.decode(content.removeprefix(BOM_UTF8).decode())


def _read(
    operation: AnyOperation, model: type[V], response: HTTPResponse
) -> Result[V, ResponseValidationError]:
    from vercel_marketplace._internal import converter  # noqa: PLC0415 (loads cattrs)

    try:
        parsed = parse(response.content)
    except (ValueError, RecursionError) as error:
        issue = Issue("", f"expected JSON: {why(error)}")
        return Err(_broken(operation, response, response.text, (issue,)))
    try:
        return Ok(converter.fast().structure(parsed, model), response)
    except Exception:  # noqa: BLE001 (what it was comes out below, with its place)
        # The first pass reads lists in place, so the second one parses anew.
        raw = parse(response.content)
        return Err(_broken(operation, response, raw, issues_in(raw, model)))


def issues_in(raw: object, model: type) -> tuple[Issue, ...]:
    """Every place where parsed JSON is not what a model reads, in Python's terms."""
    from cattrs import transform_error  # noqa: PLC0415 (loads cattrs)

    from vercel_marketplace._internal import converter  # noqa: PLC0415 (loads cattrs)

    try:
        converter.thorough().structure(raw, model)
    except Exception as error:  # noqa: BLE001 (turned into issues, every one)
        lines = transform_error(error, format_exception=lambda exc, _: why(exc))
        places = [match for line in lines if (match := _PLACE.match(line))]
        return tuple(Issue(place["path"], place["message"]) for place in places)
    return ()  # pragma: no cover (the two converters judge alike)


def why(error: BaseException) -> str:
    """Say what broke, without any of the answer's own text."""
    match error:
        case KeyError():
            return "a required field is missing"
        case json.JSONDecodeError():
            return f"{error.msg} at character {error.pos}"
        case UnicodeDecodeError():
            return f"not UTF-8 at byte {error.start}"
        case RecursionError():
            return "nested too deeply"
        case _:
            return str(error)


def _broken(
    operation: AnyOperation, response: HTTPResponse, raw: object, issues: tuple[Issue, ...]
) -> ResponseValidationError:
    first = issues[0] if issues else describe(raw)
    return ResponseValidationError(
        f"the answer breaks the contract: {first}",
        raw_value=raw,
        issues=issues,
        operation_id=operation.id,
        status_code=response.status_code,
        headers=response.headers,
        body=response.text,
    )


# Errors ------------------------------------------------------------------------------


def _api_error(operation: AnyOperation, response: HTTPResponse, secrets: Iterable[str]) -> SDKError:
    body = _error_body(response)
    code, message = _code_and_message(body)
    kind = error_class_for(response.status_code)
    error = kind(
        conceal(message, secrets) if message else _fallback_message(operation, response, secrets),
        operation_id=operation.id,
        status_code=response.status_code,
        code=code and conceal(code, secrets),
        headers=_shown(response.headers, secrets),
        body=response.text,
        retry_after=retry_after(response, time.time() if response.date is None else response.date),
    )
    if isinstance(error, VercelRateLimitError):
        error.limit = _rate_limit(response.headers, body)
    return error


def _shown(headers: Headers, secrets: Iterable[str]) -> Headers:
    """The headers with a request id that is safe to show: an error's text has it."""
    request_id = headers.get("x-vercel-id")
    if request_id is None or request_id == conceal(request_id, secrets):
        return headers
    return headers | {"x-vercel-id": conceal(request_id, secrets)}


def _error_body(response: HTTPResponse) -> dict[str, Any]:
    try:
        return _object(parse(response.content))
    except (ValueError, RecursionError):
        return {}


def _object(value: Any) -> dict[str, Any]:
    """A parsed JSON object; an empty one for anything else."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _code_and_message(body: dict[str, Any]) -> tuple[str | None, str | None]:
    code: Any
    code = error = body.get("error")
    message = body.get("error_description")  # OAuth's form, RFC 6749 section 5.2
    if not isinstance(error, str):
        code, message = _object(error).get("code"), _object(error).get("message")
    return (
        code if isinstance(code, str) else None,
        message if isinstance(message, str) else None,
    )


def _fallback_message(
    operation: AnyOperation, response: HTTPResponse, secrets: Iterable[str]
) -> str:
    """What to say of an answer that does not say it itself."""
    status = response.status_code
    if status == operation.success:
        media_type = conceal(response.headers.get("content-type", "none"), secrets)
        return f"unexpected content type ({media_type[:_LONGEST_EXCERPT]})"
    if status < HTTPStatus.MULTIPLE_CHOICES:
        return f"unexpected status, {operation.success} is the documented success"
    if status < HTTPStatus.BAD_REQUEST:
        return "a redirect, which this API has none of and which is never followed"
    if response.headers.get("content-type", "").startswith("text/plain") and response.content:
        return " ".join(conceal(response.text, secrets).split())[:_LONGEST_EXCERPT]
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "an error without a message"


def _rate_limit(headers: Headers, body: dict[str, Any]) -> RateLimit:
    limit = _object(_object(body.get("error")).get("limit"))

    def pick(key: str, header: str) -> float | None:
        value: Any = limit.get(key)
        if type(value) in {int, float} and abs(value) < _FAR_FUTURE:
            return float(value)
        return _seconds(headers.get(header))

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
    """Seconds the API asks to wait, from the most precise header that says so.

    `now` is the time of day in epoch seconds, for an HTTP date and for the reset of a rate
    limit, which only counts on a 429.
    """
    headers = response.headers
    milliseconds = _seconds(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    given = headers.get("retry-after")
    wait = _seconds(given)
    if wait is None and given is not None:
        from email.utils import parsedate_to_datetime  # noqa: PLC0415 (for this rare form)

        try:
            date = parsedate_to_datetime(given)
            wait = (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() - now
        except (ValueError, OverflowError):
            wait = None
    if wait is None and response.status_code == _TOO_MANY_REQUESTS:
        reset = _rate_limit(headers, _error_body(response)).reset
        wait = None if reset is None else reset - now
    return None if wait is None else max(0.0, wait)


def _seconds(text: str | None) -> float | None:
    """A plain number that is not negative; header values are anybody's text."""
    if text is None or not re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,9})?", text.strip()):
        return None
    return float(text)
