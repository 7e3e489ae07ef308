"""Vercel's public keys: fetched, kept for a while, and fetched again where one is missing.

A key id that is not known costs a fetch, and the sender of a token chooses the key id. So there
is one fetch at a time, and at least an interval between two, whatever tokens arrive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attrs import frozen

from vercel_marketplace._internal.config import DEFAULT_USER_AGENT
from vercel_marketplace.errors import UnexpectedClientError, VercelError
from vercel_marketplace.http import Headers, HTTPRequest
from vercel_marketplace.tokens._single_flight import SingleFlight
from vercel_marketplace.tokens.errors import KeysUnavailableError, UnknownKeyError
from vercel_marketplace.tokens.jwks import parse_key_set

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Mapping

    from vercel_marketplace._internal.transports import TransportHandle
    from vercel_marketplace.tokens._jws import RSAPublicKey

# The first fetch also loads the HTTP library and the certificates: seconds on a busy machine.
_LOADING_SECONDS: Final = 5.0
# With usable keys at hand, a caller waits no longer than this for newer ones. Not zero: a key
# that Vercel has withdrawn should not be trusted when a healthy endpoint would say so at once.
_GRACE_SECONDS: Final = 0.5
# A fetch from an endpoint that sends a byte now and then may go on after its deadline.
_MAX_FETCH_THREADS: Final = 2


@frozen(kw_only=True)
class KeyPolicy:
    """Where the keys are and for how long they are good; times are in seconds.

    Attributes:
        url: The address of the key set.
        timeout: How long callers wait for one fetch, in total.
        max_age: The age at which keys are fetched again.
        max_stale: How long beyond that age they are used when no newer ones can be fetched.
        refresh_interval: The least time between the starts of two fetches.
        clock: Returns the epoch's seconds.
    """

    url: str
    timeout: float
    max_age: float
    max_stale: float
    refresh_interval: float
    clock: Callable[[], float]


@frozen
class _KeySet:
    """The keys of one fetch.

    Attributes:
        keys: The keys by id.
        at: When the fetch began, by the policy's clock.
        order: When it began, by a clock that is never set back.
    """

    keys: Mapping[str, RSAPublicKey]
    at: float
    order: float


class KeyCache:
    """The keys, by id."""

    def __init__(self, policy: KeyPolicy, transport: TransportHandle) -> None:
        self._policy = policy
        self._transport = transport
        self._key_set: _KeySet | None = None  # keys and time together, for threads that read it
        self._attempted_at: float | None = None
        self._failure: Exception | None = None
        self._flights: dict[str, SingleFlight] = {}
        self._threads: list[threading.Thread] = []
        self._max_wait = policy.timeout + _LOADING_SECONDS

    async def find(self, key_id: str) -> RSAPublicKey:
        """Return the key of this id.

        Raises:
            UnknownKeyError: Vercel's key set does not have it, as of the last fetch that was due.
            KeysUnavailableError: There are no keys, or they are too old, or this one is not
                among them and newer ones cannot be fetched.
        """
        known = self._key_set
        if known is None or key_id not in known.keys or not self._is_usable(known):
            await self._refresh(max_wait=self._max_wait)
        elif not self._is_within(self._policy.max_age, known):
            # Nobody waits for an endpoint that was down a moment ago.
            await self._refresh(max_wait=0 if self._failure is not None else _GRACE_SECONDS)
        known = self._key_set
        if known is None or not self._is_usable(known):
            raise self._unavailable()
        key = known.keys.get(key_id)
        if key is not None:
            return key
        if self._failure is not None:
            raise self._unavailable()
        msg = "the token's key id is not in Vercel's key set"
        raise UnknownKeyError(msg)

    def _is_usable(self, key_set: _KeySet) -> bool:
        return self._is_within(self._policy.max_age + self._policy.max_stale, key_set)

    def _is_within(self, age: float, key_set: _KeySet) -> bool:
        # A clock that was set back a long way must not make old keys new.
        return abs(self._policy.clock() - key_set.at) <= age

    def _is_due(self) -> bool:
        if self._attempted_at is None:
            return True
        return abs(self._policy.clock() - self._attempted_at) >= self._policy.refresh_interval

    async def _refresh(self, *, max_wait: float) -> None:
        """Fetch the keys if that is due, or wait for the fetch that is under way.

        Args:
            max_wait: Seconds to wait for the end of the fetch.
        """
        mine = SingleFlight()
        # Of any number of callers at once, in any thread, one puts its own in place.
        flight = self._flights.setdefault("keys", mine)
        if flight is not mine and not flight.seconds_left(self._max_wait):
            self._end(flight)
            flight = self._flights.setdefault("keys", mine)
        if flight is mine:
            self._begin(mine)
        seconds = min(max_wait, flight.seconds_left(self._max_wait))
        if not flight.done and seconds:
            if self._transport.blocking:
                flight.block(seconds)
            else:
                await flight.wait(seconds)
        if not flight.done and not flight.seconds_left(self._max_wait):
            self._end(flight)  # it hangs, or its loop, its thread or its process is gone

    def _begin(self, flight: SingleFlight) -> None:
        """Start the fetch, in a task or a thread of its own."""
        if not self._is_due():
            self._end(flight)
        elif self._transport.blocking:
            self._threads = [thread for thread in self._threads if thread.is_alive()]
            if len(self._threads) < _MAX_FETCH_THREADS:
                self._threads.append(flight.start_thread(self._fetch))
            else:
                self._end(flight)
        else:
            try:
                flight.start_task(self._fetch)
            except RuntimeError:
                msg = "an async verifier requires a running event loop; use SyncTokenVerifier"
                self._failure = UnexpectedClientError(msg)
                self._end(flight)

    async def _fetch(self, flight: SingleFlight) -> None:
        attempted_at = self._attempted_at = self._policy.clock()
        try:
            self._transport.check_open()
            keys = parse_key_set(await self._transport.send(self._request()))
            # A fetch that was given up may end after one that began later.
            if self._key_set is None or self._key_set.order < flight.started_at:
                self._key_set = _KeySet(keys, attempted_at, flight.started_at)
                self._failure = None
        except Exception as error:  # noqa: BLE001 (the transport may be the user's)
            self._failure = error.with_traceback(None)  # kept until the next fetch
        except BaseException:
            # The loop or the program ends, which no token causes: the attempt does not count.
            self._attempted_at = None
            raise
        finally:
            self._end(flight)

    def _end(self, flight: SingleFlight) -> None:
        if self._flights.get("keys") is flight:
            self._flights.pop("keys", None)
        flight.finish()

    def _request(self) -> HTTPRequest:
        return HTTPRequest(
            method="GET",
            url=self._policy.url,
            headers=Headers({"accept": "application/json", "user-agent": DEFAULT_USER_AGENT}),
            timeout=self._policy.timeout,
        )

    def _unavailable(self) -> KeysUnavailableError:
        failure = self._failure
        if failure is None:
            reason = f"the fetch was cut off, or took more than {self._policy.timeout} seconds"
        elif isinstance(failure, VercelError):
            reason = str(failure)
        else:
            reason = f"{type(failure).__name__}; see __cause__"
        error = KeysUnavailableError(f"there are no keys to verify the token with: {reason}")
        error.__cause__ = failure
        return error
