"""The settings, the commands, and what neither shows."""

import logging
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from partner_app import Settings
from partner_app.__main__ import main
from partner_app.settings import MissingSettingsError

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = {
    "VERCEL_CLIENT_ID": "oac_1",
    "VERCEL_CLIENT_SECRET": "s3cret",
    "PARTNER_DATABASE": "partner.db",
}


def test_what_may_be_left_out_is_vercels_own():
    """Without URLs the application talks to Vercel."""
    settings = Settings.from_environment(ENVIRONMENT)

    assert settings.api_url == "https://api.vercel.com"
    assert settings.jwks_url == "https://marketplace.vercel.com/.well-known/jwks"


def test_an_emulator_may_take_vercels_place():
    """The URLs are taken from the environment."""
    urls = {"VERCEL_API_URL": "http://localhost:1", "VERCEL_JWKS_URL": "http://localhost:1/keys"}
    settings = Settings.from_environment(ENVIRONMENT | urls)

    assert (settings.api_url, settings.jwks_url) == tuple(urls.values())


@pytest.mark.parametrize("absent", [{}, {"VERCEL_CLIENT_SECRET": ""}])
def test_all_that_is_missing_is_named(absent):
    """One look at the error is enough, and an empty variable is a missing one."""
    with pytest.raises(MissingSettingsError, match="VERCEL_CLIENT_SECRET, PARTNER_DATABASE"):
        Settings.from_environment({"VERCEL_CLIENT_ID": "oac_1"} | absent)


def test_the_settings_do_not_show_the_secret():
    """Their repr has the client's id, and not its secret."""
    shown = repr(Settings.from_environment(ENVIRONMENT))

    assert "oac_1" in shown
    assert "s3cret" not in shown


@pytest.fixture
def command(monkeypatch, capsys):
    """Runs a command; returns the exit code, and what it says."""

    def run(*arguments, **environment):
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        code = main(arguments)
        return code, capsys.readouterr().err

    return run


def test_the_command_says_what_is_missing():
    """Without settings it exits with 2 and names them, without a traceback."""
    done = subprocess.run(
        [sys.executable, "-m", "partner_app", "bill"],
        cwd=ROOT / "examples",
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=30,
    )

    assert done.returncode == 2
    names = "VERCEL_CLIENT_ID, VERCEL_CLIENT_SECRET, PARTNER_DATABASE"
    assert done.stderr == f"not set: {names}\n"


def test_with_nobody_to_bill_the_command_is_done(tmp_path, command):
    """A run over no installations exits with 0."""
    database = str(tmp_path / "partner.db")

    assert command("bill", **ENVIRONMENT | {"PARTNER_DATABASE": database}) == (0, "")


def test_a_run_that_fails_is_seen_by_cron(tmp_path, acme, database, refusing_url, command):
    """Where Vercel cannot be reached the command exits with 1 and names the installation."""
    urls = {"VERCEL_API_URL": refusing_url, "PARTNER_DATABASE": str(tmp_path / "partner.db")}
    code, said = command("bill", **ENVIRONMENT | urls)

    assert code == 1
    assert said.endswith(f"not billed: {acme.vercel.installation_id}\n")
    assert acme.vercel.token not in said


def test_nothing_that_is_secret_is_logged(acme, database, january, caplog):
    """Through sign-in, failures, an invoice and the end no log has a token or a password."""
    caplog.set_level(logging.DEBUG)
    vercel = acme.vercel
    user_token = vercel.tokens.user_token()
    acme.http.get("/sso/callback?mode=sso&state=s&code=wrong")
    acme.call(
        "PATCH",
        body={"billingPlanId": "x"},
        headers=acme.headers(authorization=f"Bearer {user_token}x"),
    )
    vercel.clock.advance(days=17)
    vercel.faults.fail("submit-invoice", status=500, times=3)
    acme.bill()
    acme.bill()
    vercel.team.uninstall()
    acme.deliver()
    acme.bill()

    password = database["secrets"][0]["value"]
    assert "was not billed" in caplog.text
    for secret in (vercel.token, vercel.integration.client_secret, password, user_token):
        assert secret not in caplog.text


def test_what_is_read_still_holds_when_it_is_acted_upon(acme):
    """A transaction lets no other writer in from its beginning, before it has written anything."""
    path = acme.services.settings.database
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as another:
        with (
            acme.services.database.transaction(),
            pytest.raises(sqlite3.OperationalError, match="locked"),
        ):
            another.execute("BEGIN IMMEDIATE")
        another.execute("BEGIN IMMEDIATE")


def test_no_repr_shows_a_secret(acme, database):
    """What a debugger or an error report prints of the application has no token in it."""
    from partner_app.storage import installations, resources

    with acme.services.database.transaction() as db:
        shown = [
            repr(installations.unfinished(db)),
            repr(resources.of_installation(db, acme.vercel.installation_id)),
        ]
    shown += [
        repr(acme.services),
        repr(acme.services.settings),
        repr(acme.services.client),
    ]
    for secret in (
        acme.vercel.token,
        acme.vercel.integration.client_secret,
        database["secrets"][0]["value"],
    ):
        assert secret not in "".join(shown)
