"""Updates of an action in a deployment by the partner. Pure."""

from datetime import datetime

from attrs import asdict, evolve

from vercel_marketplace.emulator.api.errors import bad_request
from vercel_marketplace.emulator.api.installations import HREFS
from vercel_marketplace.emulator.api.registry import handles
from vercel_marketplace.emulator.api.secrets import Environment, build_environment
from vercel_marketplace.emulator.state import DeploymentAction, Installation, NotFoundError
from vercel_marketplace.funcs.update_deployment_action import OPERATION as UPDATE_DEPLOYMENT_ACTION
from vercel_marketplace.models.deployment_actions import (
    ResourceSecretsOutcome,
    UpdateDeploymentActionRequest,
)
from vercel_marketplace.partner.models._checks import LINK


def start_action(installation: Installation, action: DeploymentAction) -> Installation:
    """Start an action of a deployment.

    Raises:
        NotFoundError: There is no such resource.
        ValueError: The action was started for this deployment and resource before.
    """
    installation.find_resource(action.resource_id)
    if action.key in installation.actions:
        msg = f"action {action.action!r} of deployment {action.deployment_id!r} was started before"
        raise ValueError(msg)
    return installation.with_action(action)


def find_deployment(installation: Installation, deployment_id: str) -> list[DeploymentAction]:
    """Return the actions of a deployment.

    Raises:
        NotFoundError: There is no such deployment.
    """
    actions = installation.actions.values()
    found = [one for one in actions if one.deployment_id == deployment_id]
    if not found:
        what = "deployment"
        raise NotFoundError(what, deployment_id)
    return found


def cancel_deployment(installation: Installation, deployment_id: str) -> Installation:
    """Cancel the actions of a deployment that have not ended.

    Raises:
        NotFoundError: There is no such deployment.
        ValueError: All of its actions have ended.
    """
    waiting = [one for one in find_deployment(installation, deployment_id) if not one.has_ended]
    if not waiting:
        msg = f"deployment {deployment_id!r} waits for no action"
        raise ValueError(msg)
    for one in waiting:
        installation = installation.with_action(evolve(one, is_canceled=True))
    return installation


def delete_deployment(installation: Installation, deployment_id: str) -> Installation:
    """Delete a deployment, and all that its actions have made for it.

    Raises:
        NotFoundError: There is no such deployment.
    """
    gone = {one.key for one in find_deployment(installation, deployment_id)}
    actions = {key: one for key, one in installation.actions.items() if key not in gone}
    return evolve(installation, actions=actions)


def build_deployment_environment(
    installation: Installation, deployment_id: str, environment: Environment
) -> dict[str, str]:
    """Return the variables of the resources that a deployment has actions of, and of the outcomes.

    Raises:
        NotFoundError: There is no such deployment.
    """
    actions = find_deployment(installation, deployment_id)
    variables: dict[str, str] = {}
    for one in actions:
        resource = installation.resources.get(one.resource_id)
        if resource is not None:
            variables |= build_environment(resource.secrets, environment)
    done = [one for one in actions if one.status == "succeeded"]
    outcomes = [outcome for one in done for outcome in one.outcomes or ()]
    secrets = [one.secrets for one in outcomes if isinstance(one, ResourceSecretsOutcome)]
    return variables | {one.name: one.value for listed in secrets for one in listed}


@handles(UPDATE_DEPLOYMENT_ACTION)
def update_deployment_action(
    installation: Installation, request: UpdateDeploymentActionRequest, _now: datetime
) -> tuple[Installation, None]:
    """Set the given properties; once the action has ended, only to what they are."""
    known = installation.find_action(request.deployment_id, request.resource_id, request.action)
    body = request.request_body
    if body is None:
        return installation, None
    if body.status_url is not None and not LINK.match(body.status_url):
        raise bad_request(path="statusUrl", message=HREFS)
    changes = asdict(body, recurse=False, filter=lambda _, value: value is not None)
    after = evolve(known, **changes)
    if known.has_ended and after != known:
        state = "canceled" if known.is_canceled else known.status
        raise bad_request(path="status", message=f'the action has ended: "{state}"')
    return installation.with_action(after), None
