"""Headers of a request: those that a user adds, and the one with the token. Pure."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from vercel_marketplace._internal.describe import describe
from vercel_marketplace._internal.lazy import LazyModule

if TYPE_CHECKING:
    from vercel_marketplace import errors
else:
    errors = LazyModule("vercel_marketplace.errors")  # attrs comes with it

_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE: Final = re.compile(r"([\x21-\x7e]([\t\x20-\x7e]*[\x21-\x7e])?)?")

# The transport sets these; another value would let a second request be smuggled in.
_FRAMING: Final = frozenset(
    {"connection", "content-length", "host", "te", "trailer", "transfer-encoding", "upgrade"}
)


def make_authorization(token: object) -> str:
    """Return the `authorization` header for a token, which may already start with `Bearer `.

    White space around a token, such as the line break at the end of a file, is not part of it.

    Raises:
        InvalidRequestError: There is no token, or one that no header can hold.
    """
    if token is None:
        token = ""
    if not isinstance(token, str):
        msg = f"bearer_token must be a str, got {describe(token)}"
        raise errors.InvalidRequestError(msg)
    token = token.strip()
    if not token:
        msg = "no bearer token: pass bearer_token= or set VERCEL_TOKEN"
        raise errors.InvalidRequestError(msg)
    if not _VALUE.fullmatch(token):
        msg = "bearer_token has a character that no header can hold (a line break?)"
        raise errors.InvalidRequestError(msg)
    return token if token[:7].lower() == "bearer " else f"Bearer {token}"


def check_headers(headers: Mapping[str, str]) -> None:
    """Refuse headers that a user may not add to a request.

    Raises:
        InvalidRequestError: A header cannot be sent, or would change the framing.
    """
    for name, value in cast("Mapping[Any, Any]", headers).items():
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            msg = "headers: invalid header name"
            raise errors.InvalidRequestError(msg)
        if name.lower() in _FRAMING:
            msg = f"headers: {name} is set by the transport and cannot be overridden"
            raise errors.InvalidRequestError(msg)
        if not isinstance(value, str) or not _VALUE.fullmatch(value):
            msg = (
                f"headers: the value of {name} must be a str of printable ASCII, without white "
                "space at either end"
            )
            raise errors.InvalidRequestError(msg)
