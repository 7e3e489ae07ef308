"""The one path that every call takes, from a request model to a result.

Nothing here suspends except for what a transport, hook or token function returns to be awaited.
"""

import logging
import random
import sys
import time
from collections.abc import Awaitable, Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from attrs import evolve

from vercel_marketplace._internal.config import Config
from vercel_marketplace._internal.describe import describe
from vercel_marketplace._internal.functions import is_async_function, name_of
from vercel_marketplace._internal.headers import check_headers, make_authorization
from vercel_marketplace._internal.loggers import get_logger, summarize
from vercel_marketplace._internal.operation import AnyOperation
from vercel_marketplace._internal.redaction import call_secrets, redact
from vercel_marketplace._internal.request import encode
from vercel_marketplace._internal.response import decode
from vercel_marketplace._internal.retry import may_have_been_processed, wait_before_retry
from vercel_marketplace._internal.token_advice import PROVIDER, advice_on
from vercel_marketplace._internal.tracebacks import (
    clear_locals,
    find_interrupt,
    is_of_a_library,
)
from vercel_marketplace._internal.transports import TransportHandle
from vercel_marketplace.context import CallContext
from vercel_marketplace.errors import (
    HTTPClientError,
    InvalidRequestError,
    UnexpectedClientError,
    VercelError,
    call_label,
)
from vercel_marketplace.http import Headers, HTTPRequest, HTTPResponse
from vercel_marketplace.result import Err, Ok, Result

if TYPE_CHECKING:
    from vercel_marketplace.hooks import Hooks
    from vercel_marketplace.options import RequestOptions

_log = get_logger()

_Outcome: TypeAlias = Result[Any, VercelError] | BaseException


