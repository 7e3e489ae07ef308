"""What the tests of a partner need beside the emulator: something billed, something sent.

```python
from vercel_marketplace.testing import invoice_webhook, paid_invoice

invoice = paid_invoice(emulator, total="36.00")
request = invoice_webhook(emulator, invoice.invoice_id)
assert request.headers["x-vercel-signature"]
```

The stage is set past the faults, and leaves nothing in `emulator.requests`: those are the
requests of the code under test. pytest has the fixture `marketplace_emulator`, for any other
runner there is `fresh_emulator`; this module needs neither.
"""

import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, TypeVar

from vercel_marketplace._internal.blocking import block_on
from vercel_marketplace.core import VercelCore
from vercel_marketplace.emulator import Emulator
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
from vercel_marketplace.http import Headers, HTTPRequest, HTTPResponse
from vercel_marketplace.models.account import GetAccountInfoRequest
from vercel_marketplace.models.charges import LineItem, Period
from vercel_marketplace.models.invoice_submissions import (
    SubmitInvoiceRequest,
    SubmitInvoiceRequestBody,
)
from vercel_marketplace.models.invoices import GetInvoiceRequest, GetInvoiceResponseBody
from vercel_marketplace.models.secrets import (
    Secret,
    UpdateResourceSecretsByIdRequest,
    UpdateResourceSecretsRequestBody,
)
from vercel_marketplace.result import Ok

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from vercel_marketplace.result import Result

__all__ = [
    "fresh_emulator",
    "installation_request",
    "invoice_webhook",
    "paid_invoice",
    "resource",
    "signed_webhook",
    "submitted_invoice",
]
V = TypeVar("V")

_PARTNER: Final = "https://partner.example"

_INVOICE_EVENTS: Final = {
    "pending": "created",
    "scheduled": "created",
    "invoiced": "created",
    "paid": "paid",
    "notpaid": "notpaid",
    "overdue": "overdue",
    "refunded": "refunded",
}
"""What Vercel tells of an invoice in each state; of a refund that is under way, nothing."""


@contextmanager
def fresh_emulator() -> Generator[Emulator]:
    """An emulator of its own for one test, which makes sure of the faults at the end.

    A fault that no request has met is a test that did not test what it says. One that some
    requests have met is fine, however often it was still to come.

    Raises:
        AssertionError: At the end, a fault was never met.
    """
    emulator = Emulator()
    yield emulator
    unmet = [fault for fault in emulator.pending_faults if not fault.hits]
    emulator.clear_faults()
    if unmet:
        faults = "\n".join(f"  - {fault}" for fault in unmet)
        msg = f"no request met these faults of the emulator:\n{faults}"
        raise AssertionError(msg)


# Installations and resources -----------------------------------------------------------


def installation_request(emulator: Emulator, *, url: str = _PARTNER) -> HTTPRequest:
    """What Vercel sends the partner when a team installs the product.

    The body has the installation's access token in `credentials`. The request is without the
    JWT that Vercel signs: test the check of that one by itself.

    Args:
        emulator: Whose installation it is.
        url: Where the partner's endpoints are.
    """
    account = _sent(
        marketplace_get_account_info(
            _backstage(emulator), GetAccountInfoRequest(emulator.installation_id)
        )
    )
    body: dict[str, object] = {
        "scopes": [],
        "acceptedPolicies": {},
        "credentials": {"access_token": emulator.token, "token_type": "Bearer"},
        "account": json.loads(account.response.content),
    }
    return HTTPRequest(
        method="PUT",
        url=f"{url}/v1/installations/{emulator.installation_id}",
        headers=Headers({"content-type": "application/json"}),
        content=json.dumps(body).encode(),
    )


def resource(emulator: Emulator, *, secrets: Mapping[str, str]) -> str:
    """The id of a resource with secrets, in place of those that it had.

    Args:
        emulator: Whose resource it is.
        secrets: Its secrets by name.
    """
    body = UpdateResourceSecretsRequestBody(
        secrets=[Secret(name=name, value=value) for name, value in secrets.items()]
    )
    request = UpdateResourceSecretsByIdRequest(emulator.installation_id, emulator.resource_id, body)
    _sent(marketplace_update_resource_secrets_by_id(_backstage(emulator), request))
    return emulator.resource_id


