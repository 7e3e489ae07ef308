"""The state of an integration's action in a deployment, and what comes of it."""

from collections.abc import Sequence
from typing import Literal, TypeAlias

from attrs import field, frozen

from vercel_marketplace.models._fields import mask
from vercel_marketplace.models.custom_claims import ClaimRule

DeploymentActionStatus: TypeAlias = Literal["running", "succeeded", "failed"]
"""The state of an action; the last two end it."""


@frozen(kw_only=True)
class OutcomeSecret:
    """A secret that an action has made. Its value never shows in a `repr`."""

    name: str
    """The variable's name."""
    value: str = field(repr=mask)
    """Its value."""


@frozen(kw_only=True)
class ResourceSecretsOutcome:
    """Secrets for the deployment."""

    kind: Literal["resource-secrets"] = "resource-secrets"
    """`"resource-secrets"`."""
    secrets: Sequence[OutcomeSecret]
    """The secrets."""


@frozen(kw_only=True)
class ResourceClaimsOutcome:
    """Claims for the OIDC tokens of the deployment."""

    kind: Literal["resource-claims"] = "resource-claims"
    """`"resource-claims"`."""
    claim_rules: Sequence[ClaimRule]
    """The rules in order; they apply after those of the resource itself."""


@frozen(kw_only=True)
class UpdateDeploymentActionRequestBody:
    """The state of the action. What is left out stays as it is."""

    status: DeploymentActionStatus | None = None
    """`"running"`, `"succeeded"` or `"failed"`."""
    status_text: str | None = None
    """What the customer reads about the state."""
    status_url: str | None = None
    """Where the customer finds out more: `https://…` or `sso:…`."""
    outcomes: Sequence[ResourceSecretsOutcome | ResourceClaimsOutcome] | None = None
    """What the deployment gets."""


@frozen
class UpdateDeploymentActionRequest:
    """Parameters of `update_deployment_action`."""

    deployment_id: str
    """The deployment, `dpl_…`."""
    integration_configuration_id: str
    """The installation, `icfg_…`."""
    resource_id: str
    """The partner's id of the resource."""
    action: str
    """The action's slug."""
    request_body: UpdateDeploymentActionRequestBody | None = None
    """The state; the contract lets it be left out."""
