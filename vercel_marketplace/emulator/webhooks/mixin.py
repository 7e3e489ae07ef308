"""`WebhooksMixin`: how a test receives the webhooks of an emulator."""

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


class WebhooksMixin:
    """The webhooks of an emulator, to which receivers are added.

    A receiver has what happens from then on. It is sent when it happens: in process before the
    call returns that makes it happen, over HTTP when the request is answered that does; and
    what time brings, when the clock is moved or something else happens.
    """

    _store: Store

    def on_webhook(self, function: F) -> F:
        """Have a function called with every webhook, as a signed `HTTPRequest`.

        ```python
        from vercel_marketplace import HTTPRequest
        from vercel_marketplace.emulator import Emulator
        from vercel_marketplace.webhooks import parse_event

        emulator = Emulator()


        @emulator.on_webhook
        def receive(request: HTTPRequest) -> int:
            event = parse_event(
                request.content, request.headers["x-vercel-signature"], emulator.client_secret
            )
            return 204
        ```

        It answers with a status, an `HTTPResponse`, or `None` for a 204. Unless that is a 2xx,
        or if it raises, it is called again, for 24 hours by the clock: see `webhooks`.

        Args:
            function: The function, which is not async.

        Returns:
            The same function.

        Raises:
            TypeError: It is no function, or an async one.
        """
        self._store.receive(function_receiver(function))
        return function

    def send_webhooks_to(self, url: str, *, timeout: float = DEFAULT_TIMEOUT) -> None:
        """Post every webhook to a URL, over HTTP and for real.

        An attempt takes as long as the server does, and whoever moves the clock or pays an
        invoice waits for it.

        Args:
            url: Where to.
            timeout: Seconds to connect, and to wait for an answer.

        Raises:
            TypeError, ValueError: The URL is not absolute, or the timeout makes no sense.
        """
        self._store.receive(http_receiver(url, timeout))

    def send_due_webhooks(self) -> None:
        """Send what has fallen due: for a clock that tells nobody, such as one that runs."""
        self._store.look()

    @property
    def webhooks(self) -> list[WebhookDelivery]:
        """Every webhook to every receiver, with its attempts; sends first what has fallen due."""
        self.send_due_webhooks()
        return self._store.outbox.deliveries
