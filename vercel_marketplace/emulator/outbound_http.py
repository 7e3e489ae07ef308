"""How a request of the emulator's own goes out to a server of the partner's."""

from vercel_marketplace._internal.addressing import split_server_url
from vercel_marketplace._internal.blocking import block_on
from vercel_marketplace._internal.seconds import check_timeout
from vercel_marketplace._internal.transports import TransportHandle
from vercel_marketplace.errors import InvalidRequestError
from vercel_marketplace.http import HTTPRequest, Transport


def parse_base_url(url: str, timeout: float) -> tuple[str, str]:
    """What comes before a path on a server, and the query that comes after it.

    Raises:
        TypeError, ValueError: The URL is not absolute, or the timeout makes no sense.
    """
    check_timeout(timeout)
    try:
        return split_server_url(url)
    except InvalidRequestError:
        msg = "url must be an absolute http or https URL without a user and password"
        raise ValueError(msg) from None


def send(request: HTTPRequest, transport: Transport | None = None) -> object:
    """The answer to a request, over HTTP if nothing else is to answer it.

    No connection outlives it.

    Args:
        request: The request.
        transport: What answers instead.
    """
    shared = TransportHandle(blocking=True, transport=transport)
    try:
        return block_on(shared.send(request))
    finally:
        shared.close()
