"""Rotates and revokes an installation's access tokens. Pure."""

from datetime import datetime
from typing import Final, TypeVar

from attrs import evolve

from vercel_marketplace.emulator import limits
from vercel_marketplace.emulator.api.errors import bad_request, conflict, forbidden, not_found
from vercel_marketplace.emulator.api.registry import handles_on_state
from vercel_marketplace.emulator.integration import Integration
from vercel_marketplace.emulator.state import Installation, State
from vercel_marketplace.funcs.revoke_installation_credential import (
    OPERATION as REVOKE_INSTALLATION_CREDENTIAL,
)
from vercel_marketplace.funcs.rotate_installation_credential import (
    OPERATION as ROTATE_INSTALLATION_CREDENTIAL,
)
from vercel_marketplace.models.credentials import (
    RevokedCredential,
    RevokeInstallationCredentialRequest,
    RevokeInstallationCredentialRequestBody,
    RotatedCredential,
    RotateInstallationCredentialRequest,
    RotateInstallationCredentialRequestBody,
)

Body = TypeVar(
    "Body", RotateInstallationCredentialRequestBody, RevokeInstallationCredentialRequestBody
)

_LIFETIME: Final = 365 * 86_400
_SCOPE: Final = "read:installation write:billing"


@handles_on_state(ROTATE_INSTALLATION_CREDENTIAL)
def rotate_installation_credential(
    state: State, request: RotateInstallationCredentialRequest, _now: datetime
) -> tuple[State, RotatedCredential]:
    """Issue one more token; the others stay good."""
    _check_client(state.integration, request.request_body)
    number = state.integration.issued + 1
    token = f"emulator-rotated-token-{number}"
    before = state.installations[request.integration_configuration_id]
    after = state.with_installation(add_token(before, token))
    return evolve(after, integration=evolve(state.integration, issued=number)), (
        RotatedCredential(
            scope=_SCOPE,
            expires_in=_LIFETIME,
            access_token=token,
            token_type="oauth2-token",  # noqa: S106 (the name of a type)
        )
    )


@handles_on_state(REVOKE_INSTALLATION_CREDENTIAL)
def revoke_installation_credential(
    state: State, request: RevokeInstallationCredentialRequest, _now: datetime
) -> tuple[State, RevokedCredential]:
    """Revoke a token, but never the last one."""
    token = _check_client(state.integration, request.request_body).token
    before = state.installations[request.integration_configuration_id]
    if token in before.retired:
        body = RevokedCredential(revoked=True, already_revoked=True)
        return state, body
    if token not in before.tokens:
        raise not_found(what="Credential")
    left = tuple(one for one in before.tokens if one != token)
    if not left:
        raise conflict(message="The last credential of an installation cannot be revoked.")
    retired = (*before.retired, token)[-limits.MAX_TOKENS :]
    after = evolve(before, tokens=left, retired=retired)
    return state.with_installation(after), RevokedCredential(revoked=True, already_revoked=False)


def add_token(installation: Installation, token: str) -> Installation:
    """Return an installation with one more access token; the first is never forgotten."""
    first, *others = (*installation.tokens, token)
    return evolve(installation, tokens=(first, *others[1 - limits.MAX_TOKENS :]))


def _check_client(integration: Integration, body: Body | None) -> Body:
    """Return a body that has the integration's secret, and its client id if it has one."""
    if body is None:
        raise bad_request(path="client_secret", message="a required property is missing")
    if body.client_secret != integration.client_secret:
        raise forbidden()
    if body.client_id not in {None, integration.client_id}:
        raise forbidden()
    return body
