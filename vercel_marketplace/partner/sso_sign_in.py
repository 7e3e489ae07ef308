"""Signing a user in: the code of a redirect becomes verified claims."""

from typing import TYPE_CHECKING

from vercel_marketplace._internal.blocking import block_on
from vercel_marketplace.funcs.exchange_sso_token import marketplace_exchange_sso_token
from vercel_marketplace.models.sso import ExchangeSsoTokenRequestBody
from vercel_marketplace.result import Err, Result
from vercel_marketplace.tokens import ANY_INSTALLATION, TokenError, UserClaims, verify_user_token

if TYPE_CHECKING:
    from vercel_marketplace.client import Vercel
    from vercel_marketplace.core import VercelCore
    from vercel_marketplace.funcs import ExchangeSsoTokenError
    from vercel_marketplace.options import RequestOptions
    from vercel_marketplace.partner.sso import SSORedirect
    from vercel_marketplace.sync_client import SyncVercel
    from vercel_marketplace.tokens import SyncTokenVerifier, TokenVerifier


async def sign_in(  # noqa: PLR0913 (keywords, and each is one thing)
    vercel: "Vercel",
    verifier: "TokenVerifier",
    redirect: "SSORedirect",
    *,
    client_id: str,
    client_secret: str,
    redirect_uri: str | None = None,
    options: "RequestOptions | None" = None,
) -> UserClaims:
    """Exchange the code of a redirect, and return the verified claims of the user.

    `installation_id` of the claims says where the user belongs; nothing in the redirect does. A
    link with a code may come from anybody, who so signs others in as himself: pages have to show
    who is signed in. A code works once, and it is used up even when verification fails.

    Args:
        vercel: The client; it requires no token.
        verifier: Verifies the `id_token`.
        redirect: What Vercel has sent. Its `state` is passed on; a `nonce` of the token is in
            `extra` of the claims.
        client_id: The integration's client id, the same as the verifier's.
        client_secret: The integration's client secret.
        redirect_uri: The integration's Redirect Login URL, if Vercel is to compare it.
        options: Overrides for the exchange.

    Raises:
        VercelBadRequestError: 400: the code is refused: with `code` `invalid_grant` it was used
            before or is too old. Ask the user to open the product from Vercel once more.
        VercelForbiddenError: 403: the client id or secret is wrong.
        VercelError: The exchange failed in another way; the code may be used up.
        KeysUnavailableError: Vercel's keys could not be fetched: respond with 503.
        TokenError: The token is not to be trusted; see `vercel_marketplace.tokens.errors`.
        ValueError: The verifier is for another client id. Nothing was sent.
    """
    request = _request(redirect, client_id, client_secret, redirect_uri)
    del client_secret  # a traceback remembers it
    return (await _sign_in(vercel.core, verifier, request, options)).unwrap()


def sync_sign_in(  # noqa: PLR0913 (keywords, and each is one thing)
    vercel: "SyncVercel",
    verifier: "SyncTokenVerifier",
    redirect: "SSORedirect",
    *,
    client_id: str,
    client_secret: str,
    redirect_uri: str | None = None,
    options: "RequestOptions | None" = None,
) -> UserClaims:
    """Exchange the code of a redirect, without an event loop; see `sign_in`.

    Args:
        vercel: The client; it requires no token.
        verifier: Verifies the `id_token`.
        redirect: What Vercel has sent.
        client_id: The integration's client id, the same as the verifier's.
        client_secret: The integration's client secret.
        redirect_uri: The integration's Redirect Login URL, if Vercel is to compare it.
        options: Overrides for the exchange.

    Raises:
        VercelError, TokenError, ValueError: As from `sign_in`.
    """
    request = _request(redirect, client_id, client_secret, redirect_uri)
    del client_secret  # a traceback remembers it
    return block_on(_sign_in(vercel.core, verifier, request, options)).unwrap()


def _request(
    redirect: "SSORedirect", client_id: str, client_secret: str, redirect_uri: str | None
) -> ExchangeSsoTokenRequestBody:
    return ExchangeSsoTokenRequestBody(
        code=redirect.code,
        state=redirect.state,
        client_id=client_id,
        client_secret=client_secret,
        redirect_uri=redirect_uri,
    )


async def _sign_in(
    core: "VercelCore",
    verifier: "TokenVerifier | SyncTokenVerifier",
    request: ExchangeSsoTokenRequestBody,
    options: "RequestOptions | None",
) -> "Result[UserClaims, ExchangeSsoTokenError | TokenError]":
    if request.client_id != verifier.verification.client_id:
        # The code would be used up before the token is refused for its audience.
        msg = "client_id must be that of the verifier"
        raise ValueError(msg)
    exchanged = await marketplace_exchange_sso_token(core, request, options)
    if isinstance(exchanged, Err):
        return exchanged
    return await verify_user_token(
        verifier, exchanged.value.id_token, installation_id=ANY_INSTALLATION
    )
