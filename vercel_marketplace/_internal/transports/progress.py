"""`Progress`: how far a request has got, and whether any of it may have been sent."""

from collections.abc import Mapping
from typing import Final

_FAILURES: Final = ("connect_tcp.failed", "connect_unix_socket.failed", "start_tls.failed")


class Progress:
    """What is reported of one request by whatever sends it.

    The SDK's own connections note here what they do. Below the user's client it is httpcore that
    reports, by its `trace` extension, which costs more. A mock reports nothing: then the request
    may have been sent as soon as it is handed over.

    Attributes:
        may_be_sent: Whether any of the request may have been sent.
        has_begun: Whether httpcore has begun to send it.
    """

    def __init__(self) -> None:
        self.may_be_sent = False
        self.has_begun = False

    def hand_over(self) -> None:
        """Note that what sends has the request now."""
        self.may_be_sent = True

    def note_connecting(self) -> None:
        """Note that a connection is being opened, over which nothing has been sent."""
        self.may_be_sent = False

    def note_sending(self) -> None:
        """Note that the request is being sent."""
        self.may_be_sent = True

    def note(self, event: str, info: Mapping[str, object]) -> None:
        """Note an event of httpcore, such as `connection.start_tls.started`."""
        method = getattr(info.get("request"), "method", None)
        # CONNECT asks a proxy for a tunnel, through which the request will go.
        if event.endswith("send_request_headers.started") and method != b"CONNECT":
            self.has_begun = True
        # After a connection has failed, a client may go on with something that reports nothing. A
        # cancellation, which is no `Exception`, ends it all.
        has_failed = event.endswith(_FAILURES) and isinstance(info.get("exception"), Exception)
        self.may_be_sent = self.has_begun or has_failed

    async def note_async(self, event: str, info: Mapping[str, object]) -> None:
        """Note an event, as httpcore's async side calls it."""
        self.note(event, info)
