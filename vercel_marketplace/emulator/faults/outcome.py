"""How an answer reaches the client, whichever way it came in."""

from attrs import frozen

from vercel_marketplace.http import HTTPResponse


@frozen(kw_only=True)
class Outcome:
    """An answer and its way.

    Attributes:
        response: The answer; `None` where the connection is dropped before there is one.
        delay: Seconds until it comes.
        truncate_at: How many bytes of its body arrive before the connection breaks; `None` for all.
        connected: False where the request is not to arrive at all. A way in that has it
            already can only drop the connection.
        error: What a test's own function raised that was to make the answer; the request
            was processed.
    """

    response: HTTPResponse | None
    delay: float = 0.0
    truncate_at: int | None = None
    connected: bool = True
    error: Exception | None = None
