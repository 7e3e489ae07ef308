"""The signed HTTP request of a webhook. Pure."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from vercel_marketplace.http import Headers, HTTPRequest
from vercel_marketplace.webhooks.signature import SIGNATURE_HEADER, sign

PLACEHOLDER_URL: Final = "https://partner.example/webhooks"
"""The URL of a webhook that is not sent over a network."""


def webhook_request(  # noqa: PLR0913 (one keyword per part of the envelope)
    event_type: str,
    payload: Mapping[str, object],
    *,
    event_id: str | None,
    created_at: datetime,
    client_secret: str,
    region: str | None = None,
    url: str = PLACEHOLDER_URL,
) -> HTTPRequest:
    """Return a signed webhook.

    Args:
        event_type: The event's type.
        payload: The event's payload.
        event_id: The event's id; `None` for one derived from all the other arguments.
        created_at: When it happened.
        client_secret: Signs the webhook.
        region: The region it is sent from.
        url: The receiver's URL.
    """
    event: dict[str, object] = {
        "id": event_id,
        "type": event_type,
        "createdAt": round(created_at.timestamp() * 1000),
        "region": region,
        "payload": payload,
    }
    if event_id is None:
        event["id"] = f"evt_{hashlib.sha256(_json(event)).hexdigest()[:24]}"
    body = _json(event)
    signature = sign(body, client_secret)
    return HTTPRequest(
        method="POST",
        url=url,
        headers=Headers({"content-type": "application/json", SIGNATURE_HEADER: signature}),
        content=body,
    )


def invoice_payload(
    event: str, installation_id: str, invoice: Mapping[str, Any]
) -> dict[str, object]:
    """Return the payload of an invoice's event.

    Args:
        event: The event; the payload of `refunded` differs from all others.
        installation_id: The invoice's installation.
        invoice: The invoice, as on the wire.
    """
    payload: dict[str, object] = {
        **installation_fields(installation_id),
        "invoiceId": invoice["invoiceId"],
        "externalInvoiceId": invoice.get("externalId"),
        "period": invoice["period"],
    }
    if event == "refunded":
        payload["amount"] = invoice.get("refundTotal")
        payload["reason"] = invoice.get("refundReason")
    else:
        payload["invoiceDate"] = invoice["invoiceDate"]
        payload["invoiceTotal"] = invoice["total"]
    return payload


def installation_fields(installation_id: str) -> dict[str, object]:
    """Return the properties that name the installation."""
    return {"configuration": {"id": installation_id}, "installationId": installation_id}


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
