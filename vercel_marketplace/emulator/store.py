"""The one place where an emulator's state changes: a state, a clock, and a lock around both."""

from collections.abc import Callable
from datetime import datetime
from threading import Lock
from typing import TypeVar

from vercel_marketplace.emulator.api.plan_history import record_plans
from vercel_marketplace.emulator.clock import Clock
from vercel_marketplace.emulator.known_secrets import KnownSecrets, Mask
from vercel_marketplace.emulator.state import Installation, State
from vercel_marketplace.emulator.webhooks.outbox import Outbox
from vercel_marketplace.emulator.webhooks.receivers import Receiver

T = TypeVar("T")


class Store:
    """The current state, which one caller at a time replaces, and the webhooks of each change.

    Args:
        state: The first state.
        clock: The time that changes happen at.
    """

    def __init__(self, state: State, clock: Clock) -> None:
        self.state: State = state
        self.clock = clock
        self.outbox: Outbox = Outbox(clock)
        self.secrets: KnownSecrets = KnownSecrets()
        self._lock = Lock()
        self._is_subscribed = False

    def update(self, rule: Callable[[State, datetime], tuple[State, T]]) -> T:
        """Replace the state by the one that a rule returns, and send the webhooks of that.

        Nothing changes if the rule raises.

        Args:
            rule: Gets the state and the time, returns the next state and a result.

        Returns:
            The result of the rule.
        """
        result = self.update_quietly(rule)
        self.outbox.send_due()
        return result

    def update_quietly(self, rule: Callable[[State, datetime], tuple[State, T]]) -> T:
        """Replace the state as `update` does, but leave the webhooks for the next update.

        Args:
            rule: Gets the state and the time, returns the next state and a result.

        Returns:
            The result of the rule.
        """
        with self._lock:
            before, now = self.state, self.clock.now()
            after, result = rule(before, now)
            self.state = record_plans(before, after, now)
            self.secrets.record(before, self.state)
            self.outbox.record(before, self.state, now)
        return result

    def update_installation(
        self, installation_id: str, rule: Callable[[Installation, datetime], Installation]
    ) -> None:
        """Replace one installation by the one that a rule returns.

        Args:
            installation_id: The installation.
            rule: Gets the installation and the time, returns the next installation.
        """

        def update(state: State, now: datetime) -> tuple[State, None]:
            return state.with_installation(rule(state.installations[installation_id], now)), None

        self.update(update)

    def reset(self, state: State) -> None:
        """Replace the state by a first one; no webhook tells of it, and none is pending.

        Args:
            state: The state.
        """
        with self._lock:
            self.secrets.record(self.state, state)
            self.state = state
            self.outbox.reset(state, self.clock.now())

    def make_mask(self) -> Mask:
        """Return what masks all secrets that there are and were."""
        return self.secrets.make_mask(self.state)

    def flush_webhooks(self) -> None:
        """Send the webhooks that are due by the clock."""
        self.update(lambda state, _: (state, None))

    def add_receiver(self, receiver: Receiver) -> None:
        """Send a receiver the webhooks of what happens from now on.

        Args:
            receiver: The receiver.
        """
        with self._lock:
            if not self._is_subscribed:
                self._is_subscribed = True
                self.clock.subscribe(self.flush_webhooks)
            self.outbox.add(receiver, self.state, self.clock.now())


class InstallationStore:
    """One installation of a store.

    Args:
        store: The store.
        installation_id: The installation, which must be in the store.
    """

    def __init__(self, store: Store, installation_id: str) -> None:
        self.store = store
        self.id = installation_id

    @property
    def installation(self) -> Installation:
        """The installation as it is now."""
        return self.store.state.installations[self.id]

    def now(self) -> datetime:
        """The time on the store's clock, in UTC."""
        return self.store.clock.now()

    def update(self, rule: Callable[[Installation, datetime], Installation]) -> None:
        """Replace the installation by the one that a rule returns.

        Args:
            rule: Gets the installation and the time, returns the next installation.
        """
        self.store.update_installation(self.id, rule)
