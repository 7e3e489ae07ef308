"""The partner's integration, as a part of the state: its codes, and who signs in with them."""

from collections.abc import Mapping
from datetime import datetime

from attrs import field, frozen

from vercel_marketplace.models._fields import mask
from vercel_marketplace.models.account import Member
from vercel_marketplace.tokens.claims import ISSUER


@frozen
class SignIn:
    """A member who signs in to the partner's site.

    Attributes:
        installation_id: The installation.
        member: The member.
    """

    installation_id: str
    member: Member


@frozen(kw_only=True)
class Code:
    """A code for a sign-in, and what it was issued with.

    Attributes:
        sign_in: The sign-in.
        issued_at: When it was issued.
        state: The state that was sent with it.
        redirect_uri: Where it was sent.
    """

    sign_in: SignIn
    issued_at: datetime
    state: str | None = field(default=None, repr=mask)
    redirect_uri: str | None = None


@frozen(kw_only=True)
class Integration:
    """The partner's integration, which SSO codes and tokens belong to.

    Attributes:
        client_id: Its client id, `oac_…`.
        client_secret: Its client secret.
        product_id: Its product.
        issuer: The issuer of its tokens.
        codes: The unused codes of sign-ins by their text.
        oauth_codes: The unused codes of connectable accounts by their text.
        imports: The unused states of imports of resources.
        refresh_tokens: The sign-ins by their refresh token.
        issued: How many codes and tokens were issued.
    """

    client_id: str
    client_secret: str = field(repr=mask)
    product_id: str
    issuer: str = ISSUER
    codes: Mapping[str, Code] = field(factory=dict[str, Code], repr=mask)
    oauth_codes: Mapping[str, Code] = field(factory=dict[str, Code], repr=mask)
    imports: Mapping[str, Code] = field(factory=dict[str, Code], repr=mask)
    refresh_tokens: Mapping[str, SignIn] = field(factory=dict[str, SignIn], repr=mask)
    issued: int = 0
