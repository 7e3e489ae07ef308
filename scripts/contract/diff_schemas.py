"""Finds where the facts of two documents differ. Pure.

Each difference is reported once, at the place where it is: what is inside of something that
only one side has is not taken apart.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from attrs import frozen

from scripts.contract.schema import OTHERS, RECURSION, Fact, Facts, Place, is_constant
from scripts.contract.unions import align_objects

NOTHING: Final = "nothing"
_ORDER: Final = "required optional absent null deprecated"
_OPPOSITES: Final = {"null": "never null", "deprecated": "not deprecated", OTHERS: "no others"}


@frozen
class Difference:
    """One thing that the two sides have in different ways.

    Attributes:
        place: Where in the operation, in the API's terms: `request.items[].price`, `errors`.
        document: What the document has there.
        package: What the package has there.
        python: The place in Python's terms, such as `LineItem.price`.
        operation: The operation's name.
    """

    place: str
    document: str
    package: str
    python: str = ""
    operation: str = ""


def find_differences(document: Facts, package: Facts) -> Iterator[Difference]:
    """Yield where the facts of two operations or schemas differ."""
    document, package = align_objects(document, package)
    for place in {**document, **package}:
        theirs, ours = document.get(place), package.get(place)
        if theirs is None or ours is None:
            if not _is_inside_a_difference(document if theirs is None else package, place):
                yield Difference(
                    "".join(place),
                    _describe_whole(document, place),
                    _describe_whole(package, place),
                    _python_of(package, place),
                )
            continue
        for one, other in _comparable(theirs, ours):
            if one != other:
                yield Difference(
                    "".join(place),
                    _describe_rest(document, place, one, other),
                    _describe_rest(package, place, other, one),
                    ours.python,
                )


def _is_inside_a_difference(facts: Facts, place: Place) -> bool:
    """Whether it is reported further out that a side lacks a place."""
    *outer, step = place
    if not outer:  # a parameter or a body
        successes = facts[("success",)].notes if step[0].isdigit() else {step}
        return step.startswith("path parameter") or step not in successes
    holder = facts.get(tuple(outer), Fact()).types
    return step.startswith("(") or ("array" if step == "[]" else "object") not in holder


def _python_of(package: Facts, place: Place) -> str:
    """Return where a place is, or would be, in Python: the class, if only the document has it."""
    if place in package:
        return package[place].python
    siblings = (fact.python for key, fact in package.items() if key[:-1] == place[:-1])
    return next(siblings, "").partition(".")[0] if place[1:] else ""


def _comparable(document: Fact, package: Fact) -> Iterator[tuple[Fact, Fact]]:
    """Yield what can differ on its own: the notes, but for null of anything, and the types."""
    types = document.types | package.types
    without = {"null"} if "anything" in types else set[str]()
    yield Fact(notes=document.notes - without), Fact(notes=package.notes - without)
    if RECURSION not in types:  # else they are compared further out
        yield Fact(document.types), Fact(package.types)


# In words --------------------------------------------------------------------------------


def _describe_whole(facts: Facts, place: Place) -> str:
    fact = facts.get(place)
    if fact is None:
        return NOTHING if place[1:] or " " in place[0] else "no body"
    return ", ".join([_describe_types(facts, place, fact.types), *_in_order(fact.notes)])


def _describe_rest(facts: Facts, place: Place, here: Fact, there: Fact) -> str:
    """Describe what one side says and the other does not."""
    types, notes = here.types - there.types, here.notes - there.notes
    opposites = [
        _OPPOSITES.get(one, NOTHING)
        for one in sorted((there.types - here.types) | (there.notes - here.notes))
    ]
    words = [_describe_types(facts, place, types)] if types else _in_order(notes)
    return ", ".join(words or (opposites if NOTHING not in opposites else [NOTHING]))


def _in_order(notes: Iterable[str]) -> list[str]:
    return sorted(notes, key=lambda note: (_ORDER.find(note.partition(" ")[0]), note))


def _describe_types(facts: Facts, place: Place, types: Iterable[str]) -> str:
    words = {_describe_type(facts, place, one) for one in types if not is_constant(one)}
    constants = " | ".join(sorted(filter(is_constant, types)))
    return " or ".join(sorted({constants, *words} - {""}))


def _describe_type(facts: Facts, place: Place, type_: str) -> str:
    kind, _, label = type_.partition("(")
    inner = (*place, f"({label}") if label else place
    if kind == "array":
        return f"array of {_describe_item(facts, (*inner, '[]'))}"
    if kind == "object":
        fields = {key[-1]: fact for key, fact in facts.items() if key[:-1] == inner}
        others = fields.pop(".*", None)
        names = [_describe_field(step[1:], fact) for step, fact in fields.items() if step[0] == "."]
        if others and not names:
            return f"map of {_describe_item(facts, (*inner, '.*'))}"
        return f"object {{{', '.join(names)}}}"
    return type_


def _describe_item(facts: Facts, place: Place) -> str:
    fact = facts[place]
    null = " or null" if "null" in fact.notes else ""
    text = _describe_types(facts, place, fact.types) + null
    return f"({text})" if " or " in text else text


def _describe_field(name: str, fact: Fact) -> str:
    types = fact.types - {OTHERS}
    return f"{name}: {min(types)}" if len(types) == 1 and is_constant(min(types)) else name
