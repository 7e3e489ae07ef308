"""The delivery of a webhook to a receiver: its attempts and retries. Pure."""

from datetime import datetime, timedelta
from typing import Final

from attrs import evolve, field, frozen

from vercel_marketplace.emulator.webhooks.events import MarketplaceEvent
from vercel_marketplace.emulator.webhooks.requests import webhook_request
from vercel_marketplace.http import HTTPRequest

_SUCCESSES: Final = range(200, 300)
_RETRY_PERIOD: Final = timedelta(hours=24)
# For how long Vercel retries is documented; how often is not.
_FIRST_RETRY_DELAY: Final = timedelta(minutes=1)
_MAX_RETRY_DELAY: Final = timedelta(hours=4)
_MAX_DOUBLINGS: Final = 8


@frozen(kw_only=True)
class WebhookAttempt:
    """One attempt to deliver a webhook.

    Attributes:
        at: When it was due, by the clock.
        status: The status of the response; `None` if there was none.
        error: What was raised instead.
    """

    at: datetime
    status: int | None = None
    error: Exception | None = field(default=None, eq=False)

    @property
    def succeeded(self) -> bool:
        """Whether the response was a 2xx."""
        return self.status in _SUCCESSES


@frozen(kw_only=True)
class WebhookDelivery:
    """The delivery of a webhook to one receiver.

    Attributes:
        event_id: The event's id, the same for all attempts and receivers.
        event_type: The event's type, such as `marketplace.invoice.paid`.
        created_at: When it happened.
        request: The request, the same in each attempt.
        attempts: The attempts so far, in order.
        next_attempt: When the next one is due; `None` once it was delivered, or after 24 hours.
    """

    event_id: str
    event_type: str
    created_at: datetime
    request: HTTPRequest
    attempts: tuple[WebhookAttempt, ...] = ()
    next_attempt: datetime | None

    @property
    def delivered(self) -> bool:
        """Whether the receiver accepted it."""
        return bool(self.attempts) and self.attempts[-1].succeeded


def new_delivery(
    event: MarketplaceEvent, event_id: str, *, client_secret: str, url: str
) -> WebhookDelivery:
    """Return the delivery of a webhook that was not sent yet.

    Args:
        event: The event.
        event_id: The event's id.
        client_secret: Signs the webhook.
        url: The receiver's URL.
    """
    request = webhook_request(
        event.type,
        event.payload,
        event_id=event_id,
        created_at=event.at,
        client_secret=client_secret,
        url=url,
    )
    return WebhookDelivery(
        event_id=event_id,
        event_type=event.type,
        created_at=event.at,
        request=request,
        next_attempt=event.at,
    )


def with_attempt(delivery: WebhookDelivery, attempt: WebhookAttempt) -> WebhookDelivery:
    """Return the delivery after one more attempt.

    Args:
        delivery: The delivery before.
        attempt: The attempt.
    """
    attempts = (*delivery.attempts, attempt)
    next_attempt = attempt.at + retry_delay(len(attempts))
    is_over = attempt.succeeded or next_attempt - delivery.created_at > _RETRY_PERIOD
    return evolve(delivery, attempts=attempts, next_attempt=None if is_over else next_attempt)


def retry_delay(attempts: int) -> timedelta:
    """Return the wait after so many failed attempts: a minute, doubled each time."""
    return min(_FIRST_RETRY_DELAY * (1 << min(attempts - 1, _MAX_DOUBLINGS)), _MAX_RETRY_DELAY)
