"""`FaultsMixin`: how a test says what is to go wrong."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from threading import Lock
from typing import Final, get_args

from vercel_marketplace._internal.operation import AnyOperation
from vercel_marketplace._internal.seconds import check_number
from vercel_marketplace.emulator.api.errors import APIError
from vercel_marketplace.emulator.api.router import ROUTES, match
from vercel_marketplace.emulator.faults.effects import (
    ANY,
    Altered,
    BodyPatch,
    Delayed,
    Dropped,
    DropPoint,
    Effect,
    Failed,
    Fault,
    Truncated,
    pop_matching,
)
from vercel_marketplace.http import HTTPRequest

_OPERATIONS: Final = {route.operation.id: route.operation for route in ROUTES}
_FAILURES: Final = range(300, 600)
_MAX_SECONDS: Final = 1e9  # seconds; further on the clock overflows


class FaultsMixin:
    """The faults of an emulator, which a test orders and requests meet.

    Each is for an operation, by its id, or for `"*"`: whichever operation comes next. Of
    several the one that was ordered first comes first; a request meets one at most. When
    `times` requests have met it, it is gone.
    """

    def __init__(self) -> None:
        """Begin without faults."""
        self._faults_lock = Lock()
        self._faults: tuple[Fault, ...] = ()

    def fail(  # noqa: PLR0913 (one keyword per fact of an error)
        self,
        operation: str,
        *,
        status: int = 503,
        code: str | None = None,
        message: str | None = None,
        retry_after: float | None = None,
        times: int = 1,
    ) -> None:
        """Answer with an error, or a 304. The request is **not processed**.

        ```python
        emulator.fail("submit-invoice", status=503, times=2, retry_after=1)
        ```

        Args:
            operation: The operation's id, such as `submit-invoice`, or `"*"`.
            status: The HTTP status, from 300 to 599.
            code: The error's code; what goes with the status if left out.
            message: The error's message; what goes with the status if left out.
            retry_after: Seconds that the answer asks to wait.
            times: How many requests meet it.

        Raises:
            TypeError, ValueError: There is no such operation, or an argument makes no sense.
        """
        if status not in _FAILURES:
            msg = f"status must be from 300 to 599, not {status!r}"
            raise ValueError(msg)
        if retry_after is not None:
            _check_seconds("retry_after", retry_after)
        self._order(operation, Failed(status, code, message, retry_after), times)

    def delay(self, operation: str, seconds: float, *, times: int = 1) -> None:
        """Answer late. The request **is processed**, at once.

        In process nobody waits: a client whose `timeout` is not above the delay gets its
        timeout, any other its answer, and the emulator's clock is advanced.

        Args:
            operation: The operation's id, or `"*"`.
            seconds: How late.
            times: How many requests meet it.

        Raises:
            TypeError, ValueError: There is no such operation, or an argument makes no sense.
        """
        _check_seconds("seconds", seconds)
        self._order(operation, Delayed(seconds), times)

    def drop(self, operation: str, *, when: DropPoint, times: int = 1) -> None:
        """Drop the connection.

        A client cannot tell `"before"` from `"after"`: in both cases the request was sent, and
        there is no answer. `"after"` is what charges a customer twice where a request is
        repeated on a guess.

        Args:
            operation: The operation's id, or `"*"`.
            when: `"connecting"`: the connection is refused, and the request not sent.
                `"before"`: it arrives and is **not processed**. `"after"`: it **is processed**.
            times: How many requests meet it.

        Raises:
            TypeError, ValueError: There is no such operation, or an argument makes no sense.
        """
        if when not in get_args(DropPoint):
            msg = f'when must be "connecting", "before" or "after", not {when!r}'
            raise ValueError(msg)
        self._order(operation, Dropped(when), times)

    def truncate(self, operation: str, *, keep: int | None = None, times: int = 1) -> None:
        """Let the connection break in the middle of an answer. The request **is processed**.

        Args:
            operation: The operation's id, or `"*"` for any whose answer has a body.
            keep: How many bytes of the body arrive, always less than all of them; half of
                them if left out.
            times: How many requests meet it.

        Raises:
            TypeError, ValueError: There is no such operation, its answer has no body, or an
                argument makes no sense.
        """
        if keep is not None:
            _check_count("keep", keep, at_least=0)
        self._order(operation, Truncated(keep), times)

    def alter(self, operation: str, change: BodyPatch, *, times: int = 1) -> None:
        """Answer with another body: one that is newer than this SDK, or broken.

        The request **is processed**. An error is not altered. Should a function raise, that is
        no answer: in process the call fails with an `UnexpectedClientError` whose cause is what
        it raised, and over HTTP the connection is dropped and the exception logged.

        ```python
        emulator.alter("get-invoice", {"state": "disputed"})  # a member that nobody knows
        emulator.alter("get-invoice", {"dunning": {"level": 2}})  # a field that nobody knows
        emulator.alter("get-invoice", lambda body: {**body, "total": None})  # a broken answer
        ```

        Args:
            operation: The operation's id, or `"*"` for any whose answer has a body.
            change: Properties to set, by their names on the wire; or a function that is given
                the parsed body and gives back another, or changes it and gives back `None`.
            times: How many requests meet it.

        Raises:
            TypeError, ValueError: There is no such operation, its answer has no body, or an
                argument makes no sense.
        """
        given: object = change
        if not isinstance(given, Mapping) and not callable(given):
            kind = type(given).__name__
            msg = f"change must be a mapping of properties or a function, not of type {kind}"
            raise TypeError(msg)
        self._order(operation, Altered(change), times)

    @property
    def pending_faults(self) -> list[Fault]:
        """The faults that are still to come, in order.

        One of which `taken` is 0 was never met: what the test is about did not happen.
        """
        return list(self._faults)

    def clear_faults(self) -> None:
        """Forget the faults that are still to come."""
        with self._faults_lock:
            self._faults = ()

    def _order(self, operation: str, effect: Effect, times: int) -> None:
        _check_count("times", times, at_least=1)
        fault = Fault(operation=operation, effect=effect, remaining=times)
        if operation != ANY and not fault.is_for(_operation(operation)):
            msg = f"{operation} answers without a body, so there is nothing to spoil"
            raise ValueError(msg)
        with self._faults_lock:
            self._faults = (*self._faults, fault)

    def _next_fault(self, request: HTTPRequest) -> tuple[AnyOperation, Effect] | None:
        """What a request meets, which is then used up."""
        if not self._faults:
            return None
        try:
            operation = match(request.method, request.url)[0].operation
        except APIError:
            return None
        with self._faults_lock:
            effect, self._faults = pop_matching(self._faults, operation)
        return None if effect is None else (operation, effect)


def _check_seconds(name: str, value: object) -> None:
    if not 0 <= check_number(name, value) < _MAX_SECONDS:
        msg = f"{name} must be 0 or more and below 1e9, not {value!r}"
        raise ValueError(msg)


def _check_count(name: str, value: object, *, at_least: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < at_least:
        msg = f"{name} must be a whole number, {at_least} or more, not {value!r}"
        raise ValueError(msg)


def _operation(name: str) -> AnyOperation:
    operation = _OPERATIONS.get(name)
    if operation is None:
        near = get_close_matches(str(name).replace("_", "-"), _OPERATIONS, n=3)
        hint = f"did you mean {_listed(near)}?" if near else f"there are {_listed(_OPERATIONS)}"
        msg = f"no operation {name!r}; {hint}"
        raise ValueError(msg)
    return operation


def _listed(names: Iterable[str]) -> str:
    return ", ".join(map(repr, names))
