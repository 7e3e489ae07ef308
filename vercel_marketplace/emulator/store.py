"""The one place where anything changes: a state, a clock, and a lock around both."""

from collections.abc import Callable
from datetime import datetime
from threading import Lock
from typing import TypeVar

from attrs import evolve

from vercel_marketplace.emulator.clock import Clock
from vercel_marketplace.emulator.state import Installation, State
from vercel_marketplace.emulator.webhooks.outbox import Outbox
from vercel_marketplace.emulator.webhooks.receivers import Receiver

T = TypeVar("T")


class Store:
    """The state, which one caller at a time replaces by the next, and what goes out on that.

    Args:
        state: What it begins with.
        clock: The time that rules go by.
    """

    def __init__(self, state: State, clock: Clock) -> None:
        """Begin."""
        self.state: State = state
        self.clock = clock
        self.outbox: Outbox = Outbox(clock)
        self._lock = Lock()

    def change(self, rule: Callable[[State, datetime], tuple[State, T]]) -> T:
        """Let a rule make the next state; nothing changes if it raises.

        Args:
            rule: Gets the state and the time, returns the state after and what to return.
        """
        value = self.apply(rule)
        self.outbox.send_due()
        return value

    def apply(self, rule: Callable[[State, datetime], tuple[State, T]]) -> T:
        """`change`, but that the webhooks of it wait for whatever comes next.

        Args:
            rule: Gets the state and the time, returns the state after and what to return.
        """
        with self._lock:
            before, now = self.state, self.clock.now()
            self.state, value = rule(before, now)
            self.outbox.record(before, self.state, now)
        return value

    def look(self) -> None:
        """Send what has fallen due by the clock."""
        self.change(lambda state, _: (state, None))

    def receive(self, receiver: Receiver) -> None:
        """Let a receiver have the webhooks of what happens from now on.

        Args:
            receiver: The receiver.
        """
        with self._lock:
            if not self.outbox.has_receivers:
                self.clock.watch(self.look)
            self.outbox.add(receiver, self.state, self.clock.now())

    def change_installation(
        self, installation_id: str, rule: Callable[[Installation, datetime], Installation]
    ) -> None:
        """Let a rule make what comes after one installation.

        Args:
            installation_id: Which.
            rule: Gets the installation and the time.
        """

        def apply(state: State, now: datetime) -> tuple[State, None]:
            after = rule(state.installations[installation_id], now)
            installations = {**state.installations, installation_id: after}
            return evolve(state, installations=installations), None

        self.change(apply)
