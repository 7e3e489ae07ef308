"""`PartnerClient`: calls a partner's server, and keeps the emulator's state in step."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final, Protocol, TypeVar
from uuid import uuid4

from vercel_marketplace.emulator import outbound_http
from vercel_marketplace.emulator.jwt.claims import LIFETIME
from vercel_marketplace.emulator.partner import endpoints
from vercel_marketplace.emulator.partner.endpoints import Endpoint, build_request
from vercel_marketplace.emulator.partner.errors import PartnerError, PartnerUnreachableError
from vercel_marketplace.emulator.partner.forged_tokens import UserTokenIssuer, forged_tokens
from vercel_marketplace.emulator.partner.models import (
    PartnerBillingPlans,
    PartnerInstallation,
    PartnerResource,
    ProvisionedResource,
    RotatedSecrets,
    Uninstallation,
)
from vercel_marketplace.emulator.partner.state_changes import (
    InconsistentResponse,
    StateChange,
    apply_deletion,
    apply_installation,
    apply_provisioned,
    apply_rotation,
    apply_uninstallation,
    apply_update,
    call_secrets,
    check_resource,
    install_body,
    keep_unchanged,
)
from vercel_marketplace.emulator.partner.validation import (
    REJECTED_TOKEN_STATUSES,
    UNAVAILABLE,
    check_response,
    contract_error,
)
from vercel_marketplace.emulator.state import Installation
from vercel_marketplace.emulator.store import Store
from vercel_marketplace.errors import Issue
from vercel_marketplace.http import HTTPRequest, HTTPResponse, Transport
from vercel_marketplace.models.common import JSONValue
from vercel_marketplace.result import Err, Ok, Result
from vercel_marketplace.tokens.claims import TokenKind

V = TypeVar("V")

_LIFETIME: Final = timedelta(seconds=LIFETIME)

DEFAULT_SCOPES: Final = ("read-write:integration-resource", "read-write:marketplace-billing")
"""The scopes that `install` sends."""


class TokenIssuer(UserTokenIssuer, Protocol):
    """Signs the tokens of an installation."""

    def system_token(self) -> str:
        """Return the token of a call that Vercel makes for itself."""
        ...


class PartnerClient:
    """Calls a partner's server as Vercel does; `partner` of an emulator creates one.

    Each call carries a token that the emulator signs, and returns the partner's response. Each
    raises a `PartnerError`, whose text says what is wrong, if there is no response or it is not
    as Vercel expects it. The emulator's state follows the responses: a resource that the partner
    provisioned has its secrets in `environment_variables`, one that it deleted is gone.

    A call blocks until the partner has responded. An id that is not a valid path segment (`""`,
    `"."`, `".."`) is a `ValueError`, and nothing is sent.
    """

    def __init__(  # noqa: PLR0913 (keywords, and each is a part of the connection)
        self,
        store: Store,
        issuer: TokenIssuer,
        *,
        installation_id: str,
        product_id: str,
        url: str,
        timeout: float,
        transport: Transport | None = None,
    ) -> None:
        self._store = store
        self._issuer = issuer
        self._id = installation_id
        self._product = product_id
        self._server = outbound_http.parse_base_url(url, timeout)
        if self._server[0].endswith("/v1"):
            msg = "url is the base URL of the integration, which ends before /v1"
            raise ValueError(msg)
        outbound_http.check_transport(transport)
        self._timeout = timeout
        self._transport = transport
        self._terms: tuple[Sequence[str], Mapping[str, str]] = (DEFAULT_SCOPES, {})
        self._provisioned: dict[str, str] = {}  # resources by the request's idempotency key

    # The installation ------------------------------------------------------------------

    def install(
        self,
        *,
        scopes: Sequence[str] = DEFAULT_SCOPES,
        accepted_policies: Mapping[str, str] | None = None,
        idempotency_key: str | None = None,
    ) -> PartnerInstallation:
        """Send the installation and its access token to the partner; again to update it.

        `PUT /v1/installations/{installationId}`

        Args:
            scopes: What the partner may do.
            accepted_policies: When the customer accepted each policy, by the policy's name.
            idempotency_key: The key of the request that this one retries.
        """
        self._terms = scopes, accepted_policies or {}
        # No variable holds the body, which a traceback would show with its access token.
        return self._call(
            endpoints.INSTALL,
            body=install_body(self._installation, *self._terms),
            key=idempotency_key,
            change=apply_installation,
        ).unwrap()

    def get_installation(self) -> PartnerInstallation:
        """Read the installation from the partner.

        `GET /v1/installations/{installationId}`
        """
        return self._call(
            endpoints.GET_INSTALLATION, kind="system", change=apply_installation
        ).unwrap()

    def uninstall(
        self,
        *,
        cascade_resource_deletion: bool | None = None,
        reason: str | None = None,
        kind: TokenKind = "user",
        idempotency_key: str | None = None,
    ) -> Uninstallation:
        """Uninstall the product, as the team would.

        Then it is uninstalled in the emulator too, and removed at once if the partner responds
        that it is finalized.

        `DELETE /v1/installations/{installationId}`

        Args:
            cascade_resource_deletion: Whether its resources are deleted too.
            reason: The reason.
            kind: Whether a user uninstalls it, or Vercel.
            idempotency_key: The key of the request that this one retries.
        """
        body = {"cascadeResourceDeletion": cascade_resource_deletion, "reason": reason}
        return self._call(
            endpoints.UNINSTALL,
            body=body,
            kind=kind,
            key=idempotency_key,
            change=apply_uninstallation,
        ).unwrap()

    # Resources -------------------------------------------------------------------------

    def list_plans(self, product_id: str | None = None) -> PartnerBillingPlans:
        """List the billing plans that a customer may choose from.

        `GET /v1/products/{productSlug}/plans`

        Args:
            product_id: The product; that of the first resource if left out.
        """
        return self._call(endpoints.LIST_PLANS, product_id=product_id or self._product).unwrap()

    def provision_resource(  # noqa: PLR0913 (one keyword per property)
        self,
        *,
        name: str,
        billing_plan_id: str,
        product_id: str | None = None,
        metadata: Mapping[str, JSONValue] | None = None,
        external_id: str | None = None,
        idempotency_key: str | None = None,
    ) -> ProvisionedResource:
        """Provision a resource.

        `POST /v1/installations/{installationId}/resources`

        Args:
            name: The customer's name for it.
            billing_plan_id: The plan that the customer chose.
            product_id: The product; that of the first resource if left out.
            metadata: What the customer set, by the product's schema.
            external_id: The id that the partner put into a Deploy Button.
            idempotency_key: The key of the request that this one retries: the partner then
                returns the same resource.
        """
        product_id, key = product_id or self._product, idempotency_key or _new_key()
        body = {
            "productId": product_id,
            "name": name,
            "metadata": dict(metadata or {}),
            "billingPlanId": billing_plan_id,
            "externalId": external_id,
        }

        def change(
            before: Installation, response: ProvisionedResource, _now: datetime
        ) -> Installation:
            # Read and set under the store's lock: an earlier attempt may still be in flight.
            after = apply_provisioned(product_id, self._provisioned.get(key), before, response)
            self._provisioned[key] = response.id
            return after

        return self._call(endpoints.PROVISION, body=body, key=key, change=change).unwrap()

    def get_resource(self, resource_id: str) -> PartnerResource:
        """Read a resource from the partner.

        `GET /v1/installations/{installationId}/resources/{resourceId}`

        Args:
            resource_id: The resource, by the partner's id.
        """
        return self._call(
            endpoints.GET_RESOURCE,
            kind="system",
            change=partial(check_resource, resource_id),
            resource_id=resource_id,
        ).unwrap()

    def update_resource(
        self,
        resource_id: str,
        *,
        name: str | None = None,
        metadata: Mapping[str, JSONValue] | None = None,
        billing_plan_id: str | None = None,
        idempotency_key: str | None = None,
    ) -> PartnerResource:
        """Update a resource.

        `PATCH /v1/installations/{installationId}/resources/{resourceId}`

        Args:
            resource_id: The resource, by the partner's id.
            name: The customer's new name for it.
            metadata: What the customer set.
            billing_plan_id: The plan that the customer chose.
            idempotency_key: The key of the request that this one retries.
        """
        body = {"name": name, "metadata": metadata, "billingPlanId": billing_plan_id}
        return self._call(
            endpoints.UPDATE_RESOURCE,
            body=body,
            key=idempotency_key,
            change=partial(apply_update, resource_id),
            resource_id=resource_id,
        ).unwrap()

    def rotate_secrets(
        self,
        resource_id: str,
        *,
        reason: str | None = None,
        delay_old_secrets_expiration_hours: float | None = None,
        kind: TokenKind = "user",
        idempotency_key: str | None = None,
    ) -> RotatedSecrets:
        """Request new secrets of a resource.

        `POST /v1/installations/{installationId}/resources/{resourceId}/secrets/rotate`

        Args:
            resource_id: The resource, by the partner's id.
            reason: The reason.
            delay_old_secrets_expiration_hours: Hours for which the old ones stay valid.
            kind: Whether a user requests them, or Vercel.
            idempotency_key: The key of the request that this one retries.
        """
        body = {
            "reason": reason,
            "delayOldSecretsExpirationHours": delay_old_secrets_expiration_hours,
        }
        return self._call(
            endpoints.ROTATE_SECRETS,
            body=body,
            kind=kind,
            key=idempotency_key,
            change=partial(apply_rotation, resource_id),
            resource_id=resource_id,
        ).unwrap()

    def delete_resource(self, resource_id: str, *, idempotency_key: str | None = None) -> None:
        """Delete a resource.

        `DELETE /v1/installations/{installationId}/resources/{resourceId}`

        Args:
            resource_id: The resource, by the partner's id.
            idempotency_key: The key of the request that this one retries.
        """
        return self._call(
            endpoints.DELETE_RESOURCE,
            key=idempotency_key,
            change=partial(apply_deletion, resource_id),
            resource_id=resource_id,
        ).unwrap()

    # Forged tokens ---------------------------------------------------------------------

    def check_forged_tokens_are_rejected(self) -> None:
        """Check that the partner rejects requests without a token, or with a forged one.

        Each request repeats what `install` last sent, so that one that is let in does no harm.
        All of them must be refused with a 401 or 403; those that are not are the issues of the
        error.

        Raises:
            PartnerContractError: The partner accepted some of them.
            PartnerUnreachableError: There was no response to one of them.
        """
        self._check_forged_tokens_are_rejected().unwrap()

    # What all calls have in common -----------------------------------------------------

    @property
    def _installation(self) -> Installation:
        return self._store.state.installations[self._id]

    def _check_forged_tokens_are_rejected(self) -> Result[None, PartnerError]:
        body = install_body(self._installation, *self._terms)
        issues: list[Issue] = []
        request, response = None, None
        for forged in forged_tokens(self._issuer):
            sent = self._request(endpoints.INSTALL, body=body, token=forged.token)
            received = self._send(sent)
            if isinstance(received, PartnerUnreachableError):
                detail = f"{received.detail} (sent with {forged.what})"
                return Err(PartnerUnreachableError(sent, None, detail=detail))
            if received.status_code not in REJECTED_TOKEN_STATUSES:
                request, response = sent, received
                message = f"expected status 401 or 403, got {received.status_code}"
                issues.append(Issue(forged.what, message))
        if request is None or response is None:
            return Ok(None)
        return contract_error(request, response, *issues)

    def _call(
        self,
        endpoint: Endpoint[V],
        *,
        body: Mapping[str, object] | None = None,
        kind: TokenKind = "user",
        key: str | None = None,
        change: StateChange = keep_unchanged,
        **names: str,
    ) -> Result[V, PartnerError]:
        token = self._issuer.user_token() if kind == "user" else self._issuer.system_token()
        request = self._request(endpoint, body=body, kind=kind, key=key, token=token, **names)
        response = self._send(request)
        if isinstance(response, PartnerError):
            return Err(response)
        secrets = (
            token,
            self._store.state.integration.client_secret,
            *call_secrets(self._installation),
        )
        result = check_response(endpoint, request, response, secrets=secrets, hints=self._hints)
        if isinstance(result, Err):
            return result
        try:
            self._store.update_installation(
                self._id, lambda before, now: change(before, result.value, now)
            )
        except InconsistentResponse as error:
            return contract_error(request, response, error.issue)
        return result

    def _request(
        self,
        endpoint: Endpoint[Any],
        *,
        token: str | None,
        body: Mapping[str, object] | None = None,
        kind: TokenKind = "user",
        key: str | None = None,
        **names: str,
    ) -> HTTPRequest:
        return build_request(
            endpoint,
            self._server,
            names={"installation_id": self._id, **names},
            body=body,
            token=token,
            kind=kind,
            idempotency_key=key or _new_key(),
            timeout=self._timeout,
        )

    def _send(self, request: HTTPRequest) -> HTTPResponse | PartnerUnreachableError:
        try:
            response = outbound_http.send(request, self._transport)
        except (ConnectionError, TimeoutError) as error:  # the SDK's are subclasses
            return PartnerUnreachableError(request, None, detail=str(error))
        if not isinstance(response, HTTPResponse):
            msg = f"the transport must return an HTTPResponse, got {type(response).__name__}"
            raise TypeError(msg)
        return response

    @property
    def _hints(self) -> dict[int, str]:
        """What to check in a partner whose status has to do with tokens, by that status."""
        client_id, now = self._store.state.integration.client_id, self._store.clock.now()
        token = (
            f"The token was signed by this process, with the key in the emulator's jwks, for the "
            f"client id {client_id}, at {now:%Y-%m-%dT%H:%M:%SZ} by the emulator's clock."
        )
        if abs(now - datetime.now(UTC)) > _LIFETIME:
            token += " Emulator(RunningClock()) goes by the real time."
        keys = (
            "Can it fetch the keys? While `serve` of the emulator runs they are at its URL, in "
            "/.well-known/jwks."
        )
        return {**dict.fromkeys(REJECTED_TOKEN_STATUSES, token), UNAVAILABLE: keys}


def _new_key() -> str:
    return str(uuid4())
