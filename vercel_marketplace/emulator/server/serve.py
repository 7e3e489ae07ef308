"""Serves the emulator by uvicorn, in a thread: for clients outside of this process."""

import socket
import threading
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from vercel_marketplace.emulator.request_log import DEFAULT_MAX_BYTES, DEFAULT_MAX_REQUESTS
from vercel_marketplace.emulator.server.allowed_hosts import parse_names

try:
    import uvicorn

    from vercel_marketplace.emulator.server.protocol import MAX_HEAD_BYTES, EmulatorProtocol
except ImportError as _missing:
    msg = (
        'Serving the emulator requires uvicorn and h11: pip install "vercel-marketplace[emulator]"'
    )
    raise ImportError(msg, name=_missing.name) from _missing

if TYPE_CHECKING:
    from vercel_marketplace.emulator.emulator import Emulator
    from vercel_marketplace.emulator.server.asgi import Application

MAX_CONNECTIONS: Final = 512
"""Connections open at once; a request beyond that gets a 503."""

# Seconds; longer than clients keep an idle connection, so that they never lose the race.
_KEEP_ALIVE: Final = 75

_ANY: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 (not an address to connect to)


@contextmanager
def serve(  # noqa: PLR0913 (keywords, each documented)
    emulator: "Emulator",
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    allowed_hosts: Iterable[str] = (),
    max_logged_requests: int = DEFAULT_MAX_REQUESTS,
    max_logged_bytes: int = DEFAULT_MAX_BYTES,
) -> Generator[str]:
    """Serve an emulator over HTTP for as long as the block runs.

    ```python
    with serve(emulator) as url:
        vercel = SyncVercel(bearer_token=emulator.token, server_url=url)
    ```

    Args:
        emulator: The emulator; it keeps its state when the block ends.
        host: The address to listen on. There is no TLS and no access control: on any address
            but this machine's own, everybody who reaches it may use it.
        port: The port; 0 for a free one.
        allowed_hosts: The hosts to answer to in addition to the address that is listened on and
            the names of this machine itself (`localhost`, `127.0.0.1`, `[::1]`): each a `name`
            for any port, or `name:port`. A request for any other host is a 421, so that no page
            of another site can reach the server under a name of its own.
        max_logged_requests: How many requests the emulator keeps, the newest ones.
        max_logged_bytes: Bytes of memory that these may occupy.

    Returns:
        A context manager that returns the base URL.

    Raises:
        TypeError, ValueError: A setting is not valid.
        OSError: The address is not available.
        ImportError: uvicorn is not installed; on import of this module.
    """
    with _listen(host, port) as listener:
        url = _base_url(listener)
        application = emulator.asgi.with_settings(
            allowed_hosts=parse_names(allowed_hosts) | _own_names(host, listener),
            max_logged_requests=max_logged_requests,
            max_logged_bytes=max_logged_bytes,
        )
        server = uvicorn.Server(_config(application))

        def run() -> None:
            with listener:  # should the server fail, connections are refused
                server.run(sockets=[listener])

        thread = threading.Thread(target=run, name="vercel-marketplace-emulator", daemon=True)
        thread.start()
        try:
            yield url
        finally:
            server.should_exit = True
            thread.join()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    listener = socket.create_server((host, port), family=family, backlog=MAX_CONNECTIONS)
    # asyncio sets TCP_NODELAY on an accepted socket only if the listener names its protocol,
    # and create_server names none. Without it a response waits for the client's delayed ACK.
    return socket.socket(proto=socket.IPPROTO_TCP, fileno=listener.detach())


def _base_url(listener: socket.socket) -> str:
    host: str
    host, port = listener.getsockname()[:2]
    return f"http://{_join(_ANY.get(host, host), port)}"


def _own_names(host: str, listener: socket.socket) -> frozenset[str]:
    port: int = listener.getsockname()[1]
    address = host.partition("%")[0]  # a zone of IPv6 is no part of a URL
    return frozenset(_join(name, port) for name in (address, "localhost", "127.0.0.1", "::1"))


def _join(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _config(application: "Application") -> uvicorn.Config:
    return uvicorn.Config(
        application,
        http=EmulatorProtocol,
        h11_max_incomplete_event_size=MAX_HEAD_BYTES,
        ws="none",
        loop="asyncio",
        interface="asgi3",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=MAX_CONNECTIONS,
        backlog=MAX_CONNECTIONS,
        timeout_keep_alive=_KEEP_ALIVE,
    )
