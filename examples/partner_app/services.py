"""What all parts of the application share: created once, and closed at the end."""

from collections.abc import Callable
from datetime import UTC, datetime

from anyio import to_thread

from outbox import Outbox
from vercel_marketplace import CallContext, SyncVercel, Vercel
from vercel_marketplace.http import Transport
from vercel_marketplace.tokens import TokenVerifier

from .settings import Settings
from .storage import installations
from .storage.database import Database


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


class Services:
    """The database, the clients and the verifier.

    Attributes:
        settings: The settings.
        database: Where everything is kept.
        clock: Returns the time; tests have their own.
        client: One client for all installations.
        blocking_client: The same for plain functions, which run in threads.
        outbox: Sends invoices and refunds. It blocks, so it is called in a thread.
        verifier: Verifies what Vercel signs.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], datetime] = utc_now,
        transport: Transport | None = None,
    ) -> None:
        """Open the database. No connection is made.

        Args:
            settings: The settings.
            clock: Returns the time.
            transport: Sends requests to Vercel; for tests in one process.
        """
        self.settings = settings
        self.clock = clock
        self.database = Database(settings.database)
        self.client = Vercel(
            bearer_token=self._token_for,
            server_url=settings.api_url,
            transport=transport,
        )
        self.blocking_client = SyncVercel(
            bearer_token=self._token_in_thread,
            server_url=settings.api_url,
            transport=transport,
        )
        self.outbox = Outbox(settings.database, self.blocking_client, clock)
        self.verifier = TokenVerifier(
            settings.client_id,
            jwks_url=settings.jwks_url,
            clock=self.timestamp,
            transport=transport,
        )

    def timestamp(self) -> float:
        """Return the time in epoch seconds."""
        return self.clock().timestamp()

    async def aclose(self) -> None:
        """Close the connections to Vercel."""
        await self.client.aclose()
        await to_thread.run_sync(self.blocking_client.close)
        await self.verifier.aclose()

    async def _token_for(self, call: CallContext) -> str:
        """Return the token of the installation that a call is for."""
        return await to_thread.run_sync(self._token_in_thread, call)

    def _token_in_thread(self, call: CallContext) -> str:
        with self.database.transaction() as db:
            return installations.access_token(db, call.integration_configuration_id)
