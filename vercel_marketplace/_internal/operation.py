"""An operation of the API, as data.

A function file holds one `Operation` and no logic. Whatever depends on the operation reads it:
requests, responses, retries, the emulator, and the generator of the clients and docstrings.
"""

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any, Final, Generic, Literal, TypeAlias, TypeVar

from attrs import Factory, field, frozen

RequestT = TypeVar("RequestT")
ValueT = TypeVar("ValueT")
ErrorT = TypeVar("ErrorT")

Method: TypeAlias = Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]

MediaType: TypeAlias = Literal["application/json", "application/x-www-form-urlencoded"]

MARKETPLACE: Final = "marketplace"
"""The tag of the Marketplace's operations in Vercel's OpenAPI document."""

INSTALLATION_ERRORS: Final[Mapping[int, str]] = {
    401: "the token is not for this installation",
    403: "the token is not for this installation",
    410: "the installation was removed; its token is dead",
}
"""Documented errors that the operations of an installation have in common."""


@frozen(kw_only=True, eq=False)
class Operation(Generic[RequestT, ValueT, ErrorT]):
    """One operation: where it is, what goes in, what comes out, whether it may be retried.

    Attributes:
        id: Its name in errors and logs, such as `get-invoice`: the API's, where that is
            readable.
        openapi_id: Its `operationId` in Vercel's OpenAPI document, if it is there.
        tag: Its tag there. What has another tag than the Marketplace's is here in addition: the
            document of the Marketplace says nothing about it.
        api_page: The URL of Vercel's page about it.
        method: The HTTP method.
        path: The path, with the request's fields in braces.
        request: The request class.
        body: What of the request is the body: the name of a field, `"*"` for all of it,
            `None` for nothing.
        media_type: How the body is written. The values of a form are strings.
        success: The documented success status.
        response: The class of the success body; `None` where there is none to read.
        empty_success: Further success statuses, which have no body: 304.
        returns: The value of a success in words, as a phrase; empty without one.
        errors: The documented error statuses, each with its reason, as a phrase.
        idempotent: Whether it is safe to retry when the outcome of an attempt is unknown;
            a function where that depends on the request. `docs/retries.md` has the table.
        authenticated: Whether a bearer token is sent.
        replaced_by: The function to call instead, where this one is deprecated.
    """

    id: str
    openapi_id: str = field(default=Factory(attrgetter("id"), takes_self=True))
    tag: str = MARKETPLACE
    api_page: str
    method: Method
    path: str
    request: type[RequestT]
    body: str | None = None
    media_type: MediaType = "application/json"
    success: int
    response: type[ValueT] | None = None
    empty_success: tuple[int, ...] = ()
    returns: str = ""
    errors: Mapping[int, str]
    idempotent: bool | Callable[[RequestT], bool] = field()
    authenticated: bool = True
    replaced_by: str | None = None

    def is_idempotent(self, request: RequestT) -> bool:
        """Return whether this very request is safe to retry."""
        return self.idempotent if isinstance(self.idempotent, bool) else self.idempotent(request)


AnyOperation: TypeAlias = Operation[Any, Any, Any]
