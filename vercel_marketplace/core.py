"""`VercelCore`: configuration and transport, and the one path that every call takes.

```
encode     request model → HTTPRequest            pure
authorize  a token, or what provides it
send       hooks, transport, retries              the only I/O
decode     HTTPResponse → Ok(value) | Err(error)  pure
```
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NoReturn, Self, TypeVar, cast

from vercel_marketplace._internal.config import (
    DEFAULT_SERVER_URL,
    DEFAULT_TIMEOUT,
    DEFAULT_USER_AGENT,
    Config,
)
from vercel_marketplace._internal.describe import describe
from vercel_marketplace._internal.lazy import LazyModule
from vercel_marketplace._internal.transports import TransportHandle

if TYPE_CHECKING:
    import copy
    from types import TracebackType

    from vercel_marketplace._internal import blocking, call, deprecation
    from vercel_marketplace._internal.operation import Operation
    from vercel_marketplace.hooks import Hooks
    from vercel_marketplace.http import (
        AsyncHTTPClient,
        SyncHTTPClient,
        Transport,
        TransportFunction,
    )
    from vercel_marketplace.options import BearerToken, RequestOptions, RetryConfig
    from vercel_marketplace.result import Result
else:  # what only a call needs, or a copy
    blocking = LazyModule("vercel_marketplace._internal.blocking")
    call = LazyModule("vercel_marketplace._internal.call")
    copy = LazyModule("copy")
    deprecation = LazyModule("vercel_marketplace._internal.deprecation")

Q = TypeVar("Q")
V = TypeVar("V")
E = TypeVar("E")


class VercelCore:
    """What the standalone functions need: configuration and a transport.

    Make one and use it for the whole application, from any number of tasks, event loops and
    threads; no connection is opened before the first call. A standalone function loads only the
    operation it stands for; `Vercel` and `SyncVercel` have all of them as methods.

    A client cannot be pickled, for it holds a token and connections: make one in each process.
    A deep copy shares the connections, as a copy by `with_options` does.

    ```python
    async with VercelCore(bearer_token=token) as core:
        result = await marketplace_get_invoice(core, GetInvoiceRequest("icfg_1", "inv_1"))
    ```

    Args:
        bearer_token: The installation's access token, or a function of the
            `CallContext` that returns one: so one client serves every installation. It may
            be async on an async client. Without it `VERCEL_TOKEN` is read, once, from the
            environment.
        server_url: Where the API is.
        timeout: Seconds for one attempt: in all on an async client, for each phase
            (connect, write, each read) on a blocking one; `math.inf` for no limit.
        retries: What to retry and when; see `RetryConfig`. A number is the most retries.
        hooks: What to call around each attempt; see `Hooks`.
        http_client: An `httpx.AsyncClient` to send with, or any client that has its
            `build_request`, `send` and `aclose`. It stays yours to close. An `httpx.Client`
            is for `SyncVercel` and `VercelCore.blocking`.
        transport: A function that returns an `HTTPResponse` for an `HTTPRequest`, or an object
            with such a method `send`; instead of `http_client`.
        user_agent: The `User-Agent` to send.

    Raises:
        TypeError, ValueError: An argument is of the wrong type or value; the message names it.
    """

    def __init__(  # noqa: PLR0913 (one keyword per setting)
        self,
        bearer_token: BearerToken | None = None,
        *,
        server_url: str = DEFAULT_SERVER_URL,
        timeout: float = DEFAULT_TIMEOUT,
        retries: RetryConfig | int | None = None,
        hooks: Hooks | None = None,
        http_client: AsyncHTTPClient | None = None,
        transport: Transport | TransportFunction | None = None,
        user_agent: str = DEFAULT_USER_AGENT,
    ) -> None:
        self._config = Config(
            bearer_token=os.environ.get("VERCEL_TOKEN") if bearer_token is None else bearer_token,
            server_url=server_url,
            timeout=timeout,
            retries=retries,
            hooks=hooks,
            user_agent=user_agent,
        )
        self._use(TransportHandle(blocking=False, http_client=http_client, transport=transport))

    @classmethod
    def blocking(  # noqa: PLR0913 (one keyword per setting)
        cls,
        bearer_token: BearerToken | None = None,
        *,
        server_url: str = DEFAULT_SERVER_URL,
        timeout: float = DEFAULT_TIMEOUT,
        retries: RetryConfig | int | None = None,
        hooks: Hooks | None = None,
        http_client: SyncHTTPClient | None = None,
        transport: Transport | TransportFunction | None = None,
        user_agent: str = DEFAULT_USER_AGENT,
    ) -> Self:
        """Make a core whose calls never suspend, for `block_on`.

        Args:
            bearer_token: The installation's access token, or a function of the
                `CallContext` that returns one: so one client serves every installation.
                Without it `VERCEL_TOKEN` is read, once, from the environment.
            server_url: As for an async core.
            timeout: Seconds for each phase of an attempt: connect, write, each read.
            retries: As for an async core.
            hooks: What to call around each attempt, none of it async; see `Hooks`.
            http_client: An `httpx.Client`, or any client that has its `build_request`,
                `send` and `close`. It stays yours to close.
            transport: As for an async core, but it must not suspend.
            user_agent: As for an async core.

        Raises:
            TypeError, ValueError: As for an async core; also for an async hook, token
                function or client.
        """
        core = cls(
            bearer_token,
            server_url=server_url,
            timeout=timeout,
            retries=retries,
            hooks=hooks,
            user_agent=user_agent,
        )
        core._use(TransportHandle(blocking=True, http_client=http_client, transport=transport))
        return core

    def with_options(  # noqa: PLR0913 (one keyword per setting)
        self,
        *,
        bearer_token: BearerToken | None = None,
        server_url: str | None = None,
        timeout: float | None = None,
        retries: RetryConfig | int | None = None,
        hooks: Hooks | None = None,
        user_agent: str | None = None,
    ) -> Self:
        """Return a copy with other settings and the same connections; closing one closes both.

        Args:
            bearer_token: Another token, or a function that returns one.
            server_url: Another server.
            timeout: Another limit, in seconds.
            retries: Another retry configuration, or number of retries.
            hooks: Other hooks, in place of the present ones.
            user_agent: Another `User-Agent`.

        Raises:
            TypeError, ValueError: As for a new core.
        """
        changed = copy.copy(self)
        changed._config = self._config.replace(
            bearer_token=bearer_token,
            server_url=server_url,
            timeout=timeout,
            retries=retries,
            hooks=hooks,
            user_agent=user_agent,
        )
        changed._use(self._transport)
        return changed

    @property
    def is_blocking(self) -> bool:
        """Whether calls never suspend, as on a core made by `blocking`."""
        return self._transport.blocking

    def _use(self, transport: TransportHandle) -> None:
        if transport.blocking:
            self._config.refuse_async()
        self._transport = transport

    async def call(
        self, operation: Operation[Q, V, E], request: Q, options: RequestOptions | None = None
    ) -> Result[V, E]:
        """Carry out an operation. The standalone functions are made of this.

        Args:
            operation: Which one.
            request: Its request.
            options: What differs for this call.

        Returns:
            `Ok` or `Err`. Nothing that the API, the network or the input did is raised.

        Raises:
            RuntimeError: The core is async, but `block_on` runs the call.
        """
        if not self.is_blocking:
            blocking.refuse_block_on()
        if operation.replaced_by is not None:
            deprecation.warn_once(operation.id, operation.replaced_by)
        this_call = call.Call(operation, request, options, self._config, self._transport)
        return cast("Result[V, E]", await this_call.run())

    def close(self) -> None:
        """Close a blocking core's connections. A client you brought stays open.

        Raises:
            TypeError: The core is async.
        """
        self._transport.close()

    async def aclose(self) -> None:
        """Close the connections of this event loop. A client you brought stays open."""
        await self._transport.aclose()

    def __enter__(self) -> Self:
        """Use a blocking core in a `with` block, which closes it."""
        if not self.is_blocking:
            msg = "this client is async: use 'async with'"
            raise TypeError(msg)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close."""
        self.close()

    async def __aenter__(self) -> Self:
        """Use the core in an `async with` block, which closes it."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close."""
        await self.aclose()

    def __copy__(self) -> Self:
        copied = object.__new__(type(self))
        vars(copied).update(vars(self))
        return copied

    def __deepcopy__(self, memo: object) -> Self:
        return copy.copy(self)

    def __reduce__(self) -> NoReturn:
        msg = (
            f"a {type(self).__name__} cannot be pickled, for it holds a token and connections: "
            "make one in each process"
        )
        raise TypeError(msg)

    def __repr__(self) -> str:
        """Show where calls go; the token never shows."""
        kind = ".blocking" if self.is_blocking else ""
        base = self._config.server_url.partition("?")[0]  # a query may be a key
        return f"{type(self).__name__}{kind}(server_url={base!r})"


def check_core(core: VercelCore) -> VercelCore:
    """Return a core, and refuse what else a function may have been called with.

    Raises:
        TypeError: It is not a core; the message names the attribute that is, if there is one.
    """
    if isinstance(core, VercelCore):
        return core
    msg = f"core must be a VercelCore, got {describe(core)}"
    if isinstance(getattr(core, "core", None), VercelCore):
        msg += "; pass its .core instead"
    raise TypeError(msg)