class Call:
    """One call: an operation, its request, and what applies to it."""

    __slots__ = ("_ambient", "config", "context", "operation", "options", "request", "transport")

    def __init__(
        self,
        operation: AnyOperation,
        request: object,
        options: "RequestOptions | None",
        config: Config,
        transport: TransportHandle,
    ) -> None:
        self.operation = operation
        self.request = request
        self.options = options
        self.config = config
        self.transport = transport
        self.context = CallContext(operation.id, _installation_of(request))
        self._ambient = sys.exception()

    def run(self) -> Awaitable[Result[Any, VercelError]]:
        """Carry it out. Nothing that the API, the network or the input did is raised."""
        hooks = self.config.hooks
        return self._run() if hooks is None else self._run_with_hooks(hooks)

    async def _run_with_hooks(self, hooks: "Hooks") -> Result[Any, VercelError]:
        """Carry it out, and call `after_call` hooks whichever way it ends."""
        try:
            result = await self._run()
        except BaseException as stop:
            self._run_after_call(hooks, stop)
            raise
        self._run_after_call(hooks, result)
        return result

    async def _run(self) -> Result[Any, VercelError]:
        try:
            if self.config.hooks is not None:
                await self._run_before_call(self.config.hooks)
            http_request = await self._build_request()
        except Exception as error:  # noqa: BLE001 (comes back as a value, with its cause)
            failure = self._as_failure(error, request_sent=False)
        else:
            return await self._send_with_retries(http_request)
        return self._err(_as_not_sent(failure), attempts=0)

    async def _build_request(self) -> HTTPRequest:
        if self.options is not None:
            self.config = self.config.for_call(self.options)
        config = self.config
        url, headers, content = encode(self.operation, self.request, server_url=config.server_url)
        headers["user-agent"] = config.user_agent
        return HTTPRequest(
            method=self.operation.method,
            url=url,
            headers=Headers(headers | await self._auth_headers()),
            content=content,
            timeout=config.timeout,
        )

    async def _auth_headers(self) -> dict[str, str]:
        """Return the token, and the headers that the user adds to this call."""
        added = self.config.headers
        if added is not None:
            check_headers(added)
        headers = dict(Headers(added or {}))
        if not self.operation.authenticated:
            headers.pop("authorization", None)
            return headers
        if "authorization" in headers:
            return headers
        token: Any = self.config.bearer_token
        if callable(token):
            token = await self._call_token_function(token)
        headers["authorization"] = make_authorization(token)
        return headers

    async def _call_token_function(self, function: Any) -> object:
        if self.transport.blocking and is_async_function(function):
            msg = "bearer_token is async, but this client is blocking: use Vercel or VercelCore"
            raise InvalidRequestError(msg)
        token: object = await self._call_user_function(function, self.context, where=PROVIDER)
        if token is None:
            msg = "the bearer_token function returned None"
            raise InvalidRequestError(msg)
        return token

    async def _send_with_retries(self, http_request: HTTPRequest) -> Result[Any, VercelError]:
        """Send it, and send it again where that is safe and worth it."""
        started = time.monotonic()
        retries = self.config.retry_config
        attempts, in_doubt = 0, False
        try:
            while True:
                outgoing = await self._run_before_request(http_request)
                attempts += 1
                # In doubt until its outcome is known: an exception must not hide that it was sent.
                was_in_doubt, in_doubt = in_doubt, True
                result = await self._attempt(outgoing)
                if isinstance(result, Ok):
                    return result
                error = result.error
                wait = wait_before_retry(
                    error,
                    retries,
                    attempt=attempts,
                    elapsed=time.monotonic() - started,
                    idempotent=self.operation.is_idempotent(self.request),
                    random=random.random,
                )
                if wait is None:
                    return self._err(error, attempts=attempts, in_doubt=was_in_doubt)
                in_doubt = was_in_doubt or may_have_been_processed(error)
                with _logging_changes_nothing():
                    _log.info("%s: %s, retrying in %.2f s", self._label, _outcome(error), wait)
                await self.transport.sleep(wait)
                self.context = evolve(self.context, attempt=attempts + 1)
        except Exception as stop:  # noqa: BLE001 (comes back as a value, with its cause)
            failure = self._as_failure(
                stop, request_sent=False, is_users=self.transport.runs_user_code
            )
        return self._err(_as_not_sent(failure), attempts=attempts, in_doubt=in_doubt)

    async def _run_before_call(self, hooks: "Hooks") -> None:
        """Let the hooks prepare for the call, or stop it."""
        for hook in hooks.before_call:
            where = f"before_call hook {name_of(hook)}: "
            await self._call_user_function(hook, self.context, where=where)

    async def _run_before_request(self, http_request: HTTPRequest) -> HTTPRequest:
        """Let the hooks see, change or stop what is about to be sent."""
        self.transport.check_open()
        if self.config.hooks is None:
            return http_request
        for hook in self.config.hooks.before_request:
            where = f"before_request hook {name_of(hook)}: "
            changed = await self._call_user_function(hook, self.context, http_request, where=where)
            if changed is None:
                continue
            if not isinstance(changed, HTTPRequest):
                msg = (
                    f"a before_request hook returned {describe(changed)}, "
                    "expected HTTPRequest or None"
                )
                raise UnexpectedClientError(msg)
            check_headers(changed.headers)
            http_request = changed
        self.transport.check_open()  # a hook may have waited while it was closed
        return http_request

    async def _call_user_function(self, function: Any, *arguments: object, where: str) -> Any:
        """Return the result of a function of the user, before anything is sent."""
        try:
            returned = function(*arguments)
            return await returned if hasattr(returned, "__await__") else returned
        except Exception as error:  # noqa: BLE001 (raised below, as the SDK's error)
            failure = self._as_failure(error, request_sent=False, where=where)
        raise failure

    async def _attempt(self, http_request: HTTPRequest) -> Result[Any, VercelError]:
        started = time.monotonic()
        secrets = partial(call_secrets, self.request, http_request)
        result: Result[Any, VercelError]
        try:
            response = _expect_response(await self.transport.send(http_request))
            result = decode(self.operation, response, secrets)
        except Exception as error:  # noqa: BLE001 (comes back as a value, with its cause)
            failure = self._as_failure(
                error, request_sent=True, is_users=self.transport.runs_user_code
            )
            result = Err(failure)
        if isinstance(result, Err):
            self._add_context(result.error, self.context.attempt)
            if isinstance(result.error, HTTPClientError):
                result.error.host = http_request.host
        elif result.issues:
            with _logging_changes_nothing():
                shown = summarize(result.issues)
                _log.warning("%s: skipped in the response: %s", self._label, shown)
        if _log.isEnabledFor(logging.DEBUG):
            with _logging_changes_nothing():
                self._log_attempt(result, time.monotonic() - started, secrets)
        await self._run_after_hooks(result)
        return result

    async def _run_after_hooks(self, result: Result[Any, VercelError]) -> None:
        """Call the hooks that come after the fact: nothing they do can change it."""
        if self.config.hooks is None:
            return
        hooks: Any = self.config.hooks
        called, seen = (
            (hooks.after_success, result.response)
            if isinstance(result, Ok)
            else (hooks.after_error, result.error)
        )
        for hook in called:
            try:
                pending: Any = hook(self.context, seen)
                if hasattr(pending, "__await__"):
                    await pending
            except Exception as error:  # noqa: BLE001 (logged there)
                self._log_failed_hook(hook, error, self._ambient)

    def _run_after_call(self, hooks: "Hooks", outcome: _Outcome) -> None:
        """Call the hooks that close what others have opened: all of them, whatever one raises."""
        with ExitStack() as stack:
            for hook in hooks.after_call:
                stack.callback(self._call_after_call, hook, outcome)

    def _call_after_call(self, hook: Any, outcome: _Outcome) -> None:
        ambient = outcome if isinstance(outcome, BaseException) else self._ambient
        try:
            hook(self.context, outcome)
        except Exception as error:  # noqa: BLE001 (logged there)
            self._log_failed_hook(hook, error, ambient)

    def _log_failed_hook(self, hook: Any, error: Exception, ambient: BaseException | None) -> None:
        """Log what a hook raised after the fact, unless it came from outside."""
        if find_interrupt(error, ambient) is not None:
            raise error
        with _logging_changes_nothing():
            _log.error("%s: hook %s failed", self._label, name_of(hook), exc_info=error)

    # Errors ----------------------------------------------------------------------------

    def _as_failure(
        self, error: Exception, *, request_sent: bool, is_users: bool = True, where: str = ""
    ) -> VercelError:
        """Return the SDK's error for an exception.

        Args:
            error: The exception.
            request_sent: Whether the request may have been sent, if the exception is not one of
                the SDK's.
            is_users: Whether the user's code may have raised it.
            where: The beginning of the message.

        Raises:
            Exception: It came into the call from outside, and is no failure of the call.
        """
        interrupt = find_interrupt(error, self._ambient)
        if interrupt is None and not (is_users or is_of_a_library(error)):
            interrupt = error
        clear_locals(error, self._ambient)
        if interrupt is not None:
            raise interrupt
        if isinstance(error, VercelError):
            return error
        # Its text may hold anything, so it stays out.
        advice = advice_on(error) if where == PROVIDER else "see __cause__"
        message = f"{where}unexpected {type(error).__name__}; {advice}"
        failure = UnexpectedClientError(message, request_sent=request_sent)
        failure.__cause__ = error
        return failure

    def _err(
        self, error: VercelError, *, attempts: int, in_doubt: bool = False
    ) -> Err[VercelError]:
        self._add_context(error, attempts)
        if in_doubt:
            _mark_in_doubt(error, is_read=self.operation.method in {"GET", "HEAD"})
        return Err(error)

    def _add_context(self, error: VercelError, attempts: int) -> None:
        error.operation_id = self.operation.id
        error.integration_configuration_id = self.context.integration_configuration_id or None
        error.attempts = attempts

    # Logging ---------------------------------------------------------------------------

    @property
    def _label(self) -> str:
        return call_label(self.operation.id, self.context.integration_configuration_id)

    def _log_attempt(
        self, result: Result[Any, VercelError], seconds: float, secrets: Callable[[], Iterator[str]]
    ) -> None:
        if isinstance(result, Ok):
            outcome, request_id = str(result.response.status_code), result.response.request_id
        else:
            outcome, request_id = _outcome(result.error), result.error.request_id
        _log.debug(
            "%s: attempt %d: %s in %.3f s (request id %s)",
            self._label,
            self.context.attempt,
            outcome,
            seconds,
            request_id and redact(request_id, secrets()),
        )


