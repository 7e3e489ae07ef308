"""`Deployments`: the integration's actions in the deployments of a team."""

from datetime import datetime
from itertools import count

from vercel_marketplace.emulator.api import deployment_actions
from vercel_marketplace.emulator.api.secrets import Environment
from vercel_marketplace.emulator.ids import stable_id
from vercel_marketplace.emulator.state import DeploymentAction, Installation
from vercel_marketplace.emulator.store import InstallationStore


class Deployments:
    """The deployments of a team, as far as they wait for the integration's actions."""

    def __init__(self, store: InstallationStore, resource_id: str) -> None:
        self._store = store
        self._resource_id = resource_id

    def start_action(
        self, action: str, *, resource_id: str | None = None, deployment_id: str | None = None
    ) -> DeploymentAction:
        """Deploy a project that waits for an action, and send the webhook that starts it.

        `update_deployment_action` ends it.

        Args:
            action: The action's slug.
            resource_id: The resource, by the partner's id; the first one if omitted.
            deployment_id: The deployment; a new one if omitted.

        Returns:
            The action as it starts; `actions` has its later state.

        Raises:
            LookupError: There is no such resource.
            ValueError: The action was started for this deployment and resource before.
        """
        started = DeploymentAction(
            deployment_id=deployment_id or self._new_id(),
            resource_id=resource_id or self._resource_id,
            action=action,
        )

        def start(installation: Installation, _now: datetime) -> Installation:
            return deployment_actions.start_action(installation, started)

        self._store.update(start)
        return started

    def cancel(self, deployment_id: str) -> None:
        """Cancel a deployment, and send a webhook for each action that it waits for.

        Args:
            deployment_id: The deployment.

        Raises:
            LookupError: There is no such deployment.
            ValueError: It waits for no action.
        """
        self._store.update(
            lambda installation, _: deployment_actions.cancel_deployment(
                installation, deployment_id
            )
        )

    def delete(self, deployment_id: str) -> None:
        """Delete a deployment, and send a webhook for each action that it had.

        Args:
            deployment_id: The deployment.

        Raises:
            LookupError: There is no such deployment.
        """
        self._store.update(
            lambda installation, _: deployment_actions.delete_deployment(
                installation, deployment_id
            )
        )

    def environment_variables(
        self, deployment_id: str, environment: Environment = "production"
    ) -> dict[str, str]:
        """Return the environment variables of a deployment.

        They are those of the resources that it has actions of, and above them the secrets that
        these actions have made for it alone.

        Args:
            deployment_id: The deployment.
            environment: The environment of the deployment.

        Raises:
            LookupError: There is no such deployment.
        """
        return deployment_actions.build_deployment_environment(
            self._store.installation, deployment_id, environment
        )

    def _new_id(self) -> str:
        known = {one.deployment_id for one in self.actions}
        is_first = self._store.installation.number == 1  # whose ids are easy to type
        ids = (
            f"dpl_emulator_{number}" if is_first else stable_id("dpl", self._store.id, number)
            for number in count(1)
        )
        return next(one for one in ids if one not in known)

    @property
    def actions(self) -> list[DeploymentAction]:
        """The actions that were started, in order, each with what the partner has said of it."""
        return list(self._store.installation.actions.values())
