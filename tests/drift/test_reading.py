"""Documents and models are read for what they mean, not for how it is written."""

import copy
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import pytest
from attrs import field, frozen

from scripts.contract.bodies import Spot, differences
from scripts.contract.document import DocumentError, Schemas, operations_in
from scripts.contract.package import Models
from scripts.contract.shapes import Field
from tests.drift.small import (
    BOOLEAN,
    INSTALLATION,
    MOMENT,
    MONEY,
    SMALL,
    STRING,
    array,
    enum,
    obj,
    operation,
    ref,
)

if TYPE_CHECKING:
    from vercel_marketplace.models import Period

NODE = obj("name", name=STRING, parent=ref("Node"), children=array(ref("Node")))
NAMED, AGED = obj("name", name=STRING), obj("", age={"type": "integer"})
ANYTHING = [
    STRING | {"nullable": True},
    {"type": "number"},
    BOOLEAN,
    array(ref("Json")),
    {"type": "object", "additionalProperties": ref("Json")},
]
COMPONENTS = {
    "Node": NODE,
    "Named": NAMED,
    "Text": STRING,
    "Again": ref("Text"),
    "Json": {"oneOf": ANYTHING},
    "Lists": array(ref("Lists")),
    "a/b~c": STRING,
}


def shape(schema, *, answers=False):
    """What a schema says, of requests or of answers."""
    return Schemas({"components": {"schemas": COMPONENTS}}, answer=answers).field(
        schema, required=True
    )


def between(one, other, **direction):
    """The differences of two schemas."""
    found = differences(shape(one, **direction), shape(other, **direction), Spot("here"))
    return [(d.place, d.document, d.package) for d in found]


@pytest.mark.parametrize(
    ("one", "other"),
    {
        "a reference": (ref("Text"), STRING),
        "a reference to a reference": (ref("Again"), STRING),
        "a reference with escapes": (ref("a~1b~0c"), STRING),
        "a reference that may be null": (
            ref("Text") | {"nullable": True},
            STRING | {"nullable": True},
        ),
        "null as a type": ({"type": ["string", "null"]}, STRING | {"nullable": True}),
        "null as an arm": ({"anyOf": [STRING, {"type": "null"}]}, STRING | {"nullable": True}),
        "null of a union": (
            {"oneOf": [STRING, BOOLEAN], "nullable": True},
            {"oneOf": [STRING | {"nullable": True}, BOOLEAN]},
        ),
        "types in a list": ({"type": ["string", "boolean"]}, {"oneOf": [STRING, BOOLEAN]}),
        "a constant": ({"const": "a"}, enum("a")),
        "both booleans": ({"type": "boolean", "enum": [False, True]}, BOOLEAN),
        "an enum in two arms": ({"oneOf": [enum("a"), enum("b")]}, enum("b", "a")),
        "a whole number beside others": (
            {"oneOf": [{"type": "integer"}, {"type": "number"}]},
            {"type": "number"},
        ),
        "a union of one": ({"oneOf": [STRING]}, STRING),
        "the order of arms": ({"oneOf": [STRING, BOOLEAN]}, {"anyOf": [BOOLEAN, STRING]}),
        "parts of an object": (
            {"allOf": [ref("Named"), AGED]},
            obj("name", name=STRING, age={"type": "integer"}),
        ),
        "parts with the same field": (
            {"allOf": [obj("", name=STRING), obj("name", name=enum("a", "b"))]},
            obj("name", name=enum("a", "b")),
        ),
        "the same part twice": ({"allOf": [ref("Node"), ref("Node")]}, ref("Node")),
        "parts with members in common": (
            {"allOf": [enum("a", "b"), enum("b", "c")]},
            enum("b"),
        ),
        "a part that is a choice": (
            NAMED | {"oneOf": [obj("", a=STRING), obj("b", b=STRING)]},
            {"oneOf": [obj("name", name=STRING, a=STRING), obj("name b", name=STRING, b=STRING)]},
        ),
        "an object without its type": ({"properties": {"name": STRING}}, obj("", name=STRING)),
        "a list without its type": ({"items": STRING}, array(STRING)),
        "a map without a word": (
            {"type": "object"},
            {"type": "object", "additionalProperties": {}},
        ),
        "anything, in two ways": (
            {"type": "object", "additionalProperties": True},
            {"type": "object"},
        ),
        "anything, spelled out": (ref("Json"), {}),
        "what holds itself": (
            ref("Node"),
            obj("name", name=STRING, parent=NODE, children=array(NODE)),
        ),
        "a required field of any kind": ({"required": ["name"]}, obj("name", name={})),
        "what the API fills in": (
            obj("", name=STRING, id=STRING | {"readOnly": True}),
            obj("", name=STRING),
        ),
    }.values(),
)
def test_two_ways_to_say_the_same_are_no_difference(one, other):
    """It is what a schema means that counts, not how it is written."""
    assert between(one, other) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (MONEY, STRING),
        (enum("a"), {"anyOf": [enum("a"), STRING]}),
        (obj("", a=STRING | {"nullable": True}), obj("", a=STRING)),
        (obj("", a=STRING) | {"additionalProperties": True}, obj("", a=STRING)),
        (obj("", a=STRING | {"writeOnly": True}, b=STRING), obj("", b=STRING)),
    ],
    ids=["form of an amount", "members to come", "null or absent", "further fields", "write only"],
)
def test_answers_are_read_openly(one, other):
    """What the package takes in an answer without being told is a difference in requests only."""
    assert between(one, other, answers=True) == []
    assert len(between(one, other)) == 1


