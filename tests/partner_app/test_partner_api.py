"""What Vercel calls, by the partner API's contract."""

import json
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from partner_app.storage import installations, resources
from partner_app.storage.database import Database

EVIL = [
    "x' OR '1'='1",
    "'; DROP TABLE resources; --",
    "%",
    "..%2F..",
    "\u202e",
    "a\x00b",
    "é" * 300,
]


def good(acme, database):
    """The passwords that the database accepts now."""
    with acme.partner.database.transaction() as db:
        resource = resources.find(db, acme.vercel.installation_id, database["id"])
        return resources.good_passwords(db, resource, acme.vercel.clock.now())


def password(answer):
    """The password in a connection string."""
    (secret,) = answer["secrets"]
    return secret["value"].split(":")[2].split("@")[0]


def rotate(acme, database, hours=0.0, **more):
    """Ask for new secrets."""
    body = {"reason": "leaked", "delayOldSecretsExpirationHours": hours}
    return acme.call("POST", f"/resources/{database['id']}/secrets/rotate", body=body, **more)


# Installations -------------------------------------------------------------------------


def test_an_installation_that_nobody_knows_is_not_found(stranger):
    """Before the team installs the product there is nothing to see."""
    answer = stranger.call("GET", system=True)

    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


def test_an_update_brings_a_new_token(acme):
    """The second PUT of an installation replaces its token."""
    acme.install(token="another-token")

    with acme.partner.database.transaction() as db:
        token = installations.access_token(db, acme.vercel.installation_id)
    assert token == "another-token"


def test_an_update_does_not_begin_the_bills_anew(acme):
    """What was billed stays billed when Vercel sends an installation again."""
    before = acme.rows("SELECT installed_at, billed_until FROM installations")
    acme.vercel.clock.advance(days=3)
    acme.install()

    assert acme.rows("SELECT installed_at, billed_until FROM installations") == before


def test_a_plan_for_the_installation_is_shown(acme):
    """What PATCH sets GET shows; without one there is no billingPlan at all."""
    assert acme.call("GET", system=True).json() == {}
    assert acme.call("PATCH", body={"billingPlanId": "scale"}).status_code == 204

    assert acme.call("GET", system=True).json()["billingPlan"]["id"] == "scale"


def test_an_installation_is_removed_once(acme):
    """The first DELETE announces final invoices, its retry is a 204."""
    first = acme.call("DELETE", body={"reason": "too dear"}, system=True)

    assert (first.status_code, first.json()) == (200, {"finalized": False})
    assert acme.call("DELETE", system=True).status_code == 204


def test_an_installation_that_was_never_here_is_gone(stranger):
    """The removal of an unknown installation is a 204."""
    assert stranger.call("DELETE", system=True).status_code == 204


def test_what_was_removed_does_not_come_back(acme):
    """A late PUT of a removed installation is a 409, and begins no new bill."""
    acme.call("DELETE")

    assert acme.install().status_code == 409
    assert acme.call("GET", system=True).status_code == 404


def test_with_an_installation_its_databases_go(acme, database):
    """After the removal nothing of it can be seen or provisioned."""
    acme.call("DELETE")

    assert acme.call("GET", f"/resources/{database['id']}", system=True).status_code == 404
    assert "secrets" not in acme.provision()
    assert acme.rows("SELECT * FROM passwords") == []


# Plans ---------------------------------------------------------------------------------


def test_plans_are_in_the_form_of_the_contract(acme, database):
    """All routes return the same plans, before there is an installation and after."""
    of_product = acme.http.get("/v1/products/acme-postgres/plans", headers=acme.headers()).json()

    assert [plan["id"] for plan in of_product["plans"]] == ["pro", "scale"]
    assert of_product["plans"][0]["cost"] == "$0.05 an hour"
    assert {plan["type"] for plan in of_product["plans"]} == {"subscription"}
    nobody = {"account_id": None, "installation_id": None, "sub": None}
    token = acme.vercel.tokens.system_token(claims=nobody)
    headers = acme.headers(system=True, authorization=f"Bearer {token}")
    before = acme.http.get("/v1/installations/new/plans", headers=headers)
    assert before.json() == of_product
    assert acme.call("GET", "/plans").json() == of_product
    assert acme.call("GET", f"/resources/{database['id']}/plans").json() == of_product


