"""`Emulator`: holds the state, and hands requests to what is pure."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from attrs import evolve

from vercel_marketplace.emulator.api import invoice_lifecycle
from vercel_marketplace.emulator.api.handler import handle, response_headers
from vercel_marketplace.emulator.api.rate_limit import make_limit
from vercel_marketplace.emulator.clock import Clock, in_utc
from vercel_marketplace.emulator.defaults import new_installation
from vercel_marketplace.emulator.faults.effects import (
    outcome_after_processing,
    outcome_before_processing,
    reaches_server,
)
from vercel_marketplace.emulator.faults.mixin import FaultsMixin
from vercel_marketplace.emulator.faults.outcome import Outcome
from vercel_marketplace.emulator.installation import EmulatedInstallation, InstallationMixin
from vercel_marketplace.emulator.jwt.tokens import is_jwks_request, jwks, jwks_response
from vercel_marketplace.emulator.server.in_process import InProcessTransport
from vercel_marketplace.emulator.state import Integration, Invoice, State
from vercel_marketplace.emulator.store import Store
from vercel_marketplace.emulator.webhooks.mixin import WebhooksMixin
from vercel_marketplace.http import HTTPRequest, HTTPResponse, Transport
from vercel_marketplace.models.account import GetAccountInfoResponseBody

if TYPE_CHECKING:
    from vercel_marketplace.emulator.server.asgi import Application


class Emulator(InstallationMixin, WebhooksMixin, FaultsMixin):
    """A Marketplace in this process, with one installation ready.

    ```python
    emulator = Emulator()
    async with Vercel(bearer_token=emulator.token, transport=emulator.transport()) as vercel:
        ...
    ```

    Each one is a world of its own, and any number of clients and threads may share it. What it
    shows and does without being told for which installation is for its first; further ones
    come with `add_installation`.

    Attributes:
        installation_id: The installation.
        token: The installation's access token.
        member_id: A member of the team behind it, an admin.
        product_id: The product that the resource is of.
        resource_id: A resource, as yet without secrets.
        client_id: The integration's client id.
        client_secret: The integration's client secret.

    Args:
        clock: A clock to go by; a new one if left out.

    Raises:
        TypeError: The clock is none.
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
        if clock is None:
            clock = Clock()
        elif not isinstance(clock, Clock):
            msg = f"an emulator takes a clock, Emulator(Clock(moment)), not {clock!r}"
            raise TypeError(msg)
        FaultsMixin.__init__(self)
        InstallationMixin.__init__(
            self,
            Store(self._beginning(), clock),
            installation_id=self.installation_id,
            member_id=self.member_id,
            product_id=self.product_id,
        )
        self._requests: list[HTTPRequest] = []
        self._numbers = count(1)

    @property
    def clock(self) -> Clock:
        """Its time, which tests set."""
        return self._store.clock

    def transport(self) -> Transport:
        """What to give to a client, async or blocking, as its `transport`."""
        return InProcessTransport(self)

    @property
    def asgi(self) -> "Application":
        """An ASGI 3 application that answers as this emulator, for any ASGI server."""
        from vercel_marketplace.emulator.server.asgi import Application  # noqa: PLC0415 (rarely needed)

        return Application(self.deliver, self._store)

    def serve(self, *, host: str = "127.0.0.1", port: int = 0) -> AbstractContextManager[str]:
        """Serve over HTTP while a `with` block runs; gives the base URL.

        Args:
            host: The address to listen on.
            port: The port; 0 takes one that is free.

        Raises:
            OSError: The address is not to be had; when the block is entered.
            ImportError: uvicorn is not installed; the extra `emulator` brings it.
        """
        from vercel_marketplace.emulator.server.serve import serve  # noqa: PLC0415 (an extra)

        return serve(self, host=host, port=port)

    def deliver(self, request: HTTPRequest) -> Outcome:
        """Answer one request, or let it meet a fault; what every way in goes through.

        Args:
            request: The request.
        """
        met = self._next_fault(request)
        if met is None:
            self._requests.append(request)
            return Outcome(response=self.answer(request))
        operation, effect = met
        if reaches_server(effect):
            self._requests.append(request)
        headers = response_headers(
            self._store.state, request, now=self.clock.now(), request_id=self._next_id()
        )
        delivery = outcome_before_processing(effect, operation, headers)
        return delivery or outcome_after_processing(effect, operation, self.answer(request))

    def answer(self, request: HTTPRequest) -> HTTPResponse:
        """What the Marketplace says to one request: past the faults, and not in `requests`.

        Args:
            request: The request.
        """
        if is_jwks_request(request):
            return jwks_response(self._next_id())

        def apply(state: State, now: datetime) -> tuple[State, HTTPResponse]:
            return handle(state, request, now=now, request_id=self._next_id())

        return self._store.apply(apply)

    @property
    def jwks(self) -> dict[str, Any]:
        """The keys that verify its tokens, as `/.well-known/jwks` has them.

        Raises:
            ImportError: The extra `tokens` is not installed.
        """
        return jwks()

    def _next_id(self) -> str:
        return f"emulator::{next(self._numbers)}"

    @property
    def requests(self) -> list[HTTPRequest]:
        """Every request that came in, in order, those refused or spoiled by a fault too."""
        return list(self._requests)

    # What Vercel and its users do, beside what they do with each installation ---------

    def add_installation(
        self,
        installation_id: str | None = None,
        *,
        account: GetAccountInfoResponseBody | None = None,
    ) -> EmulatedInstallation:
        """Let another team install the product.

        Args:
            installation_id: Its id; made up if left out.
            account: The team.

        Returns:
            The installation: its token, its resource, and what comes in for it.

        Raises:
            ValueError: There is one of this id.
        """

        def add(state: State, _now: datetime) -> tuple[State, EmulatedInstallation]:
            number, made_up = _next_name(state)
            added = new_installation(
                installation_id=installation_id or made_up,
                number=number,
                token=f"emulator-access-token-{number}",
                member_id=f"usr_emulator_{number}",
                resource_id=f"db_emulator_{number}",
                product_id=self.product_id,
                account=account,
            )
            if added.id in state.installations:
                msg = f"there is an installation {added.id!r} already"
                raise ValueError(msg)
            after = evolve(state, installations={**state.installations, added.id: added})
            return after, EmulatedInstallation(self._store, added)

        return self._store.change(add)

    def schedule(self, invoice_id: str, moment: datetime) -> None:
        """Let an invoice wait until a moment before it goes to the customer.

        Args:
            invoice_id: The invoice, of any installation.
            moment: When it goes; timezone-aware.

        Raises:
            LookupError: There is no such invoice.
            ValueError: It went already, or the moment is naive.
        """
        moment = in_utc(moment)
        self._change_invoice(
            invoice_id, lambda one, now: invoice_lifecycle.schedule(one, moment, now)
        )

    def pay(self, invoice_id: str) -> None:
        """Let the customer pay an invoice.

        Args:
            invoice_id: The invoice, of any installation.

        Raises:
            LookupError: There is no such invoice.
            ValueError: It cannot be paid as it stands.
        """
        self._change_invoice(invoice_id, invoice_lifecycle.pay)

    def decline(self, invoice_id: str) -> None:
        """Let a payment of an invoice fail; 9 times at most.

        Args:
            invoice_id: The invoice, of any installation.

        Raises:
            LookupError: There is no such invoice.
            ValueError: It cannot be paid as it stands, or failed 9 times.
        """
        self._change_invoice(invoice_id, invoice_lifecycle.decline)

    def complete_refund(self, invoice_id: str) -> None:
        """Let the refund that was requested reach the customer.

        Args:
            invoice_id: The invoice, of any installation.

        Raises:
            LookupError: There is no such invoice.
            ValueError: None was requested.
        """
        self._change_invoice(invoice_id, invoice_lifecycle.complete_refund)

    def rate_limit(self, *, total: int | None, per: float = 60.0) -> None:
        """Set how many requests each installation's token is good for; counting starts anew.

        A request over the limit is a 429 and nothing else.

        Args:
            total: The requests; `None` for no limit, as at first.
            per: Seconds, by the clock, in which they are allowed.

        Raises:
            ValueError: There can be no such limit.
        """
        limit = make_limit(total, per)
        self._store.change(lambda state, _: (evolve(state, limit=limit, windows={}), None))

    def _change_invoice(
        self, invoice_id: str, rule: Callable[[Invoice, datetime], Invoice]
    ) -> None:
        def apply(state: State, now: datetime) -> tuple[State, None]:
            for one in state.installations.values():
                if invoice_id in one.invoices:
                    after = one.with_invoice(rule(one.invoices[invoice_id], now))
                    installations = {**state.installations, one.id: after}
                    return evolve(state, installations=installations), None
            msg = f"no invoice {invoice_id!r}"
            raise LookupError(msg)

        self._store.change(apply)

    def _beginning(self) -> State:
        installation = new_installation(
            installation_id=self.installation_id,
            number=1,
            token=self.token,
            member_id=self.member_id,
            resource_id=self.resource_id,
            product_id=self.product_id,
        )
        return State(
            integration=Integration(client_id=self.client_id, client_secret=self.client_secret),
            installations={installation.id: installation},
        )


def _next_name(state: State) -> tuple[int, str]:
    """The number of the next installation, and an id made of it that is not taken."""
    most = max(one.number for one in state.installations.values())
    names = ((number, f"icfg_emulator_{number}") for number in count(most + 1))
    return next((number, name) for number, name in names if name not in state.installations)
