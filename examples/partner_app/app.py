"""The web application."""

from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager

from fastapi import FastAPI

from vercel_marketplace.partner import PartnerAPI, SQLiteIdempotencyStore

from . import sso
from .acme import Acme
from .services import Services


def create_app(services: Services) -> FastAPI:
    """Create the application. It closes the services when it ends."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[None]:
        async with aclosing(services):
            yield

    app = FastAPI(
        title="Acme Postgres",
        openapi_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.state.services = services
    app.include_router(sso.router)
    api = PartnerAPI(
        Acme(services),
        verifier=services.verifier,
        webhook_secret=services.settings.client_secret,
        idempotency_store=SQLiteIdempotencyStore(
            services.settings.database, clock=services.timestamp
        ),
    )
    app.mount("/", api.asgi)
    return app
