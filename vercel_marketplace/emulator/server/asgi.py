"""The emulator as an ASGI 3 application: HTTP in, `Emulator.deliver`, HTTP out.

ASGI has no word for a connection that is dropped. A server that can do it says so by an
extension, `DROP`, as `serve` does; under any other a drop is a 502 and an answer that is
cut short ends in an exception, so that neither ever looks like a success.
"""

import itertools
import logging
import traceback
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from http import HTTPStatus
from typing import Any, Final, TypeAlias
from urllib.parse import quote

import anyio

from vercel_marketplace.emulator.api.responses import error_body, json_response
from vercel_marketplace.emulator.faults.outcome import Outcome
from vercel_marketplace.emulator.store import Store
from vercel_marketplace.http import Headers, HTTPRequest, HTTPResponse

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

DROP: Final = "vercel_marketplace.drop"
"""The extension, and the message that ends the connection here and now."""

MAX_BODY_BYTES: Final = 10_000_000
"""In bytes. What the API itself takes is not documented; this is far above what is sensible."""

# They frame a request; an `HTTPRequest` has none of them.
_FRAMING = frozenset(
    {"accept-encoding", "connection", "content-length", "host", "transfer-encoding"}
)
_BODILESS = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})

_log = logging.getLogger("vercel_marketplace.emulator")
_numbers = itertools.count(1)


class Application:
    """Answers HTTP requests.

    Args:
        deliver: What says how each request is answered.
        store: Whose webhooks go out when a request is answered, if it has any.
    """

    def __init__(
        self, deliver: Callable[[HTTPRequest], Outcome], store: Store | None = None
    ) -> None:
        """Keep them."""
        self._deliver = deliver
        self._store = store

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Carry out one exchange, or see the server's life through.

        Raises:
            NotImplementedError: It is neither; there are no websockets here.
            ConnectionAbortedError: An answer is to be cut short, and the server offers no
                other way.
        """
        if scope["type"] == "http":
            await self._exchange(scope, receive, send)
        elif scope["type"] == "lifespan":
            await _live(receive, send)
        else:
            msg = f"the emulator speaks HTTP, not {scope['type']}"
            raise NotImplementedError(msg)

    async def _exchange(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _read(receive)
        if body is None:
            return
        delivery = self._delivery_of(scope, body)
        if delivery.delay and await _hangs_up_within(delivery.delay, receive):
            return
        await _reply(delivery, scope, send)
        if self._store is not None and self._store.outbox.has_receivers:
            # In a thread: a receiver may call this very server before it answers.
            await anyio.to_thread.run_sync(self._store.look)

    def _delivery_of(self, scope: Scope, body: bytes) -> Outcome:
        if len(body) > MAX_BODY_BYTES:
            msg = f"The body is longer than {MAX_BODY_BYTES} bytes"
            return Outcome(response=error_response(413, "payload_too_large", msg))
        try:
            delivery = self._deliver(_request(scope, body))
        except Exception as error:  # noqa: BLE001 (a bug of the emulator's must not end the server)
            _log_failure(error, "answering")
            msg = "An unexpected internal error occurred"
            return Outcome(response=error_response(500, "internal_server_error", msg))
        if delivery.error is not None:
            _log_failure(delivery.error, "altering an answer")
        return delivery


def error_response(status: int, code: str, message: str) -> HTTPResponse:
    """An error in the API's form, for what never reaches the Marketplace's rules.

    Args:
        status: The HTTP status.
        code: The error's code.
        message: What is wrong, for a human.
    """
    headers = {"x-vercel-id": f"emulator::http-{next(_numbers)}"}
    return json_response(status, headers, error_body(code, message))


def _log_failure(error: Exception, doing: str) -> None:
    """Log without the exception's text, which may quote the request."""
    frames = traceback.walk_tb(error.__traceback__)
    places = [f"{frame.f_code.co_filename}:{line}" for frame, line in frames]
    _log.error("%s while %s, at %s", type(error).__name__, doing, " > ".join(places))


async def _live(receive: Receive, send: Send) -> None:
    for happening in ("startup", "shutdown"):
        await receive()
        await send({"type": f"lifespan.{happening}.complete"})


async def _read(receive: Receive) -> bytes | None:
    """The body, or as much of one that is too long as shows it; `None` if the client has gone.

    All of it is taken in, kept or not: many a client reads no answer before it has sent
    everything.
    """
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        if len(body) <= MAX_BODY_BYTES:
            body += message.get("body", b"")[: MAX_BODY_BYTES + 1 - len(body)]
        if not message.get("more_body", False):
            return bytes(body)


async def _hangs_up_within(seconds: float, receive: Receive) -> bool:
    """Let time pass, unless the client goes before it has."""
    with anyio.move_on_after(seconds):
        while (await receive())["type"] != "http.disconnect":
            pass
        return True
    return False


def _request(scope: Scope, body: bytes) -> HTTPRequest:
    named = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
    return HTTPRequest(
        method=scope["method"],
        url=_url(scope),
        headers=Headers([(name, value) for name, value in named if name not in _FRAMING]),
        content=body or None,
    )


def _url(scope: Scope) -> str:
    """The URL as it was asked for, still percent-encoded: an id may hold a slash."""
    raw: bytes | None = scope.get("raw_path")
    path = quote(scope["path"]) if raw is None else raw.decode("latin-1")
    if not path.startswith("/"):  # the absolute form of RFC 9112 section 3.2.2, or `*`
        path = f"/{path.partition('://')[2].partition('/')[2] or path}"
    path = path.removeprefix(quote(scope.get("root_path", "")))
    origin = f"{scope.get('scheme', 'http')}://{_authority(scope)}"
    query = scope.get("query_string", b"").decode("latin-1")
    return f"{origin}{path}?{query}" if query else f"{origin}{path}"


def _authority(scope: Scope) -> str:
    """The server's own name, not what the `host` header says, which may be anything."""
    host, port = scope.get("server") or ("localhost", None)
    if port is None:  # a socket in the file system
        return "localhost"
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


async def _reply(delivery: Outcome, scope: Scope, send: Send) -> None:
    can_drop = DROP in (scope.get("extensions") or {})
    response, truncate_at = delivery.response, delivery.truncate_at
    if response is None:
        if can_drop:
            await send({"type": DROP})
            return
        msg = "The connection was to be dropped here, which this server does not offer"
        response, truncate_at = error_response(502, "bad_gateway", msg), None
    body = _body_of(response, scope["method"])
    await send(
        {
            "type": "http.response.start",
            "status": response.status_code,
            "headers": _headers_of(response, scope["method"]),
        }
    )
    if truncate_at is None:
        await send({"type": "http.response.body", "body": body})
        return
    await send({"type": "http.response.body", "body": body[:truncate_at], "more_body": True})
    if not can_drop:
        msg = "the emulator was told to cut this answer short"
        raise ConnectionAbortedError(msg)
    await send({"type": DROP})


def _body_of(response: HTTPResponse, method: str) -> bytes:
    return b"" if method == "HEAD" or response.status_code in _BODILESS else response.content


def _headers_of(response: HTTPResponse, method: str) -> list[tuple[bytes, bytes]]:
    headers: Mapping[str, str] = response.headers
    # To HEAD an empty answer says nothing of how long GET's would be.
    if response.status_code not in _BODILESS and (response.content or method != "HEAD"):
        headers = response.headers | {"content-length": str(len(response.content))}
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
