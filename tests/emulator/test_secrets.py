"""Events, secrets, and what a project sees of them."""

from functools import partial

import pytest

from tests.emulator.builders import error_of, secrets, send
from tests.operations import DEPRECATED
from vercel_marketplace import models as m


def test_events_are_kept_in_order(emulator, marketplace):
    """The emulator has the events that were created, as the SDK's own models."""
    events = [
        m.ResourceUpdatedEvent(
            resource_id=emulator.resource_id, product_id=emulator.integration.product_id
        ),
        m.InstallationUpdatedEvent(billing_plan_id="pro"),
    ]

    for event in events:
        marketplace.create_event(request_body=m.CreateEventRequestBody(event=event))

    assert emulator.received.events == events


@pytest.mark.parametrize(
    ("partial", "expected"),
    [
        (None, {"B": "new", "C": "new"}),
        (False, {"B": "new", "C": "new"}),
        (True, {"A": "old", "B": "new", "C": "new"}),
    ],
)
def test_secrets_replace_all_unless_partial(emulator, marketplace, partial, expected):
    """With `partial` only the secrets listed are overwritten, without it all are replaced."""
    path = {"resource_id": emulator.resource_id}
    marketplace.update_resource_secrets_by_id(**path, request_body=secrets("A", "B", value="old"))

    marketplace.update_resource_secrets_by_id(
        **path, request_body=secrets("B", "C", partial=partial)
    )

    kept = emulator.resources.secrets[emulator.resource_id]
    assert {secret.name: secret.value for secret in kept} == expected


def test_secrets_stay_without_a_body(emulator, marketplace):
    """Where the body is left out there is nothing to set, and nothing is removed."""
    path = {"resource_id": emulator.resource_id}
    marketplace.update_resource_secrets_by_id(**path, request_body=secrets("A"))

    marketplace.update_resource_secrets_by_id(**path)

    assert [secret.name for secret in emulator.resources.secrets[emulator.resource_id]] == ["A"]


@DEPRECATED
def test_secrets_keep_their_prefix_and_overrides(emulator, marketplace):
    """A secret is kept whole, by way of the product too."""
    secret = m.Secret(
        name="URL",
        value="v",
        prefix="DB_",
        environment_overrides=m.EnvironmentOverrides(preview="p"),
    )

    marketplace.update_resource_secrets(
        integration_product_id_or_slug=emulator.integration.product_id,
        resource_id=emulator.resource_id,
        request_body=m.UpdateResourceSecretsRequestBody(secrets=[secret]),
    )

    assert emulator.resources.secrets == {emulator.resource_id: [secret]}


# What a project sees ------------------------------------------------------------------


def put(emulator, *listed, partial=False):
    """Set secrets, as they are on the wire, of the emulator's resource."""
    path = f"/resources/{emulator.resource_id}/secrets"
    return send(emulator, "PUT", path, {"secrets": list(listed), "partial": partial})


@pytest.mark.parametrize(
    ("environment", "value"), [("development", "d"), ("preview", "v"), ("production", "")]
)
def test_a_project_sees_the_override_for_its_environment(emulator, environment, value):
    """Where there is an override, even an empty one, it takes the place of the value."""
    overrides = {"development": "d", "production": ""}
    put(emulator, {"name": "A", "value": "v", "environmentOverrides": overrides})

    assert emulator.resources.environment_variables(emulator.resource_id, environment) == {
        "A": value
    }


@pytest.mark.parametrize(
    ("prefix", "variable"),
    [
        ({}, "URL"),
        ({"prefix": ""}, "URL"),
        ({"prefix": "DB"}, "DB_URL"),
        ({"prefix": "DB_"}, "DB_URL"),
        ({"prefix": "MY-DB"}, "MY_DB_URL"),
        ({"prefix": "my db-"}, "my_db_URL"),
        ({"prefix": "UR"}, "UR_URL"),
    ],
)
def test_a_prefix_comes_before_the_name(emulator, prefix, variable):
    """A variable is the prefix with underscores alone, one underscore, and the name."""
    put(emulator, {"name": "URL", "value": "v"} | prefix)

    assert emulator.resources.environment_variables(emulator.resource_id) == {variable: "v"}


