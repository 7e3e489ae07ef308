"""Finds the route of a request among the registered ones."""

# Importing a topic registers its handlers.
# pyright: reportUnusedImport=false

from typing import Final
from urllib.parse import unquote, urlsplit

from vercel_marketplace.emulator.api import (  # noqa: F401 (see above)
    accounts,
    balances,
    billing,
    credentials,
    deployment_actions,
    experimentation,
    global_configs,
    installations,
    invoices,
    oauth,
    resources,
    secrets,
    sso,
    uninstallation,
)
from vercel_marketplace.emulator.api.errors import bad_request, not_found
from vercel_marketplace.emulator.api.registry import REGISTERED, Route

ROUTES: Final = tuple(REGISTERED)
"""The routes of all operations."""


def match(method: str, url: str) -> tuple[Route, dict[str, str]]:
    """Return the route of a request, and the parameters in its path.

    Raises:
        APIError: 404, there is no such route; 400, the path is not UTF-8.
    """
    # Split before anything is unescaped: an id may hold a slash.
    segments = _path_segments(url)
    for route in ROUTES:
        parameters = route.match(method, segments)
        if parameters is not None:
            return route, {name: _unescape(value) for name, value in parameters.items()}
    raise not_found(what="Endpoint")


def _path_segments(url: str) -> list[str]:
    try:
        return urlsplit(url).path.split("/")
    except ValueError:  # such as half of an IPv6 address
        return []


def _unescape(segment: str) -> str:
    try:
        return unquote(segment, errors="strict")
    except ValueError:
        raise bad_request(path="", message="the path is not UTF-8") from None
