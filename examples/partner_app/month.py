"""A month of the application with Vercel, over HTTP: `python -m partner_app.month`.

The application and an emulated Vercel run on loopback and call each other. Vercel's users do what
users do, cron runs every hour, a response is lost on the way; only the clock is not real. Each
step is checked from the outside, and told. A wrong one ends the story, and the exit code is 1.
"""

import asyncio
import logging
import socket
import sys
import threading
from collections.abc import Generator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import uvicorn
from fastapi import FastAPI

from vercel_marketplace import SyncVercel, VercelGoneError
from vercel_marketplace.emulator import Clock, Emulator
from vercel_marketplace.partner import Uninstallation
from vercel_marketplace.testing import paid_invoice
from vercel_marketplace.webhooks import SIGNATURE_HEADER, sign

from .app import create_app
from .billing import run_hourly
from .refunds import refund
from .services import Services
from .settings import Settings
from .sso import COOKIE
from .storage import ledger

BEGINNING = datetime(2026, 1, 1, 9, tzinfo=UTC)
PATIENCE = 10.0


class WrongStepError(Exception):
    """Something came out otherwise than it should."""


class Month:
    """The story so far, and all who are in it.

    Args:
        emulator: Vercel.
        api_url: Where Vercel is.
        services: What the application shares.
        app_url: Where the application is.
    """

    def __init__(
        self, emulator: Emulator, api_url: str, services: Services, app_url: str
    ) -> None:
        """Open the connections."""
        self.emulator = emulator
        self.api_url = api_url
        self.services = services
        self.app_url = app_url
        self.vercel = emulator.partner(app_url)
        self.browser = httpx.Client(base_url=app_url, timeout=PATIENCE)
        self.cron = asyncio.Runner()
        emulator.webhooks.send_to(f"{app_url}/webhooks")

    def close(self) -> None:
        """Close the connections."""
        # Those of cron's loop; the server closes its own.
        self.cron.run(self.services.aclose())
        self.cron.close()
        self.browser.close()

    # What everybody does -----------------------------------------------------------------

    def tell(self, text: str) -> None:
        """Tell a sentence of the story."""
        print(f"{self.now:%d %b %H:%M}  {text}")

    def expect(self, what: str, actual: object, expected: object) -> None:
        """Go on only if something is as it should be.

        Raises:
            WrongStepError: It is not.
        """
        if actual != expected:
            msg = f"{what}: expected {expected!r}, got {actual!r}"
            raise WrongStepError(msg)

    @property
    def now(self) -> datetime:
        """The time in the story."""
        return self.emulator.clock.now()

    def let_pass(self, until: datetime) -> int:
        """Let time pass, with cron every hour, and return how often it ran."""
        runs = 0
        while self.now < until:
            self.emulator.clock.advance(hours=1)
            self.run_hourly()
            runs += 1
        return runs

    def run_hourly(self) -> None:
        """One run of the hourly job."""
        failed = self.cron.run(run_hourly(self.services, self.now))
        self.expect("installations that were not billed", failed, [])

    def sent(self, operation_path: str) -> int:
        """How often Vercel was asked for something."""
        found = [
            one for one in self.emulator.requests if one.url.endswith(operation_path)
        ]
        return len(found)

    def post(
        self, webhook: bytes | None, headers: Mapping[str, str] | None = None
    ) -> int:
        """Post a webhook, signed by Vercel unless it has a signature, and return the status."""
        body = webhook or b""
        signature = sign(body, self.emulator.integration.client_secret)
        signed = {SIGNATURE_HEADER: signature} if headers is None else dict(headers)
        return self.browser.post("/webhooks", content=body, headers=signed).status_code

    @property
    def january(self) -> str:
        """The partner's id of the invoice for January."""
        return f"{self.emulator.installation_id}-2026-01"

    def state_in_the_books(self) -> str | None:
        """What the application knows of the invoice for January."""
        with self.services.database.transaction() as db:
            return ledger.find_state(db, self.emulator.installation_id, self.january)


