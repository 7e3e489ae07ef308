"""Users who sign in."""

import hashlib

import pytest


def sign_in(acme, **parameters):
    """A user comes from Vercel."""
    return acme.http.get(acme.sso_path(**parameters))


def test_a_user_signs_in(acme, database):
    """The page shows who it is, and the team's databases."""
    answer = sign_in(acme)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")

    shown = acme.http.get("/").json()
    assert shown["user"] == acme.vercel.team.admin_id
    assert [resource["id"] for resource in shown["resources"]] == [database["id"]]


def test_a_link_that_vercel_does_not_make_signs_nobody_in(acme):
    """Without what each redirect has, it is a 400, and the code stays good."""
    path = acme.sso_path()

    assert acme.http.get(path.replace("mode=sso", "mode=x")).status_code == 400
    assert acme.http.get(path).status_code == 303


def test_the_cookie_is_for_this_server_alone(acme):
    """No script reads it, no plain HTTP carries it, no other site sends it along."""
    cookie = sign_in(acme).headers["set-cookie"]

    assert cookie.startswith("__Host-session=")
    attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert attributes == {"httponly", "secure", "samesite=lax", "path=/", "max-age=28800"}


def test_the_database_does_not_have_the_cookie(acme):
    """Whoever reads the table cannot be signed in by it."""
    sign_in(acme)
    cookie = acme.http.cookies["__Host-session"]

    ((digest,),) = acme.rows("SELECT digest FROM sessions")
    assert digest == hashlib.sha256(cookie.encode()).hexdigest()


def test_each_session_has_a_cookie_of_its_own(acme):
    """What was known of one session opens no other."""
    assert sign_in(acme).headers["set-cookie"] != sign_in(acme).headers["set-cookie"]


@pytest.mark.parametrize("cookie", [None, "", "x", "' OR 1=1 --", "é"])
def test_without_a_session_there_is_nothing_to_see(acme, cookie):
    """The page is a 401."""
    headers = {} if cookie is None else {"cookie": f"__Host-session={cookie}".encode()}

    assert acme.http.get("/", headers=headers).status_code == 401


def test_a_session_expires(acme):
    """After eight hours the user has to come from Vercel again."""
    sign_in(acme)
    cookie = {"cookie": f"__Host-session={acme.http.cookies['__Host-session']}"}
    acme.http.cookies.clear()
    acme.vercel.clock.advance(hours=8, seconds=-1)
    assert acme.http.get("/", headers=cookie).status_code == 200

    for seconds in (1, 3600):
        acme.vercel.clock.advance(seconds=seconds)
        assert acme.http.get("/", headers=cookie).status_code == 401


def test_a_code_works_once(acme):
    """Whoever gets hold of the URL later is not signed in."""
    path = acme.sso_path()
    first, second = (acme.http.get(path) for _ in range(2))

    assert (first.status_code, second.status_code) == (303, 401)
    assert "set-cookie" not in second.headers


def test_an_installation_that_nobody_knows_signs_nobody_in(stranger):
    """Vercel's word for who it is does not make it a customer."""
    answer = sign_in(stranger)

    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_a_removed_installation_signs_nobody_in(acme):
    """Its users are out, those with a session as well."""
    sign_in(acme)
    assert acme.http.get("/").status_code == 200
    acme.call("DELETE")

    assert acme.http.get("/").status_code == 401
    assert sign_in(acme).status_code == 403


def test_who_left_the_team_is_out(acme):
    """The webhook of a removed member ends the member's sessions, and no other's."""
    acme.vercel.team.add_member("usr_2")
    sign_in(acme)
    sign_in(acme, member_id="usr_2")
    assert acme.http.get("/").json()["user"] == "usr_2"
    acme.vercel.team.remove_member("usr_2")
    acme.deliver()

    assert acme.http.get("/").status_code == 401
    assert acme.rows("SELECT user_id FROM sessions") == [(acme.vercel.team.admin_id,)]


def test_a_token_that_vercel_did_not_sign_signs_nobody_in(acme):
    """What the exchange gives is verified like any other token."""
    forged = acme.vercel.tokens.user_token().rpartition(".")[0] + ".AAAA"
    acme.vercel.faults.alter("exchange-sso-token", {"id_token": forged})

    answer = sign_in(acme)

    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers


def test_a_code_is_not_sent_on(acme):
    """A path that is nearly the right one is a 404, not a redirect with the code in it."""
    answer = acme.http.get(acme.sso_path().replace("callback?", "callback/?"))

    assert answer.status_code == 404
    assert "location" not in answer.headers


def test_an_outage_at_vercel_is_no_refusal(acme):
    """Where the exchange fails the response is a 502: it is not the user's fault."""
    acme.vercel.faults.fail("exchange-sso-token", status=500)

    assert sign_in(acme).status_code == 502


def test_the_page_is_kept_by_no_cache(acme):
    """Nobody else sees it on a shared machine."""
    sign_in(acme)

    assert acme.http.get("/").headers["cache-control"] == "no-store"
