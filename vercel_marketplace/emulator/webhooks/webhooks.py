"""`Webhooks`: who receives the webhooks of an emulator, and what was sent."""

from typing import Final, TypeVar

from vercel_marketplace.emulator.store import Store
from vercel_marketplace.emulator.webhooks.deliveries import WebhookDelivery
from vercel_marketplace.emulator.webhooks.receivers import (
    WebhookHandler,
    function_receiver,
    http_receiver,
)

F = TypeVar("F", bound=WebhookHandler)

DEFAULT_TIMEOUT: Final = 10.0
"""Seconds to connect to a receiver, and to wait for its response."""


class Webhooks:
    """The webhooks of an emulator, for all its installations.

    A receiver gets the webhooks of what happens after it was added: in process before the call
    returns that causes them, over HTTP once the request has its response. Events that only time
    causes are sent when the clock is moved or something else happens.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def subscribe(self, function: F) -> F:
        """Call a function with every webhook, as a signed `HTTPRequest`.

        ```python
        from vercel_marketplace import HTTPRequest
        from vercel_marketplace.emulator import Emulator
        from vercel_marketplace.webhooks import parse_event

        emulator = Emulator()


        @emulator.webhooks.subscribe
        def receive(request: HTTPRequest) -> int:
            signature = request.headers["x-vercel-signature"]
            parse_event(request.content, signature, emulator.integration.client_secret)
            return 204
        ```

        The function returns a status, an `HTTPResponse`, or `None` for a 204. If that is not a
        2xx, or the function raises, the webhook is retried for 24 hours by the clock: see
        `deliveries`.

        Args:
            function: The function; not async.

        Returns:
            The same function.

        Raises:
            TypeError: It is not a function, or is async.
        """
        self._store.add_receiver(function_receiver(function))
        return function

    def send_to(self, url: str, *, timeout: float = DEFAULT_TIMEOUT) -> None:
        """Post every webhook to a URL, over real HTTP.

        An attempt takes as long as the server does, and whoever moves the clock or pays an
        invoice waits for it.

        Args:
            url: The URL of the receiver.
            timeout: Seconds to connect, and to wait for a response.

        Raises:
            TypeError, ValueError: The URL is not absolute, or the timeout is not valid.
        """
        self._store.add_receiver(http_receiver(url, timeout))

    def stop_sending_to(self, url: str) -> None:
        """Post no more webhooks to a URL, not even those that it has not accepted.

        Args:
            url: The URL, as it was passed to `send_to`.

        Raises:
            LookupError: No webhooks are posted to it.
        """
        self._store.outbox.remove(url)

    @property
    def urls(self) -> list[str]:
        """The URLs that every webhook is posted to."""
        return self._store.outbox.urls

    def resend(self, event_id: str) -> None:
        """Send a webhook again to those that it was for, whether they accepted it or not.

        Args:
            event_id: The event's id, as in `deliveries`.

        Raises:
            LookupError: There is no such webhook.
        """
        self._store.outbox.resend(event_id, self._store.clock.now())
        self.send_due()

    def send_due(self) -> None:
        """Send what is due by now: for a clock that notifies nobody, such as a `RunningClock`."""
        self._store.flush_webhooks()

    @property
    def deliveries(self) -> list[WebhookDelivery]:
        """The newest webhooks to each receiver, with their attempts; first sends what is due.

        Of more than 5,000 those that are over are forgotten, the oldest first.
        """
        self.send_due()
        return self._store.outbox.deliveries
