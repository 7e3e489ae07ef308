"""`Console`: what the control API and the page work on."""

import logging
from collections.abc import Iterator, Mapping
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from attrs import evolve, field, frozen

from vercel_marketplace.emulator import outbound_http
from vercel_marketplace.emulator.console.snapshot import Snapshot
from vercel_marketplace.emulator.known_secrets import find_named_secrets
from vercel_marketplace.emulator.partner.errors import PartnerError
from vercel_marketplace.emulator.request_log import LogLimits, RequestLog, size_of
from vercel_marketplace.http import HTTPRequest, HTTPResponse
from vercel_marketplace.models.events import ResourceUpdatedEvent

if TYPE_CHECKING:
    from vercel_marketplace.emulator.backend import Backend
    from vercel_marketplace.emulator.emulator import Emulator
    from vercel_marketplace.emulator.installation import EmulatedInstallation
    from vercel_marketplace.emulator.known_secrets import Mask
    from vercel_marketplace.emulator.partner.client import PartnerClient
    from vercel_marketplace.emulator.request_log import LogEntry
    from vercel_marketplace.emulator.store import Store

_CALL_LIMITS: Final = LogLimits(max_logged_requests=200)

_log = logging.getLogger("vercel_marketplace.emulator")


@frozen(kw_only=True)
class PartnerExchange:
    """A call to the partner, and what became of it.

    Attributes:
        at: When it was made, by the clock.
        installation_id: The installation that it was made for.
        operation: The method of the partner client.
        value: What the partner responded, as a model.
        error: What was wrong, if the call failed.
        request: The request that was sent last, if any.
        response: The response to it, if any.
    """

    at: datetime
    installation_id: str
    operation: str
    value: object = field(default=None, repr=False)
    error: PartnerError | None = None
    request: HTTPRequest | None = field(default=None, repr=False)
    response: HTTPResponse | None = field(default=None, repr=False)

    @property
    def size(self) -> int:
        """Bytes of memory, about: what was received is here as a model, too."""
        sent = 0 if self.request is None else size_of(self.request)
        received = 0 if self.response is None else len(self.response.content)
        return sent + 3 * received


