"""The calls about an installation."""

from collections.abc import Mapping, Sequence
from typing import Final

from vercel_marketplace.emulator.partner.connection import PartnerCalls
from vercel_marketplace.emulator.partner.errors import PartnerError, PartnerUnreachableError
from vercel_marketplace.emulator.partner.forged_tokens import forged_tokens
from vercel_marketplace.emulator.partner.state_changes import (
    apply_installation,
    apply_uninstallation,
    install_request,
)
from vercel_marketplace.emulator.partner.validation import REJECTED_TOKEN_STATUSES, contract_error
from vercel_marketplace.errors import Issue
from vercel_marketplace.partner import operations
from vercel_marketplace.partner.models.installations import (
    DeleteInstallationRequest,
    GetInstallationRequest,
    PartnerInstallation,
    Uninstallation,
    UpdateInstallationRequest,
)
from vercel_marketplace.result import Err, Ok, Result
from vercel_marketplace.tokens.claims import TokenKind

DEFAULT_SCOPES: Final = ("read-write:integration-resource", "read-write:marketplace-billing")
"""The scopes that `install` sends."""


class InstallationCalls(PartnerCalls):
    """Installs the product, and uninstalls it."""

    _terms: tuple[Sequence[str], Mapping[str, str]] = (DEFAULT_SCOPES, {})

    def install(
        self,
        *,
        scopes: Sequence[str] = DEFAULT_SCOPES,
        accepted_policies: Mapping[str, str] | None = None,
        idempotency_key: str | None = None,
    ) -> PartnerInstallation:
        """Send the installation and its access token to the partner; again to update it.

        `PUT /v1/installations/{installationId}`

        Args:
            scopes: What the partner may do.
            accepted_policies: When the customer accepted each policy, by the policy's name.
            idempotency_key: The key of the request that this one retries.
        """
        self._terms = scopes, accepted_policies or {}
        return self._connection.call(
            operations.UPSERT_INSTALLATION,
            install_request(self._connection.installation, *self._terms),
            kind="user",
            key=idempotency_key,
            change=self._own(apply_installation),
        ).unwrap()

    def get_installation(self) -> PartnerInstallation:
        """Read the installation from the partner.

        `GET /v1/installations/{installationId}`
        """
        return self._connection.call(
            operations.GET_INSTALLATION,
            GetInstallationRequest(installation_id=self._id),
            kind="system",
            change=self._own(apply_installation),
        ).unwrap()

    def update_installation(
        self, *, billing_plan_id: str | None = None, idempotency_key: str | None = None
    ) -> PartnerInstallation:
        """Change the plan of the installation.

        `PATCH /v1/installations/{installationId}`

        Args:
            billing_plan_id: The plan that the customer chose.
            idempotency_key: The key of the request that this one retries.
        """
        return self._connection.call(
            operations.UPDATE_INSTALLATION,
            UpdateInstallationRequest(installation_id=self._id, billing_plan_id=billing_plan_id),
            kind="user",
            key=idempotency_key,
            change=self._own(apply_installation),
        ).unwrap()

    def uninstall(
        self,
        *,
        cascade_resource_deletion: bool | None = None,
        reason: str | None = None,
        kind: TokenKind = "user",
        idempotency_key: str | None = None,
    ) -> Uninstallation:
        """Uninstall the product, as the team would.

        Then it is uninstalled in the emulator too, and removed at once if the partner responds
        that it is finalized.

        `DELETE /v1/installations/{installationId}`

        Args:
            cascade_resource_deletion: Whether its resources are deleted too.
            reason: The reason.
            kind: Whether a user uninstalls it, or Vercel.
            idempotency_key: The key of the request that this one retries.
        """
        request = DeleteInstallationRequest(
            installation_id=self._id,
            cascade_resource_deletion=cascade_resource_deletion,
            reason=reason,
        )
        return self._connection.call(
            operations.DELETE_INSTALLATION,
            request,
            kind=kind,
            key=idempotency_key,
            change=self._own(apply_uninstallation),
        ).unwrap()

    def check_forged_tokens_are_rejected(self) -> None:
        """Check that the partner rejects requests without a token, or with a forged one.

        Each request repeats what `install` last sent, so that one that is let in does no harm.
        All of them must be refused with a 401 or 403; those that are not are the issues of the
        error.

        Raises:
            PartnerContractError: The partner accepted some of them.
            PartnerUnreachableError: There was no response to one of them.
        """
        self._check_forged_tokens_are_rejected().unwrap()

    def _check_forged_tokens_are_rejected(self) -> Result[None, PartnerError]:
        repeated = install_request(self._connection.installation, *self._terms)
        issues: list[Issue] = []
        request, response = None, None
        for forged in forged_tokens(self._connection.issuer):
            sent = self._connection.build_request(
                operations.UPSERT_INSTALLATION, repeated, token=forged.token, kind="user"
            )
            received = self._connection.send(sent)
            if isinstance(received, PartnerUnreachableError):
                detail = f"{received.detail} (sent with {forged.what})"
                return Err(PartnerUnreachableError(sent, None, detail=detail))
            if received.status_code not in REJECTED_TOKEN_STATUSES:
                request, response = sent, received
                message = f"expected status 401 or 403, got {received.status_code}"
                issues.append(Issue(forged.what, message))
        if request is None or response is None:
            return Ok(None)
        return contract_error(request, response, *issues)
