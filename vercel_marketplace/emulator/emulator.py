"""`Emulator`: holds the state, and hands requests to what is pure."""

from itertools import count
from threading import Lock
from typing import Final

from attrs import evolve

from vercel_marketplace.emulator import invoicing, sso
from vercel_marketplace.emulator.answering import answer
from vercel_marketplace.emulator.clock import Clock
from vercel_marketplace.emulator.delivery import Delivery
from vercel_marketplace.emulator.failing import Failing
from vercel_marketplace.emulator.faults import afterwards, arrives, instead
from vercel_marketplace.emulator.in_process import InProcess
from vercel_marketplace.emulator.state import (
    Event,
    Installation,
    Integration,
    Resource,
    SignIn,
    State,
)
from vercel_marketplace.http import HTTPRequest, HTTPResponse, Transport
from vercel_marketplace.models.account import (
    Contact,
    GetAccountInfoResponseBody,
    GetMemberResponseBody,
)
from vercel_marketplace.models.billing import SubmitBillingDataRequestBody
from vercel_marketplace.models.invoices import GetInvoiceResponseBody
from vercel_marketplace.models.secrets import Secret


class Emulator(Failing):
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
        super().__init__()
        self.clock: Clock = clock or Clock()
        self._state = self._beginning()
        self._requests: list[HTTPRequest] = []
        self._numbers = count(1)
        self._lock = Lock()

    def transport(self) -> Transport:
        """What to give to a client, async or blocking, as its `transport`."""
        return InProcess(self)

    def deliver(self, request: HTTPRequest) -> Delivery:
        """Answer one request, or let it meet a fault; what every way in goes through.

        Args:
            request: The request.
        """
        met = self._next_fault(request)
        if met is None:
            self._requests.append(request)
            return Delivery(response=self.answer(request))
        operation, effect = met
        if arrives(effect):
            self._requests.append(request)
        delivery = instead(effect, operation, {"x-vercel-id": self._next_id()})
        return delivery or afterwards(effect, operation, self.answer(request))

    def answer(self, request: HTTPRequest) -> HTTPResponse:
        """What the Marketplace says to one request: past the faults, and not in `requests`.

        Args:
            request: The request.
        """
        with self._lock:
            self._state, response = answer(
                self._state, request, now=self.clock.now(), request_id=self._next_id()
            )
        return response

    def _next_id(self) -> str:
        return f"emulator::{next(self._numbers)}"

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
        """Every request that came in, in order, those refused or spoiled by a fault too."""
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
