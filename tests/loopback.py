"""A programmable HTTP/1.1 server on 127.0.0.1, for what only a real wire can show.

It plays a queue of scripts, one for each request, and can break off at any byte. A script is a
tuple of steps: bytes to send, a `Step`, a number of seconds to pause, or a `threading.Barrier`
to wait at. After a script without `CLOSE` or `RESET` the connection stays open for the next
request.
"""

import json
import socket
import ssl
import struct
import threading
import time
from collections import deque
from contextlib import suppress
from enum import Enum
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, BinaryIO, Self

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Callable

_PATIENCE = 10.0


class Step(Enum):
    """What a script may do beside sending."""

    STALL = "send no more and wait until the client hangs up"
    CLOSE = "close the connection"
    RESET = "close it so that the client gets a reset"


@frozen
class Recorded:
    """A request as it arrived.

    Attributes:
        method: The method.
        target: The raw target of the request line.
        headers: The headers in their order, names in lower case.
        body: The body.
        connection: Which connection it came over, from 1.
    """

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    connection: int

    def values(self, name: str) -> list[str]:
        """Every value of a header."""
        return [value for key, value in self.headers if key == name]

    @property
    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)


Script = tuple[bytes | float | Step | threading.Barrier, ...]


def head(status: int, **headers: object) -> bytes:
    """A status line and headers, written with `_` for `-`."""
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


def whole(value: object = None, status: int = 200, **headers: object) -> bytes:
    """A complete response; `value` is written as JSON, bytes are sent as they are."""
    if value is None:
        body = b""
    else:
        headers = {"content_type": "application/json", **headers}
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
    if status != HTTPStatus.NO_CONTENT:
        headers["content_length"] = len(body)
    return head(status, **headers) + body


class Loopback:
    """The server. Use it as a context manager.

    Attributes:
        url: Where it is, without a slash at the end.
        requests: What arrived, in the order in which it was complete.
        otherwise: Responds to a request when the queue is empty.
    """

    STALL, CLOSE, RESET = Step.STALL, Step.CLOSE, Step.RESET
    head, whole = staticmethod(head), staticmethod(whole)

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        """Listen on a free port."""
        self.requests: list[Recorded] = []
        self.otherwise: Callable[[Recorded], Script] = lambda _: (
            whole(b"nothing is queued", 418, content_type="text/plain"),
        )
        self._queue: deque[Script] = deque()
        self._unread: deque[Step] = deque()
        self._tls = tls
        self._change = threading.Condition()
        self._hung_up: set[int] = set()
        self._sockets: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._closing = False
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = self._listener.getsockname()[1]
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self.port}"
        self._acceptor = threading.Thread(target=self._accept, name="loopback", daemon=True)
        self._acceptor.start()

    # What to do ------------------------------------------------------------------------

    def plays(self, *steps: bytes | float | Step | threading.Barrier, times: int = 1) -> Self:
        """Queue a script, once or several times."""
        self._queue.extend([steps] * times)
        return self

    def answers(
        self, value: object = None, status: int = 200, times: int = 1, **headers: object
    ) -> Self:
        """Queue a complete response."""
        return self.plays(whole(value, status, **headers), times=times)

    def greets(self, step: Step) -> Self:
        """Close or reset the next new connection before anything is read from it."""
        self._unread.append(step)
        return self

    # What was done ---------------------------------------------------------------------

    @property
    def request(self) -> Recorded:
        """The only request there was."""
        (only,) = self.requests
        return only

    @property
    def connections(self) -> list[int]:
        """The connection of each request."""
        return [request.connection for request in self.requests]

    def awaits_requests(self, count: int) -> bool:
        """Wait until so many requests have arrived; false when they do not."""
        with self._change:
            return self._change.wait_for(lambda: len(self.requests) >= count, _PATIENCE)

    def awaits_hang_up(self, *connections: int) -> bool:
        """Wait until the client has ended these connections; false when it does not."""
        with self._change:
            return self._change.wait_for(lambda: self._hung_up.issuperset(connections), _PATIENCE)

    def awaits_at_most_open(self, count: int) -> bool:
        """Wait until no more than so many connections are open; false when more stay."""
        with self._change:
            return self._change.wait_for(lambda: len(self._sockets) <= count, _PATIENCE)

    # The server ------------------------------------------------------------------------

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """End every connection and thread."""
        self._closing = True
        # Portable way to wake `accept`: closing the listener does not do it everywhere.
        socket.create_connection(("127.0.0.1", self.port)).close()
        self._acceptor.join(_PATIENCE)
        self._listener.close()
        with self._change:
            open_sockets = list(self._sockets)
        for sock in open_sockets:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(_PATIENCE)

    def _accept(self) -> None:
        number = 0
        while True:
            sock, _ = self._listener.accept()
            if self._closing:
                sock.close()
                return
            if self._unread:
                _end(sock, self._unread.popleft())
                continue
            number += 1
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # a step is sent at once
            with self._change:
                self._sockets.add(sock)
            thread = threading.Thread(
                target=self._converse, args=(sock, number), name=f"loopback-{number}", daemon=True
            )
            self._threads.append(thread)
            thread.start()

    def _converse(self, plain: socket.socket, number: int) -> None:
        last, sock = Step.CLOSE, plain
        try:
            if self._tls:
                sock = self._tls.wrap_socket(plain, server_side=True)
                with self._change:
                    self._sockets.add(sock)  # the plain one is spent
            with sock.makefile("rb") as reader:
                while request := _read(reader, number):
                    with self._change:
                        self.requests.append(request)
                        script = self._queue.popleft() if self._queue else None
                        self._change.notify_all()
                    script = self.otherwise(request) if script is None else script
                    last = _play(sock, _heads_of(script) if request.method == "HEAD" else script)
                    if last in {Step.CLOSE, Step.RESET}:
                        return
        except OSError:
            pass  # the client's end, or ours on closing
        finally:
            _end(sock, last)
            with self._change:
                self._sockets -= {plain, sock}
                self._hung_up.add(number)
                self._change.notify_all()


def _read(reader: BinaryIO, connection: int) -> Recorded | None:
    line = reader.readline().decode("latin-1").split()
    if not line:
        return None
    headers = []
    while line_of_header := reader.readline().decode("latin-1").strip():
        name, _, value = line_of_header.partition(":")
        headers.append((name.lower(), value.strip()))
    length = int(dict(headers).get("content-length", 0))
    body = reader.read(length)
    return Recorded(line[0], line[1], tuple(headers), body, connection)


def _heads_of(script: Script) -> Script:
    """The response to HEAD: the same, with the length of a body that does not come."""
    return tuple(
        b"".join(step.partition(b"\r\n\r\n")[:2]) if isinstance(step, bytes) else step
        for step in script
    )


def _play(sock: socket.socket, script: Script) -> Step | None:
    for step in script:
        match step:
            case bytes():
                sock.sendall(step)
            case float():
                time.sleep(step)
            case threading.Barrier():
                step.wait(_PATIENCE)
            case Step.STALL:
                sock.recv(1)
                return Step.CLOSE
            case _:
                return step
    return None


def _end(sock: socket.socket, step: Step | None) -> None:
    if step is Step.RESET:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()
