"""Events: a class for each type, open to what Vercel adds, and none lost."""

import copy
import inspect
import json
import pickle
from datetime import UTC, datetime
from decimal import Decimal
from typing import get_args

import attrs
import pytest
from attrs.exceptions import FrozenInstanceError
from hypothesis import given
from hypothesis import strategies as st

from tests.webhooks.examples import CREATED, ENVELOPE, EXAMPLES, read, result_of, wire, without
from vercel_marketplace import webhooks as w

PAYLOADS = [kind for name in w.__all__ if attrs.has(kind := getattr(w, name))]
REQUIRED = [
    ("marketplace.invoice.paid", ("invoiceId",), "invoice_id"),
    ("marketplace.invoice.created", ("period", "start"), "period.start"),
    ("marketplace.invoice.notpaid", ("invoiceDate",), "invoice_date"),
    ("marketplace.invoice.overdue", ("invoiceTotal",), "invoice_total"),
    ("marketplace.invoice.refunded", ("amount",), "amount"),
    ("marketplace.invoice.refunded", ("reason",), "reason"),
    ("marketplace.member.changed", ("memberId",), "member_id"),
    ("marketplace.member.changed", ("role",), "role"),
    ("integration-resource.project-connected", ("resourceId",), "resource_id"),
    ("integration-resource.project-disconnected", ("project", "id"), "project.id"),
    ("deployment.integration.action.start", ("action",), "action"),
    ("deployment.integration.action.cancel", ("deployment",), "deployment"),
    ("deployment.rollback", ("toDeploymentId",), "to_deployment_id"),
    ("deployment.succeeded", ("deployment", "id"), "deployment.id"),
]


# Reading -------------------------------------------------------------------------------


@pytest.mark.parametrize("type_", EXAMPLES)
def test_an_event_is_read_as_its_class(type_):
    """Each type has its class, with envelope and payload in Python's names and types."""
    _, kind, payload = EXAMPLES[type_]
    assert read(wire(type_)) == kind(
        id="evt_1", type=type_, created_at=CREATED, region="sfo1", payload=payload
    )


def test_every_class_has_an_example():
    """The union holds the classes of the examples, and the one for all others."""
    assert set(get_args(w.WebhookEvent)) == {k for _, k, _ in EXAMPLES.values()} | {w.UnknownEvent}


@pytest.mark.parametrize("type_", EXAMPLES)
def test_an_unknown_field_changes_nothing(type_):
    """A field that Vercel adds, to the envelope or the payload, is passed over."""
    added = wire(type_, envelope={"webhookId": "hook_1"}, addedTomorrow={"by": ["Vercel"]})
    assert read(added) == read(wire(type_))


def test_an_unknown_field_is_in_raw():
    """What has no name of its own can be had from the event as it came."""
    event = read(wire(envelope={"webhookId": "hook_1"}, integrations=[{"installationId": "i"}]))
    assert event.raw["webhookId"] == "hook_1"
    assert event.raw["payload"]["integrations"] == [{"installationId": "i"}]


@pytest.mark.parametrize(
    ("type_", "changed", "value_of"),
    [
        ("marketplace.member.changed", {"role": "OWNER"}, lambda p: p.role),
        ("deployment.succeeded", {"target": "OWNER"}, lambda p: p.target),
        (
            "integration-configuration.removed",
            {"configuration": {"id": "icfg_1", "projectSelection": "OWNER"}},
            lambda p: p.configuration.project_selection,
        ),
    ],
)
def test_an_unknown_enum_member_is_kept(type_, changed, value_of):
    """A value that Vercel adds comes as the string it is."""
    assert value_of(read(wire(type_, **changed)).payload) == "OWNER"


@pytest.mark.parametrize("external", [{}, {"externalInvoiceId": None}])
def test_an_invoice_without_an_external_id_has_none(external):
    """Null and missing are the same where null is documented."""
    body = without(wire(), "payload", "externalInvoiceId")
    body["payload"] |= external
    assert read(body).payload.external_invoice_id is None


