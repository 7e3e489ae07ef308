"""The one path that every call takes, from a request model to a result.

Nothing here suspends but what a transport, hook or token provider hands over to be awaited.
"""

import logging
import random
import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from attrs import evolve

from vercel_marketplace._internal.addressing import authorization, checked_headers
from vercel_marketplace._internal.config import Settings, is_async_function
from vercel_marketplace._internal.operation import AnyOperation
from vercel_marketplace._internal.redaction import call_secrets, conceal
from vercel_marketplace._internal.request import encode
from vercel_marketplace._internal.response import decode
from vercel_marketplace._internal.retry import (
    DEFAULT_RETRY_CODES,
    certainly_not_processed,
    wait_before_retry,
)
from vercel_marketplace._internal.schema import describe
from vercel_marketplace._internal.transports import TransportHandle
from vercel_marketplace.context import CallContext
from vercel_marketplace.errors import (
    HTTPClientError,
    InvalidRequestError,
    UnexpectedClientError,
    VercelError,
)
from vercel_marketplace.http import Headers, HTTPRequest, HTTPResponse
from vercel_marketplace.result import Err, Result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vercel_marketplace.options import RequestOptions, RetryConfig

_log = logging.getLogger("vercel_marketplace")


class Call:
    """One call: an operation, its request, and what applies to it."""

    __slots__ = ("operation", "options", "request", "settings", "transport")

    def __init__(
        self,
        operation: AnyOperation,
        request: object,
        options: "RequestOptions | None",
        settings: Settings,
        transport: TransportHandle,
    ) -> None:
        """Take what the call is made of; settings and transport are the core's."""
        self.operation = operation
        self.request = request
        self.options = options
        self.settings = settings
        self.transport = transport

    async def run(self) -> Result[Any, VercelError]:
        """Carry it out; nothing that the API, the network or the input did is raised."""
        try:
            return await self._run()
        except VercelError as error:
            # Nothing was sent yet; a token provider may raise the error of a call of its own.
            error.operation_id, error.attempts = self.operation.id, 0
            if isinstance(error, HTTPClientError):
                error.request_sent = False
            return Err(error)
        except Exception as bug:  # noqa: BLE001 (comes back as a value, with its cause)
            return Err(self._unexpected(bug, request_sent=False))

    async def _run(self) -> Result[Any, VercelError]:
        if self.options is not None:
            self.settings = self.settings.for_call(self.options)
        settings = self.settings
        url, headers, content = encode(self.operation, self.request, server_url=settings.server_url)
        installation = getattr(self.request, "integration_configuration_id", None)
        context = CallContext(self.operation.id, installation)
        headers["user-agent"] = settings.user_agent
        headers |= await self._own_headers(context)
        http_request = HTTPRequest(
            method=self.operation.method,
            url=url,
            headers=Headers(headers),
            content=content,
            timeout=settings.timeout,
        )
        return await self._try(http_request, context)

    async def _own_headers(self, context: CallContext) -> dict[str, str]:
        """The token, and what the user adds to this call."""
        added = self.settings.headers
        headers = dict(checked_headers(added)) if added else {}
        if not self.operation.authenticated:
            headers.pop("authorization", None)
            return headers
        if "authorization" in headers:
            return headers
        token: Any = self.settings.bearer_token
        if callable(token):
            token = await self._provided(token, context)
        headers["authorization"] = authorization(token)
        return headers

    async def _provided(self, provider: Any, context: CallContext) -> object:
        if self.transport.blocking and is_async_function(provider):
            msg = "bearer_token is async, and this client is blocking"
            raise InvalidRequestError(msg)
        token: object = await self._given_by(provider, context, where="bearer_token")
        if token is None:
            msg = "bearer_token is a function, and gave None"
            raise InvalidRequestError(msg)
        return token

    async def _try(
        self, http_request: HTTPRequest, context: CallContext
    ) -> Result[Any, VercelError]:
        """Try, and try again where that is safe and worth it."""
        started = time.monotonic()
        codes = self.settings.retry_codes
        tried, in_doubt = 0, False
        last: VercelError | None = None
        try:
            while True:
                in_doubt = in_doubt or _may_have_been_processed(last)
                self.transport.check_open()
                outgoing = await self._before(http_request, context)
                self.transport.check_open()  # a hook may have waited while it was closed
                tried += 1
                result = await self._attempt(outgoing, context)
                if result.ok is True:
                    return result
                error = last = result.error
                wait = wait_before_retry(
                    error,
                    self.settings.retries or _default_retries(),
                    attempt=tried,
                    elapsed=time.monotonic() - started,
                    idempotent=self.operation.is_idempotent(self.request),
                    retry_codes=DEFAULT_RETRY_CODES if codes is None else codes,
                    random=random.random,
                )
                if wait is None:
                    break
                _log.info("%s: %s, again in %.2f s", self.operation.id, _outcome(error), wait)
                await self.transport.sleep(wait)
                context = evolve(context, attempt=tried + 1)
        except Exception as stop:  # noqa: BLE001 (comes back as a value, with its cause)
            error = (
                stop
                if isinstance(stop, VercelError)
                else self._unexpected(stop, request_sent=False)
            )
            in_doubt = in_doubt or _may_have_been_processed(last)
        error.operation_id, error.attempts = self.operation.id, tried
        if in_doubt:
            _say_that_earlier_attempts_are_in_doubt(error)
        return Err(error)

    async def _before(self, http_request: HTTPRequest, context: CallContext) -> HTTPRequest:
        """Let the hooks see, change or stop what is about to be sent."""
        if self.settings.hooks is None:
            return http_request
        for hook in self.settings.hooks.before_request:
            where = f"before_request hook {_name_of(hook)}"
            changed = await self._given_by(hook, context, http_request, where=where)
            if changed is None:
                continue
            if not isinstance(changed, HTTPRequest):
                msg = f"a before_request hook gave {describe(changed)}, not an HTTPRequest"
                raise UnexpectedClientError(msg)
            checked_headers(changed.headers)
            http_request = changed
        return http_request

    async def _given_by(self, function: Any, *arguments: object, where: str) -> Any:
        """What a function of the user's gives, before anything is sent."""
        try:
            given = function(*arguments)
            return await given if hasattr(given, "__await__") else given
        except VercelError:
            raise
        except Exception as bug:
            raise self._unexpected(bug, request_sent=False, where=f"{where}: ") from bug

    async def _attempt(
        self, http_request: HTTPRequest, context: CallContext
    ) -> Result[Any, VercelError]:
        started = time.monotonic()
        result: Result[Any, VercelError]
        try:
            response = _answer_in(await self.transport.send(http_request))
            hidden = partial(call_secrets, self.request, http_request)
            result = decode(self.operation, response, hidden)
        except VercelError as error:
            result = Err(error)
        except Exception as bug:  # noqa: BLE001 (comes back as a value, with its cause)
            result = Err(self._unexpected(bug, request_sent=True))
        if result.ok is False:
            result.error.operation_id = self.operation.id
            result.error.attempts = context.attempt
        if _log.isEnabledFor(logging.DEBUG):
            with suppress(Exception):  # a user's logging filter must not replace the result
                secrets = tuple(call_secrets(self.request, http_request))
                _log_attempt(context, result, time.monotonic() - started, secrets)
        await self._after(context, result)
        return result

    async def _after(self, context: CallContext, result: Result[Any, VercelError]) -> None:
        """Call the hooks that come after the fact, which nothing they do can change."""
        if self.settings.hooks is None:
            return
        hooks: Sequence[Any] = self.settings.hooks.after_success
        seen: object
        if result.ok is True:
            seen = result.response
        else:
            hooks, seen = self.settings.hooks.after_error, result.error
        for hook in hooks:
            try:
                pending: Any = hook(context, seen)
                if hasattr(pending, "__await__"):
                    await pending
            except Exception:  # noqa: BLE001 (logged; the call's result stands)
                with suppress(Exception):
                    _log.exception("%s: hook %s failed", context.operation_id, _name_of(hook))

    def _unexpected(
        self, bug: Exception, *, request_sent: bool, where: str = ""
    ) -> UnexpectedClientError:
        """The error for what should not happen. Its text may hold anything, so it stays out."""
        error = UnexpectedClientError(
            f"{where}{type(bug).__name__}; its text is in __cause__",
            request_sent=request_sent,
            operation_id=self.operation.id,
        )
        error.__cause__ = bug
        return error


