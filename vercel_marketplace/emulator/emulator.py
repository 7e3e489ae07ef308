"""`Emulator`: holds the state, and hands requests to what is pure."""

from contextlib import AbstractContextManager
from threading import Lock
from typing import TYPE_CHECKING, Final

from attrs import evolve

from vercel_marketplace.emulator import invoicing, sso
from vercel_marketplace.emulator.answering import answer
from vercel_marketplace.emulator.clock import Clock
from vercel_marketplace.emulator.delivery import Delivery
from vercel_marketplace.emulator.state import (
    Event,
    Installation,
    Integration,
    Resource,
    SignIn,
    State,
)
from vercel_marketplace.errors import ConnectionError  # noqa: A004 (the SDK's)
from vercel_marketplace.http import HTTPRequest, HTTPResponse, Transport
from vercel_marketplace.models.account import (
    Contact,
    GetAccountInfoResponseBody,
    GetMemberResponseBody,
)
from vercel_marketplace.models.billing import SubmitBillingDataRequestBody
from vercel_marketplace.models.invoices import GetInvoiceResponseBody
from vercel_marketplace.models.secrets import Secret

if TYPE_CHECKING:
    from vercel_marketplace.emulator.asgi import Application


class Emulator:
    """A Marketplace in this process, with one installation ready.

    ```python
    emulator = Emulator()
    async with Vercel(bearer_token=emulator.token, transport=emulator.transport()) as vercel:
        ...
    ```

    Each one is a world of its own, and any number of clients and threads may share it.

    Attributes:
        clock: Its time, which tests set.
        installation_id: The installation.
        token: The installation's access token.
        member_id: A member of the team behind it, an admin.
        product_id: The product that the resource is of.
        resource_id: A resource, as yet without secrets.
        client_id: The integration's client id.
        client_secret: The integration's client secret.

    Args:
        clock: A clock to go by; a new one if left out.
    """

    installation_id: Final = "icfg_emulator"
    token: Final = "emulator-access-token"  # noqa: S105 (opens nothing but this emulator)
    member_id: Final = "usr_emulator"
    product_id: Final = "acme-postgres"
    resource_id: Final = "db_emulator"
    client_id: Final = "oac_emulator"
    client_secret: Final = "emulator-client-secret"  # noqa: S105 (opens nothing but this emulator)

    def __init__(self, clock: Clock | None = None) -> None:
        """Set the stage."""
        self.clock: Clock = clock or Clock()
        self._state = self._beginning()
        self._requests: list[HTTPRequest] = []
        self._lock = Lock()

    def transport(self) -> Transport:
        """What to give to a client, async or blocking, as its `transport`."""
        return _Transport(self)

    @property
    def asgi(self) -> "Application":
        """An ASGI 3 application that answers as this emulator, for any ASGI server."""
        from vercel_marketplace.emulator.asgi import Application  # noqa: PLC0415 (rarely needed)

        return Application(self.deliver)

    def serve(self, *, host: str = "127.0.0.1", port: int = 0) -> AbstractContextManager[str]:
        """Serve over HTTP while a `with` block runs; gives the base URL.

        Args:
            host: The address to listen on.
            port: The port; 0 takes one that is free.

        Raises:
            OSError: The address is not to be had; when the block is entered.
            ImportError: uvicorn is not installed; the extra `emulator` brings it.
        """
        from vercel_marketplace.emulator.serving import serve  # noqa: PLC0415 (an extra)

        return serve(self, host=host, port=port)

    def deliver(self, request: HTTPRequest) -> Delivery:
        """Answer one request; what every way in goes through.

        Args:
            request: The request.
        """
        return Delivery(response=self.answer(request))

    def answer(self, request: HTTPRequest) -> HTTPResponse:
        """What the Marketplace says to one request, faults aside.

        Args:
            request: The request.
        """
        with self._lock:
            self._requests.append(request)
            self._state, response = answer(
                self._state,
                request,
                now=self.clock.now(),
                request_id=f"emulator::{len(self._requests)}",
            )
        return response

    # What Vercel and its users do ----------------------------------------------------

    def issue_sso_code(self) -> str:
        """A code as Vercel sends it to the partner's redirect URL; works once."""
        with self._lock:
            member = self._installation.members[self.member_id]
            integration, code = sso.issue_code(
                self._state.integration, SignIn(self.installation_id, member)
            )
            self._state = evolve(self._state, integration=integration)
        return code

    def pay(self, invoice_id: str) -> None:
        """Let the customer pay an invoice.

        Args:
            invoice_id: The invoice.

        Raises:
            LookupError: There is no such invoice.
            ValueError: It can not be paid as it stands.
        """
        with self._lock:
            paid = invoicing.pay(self._installation, invoice_id, self.clock.now())
            installations = {**self._state.installations, paid.id: paid}
            self._state = evolve(self._state, installations=installations)

    # What has come in ----------------------------------------------------------------

    @property
    def requests(self) -> list[HTTPRequest]:
        """Every request, in order, those refused too."""
        return list(self._requests)

    @property
    def invoices(self) -> dict[str, GetInvoiceResponseBody]:
        """The invoices by id."""
        return dict(self._installation.invoices)

    @property
    def billing(self) -> list[SubmitBillingDataRequestBody]:
        """The billing data that count: the newest of each day, in the order of the days."""
        return [body for _, body in sorted(self._installation.billing.items())]

    @property
    def events(self) -> list[Event]:
        """The events, in order."""
        return list(self._installation.events)

    @property
    def secrets(self) -> dict[str, list[Secret]]:
        """The secrets of each resource, by its id."""
        resources = self._installation.resources.items()
        return {name: list(resource.secrets.values()) for name, resource in resources}

    @property
    def _installation(self) -> Installation:
        return self._state.installations[self.installation_id]

    def _beginning(self) -> State:
        account = GetAccountInfoResponseBody(
            name="Acme",
            url=f"https://vercel.com/acme/~/integrations/{self.installation_id}",
            contact=Contact(email="owner@acme.example"),
        )
        member = GetMemberResponseBody(
            id=self.member_id, role="ADMIN", user_email="owner@acme.example"
        )
        installation = Installation(
            id=self.installation_id,
            token=self.token,
            account=account,
            members={member.id: member},
            resources={self.resource_id: Resource(product_id=self.product_id)},
        )
        return State(
            integration=Integration(client_id=self.client_id, client_secret=self.client_secret),
            installations={installation.id: installation},
        )


class _Transport:
    """Serves async and blocking clients alike, for it never suspends."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    async def send(self, request: HTTPRequest, /) -> HTTPResponse:
        response = self._emulator.deliver(request).response
        if response is None:
            msg = "the connection broke"
            raise ConnectionError(msg, request_sent=True)
        return response
