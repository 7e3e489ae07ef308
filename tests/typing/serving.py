"""What type checkers read off the served partner API; never run."""

from typing import assert_type

from vercel_marketplace import HTTPRequest, HTTPResponse
from vercel_marketplace import partner as p
from vercel_marketplace.tokens import SyncTokenVerifier, SystemClaims, TokenVerifier, UserClaims
from vercel_marketplace.webhooks import WebhookEvent


class Acme(p.Partner):
    """Methods may be async or plain, and may return less than they are allowed to."""

    async def get_resource(
        self, call: p.PartnerCall, request: p.GetResourceRequest
    ) -> p.PartnerResource:
        """Async, and with the types of the request and the call."""
        assert_type(call.claims, UserClaims | SystemClaims)
        assert_type(call.user, UserClaims | None)
        assert_type(call.installation_id, str | None)
        assert_type(call.idempotency_key, str | None)
        assert_type(call.may_have_run, bool)
        assert_type(call.request, HTTPRequest)
        assert_type(request.resource_id, str)
        raise p.NotFoundError(request.resource_id, user_message="Gone.")

    def upsert_installation(
        self, call: p.PartnerCall, request: p.UpsertInstallationRequest
    ) -> None:
        """Plain, without a body."""
        assert_type(request.credentials.access_token, str)

    def update_installation(
        self, call: p.PartnerCall, request: p.UpdateInstallationRequest
    ) -> p.PartnerInstallation:
        """Plain, with a body."""
        return p.PartnerInstallation(notification=None)

    async def delete_resource(self, call: p.PartnerCall, request: p.DeleteResourceRequest) -> None:
        """Async, without a body."""

    async def on_webhook(self, event: WebhookEvent) -> None:
        """Async, too."""
        assert_type(event.installation_id, str | None)


class Store:
    """A store of the user's, with async methods."""

    async def reserve(self, key: str, fingerprint: str, /) -> p.Reservation:
        """Reserve."""
        return p.Reservation(state="new", owner=key + fingerprint)

    async def finish(self, key: str, owner: str, response: HTTPResponse, /) -> None:
        """Keep."""

    async def release(self, key: str, owner: str, /, *, unfinished: bool) -> None:
        """Give up."""


async def serving(verifier: TokenVerifier, request: HTTPRequest) -> None:
    """On a loop, with an ASGI application."""
    api = p.PartnerAPI(
        Acme(),
        verifier=verifier,
        webhook_secret=["new", "old"],
        webhook_path="/hooks",
        idempotency_store=Store(),
        base_path="/vercel",
        max_body_bytes=1,
        max_wait=0.5,
    )
    assert_type(await api.respond(request), HTTPResponse)
    await api.asgi({}, _receive, _send)


async def _receive() -> dict[str, object]:
    return {}


async def _send(_message: object) -> None: ...


def blocking(verifier: SyncTokenVerifier, request: HTTPRequest) -> None:
    """Without a loop, with a WSGI application."""
    store: p.IdempotencyStore = p.SQLiteIdempotencyStore("responses.db", keep=1, lease=2.5)
    store = p.InMemoryIdempotencyStore(max_responses=1)
    api = p.SyncPartnerAPI(Acme(), verifier=verifier, idempotency_store=store)
    assert_type(api.respond(request), HTTPResponse)
