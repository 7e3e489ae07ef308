"""Exceptions of httpx, and of the libraries made after it, become errors of the SDK. Pure."""

import sys
from types import ModuleType
from typing import Any

from vercel_marketplace._internal.transports.progress import Progress
from vercel_marketplace.errors import (
    ConnectionError,  # noqa: A004 (the SDK's)
    HTTPClientError,
    InvalidRequestError,
    RequestTimeoutError,
    UnexpectedClientError,
    VercelError,
)

_EXCEPTION_MAP: tuple[tuple[tuple[str, ...], type[HTTPClientError], bool, str], ...] = (
    (("ConnectTimeout", "PoolTimeout"), RequestTimeoutError, False, "no connection in time"),
    (("TimeoutException",), RequestTimeoutError, True, "timed out: no response in time"),
    (("ConnectError", "ProxyError"), ConnectionError, False, "could not connect"),
    (("InvalidURL", "UnsupportedProtocol"), InvalidRequestError, False, "the URL cannot be sent"),
    (("LocalProtocolError",), InvalidRequestError, False, "the request cannot be sent"),
    (("ProtocolError",), ConnectionError, True, "malformed or truncated HTTP response"),
    (("RequestError",), ConnectionError, True, "the connection broke"),
)
"""Names of exceptions, the SDK's error, whether the request may have arrived, and the message.

The first row that matches applies: the names of a later row may be base classes.
"""

_NAMES = [name for names, *_ in _EXCEPTION_MAP for name in names] + ["HTTPStatusError"]


def library_of(value: object) -> ModuleType | None:
    """Return the library that an exception or a response comes from: httpx, httpx2, or similar."""
    for base in type(value).__mro__:
        module = sys.modules.get(base.__module__.partition(".")[0])
        if module is not None and all(hasattr(module, name) for name in _NAMES):
            return module
    return None


def translate(
    error: Exception, progress: Progress, client_request: object = None
) -> HTTPClientError | None:
    """Return the SDK's error for an exception of a client library; `None` for a bug.

    Args:
        error: The exception.
        progress: How far the request has got.
        client_request: The request, once a client has it to send. A client may fail at more
            than that, in a hook or over a redirect, when the API has acted already.
    """
    if client_request is not None and isinstance(error, VercelError):
        # Of a call that a hook of the client made: it says nothing about this one.
        message = f"the client raised {type(error).__name__}; see __cause__"
        failure = UnexpectedClientError(message, request_sent=progress.may_be_sent)
        failure.__cause__ = error
        return failure
    library: Any = library_of(error)
    if library is None:
        return None
    for names, kind, request_sent, message in _EXCEPTION_MAP:
        if not isinstance(error, tuple(getattr(library, name) for name in names)):
            continue
        # The text of these quotes the request or the response, so it goes no further.
        is_quoting = kind is InvalidRequestError or isinstance(error, library.ProtocolError)
        if request_sent:
            request_sent = progress.may_be_sent  # noqa: PLW2901 (the row knows less)
        elif client_request is not None and not _was_never_sent(error, progress, client_request):
            kind, request_sent, message = ConnectionError, True, "the client failed"  # noqa: PLW2901 (the row does not hold)
        if is_quoting:
            return kind(f"{message} ({type(error).__name__})", request_sent=request_sent)
        text = str(error) or type(error).__name__
        translated = kind(f"{message}: {text}", request_sent=request_sent)
        translated.__cause__ = error
        return translated
    return None


def response_in(error: Any, client_request: object) -> Any:
    """Return the response to a request that an exception carries, or `None`.

    An event hook of the user's client that calls `raise_for_status` raises such a one.
    """
    library: Any = library_of(error)
    if library is None or not isinstance(error, library.HTTPStatusError):
        return None
    return error.response if _request_of(error) is client_request else None


def _was_never_sent(error: Exception, progress: Progress, client_request: object) -> bool:
    """Whether it is certainly this very request that a client could not send.

    Over HTTP/2 a `LocalProtocolError` is raised for what is received, too.
    """
    library: Any = library_of(error)
    return (
        _request_of(error) is client_request
        and not progress.has_begun
        and not isinstance(error, library.LocalProtocolError)
    )


def _request_of(error: Any) -> object:
    try:
        return error.request
    except (AttributeError, RuntimeError):
        return None
