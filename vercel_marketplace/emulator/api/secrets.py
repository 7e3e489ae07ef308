"""The secrets of a resource, and the environment variables made of them. Pure."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Literal, TypeAlias

from attrs import evolve

from vercel_marketplace.emulator.api.errors import conflict, not_found, unprocessable
from vercel_marketplace.emulator.api.registry import handles
from vercel_marketplace.emulator.state import Installation, StoredResource
from vercel_marketplace.funcs.update_resource_secrets import OPERATION as UPDATE_RESOURCE_SECRETS
from vercel_marketplace.funcs.update_resource_secrets_by_id import (
    OPERATION as UPDATE_RESOURCE_SECRETS_BY_ID,
)
from vercel_marketplace.models.secrets import (
    EnvironmentOverrides,
    Secret,
    UpdateResourceSecretsByIdRequest,
    UpdateResourceSecretsRequest,
    UpdateResourceSecretsRequestBody,
)
from vercel_marketplace.partner.models._checks import find_name_issues, variable_of

Environment: TypeAlias = Literal["development", "preview", "production"]
"""Where a deployment runs."""


@handles(UPDATE_RESOURCE_SECRETS)
def update_resource_secrets(
    installation: Installation, request: UpdateResourceSecretsRequest, _now: datetime
) -> tuple[Installation, None]:
    """Set the secrets of a resource of the product in the path."""
    resource = installation.find_resource(request.resource_id)
    if resource.body.product_id != request.integration_product_id_or_slug:
        raise not_found(what="Product")
    changed = with_secrets(resource, request.request_body)
    return installation.with_resource(request.resource_id, changed), None


@handles(UPDATE_RESOURCE_SECRETS_BY_ID)
def update_resource_secrets_by_id(
    installation: Installation, request: UpdateResourceSecretsByIdRequest, _now: datetime
) -> tuple[Installation, None]:
    """Set the secrets of a resource; without a body nothing changes."""
    resource = installation.find_resource(request.resource_id)
    if request.request_body is None:
        return installation, None
    changed = with_secrets(resource, request.request_body)
    return installation.with_resource(request.resource_id, changed), None


def with_secrets(
    resource: StoredResource, body: UpdateResourceSecretsRequestBody, path: str = "secrets"
) -> StoredResource:
    """Return the resource with all of its secrets replaced, or only those that are listed.

    Args:
        resource: The resource.
        body: The secrets.
        path: The property of the request that they are in.

    Raises:
        APIError: 422, a name is not valid; 409, two secrets have the same variable.
    """
    for issue in find_name_issues(body.secrets, path):
        raise unprocessable(path=issue.path, message=issue.message)
    listed = {secret.name: secret for secret in body.secrets}
    secrets = {**resource.secrets, **listed} if body.partial else listed
    variables = Counter(map(variable_of, secrets.values()))
    if variables.total() > len(variables):
        raise conflict(message="A secret that stays has the same variable as one of these.")
    return evolve(resource, secrets=secrets)


def build_environment(secrets: Mapping[str, Secret], environment: Environment) -> dict[str, str]:
    """Return the environment variables of a project that is connected to the resource.

    Args:
        secrets: The resource's secrets.
        environment: Where the project runs; an override for it replaces the value.
    """
    return {variable_of(secret): _value_in(environment, secret) for secret in secrets.values()}


def _value_in(environment: Environment, secret: Secret) -> str:
    overrides = secret.environment_overrides or EnvironmentOverrides()
    value: str | None = getattr(overrides, environment)
    return secret.value if value is None else value
