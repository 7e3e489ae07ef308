"""`Received`: what a partner has sent for an installation."""

from vercel_marketplace.emulator.state import Event
from vercel_marketplace.emulator.store import InstallationStore
from vercel_marketplace.models.balances import Balance
from vercel_marketplace.models.billing import SubmitBillingDataRequestBody
from vercel_marketplace.models.installations import UpdateInstallationRequestBody


class Received:
    """What the partner has sent for an installation, apart from invoices and resources."""

    def __init__(self, store: InstallationStore) -> None:
        self._store = store

    @property
    def billing_data(self) -> list[SubmitBillingDataRequestBody]:
        """The billing data that count: the newest of each of 400 days, in the order of the days."""
        return [body for _, body in sorted(self._store.installation.billing.items())]

    @property
    def balances(self) -> list[Balance]:
        """The balances that count: those with the newest timestamp."""
        body = self._store.installation.balances
        return [] if body is None else list(body.balances)

    @property
    def events(self) -> list[Event]:
        """The newest 5,000 events of `create_event`, in order."""
        return list(self._store.installation.events)

    @property
    def installation_update(self) -> UpdateInstallationRequestBody:
        """The state, plan, notification and external id that `update_installation` has set.

        A field is `None` if it was never set, or has been cleared.
        """
        return self._store.installation.body
