"""`TransportHandle`: the transport of a core, made on first use, and shared by its copies."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from vercel_marketplace._internal.describe import describe
from vercel_marketplace._internal.functions import check_function
from vercel_marketplace._internal.imports import whole_imports

if TYPE_CHECKING:
    from vercel_marketplace.http import (
        AsyncHTTPClient,
        HTTPRequest,
        SyncHTTPClient,
        Transport,
        TransportFunction,
    )


class LoopTransport:
    """A transport of the SDK for async clients, which closes with the client that has it."""


class TransportHandle:
    """Makes the transport on first use (which is when httpx is loaded) and closes it once.

    A client or transport that the user passed is used, and stays theirs to close; a transport of
    the SDK's closes with the client.
    """

    def __init__(
        self,
        *,
        blocking: bool,
        http_client: AsyncHTTPClient | SyncHTTPClient | None = None,
        transport: Transport | TransportFunction | None = None,
    ) -> None:
        """Keep the user's client or transport, of which there may be one.

        Raises:
            TypeError: Both are given, one cannot send, or the client is of the other kind.
        """
        if http_client is not None and transport is not None:
            msg = "pass http_client or transport, not both"
            raise TypeError(msg)
        if http_client is not None and not _has_methods(http_client, "build_request", "send"):
            msg = (
                "http_client must be an instance of httpx.Client or httpx.AsyncClient, or a "
                f"compatible client with build_request() and send(), got {describe(http_client)}"
            )
            raise TypeError(msg)
        if transport is not None:
            transport = _as_transport(transport)
            if blocking and isinstance(transport, LoopTransport):
                msg = (
                    f"{type(transport).__name__} is async, but this client is blocking: use Vercel "
                    "or VercelCore"
                )
                raise TypeError(msg)
        if http_client is not None and is_blocking_client(http_client) != blocking:
            msg = (
                "http_client is async, but this client is blocking: use Vercel or VercelCore"
                if blocking
                else "http_client is blocking, but this client is async: use SyncVercel or "
                "VercelCore.blocking"
            )
            raise TypeError(msg)
        self.blocking = blocking
        self.closed: bool = False
        self._http_client = http_client
        self._is_ours = transport is None or isinstance(transport, LoopTransport)
        self._made: dict[str, Any] = {} if transport is None else {"transport": transport}

    @property
    def runs_user_code(self) -> bool:
        """Whether sending and waiting run user code: the hooks of a client, a transport."""
        return self._http_client is not None or not self._is_ours

    def check_open(self) -> None:
        """Refuse a call on a closed client.

        Raises:
            RequestAbortedError: The client, or the user's `http_client`, has been closed.
        """
        if self.closed:
            msg = "the client has been closed"
        elif getattr(self._http_client, "is_closed", False) is True:
            msg = "the http_client of this client has been closed"
        else:
            return
        from vercel_marketplace.errors import RequestAbortedError  # noqa: PLC0415 (loads attrs)

        raise RequestAbortedError(msg)

    async def send(self, request: HTTPRequest) -> object:
        """Send one attempt and return what the transport returns."""
        with whole_imports():  # a signal handler may raise in the middle of one
            response = self._get_or_make().send(request)
            return await response if hasattr(response, "__await__") else response

    async def sleep(self, seconds: float) -> None:
        """Wait between attempts, by the transport's own `sleep` if it has one."""
        sleep = getattr(self._get_or_make(), "sleep", None)
        if sleep is not None:
            await sleep(seconds)
        elif self.blocking:
            time.sleep(seconds)  # noqa: ASYNC251 (a blocking client has no loop to block)
        else:
            import anyio  # noqa: PLC0415 (an HTTP library's; a client is made without it)

            await anyio.sleep(seconds)

    def close(self) -> None:
        """Close a blocking client; closing twice does no harm."""
        if not self.blocking:
            msg = "this client is async: use 'async with', or await its aclose()"
            raise TypeError(msg)
        self.closed = True
        transport = self._get()
        if self._is_ours and transport is not None:
            transport.close()

    async def aclose(self) -> None:
        """Close either kind of client; closing twice does no harm."""
        if self.blocking:
            self.close()
            return
        self.closed = True
        transport = self._get()
        if self._is_ours and transport is not None:
            await transport.aclose()

    def _get(self) -> Any:
        return self._made.get("transport")

    def _get_or_make(self) -> Any:
        transport = self._get()
        if transport is None:
            # Of two threads that come first at once one wins; the other's has opened nothing.
            # No lock: a fork while it is held would leave the child waiting forever.
            transport = self._made.setdefault("transport", self._make())
        return transport

    def _make(self) -> Any:
        try:
            from vercel_marketplace._internal.transports import httpx  # noqa: PLC0415 (loads httpx)

            kind = httpx.BlockingTransport if self.blocking else httpx.AsyncTransport
            return kind(self._http_client)
        except ImportError as error:
            from vercel_marketplace.errors import UnexpectedClientError  # noqa: PLC0415 (loads attrs)

            msg = f"could not make a transport: {type(error).__name__}; see __cause__"
            raise UnexpectedClientError(msg) from error


def _as_transport(transport: Any) -> Any:
    """Return an object with a method `send`, for a transport that may be a function.

    Raises:
        TypeError: It cannot be called with a request.
    """
    expected = (
        "a function of an HTTPRequest, or an instance with a method send(request), such as "
        "emulator.transport()"
    )
    # Not by the instance: a mock has every attribute.
    if hasattr(transport.__class__, "build_request"):
        msg = f"transport must be {expected}; pass {describe(transport)} as http_client"
        raise TypeError(msg)
    if _has_methods(transport, "send"):
        check_function("transport", expected, transport.send, arguments=1)
        return transport
    check_function("transport", expected, transport, arguments=1)
    return _FunctionTransport(transport)


class _FunctionTransport:
    """A transport that is a function."""

    def __init__(self, send: TransportFunction) -> None:
        self.send = send


def is_blocking_client(client: object) -> bool:
    """Whether a client is of httpx's blocking kind: it has `close`, but no `aclose`."""
    return not hasattr(client, "aclose")


def _has_methods(value: object, *names: str) -> bool:
    return not isinstance(value, type) and all(callable(getattr(value, n, None)) for n in names)
