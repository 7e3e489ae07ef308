"""Events, secrets, and what a project sees of them."""

import pytest

from tests.emulator.acme import DEPRECATED, secrets
from vercel_marketplace import models as m


def test_events_are_kept_in_order(emulator, marketplace):
    """The emulator has the events that were created, as the SDK's own models."""
    events = [
        m.ResourceUpdatedEvent(resource_id=emulator.resource_id, product_id=emulator.product_id),
        m.InstallationUpdatedEvent(billing_plan_id="pro"),
    ]

    for event in events:
        marketplace.create_event(request_body=m.CreateEventRequestBody(event=event))

    assert emulator.events == events


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

    kept = emulator.secrets[emulator.resource_id]
    assert {secret.name: secret.value for secret in kept} == expected


def test_secrets_stay_without_a_body(emulator, marketplace):
    """Where the body is left out there is nothing to set, and nothing is removed."""
    path = {"resource_id": emulator.resource_id}
    marketplace.update_resource_secrets_by_id(**path, request_body=secrets("A"))

    marketplace.update_resource_secrets_by_id(**path)

    assert [secret.name for secret in emulator.secrets[emulator.resource_id]] == ["A"]


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
        integration_product_id_or_slug=emulator.product_id,
        resource_id=emulator.resource_id,
        request_body=m.UpdateResourceSecretsRequestBody(secrets=[secret]),
    )

    assert emulator.secrets == {emulator.resource_id: [secret]}
