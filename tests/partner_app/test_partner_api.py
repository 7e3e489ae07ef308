"""What Vercel calls, by the partner API's contract."""

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from partner_app.storage import installations, resources
from partner_app.storage.database import Database

EVIL = ["'; DROP TABLE resources; --", "%"]


def good(acme, database):
    """The passwords that the database accepts now."""
    with acme.services.database.transaction() as db:
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

    with acme.services.database.transaction() as db:
        token = installations.access_token(db, acme.vercel.installation_id)
    assert token == "another-token"


def test_an_update_does_not_begin_the_bills_anew(acme):
    """What was billed stays billed when Vercel sends an installation again."""
    before = acme.rows("SELECT installed_at, billed_until FROM installations")
    acme.vercel.clock.advance(days=3)
    acme.install()

    assert acme.rows("SELECT installed_at, billed_until FROM installations") == before


def test_a_team_changes_its_plan(acme):
    """It begins with the plan that costs nothing by itself; its databases keep theirs."""
    vercel = acme.client()
    assert vercel.get_installation().billing_plan.id == "metered"
    database = vercel.provision_resource(name="main", billing_plan_id="pro")

    assert vercel.update_installation(billing_plan_id="prepaid").billing_plan.id == "prepaid"
    assert vercel.get_installation().billing_plan.scope == "installation"
    assert vercel.get_resource(database.id).billing_plan.id == "pro"


def test_an_update_keeps_the_plan(acme):
    """A new token does not put the team back on the plan that it began with."""
    acme.call("PATCH", body={"billingPlanId": "prepaid"})

    assert acme.install().json()["billingPlan"]["id"] == "prepaid"


@pytest.mark.parametrize("plan_id", ["pro", "free", ""])
def test_a_team_gets_no_other_plan(acme, plan_id):
    """A plan that is not for teams is a 400 that names the field, and nothing changes."""
    answer = acme.call("PATCH", body={"billingPlanId": plan_id})

    assert answer.status_code == 400
    assert answer.json()["error"]["fields"][0]["key"] == "billingPlanId"
    assert acme.call("GET", system=True).json()["billingPlan"]["id"] == "metered"


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


def test_plans_are_there_before_the_installation(stranger):
    """Vercel shows them to a team that has not installed anything; to refuse that stops it."""
    vercel = stranger.client()

    of_product = vercel.list_plans(before_installation=True).plans
    of_team = vercel.list_installation_plans(before_installation=True).plans

    assert [(plan.id, plan.scope) for plan in of_product] == [
        ("pro", "resource"),
        ("scale", "resource"),
    ]
    assert [(plan.id, plan.scope) for plan in of_team] == [
        ("metered", "installation"),
        ("prepaid", "installation"),
    ]
    assert of_product[0].cost == "$0.05 an hour"


def test_plans_are_the_same_afterwards(acme, database):
    """There is one list for databases and one for teams."""
    vercel = acme.client()

    assert vercel.list_resource_plans(database["id"]) == vercel.list_plans()
    before = vercel.list_installation_plans(before_installation=True)
    assert vercel.list_installation_plans() == before


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
    body = {"productId": "acme-postgres", "name": "n", "metadata": {}, "billingPlanId": "pro"}
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
    """A key whose database was deleted since provisions nothing, also when it is a day old."""
    key = {"idempotency-key": "the-same"}
    database = acme.provision(**key)
    acme.call("DELETE", f"/resources/{database['id']}")
    assert acme.provision(**key) == database  # the first response, word for word
    acme.vercel.clock.advance(hours=26)

    assert acme.provision(**key)["error"]["code"] == "not_found"
    assert acme.rows("SELECT COUNT(*) FROM resources") == [(1,)]


def test_what_fails_takes_its_key_back(acme, monkeypatch):
    """A key is kept only with its database, so that the retry provisions it."""
    with monkeypatch.context() as broken:
        broken.setattr(resources, "_meter", lambda *_: 1 / 0)
        assert "error" in acme.provision(**{"idempotency-key": "the-same"})
    assert acme.rows("SELECT * FROM requests") == []

    assert "secrets" in acme.provision(**{"idempotency-key": "the-same"})


