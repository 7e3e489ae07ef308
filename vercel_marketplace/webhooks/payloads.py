"""What events carry, family by family.

Required is what Vercel's reference gives for every event of the family; all else may be `None`.
"""

from datetime import datetime
from typing import Any, Literal, TypeAlias

from attrs import field, frozen

from vercel_marketplace.models._fields import money
from vercel_marketplace.models.charges import Period

ChangedMemberRole: TypeAlias = Literal["ADMIN", "USER", "NONE"]
"""The known roles of a member that changed; `"NONE"` has been removed. Expect others."""

ProjectSelection: TypeAlias = Literal["all", "selected"]
"""The known ways to select projects. Expect others."""

DeploymentTarget: TypeAlias = Literal["production", "staging"]
"""The known targets of a deployment. Expect others."""


# Parts ---------------------------------------------------------------------------------


@frozen(kw_only=True)
class Configuration:
    """The installation, by Vercel's older name of it.

    Attributes:
        id: The installation, `icfg_…`.
        project_selection: Which projects it may see: `"all"` or `"selected"`.
        projects: The ids of these projects.
        scopes: All scopes, after a change was confirmed.
    """

    id: str
    project_selection: ProjectSelection | str | None = None
    projects: list[str] | None = None
    scopes: list[str] | None = None


@frozen(kw_only=True)
class Project:
    """A project of the customer's.

    Attributes:
        id: The project.
        name: Its name, where it is given.
    """

    id: str
    name: str | None = None


@frozen(kw_only=True)
class ProjectChanges:
    """How the projects that an installation may see have changed.

    Attributes:
        added: The ids of those it may see now.
        removed: The ids of those it may see no longer.
    """

    added: list[str] | None = None
    removed: list[str] | None = None


@frozen(kw_only=True)
class Team:
    """The team that an event is of.

    Attributes:
        id: The team; `None` for a personal account.
    """

    id: str | None = None


@frozen(kw_only=True)
class User:
    """The user that an event is of.

    Attributes:
        id: The user, where there is one.
    """

    id: str | None = None


@frozen(kw_only=True)
class Deployment:
    """A deployment.

    Attributes:
        id: The deployment.
        name: The project's name, as the deployment's URL has it.
        url: Where it is reached.
        meta: What is known of its origin, such as a commit.
    """

    id: str
    name: str | None = None
    url: str | None = None
    meta: dict[str, Any] | None = None


@frozen(kw_only=True)
class DeploymentLinks:
    """Where the dashboard shows a deployment.

    Attributes:
        deployment: The deployment's page.
        project: The project's page.
    """

    deployment: str | None = None
    project: str | None = None


# Payloads ------------------------------------------------------------------------------


@frozen(kw_only=True)
class InvoicePayload:
    """An invoice whose state changed.

    Attributes:
        configuration: The installation.
        installation_id: The same installation's id.
        invoice_id: Vercel's id of the invoice.
        external_invoice_id: The partner's id of the invoice, if it has one.
        period: The billing period.
        invoice_date: The date on the invoice; timezone-aware.
        invoice_total: What is to be paid in US dollars, a decimal string.
    """

    configuration: Configuration
    installation_id: str
    invoice_id: str
    external_invoice_id: str | None = None
    period: Period
    invoice_date: datetime
    invoice_total: str = field(converter=money)


@frozen(kw_only=True)
class RefundPayload:
    """An invoice of which something, or all, was refunded.

    Attributes:
        configuration: The installation.
        installation_id: The same installation's id.
        invoice_id: Vercel's id of the invoice.
        external_invoice_id: The partner's id of the invoice, if it has one.
        period: The billing period.
        amount: What is refunded in US dollars, a decimal string.
        reason: Why.
    """

    configuration: Configuration
    installation_id: str
    invoice_id: str
    external_invoice_id: str | None = None
    period: Period
    amount: str = field(converter=money)
    reason: str


@frozen(kw_only=True)
class MemberPayload:
    """A member of the team behind an installation.

    Attributes:
        configuration: The installation.
        installation_id: The same installation's id.
        member_id: The member, as `get_member` takes it.
        role: The role now. `"NONE"` means removed.
        global_user_id: The user across installations; needs a permission.
        user_email: The user's address; needs a permission.
    """

    configuration: Configuration
    installation_id: str
    member_id: str
    role: ChangedMemberRole | str
    global_user_id: str | None = None
    user_email: str | None = None


@frozen(kw_only=True)
class ResourceProjectPayload:
    """A resource and the project that it was connected to or disconnected from.

    Attributes:
        configuration: The installation.
        installation_id: The same installation's id.
        resource_id: The resource.
        project: The project; its name is given when it is connected.
        project_id: The same project's id.
        targets: The targets of deployment that it is about.
    """

    configuration: Configuration
    installation_id: str
    resource_id: str
    project: Project
    project_id: str
    targets: list[str] | None = None


@frozen(kw_only=True)
class ConfigurationPayload:
    """An installation that was changed or removed.

    Attributes:
        configuration: The installation, with what is known of its projects and scopes.
        installation_id: The same installation's id.
        projects: How the projects changed, with an upgraded permission.
        team: The team.
        user: Who did it.
    """

    configuration: Configuration
    installation_id: str
    projects: ProjectChanges | None = None
    team: Team | None = None
    user: User | None = None


@frozen(kw_only=True)
class TransferPayload:
    """An installation that another team has now.

    Attributes:
        configuration: The installation.
        installation_id: The same installation's id.
        previous_team_id: The team before.
        previous_account_id: The account before.
        new_team_id: The team now.
        new_account_id: The account now.
    """

    configuration: Configuration
    installation_id: str
    previous_team_id: str | None = None
    previous_account_id: str | None = None
    new_team_id: str | None = None
    new_account_id: str | None = None


@frozen(kw_only=True)
class DeploymentActionPayload:
    """An action of the integration's in a deployment.

    Attributes:
        configuration: The installation.
        installation_id: The same installation's id.
        resource_id: The resource that the action is for.
        action: The action's slug, as the integration declares it.
        deployment: The deployment.
    """

    configuration: Configuration
    installation_id: str
    resource_id: str
    action: str
    deployment: Deployment


@frozen(kw_only=True)
class DeploymentPayload:
    """A deployment that went on.

    Attributes:
        deployment: The deployment.
        project: Its project.
        target: Where it goes: `"production"`, `"staging"`, or `None` for a preview.
        alias: The names that it gets when it is ready.
        links: Where the dashboard shows it.
        plan: The customer's plan with Vercel.
        regions: Where it runs.
        team: The team.
        user: Who made it.
    """

    deployment: Deployment
    project: Project | None = None
    target: DeploymentTarget | str | None = None
    alias: list[str] | None = None
    links: DeploymentLinks | None = None
    plan: str | None = None
    regions: list[str] | None = None
    team: Team | None = None
    user: User | None = None


@frozen(kw_only=True)
class DeploymentRollbackPayload:
    """Two deployments, of which the older one comes back.

    Attributes:
        from_deployment_id: The one that is replaced.
        to_deployment_id: The one that comes back.
        project: Their project.
        team: The team.
        user: Who asked for it.
    """

    from_deployment_id: str
    to_deployment_id: str
    project: Project | None = None
    team: Team | None = None
    user: User | None = None
