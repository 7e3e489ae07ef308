"""The emulator as an ASGI 3 application.

ASGI has no message that drops a connection. A server that can do it offers an extension, `DROP`,
as `serve` does; on any other server a drop is a 502, and a truncated response ends in an
exception, so that neither ever looks like a success.
"""

import itertools
import logging
import traceback
from collections.abc import Awaitable, Callable, Iterable
from typing import Final, TypeAlias

import anyio

from vercel_marketplace._internal.asgi import (
    Receive,
    Scope,
    Send,
    authority,
    handle_lifespan,
    read_body,
    read_request,
    send_start,
)
from vercel_marketplace._internal.server_interface import body_to_send, choose_path
from vercel_marketplace.emulator.api.responses import error_body, json_response
from vercel_marketplace.emulator.console.console import Console
from vercel_marketplace.emulator.faults.outcome import Outcome
from vercel_marketplace.emulator.request_log import (
    DEFAULT_MAX_BYTES,
    DEFAULT_MAX_REQUESTS,
    LogLimits,
)
from vercel_marketplace.emulator.server.allowed_hosts import find_refusal, parse_names
from vercel_marketplace.emulator.store import Store
from vercel_marketplace.http import HTTPRequest, HTTPResponse

DROP: Final = "vercel_marketplace.drop"
"""The extension, and the message that ends the connection here and now."""

MAX_BODY_BYTES: Final = 10_000_000
"""The API's own limit is not documented; this is far above what is sensible."""

ASGIApp: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

_CONSOLE_PATH: Final = "/_emulator/"

_log = logging.getLogger("vercel_marketplace.emulator")
_numbers = itertools.count(1)


