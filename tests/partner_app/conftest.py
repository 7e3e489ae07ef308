"""The partner application and an emulated Vercel, in one process and at one time."""

import asyncio
import sqlite3
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from attrs import define, field, frozen
from fastapi.testclient import TestClient
from outbox import find_invoice
from partner_app import Services, Settings, billing, create_app, refunds
from partner_app.storage import ledger

from vercel_marketplace import Headers, HTTPResponse
from vercel_marketplace.emulator import Emulator
from vercel_marketplace.partner import SQLiteIdempotencyStore

PATH = "/v1/installations/{}"


@frozen
class Invoice:
    """An invoice in the partner's books: what the outbox knows, and what webhooks said."""

    total: Decimal
    vercel_id: str
    outcome: str
    state: str | None


@define
class Acme:
    """The partner, Vercel, and what goes on between them."""

    vercel: Emulator
    services: Services
    http: TestClient
    inbox: list[Any] = field(factory=list)
    _keys: Any = field(factory=count)

    def headers(self, installation=None, *, system=False, **more):
        """What a call of Vercel's has; the header `authorization` may be given."""
        one = installation or self.vercel
        token = one.tokens.system_token() if system else one.tokens.user_token()
        return {
            "authorization": f"Bearer {token}",
            "x-vercel-auth": "system" if system else "user",
            "idempotency-key": f"key_{next(self._keys)}",
            **more,
        }

    def call(self, method, path="", *, body=None, installation=None, headers=None, **more):
        """A call of Vercel's, to a path below the installation's."""
        one = installation or self.vercel
        return self.http.request(
            method,
            PATH.format(one.installation_id) + path,
            json=body,
            headers=headers or self.headers(one, **more),
        )

    def client(self, installation=None):
        """The emulator's calls to the application, checked by Vercel's contract."""
        return (installation or self.vercel).partner("https://acme.example", transport=self)

    def send(self, request):
        """Hand a call of the emulator's to the application."""
        response = self.http.request(
            request.method,
            request.url,
            content=request.content,
            headers=dict(request.headers),
        )
        headers = Headers(response.headers.items())
        return HTTPResponse(response.status_code, headers=headers, content=response.content)

    def add_team(self):
        """Another team that has installed the product."""
        another = self.vercel.installations.add()
        assert self.install(another).status_code == 200
        return another

    def sso_path(self, **parameters):
        """Where Vercel's dashboard sends a user."""
        return self.vercel.tokens.sso_url("https://acme.example/sso/callback", **parameters)

    def install(self, installation=None, token=None):
        """A team installs the product."""
        one = installation or self.vercel
        body = {
            "scopes": ["read:project"],
            "acceptedPolicies": {"terms": "2026-01-01T00:00:00.000Z"},
            "credentials": {"access_token": token or one.token, "token_type": "Bearer"},
            "account": {"name": "Team", "url": "https://vercel.com/team", "contact": None},
        }
        return self.call("PUT", body=body, installation=one)

    def provision(self, installation=None, *, plan="pro", name="main", **more):
        """A team gets a database."""
        body = {
            "productId": "acme-postgres",
            "name": name,
            "metadata": {"region": "fra1"},
            "billingPlanId": plan,
        }
        return self.call("POST", "/resources", body=body, installation=installation, **more).json()

    def bill(self):
        """The hourly run."""
        return self.run(billing.run_hourly(self.services, self.vercel.clock.now()))

    def refund(self, external_id, total, reason="Outage"):
        """A refund."""
        installation_id = self.vercel.installation_id
        return self.run(
            refunds.refund(self.services, installation_id, external_id, Decimal(total), reason)
        )

    @property
    def wire(self):
        """What the outbox sends its requests with."""
        return self.services.outbox._vercel.marketplace._core._transport

    def run(self, coroutine):
        """Wait for what is async."""
        return asyncio.run(coroutine)

    def deliver(self):
        """Let what Vercel told since the last time arrive; gives the responses' statuses."""
        sent, self.inbox[:] = list(self.inbox), []
        return [self.post(webhook) for webhook in sent]

    def post(self, webhook):
        """Let one webhook arrive; gives the response's status."""
        headers = dict(webhook.headers)
        return self.http.post("/webhooks", content=webhook.content, headers=headers).status_code

    def requests(self, end):
        """The requests that Vercel got to URLs with this end."""
        return [request for request in self.vercel.requests if request.url.endswith(end)]

    def invoice(self, external_id):
        """An invoice in the partner's books."""
        (installation_id,) = self.rows(
            f"SELECT installation_id FROM outbox WHERE invoice = '{external_id}'"
        )[0]
        with self.services.database.transaction() as db:
            sent = find_invoice(db, installation_id, external_id)
            state = ledger.find_state(db, installation_id, external_id)
        return Invoice(sent.total, sent.vercel_id, sent.state, state)

    def invoice_at_vercel(self, external_id):
        """The same invoice, as Vercel has it."""
        invoices = self.vercel.invoices.values()
        (found,) = (one for one in invoices if one.external_id == external_id)
        return found

    def rows(self, query):
        """What the database has."""
        with self.services.database.transaction() as db:
            return [tuple(row) for row in db.execute(query)]


@pytest.fixture(autouse=True)
def no_waiting_for_the_disk(monkeypatch):
    """Skip SQLite's waits for the disk, which matter only when the power fails."""
    connect = sqlite3.connect

    def without_waiting(*args, **named):
        connection = connect(*args, **named)
        connection.execute("PRAGMA synchronous = OFF")
        return connection

    monkeypatch.setattr(sqlite3, "connect", without_waiting)


@pytest.fixture
def settings(tmp_path, marketplace_emulator):
    """Settings for the emulator."""
    return Settings(
        client_id=marketplace_emulator.integration.client_id,
        client_secret=marketplace_emulator.integration.client_secret,
        database=tmp_path / "partner.db",
    )


@pytest.fixture
def stranger(settings, marketplace_emulator):
    """The application before anybody has installed the product."""
    vercel = marketplace_emulator
    services = Services(settings, clock=vercel.clock.now, transport=vercel.transport())
    app = create_app(services)
    with TestClient(app, base_url="https://acme.example", follow_redirects=False) as http:
        acme = Acme(vercel, services, http)
        vercel.webhooks.subscribe(acme.inbox.append)
        yield acme


@pytest.fixture
def acme(stranger):
    """The application, and a team that has installed the product."""
    assert stranger.install().status_code == 200
    return stranger


@pytest.fixture
def crash(acme, monkeypatch):
    """Let the process end after a transaction of the application's, and before its response."""

    def repeat(call):
        with monkeypatch.context() as broken:
            broken.setattr(SQLiteIdempotencyStore, "finish", lambda *_: None)
            first = call()
        acme.vercel.clock.advance(minutes=2)  # the lease of the process that is no more
        return first, call()

    return repeat


@pytest.fixture
def database(acme):
    """A database of the team's, which runs since noon of 15 January."""
    return acme.provision()


@pytest.fixture
def february(acme, database):
    """The application in February, when January is billed: 396 hours at 0.05."""
    acme.vercel.clock.advance(days=17)
    assert acme.bill() == []
    acme.vercel.clock.advance(hours=1)
    acme.deliver()
    return acme


@pytest.fixture
def january():
    """The partner's id of the invoice for January."""
    return f"{Emulator.installation_id}-2026-01"
