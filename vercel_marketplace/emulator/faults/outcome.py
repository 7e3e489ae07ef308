"""The outcome of a request, whichever way the request came in."""

from attrs import frozen

from vercel_marketplace.http import HTTPResponse


@frozen(kw_only=True)
class Outcome:
    """A response, and how it reaches the client.

    Attributes:
        response: The response; `None` if the connection is dropped before it.
        delay: Seconds until the response.
        truncate_at: How many bytes of the body arrive before the connection breaks; `None` for
            all of them.
        connected: False if the connection is refused. A server, which has accepted it already,
            can only drop it.
        error: What the test's own function raised instead of altering the response; the
            request was processed.
    """

    response: HTTPResponse | None
    delay: float = 0.0
    truncate_at: int | None = None
    connected: bool = True
    error: Exception | None = None