class Console:
    """An emulator, and the partner's server that it calls.

    Args:
        emulator: The emulator.
        backend: What handles the requests to it.
        store: Its state.

    Attributes:
        emulator: The emulator.
        partner_url: The base URL of the partner's server, once it is known.
    """

    def __init__(self, emulator: "Emulator", backend: "Backend", store: "Store") -> None:
        self.emulator = emulator
        self._store = store
        self._backend = backend
        self.partner_url: str | None = None
        self._clients: dict[str, tuple[PartnerClient, _Recorder]] = {}
        self._exchanges = RequestLog[PartnerExchange]()
        self._followed: dict[str, int] = {}  # how many events of each installation
        self._lock = Lock()

    @property
    def requests(self) -> "list[LogEntry]":
        """The requests that reached the emulator, within its limits, the oldest first."""
        return self._backend.requests

    @property
    def exchanges(self) -> list[PartnerExchange]:
        """The newest calls to the partner, the oldest of them first."""
        return self._exchanges.snapshot()

    def make_mask(self) -> "Mask":
        """Return what masks all secrets that the emulator knows."""
        return self._store.make_mask()

    def snapshot(self) -> Snapshot:
        """Return the emulator as it is now, for a file."""
        return Snapshot(now=self.emulator.clock.now(), state=self._store.state)

    def restore(self, snapshot: Snapshot) -> None:
        """Put the emulator into the state of a snapshot; its clock and integration stay.

        Args:
            snapshot: The snapshot.
        """
        integration = self.emulator.integration
        ids = evolve(
            snapshot.state.integration,
            client_id=integration.client_id,
            client_secret=integration.client_secret,
            product_id=integration.product_id,
            issuer=integration.issuer,
        )
        self._store.reset(evolve(snapshot.state, integration=ids))
        self.emulator.installations.reload()
        self.forget()

    def installation(self, installation_id: str) -> "EmulatedInstallation":
        """Return an installation.

        Raises:
            LookupError: There is no such installation.
        """
        installation = self.emulator.installations.get(installation_id)
        if installation is None:
            msg = f"no installation {installation_id!r}"
            raise LookupError(msg)
        return installation

    def connect_partner(self, url: str) -> None:
        """Call this server from now on.

        Args:
            url: The base URL of the integration, without `/v1`.

        Raises:
            ValueError: The URL is not absolute, or ends in `/v1`.
        """
        self.emulator.partner(url)
        with self._lock:
            self.partner_url = url
            self._clients = {}
            self._follow_all()

    @property
    def has_news(self) -> bool:
        """Whether the connected partner has created events that were not followed yet."""
        return self.partner_url is not None and any(self._news())

    def synchronize(self) -> list[PartnerExchange]:
        """Read from the partner what it has created events about, and take over what it says.

        A served emulator does so after each event that comes in over HTTP.

        Returns:
            The calls to the partner.

        Raises:
            LookupError: No partner is connected.
        """
        with self._lock:
            self._check_partner()
            # What several events are about is read once.
            news = dict.fromkeys(self._news())
            self._follow_all()
        exchanges: list[PartnerExchange] = []
        for installation_id, resource_id in news:
            operation, arguments = "get_installation", dict[str, Any]()
            if resource_id is not None:
                operation = "get_resource"
                arguments = {"resource_id": resource_id, "take_over": True}
            try:
                exchanges.append(self.call_partner(installation_id, operation, arguments))
            except (LookupError, ValueError, ImportError) as error:
                _log.warning("%s after an event failed: %s", operation, error)
        return exchanges

    def call_partner(
        self, installation_id: str, operation: str, arguments: Mapping[str, Any]
    ) -> PartnerExchange:
        """Call the partner for an installation, and remember it.

        Args:
            installation_id: The installation.
            operation: A method of the partner client.
            arguments: The arguments of the method.

        Raises:
            LookupError: There is no such installation, or no partner is connected.
            ValueError: An id is not a valid path segment.
            ImportError: The extra `tokens` is not installed.
        """
        client, recorder = self._client(installation_id)
        at = self.emulator.clock.now()
        error = value = None
        with recorder.lock:
            recorder.request = recorder.response = None
            try:
                value = getattr(client, operation)(**arguments)
            except PartnerError as failure:
                error = failure
            exchange = PartnerExchange(
                at=at,
                installation_id=installation_id,
                operation=operation,
                value=value,
                error=error,
                request=recorder.request,
                response=recorder.response,
            )
        if recorder.response is not None:  # of which the state may have taken over nothing
            self._store.secrets.add(find_named_secrets(recorder.response.content))
        self._exchanges.append(exchange, _CALL_LIMITS)
        return exchange

    def forget(self) -> None:
        """Forget the calls, which requests to the partner were retries, and past events."""
        with self._lock:
            self._clients = {}
            self._exchanges.clear()
            self._follow_all()

    def _news(self) -> Iterator[tuple[str, str | None]]:
        """Yield the installation, and the resource if any, of each event that is to follow."""
        for name, installation in self._store.state.installations.items():
            unread = installation.event_count - self._followed.get(name, 0)
            for event in installation.events[-unread:] if unread else ():
                yield name, event.resource_id if isinstance(event, ResourceUpdatedEvent) else None

    def _follow_all(self) -> None:
        installations = self._store.state.installations.items()
        self._followed = {name: one.event_count for name, one in installations}

    def _check_partner(self) -> str:
        if self.partner_url is None:
            msg = "no partner is connected; PUT /_emulator/partner first"
            raise LookupError(msg)
        return self.partner_url

    def _client(self, installation_id: str) -> "tuple[PartnerClient, _Recorder]":
        installation = self.installation(installation_id)
        with self._lock:
            url = self._check_partner()
            if installation_id not in self._clients:
                recorder = _Recorder()
                client = installation.partner(url, transport=recorder)
                self._clients[installation_id] = client, recorder
            return self._clients[installation_id]


class _Recorder:
    """A transport over HTTP that remembers the last exchange.

    Attributes:
        lock: Held during a call, of which there is one at a time for each installation.
    """

    def __init__(self) -> None:
        self.lock = Lock()
        self.request: HTTPRequest | None = None
        self.response: HTTPResponse | None = None

    def send(self, request: HTTPRequest, /) -> HTTPResponse:
        """Send a request, and remember it and its response."""
        self.request, self.response = request, None
        response: HTTPResponse = outbound_http.send(request)
        self.response = response
        return response