def test_a_crash_provisions_nothing_twice(acme, crash):
    """A process that ends before it has responded has provisioned what the retry gets."""
    first, second = crash(lambda: acme.provision(**{"idempotency-key": "the-same"}))

    assert first == second
    assert acme.rows("SELECT COUNT(*) FROM resources") == [(1,)]


def test_provisioning_needs_a_key(acme):
    """Without the header a retry could not be told from a second wish: a 400 names it."""
    headers = acme.headers()
    del headers["idempotency-key"]
    body = {"productId": "acme-postgres", "name": "n", "metadata": {}, "billingPlanId": "pro"}

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


def test_a_database_gets_another_plan(acme, database):
    """Vercel shows the plan that the customer has changed to."""
    vercel = acme.client()
    changed = acme.call("PATCH", f"/resources/{database['id']}", body={"billingPlanId": "scale"})

    assert changed.json()["billingPlan"]["id"] == "scale"
    assert vercel.get_resource(database["id"]).billing_plan.id == "scale"


@pytest.mark.parametrize(
    ("body", "key"),
    [({"billingPlanId": "prepaid"}, "billingPlanId"), ({"status": "broken"}, "status")],
)
def test_a_wrong_change_changes_nothing(acme, database, body, key):
    """It is a 400 that names the field, though another field is fine."""
    path = f"/resources/{database['id']}"

    answer = acme.call("PATCH", path, body={"name": "prod"} | body)

    assert answer.status_code == 400
    assert [found["key"] for found in answer.json()["error"]["fields"]] == [key]
    assert acme.call("GET", path, system=True).json()["name"] == "main"


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
        method,
        f"/resources/{database['id']}{path}",
        body=body,
        installation=another,
        system=method == "GET",
    )

    assert answer.status_code == status
    shown = acme.call("GET", f"/resources/{database['id']}", system=True).json()
    assert shown["name"] == "main"
    assert good(acme, database) == before


@pytest.mark.parametrize("evil", EVIL)
def test_an_id_is_data(acme, database, evil):
    """Whatever an id has in it, it finds nothing and breaks nothing."""
    answer = acme.call("GET", f"/resources/{evil}", system=True)

    assert answer.status_code == 404
    assert acme.rows("SELECT COUNT(*) FROM resources") == [(1,)]


@pytest.mark.parametrize("evil", EVIL)
def test_a_name_is_data(acme, evil):
    """A name comes back as it was sent, or is refused; it is never run."""
    database = acme.provision(name=evil)

    assert database["name"] == evil


@pytest.mark.parametrize(
    ("body", "key"),
    [
        pytest.param({"productId": "x"}, "productId", id="an unknown product"),
        pytest.param({"billingPlanId": "free"}, "billingPlanId", id="an unknown plan"),
        pytest.param({"billingPlanId": "prepaid"}, "billingPlanId", id="a plan of teams"),
        pytest.param({"name": ""}, "name", id="without a name"),
        pytest.param({"name": "n" * 201}, "name", id="a long name"),
        pytest.param({"metadata": {"a": {"b": "c"}}}, "metadata", id="what no form has"),
    ],
)
def test_what_can_not_be_provisioned_is_refused(acme, body, key):
    """It is a 400 that names the field, and nothing is provisioned.

    Otherwise there might be a database that is billed, and that no response can show.
    """
    good = {"productId": "acme-postgres", "name": "n", "metadata": {}, "billingPlanId": "pro"}

    answer = acme.call("POST", "/resources", body=good | body)

    assert answer.status_code == 400
    assert [found["key"] for found in answer.json()["error"]["fields"]] == [key]
    assert acme.rows("SELECT * FROM requests") == []


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


def test_a_crash_rotates_nothing_twice(acme, database, crash):
    """A process that ends before it has responded has rotated what the retry gets."""
    headers = acme.headers()

    first, second = crash(lambda: rotate(acme, database, hours=1, headers=headers).json())

    assert first == second
    assert len(good(acme, database)) == 2


@pytest.mark.parametrize("hours", [-1, 721])
def test_a_delay_out_of_bounds_is_refused(acme, database, hours):
    """It is a 400, and the password stays."""
    assert rotate(acme, database, hours=hours).status_code == 400
    assert good(acme, database) == [password(database)]


# Secrecy -------------------------------------------------------------------------------


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
