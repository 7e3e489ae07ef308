"""The endpoints of the partner API, and the requests to them. Pure.

https://vercel.com/docs/integrations/create-integration/marketplace-api/reference/partner
"""

from collections.abc import Mapping
from typing import Any, Final, Generic, TypeVar
from urllib.parse import quote

from attrs import frozen

from vercel_marketplace._internal.json import is_text
from vercel_marketplace.emulator.api.responses import to_json
from vercel_marketplace.emulator.partner.models import (
    DOT_SEGMENTS,
    PartnerBillingPlans,
    PartnerInstallation,
    PartnerResource,
    ProvisionedResource,
    RotatedSecrets,
    Uninstallation,
)
from vercel_marketplace.http import Headers, HTTPRequest
from vercel_marketplace.tokens.claims import AUTH_HEADER, TokenKind

IDEMPOTENCY_KEY: Final = "idempotency-key"
"""The header that is the same when Vercel retries a request."""


V = TypeVar("V")


@frozen
class Endpoint(Generic[V]):
    """An endpoint of the partner API.

    Attributes:
        method: The HTTP method.
        path: The path below `/v1`, with parameters in braces.
        responses: The model of the body by documented status; `None` for no body.
    """

    method: str
    path: str
    responses: Mapping[int, type[V] | None]


_INSTALLATION: Final = "/installations/{installation_id}"
_RESOURCE: Final = f"{_INSTALLATION}/resources/{{resource_id}}"

INSTALL: Final = Endpoint[PartnerInstallation](
    "PUT", _INSTALLATION, {200: PartnerInstallation, 204: None}
)
GET_INSTALLATION: Final = Endpoint[PartnerInstallation](
    "GET", _INSTALLATION, {200: PartnerInstallation}
)
UNINSTALL: Final = Endpoint[Uninstallation](
    "DELETE", _INSTALLATION, {200: Uninstallation, 204: None}
)
LIST_PLANS: Final = Endpoint[PartnerBillingPlans](
    "GET", "/products/{product_id}/plans", {200: PartnerBillingPlans}
)
PROVISION: Final = Endpoint[ProvisionedResource](
    "POST", f"{_INSTALLATION}/resources", {200: ProvisionedResource}
)
GET_RESOURCE: Final = Endpoint[PartnerResource]("GET", _RESOURCE, {200: PartnerResource})
UPDATE_RESOURCE: Final = Endpoint[PartnerResource]("PATCH", _RESOURCE, {200: PartnerResource})
DELETE_RESOURCE: Final = Endpoint[None]("DELETE", _RESOURCE, {204: None})
# If it is not done yet, Vercel's guide documents a 202, the reference page a 200.
ROTATE_SECRETS: Final = Endpoint[RotatedSecrets](
    "POST", f"{_RESOURCE}/secrets/rotate", {200: RotatedSecrets, 202: RotatedSecrets}
)


def build_request(  # noqa: PLR0913 (keywords, and each is a part of the request)
    endpoint: Endpoint[Any],
    server: tuple[str, str],
    *,
    names: Mapping[str, str],
    body: Mapping[str, object] | None,
    token: str | None,
    kind: TokenKind,
    idempotency_key: str,
    timeout: float,
) -> HTTPRequest:
    """Return the request to an endpoint.

    Args:
        endpoint: The endpoint.
        server: The base URL, and the query after the path.
        names: The path's parameters.
        body: The body; properties that are `None` are left out.
        token: The bearer token; `None` for a request without one.
        kind: Whether the token is a user's or Vercel's own.
        idempotency_key: Identifies retries of a request that changes something.
        timeout: Seconds that it may take.

    Raises:
        ValueError: A path parameter is not a valid path segment.
    """
    headers = {"accept": "application/json", AUTH_HEADER: kind}
    if token is not None:
        headers["authorization"] = f"Bearer {token}"
    if endpoint.method != "GET":
        headers[IDEMPOTENCY_KEY] = idempotency_key
    content = None
    if body is not None:
        headers["content-type"] = "application/json"
        content = to_json({name: value for name, value in body.items() if value is not None})
    base, query = server
    path = endpoint.path.format_map({name: _segment(name, value) for name, value in names.items()})
    return HTTPRequest(
        method=endpoint.method,
        url=f"{base}/v1{path}{query}",
        headers=Headers(headers),
        content=content,
        timeout=timeout,
    )


def _segment(name: str, value: str) -> str:
    if not value or value in DOT_SEGMENTS or not is_text(value):
        msg = f"{name} must not be {value!r}: not a valid path segment"
        raise ValueError(msg)
    return quote(value, safe="")
