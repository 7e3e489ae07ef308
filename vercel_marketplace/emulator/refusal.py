"""How the Marketplace says no."""

from collections.abc import Mapping
from http import HTTPStatus


class Refusal(Exception):  # noqa: N818 (an answer, not a failure)
    """An answer that is not the documented success.

    Attributes:
        status: The HTTP status.
        body: What it says, as JSON.
    """

    def __init__(self, status: HTTPStatus, body: Mapping[str, object]) -> None:
        """Keep the answer."""
        super().__init__(status, body)
        self.status = status
        self.body = body


def bad_request(*, place: str, problem: str) -> Refusal:
    """400: a property is not what it should be. Names it, never its value."""
    where = f"`{place}`: " if place else ""
    return _refusal(HTTPStatus.BAD_REQUEST, "bad_request", f"Invalid request: {where}{problem}.")


def forbidden() -> Refusal:
    """403: the token is missing, unknown, or another installation's."""
    return _refusal(HTTPStatus.FORBIDDEN, "forbidden", "Not authorized")


def not_found(*, what: str) -> Refusal:
    """404: there is no such thing."""
    return _refusal(HTTPStatus.NOT_FOUND, "not_found", f"{what} not found")


def conflict(*, message: str) -> Refusal:
    """409: it exists already, or is not in a state that allows this."""
    return _refusal(HTTPStatus.CONFLICT, "conflict", message)


def oauth(status: HTTPStatus, *, code: str, description: str) -> Refusal:
    """In the form of RFC 6749 section 5.2, which the SSO endpoint speaks."""
    return Refusal(status, {"error": code, "error_description": description})


def _refusal(status: HTTPStatus, code: str, message: str) -> Refusal:
    return Refusal(status, {"error": {"code": code, "message": message}})
