"""`exchange-oauth-code`, as a function."""

from typing import TYPE_CHECKING, TypeAlias

from vercel_marketplace._internal.operation import Operation
from vercel_marketplace.core import check_core
from vercel_marketplace.errors import (
    CallError,
    VercelBadRequestError,
    VercelForbiddenError,
)
from vercel_marketplace.models.oauth import ExchangeOauthCodeRequestBody, OauthToken
from vercel_marketplace.result import Result

if TYPE_CHECKING:
    from vercel_marketplace.core import VercelCore
    from vercel_marketplace.options import RequestOptions

ExchangeOauthCodeError: TypeAlias = VercelBadRequestError | VercelForbiddenError | CallError
"""What `marketplace_exchange_oauth_code` can fail with."""

OPERATION = Operation[ExchangeOauthCodeRequestBody, OauthToken, ExchangeOauthCodeError](
    id="exchange-oauth-code",
    tag="oauth",
    api_page="https://vercel.com/docs/integrations/create-integration/submit-integration",
    method="POST",
    path="/v2/oauth/access_token",
    request=ExchangeOauthCodeRequestBody,
    body="*",
    media_type="application/x-www-form-urlencoded",
    success=200,
    response=OauthToken,
    returns="the access token and its installation",
    errors={
        400: "the code is refused, with OAuth's `code`",
        401: "the client id or secret is wrong",
        403: "the client id or secret is wrong",
    },
    idempotent=False,
    authenticated=False,
)


async def marketplace_exchange_oauth_code(
    core: "VercelCore",
    request: ExchangeOauthCodeRequestBody,
    options: "RequestOptions | None" = None,
) -> Result[OauthToken, ExchangeOauthCodeError]:
    """Exchange the code of a connectable account for its access token.

    For integrations that users connect to an account they have with you; a native integration gets
    its token when it is installed. Sends no bearer token: the client id and secret are in the body,
    which is a form. A code works once, so the call is retried only when it certainly was not
    processed. If the response is lost, the user has to connect the account again.

    Args:
        core: Configuration and transport.
        request: The parameters of the operation.
        options: Overrides for this call.

    Returns:
        `Ok` with the access token and its installation. Or `Err` with one of:

        | error | when |
        | --- | --- |
        | `VercelBadRequestError` | 400: the code is refused, with OAuth's `code` |
        | `VercelUnauthorizedError` | 401: the client id or secret is wrong |
        | `VercelForbiddenError` | 403: the client id or secret is wrong |
        | `CallError` | anything that every call can fail with |

    API page: <https://vercel.com/docs/integrations/create-integration/submit-integration>
    """
    return await check_core(core).call(OPERATION, request, options)