@pytest.mark.parametrize("missing", ["installationId", "configuration"])
@pytest.mark.parametrize(
    "type_", ["marketplace.invoice.paid", "marketplace.invoice.refunded"], ids=["paid", "refunded"]
)
def test_one_of_the_installations_two_ids_is_enough(type_, missing):
    """They are documented as the same, so one stands in for the other."""
    assert read(without(wire(type_), "payload", missing)) == read(wire(type_))


@pytest.mark.parametrize("given", [{"project": None}, {"projectId": None}])
def test_one_of_the_projects_two_ids_is_enough(given):
    """They are documented as the same, so one stands in for the other."""
    payload = read(wire("integration-resource.project-disconnected", **given)).payload
    assert (payload.project.id, payload.project_id) == ("prj_1", "prj_1")


@pytest.mark.parametrize("region", [{}, {"region": None}])
def test_an_event_without_a_region_has_none(region):
    """The region may be null, or missing."""
    assert read(without(wire(), "region") | region).region is None


# What does not fit ---------------------------------------------------------------------


@pytest.mark.parametrize("type_", ["firewall.attack", "deployment-ready", "Marketplace.invoice"])
def test_an_unknown_type_is_an_unknown_event(type_):
    """A type of tomorrow, or of the past, keeps its payload as it came."""
    event = read(wire(envelope={"type": type_, "payload": {"severity": [1, None]}}))
    assert event == w.UnknownEvent(
        id="evt_1",
        type=type_,
        created_at=CREATED,
        region="sfo1",
        payload={"severity": [1, None]},
    )


@pytest.mark.parametrize(("type_", "path", "place"), REQUIRED)
def test_a_payload_that_lacks_a_field_is_an_unknown_event(type_, path, place):
    """An event is not lost because Vercel stopped sending a documented field."""
    body = without(wire(type_), "payload", *path)
    event = read(body)
    assert isinstance(event, w.UnknownEvent)
    assert (event.type, event.payload) == (type_, body["payload"])
    assert list(map(str, event.issues)) == [f"payload.{place}: a required field is missing"]


@pytest.mark.parametrize(
    ("type_", "changed", "issue"),
    [
        ("marketplace.invoice.paid", {"invoiceId": 5}, "invoice_id: expected a string, got int"),
        ("marketplace.invoice.paid", {"period": []}, "period: expected an object, got list"),
        (
            "marketplace.invoice.paid",
            {"invoiceDate": "soon"},
            "invoice_date: expected a time, got str",
        ),
        ("deployment.ready", {"regions": "sfo1"}, "regions: expected a list, got str"),
        ("deployment.ready", {"regions": ["a", 5]}, "regions[1]: expected a string, got int"),
        (
            "deployment.ready",
            {"deployment": {"id": "dpl_1", "meta": "main"}},
            "deployment.meta: expected an object, got str",
        ),
    ],
)
def test_a_payload_of_other_types_is_an_unknown_event(type_, changed, issue):
    """What does not fit is named by place and type, never by value."""
    example = EXAMPLES.get(type_, EXAMPLES["deployment.succeeded"])[0]
    event = read(wire(envelope={"type": type_, "payload": example | changed}))
    assert isinstance(event, w.UnknownEvent)
    assert list(map(str, event.issues)) == [f"payload.{issue}"]


def test_every_issue_of_a_payload_is_named():
    """One look finds all there is."""
    event = read(wire(envelope={"payload": {"period": {}}}))
    names = ("configuration", "installation_id", "invoice_id", "period.start", "period.end")
    assert [issue.path for issue in event.issues] == [
        *(f"payload.{name}" for name in names),
        "payload.invoice_date",
        "payload.invoice_total",
    ]


