"""`Invoices`: the invoices of an installation, and what the customer does with them."""

from collections.abc import Callable, Mapping
from datetime import datetime

from vercel_marketplace.emulator.api import invoice_lifecycle
from vercel_marketplace.emulator.clock import in_utc
from vercel_marketplace.emulator.namespaces.live_mapping import LiveMapping
from vercel_marketplace.emulator.state import Installation, StoredInvoice
from vercel_marketplace.emulator.store import InstallationStore
from vercel_marketplace.models.invoices import Invoice


class Invoices(LiveMapping[Invoice]):
    """The invoices of an installation by id, as they stand by the clock."""

    def __init__(self, store: InstallationStore) -> None:
        self._store = store

    def schedule(self, invoice_id: str, moment: datetime) -> None:
        """Hold an invoice back until a moment before it goes to the customer.

        Args:
            invoice_id: The invoice.
            moment: When it goes; timezone-aware.

        Raises:
            LookupError: There is no such invoice.
            ValueError: The invoice has gone to the customer, or the moment is naive.
        """
        moment = in_utc(moment)
        self._update(
            invoice_id, lambda invoice, now: invoice_lifecycle.schedule(invoice, moment, now)
        )

    def pay(self, invoice_id: str) -> None:
        """Pay an invoice, as the customer.

        Args:
            invoice_id: The invoice.

        Raises:
            LookupError: There is no such invoice.
            ValueError: The invoice cannot be paid in its state.
        """
        self._update(invoice_id, invoice_lifecycle.pay)

    def decline_payment(self, invoice_id: str) -> None:
        """Decline a payment of an invoice, at most 9 times.

        Args:
            invoice_id: The invoice.

        Raises:
            LookupError: There is no such invoice.
            ValueError: The invoice cannot be paid in its state, or was declined 9 times.
        """
        self._update(invoice_id, invoice_lifecycle.decline)

    def complete_refund(self, invoice_id: str) -> None:
        """Complete the refund that was requested of an invoice.

        Args:
            invoice_id: The invoice.

        Raises:
            LookupError: There is no such invoice.
            ValueError: No refund was requested.
        """
        self._update(invoice_id, invoice_lifecycle.complete_refund)

    def _snapshot(self) -> Mapping[str, Invoice]:
        now = self._store.now()
        invoices = self._store.installation.invoices.items()
        return {name: invoice_lifecycle.as_of(invoice, now) for name, invoice in invoices}

    def _update(
        self, invoice_id: str, rule: Callable[[StoredInvoice, datetime], StoredInvoice]
    ) -> None:
        def update(installation: Installation, now: datetime) -> Installation:
            return installation.with_invoice(rule(installation.find_invoice(invoice_id), now))

        self._store.update(update)