# Chapters ------------------------------------------------------------------------------


def install(month: Month) -> None:
    """A team looks at the plans and installs the product; strangers find the door closed."""
    plans = month.vercel.list_installation_plans(before_installation=True).plans
    month.expect("plans of a team", [plan.id for plan in plans], ["metered", "prepaid"])
    plans = month.vercel.list_plans(before_installation=True).plans
    month.expect("plans of a database", [plan.id for plan in plans], ["pro", "scale"])
    month.tell("A team looks at the plans before it has installed anything.")
    month.vercel.install(accepted_policies={"terms": "2026-01-01T08:59:00Z"})
    month.tell("A team installs the product.")
    changed = month.vercel.update_installation(billing_plan_id="prepaid").billing_plan
    month.expect("the team's plan", changed and changed.id, "prepaid")
    month.tell("It takes the plan with which it may buy credits.")
    month.vercel.check_forged_tokens_are_rejected()
    month.tell("Strangers come without a token, or with a forged one; all are refused.")


def provision(month: Month) -> str:
    """The team has a database provisioned, and connects a project to it."""
    key = "provision-orders"
    orders = month.vercel.provision_resource(
        name="orders", billing_plan_id="pro", idempotency_key=key
    )
    month.vercel.provision_resource(
        name="orders", billing_plan_id="pro", idempotency_key=key
    )
    month.vercel.get_resource(orders.id)
    month.tell("A database is provisioned. Vercel asks twice, and there is one.")
    month.emulator.team.connect_project("prj_shop", resource_id=orders.id)
    return orders.id


def sign_in(month: Month, resource_id: str) -> None:
    """A member of the team signs in, and is out when she leaves the team."""
    month.emulator.team.add_member("usr_ada")
    link = month.emulator.tokens.sso_url(
        f"{month.app_url}/sso/callback", member_id="usr_ada"
    )
    callback = month.browser.get(link)
    month.expect("status of the callback", callback.status_code, 303)
    cookie = {"cookie": callback.headers["set-cookie"].partition(";")[0]}
    month.expect("the cookie", cookie["cookie"].partition("=")[0], COOKIE)
    home = month.browser.get("/", headers=cookie).json()
    month.expect("the user", home["user"], "usr_ada")
    seen = [(one["id"], one["projects"]) for one in home["resources"]]
    month.expect("what the user sees", seen, [(resource_id, ["prj_shop"])])
    month.tell("A member signs in, and sees the database and its project.")
    again = month.browser.get(link)
    month.expect("status of a code that was used", again.status_code, 401)
    month.emulator.team.remove_member("usr_ada")
    gone = month.browser.get("/", headers=cookie)
    month.expect("status after leaving the team", gone.status_code, 401)
    month.tell("The member leaves the team, and is signed out.")


def rotate(month: Month, resource_id: str) -> None:
    """The secrets are rotated, and Vercel has the new ones."""
    before = month.emulator.resources.environment_variables(resource_id)
    month.vercel.rotate_secrets(resource_id, delay_old_secrets_expiration_hours=2)
    after = month.emulator.resources.environment_variables(resource_id)
    month.expect("the names of the secrets", [*after], [*before])
    month.expect("secrets that stayed the same", [*before.items() & after.items()], [])
    month.tell("The secrets are rotated, and connected projects get the new ones.")


def run_a_second_one(month: Month) -> None:
    """A large database runs for five days."""
    reports = month.vercel.provision_resource(name="reports", billing_plan_id="pro")
    month.vercel.update_resource(reports.id, billing_plan_id="scale")
    month.tell("Another database is provisioned, and moved to a larger plan.")
    month.let_pass(month.now + timedelta(days=5))
    month.vercel.delete_resource(reports.id)
    month.expect("its secrets", month.emulator.resources.secrets.get(reports.id), None)
    month.tell("It is deleted after five days.")


