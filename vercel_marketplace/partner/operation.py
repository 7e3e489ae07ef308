"""An operation of the partner API, as data: read by the server, and by the emulator's client."""

from collections.abc import Mapping
from typing import Any, Final, Generic, Literal, TypeAlias, TypeVar

from attrs import Factory, field, frozen

from vercel_marketplace._internal.operation import Method
from vercel_marketplace._internal.schema import Field, fields_of
from vercel_marketplace.tokens.claims import TokenKind

RequestT = TypeVar("RequestT")
ValueT = TypeVar("ValueT")

Need: TypeAlias = Literal["required", "optional", "deprecated"]
"""Whether a partner has to offer an operation."""

JSON: Final = "application/json"
"""The media type of all bodies but those of a stream."""

JSON_LINES: Final = "application/jsonl"
"""The media type of a stream: one JSON value per line."""

IDEMPOTENCY_KEY: Final = "idempotency-key"
"""The header that is the same when Vercel retries a request."""

API_PAGES: Final = (
    "https://vercel.com/docs/integrations/create-integration/marketplace-api/reference/partner"
)
"""Where Vercel's pages about the operations are."""


def _default_api_page(operation: "AnyPartnerOperation") -> str:
    return f"{API_PAGES}/{operation.id}"


@frozen(kw_only=True, eq=False)
class PartnerOperation(Generic[RequestT, ValueT]):
    """One operation: where it is, what Vercel sends, what it accepts, and whose token it carries.

    Attributes:
        id: Its `operationId` in Vercel's reference, such as `provision-resource`. A `Partner` has
            a method of that name in snake_case.
        api_page: The URL of Vercel's page about it.
        method: The HTTP method.
        path: The path, with the request's fields in braces.
        query: The fields of the request that travel in the query: a list as one parameter per
            entry, anything else as JSON.
        request: The class of the request, which holds the path's parameters, the query's and the
            body's properties.
        responses: The success statuses that Vercel accepts, each with the type of its body, or
            `None` where there is no body to read. The first is what `PartnerAPI` sends.
        media_types: The media types of a success that has a body.
        errors: The documented error statuses.
        error_bodies: The error statuses whose body is not an error object, each with its type;
            `None` where the body may be left out.
        tokens: Whose token the call may carry.
        need: Whether a partner has to offer it.
        when: When Vercel calls it, as a phrase.
    """

    id: str
    api_page: str = field(default=Factory(_default_api_page, takes_self=True))
    method: Method
    path: str
    query: tuple[str, ...] = ()
    request: type[RequestT]
    responses: Mapping[int, Any]
    media_types: tuple[str, ...] = (JSON,)
    errors: tuple[int, ...]
    error_bodies: Mapping[int, Any] = field(factory=dict[int, Any])
    tokens: frozenset[TokenKind]
    need: Need
    when: str

    @property
    def name(self) -> str:
        """The name of its method: `provision_resource`."""
        return self.id.replace("-", "_")

    @property
    def writes(self) -> bool:
        """Whether it changes something.

        A user who may only look may not call it then, and its request has an `Idempotency-Key`.
        """
        return self.method != "GET"

    @property
    def body(self) -> tuple[Field, ...]:
        """The fields of the request that are properties of the body; empty without a body."""
        request: Any = self.request
        return tuple(
            one
            for one in fields_of(request)
            if one.name not in self.query and f"{{{one.name}}}" not in self.path
        )


AnyPartnerOperation: TypeAlias = PartnerOperation[Any, Any]
"""Any of them."""
