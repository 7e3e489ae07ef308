"""A connection of the emulator's server: uvicorn's, with dropped connections and timeouts."""

import asyncio
import sys
from http import HTTPStatus
from typing import Any, ClassVar, Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from vercel_marketplace.emulator.server.asgi import DROP, error_response

MAX_HEAD_BYTES: Final = 65_536
"""Bytes of a request line and headers to wait for the end of; more of them are a 431."""

_TOO_LONG: Final = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE


class EmulatorProtocol(H11Protocol):
    """One connection, with one request at a time.

    Attributes:
        request_timeout: Seconds in which a request must arrive.
        linger: Seconds for which more bytes are read, and thrown away, after a refusal; to
            close with bytes unread would reset the connection and may lose the response.
    """

    request_timeout: ClassVar[float] = 30.0
    linger: ClassVar[float] = 2.0

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self._application: Any = self.app
        self.app: Any = self._run_with_drop
        self._timer: asyncio.TimerHandle | None = None
        self._refused = False

    async def _run_with_drop(self, scope: Any, receive: Any, send: Any) -> None:
        async def send_or_drop(message: Any) -> None:
            if message["type"] != DROP:
                await send(message)
                return
            self.cycle.disconnected = True
            self.transport.close()

        scope["extensions"] = {DROP: {}}
        await self._application(scope, receive, send_or_drop)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # (as uvicorn has it)
        """Start to wait for a request."""
        super().connection_made(transport)
        self._start_timer()

    def data_received(self, data: bytes) -> None:
        """Read on, unless a request was refused."""
        if self._refused:
            return
        super().data_received(data)
        if self.conn.their_state in {h11.IDLE, h11.SEND_BODY}:
            self._start_timer()
        else:
            self._cancel_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._cancel_timer()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """Close at once, whatever is going on; the server ends."""
        self.transport.abort()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not HTTP; uvicorn calls it while it handles h11's error."""
        error = sys.exception()
        if isinstance(error, h11.RemoteProtocolError) and error.error_status_hint == _TOO_LONG:
            self._refuse(_TOO_LONG, "headers_too_large", "The request's headers are too large")
        else:
            self._refuse(HTTPStatus.BAD_REQUEST, "bad_request", msg)

    def _start_timer(self) -> None:
        if self._timer is None and not self._refused:
            self._timer = self.loop.call_later(self.request_timeout, self._on_request_timeout)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _on_request_timeout(self) -> None:
        if self.conn.their_state is h11.SEND_BODY or self.conn.trailing_data[0]:
            message = f"No request in {self.request_timeout:g} seconds"
            self._refuse(HTTPStatus.REQUEST_TIMEOUT, "request_timeout", message)
        else:
            self.transport.close()

    def _refuse(self, status: HTTPStatus, code: str, message: str) -> None:
        self._cancel_timer()
        self._refused = True
        self._write_response(status, code, message)
        self.transport.write_eof()
        self.flow.resume_reading()
        self.loop.call_later(self.linger, self.transport.close)

    def _write_response(self, status: HTTPStatus, code: str, message: str) -> None:
        """Write a response past h11, which may be in any state here, and writes no more."""
        response = error_response(status, code, message)
        length = str(len(response.content))
        headers = response.headers | {"content-length": length, "connection": "close"}
        lines = [f"{name}: {value}" for name, value in headers.items()]
        head = "\r\n".join([f"HTTP/1.1 {status} {status.phrase}", *lines, "", ""])
        self.transport.write(head.encode("latin-1") + response.content)
