"""`ConnectionGuard`: notices what a server sends beyond a response, on connections of aiohttp.

Over HTTP/1.1 their order alone says which response belongs to which request. aiohttp takes what
comes over an idle connection for the response to the next request. It forgets half a response,
and takes the other half for one.

asyncio delivers bytes as they come. So the guard, which stands between a transport of asyncio and
a protocol of aiohttp, does what the streams below httpcore do in another way: it holds back the
last byte of each delivery until those who were waiting for the response have had their turn in
the event loop. If the response has ended by then, that byte does not belong to it.
"""

import asyncio
from typing import Any

from vercel_marketplace._internal.transports.streams import is_readable

_END_OF_HEADERS = b"\r\n\r\n"


class ConnectionGuard(asyncio.Protocol):
    """Stands between the transport of one connection and the protocol that reads from it."""

    def __init__(self, transport: Any, protocol: asyncio.Protocol) -> None:
        """Take the place of the protocol."""
        self._transport = transport
        self._protocol = protocol
        self._socket = transport.get_extra_info("socket")
        self._loop = asyncio.get_running_loop()
        self._held = b""
        self._pending_release: asyncio.Handle | None = None
        self._is_in_use = False
        transport.set_protocol(self)

    @classmethod
    def begin(cls, connection: Any) -> bool:
        """Begin a request; false if something has come over the connection since the last one."""
        transport = connection.transport
        guard: object = transport.get_protocol()
        if not isinstance(guard, cls):
            guard = cls(transport, connection.protocol)
        elif is_readable(guard._socket):
            return False
        guard._is_in_use = True
        connection.add_callback(guard._end)
        return True

    def _end(self) -> None:
        """End a response, and the connection if anything is left over."""
        self._is_in_use = False
        if self._held:
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        """Pass on all but the last byte now, and that one after those who wait for the others."""
        if not self._is_in_use:
            self._transport.close()
            return
        self._cancel_release()
        data = self._held + data
        self._held = data[-1:]
        # In two parts: aiohttp forgets a response without a body if what follows is none.
        head, mark, rest = data[:-1].partition(_END_OF_HEADERS)
        for part in (head + mark, rest):
            if part:
                self._protocol.data_received(part)
        self._pending_release = self._loop.call_soon(self._release)

    def eof_received(self) -> bool | None:
        """Pass on what there is, and the end."""
        self._release()
        return self._protocol.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        """Pass on what there is, and the end."""
        self._release()
        self._protocol.connection_lost(exc)

    def pause_writing(self) -> None:
        """Pass it on."""
        self._protocol.pause_writing()

    def resume_writing(self) -> None:
        """Pass it on."""
        self._protocol.resume_writing()

    def _release(self) -> None:
        """Pass on the byte that is held, if the response goes on."""
        self._cancel_release()
        if self._held and self._is_in_use:
            data, self._held = self._held, b""
            self._protocol.data_received(data)

    def _cancel_release(self) -> None:
        if self._pending_release is not None:
            self._pending_release.cancel()
            self._pending_release = None
