"""A connection of the emulator's server: uvicorn's, where that one leaves a client alone.

uvicorn drops nothing on purpose, waits for a request without end, gives a client that has
closed its half no answer, and closes after a refusal with bytes unread, which resets the
connection and may take the answer along.
"""

import asyncio
import re
import sys
from http import HTTPStatus
from typing import Any, ClassVar, Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from vercel_marketplace.emulator.server.asgi import DROP, error_response

MAX_HEAD_BYTES: Final = 65_536
"""Bytes of a request line and headers; a longer one is answered with a 431."""

_END_OF_HEAD: Final = re.compile(rb"\n\r?\n")
_AMBIGUOUS: Final = frozenset({b"content-length", b"transfer-encoding"})


class _Reader(h11.Connection):
    """h11's, which measures only what has yet to end, and takes a body with two lengths."""

    def __init__(self) -> None:
        super().__init__(h11.SERVER, MAX_HEAD_BYTES)

    def next_event(self) -> Any:
        """What comes next.

        Raises:
            RemoteProtocolError: It is not HTTP, or more of it than there may be.
        """
        if self.their_state is h11.IDLE:
            received = self.trailing_data[0]
            if len(received) > MAX_HEAD_BYTES and not _END_OF_HEAD.search(
                received, 0, MAX_HEAD_BYTES
            ):
                msg = "the head is too long"
                too_long = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
                raise h11.RemoteProtocolError(msg, error_status_hint=too_long)
        event = super().next_event()
        if isinstance(event, h11.Request) and dict(list(event.headers)).keys() >= _AMBIGUOUS:
            msg = "both Content-Length and Transfer-Encoding"  # RFC 9112 section 6.1
            raise h11.RemoteProtocolError(msg)
        return event


class Connection(H11Protocol):
    """One connection, with one request at a time.

    Attributes:
        patience: Seconds in which a request has to arrive.
        linger: Seconds that what still comes is read, and thrown away, after a refusal.
    """

    patience: ClassVar[float] = 30.0
    linger: ClassVar[float] = 2.0

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        """Put the extension that drops connections around the application."""
        super().__init__(*arguments, **settings)
        self.conn: h11.Connection = _Reader()
        self._application: Any = self.app
        self.app: Any = self._with_drop
        self._patience: asyncio.TimerHandle | None = None
        self._refused = False
        self._half_closed = False

    async def _with_drop(self, scope: Any, receive: Any, send: Any) -> None:
        async def send_or_drop(message: Any) -> None:
            if message["type"] != DROP:
                await send(message)
                return
            self.cycle.disconnected = True
            self.transport.close()

        scope["extensions"] = {DROP: {}}
        await self._application(scope, receive, send_or_drop)

    # What happens to it --------------------------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # (as uvicorn has it)
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Read on, unless all was said."""
        if self._refused:
            return
        super().data_received(data)
        if self.conn.their_state in {h11.IDLE, h11.SEND_BODY}:
            self._wait()
        else:
            self._wait_no_more()

    def eof_received(self) -> bool:  # type: ignore[override]  # (as asyncio has it)
        """The client sends no more, and may well read on; whether the connection stays."""
        if self._refused:
            return False
        if self._is_answering() and self.conn.their_state is not h11.SEND_BODY:
            self._half_closed = True
            return True
        if self._has_begun():
            self._say(400, "bad_request", "The request ended before it was complete")
        return False

    def on_response_complete(self) -> None:
        """Go on with the next request; where none can come, close."""
        super().on_response_complete()
        if self._half_closed and not self._is_answering():
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        self._wait_no_more()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """The server ends. Whoever is in the middle of something gets no more of it."""
        self.transport.abort()

    # Requests that are none ----------------------------------------------------------

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not HTTP; called while h11's error is handled."""
        error = sys.exception()
        too_long = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        if isinstance(error, h11.RemoteProtocolError) and error.error_status_hint == too_long:
            self._refuse(too_long, "headers_too_large", "The request's headers are too large")
        else:
            self._refuse(400, "bad_request", msg)

    def _wait(self) -> None:
        if self._patience is None and not self._refused:
            self._patience = self.loop.call_later(self.patience, self._lose_patience)

    def _wait_no_more(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _lose_patience(self) -> None:
        if self._has_begun():
            self._refuse(408, "request_timeout", f"No request in {self.patience:g} seconds")
        else:
            self.transport.close()

    def _refuse(self, status: int, code: str, message: str) -> None:
        self._wait_no_more()
        self._refused = True
        self._say(status, code, message)
        self.transport.write_eof()
        self.flow.resume_reading()
        self.loop.call_later(self.linger, self.transport.close)

    def _say(self, status: int, code: str, message: str) -> None:
        """Write an answer past h11, which may be in any state here, and writes no more."""
        answer = error_response(status, code, message)
        headers = answer.headers | {
            "content-length": str(len(answer.content)),
            "connection": "close",
        }
        lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        head = "\r\n".join([*lines, "", ""])
        self.transport.write(head.encode("latin-1") + answer.content)

    def _is_answering(self) -> bool:
        """Whether the application is at a request, all of which may not be there yet."""
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete

    def _has_begun(self) -> bool:
        """Whether a part of a request is there."""
        return self.conn.their_state is h11.SEND_BODY or bool(self.conn.trailing_data[0])
