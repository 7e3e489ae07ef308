"""`exchange-sso-token`, as a function."""

from typing import TYPE_CHECKING, TypeAlias

from vercel_marketplace._internal.operation import Operation
from vercel_marketplace.core import check_core
from vercel_marketplace.errors import (
    CallError,
    VercelBadRequestError,
    VercelForbiddenError,
    VercelServerError,
)
from vercel_marketplace.models.sso import ExchangeSsoTokenRequestBody, SsoTokens
from vercel_marketplace.result import Result

if TYPE_CHECKING:
    from vercel_marketplace.core import VercelCore
    from vercel_marketplace.options import RequestOptions

ExchangeSsoTokenError: TypeAlias = (
    VercelBadRequestError | VercelForbiddenError | VercelServerError | CallError
)
"""What `marketplace_exchange_sso_token` can fail with."""

OPERATION = Operation[ExchangeSsoTokenRequestBody, SsoTokens, ExchangeSsoTokenError](
    id="exchange-sso-token",
    api_page="https://vercel.com/docs/rest-api/authentication/sso-token-exchange",
    method="POST",
    path="/v1/integrations/sso/token",
    request=ExchangeSsoTokenRequestBody,
    body="*",
    success=200,
    response=SsoTokens,
    returns="the tokens",
    errors={
        400: "the grant is refused, with OAuth's `code`",
        403: "the client id or secret is wrong",
        500: "the API failed; the code may be used up",
    },
    idempotent=False,
    authenticated=False,
)


async def marketplace_exchange_sso_token(
    core: "VercelCore",
    request: ExchangeSsoTokenRequestBody,
    options: "RequestOptions | None" = None,
) -> Result[SsoTokens, ExchangeSsoTokenError]:
    """Exchange the code of an SSO callback, or a refresh token, for tokens.

    Sends no bearer token: the client id and secret are in the body. A code works once, so the call
    is retried only when it certainly was not processed. The `id_token` says who the user is; verify
    it before you trust it, and do not store it.

    Args:
        core: Configuration and transport.
        request: The parameters of the operation.
        options: Overrides for this call.

    Returns:
        `Ok` with the tokens. Or `Err` with one of:

        | error | when |
        | --- | --- |
        | `VercelBadRequestError` | 400: the grant is refused, with OAuth's `code` |
        | `VercelForbiddenError` | 403: the client id or secret is wrong |
        | `VercelServerError` | 500: the API failed; the code may be used up |
        | `CallError` | anything that every call can fail with |

    API page: <https://vercel.com/docs/rest-api/authentication/sso-token-exchange>
    """
    return await check_core(core).call(OPERATION, request, options)
