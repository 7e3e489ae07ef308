"""`Emulator`: a Marketplace in this process."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Final

from vercel_marketplace._internal.describe import describe
from vercel_marketplace.emulator.backend import Backend
from vercel_marketplace.emulator.clock import Clock
from vercel_marketplace.emulator.console.console import Console
from vercel_marketplace.emulator.defaults import EmulatedIntegration, new_installation
from vercel_marketplace.emulator.faults.faults import Faults
from vercel_marketplace.emulator.faults.queue import FaultQueue
from vercel_marketplace.emulator.installation import DEFAULT_TIMEOUT, Installations
from vercel_marketplace.emulator.integration import Integration
from vercel_marketplace.emulator.partner.client import PartnerClient
from vercel_marketplace.emulator.request_log import DEFAULT_MAX_BYTES, DEFAULT_MAX_REQUESTS
from vercel_marketplace.emulator.server.in_process import InProcessTransport
from vercel_marketplace.emulator.state import State
from vercel_marketplace.emulator.store import Store
from vercel_marketplace.emulator.webhooks.webhooks import Webhooks
from vercel_marketplace.http import HTTPRequest, Transport

if TYPE_CHECKING:
    from vercel_marketplace.emulator.namespaces.deployments import Deployments
    from vercel_marketplace.emulator.namespaces.invoices import Invoices
    from vercel_marketplace.emulator.namespaces.received import Received
    from vercel_marketplace.emulator.namespaces.resources import Resources
    from vercel_marketplace.emulator.namespaces.team import Team
    from vercel_marketplace.emulator.namespaces.tokens import Tokens
    from vercel_marketplace.emulator.server.asgi import Application


class Emulator:
    """A Marketplace in this process, with one installation ready.

    ```python
    emulator = Emulator()
    async with Vercel(bearer_token=emulator.token, transport=emulator.transport()) as vercel:
        ...
    ```

    Emulators share nothing. Any number of clients and threads may share one. `clock`,
    `requests`, `faults` and `webhooks` are for all its installations; ids, `token`, `invoices`,
    `resources`, `received`, `team`, `tokens` and `deployments` are those of the first.
    `installations.add` returns others, which have the same.

    Attributes:
        installation_id: The first installation.
        token: The first access token of that installation.
        resource_id: The first resource of that installation, which has no secrets at first.
        integration: The partner's integration: client id, client secret and product.
        faults: What goes wrong with the next requests.
        webhooks: Who receives webhooks, and what was sent.
        installations: All installations by id.
        invoices: The invoices of the first installation, and what the customer does with them.
        resources: Its resources, with their secrets and data.
        received: The billing data, balances and events that the partner has sent for it.
        team: The team that has installed the product.
        tokens: The tokens and codes that Vercel issues for it.
        deployments: The deployments of the team that wait for the integration's actions.
        console: What the control API works on: the emulator, and the partner's server.

    Args:
        clock: The emulator's clock; a new `Clock` if omitted.
        integration: The partner's integration; a made-up one if omitted.

    Raises:
        TypeError: `clock` is not a `Clock`.
    """

    installation_id: Final = "icfg_emulator"
    token: Final = "emulator-access-token"  # noqa: S105 (opens nothing but this emulator)
    resource_id: Final = "db_emulator"
    integration: EmulatedIntegration = EmulatedIntegration()

    def __init__(
        self, clock: Clock | None = None, *, integration: EmulatedIntegration | None = None
    ) -> None:
        if clock is None:
            clock = Clock()
        elif not isinstance(clock, Clock):
            msg = f"clock must be a Clock, got {describe(clock)}; use Emulator(Clock(moment))"
            raise TypeError(msg)
        if integration is not None:
            self.integration = integration
        self._store = Store(self._first_state(), clock)
        queue = FaultQueue()
        self._backend = Backend(self._store, queue)
        self.console: Console = Console(self, self._backend, self._store)
        self.faults: Faults = Faults(queue, self._store)
        self.webhooks: Webhooks = Webhooks(self._store)
        self.installations: Installations = Installations(self._store)
        self._first = self.installations[self.installation_id]
        self.invoices: Invoices = self._first.invoices
        self.resources: Resources = self._first.resources
        self.received: Received = self._first.received
        self.team: Team = self._first.team
        self.tokens: Tokens = self._first.tokens
        self.deployments: Deployments = self._first.deployments

    @property
    def clock(self) -> Clock:
        """The time of the emulator, which tests set and advance."""
        return self._store.clock

    @property
    def requests(self) -> list[HTTPRequest]:
        """The requests that arrived, in order, refused and failed ones included.

        What comes over HTTP is kept within limits; see `serve`.
        """
        return [entry.request for entry in self._backend.requests]

    def reset(self) -> None:
        """Go back to what a new emulator has: one installation, no faults, no requests.

        The clock goes on, and those who receive webhooks still do.
        """
        self.faults.clear()
        self._store.reset(self._first_state())
        self.installations.reload()
        self._backend.forget_requests()
        self.console.forget()

    def transport(self, *, for_setup: bool = False) -> Transport:
        """Return the `transport` of a client, async or blocking, that calls this emulator.

        Args:
            for_setup: Whether it is for what a test prepares: its requests meet no faults and
                do not show in `requests`.
        """
        deliver = self._backend.deliver_for_setup if for_setup else self._backend.deliver
        return InProcessTransport(deliver, self.clock)

    def serve(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        allowed_hosts: Iterable[str] = (),
        max_logged_requests: int = DEFAULT_MAX_REQUESTS,
        max_logged_bytes: int = DEFAULT_MAX_BYTES,
    ) -> AbstractContextManager[str]:
        """Serve over HTTP while a `with` block runs, whose target is the base URL.

        Args:
            host: The address to listen on.
            port: The port; 0 for one that is free.
            allowed_hosts: The hosts to answer to in addition to `host` and this machine's own
                names, each a `name` for any port or `name:port`.
            max_logged_requests: How many requests `requests` keeps, the newest ones.
            max_logged_bytes: Bytes of memory that these may occupy.

        Raises:
            TypeError, ValueError: A setting is not valid; when the block is entered.
            OSError: The address cannot be used; when the block is entered.
            ImportError: uvicorn is not installed; install the extra `emulator`.
        """
        from vercel_marketplace.emulator.server.serve import serve  # noqa: PLC0415 (an extra)

        return serve(
            self,
            host=host,
            port=port,
            allowed_hosts=allowed_hosts,
            max_logged_requests=max_logged_requests,
            max_logged_bytes=max_logged_bytes,
        )

    @property
    def asgi(self) -> "Application":
        """This emulator as an ASGI 3 application, for any ASGI server."""
        from vercel_marketplace.emulator.server.asgi import Application  # noqa: PLC0415 (rarely needed)

        return Application(self._backend.deliver, self._store, self.console)

    def partner(
        self, url: str, *, timeout: float = DEFAULT_TIMEOUT, transport: Transport | None = None
    ) -> PartnerClient:
        """Return a client that calls a partner's server, as Vercel does for an installation.

        Nothing is sent until a method of the client is called.

        Args:
            url: The base URL of the integration, without `/v1`.
            timeout: Seconds to connect, and to wait for a response.
            transport: A transport in place of HTTP.

        Raises:
            TypeError, ValueError: The URL is not absolute, or the timeout is not valid.
        """
        return self._first.partner(url, timeout=timeout, transport=transport)

    def __repr__(self) -> str:
        counts = f"requests: {len(self.requests)}, pending faults: {len(self.faults.pending)}"
        return f"<Emulator of {', '.join(self.installations)} at {self.clock.now()}; {counts}>"

    def _first_state(self) -> State:
        installation = new_installation(
            installation_id=self.installation_id,
            number=1,
            token=self.token,
            member_id="usr_emulator",
            resource_id=self.resource_id,
            product_id=self.integration.product_id,
        )
        integration = Integration(
            client_id=self.integration.client_id,
            client_secret=self.integration.client_secret,
            product_id=self.integration.product_id,
            issuer=self.integration.issuer,
        )
        return State(integration=integration, installations={installation.id: installation})
