"""Vercel's keys: fetched, kept for a while, and fetched anew where one is missing.

A key that nobody knows costs a fetch, and whoever sends a token chooses what key it names.
So there is one fetch at a time, and not another before an interval has passed, whatever comes.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final, cast

from attrs import frozen

from vercel_marketplace._internal.config import DEFAULT_USER_AGENT
from vercel_marketplace.errors import UnexpectedClientError, VercelError
from vercel_marketplace.http import Headers, HTTPRequest
from vercel_marketplace.tokens.errors import KeysUnavailableError, UnknownKeyError
from vercel_marketplace.tokens.flight import Flight
from vercel_marketplace.tokens.jwks import keys_in

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from vercel_marketplace._internal.transports import TransportHandle
    from vercel_marketplace.tokens.rs256 import RSAPublicKey

# A blocking fetch has that many phases, each of which may take all of the timeout.
_PHASES: Final = 3
# And the first one loads the HTTP library and the certificates, in seconds on a busy machine.
_LOADING: Final = 5.0


@frozen(kw_only=True)
class KeyPolicy:
    """Where the keys are and for how long they are good; times are in seconds.

    Attributes:
        url: The address of the key set.
        timeout: For one fetch.
        max_age: How old keys may be before they are fetched anew.
        max_stale: For how long beyond that they are used where no new ones can be had.
        refresh_interval: Between the starts of two fetches, at least.
        clock: Gives the epoch's seconds.
    """

    url: str
    timeout: float
    max_age: float
    max_stale: float
    refresh_interval: float
    clock: Callable[[], float]


@frozen
class _Fetched:
    """Keys, and when the fetch began that they came with."""

    keys: Mapping[str, RSAPublicKey]
    at: float


class KeyCache:
    """The keys, by id."""

    def __init__(self, policy: KeyPolicy, transport: TransportHandle) -> None:
        """Fetch nothing yet."""
        self._policy = policy
        self._transport = transport
        self._fetched: _Fetched | None = None  # both at once, for threads that read it
        self._attempted_at: float | None = None
        self._failure: Exception | None = None
        self._flights: dict[str, Flight] = {}
        self._patience = _PHASES * policy.timeout + _LOADING

    async def find(self, key_id: str) -> RSAPublicKey:
        """The key of this id.

        Raises:
            UnknownKeyError: There is none, and the keys are as new as they may be asked for.
            KeysUnavailableError: There are no keys, or they are too old, or this one is not
                among them and new ones cannot be had.
        """
        fetched = self._fetched
        if fetched is None or key_id not in fetched.keys:
            await self._refresh()
        elif not self._is_within(self._policy.max_age, fetched):
            # With a key at hand, nobody waits for an endpoint that was down a moment ago.
            is_down = self._failure is not None and self._is_usable(fetched)
            await self._refresh(has_to_wait=not is_down)
        fetched = self._fetched
        if fetched is None or not self._is_usable(fetched):
            raise self._unavailable()
        key = fetched.keys.get(key_id)
        if key is not None:
            return key
        if self._failure is not None:
            raise self._unavailable()
        msg = "the token names a key that is none of Vercel's"
        raise UnknownKeyError(msg)

    def _is_usable(self, fetched: _Fetched) -> bool:
        return self._is_within(self._policy.max_age + self._policy.max_stale, fetched)

    def _is_within(self, age: float, fetched: _Fetched) -> bool:
        # A clock that was set back a long way must not make old keys new.
        return abs(self._policy.clock() - fetched.at) <= age

    def _is_due(self) -> bool:
        if self._attempted_at is None:
            return True
        return abs(self._policy.clock() - self._attempted_at) >= self._policy.refresh_interval

    async def _refresh(self, *, has_to_wait: bool = True) -> None:
        """Fetch the keys if it is time to, or wait for whoever does."""
        mine = Flight()
        # Of any number that come here at once, in any thread, one has its own in the place.
        flight = self._flights.setdefault("keys", mine)
        if flight is mine:
            await self._take_off(mine)
        if has_to_wait and not flight.has_landed:
            if self._transport.blocking:
                flight.block(self._patience)
            else:
                await flight.wait(self._patience)
            if not flight.has_landed:  # its loop, its thread or its process is gone
                self._end(flight)

    async def _take_off(self, flight: Flight) -> None:
        """Begin the fetch, or on the blocking side make it."""
        if not self._is_due():
            self._end(flight)
        elif self._transport.blocking:
            await self._carry_out(flight)
        else:
            try:
                flight.start(self._carry_out)
            except RuntimeError:
                msg = "an async verifier needs a running event loop; SyncTokenVerifier needs none"
                self._failure = UnexpectedClientError(msg)
                self._end(flight)

    async def _carry_out(self, flight: Flight) -> None:
        attempted_at = self._attempted_at = self._policy.clock()
        around = sys.exception()
        try:
            self._transport.check_open()
            keys = keys_in(await self._transport.send(self._request()))
            self._fetched, self._failure = _Fetched(keys, attempted_at), None
        except Exception as error:  # noqa: BLE001 (a transport may be anybody's)
            self._failure = error
            _forget_frames(error, around)
        except BaseException:
            # The loop or the program ends, which no token brings about: it does not count.
            self._attempted_at = None
            raise
        finally:
            self._end(flight)

    def _end(self, flight: Flight) -> None:
        if self._flights.get("keys") is flight:
            self._flights.pop("keys", None)
        flight.land()

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
            reason = "the attempt to fetch them was cut off"
        elif isinstance(failure, VercelError):
            reason = str(failure)
        else:
            reason = f"{type(failure).__name__}; its text is in __cause__"
        error = KeysUnavailableError(f"there are no keys to verify the token with: {reason}")
        error.__cause__ = failure
        return error


def _forget_frames(error: BaseException, around: BaseException | None) -> None:
    """Keep an error and what led to it, but no frame: on the blocking side one has the token.

    Args:
        error: The error, which is kept until the next fetch.
        around: What the caller was handling already. It is the caller's: left as it is, and
            not kept.
    """
    found: list[BaseException] = [error]
    for one in found:
        one.__traceback__ = None
        if one.__context__ is around:
            one.__context__ = None
        members: tuple[BaseException, ...] = ()
        if isinstance(one, BaseExceptionGroup):
            members = cast("BaseExceptionGroup[BaseException]", one).exceptions
        for other in (one.__cause__, one.__context__, *members):
            if other is not None and not any(other is known for known in found):
                found.append(other)
