"""`Backend`: handles the requests that reach an emulator."""

import logging
from datetime import datetime
from itertools import count
from urllib.parse import urlsplit

from vercel_marketplace._internal.operation import AnyOperation
from vercel_marketplace.emulator.api.handler import handle, response_headers
from vercel_marketplace.emulator.faults.effects import (
    Effect,
    outcome_after_processing,
    outcome_before_processing,
    reaches_server,
)
from vercel_marketplace.emulator.faults.outcome import Outcome
from vercel_marketplace.emulator.faults.queue import FaultQueue
from vercel_marketplace.emulator.jwt.tokens import well_known_response
from vercel_marketplace.emulator.known_secrets import find_named_secrets, printable
from vercel_marketplace.emulator.request_log import LogEntry, LogLimits, RequestLog
from vercel_marketplace.emulator.state import State
from vercel_marketplace.emulator.store import Store
from vercel_marketplace.http import HTTPRequest, HTTPResponse

_log = logging.getLogger("vercel_marketplace.emulator")


class Backend:
    """The Marketplace behind all the ways into an emulator.

    Args:
        store: The state that requests read and change.
        faults: The faults that requests meet.
    """

    def __init__(self, store: Store, faults: FaultQueue) -> None:
        self._store = store
        self._faults = faults
        self._log = RequestLog[LogEntry]()
        self._numbers = count(1)

    @property
    def requests(self) -> list[LogEntry]:
        """The requests that arrived, in order, without those that limits have dropped."""
        return self._log.snapshot()

    def forget_requests(self) -> None:
        """Empty the record of requests."""
        self._log.clear()

    def deliver(self, request: HTTPRequest, limits: LogLimits | None = None) -> Outcome:
        """Record a request and handle it, unless it meets a fault.

        Args:
            request: The request.
            limits: What is kept of the requests that have arrived; all of them if omitted.
        """
        fault = self._faults.pop_matching(request)
        entry = LogEntry(request, self._store.clock.now())
        if fault is None or reaches_server(fault[1]):
            self._log.append(entry, limits)
        outcome = self.deliver_for_setup(request) if fault is None else self._meet(*fault, request)
        entry.note(outcome.response)
        if entry.refusal:  # or the state would have its secrets
            self._store.secrets.add(find_named_secrets(request.content))
        if _log.isEnabledFor(logging.INFO):
            path = urlsplit(request.url).path
            text = f"{request.method} {path}: {entry.status} {entry.refusal}"
            _log.info("%s", printable(self._store.make_mask().hide_text(text)))
        return outcome

    def deliver_for_setup(self, request: HTTPRequest) -> Outcome:
        """Handle a request without a record of it; it meets no fault.

        Args:
            request: The request.
        """
        return Outcome(response=self._respond(request))

    def _meet(self, operation: AnyOperation, effect: Effect, request: HTTPRequest) -> Outcome:
        headers = response_headers(
            self._store.state, request, now=self._store.clock.now(), request_id=self._next_id()
        )
        outcome = outcome_before_processing(effect, operation, headers)
        return outcome or outcome_after_processing(effect, operation, self._respond(request))

    def _respond(self, request: HTTPRequest) -> HTTPResponse:
        request_id = self._next_id()
        published = well_known_response(request, request_id, self._store.state.integration.issuer)
        if published is not None:
            return published

        def respond(state: State, now: datetime) -> tuple[State, HTTPResponse]:
            return handle(state, request, now=now, request_id=request_id)

        return self._store.update_quietly(respond)

    def _next_id(self) -> str:
        return f"emulator::{next(self._numbers)}"
