"""What type checkers read off the clients, options and hooks; never run."""

import math
from collections.abc import Awaitable, Mapping
from typing import TYPE_CHECKING, assert_type

import httpx

from vercel_marketplace import (
    BackoffStrategy,
    CallContext,
    Err,
    Headers,
    Hooks,
    HTTPRequest,
    HTTPResponse,
    Marketplace,
    Ok,
    RequestOptions,
    Result,
    RetryConfig,
    SyncMarketplace,
    SyncVercel,
    Transport,
    Vercel,
    VercelCore,
    VercelError,
    telemetry,
)
from vercel_marketplace.aiohttp import AiohttpTransport
from vercel_marketplace.models import (
    Account,
    CreateEventRequestBody,
    Invoice,
    Member,
    SsoTokens,
    SubmitBillingDataRequestBody,
    SubmitInvoiceRequestBody,
    SubmittedInvoice,
    UpdateInvoiceRequestBody,
    UpdateResourceSecretsRequestBody,
)

if TYPE_CHECKING:
    from vercel_marketplace.http import TransportFunction

# Methods -----------------------------------------------------------------------------


async def reading(vercel: Vercel) -> None:
    """The async methods return the value itself."""
    async with vercel as client:
        assert_type(client, Vercel)
        api = client.marketplace
    assert_type(api, Marketplace)
    icfg = "icfg_1"
    assert_type(await api.get_account_info(integration_configuration_id=icfg), Account)
    assert_type(
        await api.get_member(integration_configuration_id=icfg, member_id="u_1"),
        Member,
    )
    assert_type(
        await api.get_invoice(integration_configuration_id=icfg, invoice_id="mi_1"),
        Invoice,
    )
    assert_type(
        await api.exchange_sso_token(code="c", client_id="oac_1", client_secret="s"),
        SsoTokens,
    )


async def writing(
    api: Marketplace,
    event: CreateEventRequestBody,
    billing: SubmitBillingDataRequestBody,
    invoice: SubmitInvoiceRequestBody,
    bodies: tuple[UpdateInvoiceRequestBody, UpdateResourceSecretsRequestBody],
) -> None:
    """Those whose response is empty return nothing."""
    refund, secrets = bodies
    options = RequestOptions()
    nothing: list[Awaitable[None]] = [
        api.create_event(
            integration_configuration_id="icfg_1", request_body=event, options=options
        ),
        api.submit_billing_data(integration_configuration_id="icfg_1", request_body=billing),
        api.update_invoice(
            integration_configuration_id="icfg_1", invoice_id="mi_1", request_body=refund
        ),
        api.update_resource_secrets(  # pyright: ignore[reportDeprecated]  # it has a type as well
            integration_configuration_id="icfg_1",
            integration_product_id_or_slug="prod",
            resource_id="res_1",
            request_body=secrets,
        ),
        api.update_resource_secrets_by_id(
            integration_configuration_id="icfg_1", resource_id="res_1", request_body=secrets
        ),
        api.update_resource_secrets_by_id(
            integration_configuration_id="icfg_1", resource_id="res_1"
        ),
    ]
    assert nothing
    assert_type(
        await api.submit_invoice(integration_configuration_id="icfg_1", request_body=invoice),
        SubmittedInvoice,
    )


def blocking(vercel: SyncVercel, invoice: SubmitInvoiceRequestBody) -> None:
    """The blocking methods return the same without `await`."""
    with vercel as client:
        assert_type(client, SyncVercel)
        api = client.marketplace
    assert_type(api, SyncMarketplace)
    icfg = "icfg_1"
    assert_type(api.get_account_info(integration_configuration_id=icfg), Account)
    assert_type(api.get_member(integration_configuration_id=icfg, member_id="u_1"), Member)
    assert_type(
        api.get_invoice(integration_configuration_id=icfg, invoice_id="mi_1"),
        Invoice,
    )
    assert_type(
        api.submit_invoice(integration_configuration_id=icfg, request_body=invoice),
        SubmittedInvoice,
    )
    assert_type(
        api.exchange_sso_token(
            refresh_token="r",
            client_id="oac_1",
            client_secret="s",
            grant_type="refresh_token",
        ),
        SsoTokens,
    )


# Making one --------------------------------------------------------------------------


class Answering:
    """A transport with an async `send`."""

    async def send(self, request: HTTPRequest, /) -> HTTPResponse:
        """Answer."""
        assert_type(request.headers, Headers)
        assert_type(request.content, bytes | None)
        return HTTPResponse(200, headers=Headers({"content-type": "application/json"}))


class AnsweringAtOnce:
    """A transport with a plain one."""

    def send(self, request: HTTPRequest) -> HTTPResponse:
        """Answer."""
        return HTTPResponse(200 if request.method == "GET" else 201)


