"""The partner API: what Vercel calls, and a partner serves.

`operations` has each operation as data; `models` has the requests and the responses. `sso` has the
redirect of a user who opens the product from Vercel's dashboard, and `sign_in` signs the user in.
"""

from typing import TYPE_CHECKING, Final

from vercel_marketplace._internal.lazy import lazy

if TYPE_CHECKING:
    from vercel_marketplace.partner.api import PartnerAPI, SyncPartnerAPI
    from vercel_marketplace.partner.call import PartnerCall
    from vercel_marketplace.partner.errors import (
        ConflictError,
        ForbiddenError,
        InvalidFieldsError,
        NotFoundError,
        PartnerAPIError,
        UnauthorizedError,
        UnavailableError,
        UnprocessableError,
    )
    from vercel_marketplace.partner.idempotency import (
        IdempotencyStore,
        InMemoryIdempotencyStore,
        Reservation,
    )
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
    from vercel_marketplace.partner.partner import Partner
    from vercel_marketplace.partner.sqlite_store import SQLiteIdempotencyStore
    from vercel_marketplace.partner.sso import SSOPath, SSORedirect, SSORedirectError
    from vercel_marketplace.partner.sso_sign_in import sign_in, sync_sign_in

__all__ = [
    "OPERATIONS",
    "AcceptResourceTransferRequest",
    "AnyPartnerOperation",
    "BillingPlanQuote",
    "ConflictError",
    "CreateResourceTransferRequest",
    "DeleteInstallationRequest",
    "DeleteResourceRequest",
    "ForbiddenError",
    "GetInstallationRequest",
    "GetResourceRequest",
    "IdempotencyStore",
    "InMemoryIdempotencyStore",
    "InstallationCredentials",
    "InvalidFieldsError",
    "ListBillingPlansForInstallationRequest",
    "ListBillingPlansForProductRequest",
    "ListBillingPlansForResourceRequest",
    "ListResourcesRequest",
    "MetadataValue",
    "NotFoundError",
    "Partner",
    "PartnerAPI",
    "PartnerAPIError",
    "PartnerBalance",
    "PartnerBillingPlan",
    "PartnerBillingPlans",
    "PartnerCall",
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
    "Reservation",
    "ResourceReplRequest",
    "ResourceTransfer",
    "RotatedSecrets",
    "SQLiteIdempotencyStore",
    "SSOPath",
    "SSORedirect",
    "SSORedirectError",
    "ScheduledRotation",
    "SyncPartnerAPI",
    "UnauthorizedError",
    "UnavailableError",
    "Uninstallation",
    "UnprocessableError",
    "UpdateInstallationRequest",
    "UpdateResourceRequest",
    "UpsertInstallationRequest",
    "VerifiedTransfer",
    "VerifyResourceTransferRequest",
    "sign_in",
    "sync_sign_in",
]

_HOMES: Final = dict.fromkeys(__all__, "vercel_marketplace.partner.models") | {
    "Partner": "vercel_marketplace.partner.partner",
    "PartnerCall": "vercel_marketplace.partner.call",
    "PartnerAPI": "vercel_marketplace.partner.api",
    "SyncPartnerAPI": "vercel_marketplace.partner.api",
    "IdempotencyStore": "vercel_marketplace.partner.idempotency",
    "InMemoryIdempotencyStore": "vercel_marketplace.partner.idempotency",
    "Reservation": "vercel_marketplace.partner.idempotency",
    "SQLiteIdempotencyStore": "vercel_marketplace.partner.sqlite_store",
    "ConflictError": "vercel_marketplace.partner.errors",
    "ForbiddenError": "vercel_marketplace.partner.errors",
    "InvalidFieldsError": "vercel_marketplace.partner.errors",
    "NotFoundError": "vercel_marketplace.partner.errors",
    "PartnerAPIError": "vercel_marketplace.partner.errors",
    "UnauthorizedError": "vercel_marketplace.partner.errors",
    "UnavailableError": "vercel_marketplace.partner.errors",
    "UnprocessableError": "vercel_marketplace.partner.errors",
    "AnyPartnerOperation": "vercel_marketplace.partner.operation",
    "OPERATIONS": "vercel_marketplace.partner.operations",
    "PartnerOperation": "vercel_marketplace.partner.operation",
    "SSOPath": "vercel_marketplace.partner.sso",
    "SSORedirect": "vercel_marketplace.partner.sso",
    "SSORedirectError": "vercel_marketplace.partner.sso",
    "sign_in": "vercel_marketplace.partner.sso_sign_in",
    "sync_sign_in": "vercel_marketplace.partner.sso_sign_in",
}

if not TYPE_CHECKING:
    __getattr__ = lazy(globals(), _HOMES)


def __dir__() -> list[str]:
    return __all__
