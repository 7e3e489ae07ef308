"""An action of a deployment starts with a webhook and ends with a call."""

import json

import pytest

from tests.emulator.builders import INSTALLATION
from vercel_marketplace import VercelBadRequestError, VercelForbiddenError, VercelNotFoundError
from vercel_marketplace import models as m
from vercel_marketplace.emulator import DeploymentAction, Emulator
from vercel_marketplace.webhooks import DeploymentActionStartEvent, parse_event

SECRETS = m.ResourceSecretsOutcome(secrets=[m.OutcomeSecret(name="URL", value="hidden")])
CLAIMS = m.ResourceClaimsOutcome(claim_rules=[m.ClaimRule(claims={"branch": "b_1"})])
DONE = m.UpdateDeploymentActionRequestBody(status="succeeded", outcomes=[SECRETS, CLAIMS])


@pytest.fixture
def action(emulator):
    """An action that was started."""
    return emulator.deployments.start_action("branch")


def update(marketplace, action, body=DONE):
    """Tell Vercel how an action stands."""
    marketplace.update_deployment_action(
        deployment_id=action.deployment_id,
        resource_id=action.resource_id,
        action=action.action,
        request_body=body,
    )


def test_the_webhook_names_what_the_call_needs(emulator, marketplace):
    """A receiver ends the action with nothing but the ids in the event."""
    events = []

    @emulator.webhooks.subscribe
    def _receive(request):
        secret = emulator.integration.client_secret
        events.append(parse_event(request.content, request.headers["x-vercel-signature"], secret))

    emulator.deployments.start_action("branch")

    (event,) = events
    assert isinstance(event, DeploymentActionStartEvent)
    marketplace.update_deployment_action(
        deployment_id=event.payload.deployment.id,
        resource_id=event.payload.resource_id,
        action=event.payload.action,
        request_body=DONE,
    )
    assert event.installation_ids == (INSTALLATION,)
    assert [one.status for one in emulator.deployments.actions] == ["succeeded"]


def told(emulator):
    """The types of the webhooks, and the deployments that they are about."""
    bodies = [json.loads(one.request.content) for one in emulator.webhooks.deliveries]
    return [
        (body["type"].rpartition(".")[2], body["payload"]["deployment"]["id"]) for body in bodies
    ]


def test_a_deployment_is_canceled(emulator, marketplace):
    """Each action that it waits for is told of; one that has ended is not."""
    emulator.webhooks.subscribe(lambda _: None)
    ended = emulator.deployments.start_action("branch", deployment_id="dpl_1")
    update(marketplace, ended)
    emulator.deployments.start_action("seed", deployment_id="dpl_1")
    other = emulator.deployments.start_action("branch", deployment_id="dpl_2")

    emulator.deployments.cancel("dpl_1")

    assert [one.is_canceled for one in emulator.deployments.actions] == [False, True, False]
    assert told(emulator)[3:] == [("cancel", "dpl_1")]
    assert not other.has_ended


def test_a_canceled_action_has_ended(emulator, marketplace, action):
    """An update comes too late, and so does another cancellation."""
    emulator.deployments.cancel(action.deployment_id)

    with pytest.raises(VercelBadRequestError, match='the action has ended: "canceled"'):
        update(marketplace, action)
    with pytest.raises(ValueError, match="waits for no action"):
        emulator.deployments.cancel(action.deployment_id)


def test_a_deployment_that_is_gone_can_be_cleaned_up(emulator, marketplace):
    """Each of its actions is told of, and is not found from then on."""
    emulator.webhooks.subscribe(lambda _: None)
    gone = emulator.deployments.start_action("branch", deployment_id="dpl_1")
    left = emulator.deployments.start_action("branch", deployment_id="dpl_2")

    emulator.deployments.delete("dpl_1")

    assert told(emulator)[2:] == [("cleanup", "dpl_1")]
    assert emulator.deployments.actions == [left]
    with pytest.raises(VercelNotFoundError):
        update(marketplace, gone)


def test_secrets_of_an_outcome_are_of_that_deployment(emulator, marketplace, action):
    """They come above those of the resource, once the action has succeeded."""
    secrets = [m.Secret(name=name, value="shared") for name in ("URL", "KEY")]
    marketplace.update_resource_secrets_by_id(
        resource_id=action.resource_id,
        request_body=m.UpdateResourceSecretsRequestBody(secrets=secrets),
    )
    other = emulator.deployments.start_action("branch")
    assert emulator.deployments.environment_variables(action.deployment_id)["URL"] == "shared"

    update(marketplace, action)

    variables = emulator.deployments.environment_variables
    assert variables(action.deployment_id) == {"URL": "hidden", "KEY": "shared"}
    assert variables(other.deployment_id, "preview") == {"URL": "shared", "KEY": "shared"}


