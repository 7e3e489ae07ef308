"""Decides whether a request may come from a page of another site, by its `Host` and `Origin`.

A page that is open in a developer's browser reaches a server on the same machine in two ways.
It posts a form across sites, without asking the server first: `Origin` names the page. Or its
own domain resolves to 127.0.0.1 at the second look-up (DNS rebinding), and the browser takes the
server for the page's own site: only `Host` names it. Other clients set both as they like, and
are not what this is about.
"""

import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any, Final, TypeAlias

Refusal: TypeAlias = tuple[HTTPStatus, str, str]
"""Status, code and message."""

_HOST: Final = re.compile(r"(\[[0-9a-f:.]+\]|[^\[\]:/?#@\s]+)(?::([0-9]{1,5}))?", re.ASCII)
_DEFAULT_PORTS: Final = {"http": "80", "https": "443"}
_MAX_SHOWN_CHARS: Final = 100

# Nobody can register a domain that ends in one of these (RFC 2606, RFC 6761, RFC 6762, and
# ICANN's resolution on `internal`), so a page of another site never has such a name.
_RESERVED: Final = frozenset({"example", "internal", "invalid", "local", "localhost", "test"})


def parse_names(names: Iterable[str]) -> frozenset[str]:
    """Return the names that a server is told to answer to.

    Args:
        names: Each a `name`, for any port, or `name:port`. IPv6 addresses are in brackets.

    Raises:
        TypeError: `names` is a single string.
        ValueError: One of them is not a name.
    """
    if isinstance(names, str):
        msg = f"allowed_hosts must be a list of names, not a string; use [{names!r}]"
        raise TypeError(msg)
    parsed = frozenset(name.lower() for name in names)
    for name in parsed:
        if not _HOST.fullmatch(name):
            msg = (
                f"allowed_hosts: {name!r} is not a host; "
                "use a name or an address, such as 'emulator', 'emulator:8787' or '[::1]'"
            )
            raise ValueError(msg)
    return parsed


def find_refusal(
    scope: Mapping[str, Any], allowed: frozenset[str] | None, authority: str
) -> Refusal | None:
    """Return why a request is refused, if it is.

    Args:
        scope: The request's ASGI scope.
        allowed: The names that the server answers to. `None` stands for all that a domain of
            another site cannot have: addresses, names without a dot, and reserved ones.
        authority: The address on which the request arrived, with its port.
    """
    hosts = _values(scope, b"host")
    for host in hosts:
        if not _is_allowed(host, allowed, authority, scope.get("scheme", "http")):
            shown = host[:_MAX_SHOWN_CHARS]
            message = (
                f"The emulator does not answer to the host {shown!r}; "
                "if it should, name it in allowed_hosts, or with --allow-host"
            )
            return HTTPStatus.MISDIRECTED_REQUEST, "misdirected_request", message
    for origin in _values(scope, b"origin"):
        if origin.partition("://")[2] not in hosts:
            message = "The emulator does not answer to a page of another origin"
            return HTTPStatus.FORBIDDEN, "forbidden", message
    return None


def _values(scope: Mapping[str, Any], header: bytes) -> list[str]:
    return [value.decode("latin-1").lower() for name, value in scope["headers"] if name == header]


def _is_allowed(host: str, allowed: frozenset[str] | None, authority: str, scheme: str) -> bool:
    parsed = _HOST.fullmatch(host)
    if parsed is None:
        return False
    name, port = parsed[1], parsed[2] or _DEFAULT_PORTS.get(scheme, "")
    if allowed is None:
        return _is_never_a_site(name)
    return not allowed.isdisjoint({name, f"{name}:{port}"}) or f"{name}:{port}" == authority


def _is_never_a_site(name: str) -> bool:
    """Whether no domain of another site can have this name."""
    last = name.removesuffix(".").rpartition(".")
    return not last[1] or last[2] in _RESERVED or _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True
