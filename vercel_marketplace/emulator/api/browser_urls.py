"""The URLs that Vercel sends a user's browser to. Pure."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit


def check_url(name: str, url: str) -> None:
    """Check that a browser can be sent to a URL.

    Args:
        name: The name of the argument.
        url: The URL.

    Raises:
        ValueError: It is not an absolute http URL.
    """
    scheme, host, *_ = urlsplit(url)
    if scheme not in {"http", "https"} or not host:
        msg = f"{name} must be an absolute http URL, got {url!r}"
        raise ValueError(msg)


def add_query(url: str, parameters: Mapping[str, str | None]) -> str:
    """Return a URL with parameters after its own; those that are `None` are left out."""
    parts = urlsplit(url)
    given = {name: value for name, value in parameters.items() if value is not None}
    query = "&".join(filter(None, [parts.query, urlencode(given)]))
    return urlunsplit(parts._replace(query=query))


def read_query(url: str) -> dict[str, str]:
    """Return the parameters of a URL; of one that is given twice, the last."""
    return dict(parse_qsl(urlsplit(url).query))


def without_query(url: str) -> str:
    """Return a URL without its query and fragment."""
    return urlunsplit(urlsplit(url)._replace(query="", fragment=""))
