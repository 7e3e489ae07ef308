"""Who may call what. The forgeries themselves are for the tests of `PartnerAPI`."""

import pytest


@pytest.mark.parametrize("path", ["/docs", "/openapi.json", "/sso", "/v1", "/v1/installations"])
def test_nothing_else_is_served(acme, path):
    """There are the partner API, webhooks, the callback and a page; no page of FastAPI's."""
    assert acme.http.get(path).status_code == 404


def test_who_is_not_vercel_is_refused(acme):
    """No token, and every kind of forged one, is a 401 or 403."""
    acme.client().check_forged_tokens_are_rejected()


def test_a_token_of_another_team_is_refused(acme, database):
    """A good token opens no other installation than its own."""
    headers = acme.headers(acme.vercel.installations.add(), system=True)
    path = f"/resources/{database['id']}"

    assert acme.call("GET", path, headers=headers).status_code == 403


def test_who_is_no_admin_changes_nothing(acme, database):
    """A user of the role USER is refused where something would change."""
    acme.vercel.team.add_member("usr_2", role="USER")
    token = acme.vercel.tokens.user_token(member_id="usr_2")
    headers = acme.headers(authorization=f"Bearer {token}")

    answer = acme.call("DELETE", f"/resources/{database['id']}", headers=headers)

    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")
    assert acme.rows("SELECT COUNT(*) FROM resources WHERE deleted_at IS NULL") == [(1,)]