def hand_over(month: Month) -> None:
    """The team gives a database to another team, which deletes it and leaves."""
    demo = month.vercel.provision_resource(name="demo", billing_plan_id="pro")
    claim = month.vercel.create_resource_transfer(
        [demo.id], expires_at=month.now + timedelta(hours=1)
    ).provider_claim_id
    other = month.emulator.installations.add().partner(month.app_url)
    other.install()
    other.verify_resource_transfer(claim)
    for _ in range(2):
        other.accept_resource_transfer(claim, idempotency_key="accept-demo")
    month.expect(
        "the database of the other team", other.get_resource(demo.id).name, "demo"
    )
    other.delete_resource(demo.id)
    other.uninstall()
    month.tell(
        "The team gives a database to another team. Vercel asks twice, and it moves once."
    )


def invoice(month: Month) -> str:
    """The month is invoiced once, though the response to it is lost."""
    month.emulator.faults.drop("submit-invoice", when="after")
    month.let_pass(datetime(2026, 2, 1, tzinfo=UTC))
    (submitted,) = month.emulator.invoices.values()
    # 735 hours at 0.05, and 120 at 0.20.
    month.expect("the total", submitted.total, "60.75")
    month.tell(
        f"January is invoiced: ${submitted.total}. The response is lost on the way."
    )
    month.expect("how often it was sent", month.sent("/billing/invoices"), 2)
    month.run_hourly()
    month.expect("how many invoices there are", len(month.emulator.invoices), 1)
    month.tell("It is sent again, and Vercel knows it already: there is one.")
    return submitted.invoice_id


def get_paid(month: Month, invoice_id: str) -> None:
    """The customer pays at the second attempt; the webhook of it counts once."""
    month.let_pass(month.now + timedelta(hours=1))
    month.expect("the books", month.state_in_the_books(), "created")
    month.emulator.invoices.decline_payment(invoice_id)
    month.expect("the books", month.state_in_the_books(), "notpaid")
    month.emulator.clock.advance(minutes=30)
    month.emulator.invoices.pay(invoice_id)
    month.expect("the books", month.state_in_the_books(), "paid")
    month.tell("A payment fails, the next succeeds, and the books say so.")
    notpaid, paid = month.emulator.webhooks.deliveries[-2:]
    for webhook in (notpaid, paid):
        month.expect(
            f"status of {webhook.event_type}", month.post(webhook.request.content), 204
        )
    month.expect("the books", month.state_in_the_books(), "paid")
    forged = (paid.request.content or b"").replace(b"60.75", b"00.01")
    month.expect("status of a forgery", month.post(forged, paid.request.headers), 401)
    month.tell("Old webhooks come again and change nothing; a forged one is refused.")


def give_back(month: Month, invoice_id: str) -> None:
    """A part is refunded, once."""
    installation_id, reason = month.emulator.installation_id, "Outage of 4 January"
    for _ in range(2):
        month.cron.run(
            refund(
                month.services, installation_id, month.january, Decimal("6.00"), reason
            )
        )
    month.expect("how often it was sent", month.sent(f"{invoice_id}/actions"), 1)
    month.emulator.invoices.complete_refund(invoice_id)
    month.expect(
        "what was refunded", month.emulator.invoices[invoice_id].refund_total, "6.00"
    )
    month.expect("the books", month.state_in_the_books(), "refunded")
    month.tell("$6.00 are refunded. It is asked for twice, and sent once.")


def buy_credits(month: Month) -> None:
    """The team pays in advance. Vercel says so three times, and the credits are there once."""
    purchase = paid_invoice(month.emulator, total="19.99").invoice_id
    for key in ("purchase", "purchase", "another key"):
        response = month.vercel.provision_purchase(purchase, idempotency_key=key)
        (balance,) = response.balances
        month.expect("the credits in cents", balance.currency_value_in_cents, 1999)
    month.tell(
        "Credits for $19.99 are bought. Vercel says so three times; they count once."
    )


