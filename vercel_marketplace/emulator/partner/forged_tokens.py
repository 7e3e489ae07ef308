"""Forged tokens, which a partner must reject."""

import hmac
from collections.abc import Iterator, Mapping
from typing import Any, Final, Protocol

from attrs import field, frozen

from vercel_marketplace._internal import base64url
from vercel_marketplace.emulator.jwt.tokens import segment, unsigned_token
from vercel_marketplace.models._fields import mask
from vercel_marketplace.tokens.claims import parse_object

_LONG_AGO: Final = {"iat": 1_500_000_000, "exp": 1_500_003_600}
_WRONG: Final[Mapping[str, Mapping[str, Any]]] = {
    "an expired token": _LONG_AGO,
    "a token for another installation": {"installation_id": "icfg_of_somebody_else"},
    "a token for another integration": {"aud": "oac_of_somebody_else"},
    "a token from another issuer": {"iss": "https://issuer.example"},
}


class UserTokenIssuer(Protocol):
    """Signs the tokens of users."""

    def user_token(self, *, claims: Mapping[str, Any] | None = ...) -> str:
        """Return a token with these claims instead of the usual ones."""
        ...


@frozen
class ForgedToken:
    """A token that must not be trusted.

    Attributes:
        what: A description.
        token: The token; `None` for a request without one.
    """

    what: str
    token: str | None = field(repr=mask)


def forged_tokens(issuer: UserTokenIssuer) -> Iterator[ForgedToken]:
    """Yield the tokens that an attacker may send.

    Args:
        issuer: Signs the valid tokens that they are made of.

    Raises:
        ImportError: The extra `tokens` is not installed.
    """
    from vercel_marketplace.emulator.jwt.key_pair import public_pem  # noqa: PLC0415 (an extra)

    header, payload, signature = issuer.user_token().split(".")
    claims = _read(payload)
    yield ForgedToken("no token", None)
    yield ForgedToken("a malformed token", "not-a-token")
    yield ForgedToken("an unsigned token (alg none)", unsigned_token(claims))
    changed = segment({**claims, "user_id": "usr_somebody_else"})
    yield ForgedToken("claims changed after signing", f"{header}.{changed}.{signature}")
    text = f"{segment({**_read(header), 'alg': 'HS256'})}.{payload}"
    mac = base64url.encode(hmac.digest(public_pem(), text.encode(), "sha256"))
    yield ForgedToken("a token signed with the public key (alg HS256)", f"{text}.{mac}")
    for what, wrong in _WRONG.items():
        yield ForgedToken(what, issuer.user_token(claims=wrong))


def _read(part: str) -> dict[str, Any]:
    return parse_object(base64url.decode(part) or b"") or {}
