"""What the partner says of an installation: its state, its plan, its notification. Pure."""

import re
from datetime import datetime
from typing import Any, Final

from attrs import asdict, evolve

from vercel_marketplace.emulator.api.errors import bad_request
from vercel_marketplace.emulator.state import Installation
from vercel_marketplace.models.common import Notification
from vercel_marketplace.models.installations import (
    UpdateInstallationRequest,
    UpdateInstallationRequestBody,
)
from vercel_marketplace.models.resources import UpdateResourceRequestBody
from vercel_marketplace.models.unset import Unset

HREF: Final = re.compile(r"https?://|sso:")
"""How the link of a notification begins."""

_HREFS: Final = 'expected "http://…", "https://…" or "sso:…"'


def update_installation(
    installation: Installation, request: UpdateInstallationRequest, _now: datetime
) -> tuple[Installation, None]:
    """Change what is given, and nothing without a body."""
    if request.request_body is None:
        return installation, None
    body = evolve(installation.body, **changed_fields(request.request_body))
    return evolve(installation, body=body), None


def changed_fields(
    body: UpdateInstallationRequestBody | UpdateResourceRequestBody,
) -> dict[str, Any]:
    """The fields that a change gives, by their names.

    A notification may be cleared: by null, or by a string, for which nobody says what it is for.

    Raises:
        APIError: 400, the notification leads nowhere.
    """
    check_notification(body.notification)
    given = asdict(body, recurse=False, filter=lambda field, value: value is not field.default)
    if isinstance(body.notification, str):
        given["notification"] = None
    return given


def check_notification(notification: Notification | str | Unset | None) -> None:
    """Refuse a link of another kind than Vercel documents.

    Raises:
        APIError: 400, it is one.
    """
    href = notification.href if isinstance(notification, Notification) else None
    if href is not None and not HREF.match(href):
        raise bad_request(path="notification.href", message=_HREFS)
