"""The emulator behind uvicorn, in a thread: for clients that are not in this process."""

import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

try:
    import uvicorn

    from vercel_marketplace.emulator.server.protocol import Connection
except ImportError as _missing:
    msg = 'serving the emulator takes uvicorn: pip install "vercel-marketplace[emulator]"'
    raise ImportError(msg) from _missing

if TYPE_CHECKING:
    from vercel_marketplace.emulator.emulator import Emulator

MAX_CONNECTIONS: Final = 512
"""Open at once; a request beyond that is answered with a 503."""

_IDLE: Final = (
    75  # seconds; longer than clients keep a connection, so that they never lose the race
)

_ANY: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 (no address that a client can name)


@contextmanager
def serve(emulator: "Emulator", *, host: str = "127.0.0.1", port: int = 0) -> Generator[str]:
    """Serve an emulator over HTTP for as long as the block runs.

    ```python
    with serve(emulator) as url:
        vercel = SyncVercel(bearer_token=emulator.token, server_url=url)
    ```

    Args:
        emulator: The emulator; what it knows stays when the block ends.
        host: The address to listen on. There is no TLS, and nothing that keeps strangers
            out: on any but this machine's own address, all who reach it may use it.
        port: The port; 0 takes one that is free.

    Returns:
        A context manager that gives the base URL.

    Raises:
        OSError: The address is not to be had.
        ImportError: uvicorn is not installed; on import of this module.
    """
    listener = _listen(host, port)
    server = uvicorn.Server(_config(emulator))

    def run() -> None:
        with listener:  # so that nobody knocks in vain, should the server fail
            server.run(sockets=[listener])

    thread = threading.Thread(target=run, name="vercel-marketplace-emulator", daemon=True)
    thread.start()
    try:
        yield _url_of(listener)
    finally:
        server.should_exit = True
        thread.join()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    return socket.create_server((host, port), family=family, backlog=MAX_CONNECTIONS)


def _url_of(listener: socket.socket) -> str:
    host: str
    host, port = listener.getsockname()[:2]
    if host in _ANY:
        host = _ANY[host]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _config(emulator: "Emulator") -> uvicorn.Config:
    return uvicorn.Config(
        emulator.asgi,
        http=Connection,
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
        timeout_keep_alive=_IDLE,
    )
