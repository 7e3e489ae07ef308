"""Resources: listed, read, imported, changed and deleted."""

import json

import pytest

from tests.emulator.builders import error_of, invoice, item, secrets, send
from vercel_marketplace import (
    VercelBadRequestError,
    VercelConflictError,
    VercelNotFoundError,
    VercelUnprocessableError,
)
from vercel_marketplace import models as m
from vercel_marketplace.emulator.api.responses import to_json

NOTICE = m.Notification(level="warn", title="Almost full", message="18 of 20 GB", href="sso:db")
PLAN = m.BillingPlan(id="pro", type="subscription", name="Pro")
OLD = {one.name: one for one in secrets("A", "B", value="old").secrets}
NEW = {one.name: one for one in secrets("A", "C", value="new").secrets}
CLAIMS = m.CustomClaims(
    roles=["reader", "writer"],
    default_role="reader",
    claim_rules=[
        m.ClaimRule(
            when=m.ClaimCondition(role=["writer"], environment=["production"]),
            claims={"level": 2, "write": True, "read_only": None},
        )
    ],
)
DATA = {
    "ownership": "linked",
    "product_id": "acme-postgres",
    "name": "Data",
    "status": "pending",
    "metadata": {"region": "iad1", "sizes": [1, 2.5]},
    "billing_plan": PLAN,
    "notification": NOTICE,
    "extras": {"any": {"thing": None}},
    "secrets": [*OLD.values()],
    "custom_claims": CLAIMS,
}


@pytest.fixture
def imported(marketplace):
    """A resource that has everything."""
    body = m.ImportResourceRequestBody(**DATA)
    assert marketplace.import_resource(resource_id="db/2", request_body=body).name == "Data"
    return "db/2"


def test_the_emulators_own_resource_is_listed(emulator):
    """A new emulator has one resource, with what every one has, as it is on the wire."""
    response = send(emulator, "GET", "/resources")

    (listed,) = json.loads(response.content)["resources"]
    internal_id, settings = listed.pop("internalId"), listed.pop("protocolSettings")
    assert listed == {
        "partnerId": emulator.resource_id,
        "name": emulator.resource_id,
        "status": "ready",
        "productId": emulator.integration.product_id,
    }
    assert internal_id.startswith("store_")
    assert settings["experimentation"].keys() == {"globalConfigId", "globalConfigSyncingEnabled"}


def test_a_resource_is_listed_and_read_alike(marketplace, imported):
    """The list and the single resource say the same, each under its own name for the id."""
    listed = marketplace.get_integration_resources().resources[-1]
    read = marketplace.get_integration_resource(resource_id=imported)

    assert listed.resource_id == read.resource_id == imported
    names = ["internal_id", "name", "status", "product_id", "notification", "metadata"]
    for name in [*names, "billing_plan_id"]:
        assert getattr(listed, name) == getattr(read, name)
    assert (
        listed.protocol_settings.experimentation.global_config_id
        == read.protocol_settings.experimentation.global_config_id
    )


def test_what_was_imported_is_read(marketplace, imported):
    """What the customer is to see of a resource is in the responses."""
    read = marketplace.get_integration_resource(resource_id=imported)

    assert (read.name, read.status, read.product_id) == ("Data", "pending", "acme-postgres")
    assert read.notification == m.ResourceNotification(
        level="warn", title="Almost full", message="18 of 20 GB", href="sso:db"
    )
    assert (read.billing_plan_id, read.metadata) == ("pro", DATA["metadata"])


def test_custom_claims_are_read_as_they_were_imported(marketplace, imported):
    """A resource that is read alone has the custom claims that it was imported with."""
    assert marketplace.get_integration_resource(resource_id=imported).custom_claims == CLAIMS


def test_custom_claims_are_replaced_by_an_update(marketplace, imported):
    """An update with custom claims replaces all of them, and one without keeps them."""
    other = m.CustomClaims(claim_rules=[m.ClaimRule(claims={"aud": "acme"})])
    for body in (
        m.UpdateResourceRequestBody(custom_claims=other),
        m.UpdateResourceRequestBody(name="New"),
    ):
        marketplace.update_resource(resource_id=imported, request_body=body)

    assert marketplace.get_integration_resource(resource_id=imported).custom_claims == other


@pytest.mark.parametrize("default", [None, "owner"])
def test_a_default_role_is_one_of_the_roles(marketplace, imported, default):
    """Roles without a default among them are refused, on an import and on an update."""
    claims = m.CustomClaims(roles=["reader"], default_role=default)
    refusal = "`customClaims.defaultRole`: expected one of the roles"
    with pytest.raises(VercelBadRequestError, match=refusal):
        marketplace.import_resource(
            resource_id="db/3",
            request_body=m.ImportResourceRequestBody(
                product_id="acme-postgres", name="New", status="ready", custom_claims=claims
            ),
        )
    with pytest.raises(VercelBadRequestError, match=refusal):
        marketplace.update_resource(
            resource_id=imported, request_body=m.UpdateResourceRequestBody(custom_claims=claims)
        )


def test_no_two_resources_have_an_id_in_common(emulator, marketplace, imported):
    """Vercel's own id is another for each resource of each installation."""
    other = emulator.installations.add()
    other.resources.add(imported)
    path = f"/v1/installations/{other.installation_id}/resources"
    theirs = json.loads(send(emulator, "GET", path, token=other.token).content)["resources"]

    ids = [one.internal_id for one in marketplace.get_integration_resources().resources]
    ids += [one["internalId"] for one in theirs]

    assert len(set(ids)) == 4


