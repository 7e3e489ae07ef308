"""Serves the emulator by uvicorn, in a thread: for clients outside of this process."""

import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

try:
    import uvicorn

    from vercel_marketplace.emulator.server.protocol import MAX_HEAD_BYTES, EmulatorProtocol
except ImportError as _missing:
    msg = 'Serving the emulator requires uvicorn: pip install "vercel-marketplace[emulator]"'
    raise ImportError(msg) from _missing

if TYPE_CHECKING:
    from vercel_marketplace.emulator.emulator import Emulator

MAX_CONNECTIONS: Final = 512
"""Connections open at once; a request beyond that gets a 503."""

# Seconds; longer than clients keep an idle connection, so that they never lose the race.
_KEEP_ALIVE: Final = 75

_ANY: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 (not an address to connect to)


@contextmanager
def serve(emulator: "Emulator", *, host: str = "127.0.0.1", port: int = 0) -> Generator[str]:
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

    Returns:
        A context manager that returns the base URL.

    Raises:
        OSError: The address is not available.
        ImportError: uvicorn is not installed; on import of this module.
    """
    listener = _listen(host, port)
    server = uvicorn.Server(_config(emulator))

    def run() -> None:
        with listener:  # should the server fail, connections are refused
            server.run(sockets=[listener])

    thread = threading.Thread(target=run, name="vercel-marketplace-emulator", daemon=True)
    thread.start()
    try:
        yield _base_url(listener)
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
    if host in _ANY:
        host = _ANY[host]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _config(emulator: "Emulator") -> uvicorn.Config:
    return uvicorn.Config(
        emulator.asgi,
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
