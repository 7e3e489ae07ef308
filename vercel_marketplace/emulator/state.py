"""The state of an emulator: values that are never changed in place.

A handler returns the state that comes after; one that raises leaves the old one as it was.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, TypeAlias, TypeVar

from attrs import evolve, field, frozen

from vercel_marketplace.emulator import limits
from vercel_marketplace.emulator.ids import json_digest
from vercel_marketplace.emulator.integration import Integration
from vercel_marketplace.models._fields import mask
from vercel_marketplace.models.account import Account, Member
from vercel_marketplace.models.balances import SubmitPrepaymentBalancesRequestBody
from vercel_marketplace.models.billing import SubmitBillingDataRequestBody
from vercel_marketplace.models.deployment_actions import (
    DeploymentActionStatus,
    ResourceClaimsOutcome,
    ResourceSecretsOutcome,
)
from vercel_marketplace.models.events import InstallationUpdatedEvent, ResourceUpdatedEvent
from vercel_marketplace.models.experimentation import ExperimentationItem
from vercel_marketplace.models.global_config import GlobalConfig
from vercel_marketplace.models.installations import UpdateInstallationRequestBody
from vercel_marketplace.models.invoices import Invoice
from vercel_marketplace.models.resources import ImportResourceRequestBody
from vercel_marketplace.models.secrets import Secret

Event: TypeAlias = InstallationUpdatedEvent | ResourceUpdatedEvent
"""An event that a partner created."""

ActionKey: TypeAlias = tuple[str, str, str]
"""The deployment, the resource and the slug of an action."""

_NO_DATA: Final = GlobalConfig(items={}, updated_at=0, digest=json_digest({}))
_NO_UPDATE: Final = UpdateInstallationRequestBody(notification=None)

K = TypeVar("K")
T = TypeVar("T")


class NotFoundError(LookupError):
    """Something is not there; over the API it is a 404.

    Attributes:
        what: The kind of thing, such as `resource`.
    """

    def __init__(self, what: str, name: object) -> None:
        super().__init__(f"no {what} {name!r}")
        self.what = what


def _find(known: Mapping[K, T], name: K, what: str) -> T:
    if name not in known:
        raise NotFoundError(what, name)
    return known[name]


@frozen(kw_only=True)
class PlanPeriod:
    """A billing plan that a resource has, until the next one begins.

    Attributes:
        plan_id: The plan, by the partner's id; `None` while the emulator knows of none.
        type: Its type, such as `prepayment`.
        since: When it began; `None` for as long as there is the resource.
    """

    plan_id: str | None = None
    type: str | None = None
    since: datetime | None = None


@frozen(kw_only=True)
class StoredResource:
    """A resource that was provisioned or imported.

    Attributes:
        body: Its properties, without its secrets.
        secrets: Its secrets by name.
        items: Its experimentation items by the partner's id.
        global_config: Its Global Config.
        is_synced: Whether the customer has its syncing enabled.
        plans: The plans that it has had, in order; none if its plan was never known.
    """

    body: ImportResourceRequestBody
    secrets: Mapping[str, Secret] = field(factory=dict[str, Secret])
    items: Mapping[str, ExperimentationItem] = field(factory=dict[str, ExperimentationItem])
    global_config: GlobalConfig = _NO_DATA
    is_synced: bool = True
    plans: tuple[PlanPeriod, ...] = ()

    def find_item(self, item_id: str) -> ExperimentationItem:
        """Return an experimentation item.

        Raises:
            NotFoundError: There is no such item.
        """
        return _find(self.items, item_id, "item")


@frozen(kw_only=True)
class StoredInvoice:
    """An invoice after the last thing done to it; `invoice_lifecycle.as_of` adds what time does.

    Attributes:
        body: The invoice as the API returns it.
        processing: When it goes to the customer, whose 15 days begin then.
        tries: How many payments failed.
    """

    body: Invoice
    processing: datetime
    tries: int = 0


@frozen(kw_only=True)
class ProjectConnection:
    """A project that has the secrets of a resource in its environment.

    Attributes:
        resource_id: The resource, by the partner's id.
        project_id: The project.
        name: Its name.
        targets: The targets of deployment that have the secrets.
        prefix: What the customer has the names of the variables begin with.
    """

    resource_id: str
    project_id: str
    name: str
    targets: tuple[str, ...]
    prefix: str | None = None


@frozen(kw_only=True)
class DeploymentAction:
    """An action of the integration in a deployment, which waits for its end.

    Attributes:
        deployment_id: The deployment, `dpl_…`.
        resource_id: The resource, by the partner's id.
        action: The action's slug.
        status: The state that the partner has reported, if any.
        status_text: What the customer reads about it.
        status_url: Where the customer finds out more.
        outcomes: What the deployment gets.
        is_canceled: Whether it was canceled, or its deployment was.
    """

    deployment_id: str
    resource_id: str
    action: str
    status: DeploymentActionStatus | None = None
    status_text: str | None = None
    status_url: str | None = None
    outcomes: Sequence[ResourceSecretsOutcome | ResourceClaimsOutcome] | None = None
    is_canceled: bool = False

    @property
    def key(self) -> ActionKey:
        """What tells it from all others of its installation."""
        return self.deployment_id, self.resource_id, self.action

    @property
    def has_ended(self) -> bool:
        """Whether the deployment waits for it no longer."""
        return self.is_canceled or self.status in {"succeeded", "failed"}


@frozen(kw_only=True)
class Installation:
    """A team's installation, and all that belongs to it.

    Attributes:
        id: The installation, `icfg_…`.
        number: Which of the integration's installations it is, from 1.
        body: What the partner set by updates.
        tokens: Its access tokens, oldest first.
        retired: Its revoked access tokens.
        account: The team behind it.
        members: The team's members by id.
        resources: Its resources by the partner's id.
        invoices: Its invoices by id.
        billing: Billing data by the number of their day.
        balances: The newest balances, if any.
        events: The newest events that the partner created, in order.
        event_count: How many events it has created.
        projects: The projects that resources are connected to, in order.
        actions: The actions in deployments, in order.
        uninstalled_at: When the team uninstalled it.
        finalized: Whether the partner has sent all invoices.
    """

    id: str
    number: int = 1
    body: UpdateInstallationRequestBody = _NO_UPDATE
    tokens: tuple[str, ...] = field(repr=mask)
    retired: tuple[str, ...] = field(default=(), repr=mask)
    account: Account
    members: Mapping[str, Member]
    resources: Mapping[str, StoredResource]
    invoices: Mapping[str, StoredInvoice] = field(factory=dict[str, StoredInvoice])
    billing: Mapping[int, SubmitBillingDataRequestBody] = field(
        factory=dict[int, SubmitBillingDataRequestBody]
    )
    balances: SubmitPrepaymentBalancesRequestBody | None = None
    events: tuple[Event, ...] = ()
    event_count: int = 0
    projects: tuple[ProjectConnection, ...] = ()
    actions: Mapping[ActionKey, DeploymentAction] = field(factory=dict[ActionKey, DeploymentAction])
    uninstalled_at: datetime | None = None
    finalized: bool = False

    @property
    def is_uninstalling(self) -> bool:
        """Whether the team has uninstalled it."""
        return self.uninstalled_at is not None

    def find_member(self, member_id: str) -> Member:
        """Return a member of the team.

        Raises:
            NotFoundError: There is no such member.
        """
        return _find(self.members, member_id, "member")

    def find_resource(self, resource_id: str) -> StoredResource:
        """Return a resource by the partner's id.

        Raises:
            NotFoundError: There is no such resource.
        """
        return _find(self.resources, resource_id, "resource")

    def find_invoice(self, invoice_id: str) -> StoredInvoice:
        """Return an invoice.

        Raises:
            NotFoundError: There is no such invoice.
        """
        return _find(self.invoices, invoice_id, "invoice")

    def find_project(self, project_id: str, resource_id: str) -> ProjectConnection | None:
        """Return the connection of a project and a resource, if there is one."""
        found = (one for one in self.projects if one.project_id == project_id)
        return next((one for one in found if one.resource_id == resource_id), None)

    def find_action(self, deployment_id: str, resource_id: str, action: str) -> DeploymentAction:
        """Return an action of a deployment.

        Raises:
            NotFoundError: There is no such deployment, resource or action.
        """
        return _find(self.actions, (deployment_id, resource_id, action), "deployment action")

    def with_resource(self, resource_id: str, resource: StoredResource) -> "Installation":
        """Return the installation with a new or changed resource."""
        return evolve(self, resources={**self.resources, resource_id: resource})

    def without_resource(self, resource_id: str) -> "Installation":
        """Return the installation without a resource, whether it has it or not."""
        left = {name: one for name, one in self.resources.items() if name != resource_id}
        return evolve(self, resources=left)

    def with_invoice(self, invoice: StoredInvoice) -> "Installation":
        """Return the installation with a new or changed invoice."""
        return evolve(self, invoices={**self.invoices, invoice.body.invoice_id: invoice})

    def with_action(self, action: DeploymentAction) -> "Installation":
        """Return the installation with a new or changed action of a deployment."""
        return evolve(self, actions={**self.actions, action.key: action})


@frozen
class Transfer:
    """Resources that are offered to another team.

    Attributes:
        installation_id: The installation that has them.
        resource_ids: The resources, by the partner's ids.
    """

    installation_id: str
    resource_ids: tuple[str, ...]


@frozen(kw_only=True)
class Limit:
    """A rate limit, which each token has for itself.

    Attributes:
        total: How many requests are allowed.
        per: Seconds in which they are allowed.
    """

    total: int
    per: float


@frozen(kw_only=True)
class Window:
    """A window of the rate limit.

    Attributes:
        start: When it began.
        used: How many requests there were since.
    """

    start: datetime
    used: int


@frozen(kw_only=True)
class State:
    """The whole state of an emulator.

    Attributes:
        integration: The partner's integration.
        installations: Its installations by id.
        transfers: What is offered to other teams, by the partner's ids of the transfers.
        limit: The rate limit, if any.
        windows: Its windows by token; requests without a known token share that of "".
    """

    integration: Integration
    installations: Mapping[str, Installation]
    transfers: Mapping[str, Transfer] = field(factory=dict[str, Transfer])
    limit: Limit | None = None
    windows: Mapping[str, Window] = field(factory=dict[str, Window], repr=mask)

    def with_transfer(self, claim_id: str, transfer: Transfer) -> "State":
        """Return the state with a transfer that can be claimed."""
        transfers = limits.keep_newest({**self.transfers, claim_id: transfer}, limits.MAX_CODES)
        return evolve(self, transfers=transfers)

    def without_transfer(self, claim_id: str) -> "State":
        """Return the state after a transfer was claimed."""
        left = {name: one for name, one in self.transfers.items() if name != claim_id}
        return evolve(self, transfers=left)

    def with_installation(self, installation: Installation) -> "State":
        """Return the state with a new or changed installation."""
        return evolve(self, installations={**self.installations, installation.id: installation})
