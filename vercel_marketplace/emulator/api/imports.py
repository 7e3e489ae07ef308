"""The import of existing resources, by way of the partner's page. Pure."""

from datetime import datetime, timedelta
from typing import Final

from attrs import evolve

from vercel_marketplace.emulator.api.browser_urls import read_query, without_query
from vercel_marketplace.emulator.api.sso import add_code, without
from vercel_marketplace.emulator.integration import Code, Integration
from vercel_marketplace.emulator.state import State

_LIFETIME: Final = timedelta(hours=12)


def issue_import_state(integration: Integration, text: str, code: Code) -> Integration:
    """Issue the state of an import; it works once, for 12 hours."""
    return evolve(integration, imports=add_code(integration.imports, text, code))


def complete_import(
    state: State, installation_id: str, url: str, now: datetime
) -> tuple[State, str]:
    """Take the user back from the partner's page; the state of the import is then used up.

    Args:
        state: The state of the emulator.
        installation_id: The installation.
        url: Where the partner has sent the browser.
        now: The time.

    Returns:
        The state afterwards, and the resource that was imported.

    Raises:
        NotFoundError: The resource was not imported before.
        ValueError: Something of the URL is not as Vercel expects it.
    """
    given = read_query(url)
    text, imports = given.get("state"), state.integration.imports
    code = imports.get(text or "")
    if code is None:
        msg = "state: unknown or used before; send back the one that the import began with"
        raise ValueError(msg)
    if now - code.issued_at >= _LIFETIME:
        msg = "state: more than 12 hours old"
        raise ValueError(msg)
    if {given.get("installation_id"), code.sign_in.installation_id} != {installation_id}:
        msg = (
            f"installation_id: expected {code.sign_in.installation_id!r}, as the import began with"
        )
        raise ValueError(msg)
    if without_query(url) != without_query(code.redirect_uri or ""):
        msg = f"url: expected the return URL of the import, {code.redirect_uri!r}"
        raise ValueError(msg)
    resource_id = given.get("resource_id", "")
    state.installations[installation_id].find_resource(resource_id)
    integration = evolve(state.integration, imports=without(imports, text))
    return evolve(state, integration=integration), resource_id
