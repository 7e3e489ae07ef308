"""What the tests share: a real server, a fake transport, three ways to call, ten operations."""

import importlib.util
import json
import os
import socket
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import anyio
import attrs
import pytest
from attrs import frozen
from blockbuster import BlockBuster

from vercel_marketplace import (
    Err,
    Headers,
    HTTPResponse,
    Result,
    VercelCore,
    block_on,
)
from vercel_marketplace import models as m

T = TypeVar("T")


def _beside(name: str) -> Any:
    """A module of this folder, which pytest's import mode keeps off `sys.path`."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_loopback = _beside("loopback")
Loopback, FakeTransport = _loopback.Loopback, _loopback.FakeTransport

# Surroundings --------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No token, proxy or certificate of the machine's reaches a test."""
    for name in os.environ:
        if name.startswith("VERCEL_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session", autouse=True)
def blockbuster() -> Iterator[BlockBuster]:
    """A blocking call under the package, in an asyncio loop, is an error."""
    guard = BlockBuster("vercel_marketplace")
    # Two loops that import the same module at once: the second waits for the first.
    guard.functions["threading.Lock.acquire"].can_block_in(
        "<frozen importlib._bootstrap>", {"_find_and_load", "_lock_unlock_module"}
    )
    guard.activate()
    yield guard
    guard.deactivate()


@pytest.fixture
def may_block(blockbuster: BlockBuster) -> Iterator[None]:
    """For tests of blocking calls that are made inside a running loop on purpose."""
    blockbuster.deactivate()
    yield
    blockbuster.activate()


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    """Run each async test on both backends."""
    backend: str = request.param
    return backend


# Where calls go ------------------------------------------------------------------------


@pytest.fixture
def server() -> Iterator[Any]:
    """A programmable server on loopback; see `loopback.py`."""
    with Loopback() as running:
        yield running


@pytest.fixture
def new_server() -> Iterator[Callable[..., Any]]:
    """Makes servers beside the first one, closed after the test."""
    with ExitStack() as stack:
        yield lambda **settings: stack.enter_context(Loopback(**settings))


@pytest.fixture
def refusing_url() -> Iterator[str]:
    """A port of this machine that refuses connections; bound, so that nothing else takes it."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"


@pytest.fixture
def fake() -> Any:
    """A transport that answers what the test tells it to."""
    return FakeTransport()


# How calls are made --------------------------------------------------------------------


@frozen
class Way:
    """One of the three ways to make a call: on asyncio, on trio, or blocking.

    A test writes its story once, as an async function; on the blocking way it never suspends.
    """

    name: str

    @property
    def blocking(self) -> bool:
        return self.name == "blocking"

    def core(self, **settings: Any) -> VercelCore:
        """A core of this kind, with a token unless one is given."""
        settings = {"bearer_token": "token-of-tests", **settings}
        return VercelCore.blocking(**settings) if self.blocking else VercelCore(**settings)

    def run(self, story: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Tell the story."""
        return block_on(story()) if self.blocking else anyio.run(story, backend=self.name)

    def result_of(self, case: "Case", options: Any = None, **settings: Any) -> Result[Any, Any]:
        """What one call of an operation comes to, on a core of its own."""

        async def story() -> Result[Any, Any]:
            async with self.core(**settings) as core:
                return await case(core, options)

        return self.run(story)

    def error_of(self, case: "Case", options: Any = None, **settings: Any) -> Any:
        """The error that one call comes to."""
        result = self.result_of(case, options, **settings)
        assert isinstance(result, Err)
        return result.error


@pytest.fixture(params=["asyncio", "trio", "blocking"])
def way(request: pytest.FixtureRequest) -> Way:
    """Each of the three ways to make a call."""
    return Way(request.param)


# What is called ------------------------------------------------------------------------


@frozen
class Case:
    """One operation, with a request, its documented success and what that is read as.

    Attributes:
        repeatable: Whether this very request may be sent twice.
    """

    name: str
    request: Any
    method: str
    path: str
    success: int
    answer: Any = None
    value: Any = None
    repeatable: bool = False

    @property
    def function(self) -> Any:
        """The standalone function."""
        name = f"marketplace_{self.name}"
        return getattr(import_module(f"vercel_marketplace.funcs.{name}"), name)

    async def __call__(self, core: VercelCore, options: Any = None) -> Result[Any, Any]:
        """Call the standalone function."""
        result: Result[Any, Any] = await self.function(core, self.request, options)
        return result

    def call_method(self, vercel: Any, **more: Any) -> Any:
        """Call the method of `Vercel` or `SyncVercel`."""
        arguments = attrs.asdict(self.request, recurse=False)
        return getattr(vercel.marketplace, self.name)(**arguments, **more)

    @property
    def response(self) -> HTTPResponse:
        """The documented success, for a fake transport."""
        if self.answer is None:
            return HTTPResponse(self.success)
        return HTTPResponse(
            self.success,
            headers=Headers({"content-type": "application/json"}),
            content=json.dumps(self.answer).encode(),
        )


_DAY = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
_STAMP = "2026-03-01T12:30:00.000Z"
_PERIOD = m.Period(start=_DAY, end=_DAY)
_ITEM = m.LineItem(
    billing_plan_id="plan", name="Storage", price="0.10", quantity=5, units="GB", total="0.50"
)
_ITEM_ON_WIRE = {
    "billingPlanId": "plan",
    "name": "Storage",
    "price": "0.10",
    "quantity": 5,
    "units": "GB",
    "total": "0.50",
}
_SECRETS = m.UpdateResourceSecretsRequestBody(secrets=[m.Secret(name="KEY", value="s3cr3t-value")])
_INSTALLATION = "/v1/installations/icfg_1"
_INVOICE = {
    "invoiceId": "mi_1",
    "state": "pending",
    "invoiceDate": _STAMP,
    "period": {"start": _STAMP, "end": _STAMP},
    "items": [_ITEM_ON_WIRE],
    "total": "0.50",
    "created": _STAMP,
    "updated": _STAMP,
}

