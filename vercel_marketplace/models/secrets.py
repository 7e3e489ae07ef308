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
    """Parameters of `update_resource_secrets`."""

    integration_configuration_id: str
    """The installation, `icfg_…`."""
    integration_product_id_or_slug: str
    """The product."""
    resource_id: str
    """The partner's id of the resource."""
    request_body: UpdateResourceSecretsRequestBody
    """The secrets."""


UpdateResourceSecretsByIdRequestBody: TypeAlias = UpdateResourceSecretsRequestBody
"""The same shape under the newer operation's name."""


@frozen
class UpdateResourceSecretsByIdRequest:
    """Parameters of `update_resource_secrets_by_id`."""

    integration_configuration_id: str
    """The installation, `icfg_…`."""
    resource_id: str
    """The partner's id of the resource."""
    request_body: UpdateResourceSecretsByIdRequestBody | None = None
    """The secrets; may be left out."""
