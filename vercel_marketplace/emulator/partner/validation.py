"""Checks the partner's responses against the partner API. Pure."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from attrs import frozen

from vercel_marketplace._internal.converter import read_strictly
from vercel_marketplace._internal.json import explain, find_json_issues, parse
from vercel_marketplace._internal.redaction import redact
from vercel_marketplace._internal.response import is_json
from vercel_marketplace.emulator.json_terms import in_json_terms
from vercel_marketplace.emulator.partner.endpoints import Endpoint
from vercel_marketplace.emulator.partner.errors import (
    PartnerContractError,
    PartnerError,
    PartnerRefusedError,
)
from vercel_marketplace.emulator.partner.models import to_camel_case
from vercel_marketplace.errors import Issue
from vercel_marketplace.http import HTTPRequest, HTTPResponse
from vercel_marketplace.result import Err, Ok, Result

REJECTED_TOKEN_STATUSES: Final = frozenset({401, 403})
"""The statuses with which a token is refused."""

UNAVAILABLE: Final = 503
"""The status of a server that cannot fetch the keys."""

_REFUSALS: Final = range(400, 500)
_ERRORS: Final = range(400, 600)
_KEY: Final = re.compile(r'\["([A-Za-z_]\w*)"\]')


@frozen
class _UserMessage:
    message: str


@frozen
class _FieldError:
    key: str
    message: str


@frozen
class _Error:
    code: str
    message: str
    user: _UserMessage | None = None
    fields: list[_FieldError] | None = None


@frozen
class _ErrorBody:
    """The body of a refusal; the customer is shown the message in `user`."""

    error: _Error


def check_response(
    endpoint: Endpoint[Any],
    request: HTTPRequest,
    response: HTTPResponse,
    *,
    secrets: tuple[str, ...],
    hints: Mapping[int, str],
) -> Result[Any, PartnerError]:
    """Return the value of a response, or the error that it stands for.

    Args:
        endpoint: The endpoint.
        request: The request.
        response: The response.
        secrets: The secrets to redact, should the response echo them.
        hints: What to check, by status.
    """
    status = response.status_code
    hint = hints.get(status, "")
    if status in _REFUSALS:
        return Err(_refusal(request, response, secrets, hint))
    if status not in endpoint.responses:
        expected = " or ".join(map(str, endpoint.responses))
        issue = Issue("", f"expected status {expected}, got {status}")
        # A response that is not an error may hold secrets that are not known yet.
        detail = _quote(response, secrets) if status in _ERRORS else ""
        return Err(PartnerContractError(request, response, (issue,), detail, hint))
    model = endpoint.responses[status]
    if model is None:
        return Ok(_empty_value(endpoint), response)
    if not is_json(response.headers):
        message = "expected JSON, with a content-type of application/json"
        return contract_error(request, response, Issue("", message))
    value, issues = _read(model, response)
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


def _empty_value(endpoint: Endpoint[Any]) -> object:
    """Return the value of an empty response, where others have a body."""
    models = [model for model in endpoint.responses.values() if model is not None]
    return models[0]() if models else None


def _read(model: Any, response: HTTPResponse) -> tuple[Any, tuple[Issue, ...]]:
    """Return the value of the body, or the issues that it has."""
    try:
        parsed = parse(response.content, bom=True)
    except (ValueError, RecursionError) as error:
        return None, (Issue("", f"the body is not valid JSON: {explain(error)}"),)
    value, issues = read_strictly(model, parsed)
    if issues:
        return None, tuple(map(_in_terms_of_json, issues))
    if issues := tuple(_json_issues(parsed)):
        return None, issues
    return value, tuple(getattr(value, "issues", tuple)())


def _json_issues(parsed: dict[str, Any]) -> Iterator[Issue]:
    """Yield what is not interoperable JSON: lone surrogates, numbers beyond a double."""
    for issue in find_json_issues(parsed):
        yield Issue(_KEY.sub(r".\1", issue.path).removeprefix("."), issue.message)


def _in_terms_of_json(issue: Issue) -> Issue:
    """Return an issue in the terms of JSON instead of Python."""
    return Issue(to_camel_case(issue.path), in_json_terms(issue.message))


def _refusal(
    request: HTTPRequest, response: HTTPResponse, secrets: tuple[str, ...], hint: str
) -> PartnerRefusedError:
    body, issues = _read(_ErrorBody, response)
    if body is None:
        form = 'expected {"error": {"code": "…", "message": "…"}}, so that the customer learns why'
        issue = Issue("", f"{form}; {issues[0]}")
        detail = _quote(response, secrets)
        return PartnerRefusedError(request, response, (issue,), detail, hint)

    def shown(text: str) -> str:
        return redact(text, secrets)

    error: _Error = body.error
    fields = tuple(Issue(shown(one.key), shown(one.message)) for one in error.fields or ())
    code, message = shown(error.code), shown(error.message)
    return PartnerRefusedError(
        request,
        response,
        detail="; ".join([f"{code}: {message}", *map(str, fields)]),
        hint=hint,
        code=code,
        message=message,
        user_message=None if error.user is None else shown(error.user.message),
        fields=fields,
    )