@contextmanager
def _logging_changes_nothing() -> Generator[None]:
    """Keep a call's result whatever the user's logging raises."""
    try:
        yield
    except Exception as error:
        if find_interrupt(error, error.__context__) is not None:
            raise


def _installation_of(request: object) -> str:
    """Return the installation that a request is for, or an empty string."""
    installation = getattr(request, "integration_configuration_id", None)
    return installation if isinstance(installation, str) else ""


def _expect_response(response: object) -> HTTPResponse:
    """Return the response of a transport, which the user may have written."""
    if not isinstance(response, HTTPResponse):
        msg = f"the transport returned {describe(response)}, expected HTTPResponse"
        raise UnexpectedClientError(msg, request_sent=True)
    return response


def _as_not_sent(error: VercelError) -> VercelError:
    """Mark an error as one of a call that was not sent: a hook may raise another call's error."""
    error.request_sent = error.earlier_attempt_may_have_succeeded = False
    return error


def _mark_in_doubt(error: VercelError, *, is_read: bool) -> None:
    """Mark an error, which is about its own attempt, after an attempt that may have succeeded."""
    error.request_sent = error.earlier_attempt_may_have_succeeded = True
    if not is_read:
        error.add_note("An earlier attempt of this call may have been accepted.")


def _outcome(error: VercelError) -> str:
    return f"{type(error).__name__} {error.status_code or ''}".rstrip()
