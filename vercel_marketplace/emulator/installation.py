"""One installation of an emulator, as tests see and change it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar

from attrs import evolve

from vercel_marketplace.emulator.api import sso, uninstallation
from vercel_marketplace.emulator.api.invoice_lifecycle import as_of
from vercel_marketplace.emulator.api.resources import to_import_body
from vercel_marketplace.emulator.api.secrets import Environment, build_environment
from vercel_marketplace.emulator.defaults import new_resource
from vercel_marketplace.emulator.installation_tokens import InstallationTokensMixin
from vercel_marketplace.emulator.state import Code, Event, Installation, SignIn, State
from vercel_marketplace.emulator.store import Store
from vercel_marketplace.models.account import GetMemberResponseBody, MemberRole
from vercel_marketplace.models.balances import Balance
from vercel_marketplace.models.billing import SubmitBillingDataRequestBody
from vercel_marketplace.models.experimentation import ExperimentationItem
from vercel_marketplace.models.global_config import GlobalConfig
from vercel_marketplace.models.installations import UpdateInstallationRequestBody
from vercel_marketplace.models.invoices import GetInvoiceResponseBody
from vercel_marketplace.models.resources import ImportResourceRequestBody
from vercel_marketplace.models.secrets import Secret

T = TypeVar("T")


class InstallationMixin(InstallationTokensMixin):
    """What an emulator and each of its further installations have in common."""

    def __init__(
        self, store: Store, *, installation_id: str, member_id: str, product_id: str
    ) -> None:
        """Speak of one installation in the store."""
        self._store = store
        self._id = installation_id
        self._admin = member_id
        self._product = product_id

    # What Vercel and its users do ----------------------------------------------------

    def issue_sso_code(
        self,
        *,
        member_id: str | None = None,
        state: str | None = None,
        redirect_uri: str | None = None,
    ) -> str:
        """A code as Vercel sends it to the partner's redirect URL; works once, for 10 minutes.

        Args:
            member_id: Who signs in; the admin if left out.
            state: The state that goes with it; an exchange with another one is refused.
            redirect_uri: Where it is sent; an exchange with another one is refused.

        Raises:
            LookupError: There is no such member.
        """
        member = _found(self._installation.members, member_id or self._admin, "member")
        sign_in = SignIn(self._id, member)

        def issue(before: State, now: datetime) -> tuple[State, str]:
            code = Code(sign_in=sign_in, issued_at=now, state=state, redirect_uri=redirect_uri)
            integration, text = sso.issue_code(before.integration, code)
            return evolve(before, integration=integration), text

        return self._store.change(issue)

    def add_member(self, member_id: str, *, role: MemberRole | str = "USER") -> None:
        """Let somebody join the team, or change somebody's role.

        Args:
            member_id: Who.
            role: What the member may do.
        """
        member = GetMemberResponseBody(id=member_id, role=role)
        self._change(
            lambda before, _: evolve(before, members={**before.members, member_id: member})
        )

    def add_resource(self, resource_id: str, *, product_id: str | None = None) -> None:
        """Let the team provision something; it has no secrets at first, and its id for a name.

        Args:
            resource_id: The partner's id of it.
            product_id: The product that it is of; that of the first resource if left out.

        Raises:
            ValueError: There is one of this id.
        """
        resource = new_resource(resource_id, product_id or self._product)

        def add(before: Installation, _now: datetime) -> Installation:
            if resource_id in before.resources:
                msg = f"there is a resource {resource_id!r} already"
                raise ValueError(msg)
            return before.with_resource(resource_id, resource)

        self._change(add)

    def sync_global_config(self, resource_id: str, *, enabled: bool) -> None:
        """Let the customer enable or disable the syncing of a Global Config; at first it is on.

        Args:
            resource_id: The resource whose Global Config it is.
            enabled: Whether the partner is to read and write it.

        Raises:
            LookupError: There is no such resource.
        """

        def sync(before: Installation, _now: datetime) -> Installation:
            resource = _found(before.resources, resource_id, "resource")
            return before.with_resource(resource_id, evolve(resource, is_synced=enabled))

        self._change(sync)

    def uninstall(self) -> None:
        """Let the team remove the product.

        For 24 hours the token stays good, and invoices have to be `final`; then it is dead.

        Raises:
            ValueError: It was removed already.
        """
        self._change(uninstallation.uninstall)

    # What has come in ----------------------------------------------------------------

    @property
    def invoices(self) -> dict[str, GetInvoiceResponseBody]:
        """The invoices by id, as they stand by the clock."""
        now = self._store.clock.now()
        return {name: as_of(one, now) for name, one in self._installation.invoices.items()}

    @property
    def billing(self) -> list[SubmitBillingDataRequestBody]:
        """The billing data that count: the newest of each day, in the order of the days."""
        return [body for _, body in sorted(self._installation.billing.items())]

    @property
    def balances(self) -> list[Balance]:
        """The balances that count: those with the newest timestamp."""
        body = self._installation.balances
        return [] if body is None else list(body.balances)

    @property
    def events(self) -> list[Event]:
        """The events, in order."""
        return list(self._installation.events)

    @property
    def installation(self) -> UpdateInstallationRequestBody:
        """What the partner said of the installation: its state, plan, notification and own id.

        `None` stands for what was never said, or has been cleared.
        """
        return self._installation.body

    @property
    def tokens(self) -> list[str]:
        """The access tokens that are good, the oldest first."""
        return list(self._installation.tokens)

    @property
    def resources(self) -> dict[str, ImportResourceRequestBody]:
        """The resources by id, each whole, in the form in which one is imported."""
        return {name: to_import_body(one) for name, one in self._installation.resources.items()}

    @property
    def experimentation_items(self) -> dict[str, list[ExperimentationItem]]:
        """The flags and experiments of each resource, by its id."""
        resources = self._installation.resources.items()
        return {name: list(resource.items.values()) for name, resource in resources}

    @property
    def global_configs(self) -> dict[str, GlobalConfig]:
        """The Global Config of each resource, by its id, synced or not."""
        resources = self._installation.resources.items()
        return {name: resource.global_config for name, resource in resources}

    @property
    def secrets(self) -> dict[str, list[Secret]]:
        """The secrets of each resource, by its id."""
        resources = self._installation.resources.items()
        return {name: list(resource.secrets.values()) for name, resource in resources}

    def environment(
        self, resource_id: str, environment: Environment = "production"
    ) -> dict[str, str]:
        """The environment variables that a project connected to a resource gets from it.

        Prefixes are put before the names, and the overrides for the environment are in place.

        Args:
            resource_id: The resource.
            environment: Where the project runs.

        Raises:
            LookupError: There is no such resource.
        """
        resource = _found(self._installation.resources, resource_id, "resource")
        return build_environment(resource.secrets, environment)

    @property
    def _installation(self) -> Installation:
        return self._store.state.installations[self._id]

    def _change(self, rule: Callable[[Installation, datetime], Installation]) -> None:
        self._store.change_installation(self._id, rule)


class EmulatedInstallation(InstallationMixin):
    """A further installation; `Emulator.add_installation` makes one.

    Attributes:
        installation_id: Its id.
        token: Its access token.
        member_id: A member of the team behind it, an admin.
        product_id: The product that the resource is of.
        resource_id: A resource, as yet without secrets.
    """

    def __init__(self, store: Store, installation: Installation) -> None:
        """Show an installation that is in the store."""
        self.token: str
        self.member_id: str
        self.resource_id: str
        (self.token,) = installation.tokens
        (self.member_id,) = installation.members
        ((self.resource_id, resource),) = installation.resources.items()
        self.installation_id: str = installation.id
        self.product_id: str = resource.body.product_id
        super().__init__(
            store,
            installation_id=self.installation_id,
            member_id=self.member_id,
            product_id=self.product_id,
        )


def _found(known: Mapping[str, T], name: str, what: str) -> T:
    if name not in known:
        msg = f"no {what} {name!r}"
        raise LookupError(msg)
    return known[name]
