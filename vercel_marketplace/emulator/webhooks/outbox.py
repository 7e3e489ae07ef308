"""What goes out to the partner, and when; beside the `Store` the only thing that changes."""

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
    """The webhooks to all receivers. As long as there is no receiver there is nothing in it.

    Args:
        clock: The time that they go by.
    """

    def __init__(self, clock: Clock) -> None:
        """Begin without receivers."""
        self._clock = clock
        self._lock = Lock()
        self._receivers: tuple[Receiver, ...] = ()
        self._already_sent: set[str] = set()
        self._events = 0
        self._deliveries: list[WebhookDelivery] = []
        self._addressed: dict[int, Receiver] = {}  # those that are not done with, by index
        self._is_sending = False

    @property
    def has_receivers(self) -> bool:
        """Whether anybody receives anything."""
        return bool(self._receivers)

    @property
    def deliveries(self) -> list[WebhookDelivery]:
        """All webhooks, in the order of their events."""
        with self._lock:
            return list(self._deliveries)

    def add(self, receiver: Receiver, state: State, now: datetime) -> None:
        """Let a receiver have what happens from now on."""
        with self._lock:
            if not self._receivers:
                past = events_between(state, state, now)
                self._already_sent = {one.dedup_key for one in past if one.dedup_key is not None}
            self._receivers = (*self._receivers, receiver)

    def note(self, before: State, after: State, now: datetime) -> None:
        """Write the webhooks of what happened between two states; none is sent yet."""
        if not self._receivers:
            return
        with self._lock:
            for event in events_between(before, after, now):
                if event.dedup_key in self._already_sent:
                    continue
                if event.dedup_key is not None:
                    self._already_sent.add(event.dedup_key)
                self._events += 1
                for receiver in self._receivers:
                    self._addressed[len(self._deliveries)] = receiver
                    self._deliveries.append(
                        new_delivery(
                            event,
                            f"evt_emulator_{self._events}",
                            client_secret=after.integration.client_secret,
                            url=receiver.url,
                        )
                    )

    def send_due(self) -> None:
        """Make the attempts that are due, in the order of time, those that fall due meanwhile too.

        A receiver may call the emulator. What it does there is sent when it has answered, by
        whoever is sending already.
        """
        with self._lock:
            if self._is_sending:
                return
            self._is_sending = True
        try:
            while (due := self._next_due()) is not None:
                self._attempt(*due)
        except BaseException:  # such as Ctrl-C, or the end of a test; not what is wrong inside
            self._is_sending = False
            raise

    def _next_due(self) -> tuple[datetime, int] | None:
        """When the next attempt is due, and the index of its delivery.

        Where none is, nobody is sending from here on: another thread that has noted something
        meanwhile finds that out under the same lock.
        """
        with self._lock:
            now = self._clock.now()
            due = [
                (delivery.next_attempt, index)
                for index in self._addressed
                if (delivery := self._deliveries[index]).next_attempt is not None
                and delivery.next_attempt <= now
            ]
            if not due:
                self._is_sending = False
                return None
            return min(due)

    def _attempt(self, at: datetime, index: int) -> None:
        delivery, receiver = self._deliveries[index], self._addressed[index]
        try:
            attempt = WebhookAttempt(at=at, status=receiver.deliver(delivery.request))
        except Exception as error:  # noqa: BLE001 (a receiver that fails is what is kept)
            attempt = WebhookAttempt(at=at, error=error)
        with self._lock:
            after = self._deliveries[index] = with_attempt(delivery, attempt)
            if after.next_attempt is None:
                del self._addressed[index]
