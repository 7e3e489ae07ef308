"""What is left out, what is null, and what goes beside a model's own properties."""

import copy
import json
import pickle

import attrs
import pytest

from tests.operations import exchange
from vercel_marketplace import SDKValidationError
from vercel_marketplace._internal.schema import fields_of
from vercel_marketplace.models import (
    UNSET,
    BillingPlan,
    Notification,
    Secret,
    Unset,
    UpdateInstallationRequest,
    UpdateInstallationRequestBody,
    UpdateResourceRequest,
    UpdateResourceRequestBody,
    UpdateResourceSecretsRequestBody,
)

SHOWN = Notification(level="warn", title="Nearly full")


def updated_resource(**fields):
    return "update-resource", UpdateResourceRequest(
        "icfg_1", "res_1", UpdateResourceRequestBody(**fields)
    )


def updated_installation(**fields):
    return "update-installation", UpdateInstallationRequest(
        "icfg_1", UpdateInstallationRequestBody(**fields)
    )


def body_of(call):
    operation_id, request = call
    result, recorder = exchange(operation_id, request=request)
    result.unwrap()
    return json.loads(recorder.sent[0].content)


def issues_of(call):
    operation_id, request = call
    result, recorder = exchange(operation_id, request=request)
    assert isinstance(result.error, SDKValidationError)
    assert recorder.sent == []
    return list(map(str, result.error.issues))


# UNSET -------------------------------------------------------------------------------


@pytest.mark.parametrize("updated", [updated_resource, updated_installation])
@pytest.mark.parametrize(
    ("fields", "body"),
    [
        ({}, {}),
        ({"notification": UNSET}, {}),
        ({"notification": None}, {"notification": None}),
        ({"notification": ""}, {"notification": ""}),
        ({"notification": SHOWN}, {"notification": {"level": "warn", "title": "Nearly full"}}),
        ({"status": None}, {}),
    ],
)
def test_null_clears_a_notification_and_unset_leaves_it(updated, fields, body):
    """`None` goes out as null where null clears; `UNSET` and any other `None` are left out."""
    assert body_of(updated(**fields)) == body


@pytest.mark.parametrize(
    ("notification", "issue"),
    [
        (5, "request_body.notification: expected Notification or a string, got int"),
        ({}, "request_body.notification: expected Notification or a string, got dict"),
        ("\ud800", "request_body.notification: expected a string, got a str with a lone surrogate"),
        (
            Notification(level="loud", title=5),
            (
                'request_body.notification.level: expected "info", "warn" or "error", '
                "got another string"
            ),
        ),
    ],
    ids=ascii,
)
def test_a_wrong_notification_is_named(notification, issue):
    """What is neither a notification, a text nor null is refused with its place."""
    assert issues_of(updated_resource(notification=notification))[0] == issue


def test_unset_is_for_the_fields_that_have_it():
    """Elsewhere `UNSET` is a value like any other wrong one."""
    assert issues_of(updated_resource(name=UNSET)) == [
        "request_body.name: expected a string, got Unset"
    ]


@pytest.mark.parametrize(
    "again",
    [copy.copy, copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value)), type(UNSET)],
)
def test_there_is_one_unset(again):
    """However it is copied, `is UNSET` tells it."""
    assert again(UNSET) is UNSET


def test_unset_is_false_and_shows_its_name():
    """`if body.notification:` asks for one that is there, and a repr reads as it is written."""
    assert (bool(UNSET), repr(UNSET), list(Unset)) == (False, "UNSET", [UNSET])
    assert "notification=UNSET" in repr(UpdateResourceRequestBody())


# Both forms of secrets ---------------------------------------------------------------

SECRET = Secret(name="KEY", value="sesame")


@pytest.mark.parametrize(
    ("secrets", "written"),
    [
        ([SECRET], [{"name": "KEY", "value": "sesame"}]),
        ((), []),
        (
            UpdateResourceSecretsRequestBody(secrets=[SECRET], partial=True),
            {"secrets": [{"name": "KEY", "value": "sesame"}], "partial": True},
        ),
    ],
    ids=["list", "tuple", "partial"],
)
def test_secrets_of_a_resource_go_out_in_both_forms(secrets, written):
    """A list replaces all secrets; an object with `partial` overwrites those it has."""
    assert body_of(updated_resource(secrets=secrets)) == {"secrets": written}


# Beside a model's own properties -----------------------------------------------------

PLAN = BillingPlan(id="pro", type="subscription", name="Pro")


def planned(rest):
    return updated_resource(billing_plan=attrs.evolve(PLAN, additional_properties=rest))


@pytest.mark.parametrize("rest", [None, {}, {"maxResources": 3, "tiers": [{"up_to": None}]}])
def test_further_properties_go_beside_those_of_a_plan(rest):
    """What the contract leaves open of a billing plan is written under its own names."""
    plan = {"id": "pro", "type": "subscription", "name": "Pro"}
    assert body_of(planned(rest)) == {"billingPlan": plan | (rest or {})}


@pytest.mark.parametrize(
    ("rest", "issues"),
    [
        ({"id": "x"}, ['additional_properties: must not hold "id", which has a field']),
        ({"x": b""}, ['additional_properties["x"]: expected a JSON value, got bytes']),
        (5, ["additional_properties: expected a dict of JSON values, got int"]),
    ],
)
def test_a_property_of_a_plan_is_given_once(rest, issues):
    """A further property must not replace one that has a field, and must be JSON."""
    assert issues_of(planned(rest)) == [f"request_body.billing_plan.{issue}" for issue in issues]


def test_every_property_of_a_plan_is_guarded():
    """None of the names that a plan's fields have on the wire can be given beside them."""
    names = {field.wire_name for field in fields_of(BillingPlan) if not field.is_extra}
    assert len(issues_of(planned(dict.fromkeys(names)))) == len(names) == 9
