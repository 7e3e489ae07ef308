"""A partner's day on the Vercel Marketplace, in the three styles of the SDK.

    python examples/quickstart.py

runs on a Marketplace inside this process: no account, no network. To ask the real one, set

    VERCEL_TOKEN                          the installation's access token
    VERCEL_INTEGRATION_CONFIGURATION_ID   the installation, icfg_…

and it reads the account; with VERCEL_MEMBER_ID and VERCEL_INVOICE_ID also that member and
that invoice. It then changes nothing. VERCEL_SERVER_URL names another server.
"""

import asyncio
import os
import secrets
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from vercel_marketplace import Err, Ok, SyncVercel, Vercel, VercelCore, VercelError
from vercel_marketplace.emulator import Clock, Emulator
from vercel_marketplace.errors import VercelConflictError, VercelNotFoundError
from vercel_marketplace.funcs import (
    marketplace_get_invoice,
    marketplace_submit_billing_data,
    marketplace_submit_invoice,
)
from vercel_marketplace.models import (
    CreateEventRequestBody,
    GetInvoiceRequest,
    LineItem,
    Period,
    ResourceUpdatedEvent,
    Secret,
    SubmitBillingDataRequest,
    SubmitBillingDataRequestBody,
    SubmitInvoiceRequest,
    SubmitInvoiceRequestBody,
    UpdateInvoiceRequestBody,
    UpdateResourceSecretsByIdRequestBody,
    Usage,
)

NOW = datetime.now(UTC)
MIDNIGHT = NOW.replace(hour=0, minute=0, second=0, microsecond=0)
PERIOD = Period(start=MIDNIGHT.replace(day=1), end=MIDNIGHT + timedelta(days=1))

# Money is exact: a Decimal here, a decimal string on the wire, never a float.
HOURS = 720
PRICE = Decimal("0.05")
COMPUTE = LineItem(
    billing_plan_id="pro",
    name="Compute",
    price=PRICE,
    quantity=HOURS,
    units="hours",
    total=PRICE * HOURS,
)


