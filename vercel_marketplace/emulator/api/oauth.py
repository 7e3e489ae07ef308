"""The OAuth code exchange of connectable accounts. Pure."""

from datetime import datetime
from http import HTTPStatus

from attrs import evolve

from vercel_marketplace.emulator.api.credentials import add_token
from vercel_marketplace.emulator.api.registry import handles_on_state
from vercel_marketplace.emulator.api.sso import (
    add_code,
    check_client,
    derive_secret,
    redeem,
    without,
)
from vercel_marketplace.emulator.ids import stable_id
from vercel_marketplace.emulator.integration import Code, Integration
from vercel_marketplace.emulator.state import State
from vercel_marketplace.funcs.exchange_oauth_code import OPERATION as EXCHANGE_OAUTH_CODE
from vercel_marketplace.models.oauth import ExchangeOauthCodeRequestBody, OauthToken


def issue_oauth_code(integration: Integration, text: str, code: Code) -> Integration:
    """Issue a code for a member who connects an account; it works once."""
    return evolve(
        integration,
        issued=integration.issued + 1,
        oauth_codes=add_code(integration.oauth_codes, text, code),
    )


@handles_on_state(EXCHANGE_OAUTH_CODE)
def exchange_oauth_code(
    state: State, request: ExchangeOauthCodeRequestBody, now: datetime
) -> tuple[State, OauthToken]:
    """Issue one more access token of the code's installation; the code is then used up."""
    integration = state.integration
    # RFC 6749 section 5.2 has this status for a client that cannot be authenticated.
    check_client(
        integration, request.client_id, request.client_secret, status=HTTPStatus.UNAUTHORIZED
    )
    sign_in = redeem(
        integration.oauth_codes, request.code, now, {"redirect_uri": request.redirect_uri}
    )
    installation = state.installations[sign_in.installation_id]
    number = integration.issued + 1
    token = f"emulator-oauth-token-{number}-{derive_secret(request.code)}"
    after = evolve(
        integration, issued=number, oauth_codes=without(integration.oauth_codes, request.code)
    )
    return evolve(
        state.with_installation(add_token(installation, token)),
        integration=after,
    ), OauthToken(
        token_type="Bearer",  # noqa: S106 (the name of a type)
        access_token=token,
        installation_id=installation.id,
        user_id=sign_in.member.id,
        team_id=stable_id("team", installation.id),
    )