def test_another_product_has_no_plans(acme):
    """A slug that is not this product's is a 404."""
    assert acme.http.get("/v1/products/x/plans", headers=acme.headers()).status_code == 404


# Resources -----------------------------------------------------------------------------


def test_a_new_database_comes_with_its_secrets(acme, database):
    """The response to POST has all that Vercel shows, and a password that works."""
    assert database["status"] == "ready"
    assert database["metadata"] == {"region": "fra1"}
    assert database["billingPlan"]["id"] == "pro"
    assert [secret["name"] for secret in database["secrets"]] == ["DATABASE_URL"]
    assert good(acme, database) == [password(database)]


def test_a_database_is_shown_without_its_secrets(acme, database):
    """GET has what POST had, but the secrets."""
    shown = acme.call("GET", f"/resources/{database['id']}", system=True).json()

    assert shown == {name: value for name, value in database.items() if name != "secrets"}


def test_one_key_provisions_one_database(acme):
    """The retry of a request gets the same database and the same secrets."""
    key = {"idempotency-key": "the-same"}

    assert acme.provision(**key) == acme.provision(**key)
    assert acme.rows("SELECT COUNT(*) FROM resources") == [(1,)]


def test_one_key_of_two_teams_provisions_two_databases(acme):
    """A key counts within its installation: it opens no database of another."""
    another = acme.vercel.installations.add()
    acme.install(another)
    key = {"idempotency-key": "the-same"}

    assert acme.provision(**key)["id"] != acme.provision(another, **key)["id"]


def test_one_key_at_the_same_time_provisions_one_database(acme):
    """Eight threads with one request get one database between them."""
    headers = [acme.headers(**{"idempotency-key": "the-same"})] * 8
    body = {"productId": "p", "name": "n", "metadata": {}, "billingPlanId": "pro"}
    with ThreadPoolExecutor(8) as threads:
        answers = list(
            threads.map(
                lambda one: acme.call("POST", "/resources", body=body, headers=one).json(), headers
            )
        )

    assert len({answer["id"] for answer in answers}) == 1
    assert acme.rows("SELECT COUNT(*) FROM resources") == [(1,)]
    assert acme.rows("SELECT COUNT(*) FROM runs") == [(1,)]


def test_a_late_repetition_does_not_bring_a_database_back(acme):
    """A key whose database was deleted since is a 404, and provisions nothing."""
    key = {"idempotency-key": "the-same"}
    database = acme.provision(**key)
    acme.call("DELETE", f"/resources/{database['id']}")

    assert acme.provision(**key)["error"]["code"] == "not_found"
    assert acme.rows("SELECT COUNT(*) FROM resources") == [(1,)]


