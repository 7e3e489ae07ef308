"""An installation's access token, replaced and retired. On the wire the names are snake_case."""

from collections.abc import Iterator
from typing import ClassVar, Final, Literal, TypeAlias

from attrs import field, frozen

from vercel_marketplace.errors import Issue
from vercel_marketplace.models._fields import find_too_long, mask

CredentialType: TypeAlias = Literal["oauth2-token"]
"""The known type of a credential; responses may hold others."""

_MAX_SECRET_CHARS: Final = 512


@frozen(kw_only=True)
class RotateInstallationCredentialRequestBody:
    """What proves that the integration itself asks for a new token."""

    _wire_case: ClassVar[str] = "snake"

    client_secret: str = field(repr=mask)
    """The integration's client secret, at most 512 characters."""
    client_id: str | None = None
    """The integration's client id, `oac_…`."""

    def _cross_field_issues(self) -> Iterator[Issue]:
        """Yield what the field types cannot say: how long the secret may be."""
        yield from find_too_long("client_secret", self.client_secret, _MAX_SECRET_CHARS)


@frozen
class RotateInstallationCredentialRequest:
    """Parameters of `rotate_installation_credential`."""

    integration_configuration_id: str
    """The installation, `icfg_…`."""
    request_body: RotateInstallationCredentialRequestBody | None = None
    """The integration's secret. The contract lets it be left out."""


@frozen(kw_only=True)
class RotatedCredential:
    """The new token, hidden by `repr`. The old one keeps working until it is revoked."""

    _wire_case: ClassVar[str] = "snake"
    _only_in_responses: ClassVar[bool] = True

    scope: str
    """What it allows, separated by spaces."""
    expires_in: float
    """Its lifetime in seconds."""
    access_token: str = field(repr=mask)
    """The token: store it in place of the old one."""
    token_type: CredentialType | str
    """`"oauth2-token"`. Expect more."""


RotateInstallationCredentialResponseBody: TypeAlias = RotatedCredential
"""The name of `RotatedCredential` in Vercel's TypeScript SDK."""


@frozen(kw_only=True)
class RevokeInstallationCredentialRequestBody:
    """The token to retire, and what proves that the integration itself asks for it."""

    _wire_case: ClassVar[str] = "snake"

    token: str = field(repr=mask)
    """The token to retire, at most 512 characters; not the one that the call is made with."""
    client_secret: str = field(repr=mask)
    """The integration's client secret, at most 512 characters."""
    client_id: str | None = None
    """The integration's client id, `oac_…`."""

    def _cross_field_issues(self) -> Iterator[Issue]:
        """Yield what the field types cannot say: how long the token and the secret may be."""
        yield from find_too_long("token", self.token, _MAX_SECRET_CHARS)
        yield from find_too_long("client_secret", self.client_secret, _MAX_SECRET_CHARS)


@frozen
class RevokeInstallationCredentialRequest:
    """Parameters of `revoke_installation_credential`."""

    integration_configuration_id: str
    """The installation, `icfg_…`."""
    request_body: RevokeInstallationCredentialRequestBody | None = None
    """The token and the integration's secret. The contract lets it be left out."""


@frozen(kw_only=True)
class RevokedCredential:
    """The outcome of retiring a token."""

    _wire_case: ClassVar[str] = "snake"
    _only_in_responses: ClassVar[bool] = True

    revoked: bool
    """Whether it is retired."""
    already_revoked: bool
    """Whether it was so before this call."""


RevokeInstallationCredentialResponseBody: TypeAlias = RevokedCredential
"""The name of `RevokedCredential` in Vercel's TypeScript SDK."""
