"""Long lists are read as short ones are, by another way."""

import copy
import json
from datetime import datetime
from typing import get_args

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vercel_marketplace import models
from vercel_marketplace._internal.converter import read_leniently
from vercel_marketplace._internal.schema import (
    arms_of,
    fields_of,
    is_datetime,
    is_list,
    is_literal,
    is_mapping,
    is_model,
    is_optional,
)
from vercel_marketplace.errors import Issue
from vercel_marketplace.partner import models as partner_models
from vercel_marketplace.partner.models.errors import PartnerErrorBody

MODELS = [
    models.GlobalConfig,
    models.Invoice,
    models.Resource,
    models.ResourceSummary,
    models.RevokedCredential,
    partner_models.PartnerBillingPlan,
    partner_models.PartnerInstallation,
    partner_models.ReplTable,
    partner_models.ScheduledRotation,
]
MANY = 120
ROW = {"partnerId": "db_1", "internalId": "ir_1", "name": "Data", "productId": "iap_1"}
LEAVES = {
    str: st.sampled_from(["", "ready", "0.05", "é"]),
    bool: st.booleans(),
    float: st.sampled_from([0, 1.5, -3]),
    int: st.sampled_from([0, 1700, 2.5]),
}
JUNK = st.sampled_from(
    [None, True, 3, 2.5, 10**400, float("inf"), "", "text", "2026-10-31T01:02:03Z", [], [3], {}]
)


def documents(kind):
    """Values of parsed JSON that match an annotation."""
    arm = arms_of(kind)[-1]
    null = st.none() if is_optional(kind) else st.nothing()
    if is_model(arm):
        fields = {field: documents(field.kind) for field in fields_of(arm)}
        return null | st.fixed_dictionaries(
            {field.wire_name: one for field, one in fields.items() if field.required},
            optional={field.wire_name: one for field, one in fields.items() if not field.required},
        )
    if is_list(arm):
        return null | st.lists(documents(get_args(arm)[0]), max_size=2)
    if is_mapping(arm):
        return null | st.dictionaries(st.sampled_from("ab"), JUNK, max_size=1)
    if is_literal(arm):
        return null | st.sampled_from(get_args(arm))
    if is_datetime(arm):
        return null | st.sampled_from(["2026-10-31T01:02:03Z", "2026-10-31"])
    return null | LEAVES.get(arm, LEAVES[str])