def main() -> int:
    """Run the day, or read from the real Marketplace; returns the exit code."""
    token = os.environ.get("VERCEL_TOKEN")
    installation_id = os.environ.get("VERCEL_INTEGRATION_CONFIGURATION_ID")
    try:
        if token and installation_id:
            look_around(token, installation_id)
        elif token or installation_id:
            missing = "VERCEL_INTEGRATION_CONFIGURATION_ID" if token else "VERCEL_TOKEN"
            print(
                f"{missing} is not set; set both for the real API, or neither",
                file=sys.stderr,
            )
            return 2
        else:
            run_the_day(Emulator(Clock(NOW)))
    except VercelError as error:
        print(f"failed: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    return 0


def run_the_day(emulator: Emulator) -> None:
    """Each part in a style of its own; a program of yours needs only one of them."""
    print("A partner's day, on a Marketplace inside this process")
    asyncio.run(a_user_signs_in(emulator))
    invoice_id = asyncio.run(the_month_is_billed(emulator))
    the_customer_is_helped(emulator, invoice_id)


async def a_user_signs_in(emulator: Emulator) -> None:
    """Style 1: async methods. They return the value, and raise what went wrong."""
    heading("Async methods: Vercel")
    installation_id = emulator.installation_id

    async with Vercel(
        bearer_token=emulator.token, transport=emulator.transport()
    ) as vercel:
        tokens = await vercel.marketplace.exchange_sso_token(
            code=emulator.tokens.issue_sso_code(),  # arrives at your redirect URL
            client_id=emulator.integration.client_id,
            client_secret=emulator.integration.client_secret,
        )
        step(
            "SSO exchange",
            f"{tokens.token_type} tokens, good for {tokens.expires_in} s",
        )

        member = await vercel.marketplace.get_member(
            integration_configuration_id=installation_id,
            member_id=emulator.team.admin_id,  # the user_id in the verified id_token
        )
        step("member", f"{member.id} is {member.role}")

        account = await vercel.marketplace.get_account_info(
            integration_configuration_id=installation_id
        )
        step("account", f"{account.name}, {account.url}")


async def the_month_is_billed(emulator: Emulator) -> str:
    """Style 2: functions. They return Ok or Err, and raise nothing."""
    heading("Standalone functions: VercelCore, Ok and Err")
    installation_id = emulator.installation_id
    usage = Usage(
        resource_id=emulator.resource_id,
        name="Compute",
        type="interval",
        units="hours",
        day_value=24,
        period_value=HOURS,
    )
    so_far = SubmitBillingDataRequestBody(
        timestamp=NOW, eod=PERIOD.end, period=PERIOD, billing=[COMPUTE], usage=[usage]
    )
    bill = SubmitInvoiceRequestBody(
        external_id=f"bill-{NOW:%Y-%m}",  # makes a retry safe: Vercel accepts each once
        invoice_date=NOW,
        period=PERIOD,
        items=[COMPUTE],
    )

    async with VercelCore(
        bearer_token=emulator.token, transport=emulator.transport()
    ) as core:
        data = SubmitBillingDataRequest(installation_id, so_far)
        match await marketplace_submit_billing_data(core, data):
            case Ok():
                step("billing data", f"accepted: {HOURS} hours so far")
            case Err(error):
                raise error

        match await marketplace_submit_invoice(
            core, SubmitInvoiceRequest(installation_id, bill)
        ):
            case Ok(response) if response.invoice_id:
                invoice_id = response.invoice_id
                step("invoice", f"{invoice_id} submitted")
            case Ok(response):
                sys.exit(f"the invoice was refused: {response.validation_errors}")
            case Err(VercelConflictError() as error):
                sys.exit(explain_conflict(error))
            case Err(error):
                raise error

        await show_invoice(core, GetInvoiceRequest(installation_id, invoice_id))
        # In real life the customer does, sooner or later.
        emulator.invoices.pay(invoice_id)
        await show_invoice(core, GetInvoiceRequest(installation_id, invoice_id))
        await show_invoice(core, GetInvoiceRequest(installation_id, "inv_unknown"))
    return invoice_id


def explain_conflict(error: VercelConflictError) -> str:
    """Say what a 409 to an invoice means, as far as the call knows.

    Your own records belong here too: which external ids may have been accepted by earlier runs.
    """
    if error.earlier_attempt_may_have_succeeded:
        return "perhaps accepted: the webhook with this external id will tell"
    return "not billed: another invoice has this external id, or its resource, plan and period"


async def show_invoice(core: VercelCore, request: GetInvoiceRequest) -> None:
    """Read an invoice, which may not exist."""
    match await marketplace_get_invoice(core, request):
        case Ok(invoice):
            step(
                f"state of {request.invoice_id}",
                f"{invoice.state}, {invoice.total} USD",
            )
        case Err(VercelNotFoundError() as error):
            step(
                f"state of {request.invoice_id}",
                f"Err: {error.status_code} {error.message}",
            )
        case Err(error):
            raise error


def the_customer_is_helped(emulator: Emulator, invoice_id: str) -> None:
    """Style 3: blocking methods. The first style without a loop, for scripts and cron jobs."""
    heading("Blocking methods: SyncVercel")
    installation_id = emulator.installation_id

    with SyncVercel(
        bearer_token=emulator.token, transport=emulator.transport()
    ) as vercel:
        vercel.marketplace.update_invoice(
            integration_configuration_id=installation_id,
            invoice_id=invoice_id,
            request_body=UpdateInvoiceRequestBody(
                action="refund", reason="An hour of downtime", total=PRICE
            ),
        )
        invoice = vercel.marketplace.get_invoice(
            integration_configuration_id=installation_id, invoice_id=invoice_id
        )
        step("refund", f"{invoice.refund_total} USD, {invoice.state}")

        database_url = Secret(
            name="DATABASE_URL",
            value=f"postgres://app:{secrets.token_hex()}@db.example/app",
        )
        vercel.marketplace.update_resource_secrets_by_id(
            integration_configuration_id=installation_id,
            resource_id=emulator.resource_id,
            request_body=UpdateResourceSecretsByIdRequestBody(secrets=[database_url]),
        )
        step("secrets", f"{database_url.name} rotated")

        event = ResourceUpdatedEvent(resource_id=emulator.resource_id)
        vercel.marketplace.create_event(
            integration_configuration_id=installation_id,
            request_body=CreateEventRequestBody(event=event),
        )
        step("event", f"{event.type}, {event.resource_id}")


def look_around(token: str, installation_id: str) -> None:
    """Ask the real Marketplace what can be asked without changing anything."""
    server_url = os.environ.get("VERCEL_SERVER_URL") or "https://api.vercel.com"
    member_id = os.environ.get("VERCEL_MEMBER_ID")
    invoice_id = os.environ.get("VERCEL_INVOICE_ID")
    print(f"{installation_id} at {server_url}, read only")

    with SyncVercel(bearer_token=token, server_url=server_url) as vercel:
        account = vercel.marketplace.get_account_info(
            integration_configuration_id=installation_id
        )
        step("account", f"{account.name or 'unnamed'}, {account.url}")
        if member_id:
            member = vercel.marketplace.get_member(
                integration_configuration_id=installation_id, member_id=member_id
            )
            step("member", f"{member.id} is {member.role}")
        if invoice_id:
            invoice = vercel.marketplace.get_invoice(
                integration_configuration_id=installation_id, invoice_id=invoice_id
            )
            step("invoice", f"{invoice.state}, {invoice.total} USD")


def heading(text: str) -> None:
    """Print what the next steps have in common."""
    print(f"\n{text}")


def step(name: str, outcome: str) -> None:
    """Print what a step came to."""
    print(f"  {name:<24}{outcome}")


if __name__ == "__main__":
    sys.exit(main())
