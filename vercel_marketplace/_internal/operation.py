"""An operation of the API, as data.

A function file holds one `Operation` and no logic; `encode`, `decode`, the retries, the
generator of the client and the emulator all read it.
"""

from collections.abc import Callable
from operator import attrgetter
from typing import Any, Generic, Literal, TypeAlias, TypeVar

from attrs import Factory, field, frozen

RequestT = TypeVar("RequestT")
ValueT = TypeVar("ValueT")
ErrorT = TypeVar("ErrorT")

Method: TypeAlias = Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]


@frozen(kw_only=True, eq=False)
class Operation(Generic[RequestT, ValueT, ErrorT]):
    """One operation: where it is, what goes in, what comes out, what may be repeated.

    Attributes:
        id: Its name in errors and logs, such as `get-invoice`: the API's, where that is
            one to read.
        openapi_id: The `operationId` that it has in Vercel's OpenAPI document.
        method: The HTTP method.
        path: The path, with the request's fields in braces.
        request: The request class.
        body: What of the request is the JSON body: the name of a field, `"*"` for all of
            it, `None` for nothing.
        success: The documented success status.
        response: The class of the success body; `None` where there is none to read.
        empty_success: Further success statuses, which have no body: 304.
        errors: The documented error statuses.
        idempotent: Whether it may be sent twice when it is unknown what became of the
            first; a function where that depends on the request. The table is in Vercel's
            rules on billing and in `docs/retries.md`.
        authenticated: Whether a bearer token is sent.
        replaced_by: The function to call instead, where this one is deprecated.
    """

    id: str
    openapi_id: str = field(default=Factory(attrgetter("id"), takes_self=True))
    method: Method
    path: str
    request: type[RequestT]
    body: str | None = None
    success: int
    response: type[ValueT] | None = None
    empty_success: tuple[int, ...] = ()
    errors: tuple[int, ...]
    idempotent: bool | Callable[[RequestT], bool] = field()
    authenticated: bool = True
    replaced_by: str | None = None

    def is_idempotent(self, request: RequestT) -> bool:
        """Whether this very request may be sent twice."""
        return self.idempotent if isinstance(self.idempotent, bool) else self.idempotent(request)


AnyOperation: TypeAlias = Operation[Any, Any, Any]