# Invoices ------------------------------------------------------------------------------


def submitted_invoice(
    emulator: Emulator, *, total: str | Decimal | int = "36.00", external_id: str | None = None
) -> GetInvoiceResponseBody:
    """An invoice of this month, with one line and for a plan of its own.

    Args:
        emulator: Where to submit it.
        total: What is to be paid, in US dollars.
        external_id: The partner's id of it.

    Raises:
        VercelError: It is refused.
    """
    now = emulator.clock.now()
    item = LineItem(
        billing_plan_id=f"plan_{len(emulator.invoices) + 1}",
        name="Compute",
        price=total,
        quantity=1,
        units="month",
        total=total,
    )
    body = SubmitInvoiceRequestBody(
        external_id=external_id, invoice_date=now, period=_month_of(now), items=[item]
    )
    request = SubmitInvoiceRequest(emulator.installation_id, body)
    submitted = _sent(marketplace_submit_invoice(_backstage(emulator), request))
    return emulator.invoices[submitted.value.invoice_id or ""]


def paid_invoice(
    emulator: Emulator, *, total: str | Decimal | int = "36.00", external_id: str | None = None
) -> GetInvoiceResponseBody:
    """An invoice of this month that the customer has paid.

    Args:
        emulator: Where to submit it.
        total: What was paid, in US dollars.
        external_id: The partner's id of it.

    Raises:
        VercelError: It is refused.
    """
    invoice = submitted_invoice(emulator, total=total, external_id=external_id)
    emulator.pay(invoice.invoice_id)
    return emulator.invoices[invoice.invoice_id]


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
    """A webhook as Vercel sends it to the partner, signed with the client secret.

    Args:
        emulator: Whose client secret signs, and whose clock dates it.
        event_type: What happened, such as `marketplace.invoice.paid`.
        payload: What there is to say of it.
        event_id: The event's id, by which a partner tells a repetition from a new event; if
            left out, the same event at the same time has the same one.
        region: Where it comes from.
        url: Where it goes.
    """
    return webhook_request(
        event_type,
        payload,
        event_id=event_id,
        created_at=emulator.clock.now(),
        client_secret=emulator.client_secret,
        region=region,
        url=url,
    )


def invoice_webhook(
    emulator: Emulator, invoice_id: str, *, url: str = PLACEHOLDER_URL
) -> HTTPRequest:
    """The webhook in which Vercel tells of an invoice as it stands: created, paid or refunded.

    Args:
        emulator: Where the invoice is.
        invoice_id: Vercel's id of it.
        url: Where the webhook goes.

    Raises:
        VercelNotFoundError: There is no such invoice.
        ValueError: It is in a state of which Vercel says nothing.
    """
    request = GetInvoiceRequest(emulator.installation_id, invoice_id)
    read = _sent(marketplace_get_invoice(_backstage(emulator), request))
    event = _INVOICE_EVENTS.get(read.value.state)
    if event is None:
        msg = f"Vercel sends no webhook of an invoice that is {read.value.state}"
        raise ValueError(msg)
    on_the_wire: dict[str, Any] = json.loads(read.response.content)
    payload = invoice_payload(event, emulator.installation_id, on_the_wire)
    return signed_webhook(emulator, f"marketplace.invoice.{event}", payload, url=url)


# Behind the stage ----------------------------------------------------------------------


class _Backstage:
    """Asks the emulator past its faults, and past what it keeps for tests to look at."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    def send(self, request: HTTPRequest, /) -> HTTPResponse:
        return self._emulator.answer(request)


def _backstage(emulator: Emulator) -> VercelCore:
    return VercelCore.blocking(emulator.token, transport=_Backstage(emulator))


def _sent(call: "Coroutine[Any, Any, Result[V, Exception]]") -> Ok[V]:
    result = block_on(call)
    if result.ok is False:
        raise result.error
    return result


def _month_of(moment: datetime) -> Period:
    start = moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return Period(start=start, end=(start + timedelta(days=31)).replace(day=1))
