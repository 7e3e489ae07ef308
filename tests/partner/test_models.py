"""The models of the partner API: requests are understood, responses are held to the contract."""

import json

import pytest

from tests.partner.examples import content_of, given, has_json, table
from vercel_marketplace._internal.converter import read_leniently
from vercel_marketplace.models import Notification, Secret
from vercel_marketplace.models.dicts import from_dict, to_dict
from vercel_marketplace.partner import (
    OPERATIONS,
    BillingPlanQuote,
    InstallationCredentials,
    PartnerBillingPlan,
    PartnerInstallation,
    PartnerResource,
    ProvisionedPurchase,
    ReplParagraph,
    ReplTable,
    ReplText,
    ResourceReplRequest,
    RotatedSecrets,
    UpsertInstallationRequest,
)
from vercel_marketplace.partner.bodies import read_body, write_body

REQUESTS = [parameter.id for parameter in table("requests")]


def plan(**changes):
    """A billing plan with some changes."""
    fields = {"id": "pro", "type": "subscription", "name": "Pro", "description": "All of it"}
    return PartnerBillingPlan(**(fields | changes))


def resource(**changes):
    """A resource with some changes."""
    fields = {"id": "db_1", "product_id": "db", "name": "A", "metadata": {}, "status": "ready"}
    return PartnerResource(**(fields | changes))


@pytest.mark.parametrize(("operation", "case"), table("requests"))
def test_every_request_is_understood(operation, case):
    """What Vercel sends becomes a model that holds all of it."""
    fields = given(operation, case)
    request, issues = read_leniently(operation.request, fields)
    assert issues == ()
    assert to_dict(request) == fields


@pytest.mark.parametrize(("operation", "case"), table("requests"))
def test_requests_are_read_openly(operation, case):
    """A property that is not known is ignored, whatever it holds."""
    fields = given(operation, case)
    assert from_dict(operation.request, {**fields, "new": {"a": 1}}) == from_dict(
        operation.request, fields
    )


@pytest.mark.parametrize(("operation", "case"), table("responses", where=has_json))
def test_every_response_can_be_produced(operation, case):
    """What Vercel accepts is read into a model, and written from it."""
    kind = operation.responses[case["status"]]
    value, issues = read_body(kind, content_of(case))
    assert issues == ()
    written = write_body(kind, value)
    assert written.issues == ()
    assert json.loads(written.content) == case["body"] or operation.id == "delete-installation"
    assert read_body(kind, written.content).value == value


@pytest.mark.parametrize(
    ("operation", "case"),
    table("wrong", where=lambda op, case: has_json(op, case) and case["kind"] == "schema"),
)
def test_no_wrong_response_can_be_produced(operation, case):
    """What breaks the schema has issues, whose places are in the body."""
    value, issues = read_body(operation.responses[case["status"]], content_of(case))
    assert value is None
    assert issues


RESOURCE_FAULTS = [
    ({"id": ""}, "id: must not be empty"),
    ({"id": ".."}, 'id: must not be "..": in a path it would name another one'),
    ({"product_id": None}, "productId: expected a string, got None"),
    (
        {"status": "running"},
        'status: expected "ready", "pending", "onboarding", "suspended", "resumed",',
    ),
    ({"metadata": None}, "metadata: expected a dict of JSON values, got None"),
    *(
        (
            {"metadata": {"my key": 1, "a_b": wrong}},
            "metadata.a_b: expected a string, a number, a boolean, or a list of strings or of",
        )
        for wrong in (None, {}, [1, "a"], [True])
    ),
    (
        {"billing_plan": plan(initial_charge="1,50")},
        "billingPlan.initialCharge: expected",
    ),
    ({"billing_plan": plan(minimum_amount="-1")}, "billingPlan.minimumAmount: expected"),
    ({"billing_plan": plan(cost=5)}, "billingPlan.cost: expected a string, got int"),
    (
        {"billing_plan": plan(maximum_amount=1.5)},
        "billingPlan.maximumAmount: expected an amount as a decimal string, Decimal or int, got",
    ),
    ({"billing_plan": plan(preauthorization_amount="0.50")}, "billingPlan.preauthorizationAmount"),
    ({"notification": Notification(level="info", title="")}, "notification.title: must not be"),
    ({"notification": Notification(level="info", title="x" * 101)}, "notification.title: longer"),
    (
        {"notification": Notification(level="info", title="x", href="ftp://a")},
        "notification.href: expected a link",
    ),
    (
        {"notification": Notification(level="info", title=1, href=2)},
        "notification.title: expected a string, got int",
    ),
    ({"notification": "full"}, "notification: expected Notification, got str"),
]


@pytest.mark.parametrize(("changes", "fault"), RESOURCE_FAULTS)
def test_a_resource_that_vercel_refuses_is_not_written(changes, fault):
    """The first issue names the place in the JSON, and nothing is written."""
    written = write_body(PartnerResource, resource(**changes))
    assert written.content == b""
    assert str(written.issues[0]).startswith(fault)


@pytest.mark.parametrize(
    ("secrets", "fault"),
    [
        ([Secret(name="1", value="x")], "secrets[0].name: only letters"),
        ([Secret(name="A", value="")], "secrets[0].value: must not be empty"),
        ([Secret(name="A", value="x")] * 2, "secrets[1].name: given more than once"),
        ([Secret(name=1, value="x")], "secrets[0].name: expected a string, got int"),
        ([{"name": "A", "value": "x"}], "secrets[0]: expected Secret, got dict"),
        ({}, "secrets: expected a list of Secret, got dict"),
    ],
)
def test_secrets_that_no_environment_holds_are_not_written(secrets, fault):
    """A secret that Vercel cannot set is named by its place."""
    written = write_body(RotatedSecrets, RotatedSecrets(sync=True, secrets=secrets))
    assert [str(issue).startswith(fault) for issue in written.issues] == [True]


