"""How the Marketplace says no."""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import cast

from vercel_marketplace.emulator.api.responses import error_body, oauth_error_body


class APIError(Exception):
    """An answer that is not the documented success.

    Attributes:
        status: The HTTP status.
        body: What it says, as JSON.
        headers: Headers beside those of every answer.
    """

    def __init__(
        self,
        status: HTTPStatus,
        body: Mapping[str, object],
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Keep the answer."""
        super().__init__(status, body)
        self.status = status
        self.body = body
        self.headers = headers

    @property
    def message(self) -> str:
        """What it says to a person."""
        error = cast("Mapping[str, str]", self.body["error"])
        return error["message"]


def bad_request(*, path: str, message: str) -> APIError:
    """400: a property is not what it should be. Names it, never its value."""
    where = f"`{path}`: " if path else ""
    return _api_error(HTTPStatus.BAD_REQUEST, "bad_request", f"Invalid request: {where}{message}.")


def forbidden() -> APIError:
    """403: the token is missing, unknown, or another installation's."""
    return _api_error(HTTPStatus.FORBIDDEN, "forbidden", "Not authorized")


def not_found(*, what: str) -> APIError:
    """404: there is no such thing."""
    return _api_error(HTTPStatus.NOT_FOUND, "not_found", f"{what} not found")


def conflict(*, message: str) -> APIError:
    """409: it exists already, or is not in a state that allows this."""
    return _api_error(HTTPStatus.CONFLICT, "conflict", message)


def gone() -> APIError:
    """410: the installation has been removed for good."""
    return _api_error(HTTPStatus.GONE, "gone", "The installation has been removed.")


def precondition_failed(*, message: str) -> APIError:
    """412: what is to be written is not open for it."""
    return _api_error(HTTPStatus.PRECONDITION_FAILED, "precondition_failed", message)


def unprocessable(*, path: str, message: str) -> APIError:
    """422: a property is of the right shape, and cannot be carried out."""
    text = f"Invalid request: `{path}`: {message}."
    return _api_error(HTTPStatus.UNPROCESSABLE_ENTITY, "unprocessable_entity", text)


def rate_limited(*, limit: Mapping[str, int], retry_after: int) -> APIError:
    """429: too many requests; nothing was done.

    Args:
        limit: How far the limit is used up.
        retry_after: Seconds to wait.
    """
    error = {"code": "rate_limited", "message": "Rate limit exceeded", "limit": limit}
    headers = {"retry-after": str(retry_after)}
    return APIError(HTTPStatus.TOO_MANY_REQUESTS, {"error": error}, headers)


def oauth(status: HTTPStatus, *, code: str, description: str) -> APIError:
    """In the form of RFC 6749 section 5.2, which the SSO endpoint speaks."""
    return APIError(status, oauth_error_body(code, description))


def _api_error(status: HTTPStatus, code: str, message: str) -> APIError:
    return APIError(status, error_body(code, message))