def test_a_deployment_outlives_its_resource(emulator, marketplace, action):
    """What the action has made for it is still in its environment."""
    update(marketplace, action)
    marketplace.delete_integration_resource(resource_id=action.resource_id)

    assert emulator.deployments.environment_variables(action.deployment_id) == {"URL": "hidden"}


@pytest.mark.parametrize("method", ["cancel", "delete", "environment_variables"])
def test_an_unknown_deployment_is_a_lookup_error(emulator, method):
    """It is a mistake of the test that names it."""
    with pytest.raises(LookupError, match="no deployment 'dpl_9'"):
        getattr(emulator.deployments, method)("dpl_9")


def test_the_webhook_names_the_resource_in_integrations(emulator):
    """The installation and its resource are where events about deployments have them."""
    emulator.webhooks.subscribe(lambda _: None)
    action = emulator.deployments.start_action("branch")

    payload = json.loads(emulator.webhooks.deliveries[0].request.content)["payload"]
    assert payload["integrations"] == [
        {
            "installationId": INSTALLATION,
            "resources": [{"externalResourceId": action.resource_id}],
        }
    ]


def test_an_update_changes_what_it_names(emulator, marketplace, action):
    """What an update leaves out stays as the one before has set it."""
    running = m.UpdateDeploymentActionRequestBody(
        status="running", status_text="Copying", status_url="sso:https://acme.example/branches/1"
    )
    update(marketplace, action, running)
    update(marketplace, action, None)
    update(marketplace, action)

    assert emulator.deployments.actions == [
        DeploymentAction(
            deployment_id=action.deployment_id,
            resource_id=Emulator.resource_id,
            action="branch",
            status="succeeded",
            status_text="Copying",
            status_url="sso:https://acme.example/branches/1",
            outcomes=[SECRETS, CLAIMS],
        )
    ]


def test_a_repeated_end_is_accepted(emulator, marketplace, action):
    """The same update again, as a retry sends it, changes nothing and is no error."""
    update(marketplace, action)
    before = emulator.deployments.actions

    update(marketplace, action)

    assert emulator.deployments.actions == before


def test_an_action_ends_once(emulator, marketplace, action):
    """After its end an action has no other state."""
    update(marketplace, action)

    with pytest.raises(VercelBadRequestError, match='the action has ended: "succeeded"'):
        update(marketplace, action, m.UpdateDeploymentActionRequestBody(status="failed"))
    assert emulator.deployments.actions[0].status == "succeeded"


@pytest.mark.parametrize("name", ["deployment_id", "resource_id", "action"])
def test_an_action_that_was_not_started_is_not_found(marketplace, action, name):
    """Deployment, resource and slug together name an action."""
    ids = {
        "deployment_id": action.deployment_id,
        "resource_id": action.resource_id,
        "action": action.action,
    }
    with pytest.raises(VercelNotFoundError, match="Deployment action not found"):
        marketplace.update_deployment_action(**ids | {name: "other"}, request_body=DONE)


def test_a_link_is_one_that_the_dashboard_opens(marketplace, action):
    """A link of another kind is refused by name."""
    body = m.UpdateDeploymentActionRequestBody(status_url="javascript:alert(1)")
    with pytest.raises(VercelBadRequestError, match="`statusUrl`: expected"):
        update(marketplace, action, body)


def test_another_installations_action_is_forbidden(emulator, marketplace):
    """A token ends the actions of its own installation only."""
    other = emulator.installations.add()
    action = other.deployments.start_action("branch")

    with pytest.raises(VercelForbiddenError):
        marketplace._marketplace.update_deployment_action(
            integration_configuration_id=other.installation_id,
            deployment_id=action.deployment_id,
            resource_id=action.resource_id,
            action=action.action,
            request_body=DONE,
        )
    assert other.deployments.actions == [action]


def test_a_deployment_may_have_several_actions(emulator):
    """Each action of a deployment is one of its own; a new deployment has a new id."""
    first = emulator.deployments.start_action("branch")
    second = emulator.deployments.start_action("check", deployment_id=first.deployment_id)
    third = emulator.deployments.start_action("branch")

    assert emulator.deployments.actions == [first, second, third]
    assert (second.deployment_id, third.deployment_id) == ("dpl_emulator_1", "dpl_emulator_2")


def test_an_action_starts_once(emulator, action):
    """The same action of the same deployment and resource cannot start again."""
    with pytest.raises(ValueError, match="was started before"):
        emulator.deployments.start_action("branch", deployment_id=action.deployment_id)


def test_an_action_needs_a_resource_that_is_there(emulator):
    """An action of an unknown resource is refused."""
    with pytest.raises(LookupError, match="no resource 'db_9'"):
        emulator.deployments.start_action("branch", resource_id="db_9")