def test_a_scheduled_rotation_is_not_done():
    """With a status of 202 there are no secrets yet."""
    (_, kind) = OPERATIONS["request-secrets-rotation"].responses.values()
    assert write_body(kind, kind()).content == b'{"sync":false}'
    done = write_body(kind, kind(sync=True, secrets=[]))
    assert [issue.path for issue in done.issues] == ["sync"]


def test_null_is_written_where_it_means_something():
    """Null clears the notification of an installation; that of a resource is left out."""
    assert write_body(PartnerInstallation, PartnerInstallation()).content == b"{}"
    cleared = PartnerInstallation(notification=None)
    assert write_body(PartnerInstallation, cleared).content == b'{"notification":null}'
    assert b"null" not in write_body(PartnerResource, resource(notification=None)).content


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"[", "the body is not valid JSON: Expecting value at character 1"),
        (b'[{"type": "text"}]', '[0]: "type" must be "paragraph" or "table"'),
        (b'[{"type": ["text"]}]', '[0]: "type" must be "paragraph" or "table"'),
        (b"[1]", "[0]: expected an object, got a number"),
        (b'[{"type": "table"}]', "[0].rows: a required field is missing"),
        (
            b'[{"type": "table", "rows": [[{"text": "x"}]]}]',
            '[0].rows[0][0].type: expected "text"',
        ),
        (
            b'[{"type": "paragraph", "children": [{"type": "text", "text": "\\ud800"}]}]',
            "[0].children[0].text: expected a JSON value, got a str with a lone surrogate",
        ),
    ],
)
def test_blocks_are_told_apart_by_their_type(body, fault):
    """What a command shows is a list of blocks, each of a known type."""
    kind = OPERATIONS["resource-repl"].responses[200]
    assert [*map(str, read_body(kind, body).issues)] == [fault]


def test_blocks_are_written_with_their_types():
    """The constants need not be given."""
    kind = OPERATIONS["resource-repl"].responses[200]
    text = ReplText(text="A")
    blocks = [ReplParagraph(children=[text]), ReplTable(rows=[[text], []])]
    piece = {"type": "text", "text": "A"}
    assert json.loads(write_body(kind, blocks).content) == [
        {"type": "paragraph", "children": [piece]},
        {"type": "table", "rows": [[piece], []]},
    ]
    assert [str(i) for i in write_body(kind, [text]).issues] == [
        "[0]: expected ReplParagraph or ReplTable, got ReplText"
    ]


@pytest.mark.parametrize(
    ("timestamp", "fault"),
    [
        (1_788_000_000_000, "timestamp: expected a timestamp, got a number"),
        ("2026-08-28", "timestamp: expected an ISO 8601 date and time with its offset"),
        ("2026-08-28T10:00:00", "timestamp: expected an ISO 8601 date and time with its offset"),
        ("2026-13-28T10:00:00Z", "timestamp: expected an ISO 8601 timestamp"),
    ],
)
def test_a_moment_is_written_in_one_way(timestamp, fault):
    """Numbers, dates and local times are not what Vercel reads as a moment."""
    body = json.dumps({"timestamp": timestamp, "balances": []}).encode()
    (issue,) = read_body(ProvisionedPurchase, body).issues
    assert str(issue) == fault


def test_credentials_do_not_show_their_token():
    """The token that Vercel sends is in no text, and in the JSON by its own name."""
    credentials = InstallationCredentials(access_token="hidden-1", token_type="Bearer")
    assert "hidden-1" not in repr(credentials)
    assert to_dict(credentials) == {"access_token": "hidden-1", "token_type": "Bearer"}


def test_a_command_does_not_show_what_was_typed():
    """It may set a password, and error reporters send the request with a failure."""
    request = ResourceReplRequest(
        installation_id="icfg_1", resource_id="db_1", input="AUTH hidden-1"
    )
    assert "hidden-1" not in repr(request)


def test_an_optional_field_that_does_not_fit_is_skipped():
    """A request whose optional parts are odd is understood without them, and they are named."""
    (case,) = (
        values[1]
        for values in (p.values for p in table("requests"))
        if values[1]["name"] == "least"
    )
    fields = given(OPERATIONS["upsert-installation"], case) | {"billingPlanId": 5}
    request, issues = read_leniently(UpsertInstallationRequest, fields, wire_names=True)
    assert request.billing_plan_id is None
    assert [*map(str, issues)] == ["billingPlanId: expected a string, got int"]


def test_a_required_field_is_named_as_in_json():
    """What makes a request useless is named by its place in the JSON."""
    fields = {"installationId": "icfg_1", "credentials": {"access_token": 1}}
    request, issues = read_leniently(UpsertInstallationRequest, fields, wire_names=True)
    assert request is None
    assert {"acceptedPolicies", "credentials.access_token"} <= {issue.path for issue in issues}


def test_responses_are_read_strictly_from_dicts():
    """A partner that keeps responses as JSON reads them as it writes them: without odd ones."""
    made = plan(quote=[BillingPlanQuote(line="A", amount="1")], initial_charge=5)
    assert to_dict(made)["initialCharge"] == "5"
    assert from_dict(PartnerBillingPlan, to_dict(made)) == made