def test_what_fails_takes_its_key_back(acme, monkeypatch):
    """A key is kept only with its database, so that the retry provisions it."""
    with monkeypatch.context() as broken:
        broken.setattr(resources, "_meter", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            acme.provision(**{"idempotency-key": "the-same"})
    assert acme.rows("SELECT * FROM requests") == []

    assert "secrets" in acme.provision(**{"idempotency-key": "the-same"})


def test_provisioning_needs_a_key(acme):
    """Without the header a retry could not be told from a second wish: a 400 names it."""
    headers = acme.headers()
    del headers["idempotency-key"]
    body = {"productId": "p", "name": "n", "metadata": {}, "billingPlanId": "pro"}

    answer = acme.call("POST", "/resources", body=body, headers=headers)

    assert answer.status_code == 400
    assert answer.json()["error"]["fields"][0]["key"] == "idempotency-key"


def test_a_change_leaves_the_rest_as_it_is(acme, database):
    """PATCH changes what it names."""
    path = f"/resources/{database['id']}"
    changed = acme.call("PATCH", path, body={"name": "prod"}).json()

    assert changed["name"] == "prod"
    assert changed["metadata"] == {"region": "fra1"}
    assert acme.call("GET", path, system=True).json() == changed


def test_a_database_is_deleted_and_deleted_again(acme, database):
    """The deletion and its retry are both a 204, and it is gone."""
    path = f"/resources/{database['id']}"

    assert acme.call("DELETE", path).status_code == 204
    assert acme.call("DELETE", path).status_code == 204
    assert acme.call("GET", path, system=True).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "", 404),
        ("GET", "/plans", 404),
        ("PATCH", "", 404),
        ("POST", "/secrets/rotate", 404),
        ("DELETE", "", 204),
    ],
)
def test_another_teams_database_is_out_of_reach(acme, database, method, path, status):
    """It looks to others as if it were not there, and nothing happens to it."""
    another = acme.vercel.installations.add()
    acme.install(another)
    before = good(acme, database)
    body = None if method in {"GET", "DELETE"} else {}

    answer = acme.call(
        method, f"/resources/{database['id']}{path}", body=body, installation=another
    )

    assert answer.status_code == status
    shown = acme.call("GET", f"/resources/{database['id']}", system=True).json()
    assert shown["name"] == "main"
    assert good(acme, database) == before


@pytest.mark.parametrize("evil", EVIL)
def test_an_id_is_data(acme, database, evil):
    """Whatever an id has in it, it finds nothing and breaks nothing."""
    headers = acme.headers()
    url = f"/v1/installations/{acme.vercel.installation_id}/resources/"
    # The path as a whole is quoted by the client.
    answer = acme.http.get(url + evil.replace("\x00", "%00"), headers=headers)

    assert answer.status_code == 404
    assert acme.rows("SELECT COUNT(*) FROM resources") == [(1,)]


@pytest.mark.parametrize("evil", EVIL)
def test_a_name_is_data(acme, evil):
    """A name comes back as it was sent, or is refused; it is never run."""
    database = acme.provision(name=evil[:200])

    assert database["name"] == evil[:200]


@pytest.mark.parametrize(
    ("body", "key"),
    [
        pytest.param('{"name": "n"}', "productId", id="lacks something"),
        pytest.param("[]", "", id="a list"),
        pytest.param("", "", id="nothing"),
        pytest.param("{", "1", id="not JSON"),
        pytest.param(
            '{"productId": "p", "name": "", "metadata": {}, "billingPlanId": "pro"}',
            "name",
            id="without a name",
        ),
        pytest.param(
            '{"productId": "p", "name": "n", "metadata": {}, "billingPlanId": "free"}',
            "billingPlanId",
            id="an unknown plan",
        ),
        pytest.param(
            '{"productId": "p", "name": "\\ud800", "metadata": {}, "billingPlanId": "pro"}',
            "name",
            id="half a character",
        ),
        pytest.param(
            '{"productId": "p", "name": "n", "metadata": {"a": NaN}, "billingPlanId": "pro"}',
            "metadata",
            id="not a number",
        ),
    ],
)
def test_a_bad_body_is_answered_in_vercels_form(acme, body, key):
    """It is a 400 that names the field, and nothing is provisioned."""
    headers = acme.headers(**{"content-type": "application/json"})
    url = f"/v1/installations/{acme.vercel.installation_id}/resources"
    answer = acme.http.post(url, content=body, headers=headers)

    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["code"] == "validation_error"
    assert key in [found["key"] for found in error["fields"]]
    assert acme.rows("SELECT * FROM requests") == []


