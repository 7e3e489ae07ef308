"""What a webhook looks like on its way to the partner. Pure."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from vercel_marketplace.http import Headers, HTTPRequest
from vercel_marketplace.webhooks.signing import SIGNATURE_HEADER, sign

PLACEHOLDER_URL: Final = "https://partner.example/webhooks"
"""Where a webhook goes that is not sent over a network."""


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
    """A webhook, signed.

    Args:
        event_type: What happened.
        payload: What there is to say of it.
        event_id: The event's id; `None` for one that follows from all the rest.
        created_at: When it happened.
        client_secret: What signs.
        region: Where it comes from.
        url: Where it goes.
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
    """What is told of an invoice.

    Args:
        event: What became of it: `refunded`, or anything else.
        installation_id: Whose it is.
        invoice: The invoice, as it is on the wire.
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
    """The installation, named in both ways."""
    return {"configuration": {"id": installation_id}, "installationId": installation_id}


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
