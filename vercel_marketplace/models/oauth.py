"""The OAuth code exchange of connectable accounts. On the wire its names are snake_case."""

from typing import ClassVar

from attrs import field, frozen

from vercel_marketplace.models._fields import mask


@frozen(kw_only=True)
class ExchangeOauthCodeRequestBody:
    """A code to exchange for the access token of a connectable account."""

    _wire_case: ClassVar[str] = "snake"

    code: str = field(repr=mask)
    """What Vercel sent to the redirect URL; works once."""
    client_id: str
    """The integration's client id, `oac_…`."""
    client_secret: str = field(repr=mask)
    """The integration's client secret."""
    redirect_uri: str
    """The integration's redirect URL, where the code arrived."""


@frozen(kw_only=True)
class OauthToken:
    """The access token of a connectable account, hidden by `repr`, and whose it is."""

    _wire_case: ClassVar[str] = "snake"
    _only_in_responses: ClassVar[bool] = True

    token_type: str
    """Its type, `"Bearer"`."""
    access_token: str = field(repr=mask)
    """The token: store it under the installation."""
    installation_id: str
    """The installation, `icfg_…`."""
    user_id: str
    """The user who connected the account."""
    team_id: str | None = None
    """The team of the installation; `None` where it is the user's own account."""
