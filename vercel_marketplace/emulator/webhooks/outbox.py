"""The webhooks of an emulator; apart from the `Store` the only thing that changes."""

from datetime import datetime
from threading import Lock
from typing import NamedTuple

from attrs import evolve

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
        self._targets: list[Receiver] = []  # of the deliveries, in the same order
        self._pending: set[int] = set()  # the deliveries that are not over, by index
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
                self._already_sent = _past_events(state, now)
            self._receivers = (*self._receivers, receiver)

    def reset(self, state: State, now: datetime) -> None:
        """Forget all deliveries, and begin with another state; receivers stay."""
        with self._lock:
            self._already_sent = _past_events(state, now)
            self._deliveries, self._targets, self._pending = [], [], set()

    def resend(self, event_id: str, now: datetime) -> None:
        """Make a webhook due now, whether it was delivered or not; it is not sent yet.

        Raises:
            LookupError: There is no such webhook.
        """
        with self._lock:
            found = [i for i, one in enumerate(self._deliveries) if one.event_id == event_id]
            if not found:
                msg = f"no webhook {event_id!r}"
                raise LookupError(msg)
            for index in found:
                self._deliveries[index] = evolve(self._deliveries[index], next_attempt=now)
            self._pending.update(found)

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
                    self._pending.add(len(self._deliveries))
                    self._targets.append(receiver)
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
                self._attempt(due)
        except BaseException:  # such as Ctrl-C; what a receiver raises is caught below
            self._is_sending = False
            raise

    def _next_due(self) -> "_Due | None":
        """Return the attempt to make next.

        If none is due, sending ends under the same lock, so that another thread that has
        recorded something meanwhile starts to send.
        """
        with self._lock:
            now = self._clock.now()
            due = [
                (delivery.next_attempt, index)
                for index in self._pending
                if (delivery := self._deliveries[index]).next_attempt is not None
                and delivery.next_attempt <= now
            ]
            if not due:
                self._is_sending = False
                return None
            at, index = min(due)
            return _Due(at, index, self._deliveries[index], self._targets[index])

    def _attempt(self, due: "_Due") -> None:
        try:
            attempt = WebhookAttempt(at=due.at, status=due.receiver.deliver(due.delivery.request))
        except Exception as error:  # noqa: BLE001 (the receiver's failure is part of the attempt)
            attempt = WebhookAttempt(at=due.at, error=error)
        with self._lock:
            if self._deliveries[due.number : due.number + 1] != [due.delivery]:
                return  # forgotten by a reset, or due again by a resend
            after = self._deliveries[due.number] = with_attempt(due.delivery, attempt)
            if after.next_attempt is None:
                self._pending.discard(due.number)


class _Due(NamedTuple):
    """An attempt that is due: when it was, the number of the delivery, and its receiver."""

    at: datetime
    number: int
    delivery: WebhookDelivery
    receiver: Receiver


def _past_events(state: State, now: datetime) -> set[str]:
    """Return the keys of the events that time has caused already."""
    past = events_between(state, state, now)
    return {event.dedup_key for event in past if event.dedup_key is not None}