def test_what_was_imported_is_there_to_look_at(emulator, imported):
    """The emulator has the whole resource, as it was brought."""
    assert emulator.resources[imported] == m.ImportResourceRequestBody(**DATA)
    assert emulator.resources.environment_variables(imported) == {"A": "old", "B": "old"}


def test_an_import_replaces(emulator, marketplace, imported):
    """What a second import leaves out is gone, but for the secrets, which it does not speak of."""
    body = m.ImportResourceRequestBody(product_id="acme-postgres", name="New", status="ready")

    marketplace.import_resource(resource_id=imported, request_body=body)

    after = emulator.resources[imported]
    assert (after.name, after.metadata, after.notification) == ("New", None, None)
    assert after.secrets == DATA["secrets"]


def test_an_import_keeps_the_product(emulator, marketplace, imported):
    """A resource of another product is a 409, and stays as it was."""
    body = m.ImportResourceRequestBody(product_id="acme-redis", name="New", status="ready")

    with pytest.raises(VercelConflictError, match="of another product"):
        marketplace.import_resource(resource_id=imported, request_body=body)

    assert emulator.resources[imported] == m.ImportResourceRequestBody(**DATA)


def test_an_import_that_can_not_be_brings_nothing(emulator, marketplace):
    """With a secret that no environment can hold it is a 422, and there is no resource."""
    body = m.ImportResourceRequestBody(
        product_id="acme-postgres",
        name="New",
        status="ready",
        secrets=[m.Secret(name="1", value="v")],
    )

    with pytest.raises(VercelUnprocessableError, match=r"`secrets\[0\].name`"):
        marketplace.import_resource(resource_id="db_2", request_body=body)

    assert list(emulator.resources) == [emulator.resource_id]


@pytest.mark.parametrize(
    ("change", "after"),
    [
        ({}, {}),
        ({"name": "New"}, {"name": "New"}),
        ({"status": "suspended"}, {"status": "suspended"}),
        ({"ownership": "owned"}, {"ownership": "owned"}),
        ({"metadata": {"a": 1}}, {"metadata": {"a": 1}}),
        ({"extras": {}}, {"extras": {}}),
        ({"billing_plan": PLAN}, {"billing_plan": PLAN}),
        ({"notification": None}, {"notification": None}),
        ({"notification": "any string"}, {"notification": None}),
        ({"secrets": secrets("C").secrets}, {"secrets": secrets("C").secrets}),
        ({"secrets": secrets("C")}, {"secrets": secrets("C").secrets}),
        ({"secrets": secrets("A", "C", partial=True)}, {"secrets": [NEW["A"], OLD["B"], NEW["C"]]}),
    ],
)
def test_a_resource_is_changed_where_it_is_told(emulator, marketplace, imported, change, after):
    """What is given is changed and the rest stays, secrets in both of their forms."""
    expected = m.ImportResourceRequestBody(**DATA | after)

    response = marketplace.update_resource(
        resource_id=imported, request_body=m.UpdateResourceRequestBody(**change)
    )

    assert emulator.resources[imported] == expected
    assert response.name == expected.name


@pytest.mark.parametrize(
    ("given", "place"), [(secrets("1").secrets, "secrets"), (secrets("1"), "secrets.secrets")]
)
def test_a_change_that_can_not_be_changes_nothing(emulator, marketplace, imported, given, place):
    """With a secret that no environment can hold it is a 422 that names it, in both forms."""
    body = m.UpdateResourceRequestBody(name="New", secrets=given)

    with pytest.raises(VercelUnprocessableError) as caught:
        marketplace.update_resource(resource_id=imported, request_body=body)

    assert f"`{place}[0].name`" in caught.value.message
    assert emulator.resources[imported] == m.ImportResourceRequestBody(**DATA)


def test_a_deleted_resource_is_gone(emulator, marketplace, imported):
    """After the deletion a resource is neither listed nor found; the others stay."""
    marketplace.delete_integration_resource(resource_id=imported)

    assert list(emulator.resources) == [emulator.resource_id]
    assert len(marketplace.get_integration_resources().resources) == 1
    with pytest.raises(VercelNotFoundError):
        marketplace.get_integration_resource(resource_id=imported)


def test_what_a_deleted_resource_owes_is_owed(emulator, marketplace, imported):
    """Invoices of a resource outlive it, and the last one may come after."""
    marketplace.submit_invoice(request_body=invoice(items=[item(resource_id=imported)]))
    marketplace.delete_integration_resource(resource_id=imported)
    marketplace.submit_invoice(
        request_body=invoice(items=[item(resource_id=imported, plan="storage")])
    )

    assert list(emulator.invoices) == ["inv_1", "inv_2"]


ITEM = {"slug": "s", "origin": "o"}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", b""),
        ("DELETE", "", b""),
        ("PATCH", "", {}),
        ("POST", "/experimentation/items", {"items": []}),
        ("PATCH", "/experimentation/items/flag_1", ITEM),
        ("DELETE", "/experimentation/items/flag_1", b""),
        ("GET", "/experimentation/global-config", b""),
        ("PUT", "/experimentation/global-config", {"data": {}}),
    ],
)
def test_an_unknown_resource_is_not_found(emulator, method, path, body):
    """Whatever is asked of a resource that does not exist is a 404."""
    response = send(emulator, method, f"/resources/db_other{path}", body)

    assert error_of(response) == (404, "not_found", "Resource not found")


def test_further_properties_of_a_plan_stand_beside_its_fields():
    """What a partner adds to a billing plan is written as its other fields are."""
    plan = m.BillingPlan(
        id="pro", type="subscription", name="Pro", additional_properties={"region": "fra"}
    )

    assert json.loads(to_json(plan)) == {
        "id": "pro",
        "type": "subscription",
        "name": "Pro",
        "region": "fra",
    }
