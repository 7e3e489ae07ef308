"""Long lists are written as short ones are, by another way."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import IntEnum

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vercel_marketplace import SDKValidationError, models
from vercel_marketplace._internal.request import encode_body
from vercel_marketplace.funcs.submit_billing_data import OPERATION
from vercel_marketplace.funcs.submit_prepayment_balances import OPERATION as BALANCES

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)
USAGE = models.Usage(name="Size", type="total", units="GB", day_value=1.5, period_value=2)
ITEM = models.LineItem(
    billing_plan_id="pro", name="Compute", price="0.05", quantity=1, units="h", total="0.05"
)
MANY = 2_500

texts = st.text() | st.sampled_from(["", '"', "\\", "\x00", "\u2028", "é", "😀", "{name}", "%s"])
numbers = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**70), 2**70)
usages = st.builds(
    models.Usage,
    resource_id=st.none() | texts,
    name=texts,
    type=st.sampled_from(["total", "interval", "rate"]),
    units=texts,
    day_value=numbers,
    period_value=numbers,
    plan_value=st.none() | numbers,
)


class Level(IntEnum):
    """A number that shows itself as something else."""

    HIGH = 3


class Reading(float):
    """The same, of another library."""

    def __repr__(self):
        return f"Reading({float(self)})"


def body(usage=(), billing=()):
    """Billing data with these rows."""
    period = models.Period(start=NOON, end=NOON)
    return models.SubmitBillingDataRequestBody(
        timestamp=NOON, eod=NOON, period=period, billing=billing, usage=usage
    )


def sent(data):
    """What goes out, parsed."""
    request = models.SubmitBillingDataRequest("icfg_1", data)
    return json.loads(encode_body(OPERATION, request))


@given(st.lists(usages, min_size=1, max_size=5))
def test_a_row_is_the_same_among_many(rows):
    """Each of many rows has the JSON that it has among few."""
    many = (rows * MANY)[:MANY]
    few = sent(body(rows))["usage"]
    assert sent(body(many))["usage"] == (few * MANY)[:MANY]


@pytest.mark.parametrize("container", [list, tuple])
@pytest.mark.parametrize("count", [0, 1, 100, 101, 1000, 1001, 2000, 2001])
def test_no_row_is_lost(count, container):
    """Wherever the pieces are cut, all rows arrive, in their order."""
    rows = container(attrs.evolve(USAGE, day_value=number) for number in range(count))
    assert [row["dayValue"] for row in sent(body(rows))["usage"]] == list(range(count))


def test_what_only_some_rows_have_is_in_those_rows():
    """An optional value is in the rows that have it, an empty one too, and in no other."""
    rows = [attrs.evolve(USAGE, resource_id=value) for value in ("db_1", None, "")] * MANY
    found = [row.get("resourceId", "left out") for row in sent(body(rows))["usage"]]
    assert found == ["db_1", "left out", ""] * MANY


def test_what_is_beside_many_rows_is_there():
    """The other members of a body with many rows are as ever."""
    few, many = sent(body([USAGE], [ITEM])), sent(body([USAGE] * MANY, [ITEM]))
    assert many | {"usage": []} == few | {"usage": []}
    assert [*many] == [*few]


def test_rows_with_more_than_strings_and_numbers_are_written_too():
    """Many lines of a bill, which have times, are written by the encoder."""
    rows = [attrs.evolve(ITEM, start=NOON)] * MANY
    assert sent(body([], rows))["billing"] == [sent(body([], rows[:1]))["billing"][0]] * MANY


@pytest.mark.parametrize("number", [Level.HIGH, Reading(3)], ids=repr)
def test_a_number_is_written_as_one(number):
    """A number of a class of its own is the number, whatever its `repr` is."""
    rows = [attrs.evolve(USAGE, day_value=number)] * MANY
    assert {row["dayValue"] for row in sent(body(rows))["usage"]} == {3}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"name": "\ud800"}, "name: expected a string, got a str with a lone surrogate"),
        ({"day_value": float("nan")}, "day_value: expected a finite number, got nan"),
        ({"day_value": 10**400}, "day_value: expected a finite number, got too large an int"),
        ({"plan_value": "2"}, "plan_value: expected a finite number, got str"),
    ],
)
def test_a_row_that_is_wrong_is_named(change, problem):
    """One wrong row among many is found, and nothing is sent."""
    rows = [USAGE] * MANY
    rows[2_222] = attrs.evolve(USAGE, **change)
    with pytest.raises(SDKValidationError) as caught:
        sent(body(rows))
    assert caught.value.message == f"request_body.usage[2222].{problem}"


def test_one_fraction_of_a_cent_among_many_balances_is_named():
    """A balance is whole cents in a long list, as in a short one."""
    balances = [models.Balance(currency_value_in_cents=1050)] * MANY
    balances[2_222] = models.Balance(currency_value_in_cents=10.5)
    data = models.SubmitPrepaymentBalancesRequestBody(timestamp=NOON, balances=balances)
    with pytest.raises(SDKValidationError) as caught:
        encode_body(BALANCES, models.SubmitPrepaymentBalancesRequest("icfg_1", data))
    problem = "currency_value_in_cents: expected a whole number, got float"
    assert caught.value.message == f"request_body.balances[2222].{problem}"


def test_rows_that_change_between_two_looks_are_written_as_checked():
    """What a lazy sequence holds the next time was not checked, so it is not written."""

    class Lazy(Sequence):
        rows = iter([[USAGE] * MANY, [ITEM] * MANY])

        def __len__(self):
            return MANY

        def __getitem__(self, index):
            raise NotImplementedError

        def __iter__(self):
            return iter(next(self.rows))

    assert sent(body(Lazy())) == sent(body([USAGE] * MANY))


def test_rows_of_a_class_of_the_users_are_written():
    """A subclass of a row is written as the row, also among many."""

    class Metric(models.Usage):
        pass

    rows = [Metric(**attrs.asdict(USAGE)), *[USAGE] * MANY]
    assert sent(body(rows))["usage"] == sent(body([USAGE]))["usage"] * (MANY + 1)
