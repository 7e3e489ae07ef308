"""Commands about deployments that wait for the integration's actions."""

from typing import Any

from vercel_marketplace.emulator.api.secrets import Environment
from vercel_marketplace.emulator.console.command import command
from vercel_marketplace.emulator.console.console import Console
from vercel_marketplace.emulator.console.views import show_action

_INSTALLATION = "/installations/{installation_id}"
_DEPLOYMENT = f"{_INSTALLATION}/deployments/{{deployment_id}}"


@command("GET", f"{_INSTALLATION}/deployment-actions")
def list_deployment_actions(console: Console, *, installation_id: str) -> list[dict[str, Any]]:
    """List the actions that were started, with what the partner has said of each."""
    actions = console.installation(installation_id).deployments.actions
    mask = console.make_mask()
    return [show_action(action, mask) for action in actions]


@command("POST", f"{_INSTALLATION}/deployment-actions")
def start_deployment_action(
    console: Console,
    *,
    installation_id: str,
    action: str,
    resource_id: str | None = None,
    deployment_id: str | None = None,
) -> dict[str, Any]:
    """Deploy a project that waits for an action of a resource, of the first one if left out."""
    deployments = console.installation(installation_id).deployments
    started = deployments.start_action(action, resource_id=resource_id, deployment_id=deployment_id)
    return show_action(started, console.make_mask())


@command("POST", f"{_DEPLOYMENT}/cancel")
def cancel_deployment(console: Console, *, installation_id: str, deployment_id: str) -> None:
    """Cancel a deployment, with the actions that it waits for."""
    console.installation(installation_id).deployments.cancel(deployment_id)


@command("DELETE", _DEPLOYMENT)
def delete_deployment(console: Console, *, installation_id: str, deployment_id: str) -> None:
    """Delete a deployment, so that what its actions have made can be cleaned up."""
    console.installation(installation_id).deployments.delete(deployment_id)


@command("GET", f"{_DEPLOYMENT}/environment-variables")
def get_deployment_environment(
    console: Console,
    *,
    installation_id: str,
    deployment_id: str,
    environment: Environment = "production",
) -> dict[str, str]:
    """Return the environment variables of a deployment, with the values of secrets."""
    deployments = console.installation(installation_id).deployments
    return deployments.environment_variables(deployment_id, environment)
