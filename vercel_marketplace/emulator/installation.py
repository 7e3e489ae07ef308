"""The installations of an emulator: each is a team that has installed the product."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import count
from typing import Final

from vercel_marketplace._internal.describe import describe
from vercel_marketplace.emulator.defaults import new_installation
from vercel_marketplace.emulator.ids import hex_id, stable_id
from vercel_marketplace.emulator.namespaces.deployments import Deployments
from vercel_marketplace.emulator.namespaces.invoices import Invoices
from vercel_marketplace.emulator.namespaces.received import Received
from vercel_marketplace.emulator.namespaces.resources import Resources
from vercel_marketplace.emulator.namespaces.team import Team
from vercel_marketplace.emulator.namespaces.tokens import Tokens
from vercel_marketplace.emulator.partner.client import PartnerClient
from vercel_marketplace.emulator.state import Installation, State
from vercel_marketplace.emulator.store import InstallationStore, Store
from vercel_marketplace.http import Transport
from vercel_marketplace.models.account import Account

DEFAULT_TIMEOUT: Final = 30.0
"""Seconds to connect to a partner, and to wait for its response."""


class EmulatedInstallation:
    """An installation of an emulator.

    Attributes:
        installation_id: Its id.
        token: Its first access token.
        resource_id: Its first resource, which has no secrets at first; empty if all resources of
            a state that was read from a file had been deleted.
        invoices: Its invoices, and what the customer does with them.
        resources: Its resources, with their secrets and data.
        received: The billing data, balances and events that the partner has sent.
        team: The team that has installed the product.
        tokens: The tokens and codes that Vercel issues for it.
        deployments: The deployments of the team that wait for the integration's actions.
    """

    def __init__(self, store: Store, installation: Installation) -> None:
        self.installation_id: str = installation.id
        self.token: str = installation.tokens[0]
        self.resource_id: str = next(iter(installation.resources), "")
        self._store = InstallationStore(store, installation.id)
        admin_id = next(iter(installation.members))
        self.invoices: Invoices = Invoices(self._store)
        self.resources: Resources = Resources(self._store)
        self.received: Received = Received(self._store)
        self.team: Team = Team(self._store, admin_id)
        self.tokens: Tokens = Tokens(self._store, admin_id)
        self.deployments: Deployments = Deployments(self._store, self.resource_id)

    def partner(
        self, url: str, *, timeout: float = DEFAULT_TIMEOUT, transport: Transport | None = None
    ) -> PartnerClient:
        """Return a client that calls a partner's server, as Vercel does for this installation.

        Nothing is sent until a method of the client is called.

        Args:
            url: The base URL of the integration, without `/v1`.
            timeout: Seconds to connect, and to wait for a response.
            transport: A transport in place of HTTP.

        Raises:
            TypeError, ValueError: The URL is not absolute, or the timeout is not valid.
        """
        return PartnerClient(
            self._store.store,
            self.tokens,
            installation_id=self.installation_id,
            product_id=self._store.store.state.integration.product_id,
            url=url,
            timeout=timeout,
            transport=transport,
        )

    def __repr__(self) -> str:
        return f"<EmulatedInstallation {self.installation_id}>"


class Installations(Mapping[str, EmulatedInstallation]):
    """The installations of an emulator by id, the first one included."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._by_id: dict[str, EmulatedInstallation] = {}
        self.reload()

    def add(
        self,
        installation_id: str | None = None,
        *,
        account: Account | None = None,
    ) -> EmulatedInstallation:
        """Install the product for another team.

        Args:
            installation_id: The id of the installation; a new one if omitted.
            account: The team's account; one named Acme if omitted.

        Raises:
            TypeError: The id is not a str, or the account not an `Account`.
            ValueError: There is an installation with this id.
        """
        if not isinstance(installation_id, str | None):
            msg = f"installation_id must be a str, got {describe(installation_id)}"
            raise TypeError(msg)
        if not isinstance(account, Account | None):
            msg = f"account must be an Account, got {describe(account)}"
            raise TypeError(msg)

        def add(state: State, _now: datetime) -> tuple[State, EmulatedInstallation]:
            number, new_id = _next_name(state)
            installation = new_installation(
                installation_id=installation_id or new_id,
                number=number,
                token=f"emulator-access-token-{number}",
                member_id=hex_id("member", number),
                resource_id=f"db_emulator_{number}",
                product_id=state.integration.product_id,
                account=account,
            )
            if installation.id in state.installations:
                msg = f"there is an installation {installation.id!r} already"
                raise ValueError(msg)
            added = EmulatedInstallation(self._store, installation)
            self._by_id = {**self._by_id, installation.id: added}
            return state.with_installation(installation), added

        return self._store.update(add)

    def reload(self) -> None:
        """Have an entry for each installation in the state, and for no other."""
        self._by_id = {
            name: self._by_id.get(name) or EmulatedInstallation(self._store, installation)
            for name, installation in self._store.state.installations.items()
        }

    def __getitem__(self, key: str) -> EmulatedInstallation:
        return self._by_id[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self._by_id)

    def __repr__(self) -> str:
        return f"Installations({list(self)!r})"


def _next_name(state: State) -> tuple[int, str]:
    """The number of the next installation, and an unused id made of it."""
    highest = max(one.number for one in state.installations.values())
    names = ((number, stable_id("icfg", number)) for number in count(highest + 1))
    return next((number, name) for number, name in names if name not in state.installations)
