"""The pictures of the pages show what the code has."""

from typing import Any

import pytest
from attrs import frozen

from scripts.diagrams.pictures import INSTALLATION, PICTURES
from scripts.diagrams.sequence import Step
from scripts.diagrams.state_machine import draw_states
from scripts.diagrams.svg import WIDTH, text_width
from vercel_marketplace import Marketplace
from vercel_marketplace.emulator.api.invoice_lifecycle import TRANSITIONS
from vercel_marketplace.partner import Partner
from vercel_marketplace.webhooks import events


@frozen
class Row:
    """A row of a table of transitions."""

    trigger: str
    sources: frozenset[str]
    target: str
    by: str = "time"


def drawn(name, tag, key):
    """What the elements of a picture stand for."""
    return [e.attrib for e in PICTURES[name]().svg.iter(tag) if key in e.attrib]


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_says_what_it_shows(name):
    """A screen reader finds a title, and the picture's parts are there in words."""
    picture = PICTURES[name]()
    (title,) = picture.svg.iter("title")

    assert (title.text, title.attrib["id"]) == (
        picture.title,
        picture.svg.attrib["aria-labelledby"],
    )
    assert len(picture.words) > 1


@pytest.mark.parametrize("name", PICTURES)
def test_no_text_of_a_picture_runs_out_of_it(name):
    """Each line of text is between the edges, as far as its width can be told."""
    for text in PICTURES[name]().svg.iter("text"):
        width = text_width(text.text or "", text.attrib["class"])  # type: ignore[arg-type]
        left = float(text.attrib["x"])
        left -= {"start": 0, "middle": 0.5, "end": 1}[text.attrib["text-anchor"]] * width
        assert 0 <= left <= left + width <= WIDTH, text.text


def test_the_invoice_has_the_transitions_of_the_table():
    """Each row of the emulator's table is an arrow, from its sources to its target."""
    arrows = {
        (e["data-name"], frozenset(e["data-from"].split()), e["data-to"])
        for e in drawn("invoice", "line", "data-name")
    }

    assert arrows == {(row.trigger, row.sources, row.target) for row in TRANSITIONS}


def test_a_state_is_in_the_boxes_of_the_sources_that_it_belongs_to():
    """A state is inside of a box if, and only if, the way out of the box is one for it."""
    boxes = {e["data-name"]: e for e in drawn("invoice", "rect", "data-name")}
    groups = [frozenset(name.split()) for name in boxes if " " in name]

    def edges(box: dict[str, Any]) -> tuple[float, ...]:
        x, y, width, height = (float(box[key]) for key in ("x", "y", "width", "height"))
        return x, y, x + width, y + height

    for group in groups:
        left, top, right, bottom = edges(boxes[" ".join(sorted(group))])
        inside = set()
        for name in {state for row in TRANSITIONS for state in (*row.sources, row.target)}:
            x1, y1, x2, y2 = edges(boxes[name])
            if left < x1 and top < y1 and x2 < right and y2 < bottom:
                inside.add(name)
        assert inside == group
    assert {row.sources for row in TRANSITIONS if len(row.sources) > 1} == set(groups)


@pytest.mark.parametrize(
    ("sources", "message"),
    [
        (["a b", "b c"], "overlap"),
        (["a b c"], "no place"),
        (["a b", "d"], "no place"),
    ],
)
def test_a_table_that_does_not_fit_is_refused(sources, message):
    """A table whose picture would leave something out or be wrong raises."""
    begin = [Row("begin", frozenset(), state) for state in "abcde"]
    table = [Row("go", frozenset(names.split()), "e") for names in sources]

    with pytest.raises(ValueError, match=message):
        draw_states("x", "X", [*begin, *table])


def test_the_sequence_names_what_there_is():
    """Each name in code is a method of the partner or of the client, or the type of an event."""
    types = {
        vars(value)["__attrs_attrs__"].type.default
        for value in vars(events).values()
        if isinstance(value, type) and hasattr(value, "__attrs_attrs__") and "type" in dir(value)
    }
    names = {step.code for step in INSTALLATION if isinstance(step, Step) and step.code}

    assert not {
        name
        for name in names
        if not (hasattr(Partner, name) or hasattr(Marketplace, name) or name in types)
    }
