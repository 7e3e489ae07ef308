"""Sends requests of the emulator to the partner's server."""

from typing import Any

from vercel_marketplace._internal.blocking import block_on
from vercel_marketplace._internal.seconds import check_timeout
from vercel_marketplace._internal.transports import TransportHandle
from vercel_marketplace._internal.urls import split_url
from vercel_marketplace.errors import InvalidRequestError
from vercel_marketplace.http import HTTPRequest, Transport


def check_transport(transport: Transport | None) -> None:
    """Refuse what cannot send a request.

    Raises:
        TypeError: It is not a transport.
    """
    TransportHandle(blocking=True, transport=transport)


def parse_base_url(url: str, timeout: float) -> tuple[str, str]:
    """Return a base URL without its query, and the query, with its `?`.

    Raises:
        TypeError, ValueError: The URL is not absolute, or the timeout is not valid.
    """
    check_timeout(timeout)
    try:
        return split_url(url)
    except InvalidRequestError:
        msg = "url must be an absolute http or https URL without a user, password or fragment"
        raise ValueError(msg) from None


def send(request: HTTPRequest, transport: Transport | None = None) -> Any:
    """Send a request and return the response; no connection stays open.

    Args:
        request: The request.
        transport: Sends it instead of HTTP.
    """
    shared = TransportHandle(blocking=True, transport=transport)
    try:
        return block_on(shared.send(request))
    finally:
        shared.close()
