"""The partner API inside of ASGI frameworks, as the pages mount it."""

from pathlib import Path

import pytest

from tests.ecosystem.processes import run_program
from vercel_marketplace.emulator import Emulator


@pytest.mark.parametrize("framework", ["django", "litestar"])
def test_a_framework_serves_the_partner_api_beside_its_own_pages(
    emulator: Emulator, url: str, tmp_path: Path, framework: str
):
    """Vercel's call gets its response, one without a token a 401, and the site its page."""
    token = emulator.tokens.system_token()

    statuses = run_program(emulator, url, tmp_path, f"{framework}_mounts.py", token)

    assert statuses == [200, 401, 200]