def test_a_name_is_prefixed_once(emulator):
    """A name that begins with the prefix is the variable as it is."""
    put(emulator, {"name": "MY_DB_URL", "prefix": "MY-DB", "value": "v"})

    assert emulator.resources.environment_variables(emulator.resource_id) == {"MY_DB_URL": "v"}


def test_a_customer_may_choose_a_prefix(emulator):
    """It is for one project, and comes before all names but those that begin with it."""
    put(emulator, {"name": "URL", "value": "v"}, {"name": "MY_DB_KEY", "value": "k"})
    for project_id, prefix in (("prj_1", "MY-DB"), ("prj_2", None)):
        emulator.team.connect_project(
            project_id, resource_id=emulator.resource_id, prefix=prefix, targets=["production"]
        )
    variables = partial(emulator.resources.environment_variables, emulator.resource_id)

    assert variables(project_id="prj_1") == {"MY_DB_URL": "v", "MY_DB_KEY": "k"}
    assert variables(project_id="prj_2") == variables()
    assert variables("preview", project_id="prj_1") == {}


def test_a_project_that_is_not_connected_has_no_environment(emulator):
    """Asking for its variables is a mistake of the test that does it."""
    with pytest.raises(LookupError, match="'prj_1' is not connected to 'db_emulator'"):
        emulator.resources.environment_variables(emulator.resource_id, project_id="prj_1")


def test_an_unknown_resource_has_no_environment(emulator):
    """Asking for the variables of what does not exist is a mistake of the test that does it."""
    with pytest.raises(LookupError, match="no resource 'db_other'"):
        emulator.resources.environment_variables("db_other")


@pytest.mark.parametrize(
    "listed",
    [
        [{"name": "", "value": "v"}],
        [{"name": "1A", "value": "v"}],
        [{"name": "A-B", "value": "v"}],
        [{"name": "A\n", "value": "v"}],
        [{"name": "A", "value": "v", "prefix": "1"}],
        [{"name": "A", "value": "v"}, {"name": "A", "value": "w"}],
        [{"name": "A", "value": "v"}, {"name": "A", "value": "w", "prefix": "X"}],
        [{"name": "A_B", "value": "v"}, {"name": "B", "value": "w", "prefix": "A"}],
    ],
)
def test_secrets_that_no_environment_can_hold_are_refused(emulator, listed):
    """A name that is no variable's, or one given twice, is a 422 and changes nothing."""
    put(emulator, {"name": "KEPT", "value": "v"})

    status, code, message = error_of(put(emulator, *listed))

    assert (status, code) == (422, "unprocessable_entity")
    assert f"`secrets[{len(listed) - 1}].name`" in message
    assert emulator.resources.environment_variables(emulator.resource_id) == {"KEPT": "v"}


def test_a_partial_update_can_not_take_the_variable_of_another(emulator):
    """A new secret with the variable of one that stays is a 409; replacing all is fine."""
    put(emulator, {"name": "DB_URL", "value": "old"})
    new = {"name": "URL", "prefix": "DB", "value": "new"}

    assert error_of(put(emulator, new, partial=True))[:2] == (409, "conflict")
    assert emulator.resources.environment_variables(emulator.resource_id) == {"DB_URL": "old"}
    assert put(emulator, new).status_code == 201
    assert emulator.resources.environment_variables(emulator.resource_id) == {"DB_URL": "new"}


def test_resources_can_be_added(emulator, marketplace):
    """A resource that was added has secrets of its own, and its id is taken."""
    emulator.resources.add("db_2", product_id="acme-redis")

    marketplace.update_resource_secrets_by_id(resource_id="db_2", request_body=secrets("A"))

    assert emulator.resources.environment_variables("db_2") == {"A": "new"}
    assert emulator.resources.environment_variables(emulator.resource_id) == {}
    with pytest.raises(ValueError, match="a resource 'db_2' already"):
        emulator.resources.add("db_2")


@DEPRECATED
def test_an_added_resource_is_of_the_same_product_unless_told(emulator, marketplace):
    """Without a product the new resource is of the emulator's."""
    emulator.resources.add("db_2")

    marketplace.update_resource_secrets(
        integration_product_id_or_slug=emulator.integration.product_id,
        resource_id="db_2",
        request_body=secrets("A"),
    )

    assert emulator.resources.environment_variables("db_2") == {"A": "new"}
