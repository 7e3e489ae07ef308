"""Helpers for a partner's tests: set up invoices and secrets, make signed requests.

```python
from vercel_marketplace.testing import invoice_webhook, paid_invoice

invoice = paid_invoice(emulator, total="36.00")
request = invoice_webhook(emulator, invoice.invoice_id)
assert request.headers["x-vercel-signature"]
```

The helpers meet no faults and leave nothing in `emulator.requests`: those are the requests of the
code under test. pytest has the fixture `marketplace_emulator`, any other runner `fresh_emulator`;
this module needs neither.
"""

import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, TypeVar

from vercel_marketplace._internal.blocking import block_on
from vercel_marketplace.core import VercelCore
from vercel_marketplace.emulator import EmulatedInstallation, Emulator
from vercel_marketplace.emulator.webhooks.requests import (
    PLACEHOLDER_URL,
    invoice_payload,
    webhook_request,
)
from vercel_marketplace.funcs import (
    marketplace_get_account_info,
    marketplace_get_invoice,
    marketplace_submit_invoice,
    marketplace_update_resource_secrets_by_id,
)
from vercel_marketplace.http import Headers, HTTPRequest
from vercel_marketplace.models.account import GetAccountInfoRequest
from vercel_marketplace.models.charges import LineItem, Period
from vercel_marketplace.models.invoice_submissions import (
    SubmitInvoiceRequest,
    SubmitInvoiceRequestBody,
)
from vercel_marketplace.models.invoices import GetInvoiceRequest, Invoice
from vercel_marketplace.models.secrets import (
    Secret,
    UpdateResourceSecretsByIdRequest,
    UpdateResourceSecretsRequestBody,
)
from vercel_marketplace.result import Err, Ok

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from vercel_marketplace.result import Result

__all__ = [
    "fresh_emulator",
    "install_request",
    "invoice_webhook",
    "paid_invoice",
    "set_secrets",
    "signed_webhook",
    "submitted_invoice",
]
V = TypeVar("V")

_PARTNER_URL: Final = "https://partner.example"

_INVOICE_EVENTS: Final = {
    "pending": "created",
    "scheduled": "created",
    "invoiced": "created",
    "paid": "paid",
    "notpaid": "notpaid",
    "overdue": "overdue",
    "refunded": "refunded",
}
"""The event of an invoice by its state; a refund that was requested has none."""


@contextmanager
def fresh_emulator() -> Generator[Emulator]:
    """Make an emulator for one test, and check at the end that its faults were met.

    A test with a fault that no request has met did not test what it says. A fault that was met
    is fine, even if it was for more requests.

    Raises:
        AssertionError: At the end, a fault was never met.
    """
    emulator = Emulator()
    yield emulator
    unmet = [fault for fault in emulator.faults.pending if not fault.hits]
    emulator.faults.clear()
    if unmet:
        faults = "\n".join(f"  - {fault}" for fault in unmet)
        msg = f"no request met these faults of the emulator:\n{faults}"
        raise AssertionError(msg)


# Installations and resources -----------------------------------------------------------


def install_request(
    emulator: Emulator, *, url: str = _PARTNER_URL, installation_id: str | None = None
) -> HTTPRequest:
    """Return the request that Vercel sends the partner when a team installs the product.

    The body has the installation's access token in `credentials`. The request has no JWT of
    Vercel's; test the verification of tokens by itself.

    Args:
        emulator: The emulator.
        url: The base URL of the partner's endpoints.
        installation_id: The installation; the first one if omitted.

    Raises:
        LookupError: There is no such installation.
    """
    one = _installation(emulator, installation_id)
    request = GetAccountInfoRequest(one.installation_id)
    account = _call(marketplace_get_account_info(_setup_core(emulator, one), request))
    body: dict[str, object] = {
        "scopes": [],
        "acceptedPolicies": {},
        "credentials": {"access_token": one.tokens.access_tokens[-1], "token_type": "Bearer"},
        "account": json.loads(account.response.content),
    }
    return HTTPRequest(
        method="PUT",
        url=f"{url}/v1/installations/{one.installation_id}",
        headers=Headers({"content-type": "application/json"}),
        content=json.dumps(body).encode(),
    )


def set_secrets(
    emulator: Emulator, *, secrets: Mapping[str, str], installation_id: str | None = None
) -> str:
    """Replace the secrets of an installation's first resource.

    Args:
        emulator: The emulator.
        secrets: The secrets by name.
        installation_id: The installation; the first one if omitted.

    Returns:
        The id of the resource.

    Raises:
        LookupError: There is no such installation.
    """
    one = _installation(emulator, installation_id)
    body = UpdateResourceSecretsRequestBody(
        secrets=[Secret(name=name, value=value) for name, value in secrets.items()]
    )
    request = UpdateResourceSecretsByIdRequest(one.installation_id, one.resource_id, body)
    _call(marketplace_update_resource_secrets_by_id(_setup_core(emulator, one), request))
    return one.resource_id


# Invoices ------------------------------------------------------------------------------


