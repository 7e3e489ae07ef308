"""`Faults`: what a test wants to go wrong."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Final, get_args

from attrs import evolve

from vercel_marketplace._internal.operation import AnyOperation
from vercel_marketplace._internal.seconds import check_duration
from vercel_marketplace.emulator.api.rate_limit import make_limit
from vercel_marketplace.emulator.api.router import ROUTES
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
)
from vercel_marketplace.emulator.faults.queue import FaultQueue
from vercel_marketplace.emulator.store import Store

_OPERATIONS: Final = {route.operation.id: route.operation for route in ROUTES}
_ERROR_STATUSES: Final = range(300, 600)


class Faults:
    """The faults that the next requests to an emulator meet.

    Each is for an operation, by its id, or for `"*"`: whichever operation comes next. It is for
    all installations, or for one. A request meets one fault at most, the first that is for it.
    After `times` requests a fault is used up.
    """

    def __init__(self, queue: FaultQueue, store: Store) -> None:
        self._queue = queue
        self._store = store

    def fail(  # noqa: PLR0913 (one keyword per fact of an error)
        self,
        operation: str,
        *,
        status: int = 503,
        code: str | None = None,
        message: str | None = None,
        retry_after: float | None = None,
        times: int = 1,
        installation_id: str | None = None,
    ) -> None:
        """Respond with an error, or a 304. The request is **not processed**.

        ```python
        emulator.faults.fail("submit-invoice", status=503, times=2, retry_after=1)
        ```

        Args:
            operation: The operation's id, such as `submit-invoice`, or `"*"`.
            status: The HTTP status, from 300 to 599.
            code: The error's code; the usual one of the status if omitted.
            message: The error's message; the usual one of the status if omitted.
            retry_after: Seconds that the response asks to wait.
            times: How many requests meet it.
            installation_id: The installation whose requests meet it; all if omitted.

        Raises:
            LookupError: There is no such installation.
            TypeError, ValueError: There is no such operation, or an argument is not valid.
        """
        if status not in _ERROR_STATUSES:
            msg = f"status must be from 300 to 599, not {status!r}"
            raise ValueError(msg)
        if retry_after is not None:
            check_duration("retry_after", retry_after, zero=True)
        self._add(operation, Failed(status, code, message, retry_after), times, installation_id)

    def delay(
        self,
        operation: str,
        seconds: float,
        *,
        times: int = 1,
        installation_id: str | None = None,
    ) -> None:
        """Respond late. The request **is processed**, at once.

        In process nobody waits: a client whose `timeout` is at most the delay gets its timeout,
        any other gets the response, and the emulator's clock is advanced.

        Args:
            operation: The operation's id, or `"*"`.
            seconds: How late.
            times: How many requests meet it.
            installation_id: The installation whose requests meet it; all if omitted.

        Raises:
            LookupError: There is no such installation.
            TypeError, ValueError: There is no such operation, or an argument is not valid.
        """
        check_duration("seconds", seconds, zero=True)
        self._add(operation, Delayed(seconds), times, installation_id)

    def drop(
        self,
        operation: str,
        *,
        when: DropPoint,
        times: int = 1,
        installation_id: str | None = None,
    ) -> None:
        """Drop the connection.

        A client cannot tell `"before"` from `"after"`: in both cases the request was sent, and
        there is no response. After `"after"`, code that retries on a guess charges the customer
        twice.

        Args:
            operation: The operation's id, or `"*"`.
            when: `"connecting"`: the connection is refused, and the request not sent.
                `"before"`: it arrives and is **not processed**. `"after"`: it **is processed**.
            times: How many requests meet it.
            installation_id: The installation whose requests meet it; all if omitted.

        Raises:
            LookupError: There is no such installation.
            TypeError, ValueError: There is no such operation, or an argument is not valid.
        """
        if when not in get_args(DropPoint):
            msg = f'when must be "connecting", "before" or "after", not {when!r}'
            raise ValueError(msg)
        self._add(operation, Dropped(when), times, installation_id)

    def truncate(
        self,
        operation: str,
        *,
        keep: int | None = None,
        times: int = 1,
        installation_id: str | None = None,
    ) -> None:
        """Break the connection in the middle of a response. The request **is processed**.

        Args:
            operation: The operation's id, or `"*"` for any whose response has a body.
            keep: How many bytes of the body arrive, always less than all of them; half of
                them if omitted.
            times: How many requests meet it.
            installation_id: The installation whose requests meet it; all if omitted.

        Raises:
            LookupError: There is no such installation.
            TypeError, ValueError: There is no such operation, its response has no body, or an
                argument is not valid.
        """
        if keep is not None:
            _check_count("keep", keep, at_least=0)
        self._add(operation, Truncated(keep), times, installation_id)

    def alter(
        self,
        operation: str,
        change: BodyPatch,
        *,
        times: int = 1,
        installation_id: str | None = None,
    ) -> None:
        """Respond with another body: one that is newer than this SDK, or broken.

        The request **is processed**. An error is not altered. If a function raises, there is no
        response: in process the call fails with an `UnexpectedClientError` whose cause is the
        exception, and over HTTP the connection is dropped and the exception logged.

        ```python
        emulator.faults.alter("get-invoice", {"state": "disputed"})  # an unknown enum member
        emulator.faults.alter("get-invoice", {"dunning": {"level": 2}})  # an unknown field
        emulator.faults.alter("get-invoice", lambda body: {**body, "total": None})  # broken
        ```

        Args:
            operation: The operation's id, or `"*"` for any whose response has a body.
            change: Properties to set, by their names on the wire; or a function that gets the
                parsed body and returns another, or changes it and returns `None`.
            times: How many requests meet it.
            installation_id: The installation whose requests meet it; all if omitted.

        Raises:
            LookupError: There is no such installation.
            TypeError, ValueError: There is no such operation, its response has no body, or an
                argument is not valid.
        """
        given: object = change
        if not isinstance(given, Mapping) and not callable(given):
            kind = type(given).__name__
            msg = f"change must be a mapping of properties or a function, not of type {kind}"
            raise TypeError(msg)
        self._add(operation, Altered(change), times, installation_id)

    @property
    def pending(self) -> list[Fault]:
        """The faults that are not used up, in order.

        A test with a fault that no request has met did not test what it says.
        """
        return self._queue.pending

    def clear(self) -> None:
        """Remove all faults; a rate limit stays."""
        self._queue.clear()

    def set_rate_limit(self, *, total: int | None, per: float = 60.0) -> None:
        """Set the rate limit of each access token, and reset the counters.

        A request over the limit gets a 429 and is not processed.

        Args:
            total: How many requests are allowed; `None`, as at first, for no limit.
            per: Seconds, by the clock, in which they are allowed.

        Raises:
            ValueError: The limit is not valid.
        """
        limit = make_limit(total, per)
        self._store.update(lambda state, _: (evolve(state, limit=limit, windows={}), None))

    def _add(self, operation: str, effect: Effect, times: int, installation_id: str | None) -> None:
        _check_count("times", times, at_least=1)
        if installation_id is not None and installation_id not in self._store.state.installations:
            msg = f"no installation {installation_id!r}"
            raise LookupError(msg)
        fault = Fault(
            operation=operation, effect=effect, remaining=times, installation_id=installation_id
        )
        if operation != ANY:
            known = _operation(operation)
            if installation_id is not None and not known.authenticated:
                msg = f"{operation} is not for one installation; omit installation_id"
                raise ValueError(msg)
            if not fault.is_for(known, installation_id):
                msg = f"{operation} has no response body to alter or truncate"
                raise ValueError(msg)
        self._queue.add(fault)


def _check_count(name: str, value: object, *, at_least: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < at_least:
        msg = f"{name} must be a whole number, {at_least} or more, not {value!r}"
        raise ValueError(msg)


def _operation(name: str) -> AnyOperation:
    operation = _OPERATIONS.get(name)
    if operation is None:
        near = get_close_matches(str(name).replace("_", "-"), _OPERATIONS, n=3)
        hint = f"did you mean {_listed(near)}?" if near else f"choose from {_listed(_OPERATIONS)}"
        msg = f"no operation {name!r}; {hint}"
        raise ValueError(msg)
    return operation


def _listed(names: Iterable[str]) -> str:
    return ", ".join(map(repr, names))
