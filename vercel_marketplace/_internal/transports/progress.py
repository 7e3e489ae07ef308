"""`Progress`: how far a request has got, and whether any of it may have been sent."""

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Self


class Progress:
    """What is reported of one request by whatever sends it.

    The SDK's own connections report what they do by `note_connecting` and `note_sending`, which
    costs a tenth of httpcore's `trace` extension. That one serves for the user's clients. A mock
    reports nothing: then the request may have been sent as soon as it is handed over.

    Attributes:
        may_be_sent: Whether any of the request may have been sent.
        has_begun: Whether httpcore has begun to send it.
    """

    def __init__(self) -> None:
        self.may_be_sent = False
        self.has_begun = False

    @classmethod
    def start(cls) -> Self:
        """Make the one that connections report to, in this thread or task, until the next."""
        progress = cls()
        _current.set(progress)  # not reset: a coroutine may be closed in another context
        return progress

    def hand_over(self) -> None:
        """Note that what sends has the request now."""
        self.may_be_sent = True

    def note(self, event: str, info: Mapping[str, object]) -> None:
        """Note an event of httpcore, such as `connection.start_tls.started`."""
        method = getattr(info.get("request"), "method", None)
        # CONNECT asks a proxy for a tunnel, through which the request will go.
        if event.endswith("send_request_headers.started") and method != b"CONNECT":
            self.has_begun = True
        self.may_be_sent = self.has_begun

    async def note_async(self, event: str, info: Mapping[str, object]) -> None:
        """Note an event, as httpcore's async side calls it."""
        self.note(event, info)


# Outside a call connections report to one that nobody reads.
_current = ContextVar("_current", default=Progress())  # noqa: B039 (nobody reads it)


def note_connecting() -> None:
    """Note that a connection is being opened, over which nothing has been sent."""
    _current.get().may_be_sent = False


def note_sending() -> None:
    """Note that the request is being sent."""
    _current.get().may_be_sent = True
