"""`PartnerClient`: calls a partner's server, and lets the emulator know what came of it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol
from uuid import uuid4

from vercel_marketplace.emulator import outbound_http
from vercel_marketplace.emulator.jwt.claims import LIFETIME
from vercel_marketplace.emulator.partner import endpoints, state_changes
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
from vercel_marketplace.emulator.partner.state_changes import StateChange
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

_LIFETIME: Final = timedelta(seconds=LIFETIME)

DEFAULT_SCOPES: Final = ("read-write:integration-resource", "read-write:marketplace-billing")
"""What `install` says that the partner may do."""


class TokenIssuer(UserTokenIssuer, Protocol):
    """What signs the tokens of an installation."""

    def system_token(self) -> str:
        """The token of a call in which Vercel acts for itself."""
        ...


class PartnerClient:
    """A partner's server, called as Vercel calls it; `partner` of an emulator returns one.

    Each call carries a token that the emulator signs, and comes back as a `Result`: `Ok` with
    what the partner said, or `Err` with a `PartnerError`, whose text says what is wrong with
    it. What a partner has done the emulator knows: a resource that it provisioned has its
    secrets in `environment_variables`, one that it deleted is gone.

    A call blocks until the partner has answered. An id that no path can name (`""`, `"."`,
    `".."`) is a `ValueError`, and nothing is sent.
    """

    def __init__(  # noqa: PLR0913 (keywords, and each is a part of the connection)
        self,
        store: Store,
        signs: TokenIssuer,
        *,
        installation_id: str,
        product_id: str,
        url: str,
        timeout: float,
        transport: Transport | None = None,
    ) -> None:
        """Call it for one installation."""
        self._store = store
        self._signs = signs
        self._id = installation_id
        self._product = product_id
        self._server = outbound_http.parse_base_url(url, timeout)
        if self._server[0].endswith("/v1"):
            msg = "url is the base URL of the integration, which ends before /v1"
            raise ValueError(msg)
        self._timeout = timeout
        self._transport = transport
        self._terms: tuple[Sequence[str], Mapping[str, str]] = (DEFAULT_SCOPES, {})
        self._provisioned: dict[str, str] = {}  # resources by the key that they were asked with

    # The installation ------------------------------------------------------------------

    def install(
        self,
        *,
        scopes: Sequence[str] = DEFAULT_SCOPES,
        accepted_policies: Mapping[str, str] | None = None,
        idempotency_key: str | None = None,
    ) -> Result[PartnerInstallation, PartnerError]:
        """Let the partner know of the installation and its access token; again to update it.

        `PUT /v1/installations/{installationId}`

        Args:
            scopes: What the partner may do.
            accepted_policies: When the customer accepted each policy, by its name.
            idempotency_key: That of the request which this one repeats.
        """
        self._terms = scopes, accepted_policies or {}
        body = state_changes.install_body(self._installation, *self._terms)
        return self._call(
            endpoints.INSTALL,
            body=body,
            key=idempotency_key,
            change=state_changes.apply_installation,
        )

    def get_installation(self) -> Result[PartnerInstallation, PartnerError]:
        """What the partner says of the installation.

        `GET /v1/installations/{installationId}`
        """
        return self._call(
            endpoints.GET_INSTALLATION, kind="system", change=state_changes.apply_installation
        )

    def uninstall(
        self,
        *,
        cascade_resource_deletion: bool | None = None,
        reason: str | None = None,
        kind: TokenKind = "user",
        idempotency_key: str | None = None,
    ) -> Result[Uninstallation, PartnerError]:
        """Let the team remove the product.

        Then it has been removed here too, as by `uninstall` of the emulator, and is over at
        once if the partner says that it is finalized.

        `DELETE /v1/installations/{installationId}`

        Args:
            cascade_resource_deletion: Whether its resources go with it.
            reason: Why.
            kind: Whether a user removes it, or Vercel.
            idempotency_key: That of the request which this one repeats.
        """
        body = {"cascadeResourceDeletion": cascade_resource_deletion, "reason": reason}
        return self._call(
            endpoints.UNINSTALL,
            body=body,
            kind=kind,
            key=idempotency_key,
            change=state_changes.apply_uninstallation,
        )

    # Resources -------------------------------------------------------------------------

    def list_plans(
        self, product_id: str | None = None
    ) -> Result[PartnerBillingPlans, PartnerError]:
        """The billing plans that a customer may choose from.

        `GET /v1/products/{productSlug}/plans`

        Args:
            product_id: The product; that of the first resource if left out.
        """
        return self._call(endpoints.LIST_PLANS, product_id=product_id or self._product)

    def provision_resource(  # noqa: PLR0913 (one keyword per property)
        self,
        *,
        name: str,
        billing_plan_id: str,
        product_id: str | None = None,
        metadata: Mapping[str, JSONValue] | None = None,
        external_id: str | None = None,
        idempotency_key: str | None = None,
    ) -> Result[ProvisionedResource, PartnerError]:
        """Let the customer have a resource.

        `POST /v1/installations/{installationId}/resources`

        Args:
            name: What the customer calls it.
            billing_plan_id: The plan that the customer chose.
            product_id: The product; that of the first resource if left out.
            metadata: What the customer set, by the product's schema.
            external_id: What the partner gave a Deploy Button along.
            idempotency_key: That of the request which this one repeats: the partner then
                answers with the same resource.
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
            before: Installation, answer: ProvisionedResource, now: datetime
        ) -> Installation:
            # Looked up and kept in the store's turn: the first request may be under way still.
            apply_provisioned = state_changes.apply_provisioned(
                product_id, self._provisioned.get(key)
            )
            after = apply_provisioned(before, answer, now)
            self._provisioned[key] = answer.id
            return after

        return self._call(endpoints.PROVISION, body=body, key=key, change=change)

    def get_resource(self, resource_id: str) -> Result[PartnerResource, PartnerError]:
        """What the partner says of a resource.

        `GET /v1/installations/{installationId}/resources/{resourceId}`

        Args:
            resource_id: The resource, by the partner's id.
        """
        return self._call(
            endpoints.GET_RESOURCE,
            kind="system",
            change=state_changes.check_is_same_resource(resource_id),
            resource_id=resource_id,
        )

    def update_resource(
        self,
        resource_id: str,
        *,
        name: str | None = None,
        metadata: Mapping[str, JSONValue] | None = None,
        billing_plan_id: str | None = None,
        idempotency_key: str | None = None,
    ) -> Result[PartnerResource, PartnerError]:
        """Let the customer change a resource.

        `PATCH /v1/installations/{installationId}/resources/{resourceId}`

        Args:
            resource_id: The resource, by the partner's id.
            name: What the customer calls it from now on.
            metadata: What the customer set.
            billing_plan_id: The plan that the customer chose.
            idempotency_key: That of the request which this one repeats.
        """
        body = {"name": name, "metadata": metadata, "billingPlanId": billing_plan_id}
        return self._call(
            endpoints.UPDATE_RESOURCE,
            body=body,
            key=idempotency_key,
            change=state_changes.apply_update(resource_id),
            resource_id=resource_id,
        )

    def rotate_secrets(
        self,
        resource_id: str,
        *,
        reason: str | None = None,
        delay_old_secrets_expiration_hours: float | None = None,
        kind: TokenKind = "user",
        idempotency_key: str | None = None,
    ) -> Result[RotatedSecrets, PartnerError]:
        """Ask for new secrets of a resource.

        `POST /v1/installations/{installationId}/resources/{resourceId}/secrets/rotate`

        Args:
            resource_id: The resource, by the partner's id.
            reason: Why.
            delay_old_secrets_expiration_hours: Hours for which the old ones stay good.
            kind: Whether a user asks, or Vercel.
            idempotency_key: That of the request which this one repeats.
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
            change=state_changes.apply_rotation(resource_id),
            resource_id=resource_id,
        )

    def delete_resource(
        self, resource_id: str, *, idempotency_key: str | None = None
    ) -> Result[None, PartnerError]:
        """Let the customer delete a resource.

        `DELETE /v1/installations/{installationId}/resources/{resourceId}`

        Args:
            resource_id: The resource, by the partner's id.
            idempotency_key: That of the request which this one repeats.
        """
        return self._call(
            endpoints.DELETE_RESOURCE,
            key=idempotency_key,
            change=state_changes.apply_deletion(resource_id),
            resource_id=resource_id,
        )

    # Strangers -------------------------------------------------------------------------

    def check_forged_tokens_are_rejected(self) -> Result[None, PartnerError]:
        """Call it as strangers would, who have no token, or one that is not Vercel's for this.

        Each sends what `install` last did, which a partner that lets it in has lost nothing by.
        All of them are to be refused with a 401 or 403; those that are not are the issues of the
        error.
        """
        body = state_changes.install_body(self._installation, *self._terms)
        issues: list[Issue] = []
        request, response = None, None
        for forgery in forged_tokens(self._signs):
            sent = self._request(endpoints.INSTALL, body=body, token=forgery.token)
            answered = self._send(sent)
            if isinstance(answered, PartnerUnreachableError):
                detail = f"{answered.detail} (sent with {forgery.what})"
                return Err(PartnerUnreachableError(sent, None, detail=detail))
            if answered.status_code not in REJECTED_TOKEN_STATUSES:
                request, response = sent, answered
                message = f"expected status 401 or 403, got {answered.status_code}"
                issues.append(Issue(forgery.what, message))
        if request is None or response is None:
            return Ok(None)
        return contract_error(request, response, *issues)

    # What all calls have in common -----------------------------------------------------

    @property
    def _installation(self) -> Installation:
        return self._store.state.installations[self._id]

    def _call(
        self,
        endpoint: Endpoint,
        *,
        body: Mapping[str, object] | None = None,
        kind: TokenKind = "user",
        key: str | None = None,
        change: StateChange = state_changes.keep_unchanged,
        **names: str,
    ) -> Result[Any, PartnerError]:
        token = self._signs.user_token() if kind == "user" else self._signs.system_token()
        request = self._request(endpoint, body=body, kind=kind, key=key, token=token, **names)
        response = self._send(request)
        if isinstance(response, PartnerError):
            return Err(response)
        secrets = (token, *state_changes.call_secrets(self._installation))
        result = check_response(endpoint, request, response, secrets=secrets, hints=self._hints)
        if isinstance(result, Err):
            return result
        try:
            self._store.update_installation(
                self._id, lambda before, now: change(before, result.value, now)
            )
        except state_changes.InconsistentResponse as contradiction:
            return contract_error(request, response, contradiction.issue)
        return result

    def _request(
        self,
        endpoint: Endpoint,
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
        except (ConnectionError, TimeoutError) as error:  # those of the SDK are of these kinds
            return PartnerUnreachableError(request, None, detail=str(error))
        if not isinstance(response, HTTPResponse):
            msg = f"a transport answers with an HTTPResponse, not {type(response).__name__}"
            raise TypeError(msg)
        return response

    @property
    def _hints(self) -> dict[int, str]:
        """What a partner is to look at that answers with a status which has to do with tokens."""
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
