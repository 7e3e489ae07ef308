"""The webhooks of an emulator; apart from the `Store` the only thing that changes."""

from datetime import datetime
from itertools import chain, count
from threading import Lock
from typing import NamedTuple

from attrs import evolve

from vercel_marketplace.emulator import limits
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
        self._entries: dict[int, _Entry] = {}  # by their number, in the order of their events
        self._numbers = count()
        self._pending: set[int] = set()  # the deliveries that are not over, by number
        self._is_sending = False

    @property
    def has_receivers(self) -> bool:
        """Whether there is any receiver."""
        return bool(self._receivers)

    @property
    def urls(self) -> list[str]:
        """The URLs of the servers that receive webhooks, in the order in which they were added."""
        return [receiver.url for receiver in self._receivers if receiver.is_server]

    @property
    def deliveries(self) -> list[WebhookDelivery]:
        """The newest deliveries, in the order of their events."""
        with self._lock:
            return [entry.delivery for entry in self._entries.values()]

    def add(self, receiver: Receiver, state: State, now: datetime) -> None:
        """Add a receiver of what happens from now on."""
        with self._lock:
            if not self._receivers:
                self._already_sent = _past_events(state, now)
            self._receivers = (*self._receivers, receiver)

    def remove(self, url: str) -> None:
        """Remove the servers at a URL; what they have not accepted is not retried.

        Raises:
            LookupError: There is none.
        """
        with self._lock:
            if url not in self.urls:
                msg = f"no webhooks are sent to {url!r}"
                raise LookupError(msg)
            left = (one for one in self._receivers if not (one.is_server and one.url == url))
            self._receivers = tuple(left)
            for number in [*self._pending]:
                delivery, receiver = self._entries[number]
                if receiver not in self._receivers:
                    self._entries[number] = _Entry(evolve(delivery, next_attempt=None), receiver)
                    self._pending.discard(number)

    def reset(self, state: State, now: datetime) -> None:
        """Forget all deliveries, and begin with another state; receivers stay."""
        with self._lock:
            self._already_sent = _past_events(state, now)
            self._entries, self._pending = {}, set()

    def resend(self, event_id: str, now: datetime) -> None:
        """Make a webhook due now, whether it was delivered or not; it is not sent yet.

        Raises:
            LookupError: There is no such webhook.
        """
        with self._lock:
            found = [
                (number, entry)
                for number, entry in self._entries.items()
                if entry.delivery.event_id == event_id
            ]
            if not found:
                msg = f"no webhook {event_id!r}"
                raise LookupError(msg)
            for number, (delivery, receiver) in found:
                self._entries[number] = _Entry(evolve(delivery, next_attempt=now), receiver)
                self._pending.add(number)

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
                    delivery = new_delivery(
                        event,
                        f"evt_emulator_{self._event_count}",
                        client_secret=after.integration.client_secret,
                        url=receiver.url,
                    )
                    number = next(self._numbers)
                    self._entries[number] = _Entry(delivery, receiver)
                    self._pending.add(number)

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
                (at, number)
                for number in self._pending
                if (at := self._entries[number].delivery.next_attempt) is not None and at <= now
            ]
            if not due:
                self._is_sending = False
                return None
            at, number = min(due)
            return _Due(at, number, self._entries[number])

    def _attempt(self, due: "_Due") -> None:
        delivery, receiver = due.entry
        try:
            attempt = WebhookAttempt(at=due.at, status=receiver.deliver(delivery.request))
        except Exception as error:  # noqa: BLE001 (the receiver's failure is part of the attempt)
            attempt = WebhookAttempt(at=due.at, error=error)
        with self._lock:
            if self._entries.get(due.number) is not due.entry:
                return  # forgotten by a reset, or due again by a resend
            after = with_attempt(delivery, attempt)
            self._entries[due.number] = _Entry(after, receiver)
            if after.next_attempt is None:
                self._pending.discard(due.number)
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        """Keep within the limit: drop what is over first, and nothing that was never sent."""
        if len(self._entries) <= limits.MAX_DELIVERIES:
            return
        over = (number for number in self._entries if number not in self._pending)
        attempted = (name for name, entry in self._entries.items() if entry.delivery.attempts)
        number = next(chain(over, attempted))
        del self._entries[number]
        self._pending.discard(number)


class _Entry(NamedTuple):
    """A delivery and its receiver."""

    delivery: WebhookDelivery
    receiver: Receiver


class _Due(NamedTuple):
    """An attempt that is due: when it was, the number of the delivery, and what to deliver."""

    at: datetime
    number: int
    entry: _Entry


def _past_events(state: State, now: datetime) -> set[str]:
    """Return the keys of the events that time has caused already."""
    past = events_between(state, state, now)
    return {event.dedup_key for event in past if event.dedup_key is not None}
