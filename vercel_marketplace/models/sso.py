"""The SSO token exchange. On the wire its names are snake_case."""

from collections.abc import Iterator
from typing import ClassVar, Literal, TypeAlias

from attrs import field, frozen

from vercel_marketplace.errors import Issue
from vercel_marketplace.models._fields import mask


@frozen(kw_only=True)
class ExchangeSsoTokenRequestBody:
    """A grant to exchange for tokens: a code, or a refresh token."""

    _wire_case: ClassVar[str] = "snake"

    code: str | None = field(default=None, repr=mask)
    """What Vercel sent to the redirect URL; works once. For `authorization_code`."""
    state: str | None = field(default=None, repr=mask)
    """The state that came with it."""
    refresh_token: str | None = field(default=None, repr=mask)
    """From an earlier exchange. For `refresh_token`."""
    client_id: str
    """The integration's client id, `oac_…`."""
    client_secret: str = field(repr=mask)
    """The integration's client secret."""
    redirect_uri: str | None = None
    """The integration's redirect URL."""
    grant_type: Literal["authorization_code", "refresh_token"] = "authorization_code"
    """Which of the two this is."""

    def _cross_field_issues(self) -> Iterator[Issue]:
        """Yield what the field types cannot say: each grant has fields of its own."""
        fields = {
            "authorization_code": ("code", "state", "redirect_uri"),
            "refresh_token": ("refresh_token",),
        }
        if self.grant_type not in list(fields):  # it may be of any type, hashable or not
            return  # the field's type says that already
        needed = fields[self.grant_type][0]
        if getattr(self, needed) is None:
            yield Issue(needed, f'required with grant_type "{self.grant_type}"')
        for grant, names in fields.items():
            for name in names:
                if grant != self.grant_type and getattr(self, name) is not None:
                    yield Issue(name, f'not allowed with grant_type "{self.grant_type}"')


@frozen(kw_only=True)
class SsoTokens:
    """The tokens. All but the lifetime are secrets and hidden by `repr`."""

    _wire_case: ClassVar[str] = "snake"
    _only_in_responses: ClassVar[bool] = True

    id_token: str = field(repr=mask)
    """The user's OIDC token, a JWT; do not store it, it expires."""
    access_token: str | None = field(default=None, repr=mask)
    """The access token; may be missing."""
    token_type: str | None = None
    """Its type, such as `"Bearer"`; may be missing."""
    expires_in: float | None = None
    """Its lifetime in seconds."""
    refresh_token: str | None = field(default=None, repr=mask)
    """The token for a later `refresh_token` grant."""


ExchangeSsoTokenResponseBody: TypeAlias = SsoTokens
"""The name of `SsoTokens` in Vercel's TypeScript SDK."""
