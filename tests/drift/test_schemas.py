"""Schemas and documents are read for what they mean, not for how they are written."""

import pytest

from scripts.contract.diff_schemas import find_differences
from scripts.contract.openapi import read_operations
from scripts.contract.schema import DocumentError, SchemaReader
from tests.drift.fixtures import (
    BOOLEAN,
    INTEGER,
    MONEY,
    NUMBER,
    STRING,
    array,
    changed,
    content,
    each,
    enum,
    null,
    obj,
    operation,
    put,
    ref,
)

NODE = obj("name", name=STRING, parent=ref("Node"), children=array(ref("Node")))
KEYED = obj("", k=enum("y"), b=STRING)
NAMED, AGED = obj("name", name=STRING), obj("", age=INTEGER)
MAP = {"type": "object", "additionalProperties": {}}
JSON = [
    null(STRING),
    NUMBER,
    BOOLEAN,
    array(ref("Json")),
    {"type": "object", "additionalProperties": ref("Json")},
]
COMPONENTS = {
    "Node": NODE,
    "Named": NAMED,
    "Text": STRING,
    "Again": ref("Text"),
    "Json": {"oneOf": JSON},
    "Lists": array(ref("Lists")),
    "a/b~c": STRING,
}


def between(one, other, *, response=False):
    """Return the differences of two schemas, of a request or a response."""
    reader = SchemaReader({"components": {"schemas": COMPONENTS}}, response=response)
    sides = [reader.read(schema, ("here",), ["required"]) for schema in (one, other)]
    return [(d.place, d.document, d.package) for d in find_differences(*sides)]


