"""An installation's access tokens: another one, and one less. Pure."""

from datetime import datetime
from typing import Final, TypeVar

from attrs import evolve

from vercel_marketplace.emulator.api.errors import bad_request, conflict, forbidden, not_found
from vercel_marketplace.emulator.state import Installation, Integration, State
from vercel_marketplace.models.credentials import (
    RevokeInstallationCredentialRequest,
    RevokeInstallationCredentialRequestBody,
    RevokeInstallationCredentialResponseBody,
    RotateInstallationCredentialRequest,
    RotateInstallationCredentialRequestBody,
    RotateInstallationCredentialResponseBody,
)

Proof = TypeVar(
    "Proof", RotateInstallationCredentialRequestBody, RevokeInstallationCredentialRequestBody
)

_LIFETIME: Final = 365 * 86_400
_SCOPE: Final = "read:installation write:billing"


def rotate_installation_credential(
    state: State, request: RotateInstallationCredentialRequest, _now: datetime
) -> tuple[State, RotateInstallationCredentialResponseBody]:
    """Give another token, beside those that are good."""
    _proven(state.integration, request.request_body)
    number = state.integration.issued + 1
    token = f"emulator-rotated-token-{number}"
    before = state.installations[request.integration_configuration_id]
    after = _with(state, evolve(before, tokens=(*before.tokens, token)))
    return evolve(after, integration=evolve(state.integration, issued=number)), (
        RotateInstallationCredentialResponseBody(
            scope=_SCOPE,
            expires_in=_LIFETIME,
            access_token=token,
            token_type="oauth2-token",  # noqa: S106 (the name of a type)
        )
    )


def revoke_installation_credential(
    state: State, request: RevokeInstallationCredentialRequest, _now: datetime
) -> tuple[State, RevokeInstallationCredentialResponseBody]:
    """Retire a token, but never the last."""
    token = _proven(state.integration, request.request_body).token
    before = state.installations[request.integration_configuration_id]
    if token in before.retired:
        answer = RevokeInstallationCredentialResponseBody(revoked=True, already_revoked=True)
        return state, answer
    if token not in before.tokens:
        raise not_found(what="Credential")
    left = tuple(one for one in before.tokens if one != token)
    if not left:
        raise conflict(message="The last credential of an installation cannot be revoked.")
    after = evolve(before, tokens=left, retired=(*before.retired, token))
    return _with(state, after), RevokeInstallationCredentialResponseBody(
        revoked=True, already_revoked=False
    )


def _proven(integration: Integration, body: Proof | None) -> Proof:
    """A body that has the integration's secret, and its id if it has one."""
    if body is None:
        raise bad_request(path="client_secret", message="a required property is missing")
    if body.client_secret != integration.client_secret:
        raise forbidden()
    if body.client_id not in {None, integration.client_id}:
        raise forbidden()
    return body


def _with(state: State, installation: Installation) -> State:
    return evolve(state, installations={**state.installations, installation.id: installation})
