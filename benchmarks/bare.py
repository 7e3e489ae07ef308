"""The other side: what a careful user of httpx alone writes for the same traffic.

The token is a header of the client, every answer passes `raise_for_status`, and `.json()`
where it has a body. Bodies are written as they go out, timestamps included: where there is
a doubt, this side has the benefit of it.
"""

from typing import Any

import httpx

_HEADERS = {"authorization": "Bearer benchmark-token"}
_PERIOD_START = "2026-10-01T00:00:00.000Z"
_PERIOD_END = "2026-10-31T23:59:59.999Z"


def _invoice(number: int) -> dict[str, Any]:
    return {
        "externalId": f"acme-{number}",
        "invoiceDate": _PERIOD_END,
        "period": {"start": _PERIOD_START, "end": _PERIOD_END},
        "items": [
            {
                "billingPlanId": "plan_pro",
                "resourceId": "db_1",
                "name": "Compute",
                "details": "720 hours",
                "price": "0.05",
                "quantity": 720,
                "units": "hours",
                "total": "36.00",
            },
            {
                "billingPlanId": "plan_pro",
                "name": "Support",
                "price": "10",
                "quantity": 1,
                "units": "month",
                "total": "10.00",
            },
        ],
    }


def _event(number: int) -> dict[str, Any]:
    return {
        "event": {
            "type": "resource.updated",
            "productId": "acme-db",
            "resourceId": f"db_{number}",
        }
    }


class Side:
    """Calls a server with httpx."""

    def __init__(self, url: str) -> None:
        """Keep where the server is."""
        self._base = f"{url}/v1/installations"

    def open_blocking(self) -> httpx.Client:
        """A client of the blocking kind."""
        return httpx.Client(headers=_HEADERS)

    def open_async(self) -> httpx.AsyncClient:
        """A client of the async kind."""
        return httpx.AsyncClient(headers=_HEADERS)

    def get_invoice(self, client: httpx.Client, number: int) -> object:
        """A GET."""
        response = client.get(f"{self._base}/icfg_{number}/billing/invoices/mi_{number}")
        response.raise_for_status()
        return response.json()

    def get_resources(self, client: httpx.Client) -> object:
        """A GET of a long list."""
        response = client.get(f"{self._base}/icfg_1/resources")
        response.raise_for_status()
        return response.json()

    def submit_invoice(self, client: httpx.Client, number: int) -> object:
        """A POST whose answer has a body."""
        response = client.post(
            f"{self._base}/icfg_{number}/billing/invoices", json=_invoice(number)
        )
        response.raise_for_status()
        return response.json()

    def create_event(self, client: httpx.Client, number: int) -> None:
        """A POST whose answer has none."""
        response = client.post(f"{self._base}/icfg_{number}/events", json=_event(number))
        response.raise_for_status()

    def usage(self, rows: int) -> dict[str, Any]:
        """Billing data with many metrics."""
        return {
            "timestamp": _PERIOD_END,
            "eod": _PERIOD_END,
            "period": {"start": _PERIOD_START, "end": _PERIOD_END},
            "billing": [],
            "usage": [
                {
                    "resourceId": f"db_{number}",
                    "name": "Storage",
                    "type": "total",
                    "units": "GB",
                    "dayValue": number * 0.25,
                    "periodValue": number * 7.75,
                    "planValue": 1024.0,
                }
                for number in range(rows)
            ],
        }

    def submit_usage(self, client: httpx.Client, body: dict[str, Any]) -> None:
        """A POST of what `usage` made."""
        client.post(f"{self._base}/icfg_1/billing", json=body).raise_for_status()

    async def get_invoice_async(self, client: httpx.AsyncClient, number: int) -> object:
        """A GET."""
        response = await client.get(f"{self._base}/icfg_{number}/billing/invoices/mi_{number}")
        response.raise_for_status()
        return response.json()

    async def submit_invoice_async(self, client: httpx.AsyncClient, number: int) -> object:
        """A POST whose answer has a body."""
        response = await client.post(
            f"{self._base}/icfg_{number}/billing/invoices", json=_invoice(number)
        )
        response.raise_for_status()
        return response.json()

    async def create_event_async(self, client: httpx.AsyncClient, number: int) -> None:
        """A POST whose answer has none."""
        response = await client.post(f"{self._base}/icfg_{number}/events", json=_event(number))
        response.raise_for_status()
