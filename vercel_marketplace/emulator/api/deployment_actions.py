"""Updates of an action in a deployment by the partner. Pure."""

from datetime import datetime

from attrs import asdict, evolve

from vercel_marketplace.emulator.api.errors import bad_request
from vercel_marketplace.emulator.api.installations import HREFS
from vercel_marketplace.emulator.api.registry import handles
from vercel_marketplace.emulator.state import DeploymentAction, Installation
from vercel_marketplace.funcs.update_deployment_action import OPERATION as UPDATE_DEPLOYMENT_ACTION
from vercel_marketplace.models.deployment_actions import UpdateDeploymentActionRequest
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
        raise bad_request(path="status", message=f'the action has ended: "{known.status}"')
    return installation.with_action(after), None
