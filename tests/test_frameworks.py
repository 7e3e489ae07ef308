"""The programs that serve a partner beside a web framework; Django's is tested in `ecosystem`."""

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import anyio
import httpx
import pytest
from fastapi.testclient import TestClient

from tests.frameworks import SITE, play, settings
from vercel_marketplace.emulator import Emulator, RunningClock

ROOT = Path(__file__).parents[1]


@pytest.fixture
def emulator() -> Emulator:
    return Emulator(RunningClock())


@pytest.fixture
def program(
    request: pytest.FixtureRequest, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ModuleType]:
    """A program, started with the emulator in place of Vercel."""
    with emulator.serve() as url:
        for name, value in settings(emulator, url).items():
            monkeypatch.setenv(name, value)
        yield import_module(request.param)


@pytest.mark.parametrize("program", ["acme_fastapi"], indirect=True)
def test_fastapi_serves_a_partner(program: Any, emulator: Emulator) -> None:
    """Vercel installs, provisions and signs in, against the program as the page shows it."""
    with TestClient(program.app, base_url=SITE, follow_redirects=False) as http:
        play(emulator, http)
    anyio.run(program.vercel.aclose)
    anyio.run(program.verifier.aclose)


@pytest.mark.parametrize("program", ["acme_flask"], indirect=True)
def test_flask_serves_a_partner(program: Any, emulator: Emulator) -> None:
    """Vercel installs, provisions and signs in, against the program as the page shows it."""
    transport = httpx.WSGITransport(app=program.application)
    with program.vercel, program.verifier, httpx.Client(transport=transport, base_url=SITE) as http:
        play(emulator, http)


def test_the_partner_of_the_page_is_the_one_that_is_served() -> None:
    """The page begins with the program that the others import, in shorter lines."""
    page = (ROOT / "docs" / "partner-api.md").read_text()
    program = (ROOT / "examples" / "acme_partner.py").read_text()

    shown = page.partition("```python\n")[2].partition("```")[0]
    assert ast.dump(ast.parse(shown)) == ast.dump(ast.parse(program))
