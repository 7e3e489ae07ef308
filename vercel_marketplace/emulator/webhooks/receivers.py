"""Where webhooks go: to a function, or over HTTP."""

from collections.abc import Callable
from inspect import iscoroutinefunction
from typing import TypeAlias

from attrs import evolve, frozen

from vercel_marketplace.emulator.outbound_http import parse_base_url, send
from vercel_marketplace.emulator.webhooks.requests import PLACEHOLDER_URL
from vercel_marketplace.http import HTTPRequest, HTTPResponse

WebhookHandler: TypeAlias = Callable[[HTTPRequest], object]
"""Takes a webhook, and gives back a status, an `HTTPResponse`, or `None` for a 204."""

_STATUSES = range(100, 600)


@frozen
class Receiver:
    """One that gets every webhook.

    Attributes:
        url: Where it is.
        receive: What is called with each.
    """

    url: str
    receive: WebhookHandler

    def deliver(self, request: HTTPRequest) -> int:
        """What it answers to a webhook.

        Raises:
            Exception: Whatever it fails with.
        """
        answer = self.receive(request)
        if answer is None:
            return 204
        status = answer.status_code if isinstance(answer, HTTPResponse) else answer
        if not isinstance(status, int) or status not in _STATUSES:
            msg = f"a webhook is answered with a status, an HTTPResponse or None, not {answer!r}"
            raise TypeError(msg)
        return status


def function_receiver(receive: WebhookHandler) -> Receiver:
    """A receiver in this process.

    Raises:
        TypeError: It is no function, or one that would have to be awaited.
    """
    if not callable(receive):
        msg = f"a webhook is received by a function, not {type(receive).__name__}"
        raise TypeError(msg)
    if iscoroutinefunction(receive):
        msg = "a webhook is received by a function that is not async"
        raise TypeError(msg)
    return Receiver(PLACEHOLDER_URL, receive)


def http_receiver(url: str, timeout: float) -> Receiver:
    """A receiver that is posted to.

    Raises:
        TypeError, ValueError: The URL is not absolute, or the timeout makes no sense.
    """
    parse_base_url(url, timeout)
    return Receiver(url, lambda request: send(evolve(request, timeout=timeout)))
