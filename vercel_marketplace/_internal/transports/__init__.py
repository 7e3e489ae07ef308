"""A core's transport, which the cores made by `with_options` share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vercel_marketplace.http import HTTPRequest, Transport


class SharedTransport:
    """Makes the transport on first use (that is when httpx loads) and closes it once.

    What the user brought, a client or a transport, stays theirs to close.
    """

    def __init__(
        self, *, blocking: bool, http_client: object = None, transport: Transport | None = None
    ) -> None:
        """Take at most one of a client and a transport.

        Raises:
            TypeError: Both are given, one is none, or the client is of the other kind.
        """
        if http_client is not None and transport is not None:
            msg = "give http_client or transport, not both"
            raise TypeError(msg)
        if http_client is not None and not _has_methods(http_client, "build_request", "send"):
            msg = "http_client must be an instance of httpx.Client or httpx.AsyncClient, or similar"
            raise TypeError(msg)
        if transport is not None and not _has_methods(transport, "send"):
            msg = "transport must have a method send(request)"
            raise TypeError(msg)
        if http_client is not None and is_blocking_client(http_client) != blocking:
            kind, other = ("blocking", "async") if blocking else ("async", "blocking")
            msg = f"http_client is {other}, and this client is {kind}"
            raise TypeError(msg)
        self.blocking = blocking
        self.closed: bool = False
        self._http_client = http_client
        self._is_ours = transport is None
        self._slot: dict[str, Any] = {} if transport is None else {"transport": transport}

    def check_open(self) -> None:
        """Say so where the client is closed.

        Raises:
            RequestAbortedError: It is.
        """
        if self.closed:
            msg = "this client is closed; make a new one"
        elif getattr(self._http_client, "is_closed", False) is True:
            msg = "the http_client of this client is closed"
        else:
            return
        from vercel_marketplace.errors import RequestAbortedError  # noqa: PLC0415 (rarely)

        raise RequestAbortedError(msg)

    async def send(self, request: HTTPRequest) -> object:
        """What the transport answers to one attempt."""
        answer = self._open().send(request)
        return await answer if hasattr(answer, "__await__") else answer

    async def sleep(self, seconds: float) -> None:
        """Wait between attempts, the transport's way if it has one."""
        sleep = getattr(self._open(), "sleep", None)
        if sleep is not None:
            await sleep(seconds)
        elif self.blocking:
            import time  # noqa: PLC0415 (only when a call is repeated)

            time.sleep(seconds)  # noqa: ASYNC251 (a blocking core has no loop to block)
        else:
            import anyio  # noqa: PLC0415 (only when a call is repeated)

            await anyio.sleep(seconds)

    def close(self) -> None:
        """Close a blocking client; twice does no harm."""
        if not self.blocking:
            msg = "this client is async: use 'async with', or await its aclose()"
            raise TypeError(msg)
        self.closed = True
        transport = self._present()
        if self._is_ours and transport is not None:
            transport.close()

    async def aclose(self) -> None:
        """Close either kind of client; twice does no harm."""
        if self.blocking:
            self.close()
            return
        self.closed = True
        transport = self._present()
        if self._is_ours and transport is not None:
            await transport.aclose()

    def _open(self) -> Any:
        transport = self._present()
        if transport is None:
            # Of two threads that come first at once one wins; the other's has opened nothing.
            # No lock: a fork while it is held would leave the child waiting forever.
            transport = self._slot.setdefault("transport", self._make())
        return transport

    def _present(self) -> Any:
        return self._slot.get("transport")

    def _make(self) -> Any:
        from vercel_marketplace._internal.transports import httpx as transport  # noqa: PLC0415 (loads httpx)

        kind = transport.BlockingTransport if self.blocking else transport.AsyncTransport
        return kind(self._http_client)


def is_blocking_client(client: object) -> bool:
    """Whether a client is of httpx's blocking kind: it has `close`, and no `aclose`."""
    return not hasattr(client, "aclose")


def _has_methods(thing: object, *names: str) -> bool:
    return not isinstance(thing, type) and all(callable(getattr(thing, n, None)) for n in names)