def leave(month: Month) -> None:
    """The team removes the product: a last invoice, and the token is dead."""
    month.let_pass(datetime(2026, 2, 3, 12, tzinfo=UTC))
    response = month.vercel.uninstall(reason="Moving on")
    month.expect("the response", response, Uninstallation(finalized=False))
    month.tell("The team removes the product. There is a day for the last invoice.")
    month.let_pass(month.now + timedelta(hours=1))
    last = [*month.emulator.invoices.values()][-1]
    month.expect("the total", last.total, "3.00")  # 60 hours at 0.05
    month.tell(f"The last invoice is submitted: ${last.total}.")
    month.emulator.invoices.pay(last.invoice_id)
    month.tell("The customer pays it.")
    with SyncVercel(
        bearer_token=month.emulator.token, server_url=month.api_url
    ) as vercel:
        try:
            vercel.marketplace.get_account_info(
                integration_configuration_id=month.emulator.installation_id
            )
        except VercelGoneError:
            month.tell("The installation is finalized, and its token is dead.")
        else:
            msg = "the installation was not finalized"
            raise WrongStepError(msg)
    month.let_pass(month.now + timedelta(hours=2))
    month.expect("how many invoices there are", len(month.emulator.invoices), 3)


def play(month: Month) -> None:
    """All of it.

    Raises:
        WrongStepError, PartnerError, VercelError: A step went wrong.
    """
    install(month)
    database = provision(month)
    sign_in(month, database)
    month.let_pass(datetime(2026, 1, 10, 9, tzinfo=UTC))
    rotate(month, database)
    month.let_pass(datetime(2026, 1, 20, 9, tzinfo=UTC))
    hand_over(month)
    run_a_second_one(month)
    invoice_id = invoice(month)
    reports = month.sent("/billing")
    # One an hour, and at midnight another.
    month.expect("reports of usage", reports, 735 + 1)
    month.expect("days with usage", len(month.emulator.received.billing_data), 31)
    month.tell(f"Usage was reported {reports} times.")
    get_paid(month, invoice_id)
    give_back(month, invoice_id)
    buy_credits(month)
    leave(month)
    undelivered = [
        one.event_type
        for one in month.emulator.webhooks.deliveries
        if not one.delivered
    ]
    month.expect("webhooks that did not arrive", undelivered, [])
    month.tell(
        f"All {len(month.emulator.webhooks.deliveries)} webhooks were delivered."
    )


# The stage -----------------------------------------------------------------------------


@contextmanager
def serving(app: FastAPI) -> Generator[str]:
    """Serve the application on loopback, and yield its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
    thread = threading.Thread(
        target=server.run, kwargs={"sockets": [listener]}, daemon=True
    )
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


@contextmanager
def stage() -> Generator[Month]:
    """The application and Vercel, each with an address of its own."""
    emulator = Emulator(Clock(BEGINNING))
    with TemporaryDirectory() as folder, emulator.serve() as api_url:
        settings = Settings(
            client_id=emulator.integration.client_id,
            client_secret=emulator.integration.client_secret,
            database=Path(folder) / "partner.db",
            api_url=api_url,
            jwks_url=f"{api_url}/.well-known/jwks",
        )
        services = Services(settings, clock=emulator.clock.now)
        with (
            serving(create_app(services)) as app_url,
            closing(Month(emulator, api_url, services, app_url)) as month,
        ):
            yield month


def main() -> int:
    """Play it, and return the exit code."""
    logging.disable()  # what the application logs when it is attacked is part of the story
    with stage() as month:
        try:
            play(month)
        except Exception as error:  # noqa: BLE001 (whatever it was, a step went wrong)
            month.tell(f"WRONG: {type(error).__name__}: {error}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
