"""What a user may attach to every attempt of every call.

A hook is a function, or an async function on a client that is async. It sees the SDK's
own `HTTPRequest` and `HTTPResponse`; these carry tokens and secrets, so mind what you log.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias

from attrs import field, frozen

from vercel_marketplace._internal.describe import describe
from vercel_marketplace._internal.functions import check_function
from vercel_marketplace.context import CallContext
from vercel_marketplace.errors import VercelError
from vercel_marketplace.http import HTTPRequest, HTTPResponse

BeforeRequest: TypeAlias = Callable[
    [CallContext, HTTPRequest], HTTPRequest | Awaitable[HTTPRequest | None] | None
]
"""Called before an attempt is sent; may return another request to send instead."""

AfterSuccess: TypeAlias = Callable[[CallContext, HTTPResponse], Awaitable[None] | None]
"""Called with the response of an attempt that succeeded."""

AfterError: TypeAlias = Callable[[CallContext, VercelError], Awaitable[None] | None]
"""Called with the error of an attempt that failed, whether it is then retried or not."""


def _check_hooks(_instance: object, attribute: object, value: Sequence[Any]) -> None:
    name = f"hooks.{getattr(attribute, 'name', '')}"
    if isinstance(value, str | bytes) or not isinstance(value, Sequence):
        msg = f"{name} must be a list of functions, got {describe(value)}"
        raise TypeError(msg)
    for hook in value:
        check_function(name, "a list of functions of two arguments", hook, arguments=2)


@frozen(kw_only=True)
class Hooks:
    """The hooks of a client, each kind called in order.

    A `before_request` that raises ends the call before anything is sent: with the error it
    raised if that is one of `vercel_marketplace.errors` (`RequestAbortedError` is meant for
    it), else with an `UnexpectedClientError`. The other two come after the fact: what they
    raise is logged and changes nothing, so that a broken hook cannot make an accepted
    refund look like one to send again.

    ```python
    def trace(context: CallContext, request: HTTPRequest) -> HTTPRequest:
        return attrs.evolve(request, headers=request.headers | {"traceparent": current()})

    Vercel(hooks=Hooks(before_request=[trace]))
    ```

    Attributes:
        before_request: Called as `hook(context, request)`.
        after_success: Called as `hook(context, response)`.
        after_error: Called as `hook(context, error)`.
    """

    before_request: Sequence[BeforeRequest] = field(default=(), validator=_check_hooks)
    after_success: Sequence[AfterSuccess] = field(default=(), validator=_check_hooks)
    after_error: Sequence[AfterError] = field(default=(), validator=_check_hooks)
