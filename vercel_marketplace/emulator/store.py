"""The one place where anything changes: a state, a clock, and a lock around both."""

from collections.abc import Callable
from datetime import datetime
from threading import Lock
from typing import TypeVar

from attrs import evolve

from vercel_marketplace.emulator.clock import Clock
from vercel_marketplace.emulator.state import Installation, State

T = TypeVar("T")


class Store:
    """The state, which one caller at a time replaces by the next.

    Args:
        state: What it begins with.
        clock: The time that rules go by.
    """

    def __init__(self, state: State, clock: Clock) -> None:
        """Begin."""
        self.state = state
        self.clock = clock
        self._lock = Lock()

    def change(self, rule: Callable[[State, datetime], tuple[State, T]]) -> T:
        """Let a rule make the next state; nothing changes if it raises.

        Args:
            rule: Gets the state and the time, returns the state after and what to return.
        """
        with self._lock:
            self.state, value = rule(self.state, self.clock.now())
        return value

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
