"""What type checkers read off the standalone functions; never run."""

from typing import assert_type

from vercel_marketplace import Err, Ok, RequestOptions, Result, VercelCore, block_on
from vercel_marketplace.errors import (
    ConnectionError as NoConnection,
)
from vercel_marketplace.errors import (
    SDKError,
    SDKValidationError,
    VercelBadRequestError,
    VercelError,
    VercelForbiddenError,
    VercelServerError,
)
from vercel_marketplace.funcs import (
    CallError,
    CreateEventError,
    ExchangeSsoTokenError,
    GetAccountInfoError,
    GetInvoiceError,
    GetMemberError,
    SubmitBillingDataError,
    SubmitInvoiceError,
    UpdateInvoiceError,
    UpdateResourceSecretsByIdError,
    UpdateResourceSecretsError,
    marketplace_create_event,
    marketplace_exchange_sso_token,
    marketplace_get_account_info,
    marketplace_get_invoice,
    marketplace_get_member,
    marketplace_submit_billing_data,
    marketplace_submit_invoice,
    marketplace_update_invoice,
    marketplace_update_resource_secrets,  # pyright: ignore[reportDeprecated]  # has a type too
    marketplace_update_resource_secrets_by_id,
)
from vercel_marketplace.models import (
    Account,
    CreateEventRequest,
    ExchangeSsoTokenRequestBody,
    GetAccountInfoRequest,
    GetInvoiceRequest,
    GetMemberRequest,
    Invoice,
    Member,
    SsoTokens,
    SubmitBillingDataRequest,
    SubmitInvoiceRequest,
    SubmittedInvoice,
    UpdateInvoiceRequest,
    UpdateResourceSecretsByIdRequest,
    UpdateResourceSecretsRequest,
)


async def account_and_events(
    core: VercelCore,
    account: GetAccountInfoRequest,
    member: GetMemberRequest,
    event: CreateEventRequest,
    sso: ExchangeSsoTokenRequestBody,
) -> None:
    """Each function returns the `Result` of its operation."""
    assert_type(
        await marketplace_get_account_info(core, account),
        Result[Account, GetAccountInfoError],
    )
    assert_type(await marketplace_get_member(core, member), Result[Member, GetMemberError])
    assert_type(await marketplace_create_event(core, event), Result[None, CreateEventError])
    assert_type(
        await marketplace_exchange_sso_token(core, sso),
        Result[SsoTokens, ExchangeSsoTokenError],
    )


async def billing_and_invoices(
    core: VercelCore,
    billing: SubmitBillingDataRequest,
    submit: SubmitInvoiceRequest,
    get: GetInvoiceRequest,
    update: UpdateInvoiceRequest,
) -> None:
    """The same of what is about money."""
    assert_type(
        await marketplace_submit_billing_data(core, billing), Result[None, SubmitBillingDataError]
    )
    assert_type(
        await marketplace_submit_invoice(core, submit),
        Result[SubmittedInvoice, SubmitInvoiceError],
    )
    assert_type(await marketplace_get_invoice(core, get), Result[Invoice, GetInvoiceError])
    assert_type(await marketplace_update_invoice(core, update), Result[None, UpdateInvoiceError])


async def secrets(
    core: VercelCore,
    by_product: UpdateResourceSecretsRequest,
    by_id: UpdateResourceSecretsByIdRequest,
) -> None:
    """The same of secrets."""
    assert_type(
        await marketplace_update_resource_secrets(  # pyright: ignore[reportDeprecated]  # see above
            core, by_product
        ),
        Result[None, UpdateResourceSecretsError],
    )
    assert_type(
        await marketplace_update_resource_secrets_by_id(core, by_id),
        Result[None, UpdateResourceSecretsByIdError],
    )


async def options_are_optional(core: VercelCore, request: GetInvoiceRequest) -> None:
    """Options come third, by position or by name."""
    await marketplace_get_invoice(core, request, None)
    await marketplace_get_invoice(core, request, RequestOptions(timeout=5))
    await marketplace_get_invoice(core, request=request, options=RequestOptions())


def blocking(core: VercelCore, request: GetInvoiceRequest) -> None:
    """`block_on` keeps the type."""
    assert_type(
        block_on(marketplace_get_invoice(core, request)),
        Result[Invoice, GetInvoiceError],
    )


async def errors_are_precise(core: VercelCore, request: ExchangeSsoTokenRequestBody) -> None:
    """The union of an operation's errors narrows by class, down to what every call can have."""
    result = await marketplace_exchange_sso_token(core, request)
    match result:
        case Ok(value):
            assert_type(value, SsoTokens)
        case Err(VercelBadRequestError() as error):
            assert_type(error, VercelBadRequestError)
            assert_type(error.code, str | None)
            assert_type(error.status_code, int)
        case Err(VercelForbiddenError() | VercelServerError() as error):
            assert_type(error, VercelForbiddenError | VercelServerError)
        case Err(NoConnection() as error):
            assert_type(error.request_sent, bool)
            assert_type(error.may_have_taken_effect, bool)
            assert_type(error.status_code, int | None)
        case Err(SDKValidationError() as error):
            assert_type(error.pretty(), str)
        case Err(error):
            the_rest: VercelError = error
            assert_type(the_rest.attempts, int)


def every_error_is_one_of_the_families(error: CallError | GetInvoiceError) -> VercelError:
    """Any error of a call is a `VercelError`."""
    if isinstance(error, SDKError):
        assert_type(error.retry_after, float | None)
    return error