def token_for(context: CallContext) -> str:
    """One token an installation."""
    assert_type(context.integration_configuration_id, str)
    return context.operation_id


async def token_for_async(context: CallContext) -> str:
    """The same, async."""
    return token_for(context)


async def cores() -> None:
    """Every setting is optional and typed."""
    async with VercelCore(token_for_async) as core:
        assert_type(core, VercelCore)
    with VercelCore.blocking(token_for, server_url="https://h", timeout=math.inf) as core:
        assert_type(core, VercelCore)
        assert_type(core.is_blocking, bool)
    assert_type(core.with_options(timeout=1, retries=RetryConfig("none")), VercelCore)
    transports: list[Transport | TransportFunction] = [
        Answering(),
        AnsweringAtOnce(),
        Answering().send,
        AnsweringAtOnce().send,
        AiohttpTransport(),
    ]
    for transport in transports:
        Vercel(bearer_token="t", transport=transport)
        SyncVercel(bearer_token=token_for, transport=transport)


async def over_aiohttp(request: HTTPRequest) -> None:
    """The transport over aiohttp is made without arguments, and may be used by itself."""
    transport = AiohttpTransport()
    assert_type(await transport.send(request), HTTPResponse)
    assert_type(await transport.aclose(), None)


def options(headers: Mapping[str, str]) -> None:
    """What may differ for one call."""
    made = RequestOptions(
        bearer_token=token_for_async,
        headers=headers,
        timeout=2.5,
        retries=RetryConfig(
            "backoff",
            BackoffStrategy(
                initial_interval=0.5, max_interval=60, exponent=1.5, max_elapsed_time=300
            ),
            retry_connection_errors=False,
            max_retries=5,
            retry_codes=[429, "5XX"],
            retry_non_idempotent=True,
        ),
        server_url="https://h",
    )
    assert_type(made.timeout, float | None)
    assert_type(made.retries, RetryConfig | int | None)
    assert_type(RetryConfig().backoff, BackoffStrategy)


# Hooks -------------------------------------------------------------------------------


def watch(context: CallContext, request: HTTPRequest) -> None:
    """A hook that changes nothing."""
    assert_type(context.attempt, int)
    assert_type(request.url, str)


def replace(_context: CallContext, request: HTTPRequest) -> HTTPRequest:
    """A hook that sends another request."""
    return request


async def replace_perhaps(_context: CallContext, request: HTTPRequest) -> HTTPRequest | None:
    """An async one that may."""
    return request if request.timeout else None


def succeeded(_context: CallContext, response: HTTPResponse) -> None:
    """A hook on a success."""
    assert_type(response.request_id, str | None)


async def succeeded_async(_context: CallContext, response: HTTPResponse) -> None:
    """The same, async."""
    assert_type(response.text, str)


def failed(_context: CallContext, error: VercelError) -> None:
    """A hook on an error."""
    assert_type(error.headers, Headers)


async def failed_async(_context: CallContext, error: VercelError) -> None:
    """The same, async."""
    assert_type(error.status_code, int | None)


def begin(context: CallContext) -> None:
    """A hook on a call that begins."""
    context.state["started"] = 0


async def begin_async(context: CallContext) -> None:
    """The same, async."""
    assert_type(context.operation_id, str)


def end(_context: CallContext, outcome: Result[object, VercelError] | BaseException) -> None:
    """A hook on a call that is over."""
    assert_type(outcome, Ok[object] | Err[VercelError] | BaseException)


async def end_async(_context: CallContext, _outcome: object) -> None:
    """The same, async, which none may be."""


HOOKS = Hooks(
    before_call=[begin, begin_async],
    after_call=[end],
    before_request=[watch, replace, replace_perhaps],
    after_success=(succeeded, succeeded_async),
    after_error=[failed, failed_async],
)
Vercel(hooks=HOOKS)
assert_type(HOOKS + telemetry.hooks(attempts=False, propagate=True), Hooks)
Hooks(after_call=[end_async])  # type: ignore[list-item] # pyright: ignore[reportArgumentType] # ty: ignore[invalid-argument-type] (async)


def http_clients() -> None:
    """A client of httpx goes where its kind goes."""
    Vercel(http_client=httpx.AsyncClient(), retries=3)
    SyncVercel(http_client=httpx.Client(), retries=0)
    VercelCore(http_client=httpx.Client())  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] # ty: ignore[invalid-argument-type] (blocking)
    SyncVercel(http_client=httpx.AsyncClient())  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] # ty: ignore[invalid-argument-type] (async)


def tokens(stored: dict[str, str]) -> None:
    """The README's client for many installations: an installation is a string."""
    Vercel(bearer_token=lambda call: stored[call.integration_configuration_id])
