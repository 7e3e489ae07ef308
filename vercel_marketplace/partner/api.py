"""`PartnerAPI` and `SyncPartnerAPI`: a `Partner`, served."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from vercel_marketplace._internal.asgi import ASGIApplication
from vercel_marketplace._internal.blocking import block_on
from vercel_marketplace._internal.functions import is_async_function
from vercel_marketplace._internal.seconds import check_number
from vercel_marketplace._internal.wsgi import WSGIApplication
from vercel_marketplace.http import HTTPRequest, HTTPResponse
from vercel_marketplace.partner.deduplication import Deduplication
from vercel_marketplace.partner.handler import Handler, WebhookSettings, is_offered
from vercel_marketplace.partner.idempotency import IdempotencyStore, InMemoryIdempotencyStore
from vercel_marketplace.partner.operations import OPERATIONS
from vercel_marketplace.partner.partner import Partner
from vercel_marketplace.partner.responses import refuse
from vercel_marketplace.partner.runtime import AsyncRuntime, BlockingRuntime, Runtime
from vercel_marketplace.tokens.verifier import SyncTokenVerifier, TokenVerifier
from vercel_marketplace.webhooks import try_verify_signature

DEFAULT_MAX_BODY_BYTES: Final = 1_000_000
"""Bytes of the longest body, which is far above what Vercel sends."""

DEFAULT_MAX_WAIT: Final = 20.0
"""Seconds that a retry waits for an attempt that is under way."""

_WEBHOOK: Final = "on_webhook"
_STORE_METHODS: Final = ("reserve", "finish", "release")


class PartnerAPI:
    """A `Partner`, served: for async code on asyncio and trio.

    `PartnerAPI(Acme(), verifier=TokenVerifier("oac_…")).asgi` is an application that any ASGI
    server runs and any ASGI framework mounts, such as FastAPI by `app.mount("/vercel", …)`.

    Async methods of the partner run on the loop, plain ones in a worker thread.

    Args:
        partner: The partner.
        verifier: Verifies the tokens of Vercel's calls. You close it.
        webhook_secret: The integration's client secret, to receive webhooks; a list of secrets
            while you rotate it.
        webhook_path: Where webhooks are received, below the base path.
        idempotency_store: Keeps responses for retries; an `InMemoryIdempotencyStore` if omitted.
            With several workers, pass a store that they share.
        base_path: The path of the integration's base URL, such as `/vercel`, where no framework
            takes it off the path, as mounting does.
        max_body_bytes: The longest body; a longer one is a 413.
        max_wait: Seconds that a retry waits for an attempt that is under way.

    Raises:
        TypeError: The partner does not override a required method; or an argument has the wrong
            type.
        ValueError: An argument is not valid; the message names it.
    """

    def __init__(  # noqa: PLR0913 (one keyword per setting)
        self,
        partner: Partner,
        *,
        verifier: TokenVerifier,
        webhook_secret: str | Sequence[str] | None = None,
        webhook_path: str = "/webhooks",
        idempotency_store: IdempotencyStore | None = None,
        base_path: str = "",
        max_body_bytes: int = DEFAULT_MAX_BODY_BYTES,
        max_wait: float = DEFAULT_MAX_WAIT,
    ) -> None:
        _check_type("verifier", verifier, TokenVerifier)
        webhooks = _webhook_settings(partner, webhook_secret, webhook_path)
        del webhook_secret  # a traceback remembers it
        self._handler = _make_handler(
            partner,
            verifier,
            AsyncRuntime(),
            webhooks=webhooks,
            store=_store_or_default(idempotency_store),
            base_path=base_path,
            max_body_bytes=max_body_bytes,
            max_wait=max_wait,
        )
        self.asgi: ASGIApplication = ASGIApplication(self.respond, max_body_bytes=max_body_bytes)
        """The API as an ASGI 3 application."""

    async def respond(self, request: HTTPRequest) -> HTTPResponse:
        """Return the response to a request, for frameworks that `asgi` does not fit.

        Args:
            request: The request: its method, its URL with the base path or without (see
                `base_path`), its headers and its body, as received.
        """
        return await self._handler.respond(request)

    def __repr__(self) -> str:
        return f"PartnerAPI({type(self._handler.partner).__name__})"


class SyncPartnerAPI:
    """A `Partner`, served without an event loop.

    The same as `PartnerAPI`, for any number of threads. The partner has plain methods only.

    `SyncPartnerAPI(Acme(), verifier=SyncTokenVerifier("oac_…")).wsgi` is an application that any
    WSGI server runs, alone or next to Flask or Django.

    Args:
        partner: As for `PartnerAPI`, like all that follow.
        verifier: Verifies the tokens of Vercel's calls. You close it.
        webhook_secret: The integration's client secret, to receive webhooks.
        webhook_path: Where webhooks are received.
        idempotency_store: Keeps responses for retries, by plain methods.
        base_path: The path of the integration's base URL, where no framework takes it off.
        max_body_bytes: The longest body.
        max_wait: Seconds that a retry waits, and blocks its thread, for an attempt that is
            under way.

    Raises:
        TypeError: The partner does not override a required method, or has an async one; or an
            argument has the wrong type.
        ValueError: An argument is not valid; the message names it.
    """

    def __init__(  # noqa: PLR0913 (one keyword per setting)
        self,
        partner: Partner,
        *,
        verifier: SyncTokenVerifier,
        webhook_secret: str | Sequence[str] | None = None,
        webhook_path: str = "/webhooks",
        idempotency_store: IdempotencyStore | None = None,
        base_path: str = "",
        max_body_bytes: int = DEFAULT_MAX_BODY_BYTES,
        max_wait: float = DEFAULT_MAX_WAIT,
    ) -> None:
        _check_type("verifier", verifier, SyncTokenVerifier)
        store = _store_or_default(idempotency_store)
        webhooks = _webhook_settings(partner, webhook_secret, webhook_path)
        del webhook_secret  # a traceback remembers it
        self._handler = _make_handler(
            partner,
            verifier,
            BlockingRuntime(),
            webhooks=webhooks,
            store=store,
            base_path=base_path,
            max_body_bytes=max_body_bytes,
            max_wait=max_wait,
        )
        _refuse_async(partner, [*_method_names(), _WEBHOOK])
        _refuse_async(store, _STORE_METHODS)
        self.wsgi: WSGIApplication = WSGIApplication(
            self.respond, max_body_bytes=max_body_bytes, refuse=refuse
        )
        """The API as a WSGI application."""

    def respond(self, request: HTTPRequest) -> HTTPResponse:
        """Return the response to a request, for frameworks that `wsgi` does not fit.

        Args:
            request: The request: its method, its URL with the base path or without (see
                `base_path`), its headers and its body, as received.
        """
        return block_on(self._handler.respond(request))

    def __repr__(self) -> str:
        return f"SyncPartnerAPI({type(self._handler.partner).__name__})"


# Settings ------------------------------------------------------------------------------


def _make_handler(  # noqa: PLR0913 (one keyword per setting)
    partner: Partner,
    verifier: TokenVerifier | SyncTokenVerifier,
    runtime: Runtime,
    *,
    webhooks: WebhookSettings | None,
    store: IdempotencyStore,
    base_path: str,
    max_body_bytes: int,
    max_wait: float,
) -> Handler:
    missing = [name for name in _method_names("required") if not is_offered(partner, name)]
    if missing:
        msg = f"{type(partner).__name__} must override {', '.join(missing)}, which Vercel requires"
        raise TypeError(msg)
    if base_path and (not base_path.startswith("/") or base_path.endswith("/")):
        msg = f"base_path must start with a slash and not end with one, got {base_path!r}"
        raise ValueError(msg)
    if max_body_bytes < 1:
        msg = f"max_body_bytes must be at least 1, got {max_body_bytes!r}"
        raise ValueError(msg)
    if not check_number("max_wait", max_wait) >= 0:
        msg = f"max_wait must not be negative, got {max_wait!r}"
        raise ValueError(msg)
    return Handler(
        partner=partner,
        verifier=verifier,
        runtime=runtime,
        deduplication=Deduplication(store, runtime, max_wait=max_wait),
        webhooks=webhooks,
        base_path=base_path,
        max_body_bytes=max_body_bytes,
    )


def _webhook_settings(
    partner: Partner, secret: str | Sequence[str] | None, path: str
) -> WebhookSettings | None:
    _check_type("partner", partner, Partner)
    if secret is None:
        if is_offered(partner, _WEBHOOK):
            msg = f"webhook_secret is required: {type(partner).__name__} overrides {_WEBHOOK}"
            raise ValueError(msg)
        return None
    if not path.startswith("/"):
        msg = f"webhook_path must start with a slash, got {path!r}"
        raise ValueError(msg)
    try_verify_signature(b"", None, secret)  # raises for a secret that is not valid
    return WebhookSettings(path, secret)


def _store_or_default(store: IdempotencyStore | None) -> IdempotencyStore:
    # By identity: a store that counts its entries is false while it is empty.
    return InMemoryIdempotencyStore() if store is None else store


def _method_names(*needs: str) -> Iterator[str]:
    return (one.name for one in OPERATIONS.values() if not needs or one.need in needs)


def _refuse_async(owner: object, names: Sequence[str]) -> None:
    found = [name for name in names if is_async_function(getattr(owner, name))]
    if found:
        msg = (
            f"{type(owner).__name__} has async methods ({', '.join(found)}), which require an "
            "event loop: use PartnerAPI, or make them plain"
        )
        raise TypeError(msg)


def _check_type(name: str, value: object, kind: type[Any]) -> None:
    if not isinstance(value, kind):
        given = value.__name__ + " itself" if isinstance(value, type) else type(value).__name__
        msg = f"{name} must be an instance of {kind.__name__}, got {given}"
        raise TypeError(msg)
