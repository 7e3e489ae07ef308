"""Updates of an installation by the partner: its state, plan and notification. Pure."""

from datetime import datetime
from typing import Any, Final

from attrs import asdict, evolve

from vercel_marketplace.emulator.api.errors import bad_request
from vercel_marketplace.emulator.api.registry import handles
from vercel_marketplace.emulator.state import Installation
from vercel_marketplace.funcs.update_installation import OPERATION as UPDATE_INSTALLATION
from vercel_marketplace.models.common import Notification
from vercel_marketplace.models.installations import (
    UpdateInstallationRequest,
    UpdateInstallationRequestBody,
)
from vercel_marketplace.models.resources import UpdateResourceRequestBody
from vercel_marketplace.models.unset import Unset
from vercel_marketplace.partner.models._checks import LINK

HREFS: Final = 'expected "http://…", "https://…" or "sso:…"'
"""What is wrong with another link."""


@handles(UPDATE_INSTALLATION)
def update_installation(
    installation: Installation, request: UpdateInstallationRequest, _now: datetime
) -> tuple[Installation, None]:
    """Change the given properties; without a body nothing changes."""
    if request.request_body is None:
        return installation, None
    body = evolve(installation.body, **changed_fields(request.request_body))
    return evolve(installation, body=body), None


def changed_fields(
    body: UpdateInstallationRequestBody | UpdateResourceRequestBody,
) -> dict[str, Any]:
    """Return the fields that an update sets, by name.

    A notification is cleared by null, or by a string, whose meaning is not documented.

    Raises:
        APIError: 400, the notification's link is not valid.
    """
    check_notification(body.notification)
    fields = asdict(body, recurse=False, filter=lambda field, value: value is not field.default)
    if isinstance(body.notification, str):
        fields["notification"] = None
    return fields


def check_notification(notification: Notification | str | Unset | None) -> None:
    """Refuse a link of a kind that Vercel does not document.

    Raises:
        APIError: 400, the notification's link is not valid.
    """
    href = notification.href if isinstance(notification, Notification) else None
    if href is not None and not LINK.match(href):
        raise bad_request(path="notification.href", message=HREFS)
