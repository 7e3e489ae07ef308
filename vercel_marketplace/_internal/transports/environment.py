"""What the environment says of proxies and certificates, and which variable is wrong."""

import os
import ssl
from functools import cache
from urllib.request import getproxies

import httpx

from vercel_marketplace.errors import HTTPClientError, InvalidRequestError, UnexpectedClientError

_TLS_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")


def has_proxies() -> bool:
    """Whether the environment (or the system's settings) names a proxy."""
    return not {"http", "https", "all"}.isdisjoint(getproxies())


def context_for(scheme: str) -> ssl.SSLContext:
    """Return the TLS context for a scheme."""
    return tls_context() if scheme == "https" else _unused_context()


@cache
def tls_context() -> ssl.SSLContext:
    """Make the one TLS context of the process: loading certificates is what a client costs."""
    return httpx.create_ssl_context()


@cache
def _unused_context() -> ssl.SSLContext:
    """Make the context for plain http, which never uses it: it trusts nobody."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def explain(error: Exception) -> HTTPClientError:
    """Return the error for an exception while a pool was made, naming a variable that is wrong.

    The value of a variable stays out: the URL of a proxy may hold a password.
    """
    kind = type(error).__name__
    wrong = _wrong_variable(error)
    if wrong is None:
        failure = UnexpectedClientError(f"could not make a transport: {kind}; see __cause__")
        failure.__cause__ = error
        return failure
    variable, advice = wrong
    return InvalidRequestError(f"{variable} in the environment cannot be used ({kind}): {advice}")


def _wrong_variable(error: Exception) -> tuple[str, str] | None:
    """Find the variable to blame and what to do about it."""
    if isinstance(error, OSError):
        used = [name for name in _TLS_VARIABLES if os.environ.get(name)]
        if used:
            return " or ".join(used), "it must name a file or directory that can be used for TLS"
        return None
    proxies = getproxies()
    for scheme in ("http", "https", "all"):
        if scheme in proxies and not _is_usable(proxies[scheme]):
            advice = (
                "it must be the http, https, socks5 or socks5h URL of a proxy, "
                "and SOCKS requires: pip install 'httpx[socks]'"
            )
            return name_of_proxy(scheme), advice
    if "no" in proxies and has_proxies():
        advice = "write IPv6 addresses without brackets, and leave out networks of IPv6"
        return name_of_proxy("no"), advice
    return None


def _is_usable(proxy: str) -> bool:
    """Whether httpx accepts a proxy's URL."""
    try:
        url = httpx.URL(proxy if "://" in proxy else f"http://{proxy}")
        httpx.HTTPTransport(verify=_unused_context(), proxy=httpx.Proxy(url)).close()
    except (ValueError, ImportError, httpx.InvalidURL):
        return False
    return True


def name_of_proxy(scheme: str) -> str:
    """Return the name of a variable in the case in which it is set: lower case comes first."""
    variable = f"{scheme}_proxy"
    return variable if variable in os.environ else variable.upper()
