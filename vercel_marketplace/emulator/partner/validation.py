"""Checks the partner's responses against the partner API. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, cast

from vercel_marketplace._internal.json import parse
from vercel_marketplace._internal.redaction import redact
from vercel_marketplace._internal.response import media_type_of
from vercel_marketplace.emulator.partner.errors import (
    PartnerContractError,
    PartnerError,
    PartnerRefusedError,
)
from vercel_marketplace.errors import Issue
from vercel_marketplace.http import HTTPRequest, HTTPResponse
from vercel_marketplace.partner.bodies import ReadBody, read_body
from vercel_marketplace.partner.models.errors import PartnerErrorBody, PartnerErrorDetail
from vercel_marketplace.partner.operation import JSON, JSON_LINES, AnyPartnerOperation
from vercel_marketplace.result import Err, Ok, Result

REJECTED_TOKEN_STATUSES: Final = frozenset({401, 403})
"""The statuses with which a token is refused."""

UNAVAILABLE: Final = 503
"""The status of a server that cannot fetch the keys."""

_REFUSALS: Final = range(400, 500)
_ERRORS: Final = range(400, 600)
_NO_CONTENT: Final = 204
# Of any operation: a token that is not accepted, something that is not there, too many requests.
_COMMON_REFUSALS: Final = (401, 404, 429)
_EXPECTED_TYPES: Final = {
    JSON: "JSON, with a content-type of application/json",
    JSON_LINES: "one JSON value per line, with a content-type of application/jsonl",
}


def check_response(
    operation: AnyPartnerOperation,
    request: HTTPRequest,
    response: HTTPResponse,
    *,
    secrets: tuple[str, ...],
    hints: Mapping[int, str],
) -> Result[Any, PartnerError]:
    """Return the value of a response, or the error that it stands for.

    Args:
        operation: The operation.
        request: The request.
        response: The response.
        secrets: The secrets to redact, should the response echo them.
        hints: What to check, by status.
    """
    status = response.status_code
    hint = hints.get(status, "")
    if status in _REFUSALS:
        return Err(_refusal(operation, request, response, secrets, hint))
    if status not in operation.responses:
        issue = _unexpected_status(status, operation.responses)
        # A response that is not an error may hold secrets that are not known yet.
        detail = _quote(response, secrets) if status in _ERRORS else ""
        return Err(PartnerContractError(request, response, (issue,), detail, hint))
    kind = operation.responses[status]
    if kind is None:
        if status == _NO_CONTENT and response.content:
            issue = Issue("", f"expected no body with status {status}")
            return contract_error(request, response, issue)
        return Ok(_empty_value(operation), response)
    value, issues = _read_success(operation, kind, response)
    return contract_error(request, response, *issues) if issues else Ok(value, response)


def contract_error(
    request: HTTPRequest, response: HTTPResponse, *issues: Issue
) -> Err[PartnerContractError]:
    """Return the `Err` for a response that does not match the partner API."""
    return Err(PartnerContractError(request, response, issues))


def _quote(response: HTTPResponse, secrets: tuple[str, ...]) -> str:
    """Return the body without secrets: neither those of the call nor those that it brings."""
    return redact(response.text, (*secrets, *_find_secrets(response)))


def _find_secrets(response: HTTPResponse) -> Iterator[str]:
    """Yield what is below `secrets` in a body, whatever its form, but for the names."""
    try:
        left: list[tuple[Any, bool]] = [(parse(response.content), False)]
    except (ValueError, RecursionError):
        return
    while left:
        value, is_secret = left.pop()
        if isinstance(value, dict):
            fields = cast("dict[str, object]", value)
            left += [
                (field, is_secret or name == "secrets")
                for name, field in fields.items()
                if name != "name"
            ]
        elif isinstance(value, list):
            left += [(entry, is_secret) for entry in cast("list[object]", value)]
        elif is_secret and isinstance(value, str):
            yield value


def _empty_value(operation: AnyPartnerOperation) -> object:
    """Return the value of an empty response, where others have a body."""
    models = [kind for kind in operation.responses.values() if kind is not None]
    return models[0]() if models else None


def _unexpected_status(status: int, expected: Iterable[int]) -> Issue:
    return Issue("", f"expected status {' or '.join(map(str, expected))}, got {status}")


def _read_success(operation: AnyPartnerOperation, kind: Any, response: HTTPResponse) -> ReadBody:
    """Return the value of the body, or the issues that it has."""
    media_type = media_type_of(response.headers)
    if media_type not in operation.media_types:
        expected = " or ".join(_EXPECTED_TYPES[one] for one in operation.media_types)
        return ReadBody(None, (Issue("", f"expected {expected}"),))
    return read_body(kind, response.content, as_lines=media_type == JSON_LINES)


def _refusal(
    operation: AnyPartnerOperation,
    request: HTTPRequest,
    response: HTTPResponse,
    secrets: tuple[str, ...],
    hint: str,
) -> PartnerRefusedError:
    status = response.status_code
    expected = sorted({*operation.errors, *_COMMON_REFUSALS})
    issues = () if status in expected else (_unexpected_status(status, expected),)
    if status in operation.error_bodies and _is_other_body(operation, response):
        detail = _quote(response, secrets)
        return PartnerRefusedError(request, response, issues, detail, hint)
    body, found = read_body(PartnerErrorBody, response.content)
    if body is None:
        form = 'expected {"error": {"code": "…", "message": "…"}}, so that the customer learns why'
        issues = (*issues, Issue("", f"{form}; {found[0]}"))
        detail = _quote(response, secrets)
        return PartnerRefusedError(request, response, issues, detail, hint)

    def shown(text: str | None) -> str:
        return redact(text or "", secrets)

    error: PartnerErrorDetail = body.error
    fields = tuple(Issue(shown(one.key), shown(one.message)) for one in error.fields or ())
    code, message = shown(error.code), shown(error.message)
    user_message = None if error.user is None else error.user.message
    return PartnerRefusedError(
        request,
        response,
        issues,
        detail="; ".join([f"{code}: {message}", *map(str, fields)]),
        hint=hint,
        code=code,
        message=message,
        user_message=None if user_message is None else shown(user_message),
        fields=fields,
    )


def _is_other_body(operation: AnyPartnerOperation, response: HTTPResponse) -> bool:
    """Whether a refusal has the body that this operation may have in place of an error object."""
    kind = operation.error_bodies[response.status_code]
    if kind is None:
        return not response.content
    return not _read_success(operation, kind, response).issues