@pytest.mark.parametrize("payload", [None, [], "text", 5, True])
@pytest.mark.parametrize("type_", ["marketplace.invoice.paid", "tomorrow"])
def test_a_payload_that_is_no_object_is_kept(type_, payload):
    """Whatever the payload is, the event is there."""
    event = read(wire(envelope={"type": type_, "payload": payload}))
    assert isinstance(event, w.UnknownEvent)
    assert event.payload == payload


def test_a_missing_payload_is_none():
    """An event without a payload is an event."""
    assert read(without(wire(envelope={"type": "tomorrow"}), "payload")).payload is None


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(data=st.data(), type_=st.sampled_from(sorted(EXAMPLES)))
def test_no_payload_loses_an_event(type_, data):
    """Whatever stands in a payload's fields, the event is read, as its class or as unknown."""
    example = EXAMPLES[type_][0]
    changed = data.draw(st.dictionaries(st.sampled_from(sorted(example)), JSON))
    event = read(wire(type_, **changed))
    assert isinstance(event, EXAMPLES[type_][1] | w.UnknownEvent)
    assert event.id == "evt_1"


# Money and time ------------------------------------------------------------------------


def with_total(text):
    return json.dumps(wire(invoiceTotal="TOTAL")).replace('"TOTAL"', text).encode()


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ('"36.00"', "36.00"),
        ('"0"', "0"),
        ("36.10", "36.10"),
        ("36", "36"),
        ("1e2", "100"),
        ("12345678901234567890.12", "12345678901234567890.12"),
        ("0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827"),
    ],
)
def test_an_amount_keeps_its_digits(text, total):
    """Amounts are decimal strings; a JSON number becomes one without having been a float."""
    assert read(with_total(text)).payload.invoice_total == total


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('"abc"', "str"),
        ('"NaN"', "str"),
        ('"-5"', "str"),
        ('"1e5"', "str"),
        ('"36."', "str"),
        ('"36.00\\n"', "str"),
        ('"٣٦"', "str"),
        ('""', "str"),
        ("true", "bool"),
        ("-5", "int"),
        ("1e999", "Decimal"),
        ("[]", "list"),
    ],
)
def test_what_is_no_amount_is_not_taken_for_one(text, kind):
    """An amount can be given to `Decimal` and added up; anything else is an unknown event."""
    event = read(with_total(text))
    assert isinstance(event, w.UnknownEvent)
    assert list(map(str, event.issues)) == [
        f"payload.invoice_total: expected an amount, got {kind}"
    ]


def test_no_number_of_a_raw_payload_is_a_float():
    """A number that this version does not know may be money, too."""
    event = read(wire(envelope={"type": "tomorrow", "payload": {"total": 0.1, "count": 3}}))
    assert event.payload == {"total": Decimal("0.1"), "count": 3}
    assert isinstance(event.payload["total"], Decimal)


def created_at(text):
    body = json.dumps(wire(envelope={"createdAt": "TIME"})).replace('"TIME"', text)
    return result_of(body.encode())


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("1767225600000", CREATED),
        ("1767225600001", CREATED.replace(microsecond=1000)),
        ("0", datetime(1970, 1, 1, tzinfo=UTC)),
        ("253402300799999", datetime(9999, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC)),
        ("1767225600000.9", CREATED),
        ("1.7672256e12", CREATED),
        ('"2026-01-01T00:00:00.000Z"', CREATED),
        ('"2026-01-01T02:00:00+02:00"', CREATED),
        ('"2026-01-01"', CREATED),
    ],
)
def test_a_time_is_an_aware_datetime(text, moment):
    """Milliseconds since 1970, or ISO 8601, which is in UTC where it does not say."""
    event = created_at(text).unwrap()
    assert event.created_at == moment
    assert event.created_at.utcoffset() is not None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("253402300800000", "int"),
        ("1e999999999", "Decimal"),
        ("-1", "int"),
        ("true", "bool"),
        ('"1767225600000"', "str"),
        ('"20260101"', "str"),
        ('"2026-W01-1"', "str"),
        ('"soon"', "str"),
        ('"2026-13-01"', "str"),
        ('"٢٠٢٦-01-01"', "str"),
        ("[]", "list"),
    ],
)
def test_what_is_no_time_is_not_taken_for_one(text, kind):
    """A moment out of range, or of another type, is left out and named; the event is kept."""
    event = created_at(text).unwrap()
    assert event.created_at is None
    assert list(map(str, event.issues)) == [f"created_at: expected a time, got {kind}"]


