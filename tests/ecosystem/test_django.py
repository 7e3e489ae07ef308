"""Django and the Django REST framework, under gunicorn with `--preload`, workers and threads."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.ecosystem.processes import environment
from vercel_marketplace.emulator import Emulator, RunningClock

# One server for all of them, also where tests are spread over processes.
pytestmark = pytest.mark.xdist_group("django")
WORKERS, THREADS = 2, 4


@pytest.fixture(scope="module")
def marketplace() -> Emulator:
    return Emulator(RunningClock())


@pytest.fixture(scope="module")
def site(marketplace: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The project under gunicorn; its URL."""
    folder = tmp_path_factory.mktemp("gunicorn")
    with marketplace.serve() as url, gunicorn(marketplace, url, folder) as site_url:
        yield site_url


@contextmanager
def gunicorn(marketplace: Emulator, url: str, folder: Path) -> Iterator[str]:
    options = ["--preload", "--worker-class=gthread", "--bind=127.0.0.1:0"]
    options += [f"--workers={WORKERS}", f"--threads={THREADS}", "--no-control-socket"]
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", *options, "gunicorn_site:application"],
        cwd=folder,
        env=environment(marketplace, url, DATABASE=str(folder / "database")),
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stderr is not None
    with process:
        said = ""
        for line in process.stderr:
            said += line
            if listening := re.search(r"Listening at: (\S+)", line):
                break
        else:
            raise AssertionError(said)
        with ThreadPoolExecutor(1) as reader:
            reader.submit(process.stderr.read)  # so that gunicorn never waits for a reader
            try:
                yield listening[1]
            finally:
                process.terminate()


def read(address: str) -> dict[str, Any]:
    """GET an address of the site."""
    response = httpx.get(address, timeout=20)
    return {"status": response.status_code, **response.json()}


@pytest.mark.parametrize("kind", ["view", "async", "in-a-thread"])
def test_one_client_serves_all_workers_and_threads(site, marketplace, kind):
    """A client made before `--preload` forks serves each request, with a token of the ORM."""
    address = f"{site}/{kind}/{marketplace.installation_id}"
    with ThreadPoolExecutor(WORKERS * THREADS) as pool:
        pages = list(pool.map(read, [address] * 24))

    assert {(page["status"], page["name"]) for page in pages} == {(200, "Acme")}


def test_a_blocking_orm_in_an_async_view_is_named(site, marketplace):
    """A token function that calls the ORM without `await` sends nothing, and says what to do."""
    page = read(f"{site}/mistaken/{marketplace.installation_id}")

    assert (page["status"], page["sent"]) == (500, False)
    assert "in an event loop" in page["error"]


def test_a_row_that_is_missing_is_named(site):
    """An installation without a row in the database sends nothing, and says so."""
    page = read(f"{site}/async/icfg_unknown")

    assert (page["status"], page["sent"]) == (500, False)
    assert "is there a token stored" in page["error"]


def test_vercel_installs_the_product_through_drf(site, marketplace):
    """An authentication class that verifies the token lets Vercel in."""
    marketplace.partner(site).install()


@pytest.mark.parametrize(("prefix", "status"), [("", 401), ("/without", 403)])
def test_a_bad_token_is_a_401_where_drf_is_told_so(site, marketplace, prefix, status):
    """DRF responds to a bad token with 401 only if the class has `authenticate_header`."""
    address = f"{site}{prefix}/v1/installations/{marketplace.installation_id}"
    headers = {"authorization": "Bearer no.token", "x-vercel-auth": "user"}

    response = httpx.put(address, json={}, headers=headers, timeout=20)

    assert response.status_code == status


def test_django_s_test_client_is_a_transport(run):
    """A test without a server has Vercel install the product, through Django's test client."""
    done = run("django_in_process.py")

    assert (done["token"], done["name"]) == (True, "Acme")


def test_a_user_signs_in_to_a_django_view(run):
    """The view of the page on signing in: one sign-in a link, one's own hosts, a signed cookie."""
    site = "https://app.acme.example"
    user = {"user": "usr_emulator", "installation": "icfg_emulator"}

    seen = run("django_signs_in.py")

    assert (seen["home"][0], json.loads(seen.pop("home")[1])) == (200, user)
    assert seen == {
        "stranger": [401, "open the product from Vercel's dashboard"],
        "preview": 405,
        "first": [302, f"{site}/invoices/inv_1"],
        "second": [401, "open the product from Vercel once more"],
        "elsewhere": [400, "url leads to a host, or a port, that is not in allowed_hosts"],
        "twice": [400, "code is given twice"],
        "plain": [302, "/"],
        "altered cookie": [401, "open the product from Vercel's dashboard"],
    }


def test_django_serves_a_partner(run):
    """Vercel installs, provisions and signs in, against the program as the page shows it."""
    assert run("django_serves.py") == "played"
