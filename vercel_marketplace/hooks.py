"""What a user may attach to every call and to each of its attempts.

A hook is a function, or an async function on a client that is async. It sees the SDK's
own `HTTPRequest` and `HTTPResponse`; these carry tokens and secrets, so mind what you log.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias

from attrs import asdict, field, frozen

from vercel_marketplace._internal.describe import describe
from vercel_marketplace._internal.functions import check_function, is_async_function
from vercel_marketplace.context import CallContext
from vercel_marketplace.errors import VercelError
from vercel_marketplace.http import HTTPRequest, HTTPResponse
from vercel_marketplace.result import Result

BeforeCall: TypeAlias = Callable[[CallContext], Awaitable[None] | None]
"""Called when a call begins, before its request is built."""

BeforeRequest: TypeAlias = Callable[
    [CallContext, HTTPRequest], HTTPRequest | Awaitable[HTTPRequest | None] | None
]
"""Called before an attempt is sent; may return another request to send instead."""

AfterSuccess: TypeAlias = Callable[[CallContext, HTTPResponse], Awaitable[None] | None]
"""Called with the response of an attempt that succeeded."""

AfterError: TypeAlias = Callable[[CallContext, VercelError], Awaitable[None] | None]
"""Called with the error of an attempt that failed, whether it is then retried or not."""

AfterCall: TypeAlias = Callable[[CallContext, Result[Any, VercelError] | BaseException], None]
"""Called when a call is over, with its result, or with the exception that ends it from outside."""


def _check_hooks(_instance: object, attribute: object, value: Sequence[Any]) -> None:
    name = f"hooks.{getattr(attribute, 'name', '')}"
    if isinstance(value, str | bytes) or not isinstance(value, Sequence):
        msg = f"{name} must be a list of functions, got {describe(value)}"
        raise TypeError(msg)
    count, words = (1, "one argument") if name == "hooks.before_call" else (2, "two arguments")
    for hook in value:
        check_function(name, f"a list of functions of {words}", hook, arguments=count)


def _check_not_async(_instance: object, _attribute: object, value: Sequence[Any]) -> None:
    if any(map(is_async_function, value)):
        msg = (
            "hooks.after_call must not be async: it is called when a call is cancelled, too, "
            "where nothing can be awaited. Use functions"
        )
        raise TypeError(msg)


@frozen(kw_only=True)
class Hooks:
    """The hooks of a client, each kind called in order.

    A `before_call` or `before_request` that raises ends the call before anything is sent: with
    the error it raised if that is one of `vercel_marketplace.errors` (`RequestAbortedError` is
    meant for it), else with an `UnexpectedClientError`. The others come after the fact: what they
    raise is logged and changes nothing, so that a broken hook cannot make an accepted
    refund look like one to send again.

    ```python
    def trace(context: CallContext, request: HTTPRequest) -> HTTPRequest:
        return attrs.evolve(request, headers=request.headers | {"traceparent": current()})

    Vercel(hooks=Hooks(before_request=[trace]))
    ```

    `first + second` has the hooks of both, each kind in that order.

    Attributes:
        before_call: Called as `hook(context)`.
        before_request: Called as `hook(context, request)`.
        after_success: Called as `hook(context, response)`.
        after_error: Called as `hook(context, error)`.
        after_call: Called as `hook(context, result)`, last hook first, and never async. Every
            call that began comes here, once: one that ends with an `Ok` or an `Err`, and one that
            is cancelled or interrupted, with that exception in place of the result.
    """

    before_call: Sequence[BeforeCall] = field(default=(), validator=_check_hooks)
    before_request: Sequence[BeforeRequest] = field(default=(), validator=_check_hooks)
    after_success: Sequence[AfterSuccess] = field(default=(), validator=_check_hooks)
    after_error: Sequence[AfterError] = field(default=(), validator=_check_hooks)
    after_call: Sequence[AfterCall] = field(default=(), validator=[_check_hooks, _check_not_async])

    def __add__(self, other: "Hooks") -> "Hooks":
        """Return hooks with those of both, each kind in that order."""
        if not isinstance(other, Hooks):
            return NotImplemented
        theirs = asdict(other, recurse=False)
        ours = asdict(self, recurse=False)
        return Hooks(**{kind: (*hooks, *theirs[kind]) for kind, hooks in ours.items()})
