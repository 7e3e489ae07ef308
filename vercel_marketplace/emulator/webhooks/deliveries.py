"""A webhook and how often it was sent. Pure."""

from datetime import datetime, timedelta
from typing import Final

from attrs import evolve, field, frozen

from vercel_marketplace.emulator.webhooks.events import MarketplaceEvent
from vercel_marketplace.emulator.webhooks.requests import webhook_request
from vercel_marketplace.http import HTTPRequest

_SUCCESSES: Final = range(200, 300)
_RETRY_PERIOD: Final = timedelta(hours=24)
# How long is documented, how often is not.
_FIRST_RETRY_DELAY: Final = timedelta(minutes=1)
_MAX_RETRY_DELAY: Final = timedelta(hours=4)
_MAX_DOUBLINGS: Final = 8


@frozen(kw_only=True)
class WebhookAttempt:
    """One attempt to deliver a webhook.

    Attributes:
        at: When it was due, by the clock.
        status: What the partner answered; `None` where there was no answer.
        error: What came instead of an answer.
    """

    at: datetime
    status: int | None = None
    error: Exception | None = field(default=None, eq=False)

    @property
    def succeeded(self) -> bool:
        """Whether the answer was a 2xx."""
        return self.status in _SUCCESSES


@frozen(kw_only=True)
class WebhookDelivery:
    """A webhook on its way to one receiver.

    Attributes:
        event_id: The event's id, the same for all attempts and receivers.
        event_type: What happened, such as `marketplace.invoice.paid`.
        created_at: When it happened.
        request: The request, the same in each attempt.
        attempts: The attempts so far, in order.
        next_attempt: When the next one is due; `None` when it was delivered, or after 24 hours.
    """

    event_id: str
    event_type: str
    created_at: datetime
    request: HTTPRequest
    attempts: tuple[WebhookAttempt, ...] = ()
    next_attempt: datetime | None

    @property
    def delivered(self) -> bool:
        """Whether the receiver has it."""
        return bool(self.attempts) and self.attempts[-1].succeeded


def new_delivery(
    event: MarketplaceEvent, event_id: str, *, client_secret: str, url: str
) -> WebhookDelivery:
    """A webhook that was not sent yet.

    Args:
        event: What it tells of.
        event_id: The event's id.
        client_secret: What signs it.
        url: Where it goes.
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
    """The delivery after one more attempt.

    Args:
        delivery: The delivery before.
        attempt: How it went.
    """
    attempts = (*delivery.attempts, attempt)
    following = attempt.at + retry_delay(len(attempts))
    is_over = attempt.succeeded or following - delivery.created_at > _RETRY_PERIOD
    return evolve(delivery, attempts=attempts, next_attempt=None if is_over else following)


def retry_delay(attempts: int) -> timedelta:
    """How long the next attempt waits after so many that failed: a minute, doubled each time."""
    return min(_FIRST_RETRY_DELAY * (1 << min(attempts - 1, _MAX_DOUBLINGS)), _MAX_RETRY_DELAY)
