"""`Resources`: the resources of an installation, with their secrets and data."""

from collections.abc import Mapping
from datetime import datetime

from attrs import evolve

from vercel_marketplace.emulator.api.imports import complete_import
from vercel_marketplace.emulator.api.resources import to_import_body
from vercel_marketplace.emulator.api.secrets import Environment, build_environment
from vercel_marketplace.emulator.defaults import new_resource
from vercel_marketplace.emulator.namespaces.live_mapping import LiveMapping
from vercel_marketplace.emulator.state import Installation
from vercel_marketplace.emulator.store import InstallationStore
from vercel_marketplace.models.experimentation import ExperimentationItem
from vercel_marketplace.models.global_config import GlobalConfig
from vercel_marketplace.models.resources import ImportResourceRequestBody
from vercel_marketplace.models.secrets import Secret
from vercel_marketplace.partner.models._checks import add_prefix


class Resources(LiveMapping[ImportResourceRequestBody]):
    """The resources of an installation by id, each whole, in the form of an import."""

    def __init__(self, store: InstallationStore) -> None:
        self._store = store

    def add(self, resource_id: str, *, product_id: str | None = None) -> None:
        """Add a resource, named after its id and without secrets.

        Args:
            resource_id: The partner's id of the resource.
            product_id: The product of the resource; the integration's if omitted.

        Raises:
            ValueError: There is a resource with this id.
        """
        product_id = product_id or self._store.store.state.integration.product_id
        resource = new_resource(resource_id, product_id)

        def add(installation: Installation, _now: datetime) -> Installation:
            if resource_id in installation.resources:
                msg = f"there is a resource {resource_id!r} already"
                raise ValueError(msg)
            return installation.with_resource(resource_id, resource)

        self._store.update(add)

    def complete_import(self, url: str) -> str:
        """Return to Vercel from an import, which `tokens.import_url` began.

        Args:
            url: Where your server has sent the member's browser.

        Returns:
            The resource that was imported, by the partner's id.

        Raises:
            LookupError: Your server has not imported the resource.
            ValueError: The state, the installation or the rest of the URL is not as Vercel
                expects it.
        """
        return self._store.store.update(
            lambda state, now: complete_import(state, self._store.id, url, now)
        )

    @property
    def secrets(self) -> dict[str, list[Secret]]:
        """The secrets of each resource, by its id."""
        resources = self._store.installation.resources.items()
        return {name: list(resource.secrets.values()) for name, resource in resources}

    def environment_variables(
        self,
        resource_id: str,
        environment: Environment = "production",
        *,
        project_id: str | None = None,
    ) -> dict[str, str]:
        """Return the environment variables of a project that is connected to a resource.

        The names have their prefixes, and the overrides for the environment are applied.

        Args:
            resource_id: The resource.
            environment: The environment of the deployment.
            project_id: The project, whose connection may have a prefix, and targets that lack
                the environment; one that has all variables without a prefix, if omitted.

        Raises:
            LookupError: There is no such resource, or the project is not connected to it.
        """
        installation = self._store.installation
        variables = build_environment(installation.find_resource(resource_id).secrets, environment)
        if project_id is None:
            return variables
        connection = installation.find_project(project_id, resource_id)
        if connection is None:
            msg = f"project {project_id!r} is not connected to {resource_id!r}"
            raise LookupError(msg)
        if environment not in connection.targets:
            return {}
        return {add_prefix(connection.prefix, name): value for name, value in variables.items()}

    @property
    def experimentation_items(self) -> dict[str, list[ExperimentationItem]]:
        """The flags and experiments of each resource, by its id."""
        resources = self._store.installation.resources.items()
        return {name: list(resource.items.values()) for name, resource in resources}

    @property
    def global_configs(self) -> dict[str, GlobalConfig]:
        """The Global Config of each resource, by its id, synced or not."""
        resources = self._store.installation.resources.items()
        return {name: resource.global_config for name, resource in resources}

    def set_global_config_sync(self, resource_id: str, *, enabled: bool) -> None:
        """Enable or disable the syncing of a Global Config, as the customer; at first it is on.

        Args:
            resource_id: The resource of the Global Config.
            enabled: Whether the partner can read and write it.

        Raises:
            LookupError: There is no such resource.
        """

        def set_sync(installation: Installation, _now: datetime) -> Installation:
            resource = evolve(installation.find_resource(resource_id), is_synced=enabled)
            return installation.with_resource(resource_id, resource)

        self._store.update(set_sync)

    def _snapshot(self) -> Mapping[str, ImportResourceRequestBody]:
        resources = self._store.installation.resources.items()
        return {name: to_import_body(resource) for name, resource in resources}
