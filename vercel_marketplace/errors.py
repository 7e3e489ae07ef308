"""Every error of the SDK, raised by methods and returned in `Err` by functions.

```
VercelError
├── SDKError                          a response that is not the documented success
│   ├── VercelBadRequestError         400
│   ├── VercelForbiddenError          403        (a bad token often arrives as 403)
│   │   └── VercelUnauthorizedError   401
│   ├── VercelNotFoundError           404
│   ├── VercelConflictError           409
│   ├── VercelGoneError               410        the installation has been removed
│   ├── VercelPreconditionFailedError 412
│   ├── VercelUnprocessableError      422
│   ├── VercelRateLimitError          429
│   └── VercelServerError             5xx
├── ResponseValidationError           a success whose body breaks the contract
├── SDKValidationError                a request that breaks the contract; nothing was sent
└── HTTPClientError                   no response
    ├── ConnectionError               also a builtin ConnectionError
    ├── RequestTimeoutError           also a builtin TimeoutError
    ├── RequestAbortedError           aborted by the client
    ├── InvalidRequestError           token, headers or URL that cannot be sent
    └── UnexpectedClientError         a bug, here or in a hook, token function or transport
```

`SDKError` itself stands for any other 4xx, an unexpected success status or content type,
and every redirect: redirects are never followed.

All of them copy, pickle and compare by their fields. None shows a token or a secret value in
its text, nor holds one in a local variable of its traceback.
"""

import builtins
from typing import ClassVar, TypeAlias

from attrs import field, frozen

from vercel_marketplace.http import Headers

__all__ = [
    "CallError",
    "ConnectionError",
    "HTTPClientError",
    "InvalidRequestError",
    "Issue",
    "RateLimit",
    "RequestAbortedError",
    "RequestTimeoutError",
    "ResponseValidationError",
    "SDKError",
    "SDKValidationError",
    "UnexpectedClientError",
    "VercelBadRequestError",
    "VercelConflictError",
    "VercelError",
    "VercelForbiddenError",
    "VercelGoneError",
    "VercelNotFoundError",
    "VercelPreconditionFailedError",
    "VercelRateLimitError",
    "VercelServerError",
    "VercelUnauthorizedError",
    "VercelUnprocessableError",
    "call_label",
    "error_class_for",
]

_NO_HEADERS = Headers()


@frozen
class Issue:
    """One place where a value breaks the contract.

    Attributes:
        path: The place as Python writes it: `request_body.items[0].total`.
        message: What is wrong there. Names types, never the value.
        raw_value: In `Ok.issues`, the value that was skipped. Not compared and not shown.
    """

    path: str
    message: str
    raw_value: object = field(default=None, eq=False, repr=False)

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


@frozen
class RateLimit:
    """How far the rate limit is used up, from the body or headers of a 429.

    Attributes:
        total: Calls allowed in the window.
        remaining: Calls left in it.
        reset: When the next window begins, in epoch seconds.
    """

    total: int | None = None
    remaining: int | None = None
    reset: float | None = None


_NO_LIMIT = RateLimit()