class Application:
    """An emulator as an ASGI 3 application.

    It refuses the requests of other sites' pages: those whose `Host` another site can have, and
    those whose `Origin` is not the `Host`.

    Args:
        deliver: Returns the outcome of a request, and keeps the request within the limits.
        store: The store whose webhooks are sent after each response, if any.
        console: The console that is served under `/_emulator/`, if any.
    """

    def __init__(
        self,
        deliver: Callable[[HTTPRequest, LogLimits], Outcome],
        store: Store | None = None,
        console: Console | None = None,
    ) -> None:
        self._deliver = deliver
        self._store = store
        self._console = console
        self._allowed_hosts: frozenset[str] | None = None
        self._limits = LogLimits()

    def with_settings(
        self,
        *,
        allowed_hosts: Iterable[str] | None = None,
        max_logged_requests: int = DEFAULT_MAX_REQUESTS,
        max_logged_bytes: int = DEFAULT_MAX_BYTES,
    ) -> "Application":
        """Return the application with settings of its own.

        Args:
            allowed_hosts: The hosts to answer to, each a `name` for any port or `name:port`, in
                addition to the address that a request arrives at. If omitted: every address,
                name without a dot, and name under a reserved domain such as `.test`, none of
                which a page of another site can have.
            max_logged_requests: How many requests the emulator keeps, the newest ones.
            max_logged_bytes: Bytes of memory that these may occupy.

        Raises:
            TypeError, ValueError: A setting is not valid.
        """
        limits = LogLimits(
            max_logged_requests=max_logged_requests, max_logged_bytes=max_logged_bytes
        )
        other = Application(self._deliver, self._store, self._console)
        other._allowed_hosts = None if allowed_hosts is None else parse_names(allowed_hosts)
        other._limits = limits
        return other

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one HTTP request, or the lifespan.

        Raises:
            NotImplementedError: It is neither, such as a websocket.
            ConnectionAbortedError: A response was truncated, on a server without `DROP`.
        """
        if scope["type"] == "http":
            await self._handle_http(scope, receive, send)
        elif scope["type"] == "lifespan":
            await handle_lifespan(receive, send)
        else:
            msg = f"the emulator speaks HTTP, not {scope['type']}"
            raise NotImplementedError(msg)

    async def _handle_http(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._console is not None and _path_of(scope).startswith(_CONSOLE_PATH):
            await self._handle_command(self._console, scope, receive, send)
            return
        body = await read_body(receive, MAX_BODY_BYTES, to_end=True)
        if body is None:
            return
        outcome = self._outcome_of(scope, body)
        if outcome.delay and await _disconnects_within(outcome.delay, receive):
            return
        await _respond(outcome, scope, send)
        if self._store is not None and self._store.outbox.has_receivers:
            # In a thread: a receiver may call this very server before it responds.
            await anyio.to_thread.run_sync(self._store.flush_webhooks)
        if self._console is not None and self._console.has_news:
            await anyio.to_thread.run_sync(self._console.synchronize)

    async def _handle_command(
        self, console: Console, scope: Scope, receive: Receive, send: Send
    ) -> None:
        refusal = find_refusal(scope, self._allowed_hosts, authority(scope))
        if refusal is not None:
            await _respond(Outcome(response=error_response(*refusal)), scope, send)
            return
        try:
            # In a thread: it loads Starlette, and looks for the files of the page.
            application = await anyio.to_thread.run_sync(_console_app, console)
        except ImportError as error:
            response = error_response(501, "not_implemented", str(error))
            await _respond(Outcome(response=response), scope, send)
            return
        path = choose_path(_raw_path_of(scope), scope["path"], mount=scope.get("root_path", ""))
        try:
            await application({**scope, "path": path, "root_path": ""}, receive, send)
        except Exception as error:  # noqa: BLE001 (a bug in the emulator must not end the server)
            _log_failure(error, "running a command")

    def _outcome_of(self, scope: Scope, body: bytes) -> Outcome:
        if len(body) > MAX_BODY_BYTES:
            msg = f"The body is longer than {MAX_BODY_BYTES} bytes"
            return Outcome(response=error_response(413, "payload_too_large", msg))
        refusal = find_refusal(scope, self._allowed_hosts, authority(scope))
        if refusal is not None:
            return Outcome(response=error_response(*refusal))
        try:
            outcome = self._deliver(read_request(scope, body), self._limits)
        except Exception as error:  # noqa: BLE001 (a bug in the emulator must not end the server)
            _log_failure(error, "handling a request")
            msg = "An unexpected internal error occurred"
            return Outcome(response=error_response(500, "internal_server_error", msg))
        if outcome.error is not None:
            _log_failure(outcome.error, "altering a response")
        return outcome


def error_response(status: int, code: str, message: str) -> HTTPResponse:
    """Return an error in the API's form, for a request that reaches no handler.

    Args:
        status: The HTTP status.
        code: The error's code.
        message: The error's message.
    """
    headers = {"x-vercel-id": f"emulator::http-{next(_numbers)}"}
    return json_response(status, headers, error_body(code, message))


def _log_failure(error: Exception, doing: str) -> None:
    """Log without the exception's text, which may quote the request."""
    frames = traceback.walk_tb(error.__traceback__)
    places = [f"{frame.f_code.co_filename}:{line}" for frame, line in frames]
    _log.error("%s while %s, at %s", type(error).__name__, doing, " > ".join(places))


async def _disconnects_within(seconds: float, receive: Receive) -> bool:
    """Wait, and return whether the client disconnects first."""
    with anyio.move_on_after(seconds):
        while (await receive())["type"] != "http.disconnect":
            pass
        return True
    return False


def _console_app(console: Console) -> ASGIApp:
    from vercel_marketplace.emulator.console.app import app_of  # noqa: PLC0415 (an extra)

    return app_of(console)


def _raw_path_of(scope: Scope) -> str | None:
    raw: bytes | None = scope.get("raw_path")
    return None if raw is None else raw.decode("latin-1")


def _path_of(scope: Scope) -> str:
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))


async def _respond(outcome: Outcome, scope: Scope, send: Send) -> None:
    can_drop = DROP in (scope.get("extensions") or {})
    response, truncate_at = outcome.response, outcome.truncate_at
    if response is None:
        if can_drop:
            await send({"type": DROP})
            return
        msg = "The connection was to be dropped here, which this server does not offer"
        response, truncate_at = error_response(502, "bad_gateway", msg), None
    body = body_to_send(response, scope["method"])
    await send_start(response, scope["method"], send)
    if truncate_at is None:
        await send({"type": "http.response.body", "body": body})
        return
    await send({"type": "http.response.body", "body": body[:truncate_at], "more_body": True})
    if not can_drop:
        msg = "the emulator truncates this response"
        raise ConnectionAbortedError(msg)
    await send({"type": DROP})
