"""`VercelCore`: configuration and transport, and the one path that every call takes.

```
encode     request model → HTTPRequest            pure
authorize  a token, or what provides it
send       hooks, transport, retries              the only I/O
decode     HTTPResponse → Ok(value) | Err(error)  pure
```
"""

import copy
import logging
import os
import random
import time
from collections.abc import Sequence
from functools import partial
from types import TracebackType
from typing import Any, Final, Self, TypeVar, cast

from attrs import evolve

from vercel_marketplace._internal.decode import decode
from vercel_marketplace._internal.deprecation import warn_once
from vercel_marketplace._internal.encode import (
    authorization,
    checked_headers,
    encode,
    split_server_url,
)
from vercel_marketplace._internal.operation import AnyOperation, Operation
from vercel_marketplace._internal.retrying import DEFAULT_RETRY_CODES, wait_before_retry
from vercel_marketplace._internal.secrecy import secrets_of
from vercel_marketplace._internal.shapes import describe
from vercel_marketplace._internal.shared_transport import (
    SharedTransport,
    is_async_function,
    is_blocking_client,
)
from vercel_marketplace.errors import (
    InvalidRequestError,
    UnexpectedClientError,
    VercelConflictError,
    VercelError,
)
from vercel_marketplace.hooks import Hooks
from vercel_marketplace.http import Headers, HTTPRequest, Transport
from vercel_marketplace.options import (
    BearerToken,
    CallContext,
    RequestOptions,
    RetryConfig,
    check_timeout,
)
from vercel_marketplace.result import Err, Result
from vercel_marketplace.version import __version__

DEFAULT_SERVER_URL: Final = "https://api.vercel.com"
DEFAULT_TIMEOUT: Final = 30.0
DEFAULT_USER_AGENT: Final = f"vercel-marketplace-python/{__version__}"

Q = TypeVar("Q")
V = TypeVar("V")
E = TypeVar("E")

_log = logging.getLogger("vercel_marketplace")
_NO_OPTIONS = RequestOptions()