SAME = {
    "a reference": (ref("Text"), STRING),
    "a reference to a reference": (ref("Again"), STRING),
    "a reference with escapes": (ref("a~1b~0c"), STRING),
    "a reference that may be null": (null(ref("Text")), null(STRING)),
    "null as a type": ({"type": ["string", "null"]}, null(STRING)),
    "null as an arm": ({"anyOf": [STRING, {"type": "null"}]}, null(STRING)),
    "null of an enum": (null(STRING | {"enum": ["a", None]}), null(enum("a"))),
    "null of a union": (
        null({"oneOf": [STRING, BOOLEAN]}),
        {"oneOf": [null(STRING), BOOLEAN]},
    ),
    "null of anything": (null({}), {}),
    "anything or an object": ({"anyOf": [{}, NAMED]}, {}),
    "choices that say no type": (STRING, STRING | {"oneOf": [{}, {"maxLength": 3}]}),
    "types in a list": ({"type": ["string", "boolean"]}, {"oneOf": [STRING, BOOLEAN]}),
    "a constant": ({"const": "a"}, enum("a")),
    "both booleans": ({"type": "boolean", "enum": [False, True]}, BOOLEAN),
    "an enum in two arms": ({"oneOf": [enum("a"), enum("b")]}, enum("b", "a")),
    "a whole number among others": ({"oneOf": [INTEGER, NUMBER]}, NUMBER),
    "a union of one": ({"oneOf": [STRING]}, STRING),
    "the order of arms": ({"oneOf": [STRING, BOOLEAN]}, {"anyOf": [BOOLEAN, STRING]}),
    "an arm twice": ({"oneOf": [ref("Named"), NAMED]}, NAMED),
    "parts of an object": (
        {"allOf": [ref("Named"), AGED]},
        obj("name", name=STRING, age=INTEGER),
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
    "a map of which nothing is said": ({"type": "object"}, MAP),
    "a map of anything": ({"type": "object", "additionalProperties": True}, MAP),
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
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_two_ways_to_say_the_same_are_no_difference(one, other):
    """What a schema means counts, not how it is written."""
    assert between(one, other) == []


LENIENT = {
    "the form of an amount": (MONEY, STRING),
    "members to come": (enum("a"), {"anyOf": [enum("a"), STRING]}),
    "further fields": (obj("", a=STRING) | {"additionalProperties": True}, obj("", a=STRING)),
    "a field of requests": (
        obj("", a=STRING | {"writeOnly": True}, b=STRING),
        obj("", b=STRING),
    ),
}


@pytest.mark.parametrize(("one", "other"), LENIENT.values(), ids=LENIENT)
def test_responses_are_read_leniently(one, other):
    """What the package accepts in any response is a difference in requests only."""
    assert between(one, other, response=True) == []
    assert len(between(one, other)) == 1


DIFFERENT = {
    "inside of what holds itself": (
        ref("Node"),
        obj("name", name=BOOLEAN, parent=ref("Node"), children=array(ref("Node"))),
        [("here.name", "string", "boolean")],
    ),
    "a field that holds itself": (
        obj("name", name=STRING, parent=NODE),
        obj("name parent", name=STRING, parent=ref("Node")),
        [("here.parent", "optional", "required")],
    ),
    "what holds itself": (ref("Lists"), STRING, [("here", "array of …", "string")]),
    "null of anything": ({}, null(STRING), [("here", "anything", "string")]),
    "a field of an object without any": (
        obj("", a=STRING),
        obj(""),
        [("here.a", "string, optional", "nothing")],
    ),
    "a number's members": (
        INTEGER | {"enum": [1, 2]},
        INTEGER | {"enum": [1]},
        [("here", "2", "nothing")],
    ),
    "several lists": (
        {"anyOf": [array(STRING), array(NUMBER)]},
        {"anyOf": [array(BOOLEAN), array(STRING)]},
        [("here", "array of number", "array of boolean")],
    ),
    "inside of several lists": (
        {"anyOf": [array(STRING), array(obj("", a=STRING))]},
        {"anyOf": [array(STRING), array(obj("", a=BOOLEAN))]},
        [("here(array of object)[].a", "string", "boolean")],
    ),
    "one of several objects": (
        {"oneOf": [obj("kind", kind=enum("a"), a=STRING), AGED]},
        obj("kind", kind=enum("a"), a=BOOLEAN),
        [("here", "object {age}", "nothing"), ('here(kind "a").a', "string", "boolean")],
    ),
    "one of several inside of one of several": (
        obj(
            "", kind=enum("a"), of={"oneOf": [obj("", k=enum("x")), obj("", k=enum("y"), b=STRING)]}
        ),
        {"oneOf": [AGED, obj("", kind=enum("a"), of=obj("", k=enum("y"), b=BOOLEAN))]},
        [
            ("here", "nothing", "object {age}"),
            ('here(kind "a").of', 'object {k: "x"}', "nothing"),
            ('here(kind "a").of(k "y").b', "string", "boolean"),
        ],
    ),
    "objects of the same constant": (
        {"oneOf": [obj("kind", kind=enum("a"), a=STRING), obj("kind", kind=enum("a"), b=STRING)]},
        {"oneOf": [obj("kind", kind=enum("a"), a=BOOLEAN), obj("kind", kind=enum("a"), b=NUMBER)]},
        [
            ('here(kind "a").a', "string", "boolean"),
            ('here(kind "a", arm 2).b', "string", "number"),
        ],
    ),
    "one object for several": (
        {
            "oneOf": [
                obj("kind a", kind=enum("one"), a=STRING, c=STRING),
                obj("kind", kind=enum("two"), a=STRING, b=BOOLEAN, c=STRING),
            ]
        },
        obj("kind", kind=enum("one", "two"), a=STRING, b=BOOLEAN, c=STRING),
        [
            ("here.a", 'required (kind "one"), optional (kind "two")', "optional"),
            ("here.b", 'optional (kind "two"), absent (kind "one")', "optional"),
        ],
    ),
}


@pytest.mark.parametrize(("one", "other", "expected"), DIFFERENT.values(), ids=DIFFERENT)
def test_a_difference_is_named_at_its_place(one, other, expected):
    """However schemas hold each other, each difference is named once, and where it is."""
    assert between(one, other) == expected


def test_the_same_is_said_from_the_other_side():
    """A package with several objects for one of the document is compared like the reverse."""
    one = {"oneOf": [obj("", a=STRING), obj("", a=BOOLEAN)]}
    assert between(obj("", a=STRING), one) == [("here.a", "nothing", "boolean")]


def with_schema(schema):
    """Return a change: an operation refers to a schema."""
    return each(
        put({"get": operation(requestBody=content(ref("Plan")))}, "paths", "/plan"),
        put(schema, "components", "schemas", "Plan"),
    )


UNREADABLE = {
    "another version": put("4.0.0", "openapi"),
    "paths in a list": put([], "paths"),
    "no responses": put({"get": {}}, "paths", "/plan"),
    "a reference to nothing": put(ref("none"), "paths", "/plan"),
    "a reference to another file": put({"$ref": "elsewhere.json#/paths"}, "paths", "/plan"),
    "a reference to itself": put({"$ref": "#/paths/~1plan"}, "paths", "/plan"),
    "a schema that is itself": with_schema(ref("Plan")),
    "a schema that is made of itself": with_schema({"anyOf": [ref("Plan")]}),
    "an unknown type": with_schema({"type": "file"}),
    "a schema that nothing fits": with_schema(schema=False),
}


@pytest.mark.parametrize("change", UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_refused(change):
    """A document that cannot be read is an error of its own, never a list of differences."""
    with pytest.raises(DocumentError):
        read_operations(changed(change))
