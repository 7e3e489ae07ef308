"""The webhooks of an emulator; apart from the `Store` the only thing that changes."""

from datetime import datetime
from threading import Lock

from vercel_marketplace.emulator.clock import Clock
from vercel_marketplace.emulator.state import State
from vercel_marketplace.emulator.webhooks.deliveries import (
    WebhookAttempt,
    WebhookDelivery,
    new_delivery,
    with_attempt,
)
from vercel_marketplace.emulator.webhooks.events import events_between
from vercel_marketplace.emulator.webhooks.receivers import Receiver


class Outbox:
    """The deliveries to all receivers; without a receiver there are none.

    Args:
        clock: The clock by which they are due.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = Lock()
        self._receivers: tuple[Receiver, ...] = ()
        self._already_sent: set[str] = set()
        self._event_count = 0
        self._deliveries: list[WebhookDelivery] = []
        self._receiver_of: dict[int, Receiver] = {}  # of deliveries that are not over, by index
        self._is_sending = False

    @property
    def has_receivers(self) -> bool:
        """Whether there is any receiver."""
        return bool(self._receivers)

    @property
    def deliveries(self) -> list[WebhookDelivery]:
        """All deliveries, in the order of their events."""
        with self._lock:
            return list(self._deliveries)

    def add(self, receiver: Receiver, state: State, now: datetime) -> None:
        """Add a receiver of what happens from now on."""
        with self._lock:
            if not self._receivers:
                past = events_between(state, state, now)
                self._already_sent = {one.dedup_key for one in past if one.dedup_key is not None}
            self._receivers = (*self._receivers, receiver)

    def record(self, before: State, after: State, now: datetime) -> None:
        """Record the webhooks of what happened between two states; none is sent yet."""
        if not self._receivers:
            return
        with self._lock:
            for event in events_between(before, after, now):
                if event.dedup_key in self._already_sent:
                    continue
                if event.dedup_key is not None:
                    self._already_sent.add(event.dedup_key)
                self._event_count += 1
                for receiver in self._receivers:
                    self._receiver_of[len(self._deliveries)] = receiver
                    self._deliveries.append(
                        new_delivery(
                            event,
                            f"evt_emulator_{self._event_count}",
                            client_secret=after.integration.client_secret,
                            url=receiver.url,
                        )
                    )

    def send_due(self) -> None:
        """Make the attempts that are due, in the order of time, and those that fall due meanwhile.

        A receiver may call the emulator. What that causes is sent after its response, by the
        caller that is sending already.
        """
        with self._lock:
            if self._is_sending:
                return
            self._is_sending = True
        try:
            while (due := self._next_due()) is not None:
                self._attempt(*due)
        except BaseException:  # such as Ctrl-C; what a receiver raises is caught below
            self._is_sending = False
            raise

    def _next_due(self) -> tuple[datetime, int] | None:
        """Return when the next attempt was due, and the index of its delivery.

        If none is due, sending ends under the same lock, so that another thread that has
        recorded something meanwhile starts to send.
        """
        with self._lock:
            now = self._clock.now()
            due = [
                (delivery.next_attempt, index)
                for index in self._receiver_of
                if (delivery := self._deliveries[index]).next_attempt is not None
                and delivery.next_attempt <= now
            ]
            if not due:
                self._is_sending = False
                return None
            return min(due)

    def _attempt(self, at: datetime, index: int) -> None:
        delivery, receiver = self._deliveries[index], self._receiver_of[index]
        try:
            attempt = WebhookAttempt(at=at, status=receiver.deliver(delivery.request))
        except Exception as error:  # noqa: BLE001 (the receiver's failure is part of the attempt)
            attempt = WebhookAttempt(at=at, error=error)
        with self._lock:
            after = self._deliveries[index] = with_attempt(delivery, attempt)
            if after.next_attempt is None:
                del self._receiver_of[index]
