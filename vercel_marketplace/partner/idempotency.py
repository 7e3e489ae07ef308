"""Where the responses to requests are kept, so that a retry gets the first response.

```
            reserve                finish
(nothing) ──────────→ in progress ────────→ finished: retries get the response
    ↑                   │      │
    └── release ────────┘      └── the process ends, or release(unfinished=True)
        (nothing was done)         → unfinished: the next reserve runs it again, and says so
```

A store holds whole responses, **which hold secrets**: those of a resource that was provisioned.
"""

import math
import threading
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from itertools import takewhile
from typing import Final, Literal, Protocol, TypeAlias
from uuid import uuid4

from attrs import evolve, field, frozen

from vercel_marketplace._internal.seconds import check_duration, current_time
from vercel_marketplace.http import HTTPResponse

DEFAULT_KEEP: Final = 90_000.0
"""Seconds for which a response is kept: a little more than the day for which Vercel retries."""

DEFAULT_LEASE: Final = 60.0
"""Seconds after which a request that another process began counts as unfinished."""

DEFAULT_MAX_RESPONSES: Final = 10_000
"""How many responses are kept in memory."""

ReservationState: TypeAlias = Literal["new", "unfinished", "in_progress", "finished", "mismatch"]
"""What is known of a request when it is reserved.

| state | what to do |
| --- | --- |
| `"new"` | carry it out: nobody has begun it |
| `"unfinished"` | carry it out again: an earlier attempt may have taken effect |
| `"in_progress"` | wait: another attempt is under way |
| `"finished"` | return its response |
| `"mismatch"` | refuse: the key belongs to another request |
"""


@frozen(kw_only=True)
class Reservation:
    """What `reserve` found.

    Attributes:
        state: What is known of the request.
        owner: What `finish` and `release` require, where the request is to be carried out.
        response: The response, where it is finished.
    """

    state: ReservationState
    owner: str = ""
    response: HTTPResponse | None = None


class IdempotencyStore(Protocol):
    """Keeps the responses to requests.

    Write one for the database that you have, with plain methods, or with async ones for
    `PartnerAPI`. Each method must be atomic, for all processes that share the store.
    """

    def reserve(self, key: str, fingerprint: str, /) -> Reservation | Awaitable[Reservation]:
        """Look a request up, and reserve it where it is to be carried out.

        Args:
            key: The request's key, which is unique over installations and operations.
            fingerprint: A digest of what it asks for. Another one under the same key is a
                `"mismatch"`.
        """
        ...

    def finish(self, key: str, owner: str, response: HTTPResponse, /) -> Awaitable[None] | None:
        """Keep the response, unless another owner has reserved the request since."""
        ...

    def release(self, key: str, owner: str, /, *, unfinished: bool) -> Awaitable[None] | None:
        """Give a reservation up, unless another owner has it since.

        Args:
            key: The request's key.
            owner: The owner of the reservation.
            unfinished: Whether the request may have taken effect: then it stays, as unfinished.
        """
        ...


@frozen(kw_only=True)
class Entry:
    """What a store knows of a request.

    Attributes:
        fingerprint: A digest of what it asks for.
        owner: Who has reserved it.
        held_until: Until when that counts, in epoch seconds.
        response: The response, once it is finished.
        expires_at: When to forget it, in epoch seconds.
    """

    fingerprint: str
    owner: str
    held_until: float
    response: HTTPResponse | None = field(default=None, repr=False)
    expires_at: float

    def is_under_way(self, now: float) -> bool:
        """Whether somebody is carrying the request out, which nobody else may do then."""
        return self.response is None and self.held_until > now


def decide(entry: Entry | None, new: Entry, *, now: float) -> Reservation:
    """Return the reservation of an attempt; where it has an owner, `new` is to be stored.

    Args:
        entry: What is stored; `None` for nothing.
        new: What the attempt would store.
        now: The time, in epoch seconds.
    """
    if entry is None:
        return Reservation(state="new", owner=new.owner)
    if entry.fingerprint != new.fingerprint:
        return Reservation(state="mismatch")
    if entry.response is not None:
        return Reservation(state="finished", response=entry.response)
    if entry.is_under_way(now):
        return Reservation(state="in_progress")
    return Reservation(state="unfinished", owner=new.owner)


class InMemoryIdempotencyStore:
    """Keeps responses in this process, which forgets them when it ends.

    For one process, such as a development server. Other workers do not see it, and after a
    crash nobody knows which requests were under way: use `SQLiteIdempotencyStore`, a store of
    your own, or a unique key of your database (see `PartnerCall.idempotency_key`).

    Args:
        keep: Seconds for which a response is kept.
        max_responses: How many are kept; the oldest go first.
        clock: Returns the time in epoch seconds; `time.time` by default.

    Raises:
        TypeError, ValueError: An argument has the wrong type or value.
    """

    def __init__(
        self,
        *,
        keep: float = DEFAULT_KEEP,
        max_responses: int = DEFAULT_MAX_RESPONSES,
        clock: Callable[[], float] | None = None,
    ) -> None:
        self._keep = check_duration("keep", keep)
        if max_responses < 1:
            msg = f"max_responses must be at least 1, got {max_responses}"
            raise ValueError(msg)
        self._max = max_responses
        self._clock = current_time if clock is None else clock
        # The oldest first; of a plain dict, what was deleted there would be passed over each time.
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self._lock = threading.Lock()

    def reserve(self, key: str, fingerprint: str, /) -> Reservation:
        """Look a request up, and reserve it where it is to be carried out.

        Raises:
            RuntimeError: As many requests as are kept are under way.
        """
        moment = self._clock()
        new = Entry(
            fingerprint=fingerprint,
            owner=uuid4().hex,
            held_until=math.inf,  # until this process ends, and with it the store
            expires_at=moment + self._keep,
        )
        with self._lock:
            self._forget_expired(moment)
            reservation = decide(self._entries.get(key), new, now=moment)
            if reservation.state == "new":
                self._make_room(moment)
            if reservation.owner:
                self._entries.pop(key, None)  # to the end: it is the newest again
                self._entries[key] = new
        return reservation

    def finish(self, key: str, owner: str, response: HTTPResponse, /) -> None:
        """Keep the response, unless another owner has reserved the request since."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None and entry.owner == owner:
                self._entries[key] = evolve(entry, response=response)

    def release(self, key: str, owner: str, /, *, unfinished: bool) -> None:
        """Give a reservation up, unless another owner has it since."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None or entry.owner != owner:
                return
            if unfinished:
                self._entries[key] = evolve(entry, held_until=-math.inf)
            else:
                del self._entries[key]

    def __repr__(self) -> str:
        return f"InMemoryIdempotencyStore({len(self._entries)} requests)"

    def _forget_expired(self, moment: float) -> None:
        oldest_first = self._entries.items()
        for key, entry in [*takewhile(lambda item: item[1].expires_at <= moment, oldest_first)]:
            if not entry.is_under_way(moment):
                del self._entries[key]

    def _make_room(self, moment: float) -> None:
        if len(self._entries) < self._max:
            return
        for key, entry in self._entries.items():
            if not entry.is_under_way(moment):
                del self._entries[key]
                return
        msg = f"{self._max} requests are under way, as many as max_responses allows"
        raise RuntimeError(msg)
