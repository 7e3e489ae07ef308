"""Network streams that notice what a server sends beyond a response.

Over HTTP/1.1 their order alone says which response belongs to which request: what is left over
of one would be read as the response to the next, of whichever call. httpcore does not look at
it. These streams, put below its connections by `network_backend`, do:

- h11 asks for bytes only while a response is incomplete. So the last byte of each read is held
  back until h11 asks for it. If it never does, the response ended before that byte.
- Bytes that have left the socket, but that h11 has not got, make a stream readable. httpcore
  takes a connection that is idle and readable for one that the server has closed.
- A request is refused on a stream that is readable, before its first byte is sent.

They also note to the `Progress` of the request that it is being sent.

Nothing can tell a response from what a server sends unasked after that.
"""

import select
import ssl
from typing import Any, cast

import anyio
import httpcore

from vercel_marketplace._internal.transports.progress import Progress


class Backend(httpcore.SyncBackend):
    """Opens the blocking stream of one connection.

    Attributes:
        progress: That of the request which the connection has now.
    """

    def __init__(self) -> None:
        """Wait for the first request."""
        self.progress = Progress()

    def connect_tcp(self, *args: Any, **settings: Any) -> "Stream":
        """Open a TCP connection."""
        self.progress.note_connecting()
        return Stream(super().connect_tcp(*args, **settings), self)


class Stream(httpcore.NetworkStream):
    """A blocking stream that notices surplus bytes."""

    def __init__(self, stream: httpcore.NetworkStream, backend: Backend) -> None:
        """Wrap one of httpcore's streams, opened by a backend."""
        self._stream = stream
        self._backend = backend
        self._held = b""
        self._has_read = False

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return what was held back; otherwise what arrives, but for its last byte."""
        self._has_read = True
        data, self._held = self._held, b""
        if not data:
            data, self._held = _hold_back(self._stream.read(max_bytes, timeout))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send bytes.

        Raises:
            httpcore.ConnectionNotAvailable: The first bytes of a request cannot be sent.
        """
        if self._has_read:
            _check_silence(self)
            self._has_read = False
        self._backend.progress.note_sending()
        self._stream.write(buffer, timeout)

    def close(self) -> None:
        """Close the stream."""
        self._stream.close()

    def start_tls(self, *args: Any, **settings: Any) -> "Stream":
        """Agree on TLS, or close the stream."""
        try:
            return Stream(self._stream.start_tls(*args, **settings), self._backend)
        except BaseException:
            self.close()
            raise

    def get_extra_info(self, info: str) -> Any:
        """Return a property of the stream."""
        # Nothing else can be ahead of a blocking socket: TLS, too, reads one record at a time.
        return (info == "is_readable" and self._held) or self._stream.get_extra_info(info)


class AsyncBackend(httpcore.AsyncNetworkBackend):
    """Opens the async stream of one connection, on asyncio and on trio.

    Attributes:
        progress: That of the request which the connection has now.
    """

    def __init__(self) -> None:
        """Make the backend of httpcore's to open it with."""
        self.progress = Progress()
        self._backend = cast("httpcore.AsyncNetworkBackend", httpcore.AnyIOBackend())

    async def connect_tcp(self, *args: Any, **settings: Any) -> "AsyncStream":
        """Open a TCP connection."""
        self.progress.note_connecting()
        return AsyncStream(await self._backend.connect_tcp(*args, **settings), self)


class AsyncStream(httpcore.AsyncNetworkStream):
    """An async stream that notices surplus bytes."""

    def __init__(self, stream: httpcore.AsyncNetworkStream, backend: AsyncBackend) -> None:
        """Wrap one of httpcore's streams, opened by a backend."""
        self._stream = stream
        self._backend = backend
        self._held = b""
        self._has_read = False
        self._was_full = False
        # Looked up once: on each call it would be a tenth of the time, most of it in anyio.
        self._socket = stream.get_extra_info("socket")
        self._tls: ssl.SSLObject | None = stream.get_extra_info("ssl_object")

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 (httpcore's)
        """Return what was held back; otherwise what arrives, but for its last byte."""
        self._has_read = True
        data, self._held = self._held, b""
        if not data:
            received = await self._stream.read(max_bytes, timeout)
            self._was_full = len(received) == max_bytes
            data, self._held = _hold_back(received)
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 (httpcore's)
        """Send bytes.

        Raises:
            httpcore.ConnectionNotAvailable: The first bytes of a request cannot be sent.
        """
        if self._has_read:
            _check_silence(self)
            self._has_read = False
        self._backend.progress.note_sending()
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        """Close the stream."""
        await self._stream.aclose()

    async def start_tls(self, *args: Any, **settings: Any) -> "AsyncStream":
        """Agree on TLS, or close the stream."""
        try:
            return AsyncStream(await self._stream.start_tls(*args, **settings), self._backend)
        except BaseException:
            with anyio.CancelScope(shield=True):
                await self.aclose()
            raise

    def get_extra_info(self, info: str) -> Any:
        """Return a property of the stream."""
        if info != "is_readable":
            return self._stream.get_extra_info(info)
        # asyncio takes more from the socket than it is asked for, and TLS more than a record.
        return self._held or self._was_full or self._has_decrypted() or is_readable(self._socket)

    def _has_decrypted(self) -> bool:
        """Whether TLS holds data that nobody has asked for, or the end of it."""
        if self._tls is None:
            return False
        try:
            self._held = self._tls.read(1)
        except ssl.SSLError as error:
            return not isinstance(error, ssl.SSLWantReadError)
        return True


def _hold_back(data: bytes) -> tuple[bytes, bytes]:
    """Split off the last byte of what was read; a single byte stays whole."""
    return (data[:-1], data[-1:]) if len(data) > 1 else (data, b"")


def _check_silence(stream: Stream | AsyncStream) -> None:
    """Refuse a stream on which something has arrived before it was asked for."""
    if stream.get_extra_info("is_readable"):
        raise httpcore.ConnectionNotAvailable


def is_readable(sock: Any) -> bool:
    """Whether a socket has something to read, or has ended."""
    return sock.fileno() < 0 or _poll(sock)


def _poll(sock: Any) -> bool:
    if not hasattr(select, "poll"):  # Windows
        return bool(select.select([sock], [], [], 0)[0])
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return bool(poll.poll(0))