@pytest.mark.parametrize("type_", EXAMPLES)
def test_an_event_without_a_time_is_kept(type_):
    """Vercel's guide prints invoice events without a time: they must not be lost."""
    event = read(without(wire(type_), "createdAt"))
    assert (type(event), event.created_at, event.issues) == (EXAMPLES[type_][1], None, ())


def test_a_region_of_another_type_is_left_out():
    """What cannot be read of the envelope must not cost the event."""
    event = read(wire(envelope={"region": ["sesame"]}))
    assert event.region is None
    assert list(map(str, event.issues)) == ["region: expected a string, got list"]


# Installations ---------------------------------------------------------------------------


INSTALLATIONS = {
    "configuration": ({"configuration": {"id": "icfg_1"}}, ("icfg_1",)),
    "flat": ({"installationId": "icfg_1"}, ("icfg_1",)),
    "integrations": (
        {"integrations": [{"installationId": f"icfg_{n}"} for n in (1, 2, 1)]},
        ("icfg_1", "icfg_2"),
    ),
    "a list": ({"installationIds": ["icfg_1", "icfg_2"]}, ("icfg_1", "icfg_2")),
    "a check run": (
        {"checkRun": {"id": "run_1", "source": {"integrationConfigurationId": "icfg_1"}}},
        ("icfg_1",),
    ),
    "all at once": (
        {
            "installationIds": ["icfg_2", "icfg_1"],
            "integrations": [{"installationId": "icfg_2"}],
            "configuration": {"id": "icfg_1"},
            "installationId": "oac_1",
        },
        ("icfg_1",),
    ),
    "nowhere": ({"configuration": None, "integrations": [], "installationIds": {}}, ()),
    "odd": ({"configuration": "icfg_1", "integrations": [None], "installationIds": [5, ""]}, ()),
}


@pytest.mark.parametrize("place", INSTALLATIONS)
@pytest.mark.parametrize("type_", ["deployment.succeeded", "project.created", "of.tomorrow"])
def test_an_event_names_its_installations_wherever_they_stand(type_, place):
    """Every event, an unknown one too, must say whom it concerns; the first place counts."""
    payload, ids = INSTALLATIONS[place]
    event = read(ENVELOPE | {"type": type_, "payload": {"deployment": {"id": "dpl_1"}, **payload}})
    assert event.installation_ids == ids
    assert event.installation_id == (ids[0] if ids else None)


@pytest.mark.parametrize("payload", [None, [], "icfg_1", 5])
def test_a_payload_that_is_no_object_names_no_installation(payload):
    """Whatever a payload is, the event must be read."""
    assert read(ENVELOPE | {"type": "of.tomorrow", "payload": payload}).installation_ids == ()


# Deployments -----------------------------------------------------------------------------


CHECK_RUN = {
    "id": "run_1",
    "checkId": "chk_1",
    "deploymentId": "dpl_1",
    "source": {
        "kind": "integration",
        "integrationConfigurationId": "icfg_1",
        "externalResourceId": "db_1",
    },
    "timeout": 300,
}


def test_a_check_run_is_typed():
    """The run to carry out must have its ids and its time."""
    event = read(wire("deployment.of-tomorrow", checkRun=CHECK_RUN))
    source = w.CheckRunSource(
        kind="integration", integration_configuration_id="icfg_1", external_resource_id="db_1"
    )
    assert event.payload.check_run == w.CheckRun(
        id="run_1", check_id="chk_1", deployment_id="dpl_1", source=source, timeout=300.0
    )


