"""The partner API: what Vercel calls, and a partner serves.

`operations` has each operation as data; `models` has the requests and the responses.
"""

from typing import TYPE_CHECKING, Final

from vercel_marketplace._internal.lazy import lazy

if TYPE_CHECKING:
    from vercel_marketplace.partner.models import (
        AcceptResourceTransferRequest,
        BillingPlanQuote,
        CreateResourceTransferRequest,
        DeleteInstallationRequest,
        DeleteResourceRequest,
        GetInstallationRequest,
        GetResourceRequest,
        InstallationCredentials,
        ListBillingPlansForInstallationRequest,
        ListBillingPlansForProductRequest,
        ListBillingPlansForResourceRequest,
        ListResourcesRequest,
        MetadataValue,
        PartnerBalance,
        PartnerBillingPlan,
        PartnerBillingPlans,
        PartnerExperimentationSettings,
        PartnerInstallation,
        PartnerProtocolSettings,
        PartnerResource,
        PartnerResources,
        PlanScope,
        ProvisionedPurchase,
        ProvisionedResource,
        ProvisionPurchaseRequest,
        ProvisionResourceRequest,
        ReplBlock,
        ReplParagraph,
        ReplTable,
        ReplText,
        RequestedExperimentationSettings,
        RequestedProtocolSettings,
        RequestSecretsRotationRequest,
        ResourceReplRequest,
        ResourceTransfer,
        RotatedSecrets,
        ScheduledRotation,
        Uninstallation,
        UpdateInstallationRequest,
        UpdateResourceRequest,
        UpsertInstallationRequest,
        VerifiedTransfer,
        VerifyResourceTransferRequest,
    )
    from vercel_marketplace.partner.operation import AnyPartnerOperation, PartnerOperation
    from vercel_marketplace.partner.operations import OPERATIONS

__all__ = [
    "OPERATIONS",
    "AcceptResourceTransferRequest",
    "AnyPartnerOperation",
    "BillingPlanQuote",
    "CreateResourceTransferRequest",
    "DeleteInstallationRequest",
    "DeleteResourceRequest",
    "GetInstallationRequest",
    "GetResourceRequest",
    "InstallationCredentials",
    "ListBillingPlansForInstallationRequest",
    "ListBillingPlansForProductRequest",
    "ListBillingPlansForResourceRequest",
    "ListResourcesRequest",
    "MetadataValue",
    "PartnerBalance",
    "PartnerBillingPlan",
    "PartnerBillingPlans",
    "PartnerExperimentationSettings",
    "PartnerInstallation",
    "PartnerOperation",
    "PartnerProtocolSettings",
    "PartnerResource",
    "PartnerResources",
    "PlanScope",
    "ProvisionPurchaseRequest",
    "ProvisionResourceRequest",
    "ProvisionedPurchase",
    "ProvisionedResource",
    "ReplBlock",
    "ReplParagraph",
    "ReplTable",
    "ReplText",
    "RequestSecretsRotationRequest",
    "RequestedExperimentationSettings",
    "RequestedProtocolSettings",
    "ResourceReplRequest",
    "ResourceTransfer",
    "RotatedSecrets",
    "ScheduledRotation",
    "Uninstallation",
    "UpdateInstallationRequest",
    "UpdateResourceRequest",
    "UpsertInstallationRequest",
    "VerifiedTransfer",
    "VerifyResourceTransferRequest",
]

_HOMES: Final = dict.fromkeys(__all__, "vercel_marketplace.partner.models") | {
    "AnyPartnerOperation": "vercel_marketplace.partner.operation",
    "OPERATIONS": "vercel_marketplace.partner.operations",
    "PartnerOperation": "vercel_marketplace.partner.operation",
}

if not TYPE_CHECKING:
    __getattr__ = lazy(globals(), _HOMES)


def __dir__() -> list[str]:
    return __all__
