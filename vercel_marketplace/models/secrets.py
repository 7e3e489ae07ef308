"""The secrets of a resource, which connected projects get as environment variables."""

from typing import TypeAlias

from attrs import frozen

from vercel_marketplace.models.common import (
    EnvironmentOverrides,
    Secret,
    UpdateResourceSecretsRequestBody,
)

__all__ = [
    "EnvironmentOverrides",
    "Secret",
    "UpdateResourceSecretsByIdRequest",
    "UpdateResourceSecretsByIdRequestBody",
    "UpdateResourceSecretsRequest",
    "UpdateResourceSecretsRequestBody",
]


@frozen
class UpdateResourceSecretsRequest:
    """Secrets and the resource they belong to, found by its product.

    Attributes:
        integration_configuration_id: The installation, `icfg_…`.
        integration_product_id_or_slug: The product.
        resource_id: The partner's id of the resource.
        request_body: The secrets.
    """

    integration_configuration_id: str
    integration_product_id_or_slug: str
    resource_id: str
    request_body: UpdateResourceSecretsRequestBody


UpdateResourceSecretsByIdRequestBody: TypeAlias = UpdateResourceSecretsRequestBody
"""The same shape under the newer operation's name."""


@frozen
class UpdateResourceSecretsByIdRequest:
    """Secrets and the resource they belong to.

    Attributes:
        integration_configuration_id: The installation, `icfg_…`.
        resource_id: The partner's id of the resource.
        request_body: The secrets; may be left out.
    """

    integration_configuration_id: str
    resource_id: str
    request_body: UpdateResourceSecretsByIdRequestBody | None = None