@pytest.mark.parametrize("timeout", ["300", True, 10**16])
def test_what_is_no_number_is_not_taken_for_one(timeout):
    """A time of another type makes it an event whose payload is kept as it came."""
    event = read(wire("deployment.of-tomorrow", checkRun=CHECK_RUN | {"timeout": timeout}))
    assert str(event.issues[0]).startswith("payload.check_run.timeout: expected a number, got")


def test_the_resources_of_a_deployment_are_typed():
    """The partner's own resource ids must be there, and the check to run again."""
    integrations = [{"installationId": "icfg_1", "resources": [{"externalResourceId": "db_1"}]}]
    event = read(wire("deployment.of-tomorrow", integrations=integrations, check={"id": "chk_1"}))
    resource = w.IntegrationResource(external_resource_id="db_1")
    assert event.payload.integrations == [
        w.Integration(installation_id="icfg_1", resources=[resource])
    ]
    assert event.payload.check == w.Check(id="chk_1")


def test_a_deployment_that_is_cleaned_up_has_its_place():
    """`deployment.cleanup` says inside of the deployment what others say beside it."""
    given = {
        "id": "dpl_1",
        "alias": ["a.example.com"],
        "target": None,
        "customEnvironmentId": "env_1",
        "regions": ["iad1"],
    }
    assert read(wire("deployment.of-tomorrow", deployment=given)).payload.deployment == (
        w.Deployment(
            id="dpl_1", alias=["a.example.com"], custom_environment_id="env_1", regions=["iad1"]
        )
    )


def test_the_times_of_a_payload_may_be_milliseconds():
    """What the envelope may write as a number, the payload may too."""
    assert read(wire(invoiceDate=1767225600000)).payload.invoice_date == CREATED


# Text ----------------------------------------------------------------------------------


def test_half_an_emoji_does_not_break_whoever_stores_it():
    """A lone surrogate in a named field becomes a question mark; a whole pair stays."""
    body = json.dumps(
        wire("integration-resource.project-connected", project={"id": "prj_1", "name": "HALF"})
    )
    event = read(body.replace("HALF", r"a\ud83d \ud83d\ude00").encode())
    assert event.payload.project.name == "a? \U0001f600"


def test_an_id_can_always_be_stored():
    """So does one in the id, which goes into the partner's database."""
    assert read(json.dumps(wire()).replace("evt_1", r"evt_\udc00").encode()).id == "evt_?"


# Values --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", PAYLOADS)
def test_a_class_is_frozen_and_slotted(kind):
    """No attribute can be set, and none can be added."""
    instance = object.__new__(kind)
    with pytest.raises(FrozenInstanceError):
        setattr(instance, attrs.fields(kind)[0].name, None)
    assert not hasattr(instance, "__dict__")


@pytest.mark.parametrize(
    "kind", [k for k in PAYLOADS if not issubclass(k, w.Event)] + [w.Event, w.UnknownEvent]
)
def test_a_class_documents_its_own_fields(kind):
    """The docstring of a class says what each field is that it does not inherit."""
    documented = inspect.getdoc(kind)
    own = [a.name for a in attrs.fields(kind) if not a.inherited]
    assert [name for name in own if f"\n    {name}: " not in documented] == []


@pytest.mark.parametrize("again", [copy.deepcopy, lambda e: pickle.loads(pickle.dumps(e))])
@pytest.mark.parametrize("type_", EXAMPLES)
def test_an_event_copies_and_pickles(type_, again):
    """An event can be queued: its copy is equal to it, and keeps the raw event."""
    event = read(wire(type_))
    assert again(event) == event
    assert again(event).raw == event.raw


@pytest.mark.parametrize("type_", ["marketplace.invoice.paid", "tomorrow"])
def test_what_is_not_known_is_not_shown(type_):
    """Nobody knows what Vercel adds, so it stays out of logs."""
    event = read(wire(envelope={"type": type_, "payload": {"password": "sesame"}}))
    assert event.raw["payload"] == {"password": "sesame"}
    assert "sesame" not in f"{event!r} {event}"