def places_in(value, place=()):
    """Every place below a value of parsed JSON."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, one in inner:
        yield (*place, key)
        if isinstance(one, dict | list):
            yield from places_in(one, (*place, key))


def break_at(row, place, junk):
    """A copy with something else at a place; with nothing at all for `...`."""
    row = inner = copy.deepcopy(row)
    *way, last = place
    for key in way:
        inner = inner[key]
    if junk is ...:
        del inner[last]
    else:
        inner[last] = junk
    return row


def read_alone(model, rows):
    """What reading each row in a list of its own comes to."""
    readings = [read_leniently(list[model], [row]) for row in rows]
    failed = any(reading.value is None for reading in readings)
    issues = [
        (issue.path.replace("[0]", f"[{at}]", 1), issue.message, not failed and issue.raw_value)
        for at, reading in enumerate(readings)
        for issue in reading.issues
    ]
    return None if failed else [reading.value[0] for reading in readings], issues


def read_together(model, rows):
    """What reading the rows in one list comes to."""
    value, issues = read_leniently(list[model], rows)
    failed = value is None
    return value, [(i.path, i.message, not failed and i.raw_value) for i in issues]


@given(st.data())
def test_a_row_is_read_among_many_as_alone(data):
    """Sound or broken, each of many rows is the model, and has the issues, that it has alone."""
    model = data.draw(st.sampled_from(MODELS))
    rows = data.draw(st.lists(documents(model), min_size=1, max_size=3))
    for at in data.draw(st.lists(st.integers(0, len(rows) - 1), max_size=2)):
        places = [*places_in(rows[at])]
        if places:
            place = data.draw(st.sampled_from(places))
            rows[at] = break_at(rows[at], place, data.draw(JUNK | st.just(...)))
    many = (rows * MANY)[:MANY]
    assert read_together(model, many) == read_alone(model, many)


@pytest.mark.parametrize("junk", [None, 3, "text", [], {}, [ROW]], ids=json.dumps)
def test_what_is_no_row_is_found_among_many(junk):
    """Something else in the place of a row is named, wherever it is."""
    rows = [*[ROW] * MANY, junk]
    value, ((path, message, _), *_) = read_together(models.ResourceSummary, rows)
    assert (value, path.partition(".")[0]) == (None, f"[{MANY}]")
    assert message.startswith(("expected an object", "a required field"))


@pytest.mark.parametrize("container", [list, tuple])
@pytest.mark.parametrize("count", [0, 1, 99, 100, 999, 1000, 1001, 2000, 2001])
def test_no_row_is_lost(count, container):
    """Wherever a long list is cut, all rows are read, in their order."""
    rows = container(ROW | {"name": str(number)} for number in range(count))
    value, issues = read_leniently(list[models.ResourceSummary], rows)
    assert [resource.name for resource in value] == [row["name"] for row in rows]
    assert issues == ()


@pytest.mark.parametrize("at", [0, 99, 999, 1000, 2000])
def test_null_is_refused_where_a_row_requires_a_model(at):
    """In a long list, too, no row lacks the model that its class promises."""
    rows = [{"error": {"code": "conflict", "message": "No"}}] * (at + MANY)
    rows[at] = {"error": None}
    assert read_leniently(list[PartnerErrorBody], rows) == (
        None,
        (Issue(f"[{at}].error", "expected an object, got None"),),
    )


def test_an_optional_field_that_is_wrong_is_skipped_in_its_row_only():
    """One wrong value among many rows costs that value, and is reported with it."""
    rows = [ROW | {"status": "ready"}] * 2_500
    rows[2_222] = ROW | {"status": 7}
    value, issues = read_leniently(list[models.ResourceSummary], rows)
    assert {one.status for one in value[:2_222]} == {"ready"}
    assert [at for at, one in enumerate(value) if one.status is None] == [2_222]
    assert [(i.path, i.raw_value) for i in issues] == [("[2222].status", 7)]


def double(text):
    """A converter of the user's."""
    return text * 2


def test_an_optional_model_that_is_wrong_is_skipped_in_its_row_only():
    """So does a value inside of a row that stands for a model."""
    rows = [ROW | {"notification": {"level": "info", "title": "Hello"}}] * MANY
    rows[7] = ROW | {"notification": 7}
    value, issues = read_leniently(list[models.ResourceSummary], rows)
    assert [at for at, one in enumerate(value) if one.notification is None] == [7]
    assert [(i.path, i.raw_value) for i in issues] == [("[7].notification", 7)]


@attrs.frozen
class Converted:
    """A class that converts its field."""

    name: str = attrs.field(converter=double)


@attrs.frozen
class Prepared:
    """A class that does something once it is made."""

    name: str
    size: int = attrs.field(init=False, default=0)

    def __attrs_post_init__(self):
        object.__setattr__(self, "size", len(self.name))


@attrs.frozen(slots=False)
class Open:
    """A class without slots."""

    name: str


@pytest.mark.parametrize("model", [Converted, Prepared, Open])
def test_a_class_of_the_users_is_called(model):
    """What a class does when it is made, it does for each of many rows."""
    assert read_leniently(list[model], [{"name": "abc"}] * MANY).value == [model("abc")] * MANY


def test_times_are_read_in_many_rows():
    """A column may hold what has to be converted."""
    rows = [{"start": "2026-10-31T00:00:00Z", "end": "2026-11-01T00:00:00Z"}] * MANY
    value, _ = read_leniently(list[models.Period], rows)
    assert value[-1] == models.Period(
        start=datetime.fromisoformat("2026-10-31T00:00:00Z"),
        end=datetime.fromisoformat("2026-11-01T00:00:00Z"),
    )
