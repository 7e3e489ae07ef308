"""`FaultQueue`: the faults that requests have yet to meet."""

from threading import Lock

from vercel_marketplace._internal.operation import AnyOperation
from vercel_marketplace.emulator.api.errors import APIError
from vercel_marketplace.emulator.api.router import match
from vercel_marketplace.emulator.faults.effects import Effect, Fault, pop_matching
from vercel_marketplace.http import HTTPRequest


class FaultQueue:
    """The pending faults of an emulator, in the order in which they were added."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._faults: tuple[Fault, ...] = ()

    @property
    def pending(self) -> list[Fault]:
        """The faults, in order."""
        return list(self._faults)

    def add(self, fault: Fault) -> None:
        """Add a fault at the end.

        Args:
            fault: The fault.
        """
        with self._lock:
            self._faults = (*self._faults, fault)

    def clear(self) -> None:
        """Remove all faults."""
        with self._lock:
            self._faults = ()

    def pop_matching(self, request: HTTPRequest) -> tuple[AnyOperation, Effect] | None:
        """Use up one hit of the first fault that is for a request.

        Args:
            request: The request.

        Returns:
            The operation that was requested and what happens to it; `None` without a fault.
        """
        if not self._faults:
            return None
        try:
            route, parameters = match(request.method, request.url)
        except APIError:
            return None
        operation = route.operation
        installation_id = parameters.get("integration_configuration_id")
        with self._lock:
            effect, self._faults = pop_matching(self._faults, operation, installation_id)
        return None if effect is None else (operation, effect)
