"""The payloads of events, by family.

A field is required where Vercel's reference has it for every event of the family; all others may
be `None`.
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
    """The installation, under the older name that Vercel has for it.

    Attributes:
        id: The installation's id, `icfg_…`.
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
    """One of the customer's projects.

    Attributes:
        id: The project's id.
        name: Its name, if given.
    """

    id: str
    name: str | None = None


@frozen(kw_only=True)
class ProjectChanges:
    """The change of the projects that an installation may see.

    Attributes:
        added: The ids of those it may see now.
        removed: The ids of those it may see no longer.
    """

    added: list[str] | None = None
    removed: list[str] | None = None


@frozen(kw_only=True)
class Team:
    """The team that an event concerns.

    Attributes:
        id: The team's id; `None` for a personal account.
    """

    id: str | None = None


@frozen(kw_only=True)
class User:
    """The user who caused an event.

    Attributes:
        id: The user's id, if there was one.
    """

    id: str | None = None


@frozen(kw_only=True)
class IntegrationResource:
    """A resource that an event concerns.

    Attributes:
        external_resource_id: The partner's id of the resource.
    """

    external_resource_id: str


@frozen(kw_only=True)
class Deployment:
    """A deployment.

    Attributes:
        id: The deployment's id.
        name: The project's name, as in the deployment's URL.
        url: The address of the deployment, without `https://`.
        meta: Facts about its origin, such as the commit.
        alias: Its aliases, where `deployment.cleanup` says so.
        target: Its target, where `deployment.cleanup` says so.
        custom_environment_id: Its custom environment, where `deployment.cleanup` says so.
        regions: Its regions, where `deployment.cleanup` says so.
    """

    id: str
    name: str | None = None
    url: str | None = None
    meta: dict[str, Any] | None = None
    alias: list[str] | None = None
    target: DeploymentTarget | str | None = None
    custom_environment_id: str | None = None
    regions: list[str] | None = None


@frozen(kw_only=True)
class Integration:
    """An installation that an event concerns, with its resources.

    Attributes:
        installation_id: The installation, `icfg_…`.
        resources: The resources of it that the event concerns.
    """

    installation_id: str
    resources: list[IntegrationResource] | None = None


@frozen(kw_only=True)
class Check:
    """A check of a deployment.

    Attributes:
        id: The check's id.
    """

    id: str


@frozen(kw_only=True)
class CheckRunSource:
    """What a check belongs to.

    Attributes:
        kind: `"integration"`. Expect others.
        integration_configuration_id: The installation, `icfg_…`.
        external_resource_id: The partner's id of the resource.
    """

    kind: str | None = None
    integration_configuration_id: str | None = None
    external_resource_id: str | None = None


@frozen(kw_only=True)
class CheckRun:
    """A run of a check, which `deployment.checkrun.start` asks for.

    Attributes:
        id: The id of the run.
        check_id: The id of the check.
        deployment_id: The id of the deployment to check.
        source: What the check belongs to.
        timeout: How long the run may take; Vercel does not document the unit.
    """

    id: str
    check_id: str | None = None
    deployment_id: str | None = None
    source: CheckRunSource | None = None
    timeout: float | None = None


@frozen(kw_only=True)
class DeploymentLinks:
    """The pages of a deployment in the dashboard.

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
        member_id: The member, as `get_member` expects it.
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
        user: The user who did it.
        integrations: The installation with its resources, on a removal.
    """

    configuration: Configuration
    installation_id: str
    projects: ProjectChanges | None = None
    team: Team | None = None
    user: User | None = None
    integrations: list[Integration] | None = None


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
    """One of the integration's actions in a deployment.

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
    """A deployment whose state changed.

    Attributes:
        deployment: The deployment.
        project: Its project.
        target: Where it goes: `"production"`, `"staging"`, or `None` for a preview.
        alias: The names that it gets when it is ready.
        links: Where the dashboard shows it.
        plan: The customer's plan with Vercel.
        regions: Where it runs.
        team: The team.
        user: The user who started it.
        integrations: The installations that it concerns, with their resources.
        check: The check to run again, of `deployment.check-rerequested`.
        check_run: The run that is asked for, of `deployment.checkrun.start`.
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
    integrations: list[Integration] | None = None
    check: Check | None = None
    check_run: CheckRun | None = None


@frozen(kw_only=True)
class DeploymentRollbackPayload:
    """Two deployments, of which the older one comes back.

    Attributes:
        from_deployment_id: The one that is replaced.
        to_deployment_id: The one that comes back.
        project: Their project.
        team: The team.
        user: The user who asked for it.
    """

    from_deployment_id: str
    to_deployment_id: str
    project: Project | None = None
    team: Team | None = None
    user: User | None = None