class VercelCore:
    """What the standalone functions need: configuration and a transport.

    Make one and use it for the whole application, from any number of tasks, event loops and
    threads; no connection is opened before the first call. Standalone functions pull in only
    the operation they stand for, `Vercel` and `SyncVercel` have all of them as methods.

    ```python
    async with VercelCore(bearer_token=token) as core:
        result = await marketplace_get_invoice(core, GetInvoiceRequest("icfg_1", "inv_1"))
    ```

    Args:
        bearer_token: The installation's access token, or a function that is given the
            `CallContext` and returns one: so one client serves every installation. It may
            be async on an async client. Without it `VERCEL_TOKEN` is read, once, from the
            environment.
        server_url: Where the API is.
        timeout: Seconds for one attempt: in all on an async client, for each phase
            (connect, write, each read) on a blocking one; `math.inf` for no limit.
        retries: What to repeat and when; see `RetryConfig`.
        hooks: What to call around each attempt; see `Hooks`.
        http_client: An `httpx.AsyncClient` to send with, or any client that has its
            `build_request`, `send` and `aclose`. An `httpx.Client` makes a blocking core.
            It stays yours to close.
        transport: Anything that answers an `HTTPRequest`; instead of `http_client`.
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
        retries: RetryConfig | None = None,
        hooks: Hooks | None = None,
        http_client: object = None,
        transport: Transport | None = None,
        user_agent: str = DEFAULT_USER_AGENT,
    ) -> None:
        """Keep the configuration. Nothing is opened."""
        blocking = http_client is not None and is_blocking_client(http_client)
        self._transport = SharedTransport(
            blocking=blocking, http_client=http_client, transport=transport
        )
        self._bearer_token = (
            os.environ.get("VERCEL_TOKEN") if bearer_token is None else bearer_token
        )
        self._server_url = server_url
        self._timeout = timeout
        self._retries = retries or RetryConfig()
        self._hooks = hooks or Hooks()
        self._user_agent = user_agent
        self._check()

    @classmethod
    def blocking(  # noqa: PLR0913 (one keyword per setting)
        cls,
        bearer_token: BearerToken | None = None,
        *,
        server_url: str = DEFAULT_SERVER_URL,
        timeout: float = DEFAULT_TIMEOUT,
        retries: RetryConfig | None = None,
        hooks: Hooks | None = None,
        http_client: object = None,
        transport: Transport | None = None,
        user_agent: str = DEFAULT_USER_AGENT,
    ) -> Self:
        """Make a core whose calls never suspend, for `block_on`.

        Args:
            bearer_token: As for an async core, but not async.
            server_url: As for an async core.
            timeout: Seconds for each phase of an attempt: connect, write, each read.
            retries: As for an async core.
            hooks: As for an async core, but none of them async.
            http_client: An `httpx.Client`, or any client that has its `build_request`,
                `send` and `close`. It stays yours to close.
            transport: Anything that answers an `HTTPRequest` without suspending.
            user_agent: As for an async core.

        Raises:
            TypeError, ValueError: As for an async core; also for an async hook, token
                provider or client.
        """
        core = cls(
            bearer_token,
            server_url=server_url,
            timeout=timeout,
            retries=retries,
            hooks=hooks,
            user_agent=user_agent,
        )
        core._transport = SharedTransport(
            blocking=True, http_client=http_client, transport=transport
        )
        core._check()
        return core

    def with_options(  # noqa: PLR0913 (one keyword per setting)
        self,
        *,
        bearer_token: BearerToken | None = None,
        server_url: str | None = None,
        timeout: float | None = None,
        retries: RetryConfig | None = None,
        hooks: Hooks | None = None,
        user_agent: str | None = None,
    ) -> Self:
        """A copy with other settings and the same connections; closing one closes both.

        Args:
            bearer_token: Another token or provider.
            server_url: Another server.
            timeout: Another limit, in seconds.
            retries: Another retry configuration.
            hooks: Other hooks, in place of the present ones.
            user_agent: Another `User-Agent`.

        Raises:
            TypeError, ValueError: As for a new core.
        """
        changed = copy.copy(self)
        changed._bearer_token = self._bearer_token if bearer_token is None else bearer_token
        changed._server_url = self._server_url if server_url is None else server_url
        changed._timeout = self._timeout if timeout is None else timeout
        changed._retries = retries or self._retries
        changed._hooks = hooks or self._hooks
        changed._user_agent = self._user_agent if user_agent is None else user_agent
        changed._check()
        return changed

    @property
    def is_blocking(self) -> bool:
        """Whether calls never suspend, as on a core made by `blocking`."""
        return self._transport.blocking

    def _check(self) -> None:
        """Refuse what could only fail later, by name."""
        token = self._bearer_token
        if not (token is None or isinstance(token, str) or callable(token)):
            msg = f"bearer_token must be a str or a function, not {describe(token)}"
            raise TypeError(msg)
        if not isinstance(self._retries, RetryConfig):
            msg = f"retries must be a RetryConfig, not {describe(self._retries)}"
            raise TypeError(msg)
        if not isinstance(self._hooks, Hooks):
            msg = f"hooks must be a Hooks, not {describe(self._hooks)}"
            raise TypeError(msg)
        check_timeout(self, "timeout", self._timeout)
        split_server_url(self._server_url)
        checked_headers({"user-agent": self._user_agent})
        if self.is_blocking:
            self._refuse_async()

    def _refuse_async(self) -> None:
        hooks = self._hooks
        for name, functions in (
            ("bearer_token", (self._bearer_token,)),
            ("hooks.before_request", hooks.before_request),
            ("hooks.after_success", hooks.after_success),
            ("hooks.after_error", hooks.after_error),
        ):
            if any(map(is_async_function, functions)):
                msg = f"{name} is async, and this client is blocking"
                raise TypeError(msg)

    async def call(
        self, operation: Operation[Q, V, E], request: Q, options: RequestOptions | None = None
    ) -> Result[V, E]:
        """Carry out an operation; what the standalone functions are made of.

        Args:
            operation: Which one.
            request: Its request.
            options: What differs for this call.

        Returns:
            `Ok` or `Err`. Nothing that the API, the network or the input did is raised.
        """
        if operation.successor is not None:
            warn_once(operation.id, operation.successor)
        try:
            return cast("Result[V, E]", await self._call(operation, request, options))
        except VercelError as error:
            ours = error
        except Exception as bug:  # noqa: BLE001 (comes back as a value, with its cause)
            ours = _unexpected(bug, request_sent=False)
        ours.operation_id = operation.id
        return cast("Err[E]", Err(ours))

    async def _call(
        self, operation: AnyOperation, request: object, options: RequestOptions | None
    ) -> Result[Any, VercelError]:
        if options is None:
            options = _NO_OPTIONS
        elif not isinstance(options, RequestOptions):
            msg = f"options must be a RequestOptions, not {describe(options)}"
            raise InvalidRequestError(msg)
        http_request = encode(
            operation,
            request,
            server_url=options.server_url or self._server_url,
            user_agent=self._user_agent,
            timeout=options.timeout or self._timeout,
        )
        context = CallContext(operation.id, getattr(request, "integration_configuration_id", None))
        more = checked_headers(options.headers) if options.headers else Headers()
        if not operation.authenticated:
            more = Headers((n, v) for n, v in more.items() if n != "authorization")
        elif "authorization" not in more:
            token = await self._token(context, options.bearer_token)
            more |= {"authorization": authorization(token)}
        http_request = evolve(http_request, headers=http_request.headers | more)
        return await self._send(operation, request, http_request, context, options)

    async def _token(self, context: CallContext, override: BearerToken | None) -> object:
        token: Any = self._bearer_token if override is None else override
        if not callable(token):
            return "" if token is None else token
        if self.is_blocking and is_async_function(token):
            msg = "bearer_token is async, and this client is blocking"
            raise InvalidRequestError(msg)
        provided: Any = token(context)
        return await provided if hasattr(provided, "__await__") else provided

    async def _send(
        self,
        operation: AnyOperation,
        request: object,
        http_request: HTTPRequest,
        context: CallContext,
        options: RequestOptions,
    ) -> Result[Any, VercelError]:
        """Try, and try again where that is safe and worth it."""
        started = time.monotonic()
        while True:
            began = time.monotonic()
            result = await self._attempt(operation, request, http_request, context)
            if _log.isEnabledFor(logging.DEBUG):
                _log_attempt(context, result, time.monotonic() - began)
            if result.ok is True:
                return result
            error = result.error
            error.operation_id, error.attempts = operation.id, context.attempt
            wait = wait_before_retry(
                error,
                options.retries or self._retries,
                attempt=context.attempt,
                elapsed=time.monotonic() - started,
                repeatable=operation.may_repeat(request),
                retry_codes=DEFAULT_RETRY_CODES
                if options.retry_codes is None
                else options.retry_codes,
                random=random.random,
            )
            if wait is None:
                if isinstance(error, VercelConflictError) and context.attempt > 1:
                    error.add_note("An earlier attempt of this call may have been accepted.")
                return result
            _log.info("%s: %s, again in %.2f s", operation.id, _outcome(error), wait)
            await self._transport.sleep(wait)
            context = evolve(context, attempt=context.attempt + 1)

    async def _attempt(
        self,
        operation: AnyOperation,
        request: object,
        http_request: HTTPRequest,
        context: CallContext,
    ) -> Result[Any, VercelError]:
        for hook in self._hooks.before_request:
            changed: Any = hook(context, http_request)
            if hasattr(changed, "__await__"):
                changed = await changed
            http_request = changed or http_request
        result: Result[Any, VercelError]
        try:
            response = await self._transport.send(http_request)
            result = decode(operation, response, partial(secrets_of, request, http_request))
        except VercelError as error:
            result = Err(error)
        except Exception as bug:  # noqa: BLE001 (comes back as a value, with its cause)
            result = Err(_unexpected(bug, request_sent=True))
        await self._after(context, result)
        return result

    async def _after(self, context: CallContext, result: Result[Any, VercelError]) -> None:
        """Call the hooks that come after the fact, which nothing they do can change."""
        hooks: Sequence[Any] = self._hooks.after_success
        seen: object
        if result.ok is True:
            seen = result.response
        else:
            hooks, seen = self._hooks.after_error, result.error
        for hook in hooks:
            try:
                pending: Any = hook(context, seen)
                if hasattr(pending, "__await__"):
                    await pending
            except Exception:
                _log.exception("%s: hook %r failed", context.operation_id, hook)

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

    def __repr__(self) -> str:
        """Show where calls go; the token never shows."""
        kind = ".blocking" if self.is_blocking else ""
        return f"{type(self).__name__}{kind}(server_url={self._server_url!r})"


def _unexpected(bug: Exception, *, request_sent: bool) -> UnexpectedClientError:
    """The error for what should not happen; the text of it may hold anything, so it stays out."""
    error = UnexpectedClientError(
        f"{type(bug).__name__}; its text is in __cause__", request_sent=request_sent
    )
    error.__cause__ = bug
    return error


def _log_attempt(context: CallContext, result: Result[Any, VercelError], seconds: float) -> None:
    if result.ok is True:
        outcome, request_id = str(result.response.status_code), result.response.request_id
    else:
        outcome, request_id = _outcome(result.error), result.error.request_id
    _log.debug(
        "%s: attempt %d: %s in %.3f s (request id %s)",
        context.operation_id,
        context.attempt,
        outcome,
        seconds,
        request_id,
    )


def _outcome(error: VercelError) -> str:
    return f"{type(error).__name__} {error.status_code or ''}".rstrip()