def test_a_difference_inside_of_what_holds_itself_is_one():
    """A schema that holds itself is compared once, however deep its values are."""
    other = copy.deepcopy(NODE)
    other["properties"]["name"] = BOOLEAN
    assert between(ref("Node"), other)[0] == ("here.name", "string", "boolean")


def test_what_holds_itself_is_named_down_to_some_depth():
    """The report has an end even where a value has none."""
    ((_, said, _),) = between(ref("Lists"), STRING)
    assert said == "array of " * 5 + "…"


def test_a_model_for_several_objects_is_held_against_each():
    """Where one class stands for the arms of a union, what only some of them ask for is named."""
    arms = [
        obj("kind a", kind=enum("one"), a=STRING, c=STRING),
        obj("kind", kind=enum("two"), a=STRING, b=BOOLEAN, c=STRING),
    ]
    model = obj("kind", kind=enum("one", "two"), a=STRING, b=BOOLEAN, c=STRING)
    assert between({"oneOf": arms}, model) == [
        ("here.a", 'required (kind "one"), optional (kind "two")', "optional"),
        ("here.b", 'absent (kind "one"), optional (kind "two")', "optional"),
    ]


def test_lists_in_a_union_are_told_apart():
    """Of several arms of one type the most alike are compared, each with one other."""
    one = {"anyOf": [array(STRING), array({"type": "number"})]}
    other = {"anyOf": [array(BOOLEAN), array(STRING)]}
    assert between(one, other) == [("here(array of number)[]", "number", "boolean")]


# Documents -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "document",
    [
        [],
        {"swagger": "2.0", "paths": {}},
        {"openapi": "4.0.0", "paths": {}},
        {"openapi": "3.0.3", "paths": {"/": {"get": {}}}},
        {"openapi": "3.0.3", "paths": []},
        {"openapi": "3.0.3", "paths": {"/": {"$ref": "#/components/pathItems/none"}}},
        {"openapi": "3.0.3", "paths": {"/": {"$ref": "elsewhere.json#/paths"}}},
        {"openapi": "3.0.3", "paths": {"/": {"$ref": "#/paths/~1"}}},
        SMALL | {"components": {"schemas": {"Item": ref("Item"), "Discount": STRING}}},
        SMALL | {"components": {"schemas": {"Item": {"anyOf": [ref("Item")]}}}},
        SMALL | {"components": {"schemas": {"Item": {"type": "file"}, "Discount": STRING}}},
    ],
    ids=[
        "a list",
        "Swagger",
        "another version",
        "no responses",
        "paths in a list",
        "a reference to nothing",
        "a reference to another file",
        "a reference to itself",
        "a schema that is itself",
        "a schema that is made of itself",
        "an unknown type",
    ],
)
def test_what_is_no_openapi_document_is_refused(document):
    """A document that cannot be read is an error of its own, never a list of differences."""
    with pytest.raises(DocumentError):
        operations_in(document)


def test_an_answer_to_head_has_no_body():
    """What a document says of the body of such an answer is not looked at."""
    head = operation("head-plan", "200", "", answer=STRING)
    (read,) = operations_in({"openapi": "3.0.3", "paths": {"/plan": {"head": head}}})
    assert read.answers == {"200": None}


@pytest.mark.parametrize(("tags", "number"), [(["teams"], 0), (["sso", "marketplace"], 1), ([], 1)])
def test_operations_of_other_parts_of_the_api_are_passed_over(tags, number):
    """A document of all of Vercel's API is taken too: an operation counts by its tag."""
    paths = {f"{INSTALLATION}/plan": {"get": operation("get-plan", "200", "") | {"tags": tags}}}
    assert len(operations_in({"openapi": "3.1.0", "paths": paths})) == number


# Models ----------------------------------------------------------------------------------

Said: TypeAlias = Literal["a", "b"]


@frozen
class Thing:
    """A model with a field of every kind."""

    number_of_things: int
    said: Said | str
    either: list[str] | Mapping[str, bool] | None
    periods: Sequence["Period"]
    left_out: datetime | None = None
    made_of_anything: Mapping[str, Any] | None = None
    others: Mapping[str, bool] | None = field(default=None, metadata={"rest": True})


THING = obj(
    "numberOfThings said either periods",
    numberOfThings={"type": "integer"},
    said={"anyOf": [enum("a", "b"), STRING]},
    either={
        "oneOf": [array(STRING), {"type": "object", "additionalProperties": BOOLEAN}],
        "nullable": True,
    },
    periods=array(obj("start end", start=MOMENT, end=MOMENT)),
    leftOut=MOMENT,
    madeOfAnything={"type": "object"},
)


@pytest.mark.parametrize("answer", [False, True])
def test_a_model_says_what_a_schema_says(answer):
    """A model is read by its annotations and defaults, as the package itself reads them."""
    schema = shape(THING | {"additionalProperties": BOOLEAN}, answers=answer)
    model = Field(Models(answer=answer).shape(Thing), "required")
    assert [*differences(schema, model, Spot("here"))] == []


@pytest.mark.parametrize(
    ("schema", "place"),
    [
        (obj("", **THING["properties"]), "numberOfThings said either periods *"),
        (THING, "*"),
    ],
    ids=["none is required, nothing further", "nothing further"],
)
def test_a_model_departs_where_its_schema_does(schema, place):
    """The fields without a default are required, and those beside them are further ones."""
    model = Field(Models(answer=False).shape(Thing), "required")
    found = [d.place for d in differences(shape(schema), model, Spot("here"))]
    assert found == [f"here.{name}" for name in place.split()]
