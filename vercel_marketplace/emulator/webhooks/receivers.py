"""Receivers of webhooks: a function, or a server."""

from collections.abc import Callable
from typing import TypeAlias

from attrs import evolve, frozen

from vercel_marketplace._internal.functions import check_function, is_async_function
from vercel_marketplace.emulator.outbound_http import parse_base_url, send
from vercel_marketplace.emulator.webhooks.requests import PLACEHOLDER_URL
from vercel_marketplace.http import HTTPRequest, HTTPResponse

WebhookHandler: TypeAlias = Callable[[HTTPRequest], object]
"""Receives a webhook, and returns a status, an `HTTPResponse`, or `None` for a 204."""

_STATUSES = range(100, 600)


@frozen
class Receiver:
    """A receiver of every webhook.

    Attributes:
        url: Its URL.
        handler: Called with each webhook.
        is_server: Whether the URL is that of a server, and not made up.
    """

    url: str
    handler: WebhookHandler
    is_server: bool = False

    def deliver(self, request: HTTPRequest) -> int:
        """Deliver a webhook, and return the status of the response.

        Raises:
            Exception: Whatever the handler raises.
        """
        response = self.handler(request)
        if response is None:
            return 204
        status = response.status_code if isinstance(response, HTTPResponse) else response
        if not isinstance(status, int) or status not in _STATUSES:
            expected = "a status, an HTTPResponse or None"
            msg = f"a webhook receiver must return {expected}, got {response!r}"
            raise TypeError(msg)
        return status


def function_receiver(handler: WebhookHandler) -> Receiver:
    """Return a receiver that calls a function.

    Raises:
        TypeError: It is not a function, or an async one.
    """
    check_function("a webhook receiver", "a function of an HTTPRequest", handler, arguments=1)
    if is_async_function(handler):
        msg = "a webhook receiver must not be async"
        raise TypeError(msg)
    return Receiver(PLACEHOLDER_URL, handler)


def http_receiver(url: str, timeout: float) -> Receiver:
    """Return a receiver that posts to a server.

    Raises:
        TypeError, ValueError: The URL is not absolute, or the timeout is not valid.
    """
    parse_base_url(url, timeout)
    return Receiver(url, lambda request: send(evolve(request, timeout=timeout)), is_server=True)
