"""The way of a call, from a request to a response.

```
routes            which operation, and whose installation       pure
authorization     the token, bound to it                        fetches keys
request_reader    the request                                   pure
deduplication     was it sent before?                           the store
Partner           the partner's own code
responses         the response, checked                         pure
```
"""

from collections.abc import Awaitable, Sequence
from http import HTTPStatus
from typing import Final

from attrs import evolve, field, frozen

from vercel_marketplace._internal.loggers import get_logger
from vercel_marketplace.http import Headers, HTTPRequest, HTTPResponse
from vercel_marketplace.models._fields import mask
from vercel_marketplace.partner.authorization import authorize
from vercel_marketplace.partner.call import PartnerCall
from vercel_marketplace.partner.deduplication import Deduplication, make_key
from vercel_marketplace.partner.errors import InvalidFieldsError, NotFoundError, PartnerAPIError
from vercel_marketplace.partner.operation import IDEMPOTENCY_KEY, AnyPartnerOperation
from vercel_marketplace.partner.partner import Partner
from vercel_marketplace.partner.request_reader import read_request
from vercel_marketplace.partner.responses import (
    InvalidResponseError,
    empty_response,
    refuse,
    write_error,
    write_response,
)
from vercel_marketplace.partner.routes import Route, find_routes, split_url
from vercel_marketplace.partner.runtime import Runtime
from vercel_marketplace.result import Err
from vercel_marketplace.tokens.verifier import SyncTokenVerifier, TokenVerifier
from vercel_marketplace.webhooks import (
    SIGNATURE_HEADER,
    WebhookEvent,
    WebhookSignatureError,
    try_parse_event,
)

_MAX_KEY_CHARS: Final = 255
_FAILED: Final = "This failed; try again"

_log = get_logger("partner")


@frozen
class WebhookSettings:
    """How webhooks are received.

    Attributes:
        path: Where, below the base path.
        secret: The integration's client secret, or several while it is rotated. Hidden by `repr`.
    """

    path: str
    secret: str | Sequence[str] = field(repr=mask)


@frozen(kw_only=True)
class Handler:
    """Responds to requests; it raises nothing for what a request may be.

    Attributes:
        partner: Whose methods are called.
        verifier: Verifies the tokens.
        runtime: How the partner's code is run.
        deduplication: What was sent before.
        webhooks: How webhooks are received; `None` where they are not.
        base_path: The path of the integration's base URL.
        max_body_bytes: The longest body.
    """

    partner: Partner
    verifier: TokenVerifier | SyncTokenVerifier
    runtime: Runtime
    deduplication: Deduplication
    webhooks: WebhookSettings | None
    base_path: str
    max_body_bytes: int

    async def respond(self, request: HTTPRequest) -> HTTPResponse:
        """Return the response to a request."""
        if len(request.content or b"") > self.max_body_bytes:
            msg = f"The body is longer than {self.max_body_bytes} bytes"
            return refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, msg)
        path, query = split_url(request.url)
        if not path.startswith(f"{self.base_path}/"):
            return _not_found()
        path = path.removeprefix(self.base_path)
        if self.webhooks is not None and path == self.webhooks.path:
            return await self._receive_webhook(request, self.webhooks)
        routes = find_routes(path)
        route = routes.get("GET" if request.method == "HEAD" else request.method)
        if route is None:
            return _method_not_allowed([*routes]) if routes else _not_found()
        try:
            return await self._call(route, query, request)
        except PartnerAPIError as error:
            where = route.operation.id, route.installation_id, error.status_code
            _log.info("%s for installation %s: refused with %d: %s", *where, error.message)
            return write_error(error, route.operation)

    async def _call(self, route: Route, query: str, request: HTTPRequest) -> HTTPResponse:
        operation = route.operation
        claims = await authorize(route, request.headers, self.verifier.verification)
        if not is_offered(self.partner, operation.name):
            msg = f"{operation.id} is not offered"
            raise NotFoundError(msg)
        value, fingerprint = read_request(route, query, request.content)
        key = _idempotency_key(request.headers) if operation.writes else None
        call = PartnerCall(
            operation_id=operation.id,
            claims=claims,
            installation_id=route.installation_id,
            idempotency_key=key,
            request=request,
        )
        if key is None:
            return await self._carry_out(operation, call, value)

        def carry_out(may_have_run: bool) -> Awaitable[HTTPResponse]:  # noqa: FBT001 (the only one)
            return self._carry_out(operation, evolve(call, may_have_run=may_have_run), value)

        scoped = make_key(str(route.installation_id), operation.id, key)
        return await self.deduplication.run(scoped, fingerprint, carry_out)

    async def _carry_out(
        self, operation: AnyPartnerOperation, call: PartnerCall, request: object
    ) -> HTTPResponse:
        where = operation.id, call.installation_id
        try:
            value = await self.runtime.run(getattr(self.partner, operation.name), call, request)
            return write_response(operation, value)
        except PartnerAPIError:
            raise
        except InvalidResponseError as error:
            # Without a traceback: its frames hold the response, and that secrets.
            _log.error("%s for installation %s: not a valid response: %s", *where, error)
        except Exception:  # noqa: BLE001 (the method is the partner's)
            _log.exception("%s for installation %s failed", *where)
        raise PartnerAPIError(_FAILED)

    async def _receive_webhook(
        self, request: HTTPRequest, settings: WebhookSettings
    ) -> HTTPResponse:
        if request.method != "POST":
            return _method_not_allowed(["POST"])
        signature = request.headers.get(SIGNATURE_HEADER)
        parsed = try_parse_event(request.content or b"", signature, settings.secret)
        if isinstance(parsed, Err):
            if isinstance(parsed.error, WebhookSignatureError):
                return refuse(HTTPStatus.UNAUTHORIZED, parsed.error.message)
            _log.error("a webhook cannot be read: %s", parsed.error)
            return refuse(HTTPStatus.BAD_REQUEST, parsed.error.message)
        event = parsed.value
        try:
            return await self.deduplication.run(
                make_key("webhook", event.id), "", lambda _: self._handle_webhook(event)
            )
        except PartnerAPIError as error:
            return write_error(error)

    async def _handle_webhook(self, event: WebhookEvent) -> HTTPResponse:
        try:
            await self.runtime.run(self.partner.on_webhook, event)
        except Exception as error:
            _log.exception("webhook %s (%s) failed", event.id, event.type)
            raise PartnerAPIError(_FAILED) from error
        return empty_response(HTTPStatus.NO_CONTENT)


def is_offered(partner: Partner, name: str) -> bool:
    """Whether a partner overrides a method."""
    method = getattr(partner, name)
    return getattr(method, "__func__", method) is not getattr(Partner, name)


def _idempotency_key(headers: Headers) -> str | None:
    key = headers.get(IDEMPOTENCY_KEY)
    if key is None:
        return None
    if not (0 < len(key) <= _MAX_KEY_CHARS and key.isascii() and key.isprintable()):
        msg = f"The Idempotency-Key must have 1 to {_MAX_KEY_CHARS} printable ASCII characters"
        raise InvalidFieldsError(msg)
    return key


def _not_found() -> HTTPResponse:
    return refuse(HTTPStatus.NOT_FOUND, "There is nothing at this path")


def _method_not_allowed(methods: list[str]) -> HTTPResponse:
    allow = ", ".join(methods)
    return refuse(HTTPStatus.METHOD_NOT_ALLOWED, f"This path allows {allow}", {"allow": allow})
