"""`Team`: the customer's team behind an installation."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from attrs import evolve

from vercel_marketplace.emulator.api import uninstallation
from vercel_marketplace.emulator.state import Installation, ProjectConnection
from vercel_marketplace.emulator.store import InstallationStore
from vercel_marketplace.models.account import Account, Member, MemberRole

_TARGETS: Final = ("production", "preview", "development")


class Team:
    """The team that has installed the product: its members, its projects, its decisions.

    Attributes:
        admin_id: The member who installed the product, an admin.
    """

    def __init__(self, store: InstallationStore, admin_id: str) -> None:
        self._store = store
        self.admin_id: str = admin_id

    @property
    def account(self) -> Account:
        """The team's account."""
        return self._store.installation.account

    @property
    def members(self) -> list[Member]:
        """The members, in the order in which they were added."""
        return list(self._store.installation.members.values())

    @property
    def projects(self) -> list[ProjectConnection]:
        """The projects that are connected to resources, in the order of the connections."""
        return list(self._store.installation.projects)

    @property
    def uninstalled_at(self) -> datetime | None:
        """When the team uninstalled the product; `None` while it is installed."""
        return self._store.installation.uninstalled_at

    def add_member(
        self,
        member_id: str,
        *,
        role: MemberRole | str = "USER",
        email: str | None = None,
        global_user_id: str | None = None,
    ) -> None:
        """Add a member to the team, or change the role of one.

        Args:
            member_id: The member.
            role: The member's role.
            email: The member's address; the one that is known if omitted.
            global_user_id: The member's id as a user of Vercel; the one that is known if omitted.
        """

        def add(installation: Installation, _now: datetime) -> Installation:
            known = installation.members.get(member_id, Member(id=member_id, role=role))
            member = evolve(
                known,
                role=role,
                user_email=email or known.user_email,
                global_user_id=global_user_id or known.global_user_id,
            )
            return evolve(installation, members={**installation.members, member_id: member})

        self._store.update(add)

    def remove_member(self, member_id: str) -> None:
        """Remove a member from the team.

        Args:
            member_id: The member.

        Raises:
            LookupError: There is no such member.
        """

        def remove(installation: Installation, _now: datetime) -> Installation:
            leaving = installation.find_member(member_id)
            members = {name: one for name, one in installation.members.items() if one != leaving}
            return evolve(installation, members=members)

        self._store.update(remove)

    def connect_project(
        self,
        project_id: str,
        *,
        resource_id: str,
        name: str | None = None,
        targets: Sequence[str] = _TARGETS,
        prefix: str | None = None,
    ) -> None:
        """Connect a project of the team to a resource, whose secrets it then has.

        Args:
            project_id: The project.
            resource_id: The resource, by the partner's id.
            name: The project's name; its id if omitted.
            targets: The deployment targets that have the secrets.
            prefix: What the customer has the names of the variables begin with.

        Raises:
            LookupError: There is no such resource.
            ValueError: They are connected already.
        """
        connection = ProjectConnection(
            resource_id=resource_id,
            project_id=project_id,
            name=name or project_id,
            targets=tuple(targets),
            prefix=prefix,
        )

        def connect(installation: Installation, _now: datetime) -> Installation:
            installation.find_resource(resource_id)
            if installation.find_project(project_id, resource_id) is not None:
                msg = f"project {project_id!r} is connected to {resource_id!r} already"
                raise ValueError(msg)
            return evolve(installation, projects=(*installation.projects, connection))

        self._store.update(connect)

    def disconnect_project(self, project_id: str, *, resource_id: str) -> None:
        """Disconnect a project of the team from a resource.

        Args:
            project_id: The project.
            resource_id: The resource, by the partner's id.

        Raises:
            LookupError: They are not connected.
        """

        def disconnect(installation: Installation, _now: datetime) -> Installation:
            connection = installation.find_project(project_id, resource_id)
            if connection is None:
                msg = f"project {project_id!r} is not connected to {resource_id!r}"
                raise LookupError(msg)
            left = tuple(one for one in installation.projects if one != connection)
            return evolve(installation, projects=left)

        self._store.update(disconnect)

    def uninstall(self) -> None:
        """Remove the product.

        For 24 hours the access token stays valid, and invoices have to be `final`; then it is
        not valid any more.

        Raises:
            ValueError: The product was removed already.
        """
        self._store.update(uninstallation.uninstall)