CASES = (
    Case(
        name="get_account_info",
        request=m.GetAccountInfoRequest("icfg_1"),
        method="GET",
        path=f"{_INSTALLATION}/account",
        success=200,
        answer={"url": "https://vercel.com/acme", "contact": None},
        value=m.GetAccountInfoResponseBody(url="https://vercel.com/acme", contact=None),
        repeatable=True,
    ),
    Case(
        name="get_member",
        request=m.GetMemberRequest("icfg_1", "user_1"),
        method="GET",
        path=f"{_INSTALLATION}/member/user_1",
        success=200,
        answer={"id": "user_1", "role": "ADMIN"},
        value=m.GetMemberResponseBody(id="user_1", role="ADMIN"),
        repeatable=True,
    ),
    Case(
        name="create_event",
        request=m.CreateEventRequest(
            "icfg_1", m.CreateEventRequestBody(event=m.ResourceUpdatedEvent(resource_id="db_1"))
        ),
        method="POST",
        path=f"{_INSTALLATION}/events",
        success=201,
    ),
    Case(
        name="submit_billing_data",
        request=m.SubmitBillingDataRequest(
            "icfg_1",
            m.SubmitBillingDataRequestBody(
                timestamp=_DAY, eod=_DAY, period=_PERIOD, billing=[_ITEM], usage=[]
            ),
        ),
        method="POST",
        path=f"{_INSTALLATION}/billing",
        success=201,
        repeatable=True,
    ),
    Case(
        name="submit_invoice",
        request=m.SubmitInvoiceRequest(
            "icfg_1",
            m.SubmitInvoiceRequestBody(invoice_date=_DAY, period=_PERIOD, items=[_ITEM]),
        ),
        method="POST",
        path=f"{_INSTALLATION}/billing/invoices",
        success=200,
        answer={"invoiceId": "mi_1"},
        value=m.SubmitInvoiceResponseBody(invoice_id="mi_1"),
    ),
    Case(
        name="get_invoice",
        request=m.GetInvoiceRequest("icfg_1", "mi_1"),
        method="GET",
        path=f"{_INSTALLATION}/billing/invoices/mi_1",
        success=200,
        answer=_INVOICE,
        value=m.GetInvoiceResponseBody(
            invoice_id="mi_1",
            state="pending",
            invoice_date=_DAY,
            period=_PERIOD,
            items=[_ITEM],
            total="0.50",
            created=_DAY,
            updated=_DAY,
        ),
        repeatable=True,
    ),
    Case(
        name="update_invoice",
        request=m.UpdateInvoiceRequest(
            "icfg_1",
            "mi_1",
            m.UpdateInvoiceRequestBody(action="refund", reason="A mistake", total="0.25"),
        ),
        method="POST",
        path=f"{_INSTALLATION}/billing/invoices/mi_1/actions",
        success=204,
    ),
    Case(
        name="update_resource_secrets",
        request=m.UpdateResourceSecretsRequest("icfg_1", "product", "db_1", _SECRETS),
        method="PUT",
        path=f"{_INSTALLATION}/products/product/resources/db_1/secrets",
        success=201,
        repeatable=True,
    ),
    Case(
        name="update_resource_secrets_by_id",
        request=m.UpdateResourceSecretsByIdRequest("icfg_1", "db_1", _SECRETS),
        method="PUT",
        path=f"{_INSTALLATION}/resources/db_1/secrets",
        success=201,
        repeatable=True,
    ),
    Case(
        name="exchange_sso_token",
        request=m.ExchangeSsoTokenRequestBody(
            code="code-of-tests", client_id="oac_1", client_secret="client-s3cr3t"
        ),
        method="POST",
        path="/v1/integrations/sso/token",
        success=200,
        answer={"id_token": "id-token-of-tests"},
        value=m.ExchangeSsoTokenResponseBody(id_token="id-token-of-tests"),
    ),
)

_BY_NAME = {case.name: case for case in CASES}
# It warns once a process; which test that would be is anybody's guess.
_QUIET = pytest.mark.filterwarnings("ignore:update-resource-secrets is deprecated")


@pytest.fixture(
    params=[
        pytest.param(case, id=case.name, marks=_QUIET if "products" in case.path else ())
        for case in CASES
    ]
)
def case(request: pytest.FixtureRequest) -> Case:
    """Each of the ten operations; or the one that a test names (`indirect=True`)."""
    chosen: Case | str = request.param
    return _BY_NAME[chosen] if isinstance(chosen, str) else chosen


@pytest.fixture
def reading() -> Case:
    """An operation that may be repeated: `get_member`."""
    return _BY_NAME["get_member"]


@pytest.fixture
def refund() -> Case:
    """An operation that must not be repeated: `update_invoice`."""
    return _BY_NAME["update_invoice"]


@pytest.fixture
def submission() -> Case:
    """An operation that may be repeated or not: `submit_invoice`, here without `external_id`."""
    return _BY_NAME["submit_invoice"]


@pytest.fixture
def sso() -> Case:
    """The operation without a bearer token: `exchange_sso_token`."""
    return _BY_NAME["exchange_sso_token"]


@pytest.fixture
def secrets_update() -> Case:
    """An operation whose body holds secrets: `update_resource_secrets_by_id`."""
    return _BY_NAME["update_resource_secrets_by_id"]
