"""What a seed adds to an emulator."""

from typing import TYPE_CHECKING

from attrs import frozen

from vercel_marketplace.emulator.installation import EmulatedInstallation
from vercel_marketplace.models.account import Account

if TYPE_CHECKING:
    from vercel_marketplace.emulator.emulator import Emulator


@frozen(kw_only=True)
class SeededMember:
    """A member of the team.

    Attributes:
        id: The member.
        role: The member's role.
        email: The member's address, if any.
    """

    id: str
    role: str = "USER"
    email: str | None = None


@frozen(kw_only=True)
class SeededResource:
    """A resource without secrets, and the projects that are connected to it.

    Attributes:
        id: The partner's id of the resource.
        product_id: Its product; the integration's if omitted.
        project_ids: The projects.
    """

    id: str
    product_id: str | None = None
    project_ids: list[str] | None = None


@frozen(kw_only=True)
class SeededInstallation:
    """An installation.

    Attributes:
        installation_id: Its id; a new one if omitted.
        account: The team's account; one named Acme if omitted.
        members: Members in addition to its admin.
        resources: Resources in addition to its first one.
    """

    installation_id: str | None = None
    account: Account | None = None
    members: list[SeededMember] | None = None
    resources: list[SeededResource] | None = None

    def add_to(self, emulator: "Emulator") -> EmulatedInstallation:
        """Add it to an emulator.

        Raises:
            ValueError: Something of it is there already.
        """
        added = emulator.installations.add(self.installation_id, account=self.account)
        for member in self.members or []:
            added.team.add_member(member.id, role=member.role, email=member.email)
        for resource in self.resources or []:
            added.resources.add(resource.id, product_id=resource.product_id)
            for project_id in resource.project_ids or []:
                added.team.connect_project(project_id, resource_id=resource.id)
        return added
