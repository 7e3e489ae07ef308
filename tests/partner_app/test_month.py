"""The story of a month ends where a step is wrong. `nox -s partner` plays all of it."""

import pytest
from partner_app import month

from vercel_marketplace.partner import handler
from vercel_marketplace.tokens import SystemClaims


@pytest.fixture(autouse=True)
def logging_stays_as_it_is(monkeypatch):
    """The story silences the application; other tests read what is logged."""
    monkeypatch.setattr(month.logging, "disable", lambda: None)


def test_a_step_that_is_wrong_ends_the_story(monkeypatch, capsys):
    """What comes out otherwise than expected is told, and makes the exit code 1."""
    monkeypatch.setattr(month, "play", lambda it: it.expect("the total", "60.74", "60.75"))
    assert month.main() == 1
    assert capsys.readouterr().out == (
        "01 Jan 09:00  WRONG: WrongStepError: the total: expected '60.75', got '60.74'\n"
    )


def test_a_door_that_is_open_ends_the_story(monkeypatch, capsys):
    """An application that verifies no token does not get past the strangers."""

    async def trusts_anybody(route, headers, verification):
        return SystemClaims(
            iss="x", aud="x", account_id="x", installation_id="x", exp=month.BEGINNING
        )

    monkeypatch.setattr(handler, "authorize", trusts_anybody)
    assert month.main() == 1
    assert "no token: expected status 401 or 403, got 200" in capsys.readouterr().out


def test_a_story_in_which_nothing_is_wrong_ends_well(monkeypatch):
    """Steps that all go well make the exit code 0."""
    monkeypatch.setattr(month, "play", month.install)
    assert month.main() == 0