@pytest.mark.parametrize(("depth", "status"), [(200, 200), (300, 400), (5000, 400)])
def test_what_can_not_be_answered_is_not_provisioned(acme, depth, status):
    """Metadata nested so deep that no response could show them are refused before they are kept.

    Otherwise there would be a database that is billed, and that nobody ever sees.
    """
    body = {"productId": "p", "name": "n", "metadata": "…", "billingPlanId": "pro"}
    content = json.dumps(body).replace('"\\u2026"', '{"a":' + "[" * depth + "]" * depth + "}")
    headers = acme.headers(**{"content-type": "application/json"})
    url = f"/v1/installations/{acme.vercel.installation_id}/resources"

    answer = acme.http.post(url, content=content, headers=headers)

    assert answer.status_code == status
    assert acme.rows("SELECT COUNT(*) FROM resources") == [(1 if status == 200 else 0,)]


# Secrets -------------------------------------------------------------------------------


def test_a_rotation_gives_a_new_password(acme, database):
    """Without a delay the old password is dead at once."""
    answer = rotate(acme, database)

    assert answer.status_code == 200
    assert answer.json()["sync"] is True
    assert good(acme, database) == [password(answer.json())]
    assert password(answer.json()) != password(database)


def test_the_old_password_is_good_until_the_delay_is_over(acme, database):
    """A delay may be a fraction of an hour."""
    new = rotate(acme, database, hours=1.5).json()

    acme.vercel.clock.advance(minutes=89)
    assert good(acme, database) == [password(new), password(database)]
    acme.vercel.clock.advance(minutes=1)
    assert good(acme, database) == [password(new)]


def test_a_second_rotation_shortens_the_first_ones_delay(acme, database):
    """Secrets that must go at once go, though they were to stay for a day."""
    rotate(acme, database, hours=24)
    newest = rotate(acme, database, hours=0).json()

    assert good(acme, database) == [password(newest)]


def test_a_second_rotation_does_not_lengthen_the_first_ones_delay(acme, database):
    """What was to go in an hour is gone in an hour."""
    second = rotate(acme, database, hours=1).json()
    third = rotate(acme, database, hours=24).json()
    acme.vercel.clock.advance(hours=1)

    assert good(acme, database) == [password(third), password(second)]


def test_one_key_rotates_once(acme, database):
    """The retry of a request gets the secrets that the request got."""
    headers = acme.headers()

    first, second = (rotate(acme, database, hours=1, headers=headers).json() for _ in range(2))

    assert first == second
    assert len(good(acme, database)) == 2


@pytest.mark.parametrize("hours", [-1, 721, "soon"])
def test_a_delay_out_of_bounds_is_refused(acme, database, hours):
    """It is a 400, and the password stays."""
    assert rotate(acme, database, hours=hours).status_code == 400
    assert good(acme, database) == [password(database)]


# Secrecy -------------------------------------------------------------------------------


def test_no_error_shows_what_was_sent(acme):
    """A body that is refused is not quoted: it may hold a token."""
    body = {"credentials": {"access_token": {"secret": "s3cret"}}, "acceptedPolicies": "s3cret"}
    answer = acme.call("PUT", body=body)

    assert answer.status_code == 400
    assert "s3cret" not in json.dumps(answer.json())


def test_a_failure_is_answered_in_vercels_form(acme, monkeypatch):
    """What breaks here is a 500 like all other errors, and does not say what it was."""
    monkeypatch.setattr(resources, "_meter", lambda *_: 1 / 0)
    acme.http._transport.raise_server_exceptions = False

    error = acme.provision()["error"]

    assert error == {"code": "internal_server_error", "message": "This failed; try again."}


@pytest.mark.parametrize("was_there", [False, True])
def test_the_database_is_its_owners_alone(tmp_path, was_there):
    """Nobody else on the machine may read the tokens, in whichever file SQLite has them."""
    path = tmp_path / "own" / "partner.db"
    path.parent.mkdir()
    if was_there:
        path.touch()
        path.chmod(0o644)

    with Database(path).transaction() as db:
        db.execute("INSERT INTO events VALUES ('evt_1')")
        modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in path.parent.iterdir()}

    assert modes == dict.fromkeys(("partner.db", "partner.db-wal", "partner.db-shm"), 0o600)
