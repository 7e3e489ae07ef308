"""What the tests share: a real server, a fake transport, three ways to call, the operations."""

import os
import shutil
import socket
import ssl
import subprocess
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeVar

import anyio
import pytest
import trio  # noqa: F401 (its first import blocks, and httpx2 makes it inside the loop)
from attrs import frozen
from blockbuster import BlockBuster
from hypothesis import HealthCheck, settings

from tests.fakes import FakeTransport
from tests.loopback import Loopback
from tests.operations import CASES, DEPRECATED, Case
from vercel_marketplace import (
    Err,
    Result,
    VercelCore,
    block_on,
)
from vercel_marketplace._internal.transports import environment

T = TypeVar("T")

# A slow machine is no failure.
settings.register_profile(
    "thorough",
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("brief", settings.get_profile("thorough"), max_examples=10)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "thorough"))


# Surroundings --------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No token, proxy or certificate of the machine's reaches a test."""
    for name in os.environ:
        if name.startswith("VERCEL_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def unmeasured(monkeypatch: pytest.MonkeyPatch) -> None:
    """The processes that a test starts do not measure coverage, which costs more than they do."""
    monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)


@pytest.fixture(scope="session", autouse=True)
def blockbuster() -> Iterator[BlockBuster]:
    """A blocking call under the package, in an asyncio loop, is an error."""
    guard = BlockBuster("vercel_marketplace")
    # Two loops that import the same module at once: the second waits for the first.
    guard.functions["threading.Lock.acquire"].can_block_in(
        "<frozen importlib._bootstrap>", {"_find_and_load", "_lock_unlock_module"}
    )
    # Coverage's own, between threads.
    guard.functions["threading.Lock.acquire"].can_block_in("coverage/collector.py", {"lock_data"})
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
def forgotten_tls() -> Iterator[None]:
    """The process has no TLS context before the test, nor the test's one after it."""
    environment.tls_context.cache_clear()
    yield
    environment.tls_context.cache_clear()


@pytest.fixture
def tls_server(
    new_server: Callable[..., Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    forgotten_tls: None,
) -> Any:
    """A server whose certificate the environment trusts."""
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-nodes", "-days", "2"]
    command += ["-pkeyopt", "ec_paramgen_curve:prime256v1"]
    command += ["-subj", "/CN=loopback", "-addext", "subjectAltName=IP:127.0.0.1"]
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed, so there is no certificate to serve with")
    command += ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return new_server(tls=context)


@pytest.fixture
def refusing_url() -> Iterator[str]:
    """A port of this machine that refuses connections; bound, so that nothing else takes it."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"


@pytest.fixture
def fake() -> Any:
    """A transport that responds with what the test tells it to."""
    return FakeTransport()


# How calls are made --------------------------------------------------------------------


WAYS = ["asyncio", "trio", "blocking"]
WAYS_OVER_HTTP = [*WAYS, "aiohttp"]
"""For tests of what goes over a real wire: the default transports, and the one of aiohttp."""


@frozen
class Way:
    """One of the three ways to make a call: on asyncio, on trio, or blocking.

    A fourth is for tests that ask for it: on asyncio, over aiohttp. A test writes its story once,
    as an async function; on the blocking way it never suspends.
    """

    name: str

    @property
    def blocking(self) -> bool:
        return self.name == "blocking"

    def core(self, **settings: Any) -> VercelCore:
        """A core of this kind, with a token unless one is given."""
        settings = {"bearer_token": "token-of-tests", **settings}
        if self.name == "aiohttp":
            module = pytest.importorskip("vercel_marketplace.aiohttp", exc_type=ImportError)
            settings = {"transport": module.AiohttpTransport(), **settings}
        return VercelCore.blocking(**settings) if self.blocking else VercelCore(**settings)

    def run(self, story: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Tell the story."""
        if self.blocking:
            return block_on(story())
        return anyio.run(story, backend="trio" if self.name == "trio" else "asyncio")

    async def call_at_once(self, *calls: Callable[[], Coroutine[Any, Any, T]]) -> list[T]:
        """Make calls in threads or tasks of their own; what they return, in any order."""
        if self.blocking:
            with ThreadPoolExecutor(len(calls)) as threads:
                return list(threads.map(self.run, calls))
        results = []

        async def collect(call: Callable[[], Coroutine[Any, Any, T]]) -> None:
            results.append(await call())

        async with anyio.create_task_group() as tasks:
            for call in calls:
                tasks.start_soon(collect, call)
        return results

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


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Way:
    """Each of the three ways to make a call."""
    return Way(request.param)


# What is called ------------------------------------------------------------------------


@pytest.fixture(
    params=[
        pytest.param(case, id=case.name, marks=DEPRECATED if "products" in case.path else ())
        for case in CASES.values()
    ]
)
def case(request: pytest.FixtureRequest) -> Case:
    """Each of the operations; or the one that a test names (`indirect=True`)."""
    chosen: Case | str = request.param
    return CASES[chosen.replace("_", "-")] if isinstance(chosen, str) else chosen


@pytest.fixture
def reading() -> Case:
    """An operation that may be retried: `get_member`."""
    return CASES["get-member"]


@pytest.fixture
def refund() -> Case:
    """An operation that must not be retried: `update_invoice`."""
    return CASES["update-invoice"]


@pytest.fixture
def submission() -> Case:
    """An operation that may be retried or not: `submit_invoice`, here without `external_id`."""
    return CASES["submit-invoice"]


@pytest.fixture
def sso() -> Case:
    """The operation without a bearer token: `exchange_sso_token`."""
    return CASES["exchange-sso-token"]


@pytest.fixture
def secrets_update() -> Case:
    """An operation whose body holds secrets: `update_resource_secrets_by_id`."""
    return CASES["update-resource-secrets-by-id"]
