"""What the emulator knows, as values that are never changed in place.

A rule returns the state that comes after; one that refuses leaves the old one as it was.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TypeAlias

from attrs import field, frozen

from vercel_marketplace.models._fields import redact
from vercel_marketplace.models.account import GetAccountInfoResponseBody, GetMemberResponseBody
from vercel_marketplace.models.billing import SubmitBillingDataRequestBody
from vercel_marketplace.models.events import InstallationUpdatedEvent, ResourceUpdatedEvent
from vercel_marketplace.models.invoices import GetInvoiceResponseBody
from vercel_marketplace.models.secrets import Secret

Event: TypeAlias = InstallationUpdatedEvent | ResourceUpdatedEvent
"""What a partner tells of."""


@frozen(kw_only=True)
class Resource:
    """Something provisioned.

    Attributes:
        product_id: The id or slug of its product.
        secrets: Its secrets by name.
    """

    product_id: str
    secrets: Mapping[str, Secret] = field(factory=dict[str, Secret])


@frozen(kw_only=True)
class Installation:
    """A team's installation, and all that was sent for it.

    Attributes:
        id: The installation, `icfg_…`.
        token: Its access token.
        account: The team behind it.
        members: The team's members by id.
        resources: What it provisioned, by the partner's id.
        invoices: Its invoices by id.
        billing: Billing data by the end of the day they are for.
        events: What it was told of, in order.
    """

    id: str
    token: str = field(repr=redact)
    account: GetAccountInfoResponseBody
    members: Mapping[str, GetMemberResponseBody]
    resources: Mapping[str, Resource]
    invoices: Mapping[str, GetInvoiceResponseBody] = field(
        factory=dict[str, GetInvoiceResponseBody]
    )
    billing: Mapping[datetime, SubmitBillingDataRequestBody] = field(
        factory=dict[datetime, SubmitBillingDataRequestBody]
    )
    events: tuple[Event, ...] = ()


@frozen
class SignIn:
    """A member who signs in to the partner's site.

    Attributes:
        installation_id: From which installation.
        member: Who.
    """

    installation_id: str
    member: GetMemberResponseBody


@frozen(kw_only=True)
class Integration:
    """The partner's integration, which SSO codes and tokens belong to.

    Attributes:
        client_id: Its client id, `oac_…`.
        client_secret: Its client secret.
        codes: What unused codes stand for.
        refresh_tokens: What refresh tokens stand for.
        issued: How many codes and tokens there have been.
    """

    client_id: str
    client_secret: str = field(repr=redact)
    codes: Mapping[str, SignIn] = field(factory=dict[str, SignIn], repr=redact)
    refresh_tokens: Mapping[str, SignIn] = field(factory=dict[str, SignIn], repr=redact)
    issued: int = 0


@frozen(kw_only=True)
class State:
    """Everything.

    Attributes:
        integration: The partner's integration.
        installations: Its installations by id.
    """

    integration: Integration
    installations: Mapping[str, Installation]
