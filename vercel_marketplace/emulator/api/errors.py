"""The error responses of the API."""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import cast

from vercel_marketplace.emulator.api.responses import error_body, oauth_error_body


class APIError(Exception):
    """An error response.

    Attributes:
        status: The HTTP status.
        body: The body, as JSON.
        headers: Headers in addition to those of every response.
    """

    def __init__(
        self,
        status: HTTPStatus,
        body: Mapping[str, object],
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body
        self.headers = headers

    @property
    def message(self) -> str:
        """The message in the body."""
        error = cast("Mapping[str, str]", self.body["error"])
        return error["message"]


def bad_request(*, path: str, message: str) -> APIError:
    """400: a property is not valid. The message names it, never its value."""
    return _api_error(HTTPStatus.BAD_REQUEST, "bad_request", _invalid(path, message))


def forbidden() -> APIError:
    """403: the token is missing, unknown, or another installation's."""
    return _api_error(HTTPStatus.FORBIDDEN, "forbidden", "Not authorized")


def not_found(*, what: str) -> APIError:
    """404: there is no such thing."""
    return _api_error(HTTPStatus.NOT_FOUND, "not_found", f"{what} not found")


def conflict(*, message: str) -> APIError:
    """409: it exists already, or its state does not allow this."""
    return _api_error(HTTPStatus.CONFLICT, "conflict", message)


def gone() -> APIError:
    """410: the installation has been removed for good."""
    return _api_error(HTTPStatus.GONE, "gone", "The installation has been removed.")


def precondition_failed(*, message: str) -> APIError:
    """412: it is not open for writing."""
    return _api_error(HTTPStatus.PRECONDITION_FAILED, "precondition_failed", message)


def unprocessable(*, path: str, message: str) -> APIError:
    """422: a property has the right type, but cannot be carried out."""
    text = _invalid(path, message)
    return _api_error(HTTPStatus.UNPROCESSABLE_ENTITY, "unprocessable_entity", text)


def rate_limited(*, limit: Mapping[str, int], retry_after: int) -> APIError:
    """429: too many requests; nothing was done.

    Args:
        limit: How much of the limit is used.
        retry_after: Seconds to wait.
    """
    error = {"code": "rate_limited", "message": "Rate limit exceeded", "limit": limit}
    headers = {"retry-after": str(retry_after)}
    return APIError(HTTPStatus.TOO_MANY_REQUESTS, {"error": error}, headers)


def oauth(status: HTTPStatus, *, code: str, description: str) -> APIError:
    """Return an error in the form of RFC 6749 section 5.2, which the SSO endpoint uses."""
    return APIError(status, oauth_error_body(code, description))


def _invalid(path: str, message: str) -> str:
    return f"Invalid request: {f'`{path}`: ' if path else ''}{message}."


def _api_error(status: HTTPStatus, code: str, message: str) -> APIError:
    return APIError(status, error_body(code, message))
