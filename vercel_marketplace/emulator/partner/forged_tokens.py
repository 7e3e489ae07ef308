"""Tokens that a partner has to refuse."""

import hmac
from collections.abc import Iterator, Mapping
from typing import Any, Final, Protocol

from attrs import field, frozen

from vercel_marketplace._internal import base64url
from vercel_marketplace.emulator.jwt.tokens import segment, unsigned_token
from vercel_marketplace.models._fields import redact
from vercel_marketplace.tokens.claims import parse_object

_LONG_AGO: Final = {"iat": 1_500_000_000, "exp": 1_500_003_600}
_WRONG: Final[Mapping[str, Mapping[str, Any]]] = {
    "an expired token": _LONG_AGO,
    "a token for another installation": {"installation_id": "icfg_of_somebody_else"},
    "a token for another integration": {"aud": "oac_of_somebody_else"},
    "a token of another issuer": {"iss": "https://issuer.example"},
}


class UserTokenIssuer(Protocol):
    """What signs the tokens of users."""

    def user_token(self, *, claims: Mapping[str, Any] | None = ...) -> str:
        """A token, with these claims in place of the usual ones."""
        ...


@frozen
class ForgedToken:
    """A token that is not to be trusted.

    Attributes:
        what: What it is.
        token: The token; `None` for none at all.
    """

    what: str
    token: str | None = field(repr=redact)


def forged_tokens(signs: UserTokenIssuer) -> Iterator[ForgedToken]:
    """What a stranger may come with.

    Args:
        signs: What signs the tokens that are right.

    Raises:
        ImportError: The extra `tokens` is not installed.
    """
    from vercel_marketplace.emulator.jwt.key_pair import public_pem  # noqa: PLC0415 (an extra)

    header, payload, signature = signs.user_token().split(".")
    claims = _read(payload)
    yield ForgedToken("no token", None)
    yield ForgedToken("a token that is none", "not-a-token")
    yield ForgedToken("a token without a signature (alg none)", unsigned_token(claims))
    changed = segment({**claims, "user_id": "usr_somebody_else"})
    yield ForgedToken("claims changed after signing", f"{header}.{changed}.{signature}")
    text = f"{segment({**_read(header), 'alg': 'HS256'})}.{payload}"
    mac = base64url.encode(hmac.digest(public_pem(), text.encode(), "sha256"))
    yield ForgedToken("a token signed with the public key (alg HS256)", f"{text}.{mac}")
    for what, wrong in _WRONG.items():
        yield ForgedToken(what, signs.user_token(claims=wrong))


def _read(part: str) -> dict[str, Any]:
    return parse_object(base64url.decode(part) or b"") or {}
