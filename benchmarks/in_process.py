"""The SDK on an emulator in the same process. `over_http` is its twin."""

from datetime import UTC, datetime

from vercel_marketplace import SyncVercel, Vercel
from vercel_marketplace.emulator import Emulator
from vercel_marketplace.models import (
    LineItem,
    Period,
    SubmitBillingDataRequestBody,
    SubmitInvoiceRequestBody,
    Usage,
)

_PERIOD = Period(start=datetime(2026, 1, 1, tzinfo=UTC), end=datetime(2026, 2, 1, tzinfo=UTC))
_NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
_ITEM = LineItem(
    billing_plan_id="plan_pro",
    name="Compute",
    price="0.05",
    quantity=720,
    units="hours",
    total="36.00",
)
_DAY = SubmitBillingDataRequestBody(
    timestamp=_NOW,
    eod=_NOW,
    period=_PERIOD,
    billing=[_ITEM],
    usage=[Usage(name="Storage", type="total", units="GB", day_value=1.5, period_value=2.5)],
)


class Side:
    """Calls an emulator that has an invoice. No call makes it know more than it did."""

    def __init__(self, _url: str) -> None:
        """Make it."""
        self._emulator = Emulator()
        client = SyncVercel(bearer_token=self._emulator.token, transport=self._emulator.transport())
        with client:
            answer = client.marketplace.submit_invoice(
                integration_configuration_id=self._emulator.installation_id,
                request_body=SubmitInvoiceRequestBody(
                    invoice_date=_NOW, period=_PERIOD, items=[_ITEM]
                ),
            )
        assert answer.invoice_id is not None
        self._invoice_id = answer.invoice_id

    def open_blocking(self) -> SyncVercel:
        """A client of the blocking kind."""
        return SyncVercel(bearer_token=self._emulator.token, transport=self._emulator.transport())

    def open_async(self) -> Vercel:
        """A client of the async kind."""
        return Vercel(bearer_token=self._emulator.token, transport=self._emulator.transport())

    def get_invoice(self, client: SyncVercel, _number: int) -> object:
        """A GET."""
        return client.marketplace.get_invoice(
            integration_configuration_id=self._emulator.installation_id,
            invoice_id=self._invoice_id,
        )

    def submit_day(self, client: SyncVercel, _number: int) -> None:
        """A POST."""
        client.marketplace.submit_billing_data(
            integration_configuration_id=self._emulator.installation_id, request_body=_DAY
        )

    async def get_invoice_async(self, client: Vercel, _number: int) -> object:
        """A GET."""
        return await client.marketplace.get_invoice(
            integration_configuration_id=self._emulator.installation_id,
            invoice_id=self._invoice_id,
        )
