"""ASGI 3 in the SDK's own terms: a scope is an `HTTPRequest`, messages are an `HTTPResponse`."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final, TypeAlias

from vercel_marketplace._internal.server_interface import (
    FRAMING,
    body_to_send,
    choose_path,
    headers_to_send,
)
from vercel_marketplace.http import Headers, HTTPRequest, HTTPResponse

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

_LIFESPAN: Final = ("startup", "shutdown")


class ASGIApplication:
    """An ASGI 3 application: any server and framework that speaks ASGI can run or mount it."""

    def __init__(
        self,
        respond: Callable[[HTTPRequest], Awaitable[HTTPResponse]],
        *,
        max_body_bytes: int,
    ) -> None:
        """Make an application.

        Args:
            respond: Returns the response to a request.
            max_body_bytes: The longest body that is read; of a longer one, a byte more than
                that, so that `respond` can refuse it.
        """
        self._respond = respond
        self._max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one HTTP request, or the lifespan.

        Raises:
            NotImplementedError: It is neither, such as a websocket.
        """
        if scope["type"] == "lifespan":
            await handle_lifespan(receive, send)
            return
        if scope["type"] != "http":
            msg = f"the partner API speaks HTTP, not {scope['type']}"
            raise NotImplementedError(msg)
        body = await read_body(receive, self._max_body_bytes)
        if body is None:
            return
        response = await self._respond(read_request(scope, body))
        await send_start(response, scope["method"], send)
        await send({"type": "http.response.body", "body": body_to_send(response, scope["method"])})


async def handle_lifespan(receive: Receive, send: Send) -> None:
    """Acknowledge that the server starts, and that it stops."""
    for event in _LIFESPAN:
        await receive()
        await send({"type": f"lifespan.{event}.complete"})


async def read_body(receive: Receive, limit: int, *, to_end: bool = False) -> bytes | None:
    """Return the body, or `None` if the client has disconnected.

    Args:
        receive: Receives the next message.
        limit: The longest body. Of a longer one, a byte more than that is returned.
        to_end: Whether all of a longer one is received: many clients read no response before
            they have sent everything. Otherwise the server deals with the rest.
    """
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")[: limit + 1 - len(body)]
        is_too_long = len(body) > limit
        if not message.get("more_body", False) or (is_too_long and not to_end):
            return bytes(body)


def read_request(scope: Scope, body: bytes) -> HTTPRequest:
    """Return the request of a scope. Its URL is relative to where the application is mounted."""
    named = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
    return HTTPRequest(
        method=scope["method"],
        url=_read_url(scope),
        headers=Headers([(name, value) for name, value in named if name not in FRAMING]),
        content=body or None,
    )


def authority(scope: Scope) -> str:
    """Return the server's own address; the `host` header may hold anything."""
    host, port = scope.get("server") or ("localhost", None)
    if port is None:  # a socket in the file system
        return "localhost"
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


async def send_start(response: HTTPResponse, method: str, send: Send) -> None:
    """Send the status and the headers of a response."""
    headers = headers_to_send(response, method).items()
    await send(
        {
            "type": "http.response.start",
            "status": response.status_code,
            "headers": [(name.encode("latin-1"), text.encode("latin-1")) for name, text in headers],
        }
    )


def _read_url(scope: Scope) -> str:
    raw: bytes | None = scope.get("raw_path")
    path = choose_path(
        None if raw is None else raw.decode("latin-1"),
        scope["path"],
        mount=scope.get("root_path", ""),
    )
    url = f"{scope.get('scheme', 'http')}://{authority(scope)}{path}"
    query = scope.get("query_string", b"").decode("latin-1")
    return f"{url}?{query}" if query else url