class VercelError(Exception):
    """Anything that went wrong with a call.

    Attributes:
        message: What happened, without the context that `str(error)` adds.
        operation_id: The API's name of the operation, such as `get-invoice`.
        integration_configuration_id: The installation (`icfg_…`) that the call was for.
        attempts: How often the request was tried; 0 when nothing was sent.
        code: The API's error code, such as `not_found`.
        headers: The response headers; empty without a response.
        body: The response body as text; empty without a response.
        retry_after: Seconds the API asks to wait before another attempt.
        earlier_attempt_may_have_succeeded: Whether an attempt before the last may have
            been accepted.
        request_sent: False when no attempt of the call can have reached the API: the request
            was refused before that, the connection was not established, the client has been
            closed, or a token function or a hook raised the error, whatever it is about.
    """

    integration_configuration_id: str | None = None
    earlier_attempt_may_have_succeeded: bool = False
    request_sent: bool = False

    def __init__(  # noqa: PLR0913 (one keyword per public field)
        self,
        message: str,
        *,
        operation_id: str | None = None,
        attempts: int = 0,
        status_code: int | None = None,
        code: str | None = None,
        headers: Headers = _NO_HEADERS,
        body: str = "",
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.operation_id = operation_id
        self.attempts = attempts
        self._status_code = status_code
        self.code = code
        self.headers = headers
        self.body = body
        self.retry_after = retry_after

    @property
    def status_code(self) -> int | None:
        """The HTTP status; `None` without a response."""
        return self._status_code

    @property
    def request_id(self) -> str | None:
        """`X-Vercel-Id` of the response: what Vercel's support asks for."""
        return self.headers.get("x-vercel-id")

    @property
    def may_have_taken_effect(self) -> bool:
        """Whether the API may have acted on the request, in this attempt or an earlier one.

        When false, it certainly has not, and the same request may be sent again. When true, do
        not send an operation that moves money again before somebody has looked.
        """
        is_open = self.request_sent and not self._was_refused
        return is_open or self.earlier_attempt_may_have_succeeded

    @property
    def _was_refused(self) -> bool:
        """Whether the API looked at the request and refused it."""
        return False

    def __eq__(self, other: object) -> bool:
        """Whether the other error is of the same class, with equal fields, as a copy is."""
        if type(other) is not type(self):
            return NotImplemented
        return (self.args, vars(self)) == (other.args, vars(other))

    def __hash__(self) -> int:
        return hash((type(self), self.args))

    def __str__(self) -> str:
        status = " ".join(str(part) for part in (self.status_code, self.code) if part)
        label = call_label(self.operation_id, self.integration_configuration_id)
        text = ": ".join(part for part in (label, status, self.message) if part)
        attempts = "1 attempt" if self.attempts == 1 else f"{self.attempts} attempts"
        request_id = f"request id {self.request_id}" if self.request_id else ""
        host = getattr(self, "host", None)
        parts = (host, attempts if self.attempts else "", request_id)
        more = ", ".join(part for part in parts if part)
        return f"{text} ({more})" if more else text


class SDKError(VercelError):
    """The API responded, but not with the documented success.

    Look at `status_code`, `code` and `message`; `body` has the whole text. For a status
    that says nothing about the outcome (an unexpected 2xx, a redirect, a 5xx) an operation
    that moves money may have been carried out.
    """

    request_sent: bool = True

    @property
    def _was_refused(self) -> bool:
        return isinstance(self, tuple(_BY_STATUS.values()))

    @property
    def status_code(self) -> int:
        """The HTTP status."""
        return self._status_code or 0


class VercelBadRequestError(SDKError):
    """400: a property is missing, unknown or malformed, or an OAuth grant is refused."""


class VercelForbiddenError(SDKError):
    """403: the token is unknown, expired, or not for this installation. Also the base of 401."""


class VercelUnauthorizedError(VercelForbiddenError):
    """401: the token is missing or not valid."""


class VercelNotFoundError(SDKError):
    """404: no such installation, invoice, member or resource."""


class VercelConflictError(SDKError):
    """409: it exists already, or is not in a state that allows this.

    With `earlier_attempt_may_have_succeeded` it may collide with an earlier attempt of this
    very call.
    """


class VercelGoneError(SDKError):
    """410: the installation has been removed; its token is dead."""


class VercelPreconditionFailedError(SDKError):
    """412: a condition that the request depends on does not hold."""


class VercelUnprocessableError(SDKError):
    """422: understood, but not possible in the resource's present state."""


class VercelRateLimitError(SDKError):
    """429: too many calls. This attempt was not processed; wait `retry_after` seconds.

    Attributes:
        limit: The limit as the API reports it.
    """

    limit: RateLimit = _NO_LIMIT


class VercelServerError(SDKError):
    """5xx: the API failed. Whether it processed the request is unknown."""


class ResponseValidationError(VercelError):
    """A success status with a body that breaks the contract.

    The operation **was carried out**: do not send one that moves money again.

    Attributes:
        raw_value: The parsed body, or its text where it is not JSON.
        issues: What is wrong, place by place.
    """

    request_sent: bool = True

    def __init__(  # noqa: PLR0913 (one keyword per public field)
        self,
        message: str,
        *,
        raw_value: object = None,
        issues: tuple[Issue, ...] = (),
        operation_id: str | None = None,
        attempts: int = 0,
        status_code: int | None = None,
        headers: Headers = _NO_HEADERS,
        body: str = "",
    ) -> None:
        super().__init__(
            message,
            operation_id=operation_id,
            attempts=attempts,
            status_code=status_code,
            headers=headers,
            body=body,
        )
        self.raw_value = raw_value
        self.issues = issues

    def pretty(self) -> str:
        """Return the issues, one per line."""
        return _pretty(self, self.issues)


class SDKValidationError(VercelError, ValueError):
    """A request that breaks the contract. Nothing was sent.

    `models.from_dict` and `models.to_dict` raise it, too, for what they cannot read or write.

    Attributes:
        issues: What is wrong, place by place.
    """

    def __init__(
        self, message: str, *, issues: tuple[Issue, ...] = (), operation_id: str | None = None
    ) -> None:
        super().__init__(message, operation_id=operation_id)
        self.issues = issues

    def pretty(self) -> str:
        """Return the issues, one per line."""
        return _pretty(self, self.issues)


class HTTPClientError(VercelError):
    """There is no response. When `request_sent` is true, the request may have been processed.

    Attributes:
        host: Where the request was sent, or was to be; `None` if it did not get that far.
    """

    host: str | None = None

    _leaves_it_open: ClassVar[bool] = False

    def __init__(
        self,
        message: str,
        *,
        request_sent: bool | None = None,
        operation_id: str | None = None,
        attempts: int = 0,
    ) -> None:
        super().__init__(message, operation_id=operation_id, attempts=attempts)
        self.request_sent: bool = self._leaves_it_open if request_sent is None else request_sent


class ConnectionError(HTTPClientError, builtins.ConnectionError):  # noqa: A001 (the family's name)
    """The connection could not be made or broke. See `request_sent`."""

    _leaves_it_open: ClassVar[bool] = True


class RequestTimeoutError(HTTPClientError, TimeoutError):
    """`timeout` passed without a response. See `request_sent`."""

    _leaves_it_open: ClassVar[bool] = True


class RequestAbortedError(HTTPClientError):
    """The call was aborted by the client: it has been closed, or a hook stopped the call."""


class InvalidRequestError(HTTPClientError, ValueError):
    """A token, header, URL or option that cannot be sent. Nothing was."""


class UnexpectedClientError(HTTPClientError):
    """An unexpected error; see `__cause__`.

    A bug in this SDK, or an exception that a hook, a token function or a transport raised.
    """


CallError: TypeAlias = (
    SDKError
    | ResponseValidationError
    | SDKValidationError
    | ConnectionError
    | RequestTimeoutError
    | RequestAbortedError
    | InvalidRequestError
    | UnexpectedClientError
)
"""What every call can fail with, in addition to the errors that its operation documents."""


_BY_STATUS: dict[int, type[SDKError]] = {
    400: VercelBadRequestError,
    401: VercelUnauthorizedError,
    403: VercelForbiddenError,
    404: VercelNotFoundError,
    409: VercelConflictError,
    410: VercelGoneError,
    412: VercelPreconditionFailedError,
    422: VercelUnprocessableError,
    429: VercelRateLimitError,
}
_SERVER_ERRORS = range(500, 600)


def error_class_for(status_code: int) -> type[SDKError]:
    """Return the class that stands for an HTTP status."""
    if status_code in _SERVER_ERRORS:
        return VercelServerError
    return _BY_STATUS.get(status_code, SDKError)


def call_label(operation_id: str | None, installation: str | None) -> str:
    """Name a call in a text: its operation and, in parentheses, its installation."""
    if installation and not installation.isprintable():  # a lone surrogate breaks what prints it
        installation = ascii(installation)
    return " ".join(filter(None, (operation_id, installation and f"({installation})")))


def _pretty(error: VercelError, issues: tuple[Issue, ...]) -> str:
    return "\n".join([error.message, *(f"  - {issue}" for issue in issues)])
