"""The registry of handlers: `@handles(OPERATION)` on the function that carries it out."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, TypeAlias, TypeVar

from attrs import frozen

from vercel_marketplace._internal.operation import AnyOperation, Operation
from vercel_marketplace.emulator.state import Installation, State

P = TypeVar("P")
Q = TypeVar("Q")
V = TypeVar("V")

Handler: TypeAlias = Callable[[P, Q, datetime], tuple[P, V]]
"""Carries out a request: of a part of the state, the request and the time it makes that part as
it is afterwards and the response's body. Pure."""


@frozen
class Route:
    """An operation and its handler.

    Attributes:
        operation: The SDK's operation.
        handler: Carries it out on the whole state.
        segments: The segments of its path; a field of the request is in braces.
    """

    operation: AnyOperation
    handler: Handler[State, Any, Any]
    segments: list[str]

    def match(self, method: str, segments: list[str]) -> dict[str, str] | None:
        """Return the path's parameters, still percent-encoded; `None` for another route's path."""
        if method != self.operation.method or len(segments) != len(self.segments):
            return None
        parameters: dict[str, str] = {}
        for own, sent in zip(self.segments, segments, strict=True):
            if own.startswith("{"):
                parameters[own[1:-1]] = sent
            elif own != sent:
                return None
        return parameters


REGISTERED: Final[list[Route]] = []
"""The routes of all topics that have been imported; `router` imports all of them."""


def handles(
    operation: Operation[Q, V, Any],
) -> Callable[[Handler[Installation, Q, V]], Handler[Installation, Q, V]]:
    """Register the handler of an operation, which changes only the request's installation."""

    def register(handler: Handler[Installation, Q, V]) -> Handler[Installation, Q, V]:
        @handles_on_state(operation)
        def _handle(state: State, request: Any, now: datetime) -> tuple[State, V]:
            before = state.installations[request.integration_configuration_id]
            after, value = handler(before, request, now)
            return state.with_installation(after), value

        return handler

    return register


def handles_on_state(
    operation: Operation[Q, V, Any],
) -> Callable[[Handler[State, Q, V]], Handler[State, Q, V]]:
    """Register the handler of an operation that needs more than one installation."""

    def register(handler: Handler[State, Q, V]) -> Handler[State, Q, V]:
        REGISTERED.append(Route(operation, handler, operation.path.split("/")))
        return handler

    return register
