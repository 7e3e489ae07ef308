"""The calls about transfers of resources to another team."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from vercel_marketplace.emulator.clock import in_utc
from vercel_marketplace.emulator.partner.connection import PartnerCalls
from vercel_marketplace.emulator.partner.state_changes import apply_acceptance, apply_transfer
from vercel_marketplace.emulator.state import Transfer
from vercel_marketplace.partner import operations
from vercel_marketplace.partner.models.transfers import (
    AcceptResourceTransferRequest,
    CreateResourceTransferRequest,
    ResourceTransfer,
    VerifiedTransfer,
    VerifyResourceTransferRequest,
)


class TransferCalls(PartnerCalls):
    """Offers resources to another team, and claims those of another."""

    def create_resource_transfer(
        self,
        resource_ids: Sequence[str],
        *,
        expires_at: datetime,
        idempotency_key: str | None = None,
    ) -> ResourceTransfer:
        """Offer resources of this installation to another team.

        `POST /v1/installations/{installationId}/resource-transfer-requests`

        Args:
            resource_ids: The resources, by the partner's ids.
            expires_at: Until when they can be claimed; timezone-aware.
            idempotency_key: The key of the request that this one retries.
        """
        request = CreateResourceTransferRequest(
            installation_id=self._id,
            resource_ids=resource_ids,
            expires_at=int(in_utc(expires_at).timestamp() * 1000),
        )
        return self._connection.call(
            operations.CREATE_RESOURCE_TRANSFER,
            request,
            kind="system",
            key=idempotency_key,
            change=partial(apply_transfer, Transfer(self._id, tuple(resource_ids))),
        ).unwrap()

    def verify_resource_transfer(self, provider_claim_id: str) -> VerifiedTransfer:
        """Ask the partner whether this installation may claim the resources of a transfer.

        `GET /v1/installations/{installationId}/resource-transfer-requests/{claimId}/verify`

        Args:
            provider_claim_id: The transfer, by the partner's id.
        """
        request = VerifyResourceTransferRequest(
            installation_id=self._id, provider_claim_id=provider_claim_id
        )
        return self._connection.call(
            operations.VERIFY_RESOURCE_TRANSFER, request, kind="system"
        ).unwrap()

    def accept_resource_transfer(
        self,
        provider_claim_id: str,
        *,
        target_installation_id: str | None = None,
        target_team_id: str | None = None,
        idempotency_key: str | None = None,
    ) -> None:
        """Claim the resources of a transfer for this installation.

        They are moved to it, with their secrets and the projects that are connected to them, if
        the emulator knows the transfer.

        `POST /v1/installations/{installationId}/resource-transfer-requests/{claimId}/accept`

        Args:
            provider_claim_id: The transfer, by the partner's id.
            target_installation_id: What the body says of the installation; left out by default.
            target_team_id: What the body says of the team; left out by default.
            idempotency_key: The key of the request that this one retries.
        """
        request = AcceptResourceTransferRequest(
            installation_id=self._id,
            provider_claim_id=provider_claim_id,
            target_installation_id=target_installation_id,
            target_team_id=target_team_id,
        )
        self._connection.call(
            operations.ACCEPT_RESOURCE_TRANSFER,
            request,
            kind="system",
            key=idempotency_key,
            change=partial(apply_acceptance, provider_claim_id, self._id),
        ).unwrap()
