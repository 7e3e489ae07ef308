"""The 18 operations that a partner implements and Vercel calls."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from vercel_marketplace.partner.models.billing import ProvisionedPurchase, ProvisionPurchaseRequest
from vercel_marketplace.partner.models.installations import (
    DeleteInstallationRequest,
    GetInstallationRequest,
    PartnerInstallation,
    Uninstallation,
    UpdateInstallationRequest,
    UpsertInstallationRequest,
)
from vercel_marketplace.partner.models.plans import (
    ListBillingPlansForInstallationRequest,
    ListBillingPlansForProductRequest,
    ListBillingPlansForResourceRequest,
    PartnerBillingPlans,
)
from vercel_marketplace.partner.models.repl import ReplBlock, ResourceReplRequest
from vercel_marketplace.partner.models.resources import (
    DeleteResourceRequest,
    GetResourceRequest,
    ListResourcesRequest,
    PartnerResource,
    PartnerResources,
    ProvisionedResource,
    ProvisionResourceRequest,
    UpdateResourceRequest,
)
from vercel_marketplace.partner.models.secrets import (
    RequestSecretsRotationRequest,
    RotatedSecrets,
    ScheduledRotation,
)
from vercel_marketplace.partner.models.transfers import (
    AcceptResourceTransferRequest,
    CreateResourceTransferRequest,
    ResourceTransfer,
    VerifiedTransfer,
    VerifyResourceTransferRequest,
)
from vercel_marketplace.partner.operation import (
    JSON,
    JSON_LINES,
    AnyPartnerOperation,
    PartnerOperation,
)
from vercel_marketplace.tokens.claims import TokenKind

_USER: Final = frozenset[TokenKind]({"user"})
_SYSTEM: Final = frozenset[TokenKind]({"system"})
_BOTH: Final = _USER | _SYSTEM

_INSTALLATION: Final = "/v1/installations/{installation_id}"
_RESOURCES: Final = f"{_INSTALLATION}/resources"
_RESOURCE: Final = f"{_RESOURCES}/{{resource_id}}"
_TRANSFERS: Final = f"{_INSTALLATION}/resource-transfer-requests"
_TRANSFER: Final = f"{_TRANSFERS}/{{provider_claim_id}}"

# Installations -----------------------------------------------------------------------

UPSERT_INSTALLATION: Final = PartnerOperation[UpsertInstallationRequest, PartnerInstallation](
    id="upsert-installation",
    method="PUT",
    path=_INSTALLATION,
    request=UpsertInstallationRequest,
    responses={200: PartnerInstallation, 201: None, 204: None},
    errors=(400, 403, 409),
    tokens=_USER,
    need="required",
    when="a customer installs the integration, or installs it again",
)
GET_INSTALLATION: Final = PartnerOperation[GetInstallationRequest, PartnerInstallation](
    id="get-installation",
    method="GET",
    path=_INSTALLATION,
    request=GetInstallationRequest,
    responses={200: PartnerInstallation},
    errors=(403, 404),
    error_bodies={404: None},
    tokens=_SYSTEM,
    need="optional",
    when="Vercel shows the installation, where installations have billing plans",
)
UPDATE_INSTALLATION: Final = PartnerOperation[UpdateInstallationRequest, PartnerInstallation](
    id="update-installation",
    method="PATCH",
    path=_INSTALLATION,
    request=UpdateInstallationRequest,
    responses={200: PartnerInstallation, 204: None},
    errors=(400, 403, 409),
    tokens=_USER,
    need="optional",
    when="a customer takes another plan of the installation",
)
DELETE_INSTALLATION: Final = PartnerOperation[DeleteInstallationRequest, Uninstallation](
    id="delete-installation",
    method="DELETE",
    path=_INSTALLATION,
    request=DeleteInstallationRequest,
    responses={200: Uninstallation, 204: None},
    errors=(403, 409),
    tokens=_BOTH,
    need="required",
    when="a customer uninstalls the integration; its resources are not deleted one by one",
)

# Resources ---------------------------------------------------------------------------

PROVISION_RESOURCE: Final = PartnerOperation[ProvisionResourceRequest, ProvisionedResource](
    id="provision-resource",
    method="POST",
    path=_RESOURCES,
    request=ProvisionResourceRequest,
    responses={200: ProvisionedResource, 201: ProvisionedResource},
    errors=(400, 403, 409),
    tokens=_USER,
    need="required",
    when="a customer creates a resource",
)
LIST_RESOURCES: Final = PartnerOperation[ListResourcesRequest, PartnerResources](
    id="list-resources",
    method="GET",
    path=_RESOURCES,
    query=("ids",),
    request=ListResourcesRequest,
    responses={200: PartnerResources},
    errors=(403,),
    tokens=_SYSTEM,
    need="deprecated",
    when="never any more, as far as is known: get-resource took its place",
)
GET_RESOURCE: Final = PartnerOperation[GetResourceRequest, PartnerResource](
    id="get-resource",
    method="GET",
    path=_RESOURCE,
    request=GetResourceRequest,
    responses={200: PartnerResource},
    errors=(403, 404),
    tokens=_SYSTEM,
    need="required",
    when="a resource was provisioned, its page is opened, or the partner sent `resource.updated`",
)
UPDATE_RESOURCE: Final = PartnerOperation[UpdateResourceRequest, PartnerResource](
    id="update-resource",
    method="PATCH",
    path=_RESOURCE,
    request=UpdateResourceRequest,
    responses={200: PartnerResource},
    errors=(400, 403, 409),
    tokens=_USER,
    need="optional",
    when="a customer changes the name, the form, the plan or the Edge Config of a resource",
)
DELETE_RESOURCE: Final = PartnerOperation[DeleteResourceRequest, None](
    id="delete-resource",
    method="DELETE",
    path=_RESOURCE,
    request=DeleteResourceRequest,
    responses={204: None},
    errors=(403, 409),
    tokens=_BOTH,
    need="required",
    when="a customer deletes a resource; not when the whole installation goes, nor for a linked "
    "resource",
)
REQUEST_SECRETS_ROTATION: Final = PartnerOperation[RequestSecretsRotationRequest, RotatedSecrets](
    id="request-secrets-rotation",
    method="POST",
    path=f"{_RESOURCE}/secrets/rotate",
    request=RequestSecretsRotationRequest,
    # If it is not done yet, Vercel's guide documents a 202, the reference page a 200.
    responses={200: RotatedSecrets, 202: ScheduledRotation},
    errors=(400, 403, 409),
    tokens=_BOTH,
    need="optional",
    when="a customer, or Vercel, requests new secrets, where Vercel has switched it on",
)
RESOURCE_REPL: Final = PartnerOperation[ResourceReplRequest, Sequence[ReplBlock]](
    id="resource-repl",
    method="POST",
    path=f"{_RESOURCE}/repl",
    request=ResourceReplRequest,
    responses={200: Sequence[ReplBlock]},
    media_types=(JSON, JSON_LINES),
    errors=(400, 403),
    error_bodies={400: Sequence[ReplBlock]},
    tokens=_USER,
    need="optional",
    when="a customer types a command on the page of a resource",
)

# Billing -----------------------------------------------------------------------------

LIST_BILLING_PLANS_FOR_PRODUCT: Final = PartnerOperation[
    ListBillingPlansForProductRequest, PartnerBillingPlans
](
    id="list-billing-plans-for-product",
    method="GET",
    path="/v1/products/{product_id_or_slug}/plans",
    query=("metadata",),
    request=ListBillingPlansForProductRequest,
    responses={200: PartnerBillingPlans},
    errors=(400, 403, 409),
    # Documented for Vercel's own token, but partners in production are called with a user's, too.
    tokens=_BOTH,
    need="required",
    when="a customer is about to create a resource of the product, also before there is an "
    "installation, and again when the form changes",
)
LIST_BILLING_PLANS_FOR_RESOURCE: Final = PartnerOperation[
    ListBillingPlansForResourceRequest, PartnerBillingPlans
](
    id="list-billing-plans-for-resource",
    method="GET",
    path=f"{_RESOURCE}/plans",
    query=("metadata",),
    request=ListBillingPlansForResourceRequest,
    responses={200: PartnerBillingPlans},
    errors=(400, 403, 409),
    tokens=_SYSTEM,
    need="optional",
    when="a customer looks at the plans for a resource that there is",
)
LIST_BILLING_PLANS_FOR_INSTALLATION: Final = PartnerOperation[
    ListBillingPlansForInstallationRequest, PartnerBillingPlans
](
    id="list-billing-plans-for-installation",
    method="GET",
    path=f"{_INSTALLATION}/plans",
    query=("metadata",),
    request=ListBillingPlansForInstallationRequest,
    responses={200: PartnerBillingPlans},
    errors=(403, 409),
    # Which token `new/plans` carries is not documented, and to refuse it stops all installations.
    tokens=_BOTH,
    need="optional",
    when="a customer installs the integration (the id is `new` then) or changes the plan, where "
    "installations have billing plans",
)
PROVISION_PURCHASE: Final = PartnerOperation[ProvisionPurchaseRequest, ProvisionedPurchase](
    id="provision-purchase",
    method="POST",
    path=f"{_INSTALLATION}/billing/provision",
    request=ProvisionPurchaseRequest,
    responses={200: ProvisionedPurchase},
    errors=(400, 403, 409, 422),
    tokens=_BOTH,
    need="optional",
    when="an invoice for credits was paid, with prepayment: by a customer, or by an automatic "
    "purchase",
)

# Transfers ---------------------------------------------------------------------------

CREATE_RESOURCE_TRANSFER: Final = PartnerOperation[CreateResourceTransferRequest, ResourceTransfer](
    id="create-resource-transfer",
    method="POST",
    path=_TRANSFERS,
    request=CreateResourceTransferRequest,
    responses={200: ResourceTransfer},
    errors=(400, 403, 409, 422),
    tokens=_SYSTEM,
    need="optional",
    when="a user makes a link with which another team can claim resources",
)
VERIFY_RESOURCE_TRANSFER: Final = PartnerOperation[VerifyResourceTransferRequest, VerifiedTransfer](
    id="verify-resource-transfer",
    method="GET",
    path=f"{_TRANSFER}/verify",
    request=VerifyResourceTransferRequest,
    responses={200: VerifiedTransfer},
    errors=(403, 404, 409, 422),
    tokens=_SYSTEM,
    need="optional",
    when="a team is about to claim resources; maybe several times, and for several teams",
)
ACCEPT_RESOURCE_TRANSFER: Final = PartnerOperation[AcceptResourceTransferRequest, None](
    id="accept-resource-transfer",
    method="POST",
    path=f"{_TRANSFER}/accept",
    request=AcceptResourceTransferRequest,
    responses={204: None, 200: None},
    errors=(403, 404, 409, 422),
    tokens=_SYSTEM,
    need="optional",
    when="a team claims resources; after that, none of the transfer's requests succeeds",
)

OPERATIONS: Final[Mapping[str, AnyPartnerOperation]] = MappingProxyType(
    {
        operation.id: operation
        for operation in (
            UPSERT_INSTALLATION,
            GET_INSTALLATION,
            UPDATE_INSTALLATION,
            DELETE_INSTALLATION,
            PROVISION_RESOURCE,
            LIST_RESOURCES,
            GET_RESOURCE,
            UPDATE_RESOURCE,
            DELETE_RESOURCE,
            REQUEST_SECRETS_ROTATION,
            RESOURCE_REPL,
            LIST_BILLING_PLANS_FOR_PRODUCT,
            LIST_BILLING_PLANS_FOR_RESOURCE,
            LIST_BILLING_PLANS_FOR_INSTALLATION,
            PROVISION_PURCHASE,
            CREATE_RESOURCE_TRANSFER,
            VERIFY_RESOURCE_TRANSFER,
            ACCEPT_RESOURCE_TRANSFER,
        )
    }
)
"""All operations, by their ids."""
