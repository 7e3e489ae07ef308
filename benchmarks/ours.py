"""The SDK's side, as a user writes it. Each method has its twin in `bare`."""

from datetime import UTC, datetime

from vercel_marketplace import SyncVercel, Vercel
from vercel_marketplace.models import (
    CreateEventRequestBody,
    LineItem,
    Period,
    ResourceUpdatedEvent,
    SubmitBillingDataRequestBody,
    SubmitInvoiceRequestBody,
    Usage,
)

_PERIOD = Period(
    start=datetime(2026, 10, 1, tzinfo=UTC),
    end=datetime(2026, 10, 31, 23, 59, 59, 999000, tzinfo=UTC),
)


def _invoice(number: int) -> SubmitInvoiceRequestBody:
    return SubmitInvoiceRequestBody(
        external_id=f"acme-{number}",
        invoice_date=_PERIOD.end,
        period=_PERIOD,
        items=[
            LineItem(
                billing_plan_id="plan_pro",
                resource_id="db_1",
                name="Compute",
                details="720 hours",
                price="0.05",
                quantity=720,
                units="hours",
                total="36.00",
            ),
            LineItem(
                billing_plan_id="plan_pro",
                name="Support",
                price="10",
                quantity=1,
                units="month",
                total="10.00",
            ),
        ],
    )


def _event(number: int) -> CreateEventRequestBody:
    return CreateEventRequestBody(
        event=ResourceUpdatedEvent(product_id="acme-db", resource_id=f"db_{number}")
    )


class Side:
    """Calls a server with the SDK."""

    def __init__(self, url: str) -> None:
        """Keep where the server is."""
        self._url = url

    def open_blocking(self) -> SyncVercel:
        """A client of the blocking kind."""
        return SyncVercel(bearer_token="benchmark-token", server_url=self._url)

    def open_async(self) -> Vercel:
        """A client of the async kind."""
        return Vercel(bearer_token="benchmark-token", server_url=self._url)

    def get_invoice(self, client: SyncVercel, number: int) -> object:
        """A GET."""
        return client.marketplace.get_invoice(
            integration_configuration_id=f"icfg_{number}", invoice_id=f"mi_{number}"
        )

    def get_resources(self, client: SyncVercel) -> object:
        """A GET of a long list."""
        return client.marketplace.get_integration_resources(integration_configuration_id="icfg_1")

    def submit_invoice(self, client: SyncVercel, number: int) -> object:
        """A POST whose answer has a body."""
        return client.marketplace.submit_invoice(
            integration_configuration_id=f"icfg_{number}", request_body=_invoice(number)
        )

    def create_event(self, client: SyncVercel, number: int) -> None:
        """A POST whose answer has none."""
        client.marketplace.create_event(
            integration_configuration_id=f"icfg_{number}", request_body=_event(number)
        )

    def usage(self, rows: int) -> SubmitBillingDataRequestBody:
        """Billing data with many metrics."""
        return SubmitBillingDataRequestBody(
            timestamp=_PERIOD.end,
            eod=_PERIOD.end,
            period=_PERIOD,
            billing=[],
            usage=[
                Usage(
                    resource_id=f"db_{number}",
                    name="Storage",
                    type="total",
                    units="GB",
                    day_value=number * 0.25,
                    period_value=number * 7.75,
                    plan_value=1024.0,
                )
                for number in range(rows)
            ],
        )

    def submit_usage(self, client: SyncVercel, body: SubmitBillingDataRequestBody) -> None:
        """A POST of what `usage` made."""
        client.marketplace.submit_billing_data(
            integration_configuration_id="icfg_1", request_body=body
        )

    async def get_invoice_async(self, client: Vercel, number: int) -> object:
        """A GET."""
        return await client.marketplace.get_invoice(
            integration_configuration_id=f"icfg_{number}", invoice_id=f"mi_{number}"
        )

    async def submit_invoice_async(self, client: Vercel, number: int) -> object:
        """A POST whose answer has a body."""
        return await client.marketplace.submit_invoice(
            integration_configuration_id=f"icfg_{number}", request_body=_invoice(number)
        )

    async def create_event_async(self, client: Vercel, number: int) -> None:
        """A POST whose answer has none."""
        await client.marketplace.create_event(
            integration_configuration_id=f"icfg_{number}", request_body=_event(number)
        )
