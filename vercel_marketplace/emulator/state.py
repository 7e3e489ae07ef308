"""What the emulator knows, as values that are never changed in place.

A rule returns the state that comes after; one that refuses leaves the old one as it was.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, TypeAlias

from attrs import field, frozen

from vercel_marketplace.emulator.ids import json_digest
from vercel_marketplace.models._fields import redact
from vercel_marketplace.models.account import GetAccountInfoResponseBody, GetMemberResponseBody
from vercel_marketplace.models.balances import SubmitPrepaymentBalancesRequestBody
from vercel_marketplace.models.billing import SubmitBillingDataRequestBody
from vercel_marketplace.models.events import InstallationUpdatedEvent, ResourceUpdatedEvent
from vercel_marketplace.models.experimentation import ExperimentationItem
from vercel_marketplace.models.global_config import GlobalConfig
from vercel_marketplace.models.installations import UpdateInstallationRequestBody
from vercel_marketplace.models.invoices import GetInvoiceResponseBody
from vercel_marketplace.models.resources import ImportResourceRequestBody
from vercel_marketplace.models.secrets import Secret

Event: TypeAlias = InstallationUpdatedEvent | ResourceUpdatedEvent
"""What a partner tells of."""


_NO_DATA: Final = GlobalConfig(items={}, updated_at=0, digest=json_digest({}))
_NOTHING_SAID: Final = UpdateInstallationRequestBody(notification=None)


@frozen(kw_only=True)
class Resource:
    """Something provisioned.

    Attributes:
        body: What it is, but for its secrets.
        secrets: Its secrets by name.
        items: Its experimentation items by the partner's id.
        global_config: Its Global Config.
        is_synced: Whether the customer lets the partner read and write that.
    """

    body: ImportResourceRequestBody
    secrets: Mapping[str, Secret] = field(factory=dict[str, Secret])
    items: Mapping[str, ExperimentationItem] = field(factory=dict[str, ExperimentationItem])
    global_config: GlobalConfig = _NO_DATA
    is_synced: bool = True


@frozen(kw_only=True)
class Invoice:
    """An invoice, as what was done to it last left it; `lifecycle.as_of` adds what time does.

    Attributes:
        body: The invoice as it is answered.
        processing: When it goes to the customer, whose 15 days begin then.
        tries: How many payments failed.
    """

    body: GetInvoiceResponseBody
    processing: datetime
    tries: int = 0


@frozen(kw_only=True)
class ProjectConnection:
    """A project that has the secrets of a resource in its environment.

    Attributes:
        resource_id: The resource, by the partner's id.
        project_id: The project.
        name: Its name.
        targets: The targets of deployment that have them.
    """

    resource_id: str
    project_id: str
    name: str
    targets: tuple[str, ...]


@frozen(kw_only=True)
class Installation:
    """A team's installation, and all that was sent for it.

    Attributes:
        id: The installation, `icfg_…`.
        number: Which of the integration's installations it is, from 1.
        body: What the partner said of it.
        tokens: The access tokens that are good for it, the oldest first.
        retired: Those that were, and have been revoked.
        account: The team behind it.
        members: The team's members by id.
        resources: What it provisioned, by the partner's id.
        invoices: Its invoices by id.
        billing: Billing data by the number of the day they are for.
        balances: The newest balances, once there are some.
        events: What it was told of, in order.
        projects: The projects that resources are connected to, in order.
        uninstalled_at: When the team removed it.
        finalized: Whether the partner has sent all invoices.
    """

    id: str
    number: int = 1
    body: UpdateInstallationRequestBody = _NOTHING_SAID
    tokens: tuple[str, ...] = field(repr=redact)
    retired: tuple[str, ...] = field(default=(), repr=redact)
    account: GetAccountInfoResponseBody
    members: Mapping[str, GetMemberResponseBody]
    resources: Mapping[str, Resource]
    invoices: Mapping[str, Invoice] = field(factory=dict[str, Invoice])
    billing: Mapping[int, SubmitBillingDataRequestBody] = field(
        factory=dict[int, SubmitBillingDataRequestBody]
    )
    balances: SubmitPrepaymentBalancesRequestBody | None = None
    events: tuple[Event, ...] = ()
    projects: tuple[ProjectConnection, ...] = ()
    uninstalled_at: datetime | None = None
    finalized: bool = False


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
class Code:
    """What a code for a sign-in was issued with.

    Attributes:
        sign_in: Whose sign-in it is.
        issued_at: When.
        state: The state that went with it.
        redirect_uri: Where it was sent.
    """

    sign_in: SignIn
    issued_at: datetime
    state: str | None = field(default=None, repr=redact)
    redirect_uri: str | None = None


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
    codes: Mapping[str, Code] = field(factory=dict[str, Code], repr=redact)
    refresh_tokens: Mapping[str, SignIn] = field(factory=dict[str, SignIn], repr=redact)
    issued: int = 0


@frozen(kw_only=True)
class Limit:
    """How many requests a token is good for.

    Attributes:
        total: The requests.
        per: Seconds in which they are allowed.
    """

    total: int
    per: float


@frozen(kw_only=True)
class Window:
    """The requests of a token since it began to be counted.

    Attributes:
        start: Since when.
        used: How many there were.
    """

    start: datetime
    used: int


@frozen(kw_only=True)
class State:
    """Everything.

    Attributes:
        integration: The partner's integration.
        installations: Its installations by id.
        limit: The rate limit, where there is one.
        windows: What was used of it, by token; requests without a known one have "" together.
    """

    integration: Integration
    installations: Mapping[str, Installation]
    limit: Limit | None = None
    windows: Mapping[str, Window] = field(factory=dict[str, Window], repr=redact)
