"""WSGI (PEP 3333) in the SDK's own terms: an environ is an `HTTPRequest`."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import quote_from_bytes, unquote_to_bytes

from vercel_marketplace._internal.server_interface import (
    FRAMING,
    body_to_send,
    choose_path,
    headers_to_send,
)
from vercel_marketplace.http import Headers, HTTPRequest, HTTPResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from wsgiref.types import StartResponse, WSGIEnvironment

_CHUNK_BYTES: Final = 65_536
_PHRASES: Final[dict[int, str]] = {status.value: status.phrase for status in HTTPStatus}


class Refuse(Protocol):
    """Returns the response to a request that is not handed on."""

    def __call__(self, status: HTTPStatus, message: str, /) -> HTTPResponse:
        """Return a response that says why."""
        ...


class WSGIApplication:
    """A WSGI application: any server and framework that speaks WSGI can run or mount it."""

    def __init__(
        self,
        respond: Callable[[HTTPRequest], HTTPResponse],
        *,
        max_body_bytes: int,
        refuse: Refuse,
    ) -> None:
        """Make an application.

        Args:
            respond: Returns the response to a request.
            max_body_bytes: The longest body that is read; `respond` refuses a longer one.
            refuse: Returns the response where the body cannot be read.
        """
        self._respond = respond
        self._max_body_bytes = max_body_bytes
        self._refuse = refuse

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Handle one request."""
        response = self._response_to(environ)
        method: str = environ["REQUEST_METHOD"]
        status = response.status_code
        headers = [*headers_to_send(response, method).items()]
        start_response(f"{status} {_PHRASES.get(status, '')}", headers)
        return [body_to_send(response, method)]

    def _response_to(self, environ: WSGIEnvironment) -> HTTPResponse:
        try:
            body = read_body(environ, self._max_body_bytes)
        except BodyError as error:
            return self._refuse(error.status, error.message)
        return self._respond(read_request(environ, body))


class BodyError(Exception):
    """A body that cannot be read.

    Attributes:
        status: The status to respond with.
        message: Why.
    """

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(status, message)
        self.status = status
        self.message = message


def read_body(environ: WSGIEnvironment, limit: int) -> bytes:
    """Return the body; of one that is longer than the limit, a byte more than that at most.

    Raises:
        BodyError: It does not say where it ends, or ends before that.
    """
    if environ.get("wsgi.input_terminated"):  # the server knows where it ends, as with chunks
        return b"".join(_read_chunks(environ, limit + 1))
    if "HTTP_TRANSFER_ENCODING" in environ:
        msg = "The server does not read chunked bodies; send a Content-Length"
        raise BodyError(HTTPStatus.LENGTH_REQUIRED, msg)
    text: str = environ.get("CONTENT_LENGTH") or "0"
    if not (text.isascii() and text.isdigit()):
        msg = "The Content-Length is not a valid number"
        raise BodyError(HTTPStatus.BAD_REQUEST, msg)
    # Without leading zeros, so that it has few digits where it is not too large.
    digits = text.lstrip("0")
    if len(digits) > len(str(limit)) or (length := int(digits or "0")) > limit:
        msg = f"The body is longer than {limit} bytes"
        raise BodyError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, msg)
    body = b"".join(_read_chunks(environ, length))
    if len(body) < length:
        msg = "The body is shorter than its Content-Length"
        raise BodyError(HTTPStatus.BAD_REQUEST, msg)
    return body


def _read_chunks(environ: WSGIEnvironment, length: int) -> Iterator[bytes]:
    """Yield the bytes of a body, as many as there are up to a length."""
    left = length
    while left and (chunk := environ["wsgi.input"].read(min(left, _CHUNK_BYTES))):
        yield chunk
        left -= len(chunk)


def read_request(environ: WSGIEnvironment, body: bytes) -> HTTPRequest:
    """Return the request of an environ. Its URL is relative to where it is mounted."""
    return HTTPRequest(
        method=environ["REQUEST_METHOD"],
        url=_read_url(environ),
        headers=Headers([*_read_headers(environ)]),
        content=body or None,
    )


def _read_headers(environ: WSGIEnvironment) -> Iterator[tuple[str, str]]:
    for key, value in environ.items():
        name = key.removeprefix("HTTP_").replace("_", "-").lower()
        is_header = key.startswith("HTTP_") or key == "CONTENT_TYPE"
        if is_header and value and name not in FRAMING:
            yield name, value


def _read_url(environ: WSGIEnvironment) -> str:
    mount: bytes = environ.get("SCRIPT_NAME", "").encode("latin-1")
    path = mount + environ.get("PATH_INFO", "").encode("latin-1")
    # Not in the standard: the path as it was sent, unless the server has rewritten it.
    sent: str = environ.get("RAW_URI") or environ.get("REQUEST_URI") or ""
    raw = sent.partition("?")[0]
    if unquote_to_bytes(raw) != path:
        raw = quote_from_bytes(path)
    below = choose_path(raw, path.decode(errors="replace"), mount=mount.decode(errors="replace"))
    host, port = environ["SERVER_NAME"], environ["SERVER_PORT"]
    url = f"{environ['wsgi.url_scheme']}://{f'[{host}]' if ':' in host else host}:{port}{below}"
    query = environ.get("QUERY_STRING")
    return f"{url}?{query}" if query else url