def submitted_invoice(
    emulator: Emulator,
    *,
    total: str | Decimal | int = "36.00",
    external_id: str | None = None,
    installation_id: str | None = None,
) -> Invoice:
    """Submit an invoice of this month, with one line and a plan of its own.

    Args:
        emulator: The emulator.
        total: The amount due, in US dollars.
        external_id: The partner's id of the invoice.
        installation_id: The installation; the first one if omitted.

    Raises:
        LookupError: There is no such installation.
        VercelError: The invoice is refused.
    """
    now, one = emulator.clock.now(), _installation(emulator, installation_id)
    item = LineItem(
        billing_plan_id=f"plan_{len(one.invoices) + 1}",
        name="Compute",
        price=total,
        quantity=1,
        units="month",
        total=total,
    )
    body = SubmitInvoiceRequestBody(
        external_id=external_id, invoice_date=now, period=_month_of(now), items=[item]
    )
    request = SubmitInvoiceRequest(one.installation_id, body)
    submitted = _call(marketplace_submit_invoice(_setup_core(emulator, one), request))
    return one.invoices[submitted.value.invoice_id or ""]


def paid_invoice(
    emulator: Emulator,
    *,
    total: str | Decimal | int = "36.00",
    external_id: str | None = None,
    installation_id: str | None = None,
) -> Invoice:
    """Submit an invoice of this month, and pay it as the customer.

    Args:
        emulator: The emulator.
        total: The amount paid, in US dollars.
        external_id: The partner's id of the invoice.
        installation_id: The installation; the first one if omitted.

    Raises:
        LookupError: There is no such installation.
        VercelError: The invoice is refused.
    """
    invoice = submitted_invoice(
        emulator, total=total, external_id=external_id, installation_id=installation_id
    )
    invoices = _installation(emulator, installation_id).invoices
    invoices.pay(invoice.invoice_id)
    return invoices[invoice.invoice_id]


# Webhooks ------------------------------------------------------------------------------


def signed_webhook(  # noqa: PLR0913 (one keyword per part of the envelope)
    emulator: Emulator,
    event_type: str,
    payload: Mapping[str, object],
    *,
    event_id: str | None = None,
    region: str | None = None,
    url: str = PLACEHOLDER_URL,
) -> HTTPRequest:
    """Return a webhook as Vercel sends it to the partner, signed with the client secret.

    Args:
        emulator: The emulator, whose client secret signs and whose clock dates the event.
        event_type: The type of the event, such as `marketplace.invoice.paid`.
        payload: The payload of the event.
        event_id: The event's id, by which a partner recognizes a retry; if omitted, the same
            event at the same time has the same id.
        region: The region of the event.
        url: The URL of the receiver.
    """
    return webhook_request(
        event_type,
        payload,
        event_id=event_id,
        created_at=emulator.clock.now(),
        client_secret=emulator.integration.client_secret,
        region=region,
        url=url,
    )


def invoice_webhook(
    emulator: Emulator,
    invoice_id: str,
    *,
    url: str = PLACEHOLDER_URL,
    installation_id: str | None = None,
) -> HTTPRequest:
    """Return the webhook of an invoice as it stands: created, paid or refunded, for example.

    Args:
        emulator: The emulator that has the invoice.
        invoice_id: Vercel's id of the invoice.
        url: The URL of the receiver.
        installation_id: The installation that has the invoice; the first one if omitted.

    Raises:
        LookupError: There is no such installation.
        VercelNotFoundError: There is no such invoice.
        ValueError: Vercel sends no webhook for an invoice in this state.
    """
    one = _installation(emulator, installation_id)
    request = GetInvoiceRequest(one.installation_id, invoice_id)
    read = _call(marketplace_get_invoice(_setup_core(emulator, one), request))
    event = _INVOICE_EVENTS.get(read.value.state)
    if event is None:
        msg = f"Vercel sends no webhook of an invoice that is {read.value.state}"
        raise ValueError(msg)
    on_the_wire: dict[str, Any] = json.loads(read.response.content)
    payload = invoice_payload(event, one.installation_id, on_the_wire)
    return signed_webhook(emulator, f"marketplace.invoice.{event}", payload, url=url)


def _installation(emulator: Emulator, installation_id: str | None) -> EmulatedInstallation:
    name = installation_id or emulator.installation_id
    if name not in emulator.installations:
        msg = f"no installation {name!r}"
        raise LookupError(msg)
    return emulator.installations[name]


def _setup_core(emulator: Emulator, installation: EmulatedInstallation) -> VercelCore:
    token = installation.tokens.access_tokens[-1]
    return VercelCore.blocking(token, transport=emulator.transport(for_setup=True))


def _call(operation: "Coroutine[Any, Any, Result[V, Exception]]") -> Ok[V]:
    result = block_on(operation)
    if isinstance(result, Err):
        raise result.error
    return result


def _month_of(moment: datetime) -> Period:
    start = moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return Period(start=start, end=(start + timedelta(days=31)).replace(day=1))
