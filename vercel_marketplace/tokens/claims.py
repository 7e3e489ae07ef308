"""What Vercel's tokens say, and which of them are to be believed when. Pure.

The fields of the claims are named as the claims are.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Final, Literal, TypeAlias, cast

from attrs import field, frozen

from vercel_marketplace.models.account import MemberRole
from vercel_marketplace.tokens.errors import (
    MalformedTokenError,
    TokenAudienceError,
    TokenExpiredError,
    TokenIssuerError,
    TokenNotYetValidError,
    WrongInstallationError,
    WrongTokenKindError,
)

ISSUER: Final = "https://marketplace.vercel.com"
"""Who issues the tokens."""

JWKS_URL: Final = "https://marketplace.vercel.com/.well-known/jwks"
"""Where the keys are published."""

ALGORITHM: Final = "RS256"
"""How the tokens are signed."""

AUTH_HEADER: Final = "x-vercel-auth"
"""The header in which a call says what kind its token is of."""


class AnyInstallation(Enum):
    """The type of `ANY_INSTALLATION`."""

    ANY_INSTALLATION = "any"


ANY_INSTALLATION: Final = AnyInstallation.ANY_INSTALLATION
"""In the place of an installation's id: take a token for any, and look at the claim.

For the `id_token` of a user who signs in, and calls whose path names no installation. `None`
does not stand for it: what was left out of a path by mistake must not open the door.
"""

TokenKind: TypeAlias = Literal["user", "system"]
"""Whether a token speaks for a user, or for Vercel itself."""

_LAST_SECOND: Final = 253_402_300_799  # of the year 9999, beyond which there is no datetime
_TIMES: Final = ("exp", "iat", "nbf")
_USER: Final = ("user_id", "user_role", "user_email", "user_name", "user_avatar_url")


def _names(value: Mapping[str, object]) -> str:
    """What `repr` shows of claims that may hold anything: their names."""
    return f"{{{', '.join(value)}}}"


@frozen(kw_only=True)
class UserClaims:
    """A user who acts through Vercel's dashboard, or signs in from there.

    Attributes:
        iss: The issuer.
        aud: The integration that the token is for, `oac_…`.
        sub: The account and the user, `account:…:user:…`.
        account_id: The account behind the installation.
        installation_id: The installation, `icfg_…`.
        user_id: The member; what `get_member` takes.
        user_role: `"ADMIN"` may install integrations; `"USER"` may only look. Expect more.
        type: `"id_token"` or `"access_token"`, where Vercel says so.
        user_email: The user's address, where Vercel gives it to this integration.
        user_name: The user's name, where known.
        user_avatar_url: The user's picture, where known.
        exp: When the token expires, in UTC.
        iat: When it was issued, where it says so.
        nbf: When it starts to be valid, where it says so.
        extra: The claims that have no field here, as they came. `repr` shows their names.
    """

    iss: str
    aud: str
    sub: str
    account_id: str
    installation_id: str
    user_id: str
    user_role: MemberRole | str
    type: str | None = None
    user_email: str | None = None
    user_name: str | None = None
    user_avatar_url: str | None = None
    exp: datetime
    iat: datetime | None = None
    nbf: datetime | None = None
    extra: Mapping[str, Any] = field(factory=dict[str, Any], repr=_names, hash=False)


@frozen(kw_only=True)
class SystemClaims:
    """Vercel itself.

    Attributes:
        iss: The issuer.
        aud: The integration that the token is for, `oac_…`.
        sub: The account, `account:…`; may be missing.
        account_id: The account behind the installation.
        installation_id: The installation, `icfg_…`; `None` where the call is for none.
        type: `"id_token"` or `"access_token"`, where Vercel says so.
        exp: When the token expires, in UTC.
        iat: When it was issued, where it says so.
        nbf: When it starts to be valid, where it says so.
        extra: The claims that have no field here, as they came. `repr` shows their names.
    """

    iss: str
    aud: str
    sub: str | None = None
    account_id: str
    installation_id: str | None = None
    type: str | None = None
    exp: datetime
    iat: datetime | None = None
    nbf: datetime | None = None
    extra: Mapping[str, Any] = field(factory=dict[str, Any], repr=_names, hash=False)


def check_origin(claims: Mapping[str, Any], *, issuer: str, client_id: str) -> None:
    """Whether the token comes from Vercel and is for this integration alone.

    Raises:
        TokenIssuerError: It does not.
        TokenAudienceError: It is for another. One that is for others too is refused: whoever
            of them gets hold of it could come here with it.
    """
    if claims.get("iss") != issuer:
        msg = "the token is another issuer's"
        raise TokenIssuerError(msg)
    if claims.get("aud") not in (client_id, [client_id]):
        msg = "the token is for another integration, or not for this one alone"
        raise TokenAudienceError(msg)


def check_times(claims: Mapping[str, Any], *, now: float, leeway: float) -> None:
    """Whether the token is valid now. Without `exp` it would be so forever.

    Args:
        claims: The claims.
        now: The time, in epoch seconds.
        leeway: Seconds that the clock of this machine and Vercel's may differ.

    Raises:
        TokenExpiredError: No longer.
        TokenNotYetValidError: Not yet.
        MalformedTokenError: A time is missing or is none.
    """
    if now >= _seconds(claims, "exp") + leeway:
        msg = "the token has expired"
        raise TokenExpiredError(msg)
    for name in ("nbf", "iat"):
        if claims.get(name) is not None and _seconds(claims, name) > now + leeway:
            msg = f"the token is from the future ({name}); is this machine's clock right?"
            raise TokenNotYetValidError(msg)


def check_kind(claims: Mapping[str, Any], kind: TokenKind) -> None:
    """Whether the token is of the kind it is taken for.

    The header that names the kind is not signed. A user who could pass for the system would
    have its rights.

    Raises:
        WrongTokenKindError: It is not.
    """
    subject = claims.get("sub")
    is_users = any(claims.get(name) is not None for name in _USER) or (
        isinstance(subject, str) and ":user:" in subject
    )
    if is_users != (kind == "user"):
        msg = "the token is a user's" if is_users else "the token is not a user's"
        raise WrongTokenKindError(msg)


def check_installation(claims: Mapping[str, Any], installation_id: str | AnyInstallation) -> None:
    """Whether the token is for the installation that the path of the call names.

    Raises:
        WrongInstallationError: It is for another, or for none.
    """
    if installation_id is ANY_INSTALLATION:
        return
    claim = claims.get("installation_id")
    if claim is None or claim != installation_id:
        msg = "the token is for another installation, or for none"
        raise WrongInstallationError(msg)


def user_claims(claims: Mapping[str, Any]) -> UserClaims:
    """The claims, typed.

    Raises:
        MalformedTokenError: One is missing or of another type; the message names it.
    """
    return UserClaims(
        **_shared(claims, _USER),
        sub=_text(claims, "sub"),
        installation_id=_text(claims, "installation_id"),
        user_id=_text(claims, "user_id"),
        user_role=_text(claims, "user_role"),
        user_email=_text_or_none(claims, "user_email"),
        user_name=_text_or_none(claims, "user_name"),
        user_avatar_url=_text_or_none(claims, "user_avatar_url"),
    )


def system_claims(claims: Mapping[str, Any]) -> SystemClaims:
    """The claims, typed.

    Raises:
        MalformedTokenError: One is missing or of another type; the message names it.
    """
    return SystemClaims(
        **_shared(claims, ()),
        sub=_text_or_none(claims, "sub"),
        installation_id=_text_or_none(claims, "installation_id"),
    )


def _shared(claims: Mapping[str, Any], others: tuple[str, ...]) -> dict[str, Any]:
    """The fields that both kinds have, and `extra`; `others` are fields too."""
    audience = claims["aud"]
    fields = {
        "iss": claims["iss"],
        "aud": audience if isinstance(audience, str) else audience[0],
        "account_id": _text(claims, "account_id"),
        "type": _text_or_none(claims, "type"),
        **{name: _moment(claims, name) for name in _TIMES},
    }
    known = {*fields, "sub", "installation_id", *others}
    return {**fields, "extra": {name: claims[name] for name in claims if name not in known}}


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not value:
        raise _malformed(name)
    return value


def _text_or_none(claims: Mapping[str, Any], name: str) -> str | None:
    return None if claims.get(name) is None else _text(claims, name)


def _seconds(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and 0 <= (seconds := cast("float", value)) <= _LAST_SECOND:
        return seconds
    raise _malformed(name)


def _moment(claims: Mapping[str, Any], name: str) -> datetime | None:
    return None if claims.get(name) is None else datetime.fromtimestamp(_seconds(claims, name), UTC)


def _malformed(name: str) -> MalformedTokenError:
    return MalformedTokenError(f"the claim {name} is missing or not what it should be")
