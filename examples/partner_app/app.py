"""The web application."""

from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager

from fastapi import FastAPI

from . import partner_api, sso, webhooks
from .errors import add_error_handlers
from .partner import Partner


def create_app(partner: Partner) -> FastAPI:
    """Make the application. It closes the partner when it ends."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[None]:
        async with aclosing(partner):
            yield

    app = FastAPI(
        title="Acme Postgres", openapi_url=None, redirect_slashes=False, lifespan=lifespan
    )
    app.state.partner = partner
    add_error_handlers(app)
    for module in (partner_api, sso, webhooks):
        app.include_router(module.router)
    return app
