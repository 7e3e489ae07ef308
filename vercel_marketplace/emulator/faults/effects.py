"""The effects of faults, as data, and the outcome of a request that meets one. Pure.

| effect | is the request processed? | what the client gets |
| --- | --- | --- |
| `Failed` | no | an error with a status |
| `Dropped("connecting")` | no | no connection; the request was not sent |
| `Dropped("before")` | no | a connection that breaks |
| `Dropped("after")` | **yes** | a connection that breaks |
| `Delayed` | **yes** | the response, late |
| `Truncated` | **yes** | the first part of the response |
| `Altered` | **yes** | the response with another body |
"""

import json
import math
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final, Literal, TypeAlias

from attrs import evolve, field, frozen

from vercel_marketplace._internal.operation import AnyOperation
from vercel_marketplace.emulator.api.responses import (
    empty_response,
    error_body,
    json_response,
    oauth_error_body,
)
from vercel_marketplace.emulator.faults.outcome import Outcome
from vercel_marketplace.http import HTTPResponse

ANY: Final = "*"
"""Stands for whichever operation comes next, in place of an id."""

DropPoint: TypeAlias = Literal["connecting", "before", "after"]
"""When a connection is dropped: while connecting, before the request is processed, or after."""

BodyPatch: TypeAlias = Mapping[str, object] | Callable[[Any], object]
"""Properties to set in the body, or a function of the parsed body."""


@frozen
class Failed:
    """An error instead of the response.

    Attributes:
        status: The HTTP status.
        code: The error's code; that of the status if `None`.
        message: The error's message; that of the status if `None`.
        retry_after: Seconds to wait before a retry, for the headers.
    """

    status: int
    code: str | None = None
    message: str | None = None
    retry_after: float | None = None


@frozen
class Delayed:
    """A late response.

    Attributes:
        seconds: Seconds until the response.
    """

    seconds: float


@frozen
class Dropped:
    """A connection that ends without a response.

    Attributes:
        when: When it is dropped.
    """

    when: DropPoint


@frozen
class Truncated:
    """A response whose body breaks off.

    Attributes:
        keep: How many bytes arrive, always less than all; half of them if `None`.
    """

    keep: int | None = None


def _redact(change: BodyPatch) -> str:
    """Return a patch without its values, which may be secret."""
    if callable(change):
        return getattr(change, "__qualname__", type(change).__qualname__)
    return f"{{{', '.join(f'{name!r}: …' for name in change)}}}"


@frozen
class Altered:
    """A response with another body.

    Attributes:
        change: Makes the other body.
    """

    change: BodyPatch = field(repr=_redact)


Effect: TypeAlias = Failed | Delayed | Dropped | Truncated | Altered
"""What a fault does to a request."""

_CONNECTING: Final = Dropped("connecting")


@frozen(kw_only=True)
class Fault:
    """A fault that the next requests to an operation meet.

    Attributes:
        operation: The operation's id; `"*"` for any.
        effect: What it does to a request.
        remaining: How many more requests meet it.
        hits: How many requests have met it.
        installation_id: The installation whose requests meet it; `None` for all.
    """

    operation: str
    effect: Effect
    remaining: int
    hits: int = 0
    installation_id: str | None = None

    def is_for(self, operation: AnyOperation, installation_id: str | None) -> bool:
        """Whether a request to an operation meets it; what changes a body requires one."""
        if self.operation not in {ANY, operation.id}:
            return False
        if self.installation_id not in {None, installation_id}:
            return False
        return operation.response is not None or not isinstance(self.effect, Truncated | Altered)


def pop_matching(
    faults: tuple[Fault, ...], operation: AnyOperation, installation_id: str | None
) -> tuple[Effect | None, tuple[Fault, ...]]:
    """Return the effect on a request, if any, and the faults that are left.

    A request meets the first fault that is for its operation and installation, and no other.
    """
    for index, fault in enumerate(faults):
        if fault.is_for(operation, installation_id):
            used = evolve(fault, remaining=fault.remaining - 1, hits=fault.hits + 1)
            left = (used,) if used.remaining else ()
            return fault.effect, (*faults[:index], *left, *faults[index + 1 :])
    return None, faults


def reaches_server(effect: Effect) -> bool:
    """Whether the request arrives at all."""
    return effect != _CONNECTING


def outcome_before_processing(
    effect: Effect, operation: AnyOperation, headers: Mapping[str, str]
) -> Outcome | None:
    """Return the outcome without processing the request; `None` if it is to be processed.

    Args:
        effect: The effect on the request.
        operation: The request's operation.
        headers: The headers of every response.
    """
    match effect:
        case Failed():
            return Outcome(response=_error(effect, operation, headers))
        case Dropped("connecting"):
            return Outcome(response=None, connected=False)
        case Dropped("before"):
            return Outcome(response=None)
        case _:
            return None


def outcome_after_processing(
    effect: Effect, operation: AnyOperation, response: HTTPResponse
) -> Outcome:
    """Return the outcome of a request that was processed."""
    match effect:
        case Delayed(seconds):
            return Outcome(response=response, delay=seconds)
        case Truncated(keep):
            size = len(response.content)
            truncate_at = size // 2 if keep is None else max(0, min(keep, size - 1))
            return Outcome(response=response, truncate_at=truncate_at)
        case Altered(change) if response.status_code == operation.success:
            try:
                content = _alter(response.content, change)
            except Exception as error:  # noqa: BLE001 (the test's own function may raise anything)
                return Outcome(response=None, error=error)
            return Outcome(response=evolve(response, content=content))
        case Altered():
            return Outcome(response=response)
        case _:
            return Outcome(response=None)


def _alter(content: bytes, change: BodyPatch) -> bytes:
    body = json.loads(content)
    made: object = {**body, **change} if isinstance(change, Mapping) else change(body)
    # A function that changes the body in place returns nothing.
    return json.dumps(body if made is None else made).encode()


def _error(failed: Failed, operation: AnyOperation, shared: Mapping[str, str]) -> HTTPResponse:
    code, message = _default_error(failed.status)
    code, message = failed.code or code, failed.message or message
    make_body = error_body if operation.authenticated else oauth_error_body
    has_body = operation.method != "HEAD" and failed.status not in operation.empty_success
    headers = {**shared}
    if failed.status == HTTPStatus.TOO_MANY_REQUESTS:
        headers["x-ratelimit-remaining"] = "0"
    if failed.retry_after is not None:
        # HTTP has whole seconds only; fractions are in a header of Vercel's own.
        headers["retry-after"] = str(math.ceil(failed.retry_after))
        if failed.retry_after != math.ceil(failed.retry_after):
            headers["retry-after-ms"] = str(math.ceil(failed.retry_after * 1000))
    if not has_body:
        return empty_response(failed.status, headers)
    return json_response(failed.status, headers, make_body(code, message))


_CODES: Final = {422: "unprocessable_entity", 429: "rate_limited"}


def _default_error(status: int) -> tuple[str, str]:
    """Return the code and the message that go with a status."""
    try:
        known = HTTPStatus(status)
    except ValueError:
        return "error", "An error without a name"
    return _CODES.get(status, known.name.lower()), known.phrase
