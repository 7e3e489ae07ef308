"""The secrets of a resource, which connected projects get as environment variables."""

from collections.abc import Sequence
from typing import TypeAlias

from attrs import field, frozen

from vercel_marketplace.models._fields import redact


@frozen(kw_only=True)
class EnvironmentOverrides:
    """Other values of a secret for some environments.

    Attributes:
        development: For development.
        preview: For preview deployments.
        production: For production.
    """

    development: str | None = field(default=None, repr=redact)
    preview: str | None = field(default=None, repr=redact)
    production: str | None = field(default=None, repr=redact)


@frozen(kw_only=True)
class Secret:
    """One secret. Its values never show in a `repr`.

    Attributes:
        name: The variable's name.
        value: Its value.
        prefix: What the variable's name is to begin with.
        environment_overrides: Other values for some environments.
    """

    name: str
    value: str = field(repr=redact)
    prefix: str | None = None
    environment_overrides: EnvironmentOverrides | None = None


@frozen(kw_only=True)
class UpdateResourceSecretsRequestBody:
    """The secrets to set.

    Attributes:
        secrets: The secrets.
        partial: With `True` only those listed are overwritten; otherwise they replace all.
    """

    secrets: Sequence[Secret]
    partial: bool | None = None


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
