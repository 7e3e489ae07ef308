"""Commands about an installation: what its team, its members and its customer do."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from vercel_marketplace.emulator.api.secrets import Environment
from vercel_marketplace.emulator.console.command import command, post_command
from vercel_marketplace.emulator.console.console import Console
from vercel_marketplace.emulator.console.seed import SeededInstallation
from vercel_marketplace.emulator.console.views import show_installation, show_model
from vercel_marketplace.emulator.namespaces.tokens import Tokens
from vercel_marketplace.models.account import Account

_INSTALLATION = "/installations/{installation_id}"
_INVOICE = f"{_INSTALLATION}/invoices/{{invoice_id}}"
_RESOURCE = f"{_INSTALLATION}/resources/{{resource_id}}"


@command("POST", "/installations")
def add_installation(
    console: Console, *, installation_id: str | None = None, account: Account | None = None
) -> dict[str, Any]:
    """Install the product for another team."""
    added = console.emulator.installations.add(installation_id, account=account)
    return show_installation(added, console.make_mask())


@command("GET", _INSTALLATION)
def get_installation(console: Console, *, installation_id: str) -> dict[str, Any]:
    """Return an installation with all that is in it, but for the values of secrets."""
    return show_installation(console.installation(installation_id), console.make_mask())


@command("POST", f"{_INSTALLATION}/uninstall")
def uninstall(console: Console, *, installation_id: str) -> None:
    """Remove the product, as the team, without a call to the partner."""
    console.installation(installation_id).team.uninstall()


@command("POST", "/seed")
def seed(console: Console, *, installations: Sequence[SeededInstallation]) -> list[dict[str, Any]]:
    """Add installations with their members, resources and projects, in order."""
    added = [one.add_to(console.emulator) for one in installations]
    mask = console.make_mask()
    return [show_installation(one, mask) for one in added]


# Members -------------------------------------------------------------------------------


@command("PUT", f"{_INSTALLATION}/members/{{member_id}}")
def add_member(
    console: Console,
    *,
    installation_id: str,
    member_id: str,
    role: str = "USER",
    email: str | None = None,
) -> None:
    """Add a member to the team, or change the role of one."""
    console.installation(installation_id).team.add_member(member_id, role=role, email=email)


@command("DELETE", f"{_INSTALLATION}/members/{{member_id}}")
def remove_member(console: Console, *, installation_id: str, member_id: str) -> None:
    """Remove a member from the team."""
    console.installation(installation_id).team.remove_member(member_id)


@command("POST", f"{_INSTALLATION}/sso-codes")
def issue_sso_code(
    console: Console,
    *,
    installation_id: str,
    member_id: str | None = None,
    state: str | None = None,
    redirect_uri: str | None = None,
) -> dict[str, str]:
    """Issue a code for a sign-in, which works once, for 10 minutes."""
    tokens = console.installation(installation_id).tokens
    code = tokens.issue_sso_code(member_id=member_id, state=state, redirect_uri=redirect_uri)
    return {"code": code}


def _make_url(
    name: str, console: Console, /, *, installation_id: str, **arguments: Any
) -> dict[str, str]:
    tokens = console.installation(installation_id).tokens
    return {"url": getattr(tokens, name)(**arguments)}


for _name, _path, _method in (
    ("open_in_provider", "open-in-provider", Tokens.sso_url),
    ("begin_import", "import", Tokens.import_url),
    ("connect_account", "connect-account", Tokens.oauth_url),
):
    post_command(_name, f"{_INSTALLATION}/{_path}", _method, partial(_make_url, _method.__name__))


@command("POST", f"{_INSTALLATION}/import/complete")
def complete_import(console: Console, *, installation_id: str, url: str) -> dict[str, str]:
    """Check the URL to which the partner has sent the browser, and return the resource."""
    return {"resourceId": console.installation(installation_id).resources.complete_import(url)}


# Resources -----------------------------------------------------------------------------


@command("GET", f"{_RESOURCE}/environment-variables")
def get_environment_variables(
    console: Console,
    *,
    installation_id: str,
    resource_id: str,
    environment: Environment = "production",
    project_id: str | None = None,
) -> dict[str, str]:
    """Return the environment variables of a connected project, with the values of secrets."""
    resources = console.installation(installation_id).resources
    return resources.environment_variables(resource_id, environment, project_id=project_id)


@command("POST", f"{_RESOURCE}/projects/{{project_id}}")
def connect_project(  # noqa: PLR0913 (one keyword per fact of a connection)
    console: Console,
    *,
    installation_id: str,
    resource_id: str,
    project_id: str,
    name: str | None = None,
    targets: Sequence[str] = ("production", "preview", "development"),
    prefix: str | None = None,
) -> None:
    """Connect a project of the team to a resource, whose secrets it then has."""
    team = console.installation(installation_id).team
    team.connect_project(
        project_id, resource_id=resource_id, name=name, targets=targets, prefix=prefix
    )


@command("DELETE", f"{_RESOURCE}/projects/{{project_id}}")
def disconnect_project(
    console: Console, *, installation_id: str, resource_id: str, project_id: str
) -> None:
    """Disconnect a project of the team from a resource."""
    team = console.installation(installation_id).team
    team.disconnect_project(project_id, resource_id=resource_id)


# Invoices ------------------------------------------------------------------------------


@command("GET", _INVOICE)
def get_invoice(console: Console, *, installation_id: str, invoice_id: str) -> dict[str, Any]:
    """Return an invoice, as it stands by the clock."""
    invoice = console.installation(installation_id).invoices.get(invoice_id)
    if invoice is None:
        msg = f"no invoice {invoice_id!r}"
        raise LookupError(msg)
    return show_model(invoice, console.make_mask())


@command("POST", f"{_INVOICE}/pay")
def pay_invoice(console: Console, *, installation_id: str, invoice_id: str) -> dict[str, Any]:
    """Pay an invoice, as the customer."""
    console.installation(installation_id).invoices.pay(invoice_id)
    return get_invoice(console, installation_id=installation_id, invoice_id=invoice_id)


@command("POST", f"{_INVOICE}/decline-payment")
def decline_payment(console: Console, *, installation_id: str, invoice_id: str) -> dict[str, Any]:
    """Decline a payment of an invoice, at most 9 times."""
    console.installation(installation_id).invoices.decline_payment(invoice_id)
    return get_invoice(console, installation_id=installation_id, invoice_id=invoice_id)


@command("POST", f"{_INVOICE}/complete-refund")
def complete_refund(console: Console, *, installation_id: str, invoice_id: str) -> dict[str, Any]:
    """Complete the refund that was requested of an invoice."""
    console.installation(installation_id).invoices.complete_refund(invoice_id)
    return get_invoice(console, installation_id=installation_id, invoice_id=invoice_id)


@command("POST", f"{_INVOICE}/schedule")
def schedule_invoice(
    console: Console, *, installation_id: str, invoice_id: str, moment: datetime
) -> dict[str, Any]:
    """Hold an invoice back until a moment before it goes to the customer."""
    console.installation(installation_id).invoices.schedule(invoice_id, moment)
    return get_invoice(console, installation_id=installation_id, invoice_id=invoice_id)