def _name_of(hook: object) -> str:
    return getattr(hook, "__qualname__", type(hook).__name__)


def _answer_in(response: object) -> HTTPResponse:
    """What a transport answered, which may be anybody's."""
    if not isinstance(response, HTTPResponse):
        msg = f"the transport answered with {describe(response)}, not with an HTTPResponse"
        raise UnexpectedClientError(msg, request_sent=True)
    return response


def _default_retries() -> "RetryConfig":
    from vercel_marketplace.options import RetryConfig  # noqa: PLC0415 (only after a failure)

    return RetryConfig()


def _may_have_been_processed(error: VercelError | None) -> bool:
    return error is not None and not certainly_not_processed(error)


def _say_that_earlier_attempts_are_in_doubt(error: VercelError) -> None:
    """An error speaks of its own attempt; what went before must not be forgotten over it."""
    error.earlier_attempt_may_have_succeeded = True
    error.add_note("An earlier attempt of this call may have been accepted.")
    if isinstance(error, HTTPClientError):
        error.request_sent = True


def _log_attempt(
    context: CallContext,
    result: Result[Any, VercelError],
    seconds: float,
    secrets: tuple[str, ...],
) -> None:
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
        request_id and conceal(request_id, secrets),
    )


def _outcome(error: VercelError) -> str:
    return f"{type(error).__name__} {error.status_code or ''}".rstrip()
