"""Objects that the contract leaves open: any JSON goes out and comes in, nothing else does."""

import enum
import json
import math
from collections import OrderedDict, defaultdict
from datetime import UTC, datetime
from decimal import Decimal

import attrs
import pytest
from hypothesis import given

from tests.contract.generated import JSON_OBJECTS
from tests.fakes import json_response
from tests.operations import CASES, exchange
from vercel_marketplace import ResponseValidationError, SDKValidationError
from vercel_marketplace.models import ReplaceGlobalConfigRequest, ReplaceGlobalConfigRequestBody

GLOBAL_CONFIG = CASES["get-global-config"].answer


def pushed(data):
    body = ReplaceGlobalConfigRequestBody(data=data)
    request = ReplaceGlobalConfigRequest("icfg_1", "res_1", body)
    return exchange("replace-global-config", request=request)


def written(data):
    result, recorder = pushed(data)
    result.unwrap()
    return json.loads(recorder.sent[0].content)["data"]


def issues_of(data):
    result, recorder = pushed(data)
    assert isinstance(result.error, SDKValidationError)
    assert recorder.sent == []
    return list(map(str, result.error.issues))


@pytest.mark.parametrize("data", [{"": math.inf}, {"0": None, "": math.inf}], ids=repr)
def test_an_infinity_under_an_empty_key_is_named(data):
    """A number that JSON cannot hold is refused by its place, also below a key without text."""
    assert issues_of(data) == ['request_body.data[""]: expected a JSON value, got inf']


def read(items):
    return exchange("get-global-config", json_response(GLOBAL_CONFIG | {"items": items}))[0]


def nested(depth, inner=None):
    """A value so many levels deep, lists and dicts in turn."""
    for level in range(depth):
        inner = [inner] if level % 2 else {"k": inner}
    return {"deep": inner}


class Colour(enum.StrEnum):
    """A str of another class."""

    RED = "red"


@given(JSON_OBJECTS)
def test_any_json_goes_out_and_comes_in(data):
    """What JSON can say is written as it is, and read as it was written."""
    assert written(data) == data
    assert read(data).unwrap().items == data


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"a": (1, (2,))}, {"a": [1, [2]]}),
        (OrderedDict(a=defaultdict(list, b=[])), {"a": {"b": []}}),
        ({"a": Colour.RED}, {"a": "red"}),
        ({"": True}, {"": True}),
    ],
    ids=["tuples", "dicts of other classes", "str of another class", "empty key"],
)
def test_what_python_has_for_json_is_taken(data, expected):
    """Tuples are lists, and subclasses of dict and str are what they derive from."""
    assert written(data) == expected


@pytest.mark.parametrize(
    ("data", "issue"),
    [
        ({"a": b"x"}, '["a"]: expected a JSON value, got bytes'),
        ({"a": [0, {"b c": {1}}]}, '["a"][1]["b c"]: expected a JSON value, got set'),
        ({"a": Decimal(1)}, '["a"]: expected a JSON value, got Decimal'),
        ({"a": datetime.now(UTC)}, '["a"]: expected a JSON value, got datetime'),
        ({"a": math.nan}, '["a"]: expected a JSON value, got nan'),
        ({"a": [-math.inf]}, '["a"][0]: expected a JSON value, got -inf'),
        ({"a": 10**400}, '["a"]: expected a JSON value, got int'),
        ({"a": "\ud800"}, '["a"]: expected a JSON value, got a str with a lone surrogate'),
        ({"a": {"\ud800": 1}}, '["a"]: expected keys that are strings, got a str with a lone'),
        ({"a": {5: 1}}, '["a"]: expected keys that are strings, got int'),
        ({None: 1}, ": expected keys that are strings, got None"),
        ({"k" * 41: b""}, "[…]: expected a JSON value, got bytes"),
        ({"a\n": b""}, "[…]: expected a JSON value, got bytes"),
        ({"a": ReplaceGlobalConfigRequestBody(data={})}, '["a"]: expected a JSON value, got Repl'),
        ([1], ": expected a dict of JSON values, got list"),
        (None, ": expected a dict of JSON values, got None"),
    ],
    ids=lambda value: ascii(value)[:30],
)
def test_what_is_no_json_is_refused_with_its_place(data, issue):
    """The error names each place and type, and never a value."""
    (found,) = issues_of(data)
    assert found.startswith(f"request_body.data{issue}")


def test_every_fault_is_named():
    """One look finds all there is, also below what is wrong."""
    assert issues_of({"a": b"", "c": [b"", {5: b""}]}) == [
        'request_body.data["a"]: expected a JSON value, got bytes',
        'request_body.data["c"][0]: expected a JSON value, got bytes',
        'request_body.data["c"][1]: expected keys that are strings, got int',
        'request_body.data["c"][1][5]: expected a JSON value, got bytes',
    ]


# Depth -------------------------------------------------------------------------------


def test_a_hundred_levels_go_out_and_come_in():
    """A configuration nested a hundred levels deep is written and read."""
    deep = nested(100, "x")
    assert written(deep) == deep
    assert read(deep).unwrap().items == deep


def in_itself():
    data = {"a": []}
    data["a"] += [data, data]
    return data


@pytest.mark.parametrize("data", [nested(100_000), in_itself()], ids=["deep", "in itself"])
def test_what_is_nested_too_deeply_to_write_is_refused(data):
    """Beyond what Python can write the request is refused, and nothing recurses without end."""
    assert issues_of(data) == ["request_body.data: nested too deeply or circular"]


def test_what_is_nested_too_deeply_to_read_is_an_error():
    """A response beyond what Python can read is one that breaks the contract."""
    text = '{"items": {"a": ' + "[" * 200_000 + "]" * 200_000 + '}, "updatedAt": 0, "digest": ""}'
    answer = attrs.evolve(json_response({}), content=text.encode())
    error = exchange("get-global-config", answer)[0].error
    assert isinstance(error, ResponseValidationError)
    assert (
        error.message
        == "the response does not match the API schema: expected JSON: nested too deeply"
    )


def test_a_value_that_occurs_often_is_looked_at_once():
    """Lists that share their parts cost what they are, not what they would be written out."""
    shared = [b""]
    for _ in range(60):
        shared = [shared, shared]
    assert len(issues_of({"a": shared})) == 1


# Answers -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("updated_at", "expected"), [(1795380000000, 1795380000000), (1.5, 1), (0.0, 0)]
)
def test_milliseconds_are_whole(updated_at, expected):
    """A time in milliseconds is an int; what is finer is cut."""
    value = exchange(
        "get-global-config",
        json_response(GLOBAL_CONFIG | {"updatedAt": updated_at}),
    )[0]
    assert (value.unwrap().updated_at, type(value.unwrap().updated_at)) == (expected, int)


@pytest.mark.parametrize(
    ("changed", "issue"),
    [
        ({"updatedAt": True}, "updated_at: expected a finite number, got bool"),
        ({"updatedAt": "0"}, "updated_at: expected a finite number, got str"),
        ({"items": []}, "items: expected an object, got list"),
        ({"items": None}, "items: expected an object, got None"),
    ],
)
def test_an_answer_of_another_shape_is_named(changed, issue):
    """What has to be an object or a number, and is not, is named with its place."""
    error = exchange("get-global-config", json_response(GLOBAL_CONFIG | changed))[0].error
    assert list(map(str, error.issues)) == [issue]
