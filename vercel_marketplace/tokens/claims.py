"""The claims of Vercel's tokens, and the checks that a token has to pass. Pure.

The fields are named as the claims are.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Final, Literal, TypeAlias, cast

from attrs import field, fields_dict, frozen

from vercel_marketplace._internal.json import parse
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
"""The header in which a call names the kind of its token."""


class AnyInstallation(Enum):
    """The type of `ANY_INSTALLATION`."""

    ANY_INSTALLATION = "any"


ANY_INSTALLATION: Final = AnyInstallation.ANY_INSTALLATION
"""In place of an installation id: accept a token for any installation, and read the claim.

For the `id_token` of a user who signs in, and for calls whose path names no installation, or
`new`. `None` does not stand for it: an id that is missing by mistake must not open the door.
"""

TokenKind: TypeAlias = Literal["user", "system"]
"""Whether a token speaks for a user, or for Vercel itself."""

TokenUse: TypeAlias = Literal["id_token", "access_token"]
"""Whether a token signs a user in, or authorizes a call."""

_TYPES: Final = frozenset({"id_token", "access_token"})

_LAST_SECOND: Final = 253_402_300_799  # of the year 9999, beyond which there is no datetime
_TIMES: Final = ("exp", "iat", "nbf")
_USER: Final = ("user_id", "user_role", "user_email", "user_name", "user_avatar_url")


def _repr_names(value: Mapping[str, object]) -> str:
    """Return what `repr` shows of claims that may hold anything: their names."""
    return f"{{{', '.join(value)}}}"


@frozen(kw_only=True)
class UserClaims:
    """A user who acts in Vercel's dashboard, or signs in from there.

    `repr` leaves out the user's address, name and picture: they end up in logs.

    Attributes:
        iss: The issuer.
        aud: The integration that the token is for, `oac_…`.
        sub: The account and the user, `account:…:user:…`.
        account_id: The account behind the installation.
        installation_id: The installation, `icfg_…`.
        user_id: The member; the `member_id` of `get_member`.
        user_role: `"ADMIN"` may install integrations; `"USER"` may only look. Expect more.
        type: `"id_token"` or `"access_token"`, where Vercel says so.
        user_email: The user's address, where Vercel shows it to this integration.
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
    user_email: str | None = field(default=None, repr=False)
    user_name: str | None = field(default=None, repr=False)
    user_avatar_url: str | None = field(default=None, repr=False)
    exp: datetime
    iat: datetime | None = None
    nbf: datetime | None = None
    extra: Mapping[str, Any] = field(factory=dict[str, Any], repr=_repr_names, hash=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the claims as a JSON object, to keep them in a session.

        The names and values are those of the token, with times in epoch seconds; what is `None`
        is left out. It holds personal data: the user's address and name, where Vercel shows them.
        """
        held = {name: getattr(self, name) for name in fields_dict(UserClaims) if name != "extra"}
        known = {name: _to_json(value) for name, value in held.items() if value is not None}
        return {**self.extra, **known}

    @classmethod
    def from_dict(cls, mapping: Mapping[str, Any]) -> "UserClaims":
        """Read claims from a JSON object that `to_dict` returned.

        **Nothing is verified**, neither a signature nor a time: the claims are worth as much as
        the place they come from. From a cookie, they are as good as the signature of the cookie,
        which must be checked first. `exp` is the end of the token, not that of a session.

        Args:
            mapping: The object, as `json.loads` returns it.

        Raises:
            MalformedTokenError: A claim is missing or of another type; the message names it.
        """
        if not isinstance(mapping, Mapping):
            msg = "the claims are not a JSON object"
            raise MalformedTokenError(msg)
        for name in ("iss", "aud"):
            _read_text(mapping, name)
        _read_seconds(mapping, "exp")
        return read_user_claims(mapping)


@frozen(kw_only=True)
class SystemClaims:
    """Vercel itself.

    Attributes:
        iss: The issuer.
        aud: The integration that the token is for, `oac_…`.
        sub: The account, `account:…`; may be missing.
        account_id: The account behind the installation; `None` before there is one, as when
            Vercel asks for the plans of a product.
        installation_id: The installation, `icfg_…`; `None` before there is one.
        type: `"id_token"` or `"access_token"`, where Vercel says so.
        exp: When the token expires, in UTC.
        iat: When it was issued, where it says so.
        nbf: When it starts to be valid, where it says so.
        extra: The claims that have no field here, as they came. `repr` shows their names.
    """

    iss: str
    aud: str
    sub: str | None = None
    account_id: str | None = None
    installation_id: str | None = None
    type: str | None = None
    exp: datetime
    iat: datetime | None = None
    nbf: datetime | None = None
    extra: Mapping[str, Any] = field(factory=dict[str, Any], repr=_repr_names, hash=False)


def check_issuer_and_audience(claims: Mapping[str, Any], *, issuer: str, client_id: str) -> None:
    """Check that the token comes from Vercel and is for this integration alone.

    Raises:
        TokenIssuerError: The issuer is another.
        TokenAudienceError: The token is for another integration. One that is for others in
            addition is refused: any of them could use it here.
    """
    if claims.get("iss") != issuer:
        msg = "unexpected token issuer"
        raise TokenIssuerError(msg)
    if claims.get("aud") not in (client_id, [client_id]):
        msg = "the token is for another integration, or not for this one alone"
        raise TokenAudienceError(msg)


def check_times(claims: Mapping[str, Any], *, now: float, leeway: float) -> None:
    """Check that the token is valid now. `exp` is required: without it, that would be forever.

    Args:
        claims: The claims.
        now: The time, in epoch seconds.
        leeway: Seconds that the clock of this machine and Vercel's may differ.

    Raises:
        TokenExpiredError: It is valid no longer.
        TokenNotYetValidError: It is not valid yet.
        MalformedTokenError: A time is missing or is not a number of epoch seconds.
    """
    if now >= _read_seconds(claims, "exp") + leeway:
        msg = "the token has expired"
        raise TokenExpiredError(msg)
    for name in ("nbf", "iat"):
        if claims.get(name) is not None and _read_seconds(claims, name) > now + leeway:
            msg = f"the token is from the future ({name}); is this machine's clock right?"
            raise TokenNotYetValidError(msg)


def check_kind(claims: Mapping[str, Any], kind: TokenKind) -> None:
    """Check that the token speaks for whom it is taken to.

    The header that names the kind is not signed. A user who could pass for the system would
    have its rights.

    Raises:
        WrongTokenKindError: It speaks for the other.
    """
    if kind_of(claims) != kind:
        msg = "the token is not a user's" if kind == "user" else "the token is a user's"
        raise WrongTokenKindError(msg)


def kind_of(claims: Mapping[str, Any]) -> TokenKind:
    """Return whom the token speaks for: a user, if anything in it names one."""
    subject = claims.get("sub")
    names_user = isinstance(subject, str) and ":user:" in subject
    has_claims = any(claims.get(name) is not None for name in _USER)
    return "user" if names_user or has_claims else "system"


def check_use(claims: Mapping[str, Any], use: TokenUse) -> None:
    """Check that the token is for this use, where its `type` says what it is for.

    The `id_token` of a sign-in has passed through the partner's own code, and perhaps a
    browser: it must not authorize a call. Nor must the token of a call sign a user in.

    Raises:
        WrongTokenKindError: It is for the other use.
    """
    if claims.get("type") in _TYPES - {use}:
        msg = "an access_token does not sign a user in, an id_token does"
        if use == "access_token":
            msg = "an id_token does not authorize a call, an access_token does"
        raise WrongTokenKindError(msg)


def check_installation(claims: Mapping[str, Any], installation_id: str | AnyInstallation) -> None:
    """Check that the token is for the installation that the path of the call names.

    Raises:
        WrongInstallationError: It is for another installation, or for none.
    """
    if installation_id is ANY_INSTALLATION:
        return
    claim = claims.get("installation_id")
    if claim is None or claim != installation_id:
        msg = "the token is for another installation, or for none"
        raise WrongInstallationError(msg)


def read_user_claims(claims: Mapping[str, Any]) -> UserClaims:
    """Return the claims, typed.

    Raises:
        MalformedTokenError: One is missing or of another type; the message names it.
    """
    return UserClaims(
        **_read_shared(claims, _USER),
        account_id=_read_text(claims, "account_id"),
        sub=_read_text(claims, "sub"),
        installation_id=_read_text(claims, "installation_id"),
        user_id=_read_text(claims, "user_id"),
        user_role=_read_text(claims, "user_role"),
        user_email=_read_optional_text(claims, "user_email"),
        user_name=_read_optional_text(claims, "user_name"),
        user_avatar_url=_read_optional_text(claims, "user_avatar_url"),
    )


def read_system_claims(claims: Mapping[str, Any]) -> SystemClaims:
    """Return the claims, typed.

    Raises:
        MalformedTokenError: One is missing or of another type; the message names it.
    """
    return SystemClaims(
        **_read_shared(claims, ()),
        account_id=_read_optional_text(claims, "account_id"),
        sub=_read_optional_text(claims, "sub"),
        installation_id=_read_optional_text(claims, "installation_id"),
    )


def _read_shared(claims: Mapping[str, Any], others: tuple[str, ...]) -> dict[str, Any]:
    """Return the fields that both kinds have, and `extra`, which leaves out `others`."""
    audience = claims["aud"]
    fields = {
        "iss": claims["iss"],
        "aud": audience if isinstance(audience, str) else audience[0],
        "type": _read_optional_text(claims, "type"),
        **{name: _read_time(claims, name) for name in _TIMES},
    }
    known = {*fields, "sub", "account_id", "installation_id", *others}
    return {**fields, "extra": {name: claims[name] for name in claims if name not in known}}


def _read_text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not value:
        raise _malformed(name)
    return value


def _read_optional_text(claims: Mapping[str, Any], name: str) -> str | None:
    return None if claims.get(name) is None else _read_text(claims, name)


def _to_json(value: object) -> object:
    if not isinstance(value, datetime):
        return value
    seconds = value.timestamp()
    return int(seconds) if seconds == int(seconds) else seconds


def _read_seconds(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and 0 <= (seconds := cast("float", value)) <= _LAST_SECOND:
        return seconds
    raise _malformed(name)


def _read_time(claims: Mapping[str, Any], name: str) -> datetime | None:
    if claims.get(name) is None:
        return None
    return datetime.fromtimestamp(_read_seconds(claims, name), UTC)


def _malformed(name: str) -> MalformedTokenError:
    return MalformedTokenError(f"the claim {name} is missing or invalid")


def parse_object(content: bytes) -> dict[str, Any] | None:
    """Parse a JSON object; `None` for anything else, and where a name occurs twice."""
    try:
        value = parse(content, unique_keys=True)
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None
