"""The connection to a partner's server: each call is signed, sent, checked, and applied."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final, Protocol
from uuid import uuid4

from vercel_marketplace.emulator import outbound_http
from vercel_marketplace.emulator.jwt.claims import LIFETIME
from vercel_marketplace.emulator.partner.errors import PartnerError, PartnerUnreachableError
from vercel_marketplace.emulator.partner.forged_tokens import UserTokenIssuer
from vercel_marketplace.emulator.partner.requests import build_request
from vercel_marketplace.emulator.partner.state_changes import (
    InconsistentResponse,
    InstallationChange,
    StateChange,
    call_secrets,
    change_installation,
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
from vercel_marketplace.http import HTTPRequest, HTTPResponse, Transport
from vercel_marketplace.partner.operation import (
    AnyPartnerOperation,
    PartnerOperation,
    RequestT,
    ValueT,
)
from vercel_marketplace.result import Err, Result
from vercel_marketplace.tokens.claims import TokenKind

_LIFETIME: Final = timedelta(seconds=LIFETIME)
# The installation's claims are null before there is one.
_BEFORE_INSTALLATION: Final = {"sub": None, "account_id": None, "installation_id": None}


class TokenIssuer(UserTokenIssuer, Protocol):
    """Signs the tokens of an installation."""

    def system_token(self, *, claims: Mapping[str, Any] | None = ...) -> str:
        """Return the token of a call that Vercel makes for itself.

        Args:
            claims: Claims to set in place of the usual ones.
        """
        ...


class PartnerConnection:
    """Calls a partner's server for one installation.

    Args:
        store: The emulator's state.
        issuer: Signs the tokens.
        installation_id: The installation.
        url: The base URL of the integration, without `/v1`.
        timeout: Seconds to connect, and to wait for a response.
        transport: A transport in place of HTTP.
    """

    def __init__(  # noqa: PLR0913 (keywords, and each is a part of the connection)
        self,
        store: Store,
        issuer: TokenIssuer,
        *,
        installation_id: str,
        url: str,
        timeout: float,
        transport: Transport | None = None,
    ) -> None:
        self.issuer = issuer
        self._store = store
        self._id = installation_id
        self._server = outbound_http.parse_base_url(url, timeout)
        if self._server[0].endswith("/v1"):
            msg = "url is the base URL of the integration, which ends before /v1"
            raise ValueError(msg)
        outbound_http.check_transport(transport)
        self._timeout = timeout
        self._transport = transport

    @property
    def installation(self) -> Installation:
        """The installation as it is now."""
        return self._store.state.installations[self._id]

    def call(  # noqa: PLR0913 (keywords, and each is a part of the call)
        self,
        operation: PartnerOperation[RequestT, ValueT],
        request: RequestT,
        *,
        kind: TokenKind,
        key: str | None = None,
        change: StateChange = keep_unchanged,
        before_installation: bool = False,
    ) -> Result[ValueT, PartnerError]:
        """Call the partner, and apply the response to the state.

        Args:
            operation: The operation.
            request: The request, of the operation's class.
            kind: Whether the call is a user's or Vercel's own.
            key: The idempotency key; a new one if omitted.
            change: What the response changes.
            before_installation: Whether the token is one from before there is an installation;
                only Vercel's own is.
        """
        token = self._sign(kind, before_installation=before_installation)
        sent = self.build_request(operation, request, token=token, kind=kind, key=key)
        response = self.send(sent)
        if isinstance(response, PartnerError):
            return Err(response)
        secrets = (
            token,
            self._store.state.integration.client_secret,
            *call_secrets(self.installation),
        )
        result = check_response(operation, sent, response, secrets=secrets, hints=self._hints)
        if isinstance(result, Err):
            return result
        try:
            self._store.update(lambda state, now: (change(state, result.value, now), None))
        except InconsistentResponse as error:
            return contract_error(sent, response, error.issue)
        return result

    def build_request(
        self,
        operation: AnyPartnerOperation,
        request: object,
        *,
        token: str | None,
        kind: TokenKind,
        key: str | None = None,
    ) -> HTTPRequest:
        """Return the HTTP request of an operation.

        Args:
            operation: The operation.
            request: The request, of the operation's class.
            token: The bearer token; `None` for a request without one.
            kind: Whether the token is a user's or Vercel's own.
            key: The idempotency key; a new one if omitted.
        """
        return build_request(
            operation,
            request,
            self._server,
            token=token,
            kind=kind,
            idempotency_key=key or new_key(),
            timeout=self._timeout,
        )

    def send(self, request: HTTPRequest) -> HTTPResponse | PartnerUnreachableError:
        """Send a request, and return the response, or the error if there is none."""
        try:
            response = outbound_http.send(request, self._transport)
        except (ConnectionError, TimeoutError) as error:  # the SDK's are subclasses
            return PartnerUnreachableError(request, None, detail=str(error))
        if not isinstance(response, HTTPResponse):
            msg = f"the transport must return an HTTPResponse, got {type(response).__name__}"
            raise TypeError(msg)
        return response

    def _sign(self, kind: TokenKind, *, before_installation: bool) -> str:
        if kind == "user":
            return self.issuer.user_token()
        return self.issuer.system_token(
            claims=_BEFORE_INSTALLATION if before_installation else None
        )

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


class PartnerCalls:
    """What the calls of each topic share."""

    _connection: PartnerConnection
    _id: str  # the installation
    _product: str

    def _own(self, change: InstallationChange) -> StateChange:
        """Return the change of the state that is one of this installation."""
        return partial(change_installation, self._id, change)


def new_key() -> str:
    """Return an idempotency key that no other request has."""
    return str(uuid4())
